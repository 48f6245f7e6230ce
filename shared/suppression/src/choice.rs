//! Which cells are withheld.

use crate::{
    Bounds, Budget, CellId, Part, Rule, SuppressionError, System,
    bounds::of,
    budget::{Ended, Purse},
    component::{Component, components},
    problem::Unknowns,
    search::fewer,
};

/// Which cells are withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Open cells that are withheld, in their order: small ones, and those that protect them.
    pub withheld: Vec<CellId>,
    /// Small counts that can be reckoned whatever is withheld now: from what was told before.
    pub exposed: Vec<CellId>,
}

/// What can be reckoned of a system where all of it that is open is withheld: less than that nothing can do.
pub struct Judgement<'a> {
    components: Vec<Component<'a>>,
    /// Of all cells: whether it is withheld in any case.
    is_hidden: Vec<bool>,
    budget: &'a Budget<'a>,
}

impl<'a> Judgement<'a> {
    /// Judges what hangs together of it, each by itself.
    ///
    /// # Errors
    /// [`SuppressionError::TooLarge`] if it would take too long; then nothing may be published.
    pub fn of(system: &'a System, rule: Rule, budget: &'a Budget<'a>) -> Result<Self, SuppressionError> {
        let is_small = system.cells.iter().map(|cell| cell.part == Part::Open && rule.is_small(cell.count));
        let is_hidden: Vec<bool> = is_small.collect();
        let mut judged = Vec::new();
        for (cells, relations) in components(system) {
            let is_lost = vec![false; system.cells.len()];
            let mut component = Component { system, cells, relations, rule, is_lost };
            if component.has_nothing_to_keep(&is_hidden) {
                continue;
            }
            component.find_lost(&is_hidden, budget.judging()).map_err(|why| ended(why, &component.cells))?;
            judged.push(component);
        }
        Ok(Self { components: judged, is_hidden, budget })
    }

    /// The small counts that can be reckoned whatever is withheld now, and what was withheld before and can be reckoned now.
    #[must_use]
    pub fn exposed(&self) -> Vec<CellId> {
        let mut exposed: Vec<CellId> = self.components.iter().flat_map(Component::lost).map(CellId).collect();
        exposed.sort_unstable();
        exposed
    }

    /// Chooses the open cells that are withheld: all small ones, and with them few others, so that the rule keeps every small count and
    /// every withheld one from whoever knows all the rest.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn choose(mut self) -> Result<Choice, SuppressionError> {
        let (judging, trying) = (self.budget.judging(), self.budget.trying());
        for component in &mut self.components {
            withhold(component, &mut self.is_hidden, judging, trying)
                .map_err(|why| ended(why, &component.cells))?;
        }
        let exposed = self.exposed();
        let withheld = self.is_hidden.iter().enumerate().filter(|(_, is_hidden)| **is_hidden);
        Ok(Choice { withheld: withheld.map(|(index, _)| CellId(index)).collect(), exposed })
    }
}

/// Withholds what must be of what hangs together, and hardly more.
fn withhold(
    component: &mut Component<'_>,
    is_hidden: &mut Vec<bool>,
    judging: Purse<'_>,
    trying: Purse<'_>,
) -> Result<(), Ended> {
    component.protect(is_hidden, judging)?;
    // What is not tried stays withheld.
    if component.release(is_hidden, trying).is_ok() {
        let _ = fewer(component, is_hidden, trying);
    }
    Ok(())
}

fn ended(why: Ended, cells: &[usize]) -> SuppressionError {
    match why {
        Ended::Spent => SuppressionError::TooLarge { cells: cells.len() },
        Ended::Stopped => SuppressionError::Stopped,
    }
}

/// What can be reckoned of each cell that is not told, by whoever knows all the rest: those that were withheld before, those that are
/// withheld now, and those that are implied. None of those of which the arithmetic fails.
///
/// # Errors
/// [`SuppressionError::TooLarge`] if it would take too long.
pub fn bounds(
    system: &System,
    withheld: &[CellId],
    budget: &Budget<'_>,
) -> Result<Vec<(CellId, Option<Bounds>)>, SuppressionError> {
    bounds_where(system, withheld, |_| true, budget)
}

/// As [`bounds`], of some cells alone.
///
/// # Errors
/// As [`bounds`], by what hangs together with these.
pub fn bounds_of(
    system: &System,
    withheld: &[CellId],
    of: &[CellId],
    budget: &Budget<'_>,
) -> Result<Vec<(CellId, Option<Bounds>)>, SuppressionError> {
    bounds_where(system, withheld, |cell| of.contains(&cell), budget)
}

fn bounds_where(
    system: &System,
    withheld: &[CellId],
    is_asked: impl Fn(CellId) -> bool,
    budget: &Budget<'_>,
) -> Result<Vec<(CellId, Option<Bounds>)>, SuppressionError> {
    let mut is_hidden = vec![false; system.cells.len()];
    for cell in withheld {
        if let Some(is_hidden) = is_hidden.get_mut(cell.0) {
            *is_hidden = true;
        }
    }
    let mut all = Vec::new();
    for (cells, relations) in components(system) {
        let unknowns = Unknowns::new(system, &cells, &relations, &is_hidden, budget.judging());
        let asked = |cell: &&usize| is_asked(CellId(**cell)) && unknowns.is_unknown(**cell);
        for cell in cells.iter().filter(asked) {
            let bounds = of(&unknowns, *cell);
            all.push((CellId(*cell), bounds.map_err(|why| ended(why, &cells))?));
        }
    }
    all.sort_by_key(|(cell, _)| *cell);
    Ok(all)
}
