//! Moves the clock of a sandbox forward.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    ChangeSet, Decision, DomainError, Rules,
    change::Write,
    event::{DomainEvent, EventKind},
    model::SandboxState,
    ports::SandboxReader,
};

/// Moves the clock; no sandbox where the service is none.
pub struct AdvanceClock<'a> {
    pub rules: &'a Rules,
    pub sandbox: Option<&'a dyn SandboxReader>,
}

impl AdvanceClock<'_> {
    /// So much further ahead of real time, and tells it to every authority: whoever follows goes by the same clock.
    ///
    /// # Errors
    /// `SandboxOnly`.
    pub async fn execute(
        &self,
        by: SignedDuration,
        now: Timestamp,
    ) -> Result<Decision<SandboxState>, DomainError> {
        let mut state = self.sandbox.ok_or(DomainError::SandboxOnly)?.sandbox_get().await?;
        state.ahead = state.ahead.saturating_add(by);
        let then = now.saturating_add(by).unwrap_or(Timestamp::MAX);
        let kind = EventKind::SandboxClockAdvanced { ahead: state.ahead, now: then };
        let readers = self.rules.cooperation.authorities().map(|authority| authority.id.clone()).collect();
        let mut decision = decided(state);
        decision.changes.events.push(DomainEvent { kind, time: now, arrangement: None, readers });
        Ok(decision)
    }
}

/// The decision that makes this the state of the sandbox.
pub(super) fn decided(mut state: SandboxState) -> Decision<SandboxState> {
    state.revision += 1;
    let write = Write { record: state.clone(), is_new: state.revision == 1 };
    Decision { outcome: state, changes: ChangeSet { sandbox: Some(write), ..ChangeSet::default() } }
}
