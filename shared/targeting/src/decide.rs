//! The decision on one arrival, at once, when the rest of the day is not known.
//!
//! Invariant: with R random examinations left and at least M arrivals still to come that will not be targeted, each of
//! these is drawn with R / M. This is selection sampling [C. T. Fan, M. E. Muller, I. Rezucha, JASA 57 (1962) 387]: if as
//! many come as were expected, or more, exactly the floor is drawn; of fewer, in proportion.

use crate::chance::{Purpose, unit};
use crate::{Candidate, Part, Remaining, TargetingError, Threshold};

/// What was decided on an arrival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Why it is examined, or that it is not.
    pub part: Part,
    /// The probability, given all that had happened before, with which it was to be examined: to log for the estimates.
    /// 0 once the lot's examinations are used up.
    pub draw_probability: f64,
    /// Probability times harm.
    pub expected_harm: f64,
    /// What expected harm was targeted at that moment.
    pub threshold: Threshold,
    /// What is left afterwards.
    pub remaining: Remaining,
}

/// Decides on one arrival. `expected_to_come` counts the arrivals expected until the end of the day, this one included.
/// An arrival above the threshold is targeted while targeted examinations remain, one at it with the threshold's share;
/// any other is drawn with ε = min(1, R / M), M = max(1, expected to come − targeted examinations left). Logged is 1 for
/// the first, share + (1 − share)·ε for the second, ε for the third. Ask once for each arrival: its lot is fixed by
/// seed and id.
///
/// # Errors
/// [`TargetingError`] for a probability, harm or expectation out of range.
pub fn decide(
    seed: &[u8; 32],
    remaining: Remaining,
    threshold: Threshold,
    expected_to_come: f64,
    candidate: &Candidate,
) -> Result<Decision, TargetingError> {
    let expected_harm = candidate.expected_harm()?;
    if !(expected_to_come.is_finite() && expected_to_come >= 0.0) {
        return Err(TargetingError::Expected(expected_to_come));
    }
    let share = match remaining.targeted {
        0 => 0.0,
        _ if expected_harm > threshold.expected_harm => 1.0,
        _ if expected_harm == threshold.expected_harm => threshold.share_at.clamp(0.0, 1.0),
        _ => 0.0,
    };
    let not_targeted = (expected_to_come - f64::from(remaining.targeted)).max(1.0);
    let epsilon = (f64::from(remaining.random) / not_targeted).min(1.0);

    // A number below 1 is always below a share of 1 and never below one of 0.
    let targeted = unit(seed, Purpose::Ties, &candidate.id) < share;
    let drawn = unit(seed, Purpose::Lot, &candidate.id) < epsilon;
    let (part, remaining) = if targeted {
        (Part::Targeted, Remaining { targeted: remaining.targeted - 1, ..remaining })
    } else if drawn {
        (Part::Random, Remaining { random: remaining.random - 1, ..remaining })
    } else {
        (Part::NotExamined, remaining)
    };
    let draw_probability = share + (1.0 - share) * epsilon;
    Ok(Decision { part, draw_probability, expected_harm, threshold, remaining })
}
