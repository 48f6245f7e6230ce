//! The examinations of one entry point on one day: what was set, and how far it is spent.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::Unlocode;
use serde::{Deserialize, Serialize};

use super::{
    Screening, is_chosen_by_plan, stricter,
    vocabulary::{Lane, Selection},
};

/// A plan, with its use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub entry_point: Unlocode,
    pub date: Date,
    /// Examinations.
    pub capacity: u32,
    /// The share of them that is drawn at random.
    pub random_floor: f64,
    /// Consignments expected in the day.
    pub expected_arrivals: u64,
    /// Of the day's draws.
    pub seed: [u8; 32],
    /// Counts the settings, from 1 on; 0 for a day that has the configuration's.
    pub setting: i64,
    pub update_time: Timestamp,
    pub used: PlanUse,
    /// Counts every change, settings and uses alike, from 1 on; 0 for what is not stored yet.
    pub revision: i64,
}

/// How far a plan is spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanUse {
    /// Consignments screened.
    pub arrivals: u64,
    pub random: u32,
    pub targeted: u32,
    /// By alerts and criteria: they take from the targeted part.
    pub mandatory: u32,
    /// Consignments whose documents are checked.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub document_checks: u32,
    /// Consignments that are checked after release.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub release_checks: u32,
    /// Of the arrivals, those of days before: nothing was left of these for them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub carried_in: u64,
    /// Consignments of this day that were drawn under a later plan. They are none of the arrivals.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub carried_on: u64,
}

fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

impl PlanUse {
    /// Takes an arrival that was selected like this.
    pub fn take(&mut self, selection: Selection) {
        self.arrivals += 1;
        self.take_place(selection);
    }

    fn take_place(&mut self, selection: Selection) {
        match selection {
            // What officers choose on their own takes nothing from the plan.
            Selection::None | Selection::Officer => {}
            Selection::Random => self.random += 1,
            Selection::Targeted => self.targeted += 1,
            Selection::Mandatory => self.mandatory += 1,
        }
    }

    /// Takes what a decision on goods uses that it did not use before: of those that were declared before a place, or a lesser
    /// check that none of their versions took. What an officer chose beside it takes nothing.
    /// False if that is nothing.
    pub fn take_for(&mut self, screening: &Screening) -> bool {
        let (selection, lane) = (screening.draw.selection, screening.decided_lane());
        match screening.draw.kept.as_deref() {
            None => {
                self.take(selection);
                self.take_check(lane);
                true
            }
            Some(kept) if !kept.has_place() && is_chosen_by_plan(selection) => {
                self.take_place(selection);
                true
            }
            Some(kept) if matches!(lane, Lane::Yellow | Lane::Blue) => {
                let is_new = kept.checked.is_none_or(|checked| stricter(checked, lane) != checked);
                if is_new {
                    self.take_check(lane);
                }
                is_new
            }
            Some(_) => false,
        }
    }

    /// How many consignments came on the day itself, whichever plan they were drawn under.
    #[must_use]
    pub fn came(&self) -> u64 {
        self.of_the_day().saturating_add(self.carried_on)
    }

    /// Of the arrivals, those that came on the day itself.
    fn of_the_day(&self) -> u64 {
        self.arrivals.saturating_sub(self.carried_in)
    }

    /// Takes the lesser check of an arrival in this lane.
    pub fn take_check(&mut self, lane: Lane) {
        match lane {
            Lane::Yellow => self.document_checks += 1,
            Lane::Blue => self.release_checks += 1,
            Lane::Red | Lane::Green => {}
        }
    }
}

impl Plan {
    /// Its resource name.
    #[must_use]
    pub fn name(&self) -> String {
        plan_name(&self.entry_point, self.date)
    }

    /// Examinations that are kept for the lot.
    #[must_use]
    pub fn random_capacity(&self) -> u32 {
        // A billionth is taken off, since 0.07 of 100 comes out a little above 7 and means 7.
        let floor = (f64::from(self.capacity) * self.random_floor - 1e-9).ceil();
        // At least one of any, and never more than there are; a share of a u32 fits into one.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to capacity")]
        let floor = floor as u32;
        floor.clamp(u32::from(self.capacity > 0), self.capacity)
    }

    /// True if each part of the plan holds what was given out of it.
    #[must_use]
    pub fn holds_its_use(&self) -> bool {
        let random = self.random_capacity();
        let by_harm = self.used.targeted.saturating_add(self.used.mandatory);
        random >= self.used.random && self.capacity - random >= by_harm
    }

    /// What is left for the lot.
    #[must_use]
    pub fn random_left(&self) -> u32 {
        self.random_capacity().saturating_sub(self.used.random)
    }

    /// What is left for alerts, criteria and expected harm.
    #[must_use]
    pub fn targeted_left(&self) -> u32 {
        self.targeted_capacity().saturating_sub(self.used.targeted.saturating_add(self.used.mandatory))
    }

    /// Examinations that are not kept for the lot.
    fn targeted_capacity(&self) -> u32 {
        self.capacity - self.random_capacity()
    }

    /// Consignments expected until the end of the day, the next one included. Those of days before were not expected.
    #[must_use]
    pub fn expected_to_come(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
        let left = self.expected_arrivals.saturating_sub(self.used.came()) as f64;
        left.max(1.0)
    }

    /// Whether nothing is left for the lot of those who come: as many came as were expected, or goods of days before had their part
    /// in it. They are drawn under a later day, unless they are chosen for what they are.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.may_be_spent(0)
    }

    /// Whether that may come true while so many more arrive.
    #[must_use]
    pub fn may_be_spent(&self, more: u32) -> bool {
        let is_behind = self.used.came().saturating_add(more.into()) >= self.expected_arrivals;
        self.random_left() <= more && (is_behind || self.used.carried_in > 0)
    }

    /// What goods of days before may have of the lot: half of it is kept for those who come on the day.
    #[must_use]
    pub fn random_to_lend(&self) -> u32 {
        self.random_left().saturating_sub(self.random_capacity() / 2)
    }

    /// What goods of days before may have of the places for alerts, criteria and expected harm: half of them are kept likewise.
    #[must_use]
    pub fn targeted_to_lend(&self) -> u32 {
        self.targeted_left().saturating_sub(self.targeted_capacity().div_ceil(2))
    }
}

/// `entryPoints/{port}/plans/{date}`.
#[must_use]
pub fn plan_name(entry_point: &Unlocode, date: Date) -> String {
    format!("entryPoints/{entry_point}/plans/{date}")
}
