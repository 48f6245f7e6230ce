//! Arguments of `feedback`.

use clap::{Args, Subcommand};

use super::training::ActivityName;

/// What those who took part thought of an activity.
#[derive(Debug, Subcommand)]
pub enum Feedback {
    /// Give the feedback of a registration that one made, or replace it
    Give(GiveFeedback),
    /// Show what all feedback of an activity says, as its organiser
    Show(ActivityName),
}

#[derive(Debug, Args)]
pub struct GiveFeedback {
    /// activities/UUID/registrations/UUID
    #[arg(value_name = "REGISTRATION")]
    pub registration: String,
    /// How useful it was: 1 to 5
    #[arg(long, value_name = "RATING")]
    pub usefulness: i32,
    /// How clear it was: 1 to 5
    #[arg(long, value_name = "RATING")]
    pub clarity: i32,
    /// How well it was organised: 1 to 5
    #[arg(long, value_name = "RATING")]
    pub organisation: i32,
    /// What else is to be said
    #[arg(long, default_value = "")]
    pub text: String,
    /// The language of the text: en, zh-Hans
    #[arg(long, default_value = "")]
    pub lang: String,
}
