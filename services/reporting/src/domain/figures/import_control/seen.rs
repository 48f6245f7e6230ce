//! The examinations of a period, as they were known at its cut.

use crate::domain::{
    facts::ControlFact,
    figures::Question,
    model::{ControlOutcome, Selection},
};

/// An examination of the period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) fact: &'a ControlFact,
    pub(super) chosen: Chosen,
    /// As it was known at the cut; none while it was suspended, and where it was released without one.
    pub(super) outcome: Option<ControlOutcome>,
    pub(super) is_open: bool,
    pub(super) is_released: bool,
    /// Whether the outcome was corrected before the cut.
    pub(super) is_corrected: bool,
}

/// How goods came to be examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    By(Selection),
    /// The reader is not shown it: another side examined.
    NotShown,
}

impl Seen<'_> {
    pub(super) fn is_unsafe(&self) -> bool {
        self.outcome == Some(ControlOutcome::Unsafe)
    }

    pub(super) fn is_chosen(&self, selection: Selection) -> bool {
        self.chosen == Chosen::By(selection)
    }
}

/// The examinations of the period, in the order of their names.
pub(super) fn seen<'a>(question: &Question<'_>, controls: &'a [ControlFact]) -> Vec<Seen<'a>> {
    let cut = question.cut;
    let of_period =
        controls.iter().filter(|control| control.examined >= question.start && control.examined < cut);
    let seen = of_period.map(|fact| Seen {
        fact,
        chosen: chosen(fact),
        outcome: fact.outcome_at(cut),
        is_open: fact.is_open_at(cut),
        is_released: fact.is_released_at(cut),
        is_corrected: fact.corrections.iter().any(|correction| correction.time < cut),
    });
    seen.collect()
}

/// How goods came to be examined. Controls of before there was a value for an officer's choice say TARGETED there, and have no
/// screening: no plan can have chosen what nothing screened.
fn chosen(fact: &ControlFact) -> Chosen {
    match fact.selection {
        None => Chosen::NotShown,
        Some(Selection::Targeted) if !fact.is_screened => Chosen::By(Selection::Officer),
        Some(selection) => Chosen::By(selection),
    }
}
