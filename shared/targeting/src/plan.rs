//! The plan of a day whose goods are known beforehand.

use std::collections::HashSet;

use crate::chance::{Purpose, number};
use crate::{Candidate, Day, TargetingError};

/// Why a candidate is examined, or that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Its expected harm is among the highest.
    Targeted,
    /// The lot fell on it.
    Random,
    /// It is not examined.
    NotExamined,
}

/// What the plan says of one candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assignment {
    /// Its id.
    pub id: [u8; 16],
    /// Why it is examined, or that it is not.
    pub part: Part,
    /// Its place by expected harm, from 1; ties by lot.
    pub rank: u32,
    /// Probability times harm.
    pub expected_harm: f64,
    /// The probability over all seeds with which it is examined, for whatever reason: to log for the estimates.
    pub draw_probability: f64,
}

/// A day's plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Every candidate, by rank.
    pub assignments: Vec<Assignment>,
    /// The lowest expected harm that was targeted; `None` if none was.
    pub threshold: Option<f64>,
    /// How many are targeted.
    pub targeted: u32,
    /// How many are drawn by lot.
    pub random: u32,
}

/// Spends the day's capacity on `candidates`, whose order means nothing. The T = capacity − floor with the highest
/// expected harm are targeted; r = min(floor, rest) are drawn from the rest, each with the probability r / rest, without
/// replacement. Above the threshold the draw probability is 1, below it r / rest. Of g candidates with just the
/// threshold's expected harm, of which s are targeted by lot, each is examined with s/g + (1 − s/g)·r/rest.
///
/// # Errors
/// [`TargetingError`] for a floor, probability or harm out of range, or an id that stands there twice.
pub fn plan(day: &Day, candidates: &[Candidate]) -> Result<Plan, TargetingError> {
    let capacity = day.remaining()?;
    let mut ranked = ranked(day, candidates)?;
    let targeted = ranked.len().min(capacity.targeted as usize);
    let rest = ranked.len() - targeted;
    let random = rest.min(capacity.random as usize);
    let by_lot = if rest == 0 { 0.0 } else { random as f64 / rest as f64 };
    let threshold = targeted.checked_sub(1).map(|last| ranked[last].expected_harm);

    let above = ranked.iter().filter(|a| threshold.is_none_or(|t| a.expected_harm > t)).count();
    let tied = ranked.iter().filter(|a| threshold == Some(a.expected_harm)).count();
    for assignment in &mut ranked {
        assignment.draw_probability = match threshold {
            Some(threshold) if assignment.expected_harm > threshold => 1.0,
            Some(threshold) if assignment.expected_harm == threshold => {
                let share = (targeted - above) as f64 / tied as f64;
                share + (1.0 - share) * by_lot
            }
            Some(_) | None => by_lot,
        };
    }

    let (first, rest) = ranked.split_at_mut(targeted);
    for assignment in first {
        assignment.part = Part::Targeted;
    }
    let mut lot: Vec<&mut Assignment> = rest.iter_mut().collect();
    lot.sort_by_cached_key(|a| (number(&day.seed, Purpose::Lot, &a.id), a.id));
    for assignment in lot.into_iter().take(random) {
        assignment.part = Part::Random;
    }
    Ok(Plan { assignments: ranked, threshold, targeted: targeted as u32, random: random as u32 })
}

/// All by expected harm, the highest first, nobody examined yet.
fn ranked(day: &Day, candidates: &[Candidate]) -> Result<Vec<Assignment>, TargetingError> {
    let mut seen = HashSet::with_capacity(candidates.len());
    let mut ranked = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        if !seen.insert(candidate.id) {
            return Err(TargetingError::Twice);
        }
        let tie = number(&day.seed, Purpose::Ties, &candidate.id);
        ranked.push((candidate.expected_harm()?, tie, candidate.id));
    }
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let assignment = |(rank, (expected_harm, _, id))| Assignment {
        id,
        part: Part::NotExamined,
        rank,
        expected_harm,
        draw_probability: 0.0,
    };
    Ok((1..).zip(ranked).map(assignment).collect())
}
