//! When lots are inspected more or less severely: the switching rules of ISO 2859-1:1999, clause 9, as publicly known.
//!
//! Invariant: inspection is reduced only after a switching score of 30, with steady production and the authority's
//! approval; once discontinued it does not go on before the authority has agreed to corrective action. Only original
//! inspections count: a lot that is submitted again must not be told.

/// How severely lots are inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Inspection {
    /// The severity to start with.
    Normal,
    /// More severe, after lots were not accepted.
    Tightened,
    /// Less severe, after many good lots.
    Reduced,
    /// No lot is accepted on samples until corrective action was agreed on.
    Discontinued,
}

/// What a lot's sampling plan says towards the switching score (9.3.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamplingPlan {
    /// Single sampling: with an acceptance number of 2 or more an accepted lot adds 3 if it would have been accepted
    /// with the AQL one step tighter, and else sets the score to 0; with 0 or 1 it adds 2.
    Single {
        /// Ac: as many nonconforming items are still accepted.
        acceptance_number: u32,
        /// Whether the lot would have been accepted with the AQL one step tighter; not looked at for Ac of 0 or 1.
        accepted_one_step_tighter: bool,
    },
    /// Double sampling: adds 3 if the first sample sufficed to accept, and else sets the score to 0.
    Double {
        /// Whether the first sample sufficed.
        accepted_by_first: bool,
    },
    /// Multiple sampling: adds 3 if the lot was accepted by the third sample, and else sets the score to 0.
    Multiple {
        /// Whether it was.
        accepted_by_third: bool,
    },
}

/// The result of a lot's original inspection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Whether it was accepted.
    pub accepted: bool,
    /// By which plan.
    pub plan: SamplingPlan,
}

/// What reduced inspection needs besides the score (9.3.3.1 b, c) and loses with (9.3.4 b, c).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Production goes on at a steady rate.
    pub production_steady: bool,
    /// The responsible authority considers reduced inspection desirable.
    pub reduced_approved: bool,
}

/// The state of the rules for one supplier, body or series of lots. A pure function of what it was told, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switching {
    inspection: Inspection,
    score: u32,
    conditions: Conditions,
    /// Whether each of the last lots since normal inspection began was accepted, the latest last; at most five.
    recent: Vec<bool>,
    /// Lots accepted one after another on tightened inspection.
    accepted_in_a_row: u32,
    /// Lots not accepted since tightened inspection began.
    not_accepted: u32,
}

impl Default for Switching {
    fn default() -> Self {
        Self::new()
    }
}

impl Switching {
    /// The switching score that allows reduced inspection (9.3.3.1 a).
    pub const SCORE_FOR_REDUCED: u32 = 30;
    const WINDOW: usize = 5;
    const NOT_ACCEPTED_FOR_TIGHTENED: usize = 2;
    const ACCEPTED_FOR_NORMAL: u32 = 5;
    const NOT_ACCEPTED_FOR_DISCONTINUED: u32 = 5;

    /// Normal inspection with a score of 0 (9.1, 9.3.3.2); neither steady nor approved until told.
    pub fn new() -> Self {
        Self {
            inspection: Inspection::Normal,
            score: 0,
            conditions: Conditions::default(),
            recent: Vec::new(),
            accepted_in_a_row: 0,
            not_accepted: 0,
        }
    }

    /// How the next lot is to be inspected.
    pub fn inspection(&self) -> Inspection {
        self.inspection
    }

    /// The switching score; it moves on normal inspection alone.
    pub fn score(&self) -> u32 {
        self.score
    }

    /// What it was last told of production and approval.
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// Takes the result of a lot; gives how the next one is to be inspected. While inspection is discontinued lots
    /// count for nothing.
    pub fn lot(&mut self, lot: Lot) -> Inspection {
        match self.inspection {
            Inspection::Normal => self.lot_on_normal(lot),
            Inspection::Tightened => self.lot_on_tightened(lot.accepted),
            // 9.3.4 a
            Inspection::Reduced if !lot.accepted => self.begin(Inspection::Normal),
            Inspection::Reduced | Inspection::Discontinued => {}
        }
        self.inspection
    }

    /// Takes what now holds of production and approval; gives how the next lot is to be inspected.
    pub fn set_conditions(&mut self, conditions: Conditions) -> Inspection {
        self.conditions = conditions;
        match self.inspection {
            Inspection::Normal => self.reduce_if_allowed(),
            // 9.3.4 b, c
            Inspection::Reduced if !self.both_conditions_hold() => self.begin(Inspection::Normal),
            Inspection::Reduced | Inspection::Tightened | Inspection::Discontinued => {}
        }
        self.inspection
    }

    /// The supplier has acted and the authority has agreed that this is likely to help: after a discontinuation,
    /// inspection goes on tightened (9.4). Else nothing changes.
    pub fn corrective_action_agreed(&mut self) -> Inspection {
        if self.inspection == Inspection::Discontinued {
            self.begin(Inspection::Tightened);
        }
        self.inspection
    }

    fn lot_on_normal(&mut self, lot: Lot) {
        self.score = match points(lot) {
            Some(points) => self.score.saturating_add(points),
            None => 0,
        };
        if self.recent.len() == Self::WINDOW {
            self.recent.remove(0);
        }
        self.recent.push(lot.accepted);
        // 9.3.1
        if self.recent.iter().filter(|accepted| !**accepted).count() >= Self::NOT_ACCEPTED_FOR_TIGHTENED {
            self.begin(Inspection::Tightened);
        } else {
            self.reduce_if_allowed();
        }
    }

    fn lot_on_tightened(&mut self, accepted: bool) {
        if accepted {
            self.accepted_in_a_row += 1;
            // 9.3.2
            if self.accepted_in_a_row == Self::ACCEPTED_FOR_NORMAL {
                self.begin(Inspection::Normal);
            }
        } else {
            self.accepted_in_a_row = 0;
            self.not_accepted += 1;
            // 9.4
            if self.not_accepted == Self::NOT_ACCEPTED_FOR_DISCONTINUED {
                self.begin(Inspection::Discontinued);
            }
        }
    }

    /// 9.3.3.1
    fn reduce_if_allowed(&mut self) {
        if self.score >= Self::SCORE_FOR_REDUCED && self.both_conditions_hold() {
            self.begin(Inspection::Reduced);
        }
    }

    fn both_conditions_hold(&self) -> bool {
        self.conditions.production_steady && self.conditions.reduced_approved
    }

    /// Every severity starts with a clean slate: score, window and counts are of one stretch of one severity.
    fn begin(&mut self, inspection: Inspection) {
        *self = Self { inspection, conditions: self.conditions, ..Self::new() };
    }
}

/// What a lot adds to the switching score; `None` where it sets it to 0 (9.3.3.2).
fn points(lot: Lot) -> Option<u32> {
    let points = match lot.plan {
        SamplingPlan::Single { acceptance_number: 0 | 1, .. } => Some(2),
        SamplingPlan::Single { accepted_one_step_tighter, .. } => accepted_one_step_tighter.then_some(3),
        SamplingPlan::Double { accepted_by_first } => accepted_by_first.then_some(3),
        SamplingPlan::Multiple { accepted_by_third } => accepted_by_third.then_some(3),
    };
    points.filter(|_| lot.accepted)
}
