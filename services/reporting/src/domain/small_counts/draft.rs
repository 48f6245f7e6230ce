//! What is to be published: counts by what they are of, and how they make up each other.

use std::collections::HashMap;

use super::Key;
use crate::domain::model::{PublishedCell, PublishedRelation, PublishedTable};

/// Counts that are to be published together.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub(super) cells: Vec<DraftCell>,
    pub(super) relations: Vec<PublishedRelation>,
    pub(super) tables: Vec<PublishedTable>,
    by_key: HashMap<String, usize>,
}

/// A count.
#[derive(Clone, Debug)]
pub(super) struct DraftCell {
    pub(super) key: String,
    pub(super) count: u64,
    /// It stands nowhere, but others make it up.
    pub(super) implied: bool,
}

impl Draft {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A count that is to be published. Gives its place.
    pub fn open(&mut self, key: &Key, count: u64) -> usize {
        let at = self.implied(key, count);
        if let Some(cell) = self.cells.get_mut(at) {
            cell.implied = false;
        }
        at
    }

    /// A count that follows from others. Gives its place.
    pub fn implied(&mut self, key: &Key, count: u64) -> usize {
        let key = key.to_string();
        if let Some(at) = self.by_key.get(&key) {
            return *at;
        }
        self.cells.push(DraftCell { key: key.clone(), count, implied: true });
        let at = self.cells.len() - 1;
        self.by_key.insert(key, at);
        at
    }

    /// Counts that are not to be published after all: they follow from others, as far as they do.
    pub fn leave_out(&mut self, cells: impl IntoIterator<Item = usize>) {
        for at in cells {
            if let Some(cell) = self.cells.get_mut(at) {
                cell.implied = true;
            }
        }
    }

    /// Says that parts make up a whole: they add up to it, or a case is in several of them. Nothing where neither can be.
    pub fn make_up(&mut self, whole: usize, parts: Vec<usize>) {
        let count = |at: usize| self.cells.get(at).map_or(0, |cell| cell.count);
        let sum: u64 = parts.iter().map(|part| count(*part)).sum();
        let greatest = parts.iter().map(|part| count(*part)).max().unwrap_or_default();
        if sum < count(whole) || greatest > count(whole) || parts.contains(&whole) {
            return;
        }
        let overlapping = sum > count(whole);
        self.relations.push(PublishedRelation { whole, parts, overlapping });
    }

    /// As it was published: what stands `withheld` was not told.
    #[must_use]
    pub fn published(
        self,
        withheld: &[bool],
    ) -> (Vec<PublishedCell>, Vec<PublishedRelation>, Vec<PublishedTable>) {
        let is_withheld = |at: usize| withheld.get(at).copied().unwrap_or(true);
        let cells = self.cells.into_iter().enumerate().map(|(at, cell)| PublishedCell {
            key: cell.key,
            count: cell.count,
            told: (!cell.implied).then(|| !is_withheld(at)),
        });
        (cells.collect(), self.relations, self.tables)
    }
}
