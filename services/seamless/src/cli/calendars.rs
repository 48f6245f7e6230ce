//! Arguments of `calendars`.

use clap::{Args, Subcommand};

/// Links to calendars that people subscribe to.
#[derive(Debug, Subcommand)]
pub enum Calendars {
    /// Make a link, and print it: this once. Whoever has it reads the calendar, until it is revoked
    Create {
        /// Of the activities of this programme alone: SPEAC
        #[arg(long, conflicts_with = "email", default_value = "", hide_default_value = true)]
        programme: String,
        /// Of the activities alone for which the authority registered this address
        #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
        email: String,
        /// The language that is read first: en, zh-Hans
        #[arg(long, value_name = "LANGUAGE", default_value = "en")]
        lang: String,
    },
    /// List the authority's links, the last made first, without their secrets
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Revoke a link: it leads nowhere from then on
    Revoke(CalendarLinkName),
}

#[derive(Debug, Args)]
pub struct CalendarLinkName {
    /// calendarLinks/UUID, the id, or a beginning of it that no other has
    #[arg(value_name = "LINK")]
    pub name: String,
}
