//! Week by week: four weeks with all labels, then each week the five percent that score highest are examined, and only
//! these give labels; or nine tenths of them so, and one tenth drawn at random from the rest.

use std::collections::BTreeMap;

use super::{
    declarations::{Declaration, View},
    ranking::{Scored, calibration_error},
    scorers::{Lookup, Risk, Scorer},
};
use crate::{
    Failure,
    outcome::{Goal, Outcome, rounded},
};

const LABELLED_WEEKS: i64 = 4;
const EXAMINED: f64 = 0.05;
/// Share of the examinations that is drawn at random.
const FLOOR: f64 = 0.1;
/// Runs with different draws, of which the mean is told.
const RUNS: u64 = 5;

const GOAL: f64 = 0.913;
const FLOOR_GOAL: f64 = 0.847;

const NOTE: &str = "share of fraud among all examined, over all weeks after the fourth; baseline: plain hierarchical \
                    beta-binomial; lookup: the rate among copies; calibration_error: over all items of these weeks, \
                    examined or not: without a random part the model knows nothing of those that it does not choose";

/// How the labels of random draws count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weighing {
    /// As any other.
    Alike,
    /// By the inverse of the probability with which the item was examined.
    Inverse,
}

/// What came of examining week by week.
#[derive(Clone, Copy, Default)]
struct Course {
    precision: f64,
    calibration_error: f64,
}

/// Measures without and with a random part.
///
/// # Errors
/// If a scorer cannot be made, or standard output is closed.
pub fn measure(declarations: &[&Declaration]) -> Result<(), Failure> {
    let weeks = weeks(declarations);
    for (name, floor, goal) in
        [("targeting-ordered", 0.0, GOAL), ("targeting-ordered-floor", FLOOR, FLOOR_GOAL)]
    {
        let risk = mean(&weeks, floor, Weighing::Alike, || Ok(Box::new(Risk::full(View::Full)?)))?;
        let plain = mean(&weeks, floor, Weighing::Alike, || Ok(Box::new(Risk::plain(View::Full)?)))?;
        let lookup = mean(&weeks, floor, Weighing::Alike, || Ok(Box::new(Lookup::new(View::Full))))?;
        let mut facts = vec![
            ("lookup", rounded(lookup.precision).into()),
            ("calibration_error", rounded(risk.calibration_error).into()),
            ("baseline_calibration_error", rounded(plain.calibration_error).into()),
        ];
        if floor > 0.0 {
            let inverse = mean(&weeks, floor, Weighing::Inverse, || Ok(Box::new(Risk::full(View::Full)?)))?;
            facts.push(("inverse_propensity", rounded(inverse.precision).into()));
            let error = rounded(inverse.calibration_error);
            facts.push(("inverse_propensity_calibration_error", error.into()));
        }
        let (value, baseline) = (risk.precision, plain.precision);
        let (goal, note) = (Goal::AtLeast(goal), NOTE.to_owned());
        Outcome { measure: name.to_owned(), value, unit: "share", baseline, goal, note, facts }.print()?;
    }
    Ok(())
}

fn weeks<'d>(declarations: &[&'d Declaration]) -> BTreeMap<i64, Vec<&'d Declaration>> {
    let first = declarations.iter().map(|one| one.day).min().unwrap_or_default();
    let mut weeks: BTreeMap<i64, Vec<&Declaration>> = BTreeMap::new();
    for one in declarations {
        weeks.entry((one.day - first) / 7).or_default().push(one);
    }
    weeks
}

fn mean(
    weeks: &BTreeMap<i64, Vec<&Declaration>>,
    floor: f64,
    weighing: Weighing,
    scorer: impl Fn() -> Result<Box<dyn Scorer>, Failure>,
) -> Result<Course, Failure> {
    // Without a draw all runs are the same.
    let runs = if floor > 0.0 { RUNS } else { 1 };
    let mut sum = Course::default();
    for run in 0..runs {
        let course = course(weeks, floor, weighing, &mut *scorer()?, &mut Draw(run))?;
        sum.precision += course.precision / runs as f64;
        sum.calibration_error += course.calibration_error / runs as f64;
    }
    Ok(sum)
}

fn course(
    weeks: &BTreeMap<i64, Vec<&Declaration>>,
    floor: f64,
    weighing: Weighing,
    scorer: &mut dyn Scorer,
    draw: &mut Draw,
) -> Result<Course, Failure> {
    let (mut examined, mut found) = (0, 0);
    let mut scores: Vec<Scored> = Vec::new();
    for (week, declarations) in weeks {
        if *week < LABELLED_WEEKS {
            for one in declarations {
                scorer.learn(one, one.is_fraud, 1.0)?;
            }
            continue;
        }
        let mut order: Vec<(f64, &Declaration)> =
            declarations.iter().map(|one| (scorer.score(one), *one)).collect();
        scores.extend(order.iter().map(|(score, one)| (*score, one.is_fraud)));
        order.sort_by(|one, other| other.0.total_cmp(&one.0));
        let capacity = ((EXAMINED * order.len() as f64).round() as usize).clamp(1, order.len());
        let drawn = (floor * capacity as f64).round() as usize;
        let mut rest = order.split_off(capacity - drawn);
        let weight =
            if weighing == Weighing::Inverse { rest.len() as f64 / drawn.max(1) as f64 } else { 1.0 };
        let mut labelled: Vec<(&Declaration, f64)> = order.into_iter().map(|(_, one)| (one, 1.0)).collect();
        for _ in 0..drawn {
            labelled.push((rest.swap_remove(draw.below(rest.len())).1, weight));
        }
        examined += labelled.len();
        found += labelled.iter().filter(|(one, _)| one.is_fraud).count();
        for (one, weight) in labelled {
            scorer.learn(one, one.is_fraud, weight)?;
        }
    }
    let precision = f64::from(u32::try_from(found)?) / examined.max(1) as f64;
    Ok(Course { precision, calibration_error: calibration_error(&scores) })
}

/// SplitMix64 [Steele, Lea, Flood 2014]: the same draws in each run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}
