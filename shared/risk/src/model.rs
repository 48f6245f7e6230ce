//! The model: counts in cells, shrunk from key to key, and weighed.
//!
//! Invariant: the same history of labels gives the same model, and the same model gives the same item the same score,
//! bit for bit, on every machine.

use std::sync::Arc;

use thiserror::Error;

use crate::{
    cells::{Cell, Cells, Tally},
    hashing,
    interval::{log_odds, probability},
    item::Item,
    layout::Layout,
    score::{BASE, Contribution, Score},
    settings::{Settings, SettingsError},
    weighing::{self, Step, Weighing},
};

/// A score further than so many log-odds from even is scaled back, with all its contributions.
const FARTHEST: f64 = 15.0;
/// A score has no less doubt than so many labels would leave.
const MOST_COUNT: f64 = 1e6;
/// The weights a label may have.
const LEAST_WEIGHT: f64 = 0.001;
const MOST_WEIGHT: f64 = 1_000.0;

/// What an examination found of an item, as regards the model's target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// Whether the item was bad.
    pub is_bad: bool,
    /// How many items it stands for: 1, or the inverse of the probability with which it was chosen for examination.
    /// 0.001 to 1,000; who has rarer draws clips their weights, which adds a little bias and takes off much variance.
    pub weight: f64,
}

impl Label {
    /// A label that stands for its own item alone.
    pub fn new(is_bad: bool) -> Self {
        Self { is_bad, weight: 1.0 }
    }
}

/// The weight of a label is out of bounds.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
#[error("expected a weight between {LEAST_WEIGHT} and {MOST_WEIGHT}, got {0}")]
pub struct WeightError(pub f64);

/// Which state of a model gave a score; kept with it, it says which exported model to replay it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    /// How many labels it had learned.
    pub labels: u64,
    /// A digest of layout, settings and all labels in their order; no protection against forgery.
    pub digest: u64,
}

/// A risk model for one target.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(crate) layout: Layout,
    pub(crate) settings: Settings,
    pub(crate) base: Cell,
    pub(crate) cells: Cells,
    pub(crate) weighing: Weighing,
    pub(crate) version: Version,
    base_name: Arc<str>,
}

/// What a key's cell says of an item.
#[derive(Clone, Copy)]
struct Evidence {
    key: usize,
    count: f64,
    rate: f64,
    tally: Option<Tally>,
    /// The cell that the step begins at.
    coarser: Known,
    step: Step,
}

/// What a key passes on to the finer ones.
#[derive(Clone, Copy)]
struct Known {
    /// `None` for all items.
    key: Option<usize>,
    rate: f64,
    log_odds: f64,
    tally: Option<Tally>,
}

impl Model {
    /// A model without experience, which gives every item the prior rate.
    ///
    /// # Errors
    /// If a setting is out of its bounds.
    pub fn new(layout: Layout, settings: Settings) -> Result<Self, SettingsError> {
        let settings = settings.checked()?;
        let mut digest = hashing::bytes(hashing::EMPTY, layout.to_string().as_bytes());
        for number in [settings.prior_rate, settings.prior_count, settings.shrinkage, settings.learning_rate]
        {
            digest = hashing::join(digest, number.to_bits());
        }
        digest = hashing::join(digest, settings.most_cells as u64);
        let starts = layout.keys.iter().map(|key| if key.is_first_chain { 1.0 } else { 0.0 });
        Ok(Self {
            base: Cell::default(),
            cells: Cells::new(settings.most_cells),
            weighing: Weighing::new(starts),
            version: Version { labels: 0, digest },
            base_name: BASE.into(),
            layout,
            settings,
        })
    }

    /// Which state the model is in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The combinations of features that it counts.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What it was told at its beginning.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// How many cells it holds; at most [`Settings::most_cells`].
    pub fn cells(&self) -> usize {
        self.cells.len()
    }

    /// How likely the item is to be found bad, and why. Missing features add nothing.
    pub fn score(&self, item: &Item) -> Score {
        let cells = self.layout.cells(item);
        let base = self.base_rate();
        let (evidence, is_familiar) = self.evidence(&cells, base);
        self.add_up(base, &evidence, is_familiar)
    }

    /// Learns from one outcome. The weights learn first, from what the model said before it knew, so that a cell is never
    /// trusted for repeating the label that made it. The label's weight counts in the cells alone. Labels may come late
    /// and in any order; the counts do not depend on the order, the weights a little. The same outcome learned twice
    /// counts twice.
    ///
    /// # Errors
    /// If the label's weight is out of its bounds; nothing is learned then.
    pub fn learn(&mut self, item: &Item, label: Label) -> Result<(), WeightError> {
        let Label { is_bad, weight } = label;
        if !(LEAST_WEIGHT..=MOST_WEIGHT).contains(&weight) {
            return Err(WeightError(weight));
        }
        let cells = self.layout.cells(item);
        let base = self.base_rate();
        let (evidence, is_familiar) = self.evidence(&cells, base);
        let expected = self.add_up(base, &evidence, is_familiar).probability;
        // Each label moves the weights alike: measured, one rare draw that stands for hundreds throws them over.
        let error = expected - if is_bad { 1.0 } else { 0.0 };
        self.weighing.learn(evidence.iter().map(|one| one.step), error, self.settings.learning_rate);

        self.version.labels += 1;
        let now = u32::try_from(self.version.labels).unwrap_or(u32::MAX);
        let mut digest = hashing::join(self.version.digest, weight.to_bits());
        digest = hashing::join(digest, u64::from(is_bad));
        self.base.add(is_bad, weight as f32, now);
        for name in cells {
            digest = hashing::join(digest, name.unwrap_or(hashing::EMPTY));
            if let Some(name) = name {
                self.cells.add(name, is_bad, weight as f32, now);
            }
        }
        self.version.digest = digest;
        self.cells.trim();
        Ok(())
    }

    fn base_rate(&self) -> f64 {
        self.base.rate(self.settings.prior_rate, self.settings.prior_count)
    }

    /// What the cells say, in the order of the keys, and whether the item's exact combination is known.
    fn evidence(&self, cells: &[Option<u64>], base: f64) -> (Vec<Evidence>, bool) {
        // A key that knows nothing passes on its parent's.
        let mut known: Vec<Known> = Vec::with_capacity(cells.len());
        let of_all = Known { key: None, rate: base, log_odds: log_odds(base), tally: self.base.tally() };
        let mut evidence = Vec::with_capacity(cells.len());
        let mut is_familiar = false;
        for (at, (key, name)) in self.layout.keys.iter().zip(cells).enumerate() {
            let from = key.parent.map_or(of_all, |parent| known[parent]);
            let cell = name.and_then(|name| self.cells.get(name));
            if key.is_first_chain && name.is_some() {
                is_familiar = cell.is_some();
            }
            known.push(cell.map_or(from, |cell| {
                let (count, rate) = (cell.count(), cell.rate(from.rate, self.settings.shrinkage));
                let to = Known { key: Some(at), rate, log_odds: log_odds(rate), tally: cell.tally() };
                let step = Step { place: 0, log_odds: to.log_odds - from.log_odds };
                evidence.push(Evidence { key: at, count, rate, tally: to.tally, coarser: from, step });
                to
            }));
        }
        for one in &mut evidence {
            one.step.place = weighing::place(one.key, one.count, is_familiar);
        }
        (evidence, is_familiar)
    }

    fn add_up(&self, base: f64, evidence: &[Evidence], is_familiar: bool) -> Score {
        let labels = self.base.count();
        let mut contributions = Vec::with_capacity(evidence.len() + 1);
        let name = self.base_name.clone();
        let tally = self.base.tally();
        contributions.push(Contribution {
            key: name,
            log_odds: log_odds(base),
            count: labels,
            rate: base,
            tally,
            coarser: tally,
            coarser_key: None,
        });
        // The delta method: the variance of log-odds is 1 / (count · rate · (1 − rate)); steps are taken as independent.
        let mut doubt = 1.0 / ((labels + self.settings.prior_count) * base * (1.0 - base));
        for one in evidence {
            let weight = self.weighing.of(one.step);
            doubt += weight * weight / ((one.count + self.settings.shrinkage) * one.rate * (1.0 - one.rate));
            contributions.push(Contribution {
                key: self.layout.keys[one.key].name.clone(),
                log_odds: weight * one.step.log_odds,
                count: one.count,
                rate: one.rate,
                tally: one.tally,
                coarser: one.coarser.tally,
                coarser_key: one.coarser.key.map(|key| self.layout.keys[key].name.clone()),
            });
        }
        let sum = |parts: &[Contribution]| parts.iter().map(|one| one.log_odds).sum::<f64>();
        let mut total = sum(&contributions);
        if total.abs() > FARTHEST {
            let scale = FARTHEST / total.abs();
            contributions.iter_mut().for_each(|one| one.log_odds *= scale);
            total = sum(&contributions);
        }
        let probability = probability(total);
        let count = (1.0 / (doubt * probability * (1.0 - probability))).min(MOST_COUNT);
        Score { probability, count, is_familiar, version: self.version, contributions }
    }
}
