//! A random forest [Breiman 2001], as customs elsewhere rank goods with.

use std::collections::HashMap;

use seamless_risk::Feature;
use smartcore::{
    ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters},
    linalg::basic::matrix::DenseMatrix,
};

use super::declarations::{Declaration, View};
use crate::Failure;

const TREES: usize = 200;
const COLUMNS: [&str; 11] = [
    "hs",
    "origin",
    "departure",
    "declarant",
    "importer",
    "seller",
    "courier",
    "tax_rate",
    "mass",
    "price",
    "office",
];

/// What a forest says of arrivals that learned from these labels; categories are numbered as they come.
///
/// # Errors
/// If it cannot learn.
pub fn scores(labelled: &[&Declaration], arrivals: &[Declaration]) -> Result<Vec<f64>, Failure> {
    let mut numbers: HashMap<(usize, String), f64> = HashMap::new();
    let mut columns = |declaration: &Declaration| -> Vec<f64> {
        let item = declaration.item(View::Full);
        let of = |(at, name): (usize, &&str)| match item.feature(name) {
            Some(Feature::Number(number)) => *number,
            Some(Feature::Word(word)) => {
                let next = numbers.len() as f64;
                *numbers.entry((at, word.to_string())).or_insert(next)
            }
            None => -1.0,
        };
        COLUMNS.iter().enumerate().map(of).collect()
    };
    let known: Vec<Vec<f64>> = labelled.iter().map(|one| columns(one)).collect();
    let labels: Vec<f64> = labelled.iter().map(|one| if one.is_fraud { 1.0 } else { 0.0 }).collect();
    let others: Vec<Vec<f64>> = arrivals.iter().map(&mut columns).collect();
    let parameters = RandomForestRegressorParameters::default().with_n_trees(TREES).with_min_samples_leaf(3);
    let forest = RandomForestRegressor::fit(&DenseMatrix::from_2d_vec(&known)?, &labels, parameters)?;
    Ok(forest.predict(&DenseMatrix::from_2d_vec(&others)?)?)
}
