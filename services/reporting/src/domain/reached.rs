//! Until when the feeds are known.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;

/// Until when everything was taken in that each feed told, as far as is known since the start. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<Mutex<HashMap<AuthorityId, Timestamp>>>);

impl Reached {
    /// Until when for this authority; none where nothing was heard yet.
    #[must_use]
    pub fn until(&self, authority: &AuthorityId) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(authority).copied()
    }

    /// How far that lies behind `now`; none where nothing was heard yet.
    #[must_use]
    pub fn lag(&self, authority: &AuthorityId, now: Timestamp) -> Option<SignedDuration> {
        Some(now.duration_since(self.until(authority)?).max(SignedDuration::ZERO))
    }

    /// Everything was taken in until then; it never goes back.
    pub fn reach(&self, authority: &AuthorityId, until: Timestamp) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = reached.entry(authority.clone()).or_insert(until);
        *known = until.max(*known);
    }
}
