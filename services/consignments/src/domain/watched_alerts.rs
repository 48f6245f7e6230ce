//! The alerts that screening goes by, shared by those who bring them up to date and those who ask: the index, and how
//! old what it knows may be.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use seamless_matching::Model;

use super::{
    alerts::{Alert, AlertIndex},
    model::{Consignment, MatchedAlert},
};

/// The alerts of the side whose feed is followed. What one side is told serves no other.
#[derive(Clone)]
pub struct WatchedAlerts {
    /// None where no feed is followed.
    side: Option<AuthorityId>,
    state: Arc<RwLock<State>>,
}

struct State {
    index: AlertIndex,
    position: i64,
    freshness: Freshness,
}

/// How old what is known may be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Freshness {
    /// Everything that was told by then is known; none before the feed was reached first.
    pub known_until: Option<Timestamp>,
    /// True while the feed is reached.
    pub following: bool,
}

/// What is known of the alerts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    pub alerts: usize,
    pub position: i64,
    pub freshness: Freshness,
}

impl WatchedAlerts {
    /// No alerts yet.
    #[must_use]
    pub fn new(side: Option<AuthorityId>, model: Model) -> Self {
        let state = State { index: AlertIndex::new(model), position: 0, freshness: Freshness::default() };
        Self { side, state: Arc::new(RwLock::new(state)) }
    }

    /// The alerts that the goods match, for a screening of this side, and how fresh they are.
    #[must_use]
    pub fn matched(
        &self,
        side: &AuthorityId,
        consignment: &Consignment,
        least: f64,
    ) -> (Vec<MatchedAlert>, Option<Timestamp>) {
        if self.side.as_ref() != Some(side) {
            return (Vec::new(), None);
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        (state.index.find(consignment, least), state.freshness.known_until)
    }

    /// What is known, for this side.
    #[must_use]
    pub fn known(&self, side: &AuthorityId) -> Known {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match self.side.as_ref() == Some(side) {
            true => Known { alerts: state.index.len(), position: state.position, freshness: state.freshness },
            false => Known { alerts: 0, position: 0, freshness: Freshness::default() },
        }
    }

    /// The position up to which changes were taken in.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.state.read().unwrap_or_else(PoisonError::into_inner).position
    }

    /// Takes changes in: alerts that are in force now, and names that are not any more.
    pub fn take_in<'a>(&self, changes: impl Iterator<Item = (&'a str, Option<&'a Alert>)>, position: i64) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for (name, alert) in changes {
            match alert {
                Some(alert) => state.index.put(alert),
                None => state.index.remove(name),
            }
        }
        state.position = position.max(state.position);
    }

    /// Notes how fresh they are.
    pub fn set_freshness(&self, following: bool, complete_at: Option<Timestamp>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.freshness.following = following;
        if complete_at.is_some() {
            state.freshness.known_until = complete_at;
        }
    }
}
