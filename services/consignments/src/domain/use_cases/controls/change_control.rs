//! Ends a suspension with an outcome or without one, or corrects an outcome.

use jiff::Timestamp;

use crate::domain::{
    Decision, DomainError,
    model::{Control, ControlOutcome, TestResult},
    use_cases::{SettleControl, future_tests::future_tests, require_revision},
};

/// What is to be done to a control.
#[derive(Clone, Debug)]
pub enum ControlStep {
    /// SUSPENDED to DECIDED.
    Decide { outcome: ControlOutcome, tests: Vec<TestResult>, findings: String },
    /// SUSPENDED to RELEASED.
    Release { reason: String },
    /// The outcome of a decided one was wrong.
    Correct { outcome: ControlOutcome, reason: String },
}

/// Takes a step.
pub struct ChangeControl<'a> {
    pub settle: SettleControl<'a>,
}

impl ChangeControl<'_> {
    /// Takes it, if the control is still at `revision` (none for whichever is there).
    ///
    /// # Errors
    /// `EtagMismatch`; `IllegalTransition`; `Invalid`; those of the store.
    pub async fn execute(
        &self,
        present: Control,
        step: ControlStep,
        revision: Option<i64>,
        now: Timestamp,
    ) -> Result<Decision<Control>, DomainError> {
        require_revision(revision, present.revision, || present.name())?;
        let mut changed = present.clone();
        match step {
            ControlStep::Decide { outcome, tests, findings } => {
                let today = self.settle.rules.today_at(&present.authority, now);
                let wrong = future_tests("tests", &tests, today);
                if !wrong.is_empty() {
                    return Err(wrong.into());
                }
                changed.decide(outcome, tests, findings)?;
            }
            ControlStep::Release { reason } => changed.release(reason)?,
            ControlStep::Correct { outcome, reason } => changed.correct(outcome, reason, now)?,
        }
        changed.revision += 1;
        changed.update_time = now;
        let changes = self.settle.execute(Some(&present), &mut changed, now).await?;
        Ok(Decision { outcome: changed, changes })
    }
}
