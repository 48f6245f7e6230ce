//! What is to be published: counts by what they are of, and how they make up each other.

use std::collections::HashMap;

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use seamless_suppression::SuppressionError;
use uuid::Uuid;

use super::Key;
use crate::domain::model::{PublishedCell, PublishedRelation, PublishedTable, Release};

/// Counts that are to be published together.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub(super) cells: Vec<DraftCell>,
    pub(super) relations: Vec<PublishedRelation>,
    pub(super) tables: Vec<PublishedTable>,
    by_key: HashMap<String, usize>,
    /// What does not fit together: whatever is told of it would be judged wrongly.
    wrong: Option<SuppressionError>,
}

/// A count.
#[derive(Clone, Debug)]
pub(super) struct DraftCell {
    pub(super) key: String,
    pub(super) count: u64,
    /// It stands nowhere, but others make it up.
    pub(super) implied: bool,
    /// Everybody knows it by what is published with it: a bulletin that names what it counts, or says that there is no other.
    pub(super) public: bool,
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

    /// A count that follows from others. Gives its place. The same thing has one count; with another one nothing of the draft is published.
    pub fn implied(&mut self, key: &Key, count: u64) -> usize {
        let key = key.to_string();
        if let Some(at) = self.by_key.get(&key).copied() {
            let known = self.count(at);
            if known != count {
                self.note(known, count);
            }
            return at;
        }
        self.cells.push(DraftCell { key: key.clone(), count, implied: true, public: false });
        let at = self.cells.len() - 1;
        self.by_key.insert(key, at);
        at
    }

    /// A count that everybody knows by what is published with it. Gives its place.
    pub(super) fn public(&mut self, key: &Key, count: u64) -> usize {
        let at = self.implied(key, count);
        if let Some(cell) = self.cells.get_mut(at) {
            cell.public = true;
        }
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

    /// Says that parts add up to a whole. Where they do not, nothing of the draft is published.
    pub fn adds_up(&mut self, whole: usize, parts: Vec<usize>) {
        let sum: u64 = parts.iter().map(|part| self.count(*part)).sum();
        let known = self.count(whole);
        if sum != known {
            self.note(known, sum);
        } else if !parts.contains(&whole) {
            self.relations.push(PublishedRelation { whole, parts });
        }
    }

    /// How much greater one count is than another.
    pub(super) fn less(&self, one: usize, other: usize) -> u64 {
        self.count(one).saturating_sub(self.count(other))
    }

    fn count(&self, at: usize) -> u64 {
        self.cells.get(at).map_or(0, |cell| cell.count)
    }

    fn note(&mut self, whole: u64, parts: u64) {
        self.wrong.get_or_insert(SuppressionError::Unequal { whole, parts });
    }

    /// Whether everything of it fits together.
    pub(super) fn check(&self) -> Result<(), SuppressionError> {
        self.wrong.clone().map_or(Ok(()), Err)
    }

    /// As it is published: what stands `withheld` is not told.
    #[must_use]
    pub fn published(
        self,
        withheld: &[bool],
        id: Uuid,
        owner: AuthorityId,
        create_time: Timestamp,
    ) -> Release {
        let Self { cells, relations, tables, .. } = self;
        let is_withheld = |at: usize| withheld.get(at).copied().unwrap_or(true);
        let cells = cells.into_iter().enumerate().map(|(at, cell)| PublishedCell {
            key: cell.key,
            count: cell.count,
            told: match (cell.public, cell.implied) {
                (true, _) => Some(true),
                (false, true) => None,
                (false, false) => Some(!is_withheld(at)),
            },
        });
        let cells = cells.collect();
        Release {
            id,
            owner,
            published: true,
            cells,
            relations,
            tables,
            bulletin: None,
            create_time,
            revision: 1,
        }
    }
}
