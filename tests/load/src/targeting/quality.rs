//! Trained on the first twelve months, measured on the three that follow.

use seamless_risk::Score;

use super::{
    declarations::{Declaration, View},
    ranking::{Scored, calibration_error, precision, recall},
    scorers::{Lookup, Risk, Scorer},
};
use crate::{
    Failure,
    outcome::{Goal, Outcome, rounded},
};

/// Share of the items that is examined, and the precision to reach with all fields and without amounts.
const SHARES: [(f64, &str, f64, f64); 3] =
    [(0.01, "1", 1.0, 0.968), (0.05, "5", 0.995, 0.958), (0.1, "10", 0.99, 0.875)];
const CRITICAL_SHARE: f64 = 0.05;
const CRITICAL_GOAL: f64 = 0.904;
const CALIBRATION_GOAL: f64 = 0.015;

const NOTE: &str = "synthetic declarations that are in large part copies of each other: it claims nothing about a port; \
                    baseline: plain hierarchical beta-binomial of the main chain; lookup: the rate among copies; seen: \
                    the same goods, route, tax, mass and price were labelled in training; unseen: they were not";

/// What the three say of the validation items, with all of them and with the parts seen and unseen.
struct Results {
    risk: [Vec<Scored>; 3],
    plain: [Vec<Scored>; 3],
    lookup: [Vec<Scored>; 3],
    /// Of the unweighed model's scores: the evidence's share that comes from keys with mass or price; seen, unseen.
    copy_share: [f64; 2],
}

/// Measures precision with and without amounts, calibration, and recall of critical fraud.
///
/// # Errors
/// If a scorer cannot be made, or standard output is closed.
pub fn measure(training: &[Declaration], validation: &[Declaration]) -> Result<(), Failure> {
    let full = results(training, validation, View::Full, |one| one.is_fraud)?;
    let blind = results(training, validation, View::WithoutAmounts, |one| one.is_fraud)?;
    for (share, percent, full_goal, blind_goal) in SHARES {
        tell(&full, &format!("targeting-precision-{percent}"), full_goal, |scored| precision(scored, share))?;
        let name = format!("targeting-without-amounts-precision-{percent}");
        tell(&blind, &name, blind_goal, |scored| precision(scored, share))?;
    }
    tell_calibration(&full)?;
    tell_copies(&full)?;
    let critical = results(training, validation, View::Full, |one| one.is_critical)?;
    tell(&critical, "targeting-critical-recall-5", CRITICAL_GOAL, |scored| recall(scored, CRITICAL_SHARE))
}

fn results(
    training: &[Declaration],
    validation: &[Declaration],
    view: View,
    is_bad: fn(&Declaration) -> bool,
) -> Result<Results, Failure> {
    let (mut risk, mut plain, mut lookup) = (Risk::full(view)?, Risk::plain(view)?, Lookup::new(view));
    for one in training {
        risk.learn(one, is_bad(one), 1.0)?;
        plain.learn(one, is_bad(one), 1.0)?;
        lookup.learn(one, is_bad(one), 1.0)?;
    }
    let scored = |scorer: &dyn Scorer| {
        let all: Vec<Scored> = validation.iter().map(|one| (scorer.score(one), is_bad(one))).collect();
        let part = |wanted: bool| {
            let parts = all.iter().zip(validation).filter(|(_, one)| lookup.has_seen(one) == wanted);
            parts.map(|(scored, _)| *scored).collect::<Vec<_>>()
        };
        let (seen, unseen) = (part(true), part(false));
        [all, seen, unseen]
    };
    let mut copies = [(0.0, 0.0); 2];
    for one in validation {
        let (of_copies, all) = &mut copies[usize::from(!lookup.has_seen(one))];
        let (part, whole) = copy_evidence(&risk.model.score(one.item(view)));
        *of_copies += part;
        *all += whole;
    }
    let copy_share = copies.map(|(of_copies, all)| if all > 0.0 { of_copies / all } else { 0.0 });
    Ok(Results { risk: scored(&risk), plain: scored(&plain), lookup: scored(&lookup), copy_share })
}

/// The evidence, for or against, of keys that hold mass or price, and of all keys; the base rate is no evidence.
fn copy_evidence(score: &Score) -> (f64, f64) {
    let knows_copies = |key: &str| key.contains("mass") || key.contains("price");
    score.contributions.iter().skip(1).fold((0.0, 0.0), |(part, whole), one| {
        let moves = one.log_odds.abs();
        (if knows_copies(&one.key) { part + moves } else { part }, whole + moves)
    })
}

fn tell(results: &Results, name: &str, goal: f64, of: impl Fn(&[Scored]) -> f64) -> Result<(), Failure> {
    let Results { risk, plain, lookup, .. } = results;
    let outcome = Outcome {
        measure: name.to_owned(),
        value: of(&risk[0]),
        unit: "share",
        baseline: of(&plain[0]),
        goal: Goal::AtLeast(goal),
        note: NOTE.to_owned(),
        facts: vec![
            ("lookup", rounded(of(&lookup[0])).into()),
            ("seen", rounded(of(&risk[1])).into()),
            ("seen_baseline", rounded(of(&plain[1])).into()),
            ("unseen", rounded(of(&risk[2])).into()),
            ("unseen_baseline", rounded(of(&plain[2])).into()),
            ("items", risk[0].len().into()),
            ("unseen_items", risk[2].len().into()),
            ("bad", bad_count(&risk[0]).into()),
            ("unseen_bad", bad_count(&risk[2]).into()),
        ],
    };
    outcome.print()
}

fn bad_count(scored: &[Scored]) -> usize {
    scored.iter().filter(|(_, is_bad)| *is_bad).count()
}

fn tell_calibration(results: &Results) -> Result<(), Failure> {
    let Results { risk, plain, lookup, .. } = results;
    let outcome = Outcome {
        measure: "targeting-calibration".to_owned(),
        value: calibration_error(&risk[0]),
        unit: "expected calibration error",
        baseline: calibration_error(&plain[0]),
        goal: Goal::Below(CALIBRATION_GOAL),
        note: format!("ten bins of equal width; {NOTE}"),
        facts: vec![
            ("lookup", rounded(calibration_error(&lookup[0])).into()),
            ("seen", rounded(calibration_error(&risk[1])).into()),
            ("unseen", rounded(calibration_error(&risk[2])).into()),
        ],
    };
    outcome.print()
}

fn tell_copies(results: &Results) -> Result<(), Failure> {
    let [seen, unseen] = results.copy_share;
    let outcome = Outcome {
        measure: "targeting-copy-evidence".to_owned(),
        value: seen,
        unit: "share of the moved log-odds",
        baseline: unseen,
        goal: Goal::None,
        note: "how much of what moves the scores of seen items comes from keys with mass or price, which only recognise \
               copies; baseline: the same of unseen items"
            .to_owned(),
        facts: Vec::new(),
    };
    outcome.print()
}
