//! Rates of a whole population, from examinations that were drawn with known probabilities.
//!
//! Each examined consignment stands for 1/π like it, π being the probability with which it was drawn: so targeted
//! examinations, which look where harm is likely, do not bias the rate [D. G. Horvitz, D. J. Thompson, JASA 47 (1952)
//! 663; J. Hájek 1971; C.-E. Särndal et al., Model Assisted Survey Sampling (1992) 3.5, 5.7]. Draws are taken as
//! independent (Poisson sampling). The same variances hold where π was set by what had happened before, since the
//! errors are then those of a martingale; drawing a fixed number without replacement makes them slightly too large.
//!
//! Every consignment of the population must have had a chance: one with π = 0 is not spoken for.

use crate::normal::two_sided;
use crate::rate::checked_level;
use crate::wilson::score_interval;
use crate::{Interval, StatisticsError, kish};

/// One examination with its result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Examination {
    /// The probability with which it was drawn: above 0, at most 1.
    pub probability: f64,
    /// Whether the goods were found unsafe.
    pub unsafe_found: bool,
}

/// A rate estimated from weighted examinations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedRate {
    /// The estimate. That of Horvitz and Thompson may exceed 1, which is the price of having no bias.
    pub value: f64,
    /// The estimated variance of the estimate over the lots that might have been drawn.
    pub variance: f64,
    /// Confidence interval within 0 to 1: Wilson's, at the effective size, so that it does not shrink to nothing where
    /// no unsafe goods were found.
    pub interval: Interval,
    /// How many examinations it rests on.
    pub examinations: u64,
    /// How many equally weighted examinations would be as informative: the lesser of Kish's size and
    /// value·(1 − value) / variance.
    pub effective_examinations: f64,
}

/// The rate of a population of known size, by Horvitz and Thompson: Σ y/π / N, with the variance Σ (1−π)(y/π)² / N².
///
/// # Errors
/// [`StatisticsError::NoExamination`], [`StatisticsError::DrawProbability`], [`StatisticsError::Level`], or
/// [`StatisticsError::Population`] for a population smaller than the sample.
pub fn horvitz_thompson(
    examinations: &[Examination],
    population: u64,
    level: f64,
) -> Result<WeightedRate, StatisticsError> {
    checked(examinations)?;
    if population < examinations.len() as u64 {
        return Err(StatisticsError::Population { population, examinations: examinations.len() as u64 });
    }
    let size = population as f64;
    let value = sum(examinations, |e| y(e) / e.probability) / size;
    let variance = sum(examinations, |e| (1.0 - e.probability) * square(y(e) / e.probability)) / square(size);
    rate(examinations, |e| 1.0 / e.probability, value, variance, level)
}

/// The rate of a population by Hájek's ratio: Σ y/π / Σ 1/π, with the linearised variance
/// Σ (1−π)((y−R)/π)² / (Σ 1/π)². Slightly biased in small samples, but steadier than Horvitz and Thompson's, never above
/// 1, and in no need of the population's size.
///
/// # Errors
/// [`StatisticsError::NoExamination`], [`StatisticsError::DrawProbability`] or [`StatisticsError::Level`].
pub fn hajek(examinations: &[Examination], level: f64) -> Result<WeightedRate, StatisticsError> {
    checked(examinations)?;
    ratio(examinations, |e| 1.0 / e.probability, level)
}

/// The rate among those that were *not* examined. Each examined consignment stands for (1−π)/π of them:
/// Σ y(1−π)/π / Σ (1−π)/π, with the linearised variance Σ (1−π)((y−R)/π)² / (Σ (1−π)/π)². `None` where everything was
/// certain to be examined, so that nothing is left to speak of.
///
/// # Errors
/// [`StatisticsError::NoExamination`], [`StatisticsError::DrawProbability`] or [`StatisticsError::Level`].
pub fn unexamined(examinations: &[Examination], level: f64) -> Result<Option<WeightedRate>, StatisticsError> {
    checked(examinations)?;
    let by_lot: Vec<Examination> = examinations.iter().copied().filter(|e| e.probability < 1.0).collect();
    if by_lot.is_empty() {
        return checked_level(level).map(|_| None);
    }
    ratio(&by_lot, |e| (1.0 - e.probability) / e.probability, level).map(Some)
}

fn checked(examinations: &[Examination]) -> Result<(), StatisticsError> {
    if examinations.is_empty() {
        return Err(StatisticsError::NoExamination);
    }
    match examinations.iter().find(|e| !(e.probability > 0.0 && e.probability <= 1.0)) {
        Some(impossible) => Err(StatisticsError::DrawProbability(impossible.probability)),
        None => Ok(()),
    }
}

fn ratio(
    examinations: &[Examination],
    weight: impl Fn(&Examination) -> f64,
    level: f64,
) -> Result<WeightedRate, StatisticsError> {
    let total = sum(examinations, &weight);
    let value = (sum(examinations, |e| y(e) * weight(e)) / total).clamp(0.0, 1.0);
    let variance =
        sum(examinations, |e| (1.0 - e.probability) * square((y(e) - value) / e.probability)) / square(total);
    rate(examinations, weight, value, variance, level)
}

fn rate(
    examinations: &[Examination],
    weight: impl Fn(&Examination) -> f64,
    value: f64,
    variance: f64,
    level: f64,
) -> Result<WeightedRate, StatisticsError> {
    let level = checked_level(level)?;
    let kish = kish(examinations.iter().map(weight));
    // Without unsafe findings, or without safe ones, the variance is 0 or means nothing: then Kish's size alone speaks.
    let by_variance = value * (1.0 - value) / variance;
    let mixed = value > 0.0 && value < 1.0 && variance > 0.0;
    let effective_examinations = if mixed { by_variance.min(kish) } else { kish };
    let interval = if value < 1.0 {
        score_interval(value, effective_examinations, level)?
    } else {
        let reach = two_sided(level) * libm::sqrt(variance);
        let lower = score_interval(1.0, kish, level)?.lower.min((value - reach).clamp(0.0, 1.0));
        Interval { lower, upper: 1.0, level }
    };
    let examinations = examinations.len() as u64;
    Ok(WeightedRate { value, variance, interval, examinations, effective_examinations })
}

fn y(examination: &Examination) -> f64 {
    if examination.unsafe_found { 1.0 } else { 0.0 }
}

fn square(v: f64) -> f64 {
    v * v
}

fn sum(examinations: &[Examination], term: impl Fn(&Examination) -> f64) -> f64 {
    examinations.iter().map(term).sum()
}
