//! How much a listener of pages takes.

use std::time::Duration;

use serde::Deserialize;

use super::error::InvalidSetting;
use super::layers::Validate;

/// How much a listener of pages takes, beside what holds for its connections as for those of calls.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageLimits {
    /// The most octets of a request's first line and headers together.
    pub head_bytes: usize,
    /// The most headers of a request.
    pub headers: usize,
    /// How long a request's head may take to come.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub head_timeout: Duration,
    /// How many requests an address (a /64 of IPv6) may send in a minute.
    pub per_address: u32,
    /// How many requests may be sent for one path in a minute.
    pub per_path: u32,
    /// How many pages are made at a time; others wait.
    pub at_a_time: usize,
    /// How long a page is waited for.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub patience: Duration,
}

impl Validate for PageLimits {
    fn validate(&self) -> Result<(), InvalidSetting> {
        for (key, value, least, most) in [
            // hyper takes no less than 8 KiB.
            ("head_bytes", self.head_bytes, 8_192, 65_536),
            ("headers", self.headers, 16, 200),
            ("per_address", self.per_address as usize, 1, 60_000),
            ("per_path", self.per_path as usize, 1, 60_000),
            ("at_a_time", self.at_a_time, 1, 1_000),
        ] {
            if !(least..=most).contains(&value) {
                return Err(InvalidSetting::new(key, value, format!("{least} to {most}")));
            }
        }
        for (key, value) in [("head_timeout", self.head_timeout), ("patience", self.patience)] {
            if !(Duration::from_millis(10)..=Duration::from_secs(60)).contains(&value) {
                return Err(InvalidSetting::new(key, format!("{value:?}"), "10ms to 60s"));
            }
        }
        Ok(())
    }
}
