//! Ends a suspension with an outcome or without one, corrects an outcome, or notes the alert that was made of it.

use jiff::Timestamp;

use crate::domain::{
    Decision, DomainError,
    model::{Control, ControlOutcome, EventStatus, TestResult},
    ports::AlertReader,
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
    /// An alert was made of it.
    Link { notification: String },
}

/// Takes a step.
pub struct ChangeControl<'a> {
    pub settle: SettleControl<'a>,
    /// What is known of the alerts of the control's side; none where they are not followed.
    pub alerts: Option<&'a dyn AlertReader>,
}

impl ChangeControl<'_> {
    /// Takes it, if the control is still at `revision` (none for whichever is there).
    ///
    /// # Errors
    /// `EtagMismatch`; `IllegalTransition`; `Invalid`; `Twin` if it has an alert; those of the store.
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
                changed.decide(outcome, tests, findings, now)?;
            }
            ControlStep::Release { reason } => changed.release(reason, now)?,
            ControlStep::Correct { outcome, reason } => changed.correct(outcome, reason, now)?,
            ControlStep::Link { notification } => {
                // The feed tells screening nothing of drills.
                let is_actual = changed.status == EventStatus::Actual;
                if let Some(alerts) = self.alerts.filter(|_| is_actual)
                    && !alerts.alert_is_known(&notification).await?
                {
                    let description = format!(
                        "wants an alert that the caller's side sees, and that has come to be known here; got {notification}"
                    );
                    return Err(DomainError::invalid("notification", description));
                }
                changed.link(notification)?;
            }
        }
        changed.revision += 1;
        changed.update_time = now;
        let changes = self.settle.execute(Some(&present), &mut changed, now).await?;
        Ok(Decision { outcome: changed, changes })
    }
}
