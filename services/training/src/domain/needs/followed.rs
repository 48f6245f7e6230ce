//! Whose feeds of alerts are followed, and how old what is known of each may be.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use seamless_identity::AuthorityId;

/// The feeds that are followed here. What one authority is shown serves no other.
#[derive(Clone, Debug, Default)]
pub struct FollowedFeeds {
    /// Until when everything is known that was told, in microseconds since 1970 UTC; the smallest number before the feed was
    /// reached by this replica.
    until: Arc<BTreeMap<AuthorityId, AtomicI64>>,
}

/// What the store knows of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedStanding {
    /// The last position that took effect; 0 before the first.
    pub position: i64,
    /// When the last event happened that took effect.
    pub told_until: Option<Timestamp>,
    /// Whether alerts are read anew, since their service was restored.
    pub source_restored: bool,
    /// When the first alert is that is known.
    pub first_alert: Option<Timestamp>,
}

/// What is known of the alerts of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFeed {
    pub authority: AuthorityId,
    pub standing: FeedStanding,
    /// Everything that was told by then is known.
    pub known_until: Timestamp,
}

impl FollowedFeeds {
    /// Those of these authorities.
    #[must_use]
    pub fn new(authorities: impl IntoIterator<Item = AuthorityId>) -> Self {
        let until = authorities.into_iter().map(|authority| (authority, AtomicI64::new(i64::MIN)));
        Self { until: Arc::new(until.collect()) }
    }

    /// Whether the feed of this authority is followed.
    #[must_use]
    pub fn has(&self, authority: &AuthorityId) -> bool {
        self.until.contains_key(authority)
    }

    /// Whose feeds are followed.
    pub fn authorities(&self) -> impl Iterator<Item = &AuthorityId> {
        self.until.keys()
    }

    /// Notes that everything is known that was told by then.
    pub fn reached(&self, authority: &AuthorityId, until: Timestamp) {
        if let Some(known) = self.until.get(authority) {
            known.fetch_max(until.as_microsecond(), Ordering::Relaxed);
        }
    }

    /// Until when everything is known, as far as this replica was told; none before the feed was reached.
    #[must_use]
    pub fn known_until(&self, authority: &AuthorityId) -> Option<Timestamp> {
        let known = self.until.get(authority)?.load(Ordering::Relaxed);
        Timestamp::from_microsecond(known).ok()
    }
}
