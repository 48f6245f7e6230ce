//! Training: from labelled pairs to a calibrated model.
//!
//! Invariant: the same pairs in the same order give the same model. Calibration and threshold come only from scores of
//! pairs that the scoring trees had not seen, nor any varied form of them.

use std::collections::HashSet;

use crate::{
    corpus::Corpus,
    features::{self, Row, WIDTH},
    likeness::probability,
    model::{Model, Trained},
    prepared::Prepared,
    product::LabelledPair,
    random::Random,
    trees::{self, Forest, Settings, Table},
};

/// Chosen by cross-validation within the public training data; neighbouring values do about as well.
const SETTINGS: Settings =
    Settings { trees: 200, depth: 4, rate: 0.06, rows: 0.7, features: 0.4, ridge: 3.0, least: 2.0 };
const FOLDS: usize = 5;
/// Forests with seeds of their own, whose mean is the model.
const BAGS: u64 = 2;
const SEED: u64 = 20_240_229;
/// Draws with replacement over which the threshold is averaged.
const THRESHOLD_DRAWS: usize = 30;

/// Compared pairs to learn from.
#[derive(Default)]
pub(crate) struct Examples {
    rows: Vec<Vec<f32>>,
    labels: Vec<f32>,
    /// Those of one group are never on both sides of a fold.
    groups: Vec<usize>,
    /// Whether the threshold is chosen on it.
    decides: Vec<bool>,
}

impl Examples {
    pub(crate) fn push(&mut self, row: &Row, same: bool, group: usize, decides: bool) {
        self.rows.push(row.to_vec());
        self.labels.push(if same { 1.0 } else { 0.0 });
        self.groups.push(group);
        self.decides.push(decides);
    }
}

/// Trains a model on pairs, for records like theirs. The records are their own corpus.
pub fn fit(pairs: &[LabelledPair]) -> Model {
    let prepared = prepared(pairs);
    let corpus = corpus_of(pairs, &prepared);
    let mut examples = Examples::default();
    for (group, (pair, (left, right))) in pairs.iter().zip(&prepared).enumerate() {
        examples.push(&features::compare(left, right, &corpus), pair.same, group, true);
    }
    learn(&examples, SETTINGS)
}

/// The records of pairs, ready to be compared.
pub(crate) fn prepared(pairs: &[LabelledPair]) -> Vec<(Prepared, Prepared)> {
    pairs.iter().map(|pair| (Prepared::new(&pair.left), Prepared::new(&pair.right))).collect()
}

/// The corpus of the records of pairs, each record counted once.
pub(crate) fn corpus_of(pairs: &[LabelledPair], prepared: &[(Prepared, Prepared)]) -> Corpus {
    let mut seen = HashSet::new();
    let mut corpus = Corpus::default();
    for (pair, prepared) in pairs.iter().zip(prepared) {
        for (product, record) in [(&pair.left, &prepared.0), (&pair.right, &prepared.1)] {
            if seen.insert(format!("{product:?}")) {
                corpus.add(record);
            }
        }
    }
    corpus
}

/// A calibrated forest, and where its F1 is best.
pub(crate) fn learn(examples: &Examples, settings: Settings) -> Model {
    let Examples { rows, labels, groups, decides } = examples;
    let table = Table::new(rows, WIDTH);
    let fold_of_group = folds(groups.iter().max().map_or(0, |most| most + 1));
    let mut unseen = vec![0.0; rows.len()];
    for fold in 0..FOLDS {
        let is_held_out = |row: &usize| fold_of_group[groups[*row]] == fold;
        let (held_out, seen): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(is_held_out);
        let forest = forest(&table, &seen, labels, settings);
        for row in held_out {
            unseen[row] = forest.score(&rows[row]);
        }
    }
    let (slope, intercept) = calibrate(&unseen, labels);
    let probabilities: Vec<(f64, bool)> = unseen
        .iter()
        .zip(labels)
        .zip(decides)
        .filter(|(_, decides)| **decides)
        .map(|((score, label), _)| (probability(f64::from(slope * score + intercept)), *label > 0.5))
        .collect();
    let all: Vec<usize> = (0..rows.len()).collect();
    let threshold = threshold(&probabilities) as f32;
    Model::new(Trained { forest: forest(&table, &all, labels, settings), slope, intercept, threshold })
}

/// The fold of each group, in equal shares, shuffled.
fn folds(groups: usize) -> Vec<usize> {
    let mut folds: Vec<usize> = (0..groups).map(|group| group % FOLDS).collect();
    let mut random = Random::new(SEED);
    for at in (1..groups).rev() {
        folds.swap(at, random.below(at + 1));
    }
    folds
}

/// The mean of the bags, as one forest.
fn forest(table: &Table, rows: &[usize], labels: &[f32], settings: Settings) -> Forest {
    let mut mean = Forest::default();
    let share = 1.0 / BAGS as f32;
    for bag in 0..BAGS {
        let forest = trees::grow(table, rows, labels, settings, SEED + bag);
        mean.base += forest.base * share;
        for mut tree in forest.trees {
            tree.iter_mut().for_each(|node| node.value *= share);
            mean.trees.push(tree);
        }
    }
    mean
}

/// Slope and intercept of the log-odds over a score, by Newton's method on smoothed labels [Platt 1999; Lin and others
/// 2007].
fn calibrate(scores: &[f32], labels: &[f32]) -> (f32, f32) {
    let positive: f64 = labels.iter().map(|label| f64::from(*label)).sum();
    let negative = labels.len() as f64 - positive;
    let (high, low) = ((positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0));
    let (mut slope, mut intercept) = (1.0_f64, 0.0_f64);
    for _ in 0..30 {
        // The ridge keeps a slope of 1 where the data say nothing.
        let (mut first, mut second) = ([slope - 1.0, intercept], [1.0, 0.0, 1.0]);
        for (score, label) in scores.iter().zip(labels) {
            let score = f64::from(*score);
            let expected = probability(slope * score + intercept);
            let error = expected - if *label > 0.5 { high } else { low };
            let spread = expected * (1.0 - expected);
            first[0] += error * score;
            first[1] += error;
            second[0] += spread * score * score;
            second[1] += spread * score;
            second[2] += spread;
        }
        let determinant = second[0] * second[2] - second[1] * second[1];
        if determinant < 1e-9 {
            break;
        }
        slope -= (second[2] * first[0] - second[1] * first[1]) / determinant;
        intercept -= (second[0] * first[1] - second[1] * first[0]) / determinant;
    }
    // A greater score never means a lower probability.
    (slope.max(0.05) as f32, intercept as f32)
}

/// Where F1 is best, averaged over draws with replacement: one lucky pair does not move it.
fn threshold(probabilities: &[(f64, bool)]) -> f64 {
    if !probabilities.iter().any(|(_, same)| *same) {
        return 0.5;
    }
    let mut sorted = probabilities.to_vec();
    sorted.sort_by(|one, two| two.0.total_cmp(&one.0));
    let mut random = Random::new(SEED);
    let draws = (0..THRESHOLD_DRAWS).map(|_| {
        let mut times = vec![0_u32; sorted.len()];
        (0..sorted.len()).for_each(|_| times[random.below(sorted.len())] += 1);
        best_f1(&sorted, &times)
    });
    draws.sum::<f64>() / THRESHOLD_DRAWS as f64
}

/// The probability, in the middle between two pairs, from which F1 is best; the pairs are sorted, greatest first.
fn best_f1(sorted: &[(f64, bool)], times: &[u32]) -> f64 {
    let positive: f64 =
        sorted.iter().zip(times).map(|((_, same), times)| if *same { f64::from(*times) } else { 0.0 }).sum();
    let (mut taken, mut right, mut best, mut threshold) = (0.0, 0.0, 0.0, 0.5);
    for (at, ((here, same), times)) in sorted.iter().zip(times).enumerate() {
        taken += f64::from(*times);
        right += if *same { f64::from(*times) } else { 0.0 };
        let f1 = 2.0 * right / (taken + positive);
        if f1 > best {
            best = f1;
            threshold = sorted.get(at + 1).map_or(*here, |next| (here + next.0) / 2.0);
        }
    }
    threshold
}
