//! Places of calls: how many are under way at a time, each authority within its share.
//!
//! Invariant: a place is given back when it is dropped, however the call ends.

use std::sync::{Arc, Mutex, PoisonError};

use super::share::{Denied, Share, Tally};

/// Places of one kind. Clones are the same places.
#[derive(Clone, Debug)]
pub(crate) struct Places(Arc<Mutex<Tally>>);

/// A place that is held.
#[derive(Debug)]
pub(crate) struct Place {
    places: Places,
    authority: Arc<str>,
}

impl Places {
    pub(crate) fn new(capacity: usize, share: Share) -> Self {
        Self(Arc::new(Mutex::new(Tally::new(capacity, share))))
    }

    /// Takes a place for a call of an authority.
    pub(crate) fn claim(&self, authority: &Arc<str>) -> Result<Place, Denied> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take(authority)?;
        Ok(Place { places: self.clone(), authority: Arc::clone(authority) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.0.lock().unwrap_or_else(PoisonError::into_inner).give_back(&self.authority);
    }
}
