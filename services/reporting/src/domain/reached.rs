//! Until when the feeds are known.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use seamless_identity::AuthorityId;

use super::source::Feed;

/// Until when everything was taken in that each feed told, as far as is known since the start. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Reached(Arc<Mutex<HashMap<Feed, Timestamp>>>);

impl Reached {
    /// Until when the alerts of this authority are known; none where nothing was heard yet.
    #[must_use]
    pub fn until(&self, authority: &AuthorityId) -> Option<Timestamp> {
        self.until_of(&Feed::of_alerts(authority))
    }

    /// Until when this feed is known; none where nothing was heard yet.
    #[must_use]
    pub fn until_of(&self, feed: &Feed) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(feed).copied()
    }

    /// How far that lies behind `now`; none where nothing was heard yet.
    #[must_use]
    pub fn lag(&self, feed: &Feed, now: Timestamp) -> Option<SignedDuration> {
        Some(now.duration_since(self.until_of(feed)?).max(SignedDuration::ZERO))
    }

    /// Everything was taken in until then; it never goes back.
    pub fn reach(&self, feed: &Feed, until: Timestamp) {
        let mut reached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = reached.entry(feed.clone()).or_insert(until);
        *known = until.max(*known);
    }
}
