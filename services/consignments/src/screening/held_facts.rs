//! Criteria and reliabilities, which change seldom and are asked for with every consignment: taken for a moment as they
//! were read. What this replica changes it sees at once, what others change a moment later.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    domain::{
        DomainError, Rules,
        criteria::Criterion,
        model::Trust,
        records::Record,
        use_cases::{TrustRead, active_criteria},
    },
    store::Store,
};

/// How long they are taken as they were read.
const HOLD: Duration = Duration::from_secs(1);

/// What was read, and when.
pub struct Held {
    since: Instant,
    pub criteria: Arc<Vec<Criterion>>,
    pub trust: TrustRead,
}

/// Gives what is held. Clones share it.
#[derive(Clone, Default)]
pub struct HeldFacts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    held: Option<Arc<Held>>,
    /// Rises with each change, so that what was read before one is not held after it.
    changes: u64,
}

impl HeldFacts {
    /// What was read a moment ago, or is read now: of criteria all that are active, of whichever side.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn get(&self, store: &Store, rules: &Rules) -> Result<Arc<Held>, DomainError> {
        let changes = {
            let state = self.state();
            match &state.held {
                Some(held) if held.since.elapsed() < HOLD => return Ok(held.clone()),
                _ => state.changes,
            }
        };
        let since = Instant::now();
        let owners = rules.cooperation.authorities().map(|one| one.id.clone()).collect();
        let criteria = Arc::new(active_criteria(store, owners).await?);
        let held = Arc::new(Held { since, criteria, trust: TrustRead::default() });
        let mut state = self.state();
        if state.changes == changes {
            state.held = Some(held.clone());
        }
        Ok(held)
    }

    /// Whether records of this kind are held.
    pub fn holds(kind: &str) -> bool {
        [Criterion::KIND, Trust::KIND].contains(&kind)
    }

    /// Forgets what is held, since some of it was changed.
    pub fn forget(&self) {
        let mut state = self.state();
        state.changes += 1;
        state.held = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
