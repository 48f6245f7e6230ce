//! The rules by themselves, without transport and database: every step against an independent table of what is allowed.
#![allow(clippy::unwrap_used, reason = "a rule that cannot be tried fails its test")]

mod follow_up;
mod life_cycle;
mod memory;
mod search;

use seamless_identifiers::LocalizedText;
use seamless_notifications::domain::model::{Measure, MeasureAction};

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
