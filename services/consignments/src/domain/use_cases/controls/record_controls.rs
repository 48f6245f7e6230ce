//! Records several examinations in one decision, in their order: a wrong one is refused by itself, and the others stand.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::Control,
    ports::DecidedBefore,
    use_cases::{ControlContent, RecordControl},
};

/// Records them.
pub struct RecordControls<'a> {
    /// It reads what was decided on those before as if it were stored.
    pub record: RecordControl<'a>,
    pub before: &'a dyn DecidedBefore,
}

impl RecordControls<'_> {
    /// Records them, as if one after the other: each comes to be known a microsecond after the one before it, so that their
    /// order is kept.
    ///
    /// # Errors
    /// Those of the store. Refusals of single ones are in the answer: `Invalid`, `Twin`.
    pub async fn execute(
        &self,
        caller: &Caller,
        contents: Vec<ControlContent>,
        now: Timestamp,
    ) -> Result<Decision<Vec<Result<Control, DomainError>>>, DomainError> {
        let mut changes = ChangeSet::default();
        let mut outcome = Vec::with_capacity(contents.len());
        let mut time = now;
        for content in contents {
            outcome.push(match self.record.execute(caller, content, time).await {
                Ok(decided) => {
                    self.before.take_in(&decided.changes);
                    changes.append(decided.changes);
                    time = time.saturating_add(SignedDuration::from_micros(1)).unwrap_or(time);
                    Ok(decided.outcome)
                }
                Err(refused @ (DomainError::Invalid(_) | DomainError::Twin { .. })) => Err(refused),
                Err(error) => return Err(error),
            });
        }
        Ok(Decision { outcome, changes })
    }
}
