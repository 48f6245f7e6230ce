//! What is compared: the model, the plain hierarchical beta-binomial, and a bare look-up of copies.

use std::collections::HashMap;

use seamless_risk::{Label, Layout, Model, Settings};

use super::declarations::{Declaration, View};
use crate::Failure;

/// From the kind of goods to the single combination.
const MAIN_CHAIN: &str = "hs/2 > hs/4 > hs > origin > departure > tax_rate + tax_regime > mass + price";
/// The main chain; goods, routes and amounts in other company; the parties.
const LAYOUT: [&str; 11] = [
    MAIN_CHAIN,
    "hs/2 > hs/4 > origin",
    "hs/2 > hs/4 > hs > mass^3",
    "mass + price",
    "price",
    "origin > departure > tax_rate + tax_regime",
    "importer",
    "seller",
    "declarant",
    "courier",
    "office",
];
/// Of a combination without labels, in the look-up.
const EVEN: f64 = 0.5;

/// Learns from labelled declarations, and scores others.
pub trait Scorer {
    /// How bad the declaration is held to be, 0 to 1.
    fn score(&self, declaration: &Declaration) -> f64;

    /// Takes in what was found, for as many declarations as the weight says.
    ///
    /// # Errors
    /// If the weight is out of bounds.
    fn learn(&mut self, declaration: &Declaration, is_bad: bool, weight: f64) -> Result<(), Failure>;
}

/// A risk model that is shown a view of the declarations.
pub struct Risk {
    pub model: Model,
    view: View,
}

impl Risk {
    /// The model of `seamless-risk`, with its default settings.
    pub fn full(view: View) -> Result<Self, Failure> {
        Ok(Self { model: Model::new(Layout::new(&LAYOUT)?, Settings::default())?, view })
    }

    /// One chain, never weighed: the plain hierarchical beta-binomial.
    pub fn plain(view: View) -> Result<Self, Failure> {
        let settings = Settings { learning_rate: 0.0, ..Settings::default() };
        Ok(Self { model: Model::new(Layout::new(&[MAIN_CHAIN])?, settings)?, view })
    }
}

impl Scorer for Risk {
    fn score(&self, declaration: &Declaration) -> f64 {
        self.model.score(declaration.item(self.view)).probability
    }

    fn learn(&mut self, declaration: &Declaration, is_bad: bool, weight: f64) -> Result<(), Failure> {
        Ok(self.model.learn(declaration.item(self.view), Label { is_bad, weight })?)
    }
}

/// The rate of bad ones among the copies of a declaration, and nothing else.
pub struct Lookup {
    found: HashMap<String, (f64, f64)>,
    all: (f64, f64),
    view: View,
}

impl Lookup {
    pub fn new(view: View) -> Self {
        Self { found: HashMap::new(), all: (EVEN, 1.0), view }
    }

    /// Whether it has a label of a copy.
    pub fn has_seen(&self, declaration: &Declaration) -> bool {
        self.found.contains_key(declaration.combination(self.view))
    }
}

impl Scorer for Lookup {
    fn score(&self, declaration: &Declaration) -> f64 {
        let rate = self.all.0 / self.all.1;
        let (bad, all) = self.found.get(declaration.combination(self.view)).copied().unwrap_or_default();
        (bad + rate) / (all + 1.0)
    }

    fn learn(&mut self, declaration: &Declaration, is_bad: bool, weight: f64) -> Result<(), Failure> {
        let bad = if is_bad { weight } else { 0.0 };
        let found = self.found.entry(declaration.combination(self.view).to_owned()).or_default();
        *found = (found.0 + bad, found.1 + weight);
        self.all = (self.all.0 + bad, self.all.1 + weight);
        Ok(())
    }
}
