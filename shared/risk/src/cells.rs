//! The counts behind the scores, in bounded memory.
//!
//! Invariant: never more cells than the limit once trimmed, and which are dropped depends only on what was learned, in
//! which order. In a cell the bad ones are never more than all, weighted or not.

use std::collections::HashMap;

/// A total beyond this is halved, with all else in the cell, before single labels get lost in rounding.
const FULL: f32 = 4_194_304.0;
/// Rates keep this far from 0 and 1, so that their log-odds stay finite.
const EDGE: f64 = 1e-9;

/// Outcomes, each counted once whatever its weight: what a person would count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All labels.
    pub labels: u32,
    /// Those that found the item bad.
    pub bad: u32,
}

impl Tally {
    fn add(&mut self, is_bad: bool) {
        // Full only after four billion labels; then bad ones stay no more than all.
        if self.labels < u32::MAX {
            self.labels += 1;
            self.bad += u32::from(is_bad);
        }
    }
}

/// What was found among the items of one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    /// Sum of the weights of all labels.
    pub total: f32,
    /// Sum of the weights of those found bad.
    pub bad: f32,
    /// Sum of the squared weights.
    pub squares: f32,
    /// The number of the label that touched it last.
    pub last: u32,
    /// The labels as they are, without weights; nothing in a cell that was stored before they were kept, for good: a
    /// part of the labels is not their number.
    pub tally: Tally,
}

impl Cell {
    pub(crate) fn add(&mut self, is_bad: bool, weight: f32, now: u32) {
        if self.tally.labels > 0 || self.squares <= 0.0 {
            self.tally.add(is_bad);
        }
        self.total += weight;
        self.squares += weight * weight;
        if is_bad {
            self.bad += weight;
        }
        if self.total > FULL {
            self.total /= 2.0;
            self.squares /= 2.0;
            self.bad /= 2.0;
        }
        self.last = now;
    }

    /// How many labels it has and how many of them were bad; `None` where that was not kept.
    pub(crate) fn tally(&self) -> Option<Tally> {
        (self.tally.labels > 0 || self.squares <= 0.0).then_some(self.tally)
    }

    /// How many labels of equal weight would say as much [Kish 1965].
    pub(crate) fn count(&self) -> f64 {
        if self.squares > 0.0 {
            f64::from(self.total) * f64::from(self.total) / f64::from(self.squares)
        } else {
            0.0
        }
    }

    /// The posterior mean, shrunk towards `prior`, which counts for `strength` labels.
    pub(crate) fn rate(&self, prior: f64, strength: f64) -> f64 {
        if self.squares <= 0.0 {
            return prior;
        }
        let count = self.count();
        let bad = count * f64::from(self.bad) / f64::from(self.total);
        ((bad + strength * prior) / (count + strength)).clamp(EDGE, 1.0 - EDGE)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cells {
    cells: HashMap<u64, Cell>,
    most: usize,
}

impl Cells {
    pub(crate) fn new(most: usize) -> Self {
        Self { cells: HashMap::new(), most }
    }

    pub(crate) fn get(&self, name: u64) -> Option<&Cell> {
        self.cells.get(&name)
    }

    pub(crate) fn add(&mut self, name: u64, is_bad: bool, weight: f32, now: u32) {
        self.cells.entry(name).or_default().add(is_bad, weight, now);
    }

    pub(crate) fn restore(&mut self, name: u64, cell: Cell) {
        self.cells.insert(name, cell);
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// If there are more cells than the limit, drops them and another sixteenth: the cells with the fewest labels, of
    /// these the ones that were not touched for longest. Their labels stay counted in the coarser cells, of which there
    /// are fewer and which have more labels.
    pub(crate) fn trim(&mut self) {
        if self.cells.len() <= self.most {
            return;
        }
        let mut order: Vec<(u64, u32, u64)> =
            self.cells.iter().map(|(name, cell)| ((cell.count() * 16.0) as u64, cell.last, *name)).collect();
        let surplus = order.len() - (self.most - self.most / 16);
        let (dropped, _, _) = order.select_nth_unstable(surplus);
        for (_, _, name) in dropped {
            self.cells.remove(name);
        }
    }

    /// All, by name.
    pub(crate) fn sorted(&self) -> Vec<(u64, Cell)> {
        let mut cells: Vec<(u64, Cell)> = self.cells.iter().map(|(name, cell)| (*name, *cell)).collect();
        cells.sort_unstable_by_key(|(name, _)| *name);
        cells
    }
}
