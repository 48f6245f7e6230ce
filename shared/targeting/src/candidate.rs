//! Goods that may be examined.

use crate::TargetingError;

/// One consignment or item as the plan sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Names it within the day; the bytes of a UUID, or a digest.
    pub id: [u8; 16],
    /// How probable it is that the goods are unsafe, 0 to 1.
    pub probability: f64,
    /// How much harm they would do if they were, at least 0, in any unit that is the same for all.
    pub harm: f64,
}

impl Candidate {
    /// Probability times harm.
    ///
    /// # Errors
    /// [`TargetingError::Probability`] or [`TargetingError::Harm`] for a value outside its range.
    pub fn expected_harm(&self) -> Result<f64, TargetingError> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(TargetingError::Probability(self.probability));
        }
        if !(self.harm.is_finite() && self.harm >= 0.0) {
            return Err(TargetingError::Harm(self.harm));
        }
        // A sum with 0 makes −0 the 0 that it is equal to, so that both have one place in the ranking.
        Ok(self.probability * self.harm + 0.0)
    }
}
