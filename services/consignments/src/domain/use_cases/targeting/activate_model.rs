//! Lets a model decide.

use jiff::Timestamp;

use super::model_access::{ModelAccess, in_state, moved};
use crate::domain::{
    Caller, ChangeSet, Decision, DomainError,
    model::{ModelState, RiskModel},
    use_cases::require_revision,
};

/// A side has one model that decides: the one before is retired in the same commit, by its revision.
pub struct ActivateModel<'a> {
    pub access: ModelAccess<'a>,
}

impl ActivateModel<'_> {
    /// Lets it decide from now on.
    ///
    /// # Errors
    /// `Denied`; `EtagMismatch`; `IllegalTransition` if it decides already; those of the store.
    pub async fn execute(
        &self,
        caller: &Caller,
        name: &str,
        revision: Option<i64>,
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
            changes.put_model(&moved(former, ModelState::Retired));
        }
        let activated = RiskModel { activate_time: Some(now), ..moved(present, ModelState::Deciding) };
        changes.put_model(&activated);
        Ok(Decision { outcome: activated, changes })
    }
}
