//! A score and what it is made of.
//!
//! Invariant: the contributions' log-odds, added up in order, are the log-odds of the probability.

use std::sync::Arc;

use crate::{cells::Tally, interval, model::Version};

/// The name of the contribution that every score begins with: the rate among all items.
pub const BASE: &str = "all";

/// How likely an item is to be found bad, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Greater than 0 and less than 1.
    pub probability: f64,
    /// How many labels, of items exactly alike, would leave as much doubt as there is: for the interval.
    pub count: f64,
    /// Whether an item with the same exact combination was labelled before: the finest key of the layout's first chain
    /// that the item's features fill. Where items are often copies of each other, only such scores are worth much.
    pub is_familiar: bool,
    /// The state of the model that gave it.
    pub version: Version,
    /// [`BASE`] first, then the keys in the order of the layout that say anything of the item.
    pub contributions: Vec<Contribution>,
}

/// What one key adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The key, as the layout names it, such as `hs/6 + origin`.
    pub key: Arc<str>,
    /// Natural log-odds that it adds; negative speaks for the item.
    pub log_odds: f64,
    /// The labels behind it; with unequal weights fewer than were counted [Kish 1965].
    pub count: f64,
    /// The rate of bad ones among the items alike in this key, shrunk towards the coarser key's.
    pub rate: f64,
    /// The labels of the items alike in this key, as they are; `None` if the model was stored before they were counted
    /// so.
    pub tally: Option<Tally>,
    /// The same of what the key is compared with: of the items alike in the coarser key, of all where there is none. Of
    /// [`BASE`] its own.
    pub coarser: Option<Tally>,
    /// The coarser key; `None` for all items.
    pub coarser_key: Option<Arc<str>>,
}

impl Score {
    /// Between which two probabilities the rate among such items lies, with `level` (such as 0.95) of certainty:
    /// the beta posterior at the effective count with the prior of Jeffreys, widened to hold the score if need be.
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let tail = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
        let bad = self.count * self.probability + 0.5;
        let good = self.count * (1.0 - self.probability) + 0.5;
        let lower = interval::beta_quantile(bad, good, tail);
        let upper = interval::beta_quantile(bad, good, 1.0 - tail);
        (lower.min(self.probability), upper.max(self.probability))
    }

    /// The contributions, those that move the score most first.
    pub fn strongest(&self) -> Vec<&Contribution> {
        let mut order: Vec<&Contribution> = self.contributions.iter().collect();
        order.sort_by(|one, other| other.log_odds.abs().total_cmp(&one.log_odds.abs()));
        order
    }
}
