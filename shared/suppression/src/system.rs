//! Counts that are published, or follow from what is, and how they add up.

use crate::SuppressionError;

/// A cell of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub(crate) usize);

impl CellId {
    /// Its place in the order in which cells were added, from 0 on.
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// What part a cell has in what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It was told before: everybody knows it.
    Told,
    /// It is to be published now, and may be withheld.
    Open,
    /// It was withheld before, and stays so.
    Withheld,
    /// It stands nowhere, but others are made up of it: whoever can reckon it knows it.
    Implied,
    /// It stands nowhere, and need not be kept, since what it counts is known otherwise; others are made up of it that must be.
    Free,
}

/// A count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How many, in truth.
    pub count: u64,
    /// What part it has.
    pub part: Part,
}

/// How cells make up another one.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) whole: usize,
    pub(crate) parts: Vec<usize>,
    /// It was known before.
    pub(crate) is_old: bool,
}

/// How cells make up another one, as it was said.
#[derive(Clone, Copy, Debug)]
pub struct MadeUp<'a> {
    /// What is made up.
    pub whole: CellId,
    parts: &'a [usize],
}

impl Part {
    /// Whether it stands nowhere.
    pub(crate) fn is_nowhere(self) -> bool {
        matches!(self, Self::Implied | Self::Free)
    }
}

impl<'a> MadeUp<'a> {
    /// What makes up the whole.
    pub fn parts(&self) -> impl Iterator<Item = CellId> + 'a {
        self.parts.iter().map(|part| CellId(*part))
    }
}

impl Relation {
    fn as_said(&self) -> MadeUp<'_> {
        MadeUp { whole: CellId(self.whole), parts: &self.parts }
    }
}

/// Counts and how they add up: all that anybody knows of their making.
#[derive(Clone, Debug, Default)]
pub struct System {
    pub(crate) cells: Vec<Cell>,
    pub(crate) relations: Vec<Relation>,
}

impl System {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a count.
    pub fn cell(&mut self, count: u64, part: Part) -> CellId {
        self.cells.push(Cell { count, part });
        CellId(self.cells.len() - 1)
    }

    /// A cell as it was added.
    #[must_use]
    pub fn of(&self, id: CellId) -> Option<Cell> {
        self.cells.get(id.0).copied()
    }

    /// All cells, in the order in which they were added.
    pub fn cells(&self) -> impl Iterator<Item = (CellId, Cell)> + '_ {
        self.cells.iter().enumerate().map(|(index, cell)| (CellId(index), *cell))
    }

    /// All that was said of what makes up what.
    pub fn made_up(&self) -> impl Iterator<Item = MadeUp<'_>> {
        self.relations.iter().map(Relation::as_said)
    }

    /// Says what was known before: cells that hang together by that alone, and of which none is open, are judged no more.
    pub fn was_known(&mut self, is_old: impl Fn(MadeUp<'_>) -> bool) {
        for relation in &mut self.relations {
            relation.is_old = is_old(relation.as_said());
        }
    }

    /// Says that the parts add up to the whole. Each of them is named once.
    ///
    /// # Errors
    /// [`SuppressionError::Unequal`] where they do not.
    pub fn adds_up(&mut self, whole: CellId, parts: &[CellId]) -> Result<(), SuppressionError> {
        let sum = parts.iter().map(|part| self.count(*part)).sum();
        if sum != self.count(whole) {
            return Err(SuppressionError::Unequal { whole: self.count(whole), parts: sum });
        }
        let parts = parts.iter().map(|part| part.0).collect();
        self.relations.push(Relation { whole: whole.0, parts, is_old: false });
        Ok(())
    }

    /// Whether nobody was told the cell, where these open ones are withheld. A zero that is to be published is told.
    pub(crate) fn is_unknown(&self, cell: usize, is_hidden: &[bool]) -> bool {
        let Some(Cell { count, part }) = self.cells.get(cell) else { return false };
        match part {
            Part::Told => false,
            Part::Open => is_hidden.get(cell).copied().unwrap_or_default(),
            Part::Withheld => *count > 0,
            // Nobody told that it is zero.
            Part::Implied | Part::Free => true,
        }
    }

    fn count(&self, id: CellId) -> u64 {
        self.cells.get(id.0).map_or(0, |cell| cell.count)
    }
}
