//! Counts and how they add up, each with a name that is the same whatever else is judged with it.

use std::collections::BTreeSet;

use seamless_suppression::{CellId, Part, System};

/// The name of a count of something.
pub(super) fn name_of(key: &str, count: u64) -> String {
    format!("{count} of {key}")
}

/// A system whose cells have names.
#[derive(Default)]
pub(super) struct Named {
    pub(super) system: System,
    /// By the place of the cell.
    names: Vec<String>,
}

impl Named {
    /// Adds a count of this name.
    pub(super) fn cell(&mut self, name: String, count: u64, part: Part) -> CellId {
        self.names.push(name);
        self.system.cell(count, part)
    }

    /// The names of these.
    pub(super) fn names(&self, cells: &[CellId]) -> BTreeSet<String> {
        cells.iter().filter_map(|cell| self.names.get(cell.index())).cloned().collect()
    }
}
