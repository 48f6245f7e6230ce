//! Lesser checks than an examination, such as of documents, for the goods next in expected harm.
//!
//! Invariant: a check behind another, of a lower threshold, is asked for with the same number: whoever has the first has the
//! second, and of goods at just one threshold as great a share passes it as it says.

use crate::chance::{Purpose, unit};
use crate::{Candidate, TargetingError, Threshold};

/// True if the candidate is to have the check that is given from this threshold on: above it always, at just it with its
/// share, by lot from seed and id.
///
/// # Errors
/// [`TargetingError`] for a probability or harm out of range.
pub fn is_checked(
    seed: &[u8; 32],
    threshold: Threshold,
    candidate: &Candidate,
) -> Result<bool, TargetingError> {
    let expected_harm = candidate.expected_harm()?;
    let is_at = expected_harm == threshold.expected_harm;
    Ok(expected_harm > threshold.expected_harm
        || is_at && unit(seed, Purpose::Checks, &candidate.id) < threshold.share_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_goods_alike_as_great_a_share_is_checked_as_the_threshold_says() {
        let threshold = |share_at| Threshold { expected_harm: 0.1, share_at };
        let checked = |share_at, probability: f64| {
            let ids = (0..4_000_u128).map(u128::to_be_bytes);
            let candidates = ids.map(|id| Candidate { id, probability, harm: 1.0 });
            candidates.map(|one| is_checked(&[7; 32], threshold(share_at), &one).unwrap()).collect::<Vec<_>>()
        };
        let (few, more) = (checked(0.2, 0.1), checked(0.5, 0.1));
        let share = |checked: &[bool]| checked.iter().filter(|is| **is).count() as f64 / 4_000.0;
        assert!((share(&few) - 0.2).abs() < 0.03 && (share(&more) - 0.5).abs() < 0.03);
        assert!(
            few.iter().zip(&more).all(|(few, more)| !few || *more),
            "whoever has the first has the second"
        );
        assert_eq!((share(&checked(0.0, 0.11)), share(&checked(1.0, 0.09))), (1.0, 0.0));
        let anybody = Candidate { id: [1; 16], probability: 0.9, harm: 1.0 };
        assert!(!is_checked(&[7; 32], Threshold::NOTHING, &anybody).unwrap());
        assert!(is_checked(&[7; 32], Threshold::ALL, &Candidate { probability: 0.0, ..anybody }).unwrap());
    }
}
