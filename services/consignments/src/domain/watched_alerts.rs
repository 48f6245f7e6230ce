//! The alerts that screening goes by, shared by those who bring them up to date and those who ask: the index, and how
//! old what it knows may be.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use seamless_matching::Model;

use super::{
    alerts::{Alert, AlertIndex, Bounds},
    model::{Consignment, MatchedAlert},
};

/// The alerts of the side whose feed is followed. What one side is told serves no other.
#[derive(Clone)]
pub struct WatchedAlerts {
    /// None where no feed is followed.
    side: Option<AuthorityId>,
    model: Model,
    state: Arc<RwLock<State>>,
}

struct State {
    index: AlertIndex,
    position: i64,
    generation: i64,
    freshness: Freshness,
}

/// How old what is known may be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Freshness {
    /// Everything that was told by then is known; none before the feed was reached first.
    pub known_until: Option<Timestamp>,
    /// True while the feed is reached, and goes on from what is known.
    pub following: bool,
    /// True from when it is noticed that the feed's service was restored, until the alerts are built anew.
    pub source_restored: bool,
}

/// What the feed answers to whether there is more than is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answer {
    /// There was nothing more when it was asked.
    Complete(Timestamp),
    /// There is more.
    More,
    /// None: it is not reached.
    Unreached,
    /// Its service was restored: what is known is of another history.
    Restored,
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
        let index = AlertIndex::new(model.clone());
        let state = State { index, position: 0, generation: 0, freshness: Freshness::default() };
        Self { side, model, state: Arc::new(RwLock::new(state)) }
    }

    /// The alerts that the goods match, for a screening of this side, and how fresh they are.
    #[must_use]
    pub fn matched(
        &self,
        side: &AuthorityId,
        consignment: &Consignment,
        bounds: &Bounds,
    ) -> (Vec<MatchedAlert>, Option<Timestamp>) {
        if self.side.as_ref() != Some(side) {
            return (Vec::new(), None);
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        (state.index.find(consignment, bounds), state.freshness.known_until)
    }

    /// Whether these are the alerts of this side.
    #[must_use]
    pub fn is_of(&self, side: &AuthorityId) -> bool {
        self.side.as_ref() == Some(side)
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

    /// The position up to which changes were taken in, and how often all of them were replaced.
    #[must_use]
    pub fn place(&self) -> (i64, i64) {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        (state.position, state.generation)
    }

    /// An index without alerts, to be filled beside.
    #[must_use]
    pub fn beside(&self) -> AlertIndex {
        AlertIndex::new(self.model.clone())
    }

    /// Puts an index that was filled beside, up to a position of a generation, in the place of the one that is asked.
    pub fn replace(&self, index: AlertIndex, position: i64, generation: i64) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let freshness = state.freshness;
        *state = State { index, position, generation, freshness };
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

    /// Takes up how old the alerts are that another process knew last.
    pub fn take_up(&self, known_until: Option<Timestamp>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.freshness = Freshness { known_until, ..Freshness::default() };
    }

    /// Notes what the feed answered.
    pub fn note(&self, answer: Answer) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let freshness = &mut state.freshness;
        match answer {
            Answer::Complete(asked_at) => {
                *freshness =
                    Freshness { known_until: Some(asked_at), following: true, source_restored: false };
            }
            Answer::More => (freshness.following, freshness.source_restored) = (true, false),
            Answer::Unreached => freshness.following = false,
            Answer::Restored => (freshness.following, freshness.source_restored) = (false, true),
        }
    }
}
