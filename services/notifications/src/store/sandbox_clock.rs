//! What this replica knows of the sandbox's state, and the clock that it moves.

use std::sync::{Arc, PoisonError, RwLock};

use seamless_calendar::{Ahead, Clock};
use seamless_identity::AuthorityId;

use crate::domain::model::{Fault, SandboxState};

/// The sandbox as this replica knows it: real time, shifted by what the operator advanced. It only moves forward, so a
/// look at an older state changes nothing.
#[derive(Clone, Default)]
pub struct Sandbox {
    state: Arc<RwLock<SandboxState>>,
    ahead: Ahead,
}

impl Sandbox {
    /// The clock of the sandbox, on top of a given one.
    #[must_use]
    pub fn clock(&self, real: Arc<dyn Clock>) -> Arc<dyn Clock> {
        self.ahead.clock(real)
    }

    /// Takes over a state that was stored, if it is newer.
    pub fn follow(&self, state: SandboxState) {
        let mut known = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.revision > known.revision {
            self.ahead.reach(state.ahead);
            *known = state;
        }
    }

    /// The faults of an authority's feed.
    #[must_use]
    pub fn faults(&self, authority: &AuthorityId) -> Vec<Fault> {
        self.known(|state| state.faults.get(authority).cloned().unwrap_or_default())
    }

    /// What the state says.
    pub fn known<T>(&self, look: impl FnOnce(&SandboxState) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}
