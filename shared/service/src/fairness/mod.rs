//! What one authority may take of a server while others want it too: places, turns, quotas.
//!
//! Invariant: nobody's calls keep another authority out. A place is a bound on what is under way, streams apart from
//! other calls; a turn is the right to work, of which there are few, so that what runs runs fast; a quota bounds what a
//! principal may use over time.

mod places;
mod quota;
mod share;
mod turns;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seamless_proto::seamless::error::v1::ErrorReason;
use tonic::Code;

pub(crate) use places::Place;
pub(crate) use quota::Quota;
pub(crate) use share::{Share, Tally};
pub use turns::Turn;

use crate::config::{FairnessSettings, LimitSettings};
use crate::error::ApiError;
use crate::gate::{Caller, Weight};
use places::Places;
use share::Denied;
use turns::Turns;

/// When a refused caller should try again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The fairness of one server.
pub(crate) struct Fairness {
    calls: Places,
    streams: Places,
    light: Turns,
    heavy: Turns,
    sending: Turns,
    quota: Quota<Caller>,
    quota_words: String,
    strangers: Quota<IpAddr>,
    stranger_words: String,
    unit_bytes: usize,
}

/// The turns of the authority that calls, for handlers of streams; in the extensions of every request that passed the
/// gate. The chassis takes the turn of every other call.
#[derive(Clone)]
pub struct WorkTurns {
    authority: Arc<str>,
    light: Turns,
    heavy: Turns,
    sending: Turns,
}

impl WorkTurns {
    /// Waits until the authority may do a piece of work, which it holds the turn for. To be taken for work that ends by
    /// itself: never while waiting for the caller, or for something to happen.
    pub async fn take(&self, weight: Weight) -> Turn {
        match weight {
            Weight::Light => self.light.take(&self.authority).await,
            Weight::Heavy => self.heavy.take(&self.authority).await,
        }
    }

    /// A turn to encode a part of an answer, if nobody has to be waited for.
    pub(crate) fn try_send(&self) -> Option<Turn> {
        self.sending.try_take(&self.authority)
    }

    /// Waits for that turn.
    pub(crate) async fn send(self) -> Turn {
        self.sending.take(&self.authority).await
    }

    /// The same for a request that may not have passed a gate, as in a test without a chassis: then there is no turn to
    /// wait for.
    pub async fn take_if_any(turns: Option<&Self>, weight: Weight) -> Option<Turn> {
        match turns {
            Some(turns) => Some(turns.take(weight).await),
            None => None,
        }
    }
}

impl fmt::Debug for WorkTurns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WorkTurns").field("authority", &self.authority).finish_non_exhaustive()
    }
}

impl Fairness {
    pub(crate) fn new(limits: &LimitSettings, settings: &FairnessSettings) -> Self {
        let share = Share::new(settings.authority_share);
        let FairnessSettings { quota_per_second, quota_burst, quota_unit_bytes, .. } = *settings;
        let FairnessSettings { open_per_second, open_burst, .. } = *settings;
        Self {
            calls: Places::new(limits.max_concurrent_calls, share),
            streams: Places::new(limits.max_concurrent_streams, share),
            light: Turns::new(settings.light(), share),
            heavy: Turns::new(settings.heavy(), share),
            sending: Turns::new(settings.heavy(), share),
            quota: Quota::new(quota_per_second, quota_burst),
            quota_words: format!("{quota_per_second} units a second, {quota_burst} at once"),
            strangers: Quota::new(open_per_second, open_burst),
            stranger_words: format!("{open_per_second} calls a second, {open_burst} at once"),
            unit_bytes: quota_unit_bytes,
        }
    }

    /// Counts a call against the quota of its principal.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED, with the time to wait, if nothing is left of it.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<(), ApiError> {
        self.quota.take(caller, Instant::now()).map_err(|wait| {
            let subject = format!("principal:{} of {}", caller.subject(), caller.authority());
            exceeded("the quota of the principal is used up", subject, self.quota_words.as_str(), wait)
        })
    }

    /// Counts a call without a credential against what its address may make.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED, with the time to wait, if nothing is left of it.
    pub(crate) fn admit_stranger(&self, address: IpAddr) -> Result<(), ApiError> {
        self.strangers.take(&address, Instant::now()).map_err(|wait| {
            let message = "there were too many calls without a credential from this address";
            exceeded(message, "address".to_owned(), self.stranger_words.as_str(), wait)
        })
    }

    /// Takes the place of a call.
    ///
    /// # Errors
    /// RESOURCE_EXHAUSTED if the authority has its share of them, UNAVAILABLE if none is free.
    pub(crate) fn place(&self, caller: &Caller, is_stream: bool) -> Result<Place, ApiError> {
        let (places, what) = if is_stream { (&self.streams, "streams") } else { (&self.calls, "calls") };
        places.claim(caller.authority()).map_err(|denied| match denied {
            Denied::Full => ApiError::overloaded(RETRY_AFTER),
            Denied::ShareTaken => share_taken(caller.authority(), what),
        })
    }

    /// The turns of an authority.
    pub(crate) fn turns(&self, authority: &Arc<str>) -> WorkTurns {
        WorkTurns {
            authority: Arc::clone(authority),
            light: self.light.clone(),
            heavy: self.heavy.clone(),
            sending: self.sending.clone(),
        }
    }

    /// Counts what an answer held.
    pub(crate) fn charge(&self, caller: &Caller, bytes: usize) {
        let units = u32::try_from(bytes / self.unit_bytes).unwrap_or(u32::MAX);
        self.quota.charge(caller, units, Instant::now());
    }
}

/// What a caller is told whose authority has as many as it may have at a time.
pub(crate) fn share_taken(authority: &str, what: &str) -> ApiError {
    exceeded(
        &format!("the authority has as many {what} at a time as it may have"),
        format!("authority:{authority}"),
        format!("{what} at a time, as far as enough is left to others"),
        RETRY_AFTER,
    )
}

/// RESOURCE_EXHAUSTED that passes: whose quota it is, what it is, and when to try again.
pub(crate) fn exceeded(
    message: &str,
    subject: String,
    quota: impl Into<String>,
    retry: Duration,
) -> ApiError {
    ApiError::reason(Code::ResourceExhausted, ErrorReason::QuotaExceeded, message)
        .quota(subject, quota)
        // Rounded up: who comes a moment too early is refused again.
        .retry_after(retry + Duration::from_millis(1))
}
