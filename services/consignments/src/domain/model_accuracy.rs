//! How well models rank and calibrate, and how far two of them differ.
//!
//! Outcomes are those of examined goods: the figures compare models on the same goods, and are no rates of all that
//! arrives.

use seamless_statistics::{Tally, wilson};

use super::{error::DomainError, model::Probability};

/// Bins of the calibration error.
const BINS: usize = 10;
/// Of intervals.
const LEVEL: f64 = 0.95;

/// How well one model ranks and calibrates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accuracy {
    /// Share of unsafe goods among the tenth (rounded up) with the highest scores; none without outcomes.
    pub precision_top_tenth: Option<Probability>,
    /// Mean squared difference of score and outcome [Brier 1950]; 0 without outcomes.
    pub brier: f64,
    /// Expected calibration error over ten equally filled bins: mean difference of score and share of unsafe goods,
    /// weighted by the bins' sizes [Naeini et al. 2015]; 0 without outcomes.
    pub calibration_error: f64,
}

/// The accuracy of scores whose outcomes are known. Equal scores rank in the order given.
///
/// # Errors
/// `Fault` if an interval cannot be given.
pub fn accuracy(scored: impl Iterator<Item = (f64, bool)>) -> Result<Accuracy, DomainError> {
    let mut scored: Vec<(f64, bool)> = scored.collect();
    if scored.is_empty() {
        return Ok(Accuracy { precision_top_tenth: None, brier: 0.0, calibration_error: 0.0 });
    }
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    let count = scored.len() as f64;
    let outcome = |is_unsafe: bool| if is_unsafe { 1.0 } else { 0.0 };
    let square = |(score, is_unsafe): &(f64, bool)| (score - outcome(*is_unsafe)).powi(2);
    let brier = scored.iter().map(square).sum::<f64>() / count;

    let top = &scored[..scored.len().div_ceil(10)];
    let found = top.iter().filter(|(_, is_unsafe)| *is_unsafe).count();
    let number = |size: usize| u32::try_from(size).unwrap_or(u32::MAX);
    let tally = Tally { examinations: number(top.len()), unsafe_found: number(found) };
    let rate = wilson(tally, LEVEL).map_err(|error| DomainError::Fault(error.to_string()))?;
    let precision = Probability {
        mean: rate.value,
        lower: rate.interval.lower,
        upper: rate.interval.upper,
        observations: top.len() as f64,
    };

    let bins = (0..BINS).map(|bin| &scored[bin * scored.len() / BINS..(bin + 1) * scored.len() / BINS]);
    let apart = |bin: &[(f64, bool)]| {
        bin.iter().map(|(score, is_unsafe)| score - outcome(*is_unsafe)).sum::<f64>().abs()
    };
    let calibration_error = bins.map(apart).sum::<f64>() / count;
    Ok(Accuracy { precision_top_tenth: Some(precision), brier, calibration_error })
}

/// Of the tenth (rounded up) of goods with the highest scores, the share that both models name; 0 without goods. Equal
/// scores rank in the order given.
#[must_use]
pub fn overlap_top_tenth(pairs: &[(f64, f64)]) -> f64 {
    if pairs.is_empty() {
        return 0.0;
    }
    let size = pairs.len().div_ceil(10);
    let top = |score: &dyn Fn(&(f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by(|one, other| score(&pairs[*other]).total_cmp(&score(&pairs[*one])));
        let mut named = vec![false; pairs.len()];
        order.into_iter().take(size).for_each(|at| named[at] = true);
        named
    };
    let (first, second) = (top(&|pair| pair.0), top(&|pair| pair.1));
    let both = first.into_iter().zip(second).filter(|(first, second)| *first && *second).count();
    both as f64 / size as f64
}

/// Mean absolute difference of the scores of two models; 0 without goods.
#[must_use]
pub fn mean_difference(pairs: &[(f64, f64)]) -> f64 {
    if pairs.is_empty() {
        return 0.0;
    }
    pairs.iter().map(|(first, second)| (first - second).abs()).sum::<f64>() / pairs.len() as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The places of the `size` highest scores, the first of equals first, one after the other.
    fn highest(scores: &[f64], size: usize) -> Vec<usize> {
        let mut named: Vec<usize> = Vec::new();
        while named.len() < size {
            let left = (0..scores.len()).filter(|at| !named.contains(at));
            let best = left.fold(None, |best: Option<usize>, at| match best {
                Some(best) if scores[best] >= scores[at] => Some(best),
                _ => Some(at),
            });
            named.extend(best);
        }
        named
    }

    proptest! {
        #[test]
        fn figures_are_those_of_a_slow_calculation(
            goods in prop::collection::vec((0..12_u8, 0..12_u8, any::<bool>()), 1..80)
        ) {
            let score = |number: u8| f64::from(number) / 11.0;
            let outcome = |is_unsafe: bool| if is_unsafe { 1.0 } else { 0.0 };
            let scores: Vec<f64> = goods.iter().map(|one| score(one.0)).collect();
            let others: Vec<f64> = goods.iter().map(|one| score(one.1)).collect();
            let count = goods.len() as f64;
            let got = accuracy(goods.iter().map(|one| (score(one.0), one.2))).unwrap();

            let brier: f64 = goods.iter().map(|one| (score(one.0) - outcome(one.2)).powi(2)).sum();
            prop_assert!((got.brier - brier / count).abs() < 1e-12);

            let size = goods.len().div_ceil(10);
            let top = highest(&scores, size);
            let found = top.iter().filter(|at| goods[**at].2).count() as f64;
            let precision = got.precision_top_tenth.unwrap();
            prop_assert!((precision.mean - found / size as f64).abs() < 1e-12);
            prop_assert!(precision.lower <= precision.mean && precision.mean <= precision.upper);

            let order = highest(&scores, goods.len());
            let mut error = 0.0;
            for bin in 0..10 {
                let within =
                    |place: &usize| (bin * goods.len() / 10..(bin + 1) * goods.len() / 10).contains(place);
                let of_bin: Vec<usize> = (0..goods.len()).filter(within).map(|place| order[place]).collect();
                if of_bin.is_empty() {
                    continue;
                }
                let size = of_bin.len() as f64;
                let expected = of_bin.iter().map(|at| scores[*at]).sum::<f64>() / size;
                let found = of_bin.iter().map(|at| outcome(goods[*at].2)).sum::<f64>() / size;
                error += size / count * (expected - found).abs();
            }
            prop_assert!((got.calibration_error - error).abs() < 1e-12);

            let pairs: Vec<(f64, f64)> = scores.iter().copied().zip(others.iter().copied()).collect();
            let second = highest(&others, size);
            let both = top.iter().filter(|at| second.contains(at)).count() as f64;
            prop_assert!((overlap_top_tenth(&pairs) - both / size as f64).abs() < 1e-12);
        }
    }
}
