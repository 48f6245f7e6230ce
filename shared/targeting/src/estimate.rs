//! What the examinations of one or many days say: hit rates, lift, and what was not seen.
//!
//! Where the lot decided, alone or among equals, each examination stands for 1/π like it, so the rate among all goods
//! that the lot decided on is estimated without the bias of looking where harm is likely. "Not examined" is not
//! "unsafe": what was not seen is estimated from the lot alone, with an interval. Goods that had no chance to be
//! examined are counted and spoken of no further.

use seamless_statistics::{
    Examination, Interval, Posterior, Rate, Tally, WeightedRate, hajek, probability_less, ratio_interval,
    unexamined, wilson,
};

use crate::{Part, TargetingError};

/// What came of a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was not examined.
    NotExamined,
    /// It is to be examined, or was without a result so far.
    Pending,
    /// The goods were found safe, or non-compliant without danger.
    Safe,
    /// The goods were found unsafe.
    Unsafe,
}

/// One logged draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// Why it was examined, or that it was not.
    pub part: Part,
    /// The logged probability of its examination, 0 to 1.
    pub draw_probability: f64,
    /// What came of it.
    pub outcome: Outcome,
}

/// How much more often targeted examinations find unsafe goods than random ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lift {
    /// Hit rate of the targeted over that of the random; `None` while the random ones found nothing.
    pub value: Option<f64>,
    /// Credible interval of the ratio, each rate having a beta posterior with Jeffreys' prior and its effective size.
    pub interval: Interval,
    /// The probability that targeting finds more than the lot.
    pub probability_better: f64,
}

/// Unsafe goods that a way of examining did not see.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unseen {
    /// Of how many goods.
    pub goods: u64,
    /// How many of them are estimated to be unsafe, with the interval of the rate times the goods.
    pub estimated_unsafe: f64,
    /// The interval of that number.
    pub interval: Interval,
    /// The rate it comes from.
    pub rate: WeightedRate,
}

/// What the examinations have shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Hit rate of the targeted examinations, with Wilson's interval; `None` without any.
    pub targeted: Option<Rate>,
    /// The unsafe rate among all goods that the lot decided on (Hájek); `None` without any examined.
    pub random: Option<WeightedRate>,
    /// Targeted against random; `None` if either is missing.
    pub lift: Option<Lift>,
    /// What targeting alone would not have seen: unsafe goods among those not targeted; `None` without random
    /// examinations.
    pub unseen_by_targeting: Option<Unseen>,
    /// What targeting and lot together did not see: unsafe goods among those not examined; `None` without random
    /// examinations, or if everything was certain to be examined.
    pub unseen: Option<Unseen>,
    /// Goods without a chance to be examined, of which nothing is said.
    pub without_chance: u64,
    /// Examinations without a result so far, left out of all rates.
    pub pending: u64,
}

/// Estimates from all logged draws, those not examined included, at the level of the intervals (such as 0.95).
///
/// # Errors
/// [`TargetingError::Draw`] for a probability outside 0 to 1, or of 0 with an examination;
/// [`TargetingError::Statistics`] for a level outside 0 to 1.
pub fn estimate(draws: &[Draw], level: f64) -> Result<Effect, TargetingError> {
    for draw in draws {
        let possible = (0.0..=1.0).contains(&draw.draw_probability)
            && (draw.draw_probability > 0.0
                || draw.part == Part::NotExamined && draw.outcome == Outcome::NotExamined);
        if !possible {
            return Err(TargetingError::Draw(draw.draw_probability));
        }
    }
    let targeted = targeted(draws, level)?;
    let by_lot: Vec<Examination> =
        draws.iter().filter(|draw| decided_by_lot(draw)).filter_map(examination).collect();
    let random = if by_lot.is_empty() { None } else { Some(hajek(&by_lot, level)?) };
    let rest = if by_lot.is_empty() { None } else { unexamined(&by_lot, level)? };

    let lift = match (targeted, random) {
        (Some(targeted), Some(random)) => Some(lift(targeted, random, level)?),
        _ => None,
    };
    let count = |wanted: &dyn Fn(&Draw) -> bool| draws.iter().filter(|draw| wanted(draw)).count() as u64;
    let has_chance = |draw: &Draw| draw.draw_probability > 0.0;
    let not_targeted = count(&|draw| has_chance(draw) && draw.part != Part::Targeted);
    let not_examined = count(&|draw| has_chance(draw) && draw.outcome == Outcome::NotExamined);
    Ok(Effect {
        targeted,
        random,
        lift,
        unseen_by_targeting: random.map(|rate| unseen(rate, not_targeted)),
        unseen: rest.map(|rate| unseen(rate, not_examined)),
        without_chance: count(&|draw| !has_chance(draw)),
        pending: count(&|draw| draw.outcome == Outcome::Pending),
    })
}

/// Drawn by lot, or targeted by lot among others of the same expected harm.
fn decided_by_lot(draw: &Draw) -> bool {
    draw.part == Part::Random || draw.draw_probability < 1.0
}

fn examination(draw: &Draw) -> Option<Examination> {
    let unsafe_found = found_unsafe(draw)?;
    Some(Examination { probability: draw.draw_probability, unsafe_found })
}

fn found_unsafe(draw: &Draw) -> Option<bool> {
    match draw.outcome {
        Outcome::NotExamined | Outcome::Pending => None,
        Outcome::Safe => Some(false),
        Outcome::Unsafe => Some(true),
    }
}

fn targeted(draws: &[Draw], level: f64) -> Result<Option<Rate>, TargetingError> {
    let mut tally = Tally::default();
    for found in draws.iter().filter(|draw| draw.part == Part::Targeted).filter_map(found_unsafe) {
        tally.examinations += 1;
        tally.unsafe_found += u32::from(found);
    }
    if tally.examinations == 0 { Ok(None) } else { Ok(Some(wilson(tally, level)?)) }
}

fn lift(targeted: Rate, random: WeightedRate, level: f64) -> Result<Lift, TargetingError> {
    let posterior = |rate: f64, size: f64| Posterior::new(0.5 + rate * size, 0.5 + (1.0 - rate) * size);
    let by_target = posterior(targeted.value, targeted.examinations as f64)?;
    let by_lot = posterior(random.value, random.effective_examinations)?;
    Ok(Lift {
        value: if random.value > 0.0 { Some(targeted.value / random.value) } else { None },
        interval: ratio_interval(by_target, by_lot, level)?,
        probability_better: probability_less(by_lot, by_target),
    })
}

fn unseen(rate: WeightedRate, goods: u64) -> Unseen {
    let size = goods as f64;
    let WeightedRate { value, interval, .. } = rate;
    let interval =
        Interval { lower: interval.lower * size, upper: interval.upper * size, level: interval.level };
    Unseen { goods, estimated_unsafe: value * size, interval, rate }
}
