//! Precision, recall and F1 on the public validation pairs.

use std::{path::Path, time::Instant};

use seamless_matching::{Corpus, LabelledPair, Model, Prepared, fit};

use super::{SETS, baselines, pairs};
use crate::{
    Failure,
    outcome::{Goal, Outcome, rounded},
};

/// Of the mean F1.
const GOAL: f64 = 0.82;
/// Thresholds of the baseline that are tried.
const STEPS: u32 = 100;

const NOTE: &str = "F1 on the validation pairs; trained, calibrated and thresholds chosen on the training pairs alone; \
                    baseline: the share of common words (Jaccard), its threshold chosen on the training pairs; exact_f1: \
                    the same cleaned title or model number; embedded_f1: the weights for alerts, which know no prices \
                    and are one for all sets";

/// How many of the answers are right.
#[derive(Clone, Copy, Default)]
struct Confusion {
    right: u32,
    said: u32,
    true_ones: u32,
}

impl Confusion {
    fn of(answers: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut confusion = Self::default();
        for (said, is_so) in answers {
            confusion.said += u32::from(said);
            confusion.true_ones += u32::from(is_so);
            confusion.right += u32::from(said && is_so);
        }
        confusion
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.said.max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.true_ones.max(1))
    }

    fn f1(self) -> f64 {
        2.0 * f64::from(self.right) / f64::from((self.said + self.true_ones).max(1))
    }
}

/// Measures each set, and tells the mean.
///
/// # Errors
/// If a file is missing or damaged.
pub fn measure(folder: &Path) -> Result<(), Failure> {
    let mut sums = [0.0; 4];
    for (set, training, validation) in SETS {
        let (training, validation) =
            (pairs::read(&folder.join(training))?, pairs::read(&folder.join(validation))?);
        let scores = measure_set(set, &training, &validation)?;
        sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
    }
    let [ours, jaccard, exact, embedded] = sums.map(|sum| sum / SETS.len() as f64);
    let outcome = Outcome {
        measure: "matching-mean".to_owned(),
        value: ours,
        unit: "F1",
        baseline: jaccard,
        goal: Goal::AtLeast(GOAL),
        note: format!("mean over the sets; {NOTE}"),
        facts: vec![("exact_f1", rounded(exact).into()), ("embedded_f1", rounded(embedded).into())],
    };
    outcome.print()
}

/// F1 of the model, of word overlap, of exact equality, and of the weights for alerts.
fn measure_set(
    set: &str,
    training: &[LabelledPair],
    validation: &[LabelledPair],
) -> Result<[f64; 4], Failure> {
    let begun = Instant::now();
    let model = fit(training);
    let trained_in = begun.elapsed();
    let corpus = corpus_of(training);
    let begun = Instant::now();
    let scored = probabilities(&model, validation, &corpus);
    let compared_in = begun.elapsed() / u32::try_from(validation.len().max(1))?;
    let ours = at_least(&scored, model.threshold());
    // The mean squared error of the probabilities (Brier): smaller is better calibrated.
    let errors = scored.iter().map(|(probability, same)| (probability - f64::from(u8::from(*same))).powi(2));
    let brier = errors.sum::<f64>() / scored.len().max(1) as f64;
    let jaccard = at_least(&overlaps(validation), best_threshold(&overlaps(training)));
    let exact = Confusion::of(validation.iter().map(|pair| (baselines::is_exact(pair), pair.same)));
    let for_alerts = Model::embedded()?;
    let embedded = at_least(&probabilities(&for_alerts, validation, &corpus), for_alerts.threshold());
    let outcome = Outcome {
        measure: format!("matching-{set}"),
        value: ours.f1(),
        unit: "F1",
        baseline: jaccard.f1(),
        goal: Goal::None,
        note: NOTE.to_owned(),
        facts: vec![
            ("precision", rounded(ours.precision()).into()),
            ("recall", rounded(ours.recall()).into()),
            ("exact_f1", rounded(exact.f1()).into()),
            ("embedded_f1", rounded(embedded.f1()).into()),
            ("threshold", rounded(model.threshold()).into()),
            ("brier", rounded(brier).into()),
            ("training_pairs", training.len().into()),
            ("validation_pairs", validation.len().into()),
            ("training_s", rounded(trained_in.as_secs_f64()).into()),
            ("pair_us", rounded(compared_in.as_secs_f64() * 1e6).into()),
        ],
    };
    outcome.print()?;
    Ok([ours.f1(), jaccard.f1(), exact.f1(), embedded.f1()])
}

fn probabilities(model: &Model, pairs: &[LabelledPair], corpus: &Corpus) -> Vec<(f64, bool)> {
    let probability = |pair: &LabelledPair| {
        model.probability(&Prepared::new(&pair.left), &Prepared::new(&pair.right), corpus)
    };
    pairs.iter().map(|pair| (probability(pair), pair.same)).collect()
}

/// The records of the pairs, each once.
fn corpus_of(pairs: &[LabelledPair]) -> Corpus {
    let mut seen = std::collections::HashSet::new();
    let records = pairs.iter().flat_map(|pair| [&pair.left, &pair.right]);
    let distinct: Vec<Prepared> =
        records.filter(|record| seen.insert(format!("{record:?}"))).map(Prepared::new).collect();
    Corpus::of(&distinct)
}

fn overlaps(pairs: &[LabelledPair]) -> Vec<(f64, bool)> {
    let overlap = |pair: &LabelledPair| {
        baselines::overlap(&baselines::words(&pair.left), &baselines::words(&pair.right))
    };
    pairs.iter().map(|pair| (overlap(pair), pair.same)).collect()
}

fn at_least(scores: &[(f64, bool)], threshold: f64) -> Confusion {
    Confusion::of(scores.iter().map(|(score, same)| (*score >= threshold, *same)))
}

fn best_threshold(scores: &[(f64, bool)]) -> f64 {
    let thresholds = (1..STEPS).map(|step| f64::from(step) / f64::from(STEPS));
    thresholds
        .max_by(|one, two| at_least(scores, *one).f1().total_cmp(&at_least(scores, *two).f1()))
        .unwrap_or(0.5)
}
