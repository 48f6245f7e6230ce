//! A random forest [Breiman 2001], as customs elsewhere rank goods with: what the service has to do better than.

use smartcore::{
    ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters},
    linalg::basic::matrix::DenseMatrix,
};

const TREES: usize = 200;

/// What a forest says that learned the first from labels, of the others.
pub fn scores(labelled: &[(Vec<f64>, bool)], others: &[Vec<f64>]) -> Vec<f64> {
    let columns: Vec<Vec<f64>> = labelled.iter().map(|(columns, _)| columns.clone()).collect();
    let labels: Vec<f64> = labelled.iter().map(|(_, is_unsafe)| f64::from(u8::from(*is_unsafe))).collect();
    let mut parameters =
        RandomForestRegressorParameters::default().with_n_trees(TREES).with_min_samples_leaf(3);
    parameters.seed = 1;
    let columns = DenseMatrix::from_2d_vec(&columns).unwrap();
    let forest = RandomForestRegressor::fit(&columns, &labels, parameters).unwrap();
    forest.predict(&DenseMatrix::from_2d_vec(&others.to_vec()).unwrap()).unwrap()
}
