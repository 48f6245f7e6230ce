//! A figure with its interval and its count.

use crate::StatisticsError;

/// Where a figure lies with the probability `level`: equal-tailed credible, or confidence, as its maker says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub lower: f64,
    /// Upper end, never below the lower one.
    pub upper: f64,
    /// The level, between 0 and 1.
    pub level: f64,
}

/// A share of unsafe goods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The estimate, from 0 to 1.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
    /// How many examinations it rests on.
    pub examinations: u64,
}

/// How many were examined and how many of those were unsafe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Examinations with a result.
    pub examinations: u32,
    /// Those that found the goods unsafe.
    pub unsafe_found: u32,
}

impl Tally {
    /// Both counts as numbers to calculate with: unsafe, safe.
    ///
    /// # Errors
    /// [`StatisticsError::Tally`] where more are unsafe than were examined.
    pub(crate) fn counts(self) -> Result<(f64, f64), StatisticsError> {
        let (found, examinations) = (u64::from(self.unsafe_found), u64::from(self.examinations));
        match examinations.checked_sub(found) {
            Some(safe) => Ok((found as f64, safe as f64)),
            None => Err(StatisticsError::Tally { found, examinations }),
        }
    }
}

/// Refuses a level that is not strictly between 0 and 1.
pub(crate) fn checked_level(level: f64) -> Result<f64, StatisticsError> {
    if level > 0.0 && level < 1.0 { Ok(level) } else { Err(StatisticsError::Level(level)) }
}
