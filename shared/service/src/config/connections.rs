//! The section `server.connections`: whom a service keeps connected, and for how long.

use std::time::Duration;

use serde::Deserialize;

use super::error::InvalidSetting;
use super::layers::Validate;

/// The section `server.connections`. A connection is *unauthenticated* until a call on it has passed the gate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConnectionSettings {
    /// Connections in their TLS handshake at a time. One more makes the oldest go, of the address that has most of them.
    pub handshakes: usize,
    /// Handshakes that begin in a second; others wait, in order, within the time of a handshake.
    pub handshakes_per_second: u32,
    /// Unauthenticated connections at a time, those in their handshake counted; one more makes the oldest go, likewise.
    pub unauthenticated: usize,
    /// The same of one address (of a /64 of IPv6); one more makes the oldest of that address go.
    pub unauthenticated_per_address: usize,
    /// Calls on a connection, those for health counted, before one has passed the gate; with one more it is let go.
    pub unauthenticated_calls: usize,
    /// How long after its beginning a connection may be without a call that passed the gate. A connection with a
    /// `Health.Watch` has `idle` instead.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub first_call: Duration,
    /// Authenticated connections of one principal at a time; the first call on one more is refused.
    pub per_principal: usize,
    /// After so long without a call an authenticated connection is asked to end, whether or not it answers pings.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub idle: Duration,
    /// Streams of `Health.Watch` at a time, over all connections.
    pub watches: usize,
    /// The same on one connection.
    pub watches_per_connection: usize,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            handshakes: 256,
            handshakes_per_second: 500,
            unauthenticated: 1024,
            unauthenticated_per_address: 512,
            unauthenticated_calls: 200,
            first_call: Duration::from_secs(10),
            per_principal: 256,
            idle: Duration::from_secs(15 * 60),
            watches: 64,
            watches_per_connection: 4,
        }
    }
}

impl Validate for ConnectionSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        for (key, value) in [("first_call", self.first_call), ("idle", self.idle)] {
            if value.is_zero() {
                return Err(InvalidSetting::new(key, "0s", "a time longer than 0s, such as 30s or 500ms"));
            }
        }
        for (key, value) in [
            ("handshakes", self.handshakes),
            ("handshakes_per_second", self.handshakes_per_second as usize),
            ("unauthenticated", self.unauthenticated),
            ("unauthenticated_per_address", self.unauthenticated_per_address),
            ("unauthenticated_calls", self.unauthenticated_calls),
            ("per_principal", self.per_principal),
            ("watches", self.watches),
            ("watches_per_connection", self.watches_per_connection),
        ] {
            if value == 0 || value > 1_000_000 {
                return Err(InvalidSetting::new(key, value, "1 to 1000000"));
            }
        }
        Ok(())
    }
}
