//! Which cells are withheld.

use crate::{
    Bounds, CellId, Part, Rule, SuppressionError, System,
    bounds::of,
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

/// Chooses the open cells that are withheld: all small ones, and with them few others, so that the rule keeps every small count and
/// every withheld one from whoever knows all the rest.
///
/// # Errors
/// [`SuppressionError::TooLarge`] if it would take too long; then nothing may be published.
pub fn choose(system: &System, rule: Rule) -> Result<Choice, SuppressionError> {
    let mut is_hidden: Vec<bool> =
        system.cells.iter().map(|cell| cell.part == Part::Open && rule.is_small(cell.count)).collect();
    let mut exposed = Vec::new();
    for (cells, relations) in components(system) {
        let is_lost = vec![false; system.cells.len()];
        let mut component = Component { system, cells, relations, rule, is_lost };
        if component.has_nothing_to_keep(&is_hidden) {
            continue;
        }
        component.check_size(&is_hidden)?;
        component.find_lost(&is_hidden);
        component.protect(&mut is_hidden);
        exposed.extend(component.lost());
        component.release(&mut is_hidden);
        fewer(&component, &mut is_hidden);
    }
    exposed.sort_unstable();
    let withheld = is_hidden.iter().enumerate().filter(|(_, is_hidden)| **is_hidden);
    Ok(Choice {
        withheld: withheld.map(|(index, _)| CellId(index)).collect(),
        exposed: exposed.into_iter().map(CellId).collect(),
    })
}

/// What can be reckoned of each cell that is not told, by whoever knows all the rest: those that were withheld before, those that are
/// withheld now, and those that are implied.
#[must_use]
pub fn bounds(system: &System, withheld: &[CellId]) -> Vec<(CellId, Bounds)> {
    let mut is_hidden = vec![false; system.cells.len()];
    for cell in withheld {
        if let Some(is_hidden) = is_hidden.get_mut(cell.0) {
            *is_hidden = true;
        }
    }
    let mut all = Vec::new();
    for (cells, relations) in components(system) {
        let unknowns = Unknowns::new(system, &cells, &relations, &is_hidden);
        for cell in cells.iter().filter(|cell| unknowns.is_unknown(**cell)) {
            all.push((CellId(*cell), of(&unknowns, *cell)));
        }
    }
    all.sort_by_key(|(cell, _)| *cell);
    all
}
