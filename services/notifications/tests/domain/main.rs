//! The rules by themselves, without transport and database: every step against an independent table of what is allowed.
#![allow(clippy::unwrap_used, reason = "a rule that cannot be tried fails its test")]

mod attachment;
mod clocks;
mod follow_up;
mod life_cycle;
mod memory;

use seamless_disclosure::Audience;
use seamless_identifiers::LocalizedText;
use seamless_notifications::domain::{
    model::{Measure, MeasureAction},
    rules::FieldAudiences,
};

/// A measure that says no more than what is done.
fn measure(action: MeasureAction) -> Measure {
    Measure {
        action,
        obligation: None,
        ordered_by: String::new(),
        addressed_to: String::new(),
        effective_date: None,
        end_date: None,
        scope: String::new(),
        description: LocalizedText::default(),
        consumer_url: String::new(),
    }
}

/// Rules under which every field is for everybody.
struct EverythingPublic;

impl FieldAudiences for EverythingPublic {
    fn audience(&self, _: &str) -> Option<Audience> {
        Some(Audience::Public)
    }
}
