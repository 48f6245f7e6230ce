//! One connection, as the register and the calls on it see it.
//!
//! Invariant: the seat is given back when the last of connection and calls is gone, and what it says of calls under way
//! and of the time without one is true at each moment.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::strangers::Number;
use super::{Connections, Reason};
use crate::error::ApiError;
use crate::fairness::exceeded;
use crate::gate::Caller;

/// A connection that was let in.
pub(crate) struct Seat {
    register: Arc<Connections>,
    number: Number,
    let_go: CancellationToken,
    begun: Instant,
    caller: OnceLock<Caller>,
    activity: Mutex<Activity>,
}

#[derive(Debug)]
struct Activity {
    under_way: usize,
    watches: usize,
    last_end: Instant,
    /// Calls before the first that passed the gate.
    unauthenticated: usize,
}

/// A call that is under way on a connection until it is dropped.
pub(crate) struct CallUnderWay(Arc<Seat>);

/// A `Health.Watch` that is under way until it is dropped.
pub(crate) struct Watching(Arc<Seat>);

impl Seat {
    pub(super) fn new(register: Arc<Connections>, number: Number, let_go: CancellationToken) -> Self {
        let begun = Instant::now();
        let activity = Activity { under_way: 0, watches: 0, last_end: begun, unauthenticated: 0 };
        let (caller, activity) = (OnceLock::new(), Mutex::new(activity));
        Self { register, number, let_go, begun, caller, activity }
    }

    /// The handshake is over.
    pub(crate) fn handshaken(&self) {
        self.register.handshaken(self.number);
    }

    /// When the connection has to go at once, for a newcomer.
    pub(crate) async fn pushed_out(&self) {
        self.let_go.cancelled().await;
    }

    /// When the connection has been without a call for too long, and is to end in peace.
    pub(crate) async fn outstayed(&self) {
        let settings = self.register.settings();
        loop {
            let (limit, since, reason) = {
                let activity = self.activity();
                match self.caller.get() {
                    None if activity.watches == 0 => {
                        (settings.first_call, Some(self.begun), Reason::FirstCall)
                    }
                    None => (settings.idle, Some(self.begun), Reason::Idle),
                    Some(_) if activity.under_way > 0 => (settings.idle, None, Reason::Idle),
                    Some(_) => (settings.idle, Some(activity.last_end), Reason::Idle),
                }
            };
            // With a call under way it is looked at again after the time at the earliest that it may then be idle.
            let Some(until) = since.unwrap_or_else(Instant::now).checked_add(limit) else {
                return pending().await;
            };
            if since.is_some() && until <= Instant::now() {
                self.register.tell(reason);
                return;
            }
            tokio::time::sleep_until(until.into()).await;
        }
    }

    /// A call has begun.
    pub(crate) fn begin_call(self: &Arc<Self>) -> CallUnderWay {
        self.activity().under_way += 1;
        CallUnderWay(Arc::clone(self))
    }

    /// Whose connection it is, once a call on it has passed the gate.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.caller.get()
    }

    /// A call of the caller has passed the gate.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED if the principal, or its authority, has as many connections as it may have.
    pub(crate) fn authenticate(&self, caller: &Caller) -> Result<(), ApiError> {
        if self.caller.get().is_none() {
            self.register.authenticate(self.number, caller)?;
            self.caller.get_or_init(|| caller.clone());
        }
        Ok(())
    }

    /// A call has not passed the gate, or need not. A stranger with too many of them has to go.
    pub(crate) fn count_unauthenticated(&self) {
        let most = self.register.settings().unauthenticated_calls;
        let mut activity = self.activity();
        activity.unauthenticated += 1;
        if activity.unauthenticated == most + 1 {
            drop(activity);
            self.register.tell(Reason::Calls);
            self.let_go.cancel();
        }
    }

    /// Takes a place for a `Health.Watch`.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED if the connection, or the server, has as many as it may have.
    pub(crate) fn begin_watch(self: &Arc<Self>) -> Result<Watching, ApiError> {
        let settings = self.register.settings();
        let refused = |subject: &str, most: usize| {
            let words = format!("{most} watches of health");
            Err(exceeded(
                "there are as many watches of health as there may be",
                subject.into(),
                words,
                settings.first_call,
            ))
        };
        let mut activity = self.activity();
        if activity.watches >= settings.watches_per_connection {
            return refused("connection", settings.watches_per_connection);
        }
        if !self.register.begin_watch() {
            return refused("service", settings.watches);
        }
        activity.watches += 1;
        Ok(Watching(Arc::clone(self)))
    }

    fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.register.leave(self.number);
    }
}

impl Drop for CallUnderWay {
    fn drop(&mut self) {
        let mut activity = self.0.activity();
        activity.under_way -= 1;
        activity.last_end = Instant::now();
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.activity().watches -= 1;
        self.0.register.end_watch();
    }
}
