//! A day on which goods are decided on as they arrive.

use crate::{Candidate, Day, Decision, Remaining, ScoreSample, TargetingError, decide};

/// One entry point's day in the course of time. Told the same arrivals and expectations in the same order it decides the
/// same, so it can be rebuilt from the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    seed: [u8; 32],
    remaining: Remaining,
    scores: ScoreSample,
}

impl Stream {
    /// The day from its beginning, with what earlier days taught of the scores.
    ///
    /// # Errors
    /// [`TargetingError::Floor`].
    pub fn open(day: &Day, scores: ScoreSample) -> Result<Self, TargetingError> {
        Ok(Self { seed: day.seed, remaining: day.remaining()?, scores })
    }

    /// A day that goes on with what others, such as its plan, have left of its capacity.
    pub fn resume(seed: [u8; 32], remaining: Remaining, scores: ScoreSample) -> Self {
        Self { seed, remaining, scores }
    }

    /// What is left of the capacity.
    pub fn remaining(&self) -> Remaining {
        self.remaining
    }

    /// The scores seen so far, to open the next day with.
    pub fn scores(&self) -> &ScoreSample {
        &self.scores
    }

    /// Decides on an arrival by [`decide`]. `expected_to_come` counts the arrivals expected until the end of the day,
    /// this one included. The threshold lets pass as great a share of the scores seen before as there are targeted
    /// examinations for the arrivals to come; it falls while the capacity is not used and rises when it runs short.
    ///
    /// # Errors
    /// [`TargetingError`] for a probability, harm or expectation out of range; then nothing has happened.
    pub fn arrive(
        &mut self,
        candidate: &Candidate,
        expected_to_come: f64,
    ) -> Result<Decision, TargetingError> {
        let threshold = self.scores.highest(f64::from(self.remaining.targeted) / expected_to_come.max(1.0));
        let decision = decide(&self.seed, self.remaining, threshold, expected_to_come, candidate)?;
        self.remaining = decision.remaining;
        self.scores.add(&candidate.id, decision.expected_harm);
        Ok(decision)
    }
}
