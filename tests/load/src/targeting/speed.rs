//! Time of a score, of an interval and of a label, and what a model weighs.

use std::{hint::black_box, time::Duration};

use super::{
    declarations::{Declaration, View},
    scorers::{Lookup, Risk, Scorer},
};
use crate::{
    Failure,
    core_time::core_time,
    outcome::{Goal, Outcome, rounded},
};

/// Microseconds of a score and of a label.
const GOAL: f64 = 20.0;
/// The certainty of the interval.
const LEVEL: f64 = 0.95;
const NOTE: &str = "mean of the core time over the declarations of the set; baseline: the look-up of copies";

/// Measures.
///
/// # Errors
/// If a scorer cannot be made, or standard output is closed.
pub fn measure(training: &[Declaration], validation: &[Declaration]) -> Result<(), Failure> {
    let (mut risk, mut lookup) = (Risk::full(View::Full)?, Lookup::new(View::Full));
    let learn = learning(&mut risk, training)?;
    let lookup_learn = learning(&mut lookup, training)?;
    let score = scoring(validation, |one| risk.score(one))?;
    let lookup_score = scoring(validation, |one| lookup.score(one))?;
    let with_interval = scoring(validation, |one| risk.model.score(one.item(View::Full)).interval(LEVEL))?;
    let stored = risk.model.to_bytes().len();

    let line = |measure: &str, value: f64, baseline: f64, facts| Outcome {
        measure: measure.to_owned(),
        value,
        unit: "µs",
        baseline,
        goal: Goal::Below(GOAL),
        note: NOTE.to_owned(),
        facts,
    };
    line("targeting-score", score, lookup_score, vec![("with_interval", rounded(with_interval).into())])
        .print()?;
    let facts = vec![("cells", risk.model.cells().into()), ("stored_bytes", stored.into())];
    line("targeting-learn", learn, lookup_learn, facts).print()
}

/// Microseconds a label.
fn learning(scorer: &mut dyn Scorer, declarations: &[Declaration]) -> Result<f64, Failure> {
    let begun = core_time()?;
    for one in declarations {
        scorer.learn(one, one.is_fraud, 1.0)?;
    }
    Ok(each(core_time()? - begun, declarations))
}

/// Microseconds a score.
fn scoring<S>(declarations: &[Declaration], score: impl Fn(&Declaration) -> S) -> Result<f64, Failure> {
    let begun = core_time()?;
    for one in declarations {
        black_box(score(one));
    }
    Ok(each(core_time()? - begun, declarations))
}

fn each(time: Duration, declarations: &[Declaration]) -> f64 {
    time.as_secs_f64() * 1e6 / declarations.len().max(1) as f64
}
