//! How things stand at this moment, of all partners: what the situation page shows. Counted by the same functions as reports.

mod coming;
mod control;
mod deadlines;
mod open_cases;

use jiff::Timestamp;

use super::{
    Facts, Question,
    case::{Case, Way, cases},
    import_control,
    reaction::{self, days},
    response, training,
};
use crate::domain::content::{Measured, Section, Value};

/// How many of a kind are named.
const NAMED: usize = 20;

/// What a section is made of.
pub(super) struct View<'a> {
    /// Of the quarter that runs, with all other sides as one partner.
    pub(super) question: &'a Question<'a>,
    pub(super) facts: &'a Facts,
    pub(super) received: Vec<Case<'a>>,
    pub(super) sent: Vec<Case<'a>>,
}

/// How a section is made; none where there is nothing of it to tell.
type Make = fn(&View<'_>) -> Option<Section>;

/// What stands on the page, in its order. What other feeds tell is added here.
const SECTIONS: &[Make] = &[
    deadlines::section,
    open_cases::section,
    control::suspensions,
    coming::actions,
    coming::activities,
    obligations,
    own_reactions,
    reactions_of_partners,
    hit_rates,
    control::trust,
];

/// All sections, of what is known at `question.cut`.
#[must_use]
pub fn sections(question: &Question<'_>, facts: &Facts) -> Vec<Section> {
    let received = cases(question, facts, Way::Received);
    let sent = cases(question, facts, Way::Sent);
    let view = View { question, facts, received, sent };
    SECTIONS.iter().filter_map(|make| make(&view)).collect()
}

fn own_reactions(view: &View<'_>) -> Option<Section> {
    reactions(view, &view.received, Way::Received)
}

fn reactions_of_partners(view: &View<'_>) -> Option<Section> {
    reactions(view, &view.sent, Way::Sent)
}

fn hit_rates(view: &View<'_>) -> Option<Section> {
    import_control::so_far(view.question, &view.facts.control)
}

fn obligations(view: &View<'_>) -> Option<Section> {
    training::obligations_of(view.question, &view.facts.training)
}

/// Days of 24 hours from `now` to an instant; fewer than none where it is over.
fn days_left(until: Timestamp, now: Timestamp) -> Value {
    let left = until.as_microsecond().saturating_sub(now.as_microsecond());
    Value::Days(Measured { value: days(left), lower: None, upper: None })
}

/// Reactions of the quarter so far, as its report will tell of them.
fn reactions(view: &View<'_>, cases: &[Case<'_>], way: Way) -> Option<Section> {
    let new: Vec<&Case<'_>> = cases.iter().filter(|case| case.is_new(view.question)).collect();
    if new.is_empty() {
        return None;
    }
    let mut section = reaction::section(view.question, cases, way);
    section.tables.push(response::waiting(view.question, &new));
    Some(section)
}
