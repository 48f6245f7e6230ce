//! The rules by themselves, without transport and database: every step against an independent table of what is allowed.
#![allow(clippy::unwrap_used, reason = "a rule that cannot be tried fails its test")]

mod attachment;
mod clocks;
mod company_name;
mod conversations;
mod evidence;
mod evidence_digest;
mod follow_up;
mod life_cycle;
mod memory;
mod notification_id;
mod rights;
mod risk_level;
mod search;
mod suggestion;
mod trace;

use seamless_disclosure::{Audience, View};
use seamless_identifiers::LocalizedText;
use seamless_notifications::domain::{
    audiences::FieldAudiences,
    model::{Content, Measure, MeasureAction, Notification},
    search::ShownText,
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
        remedies: Vec::new(),
    }
}

/// Rules under which every field is for everybody.
struct EverythingPublic;

impl FieldAudiences for EverythingPublic {
    fn audience(&self, _: &str) -> Option<Audience> {
        Some(Audience::Public)
    }

    fn leaves(&self, _: Option<&Content>) -> Vec<String> {
        vec!["product.brand".to_owned()]
    }

    fn shown_texts(&self, _: &Notification, _: &View<'_>) -> Vec<ShownText> {
        Vec::new()
    }
}
