//! How many examinations a day has, and how many of them are kept for the lot.

use crate::TargetingError;

/// One entry point's day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Day {
    /// How many examinations can be made.
    pub capacity: u32,
    /// The share of them that is drawn by lot, 0 to 1; at least one examination is, whatever the share.
    pub floor: f64,
    /// Decides every lot of the day; secret until the day is over, kept for replay.
    pub seed: [u8; 32],
}

impl Day {
    /// The share for random examinations that is right where nobody knows better: 10 % [gATE, arXiv 2010.14282].
    pub const DEFAULT_FLOOR: f64 = 0.10;

    /// The whole capacity: the floor for the lot, rounded up, and the rest for targeting.
    ///
    /// # Errors
    /// [`TargetingError::Floor`].
    pub fn remaining(&self) -> Result<Remaining, TargetingError> {
        if !(0.0..=1.0).contains(&self.floor) {
            return Err(TargetingError::Floor(self.floor));
        }
        // A billionth is taken off, since a tenth of 30 comes out a little above 3 and means 3.
        let share = (self.floor * f64::from(self.capacity) - 1e-9).ceil() as u32;
        let random = share.max(1).min(self.capacity);
        Ok(Remaining { targeted: self.capacity - random, random })
    }
}

/// Examinations that are still to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// For the highest expected harm.
    pub targeted: u32,
    /// For the lot; targeting never takes them.
    pub random: u32,
}
