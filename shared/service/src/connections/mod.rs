//! The register of a server's connections: who came when, how far it got, and who has to go for a newcomer.
//!
//! Invariant: a newcomer never waits. It is let in, if need be at the cost of a connection on which nobody has
//! authenticated yet, or closed at once; and a connection on which somebody has is never closed for another's sake.

mod pace;
mod peer;
mod seat;
mod strangers;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, UpDownCounter};
use tokio_util::sync::CancellationToken;

pub(crate) use peer::Peer;
pub(crate) use seat::{CallUnderWay, Seat, Watching};

use crate::config::{ConnectionSettings, FairnessSettings};
use crate::error::ApiError;
use crate::fairness::{Share, Tally, exceeded, share_taken};
use crate::gate::Caller;
use crate::log_budget::LogBudget;
use pace::Pace;
use strangers::{Number, Strangers};

/// When a principal with too many connections should try again.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Lines a second that tell of connections that had to go.
const LINES_PER_SECOND: usize = 1;

/// Why a connection had to go, or was not let in; as it stands in measures and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Too many in their handshake.
    Handshakes,
    /// Too many unauthenticated.
    Unauthenticated,
    /// Too many unauthenticated of its address.
    Address,
    /// Too many of all kinds.
    Full,
    /// Too many calls that did not pass the gate.
    Calls,
    /// No call passed the gate in time.
    FirstCall,
    /// No call for too long.
    Idle,
}

impl Reason {
    fn label(self) -> &'static str {
        match self {
            Self::Handshakes => "handshakes",
            Self::Unauthenticated => "unauthenticated",
            Self::Address => "unauthenticated_per_address",
            Self::Full => "max_connections",
            Self::Calls => "unauthenticated_calls",
            Self::FirstCall => "first_call",
            Self::Idle => "idle",
        }
    }
}

/// The register.
pub(crate) struct Connections {
    max: usize,
    settings: ConnectionSettings,
    state: Mutex<State>,
    open: UpDownCounter<i64>,
    let_go: Counter<u64>,
    lines: LogBudget,
    pace: Pace,
}

struct State {
    next: Number,
    entries: HashMap<Number, Entry>,
    strangers: Strangers,
    principals: HashMap<Caller, usize>,
    authorities: Tally,
    watches: usize,
}

struct Entry {
    peer: Peer,
    caller: Option<Caller>,
    let_go: CancellationToken,
}

impl Connections {
    pub(crate) fn new(max: usize, settings: ConnectionSettings, fairness: &FairnessSettings) -> Arc<Self> {
        let meter = opentelemetry::global::meter("seamless-service");
        let pace = Pace::new(settings.handshakes_per_second);
        Arc::new(Self {
            max,
            pace,
            settings,
            state: Mutex::new(State {
                next: 0,
                entries: HashMap::new(),
                strangers: Strangers::default(),
                principals: HashMap::new(),
                authorities: Tally::new(max, Share::new(fairness.authority_share)),
                watches: 0,
            }),
            open: meter.i64_up_down_counter("seamless.server.connections").with_unit("{connection}").build(),
            let_go: meter.u64_counter("seamless.server.connections_let_go").with_unit("{connection}").build(),
            lines: LogBudget::new(LINES_PER_SECOND, "more connections had to go"),
        })
    }

    pub(crate) fn settings(&self) -> &ConnectionSettings {
        &self.settings
    }

    /// Waits until one more handshake may begin.
    pub(crate) async fn keep_pace(&self) {
        self.pace.keep().await;
    }

    /// Lets a newcomer in; nothing if there is no room, not even at a stranger's cost.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Arc<Seat>> {
        let peer = Peer::from(address);
        let mut gone = Vec::new();
        let seat = {
            let state = &mut *self.lock();
            if state.strangers.of(peer) >= self.settings.unauthenticated_per_address {
                gone.extend(state.remove(state.strangers.oldest_of(peer), Reason::Address));
            }
            if state.strangers.handshaking() >= self.settings.handshakes {
                gone.extend(state.remove(state.strangers.next_handshake_to_go(), Reason::Handshakes));
            }
            if state.strangers.total() >= self.settings.unauthenticated {
                gone.extend(state.remove(state.strangers.next_to_go(), Reason::Unauthenticated));
            }
            if state.entries.len() >= self.max {
                gone.extend(state.remove(state.strangers.next_to_go(), Reason::Full));
            }
            (state.entries.len() < self.max).then(|| {
                let number = state.next;
                state.next += 1;
                let let_go = CancellationToken::new();
                state.entries.insert(number, Entry { peer, caller: None, let_go: let_go.clone() });
                state.strangers.add(peer, number);
                self.open.add(1, &[]);
                Seat::new(Arc::clone(self), number, let_go)
            })
        };
        for (entry, reason) in gone {
            self.open.add(-1, &[]);
            entry.let_go.cancel();
            self.tell(reason);
        }
        if seat.is_none() {
            self.tell(Reason::Full);
        }
        seat.map(Arc::new)
    }

    /// Makes a stranger go, because the system has no more sockets to give.
    pub(crate) fn make_room(&self) {
        let gone = {
            let state = &mut *self.lock();
            state.remove(state.strangers.next_to_go(), Reason::Full)
        };
        if let Some((entry, reason)) = gone {
            self.open.add(-1, &[]);
            entry.let_go.cancel();
            self.tell(reason);
        }
    }

    /// Counts that a connection had to go, and says so, within measure.
    fn tell(&self, reason: Reason) {
        let reason = reason.label();
        self.let_go.add(1, &[KeyValue::new("reason", reason)]);
        if self.lines.allows() {
            tracing::info!(reason, "a connection had to go");
        }
    }

    fn handshaken(&self, number: Number) {
        let state = &mut *self.lock();
        if let Some(entry) = state.entries.get(&number) {
            state.strangers.handshaken(entry.peer, number);
        }
    }

    /// A call of the caller has passed the gate: the connection is its.
    fn authenticate(&self, number: Number, caller: &Caller) -> Result<(), ApiError> {
        let state = &mut *self.lock();
        let Some(entry) = state.entries.get_mut(&number) else {
            // It had to go a moment ago.
            return Err(ApiError::overloaded(RETRY_AFTER));
        };
        if entry.caller.is_some() {
            return Ok(());
        }
        let held = state.principals.get(caller).copied().unwrap_or_default();
        if held >= self.settings.per_principal {
            return Err(exceeded(
                "the principal has as many connections as it may have",
                format!("principal:{} of {}", caller.subject(), caller.authority()),
                format!("{} connections", self.settings.per_principal),
                RETRY_AFTER,
            ));
        }
        state
            .authorities
            .take(caller.authority())
            .map_err(|_| share_taken(caller.authority(), "connections"))?;
        *state.principals.entry(caller.clone()).or_default() += 1;
        entry.caller = Some(caller.clone());
        state.strangers.remove(entry.peer, number);
        Ok(())
    }

    fn leave(&self, number: Number) {
        if self.lock().take_out(number).is_some() {
            self.open.add(-1, &[]);
        }
    }

    /// Takes a place among the watches of health.
    fn begin_watch(&self) -> bool {
        let state = &mut *self.lock();
        let is_free = state.watches < self.settings.watches;
        state.watches += usize::from(is_free);
        is_free
    }

    fn end_watch(&self) {
        self.lock().watches -= 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn remove(&mut self, number: Option<Number>, reason: Reason) -> Option<(Entry, Reason)> {
        self.take_out(number?).map(|entry| (entry, reason))
    }

    fn take_out(&mut self, number: Number) -> Option<Entry> {
        let entry = self.entries.remove(&number)?;
        match &entry.caller {
            None => self.strangers.remove(entry.peer, number),
            Some(caller) => {
                self.authorities.give_back(caller.authority());
                if let Some(held) = self.principals.get_mut(caller) {
                    *held -= 1;
                    if *held == 0 {
                        self.principals.remove(caller);
                    }
                }
            }
        }
        Some(entry)
    }
}
