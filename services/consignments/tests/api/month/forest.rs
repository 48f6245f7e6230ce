//! A random forest [Breiman 2001], as customs elsewhere rank goods with: what the service has to do better than.

use std::collections::HashMap;

use smartcore::{
    ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters},
    linalg::basic::matrix::DenseMatrix,
};

const TREES: usize = 200;
/// The columns that say who exports and who imports.
const PARTIES: [usize; 2] = [0, 4];
/// Labels are put into so many parts; what is said of one rests on the others, so that none tells its own.
const PARTS: usize = 5;
/// For how many labels the rate of all counts, where few tell of one party.
const SHRINKAGE: f64 = 5.0;

/// What a forest knows of parties.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// Their numbers, which mean nothing.
    Numbers,
    /// How often each was examined, and how much of it was unsafe [Micci-Barreca 2001], too.
    Outcomes,
}

impl Known {
    pub const ALL: [Self; 2] = [Self::Numbers, Self::Outcomes];
}

/// What a forest says that learned the first from labels, of the others.
pub fn scores(known: Known, labelled: &[(Vec<f64>, bool)], others: &[Vec<f64>]) -> Vec<f64> {
    let labels: Vec<f64> = labelled.iter().map(|(_, is_unsafe)| f64::from(u8::from(*is_unsafe))).collect();
    let (columns, others) = match known {
        Known::Numbers => (labelled.iter().map(|(columns, _)| columns.clone()).collect(), others.to_vec()),
        Known::Outcomes => with_outcomes(labelled, others),
    };
    let mut parameters =
        RandomForestRegressorParameters::default().with_n_trees(TREES).with_min_samples_leaf(3);
    parameters.seed = 1;
    let columns = DenseMatrix::from_2d_vec(&columns).unwrap();
    let forest = RandomForestRegressor::fit(&columns, &labels, parameters).unwrap();
    forest.predict(&DenseMatrix::from_2d_vec(&others).unwrap()).unwrap()
}

fn with_outcomes(labelled: &[(Vec<f64>, bool)], others: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let parts: Vec<Outcomes> = (0..PARTS)
        .map(|part| {
            let rest = labelled.iter().enumerate().filter(|(number, _)| number % PARTS != part);
            Outcomes::of(rest.map(|(_, label)| label))
        })
        .collect();
    let all = Outcomes::of(labelled.iter());
    let columns = labelled.iter().enumerate();
    (
        columns.map(|(number, (columns, _))| parts[number % PARTS].beside(columns)).collect(),
        others.iter().map(|columns| all.beside(columns)).collect(),
    )
}

/// How often each party was examined, and how often what came of it was unsafe.
#[derive(Default)]
struct Outcomes {
    of_parties: HashMap<(usize, u64), (f64, f64)>,
    of_all: (f64, f64),
}

impl Outcomes {
    fn of<'a>(labels: impl Iterator<Item = &'a (Vec<f64>, bool)>) -> Self {
        let mut outcomes = Self::default();
        for (columns, is_unsafe) in labels {
            let found = f64::from(u8::from(*is_unsafe));
            for column in PARTIES {
                let of_party = outcomes.of_parties.entry((column, columns[column].to_bits())).or_default();
                *of_party = (of_party.0 + 1.0, of_party.1 + found);
            }
            outcomes.of_all = (outcomes.of_all.0 + 1.0, outcomes.of_all.1 + found);
        }
        outcomes
    }

    /// The columns, with what is known of the parties in them.
    fn beside(&self, columns: &[f64]) -> Vec<f64> {
        let rate = self.of_all.1 / self.of_all.0.max(1.0);
        let mut beside = columns.to_vec();
        for column in PARTIES {
            let party = (column, columns[column].to_bits());
            let (examined, found) = self.of_parties.get(&party).copied().unwrap_or_default();
            beside.extend([examined, (found + SHRINKAGE * rate) / (examined + SHRINKAGE)]);
        }
        beside
    }
}
