//! Which cells are withheld.

use crate::{
    Bounds, CellId, Part, Rule, SuppressionError, System,
    bounds::of,
    budget::{Budget, Spent},
    component::{Component, components},
    problem::Unknowns,
    search::fewer,
};

/// How much is reckoned at most in one call to judge everything, in sizes of programmes: some ten seconds of a processor.
const JUDGING: usize = 5_000_000;
/// How much is reckoned at most to withhold less of it, likewise.
const TRYING: usize = 500_000;

/// Which cells are withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Open cells that are withheld, in their order: small ones, and those that protect them.
    pub withheld: Vec<CellId>,
    /// Small counts that can be reckoned whatever is withheld now: from what was told before.
    pub exposed: Vec<CellId>,
}

/// Chooses the open cells that are withheld: all small ones, and with them few others, so that the rule keeps every small count and
/// every withheld one from whoever knows all the rest.
///
/// # Errors
/// [`SuppressionError::TooLarge`] if it would take too long; then nothing may be published.
pub fn choose(system: &System, rule: Rule) -> Result<Choice, SuppressionError> {
    let mut is_hidden = small(system, rule);
    let mut exposed = Vec::new();
    let budgets = (Budget::new(JUDGING), Budget::new(TRYING));
    for (cells, relations) in components(system) {
        let is_lost = vec![false; system.cells.len()];
        let mut component = Component { system, cells, relations, rule, is_lost };
        if component.has_nothing_to_keep(&is_hidden) {
            continue;
        }
        let cells = component.cells.len();
        let lost = judge(&mut component, &mut is_hidden, &budgets);
        exposed.extend(lost.map_err(|Spent| SuppressionError::TooLarge { cells })?);
    }
    exposed.sort_unstable();
    let withheld = is_hidden.iter().enumerate().filter(|(_, is_hidden)| **is_hidden);
    Ok(Choice {
        withheld: withheld.map(|(index, _)| CellId(index)).collect(),
        exposed: exposed.into_iter().map(CellId).collect(),
    })
}

/// The small counts that can be reckoned whatever is withheld now, and what was withheld before and can be reckoned now.
///
/// # Errors
/// [`SuppressionError::TooLarge`] if it would take too long; then nothing may be published.
pub fn exposed(system: &System, rule: Rule) -> Result<Vec<CellId>, SuppressionError> {
    let is_hidden = small(system, rule);
    let mut exposed = Vec::new();
    let budget = Budget::new(JUDGING);
    for (cells, relations) in components(system) {
        let is_lost = vec![false; system.cells.len()];
        let mut component = Component { system, cells, relations, rule, is_lost };
        if component.has_nothing_to_keep(&is_hidden) {
            continue;
        }
        let found = component.find_lost(&is_hidden, &budget);
        found.map_err(|Spent| SuppressionError::TooLarge { cells: component.cells.len() })?;
        exposed.extend(component.lost());
    }
    exposed.sort_unstable();
    Ok(exposed.into_iter().map(CellId).collect())
}

/// Which cells are withheld in any case.
fn small(system: &System, rule: Rule) -> Vec<bool> {
    system.cells.iter().map(|cell| cell.part == Part::Open && rule.is_small(cell.count)).collect()
}

/// Withholds what must be of what hangs together, and hardly more. Gives what cannot be kept.
fn judge(
    component: &mut Component<'_>,
    is_hidden: &mut Vec<bool>,
    (judging, trying): &(Budget, Budget),
) -> Result<Vec<usize>, Spent> {
    component.find_lost(is_hidden, judging)?;
    component.protect(is_hidden, judging)?;
    // What is not tried stays withheld.
    if component.release(is_hidden, trying).is_ok() {
        let _ = fewer(component, is_hidden, trying);
    }
    Ok(component.lost())
}

/// What can be reckoned of each cell that is not told, by whoever knows all the rest: those that were withheld before, those that are
/// withheld now, and those that are implied.
///
/// # Errors
/// [`SuppressionError::TooLarge`] if it would take too long.
pub fn bounds(system: &System, withheld: &[CellId]) -> Result<Vec<(CellId, Bounds)>, SuppressionError> {
    bounds_where(system, withheld, |_| true)
}

/// As [`bounds`], of some cells alone.
///
/// # Errors
/// As [`bounds`], by what hangs together with these.
pub fn bounds_of(
    system: &System,
    withheld: &[CellId],
    of: &[CellId],
) -> Result<Vec<(CellId, Bounds)>, SuppressionError> {
    bounds_where(system, withheld, |cell| of.contains(&cell))
}

fn bounds_where(
    system: &System,
    withheld: &[CellId],
    is_asked: impl Fn(CellId) -> bool,
) -> Result<Vec<(CellId, Bounds)>, SuppressionError> {
    let mut is_hidden = vec![false; system.cells.len()];
    for cell in withheld {
        if let Some(is_hidden) = is_hidden.get_mut(cell.0) {
            *is_hidden = true;
        }
    }
    let mut all = Vec::new();
    let budget = Budget::new(JUDGING);
    for (cells, relations) in components(system) {
        let unknowns = Unknowns::new(system, &cells, &relations, &is_hidden, &budget);
        let asked = |cell: &&usize| is_asked(CellId(**cell)) && unknowns.is_unknown(**cell);
        for cell in cells.iter().filter(asked) {
            let bounds = of(&unknowns, *cell);
            let bounds = bounds.map_err(|Spent| SuppressionError::TooLarge { cells: cells.len() })?;
            all.push((CellId(*cell), bounds));
        }
    }
    all.sort_by_key(|(cell, _)| *cell);
    Ok(all)
}
