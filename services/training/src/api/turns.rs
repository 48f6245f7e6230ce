//! Turns: those who change the same thing in this replica come one after the other.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};
use uuid::Uuid;

/// So many things can have their turns at the same time; two that share a place wait for each other now and then.
const PLACES: usize = 64;

/// The turns of all things.
#[derive(Clone)]
pub struct Turns(Arc<[Arc<Mutex<()>>; PLACES]>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(std::array::from_fn(|_| Arc::default())))
    }
}

impl Turns {
    /// Waits for the turn of a thing; it lasts as long as what is given is held.
    pub async fn of(&self, id: Uuid) -> OwnedMutexGuard<()> {
        let place = usize::from(id.as_bytes()[15]) % PLACES;
        self.0[place].clone().lock_owned().await
    }
}
