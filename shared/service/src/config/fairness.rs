//! The section `server.fairness`: what one authority may take of a service while others want it too.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use serde::Deserialize;

use super::error::InvalidSetting;
use super::layers::Validate;

/// Light calls that run at a time for each processor, if nothing is configured.
const LIGHT_PER_PROCESSOR: usize = 8;
/// At least so many heavy ones run at a time, or one authority would hold up all others.
const LEAST_HEAVY: usize = 2;

/// The section `server.fairness`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FairnessSettings {
    /// The share of calls, streams, turns and authenticated connections that one authority gets alone, 0 to 1. Where
    /// several want much, each gets as many as share / (1 - share) of those that are left free: at 0.5, never more than
    /// it leaves to others.
    pub authority_share: f64,
    /// Light calls that run at a time; others wait for their turn, one authority after the other. Absent: eight for each
    /// processor.
    pub light_calls: Option<usize>,
    /// Heavy calls (pages, searches, digests, pages of a stream) that run at a time. Absent: one for each processor, at
    /// least two.
    pub heavy_calls: Option<usize>,
    /// Units a second of one principal. A call is a unit, and each full [`FairnessSettings::quota_unit_bytes`] of an
    /// answer that is not streamed another.
    pub quota_per_second: u32,
    /// Units that a principal who was silent may use at once.
    pub quota_burst: u32,
    /// Bytes of an answer that count as a unit.
    pub quota_unit_bytes: usize,
    /// Calls a second without a credential from one address, of methods that are open to everybody.
    pub open_per_second: u32,
    /// Such calls that an address which was silent may make at once.
    pub open_burst: u32,
    /// Refused calls that are logged, a second; the others are counted in one line.
    pub logged_refusals_per_second: usize,
}

impl FairnessSettings {
    /// Light calls that run at a time.
    pub fn light(&self) -> usize {
        self.light_calls.unwrap_or_else(|| processors() * LIGHT_PER_PROCESSOR)
    }

    /// Heavy calls that run at a time.
    pub fn heavy(&self) -> usize {
        self.heavy_calls.unwrap_or_else(|| processors().max(LEAST_HEAVY))
    }
}

fn processors() -> usize {
    available_parallelism().map_or(1, NonZeroUsize::get)
}

impl Default for FairnessSettings {
    fn default() -> Self {
        Self {
            authority_share: 0.5,
            light_calls: None,
            heavy_calls: None,
            quota_per_second: 20_000,
            quota_burst: 40_000,
            quota_unit_bytes: 16 * 1024,
            open_per_second: 1,
            open_burst: 30,
            logged_refusals_per_second: 20,
        }
    }
}

impl Validate for FairnessSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        if !(self.authority_share > 0.0 && self.authority_share <= 1.0) {
            return Err(InvalidSetting::new("authority_share", self.authority_share, "more than 0, to 1"));
        }
        for (key, value) in [
            ("light_calls", self.light()),
            ("heavy_calls", self.heavy()),
            ("quota_per_second", self.quota_per_second as usize),
            ("quota_burst", self.quota_burst as usize),
            ("quota_unit_bytes", self.quota_unit_bytes),
            ("open_per_second", self.open_per_second as usize),
            ("open_burst", self.open_burst as usize),
            ("logged_refusals_per_second", self.logged_refusals_per_second),
        ] {
            if value == 0 || value > 1_000_000_000 {
                return Err(InvalidSetting::new(key, value, "1 to 1000000000"));
            }
        }
        Ok(())
    }
}
