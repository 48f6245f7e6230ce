//! Sets what goes wrong with the feed of an authority in a sandbox.

use seamless_identity::AuthorityId;

use super::advance_clock::decided;
use crate::domain::{
    Decision, DomainError, Rules,
    model::{Fault, SandboxState},
    ports::SandboxReader,
};

/// Sets faults; no sandbox where the service is none.
pub struct InjectFaults<'a> {
    pub rules: &'a Rules,
    pub sandbox: Option<&'a dyn SandboxReader>,
}

impl InjectFaults<'_> {
    /// These in place of what was set for the authority before.
    ///
    /// # Errors
    /// `SandboxOnly`; `Invalid` if there is no such authority.
    pub async fn execute(
        &self,
        authority: &AuthorityId,
        faults: &[Fault],
    ) -> Result<Decision<SandboxState>, DomainError> {
        let sandbox = self.sandbox.ok_or(DomainError::SandboxOnly)?;
        if self.rules.cooperation.authority(authority).is_none() {
            let wanted = format!("wants the id of an authority that takes part; got {authority}");
            return Err(DomainError::invalid("authority", wanted));
        }
        let mut state = sandbox.sandbox_get().await?;
        match faults {
            [] => state.faults.remove(authority),
            faults => state.faults.insert(authority.clone(), faults.to_vec()),
        };
        Ok(decided(state))
    }
}
