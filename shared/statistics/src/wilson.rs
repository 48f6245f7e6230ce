//! The score interval of a share.

use crate::normal::two_sided;
use crate::rate::checked_level;
use crate::{Interval, Rate, StatisticsError, Tally};

/// A share with Wilson's score interval [E. B. Wilson, JASA 22 (1927) 209]: the shares p that lie within z standard
/// errors √(p(1−p)/n) of the observed one. Never empty, never outside 0 to 1, and sensible when nothing was found.
///
/// # Errors
/// [`StatisticsError::NoExamination`], [`StatisticsError::Tally`] or [`StatisticsError::Level`].
pub fn wilson(tally: Tally, level: f64) -> Result<Rate, StatisticsError> {
    let (found, safe) = tally.counts()?;
    let size = found + safe;
    if size == 0.0 {
        return Err(StatisticsError::NoExamination);
    }
    let share = found / size;
    Ok(Rate {
        value: share,
        interval: score_interval(share, size, level)?,
        examinations: u64::from(tally.examinations),
    })
}

/// Wilson's interval of `share` (0 to 1) had it been seen in `size` (above 0, need not be whole) examinations.
pub(crate) fn score_interval(share: f64, size: f64, level: f64) -> Result<Interval, StatisticsError> {
    let z = two_sided(checked_level(level)?);
    let shrink = 1.0 + z * z / size;
    let middle = (share + z * z / (2.0 * size)) / shrink;
    let half = z * libm::sqrt(share * (1.0 - share) / size + z * z / (4.0 * size * size)) / shrink;
    // Rounding must not push an end past the share itself where that is 0 or 1.
    let lower = if share <= 0.0 { 0.0 } else { (middle - half).clamp(0.0, share) };
    let upper = if share >= 1.0 { 1.0 } else { (middle + half).clamp(share, 1.0) };
    Ok(Interval { lower, upper, level })
}
