//! Lets a model decide.

use jiff::Timestamp;

use super::{
    compare_models::Comparison,
    model_access::{ModelAccess, in_state, model_changed, moved},
};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::{ModelState, RiskModel},
    model_accuracy::Accuracy,
    use_cases::require_revision,
};

/// How well two models did beside each other, to be told when one takes the other's place.
#[derive(Clone, Debug)]
pub struct Judged {
    pub first: String,
    pub second: String,
    pub comparison: Comparison,
}

impl Judged {
    /// What it says of a model, and on how many outcomes; none of others, and where there was no outcome.
    fn of(&self, name: &str) -> Option<(Accuracy, usize)> {
        let Comparison { first, second, outcomes, .. } = self.comparison;
        let accuracy = match name {
            _ if outcomes == 0 => return None,
            name if name == self.first => first,
            name if name == self.second => second,
            _ => return None,
        };
        Some((accuracy, outcomes))
    }
}

/// A side has one model that decides: the one before is retired in the same commit, by its revision.
pub struct ActivateModel<'a> {
    pub access: ModelAccess<'a>,
}

impl ActivateModel<'_> {
    /// Lets it decide from now on. `judged` is what is told of how well it and the one before did; none where nobody looked.
    ///
    /// # Errors
    /// `Denied`; `EtagMismatch`; `IllegalTransition` if it decides already; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        name: &str,
        revision: Option<i64>,
        judged: Option<&Judged>,
        now: Timestamp,
    ) -> Result<Decision<RiskModel>, DomainError> {
        let side = self.access.changed_by(caller)?;
        let present = self.access.execute(caller, name).await?;
        require_revision(revision, present.revision, || present.name())?;
        if present.state == ModelState::Deciding {
            return Err(DomainError::illegal(present.name(), present.state, "activating"));
        }
        let mut changes = ChangeSet::default();
        for former in in_state(self.access.models, &side, ModelState::Deciding).await? {
            let retired = moved(former, ModelState::Retired);
            changes.put_model(&retired);
            let accuracy = judged.and_then(|judged| judged.of(&retired.name()));
            changes.tell(model_changed(
                self.access.rules,
                retired,
                Some(ModelState::Deciding),
                accuracy,
                now,
            ));
        }
        let previous = present.state;
        let activated = RiskModel { activate_time: Some(now), ..moved(present, ModelState::Deciding) };
        changes.put_model(&activated);
        let accuracy = judged.and_then(|judged| judged.of(&activated.name()));
        changes.tell(model_changed(self.access.rules, activated.clone(), Some(previous), accuracy, now));
        Ok(Decision { outcome: activated, changes })
    }
}
