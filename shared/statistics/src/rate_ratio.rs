//! Two counts over times compared: how many times as often it happened in the one as in the other.

use crate::rate::checked_level;
use crate::{Interval, Posterior, StatisticsError};

/// Events that were counted over a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventCount {
    /// How many there were.
    pub events: u64,
    /// How long it was counted, in a unit that both counts of a comparison share; above 0.
    pub exposure: f64,
}

/// How many times as often it happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateRatio {
    /// The ratio of the two rates; infinite where the second count is 0.
    pub value: f64,
    /// Its interval; the upper end is infinite where the second count is 0.
    pub interval: Interval,
}

/// The ratio of two Poisson rates, `first` by `second`, with the exact interval given the sum of both: of all events the first
/// has a binomial part, whose limits are those of Clopper and Pearson [Przyborowski and Wilenski, Biometrika 31 (1940) 313].
/// None where nothing happened in either: there is nothing to compare.
///
/// # Errors
/// [`StatisticsError::Exposure`] for a time that is not finite or not above 0; [`StatisticsError::Level`];
/// [`StatisticsError::Shape`] beyond 1e9 events.
pub fn rate_ratio(
    first: EventCount,
    second: EventCount,
    level: f64,
) -> Result<Option<RateRatio>, StatisticsError> {
    for exposure in [first.exposure, second.exposure] {
        if !(exposure > 0.0 && exposure.is_finite()) {
            return Err(StatisticsError::Exposure(exposure));
        }
    }
    let tail = (1.0 - checked_level(level)?) / 2.0;
    let (a, b) = (first.events as f64, second.events as f64);
    if first.events == 0 && second.events == 0 {
        return Ok(None);
    }
    let scale = second.exposure / first.exposure;
    let ratio = |part: f64| scale * part / (1.0 - part);
    let lower = match first.events {
        0 => 0.0,
        _ => ratio(Posterior::new(a, b + 1.0)?.quantile(tail)),
    };
    let upper = match second.events {
        0 => f64::INFINITY,
        _ => ratio(Posterior::new(a + 1.0, b)?.quantile(1.0 - tail)),
    };
    let value = if second.events == 0 { f64::INFINITY } else { scale * a / b };
    Ok(Some(RateRatio { value, interval: Interval { lower, upper, level } }))
}
