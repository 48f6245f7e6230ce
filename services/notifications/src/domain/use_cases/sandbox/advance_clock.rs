//! Moves the clock of a sandbox forward.

use jiff::SignedDuration;

use crate::domain::{
    ChangeSet, Decision, DomainError, change::Write, model::SandboxState, ports::SandboxReader,
};

/// Moves the clock; none where the service is no sandbox.
pub struct AdvanceClock<'a> {
    pub sandbox: Option<&'a dyn SandboxReader>,
}

impl AdvanceClock<'_> {
    /// So much further ahead of real time.
    ///
    /// # Errors
    /// `SandboxOnly`.
    pub async fn execute(&self, by: SignedDuration) -> Result<Decision<SandboxState>, DomainError> {
        let mut state = self.sandbox.ok_or(DomainError::SandboxOnly)?.sandbox_get().await?;
        state.ahead = state.ahead.saturating_add(by);
        Ok(decided(state))
    }
}

/// The decision that makes this the state of the sandbox.
pub(super) fn decided(mut state: SandboxState) -> Decision<SandboxState> {
    state.revision += 1;
    let write = Write { record: state.clone(), is_new: state.revision == 1 };
    Decision { outcome: state, changes: ChangeSet { sandbox: Some(write), ..ChangeSet::default() } }
}
