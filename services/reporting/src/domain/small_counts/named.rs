//! Counts and how they add up, each with a name that is the same whatever else is judged with it.

use std::collections::HashSet;

use seamless_suppression::{CellId, MadeUp, Part, System};

/// The name of a count of something.
pub(super) fn name_of(key: &str, count: u64) -> String {
    format!("{count} of {key}")
}

/// What a count of this name is of.
pub(super) fn key_of(name: &str) -> &str {
    name.split_once(" of ").map_or(name, |(_, key)| key)
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

    /// The name of a cell.
    pub(super) fn name(&self, cell: CellId) -> Option<&str> {
        self.names.get(cell.index()).map(String::as_str)
    }

    /// What was said of what makes up what, by names.
    pub(super) fn said(&self) -> HashSet<SaidOf<'_>> {
        self.system.made_up().map(|one| said_of(&self.names, one)).collect()
    }

    /// Whatever was said there before is known.
    pub(super) fn was_known(&mut self, before: &Self) {
        let (said, names) = (before.said(), &self.names);
        self.system.was_known(|one| said.contains(&said_of(names, one)));
    }
}

/// What makes up what, by names: the parts in their order.
type SaidOf<'n> = (&'n str, Vec<&'n str>);

fn said_of<'n>(names: &'n [String], one: MadeUp<'_>) -> SaidOf<'n> {
    let name = |cell: CellId| names.get(cell.index()).map_or("", String::as_str);
    let mut parts: Vec<&str> = one.parts().map(name).collect();
    parts.sort_unstable();
    (name(one.whole), parts)
}
