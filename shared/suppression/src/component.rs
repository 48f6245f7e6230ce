//! What hangs together: the cells that relations link, and what is withheld of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Bounds, Part, Rule, System,
    bounds::Seen,
    budget::{Ended, Purse},
    problem::Unknowns,
    programme::Comparison,
};

/// What hangs together: no relation leads out of it.
pub(crate) struct Component<'a> {
    pub(crate) system: &'a System,
    pub(crate) cells: Vec<usize>,
    pub(crate) relations: Vec<usize>,
    pub(crate) rule: Rule,
    /// Of all cells: those that cannot be kept, whatever is withheld.
    pub(crate) is_lost: Vec<bool>,
}

/// The cells that hang together by relations, each with the relations among them. What was told before parts them.
pub(crate) fn components(system: &System) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut root: Vec<usize> = (0..system.cells.len()).collect();
    let is_fixed = |cell: &usize| {
        let cell = system.cells.get(*cell);
        cell.is_none_or(|cell| cell.part == Part::Told || (cell.count == 0 && !cell.part.is_nowhere()))
    };
    for relation in &system.relations {
        let mut open = relation.parts.iter().chain([&relation.whole]).filter(|cell| !is_fixed(cell)).copied();
        let Some(first) = open.next() else { continue };
        for other in open {
            let (one, other) = (find(&mut root, first), find(&mut root, other));
            if let Some(entry) = root.get_mut(one.max(other)) {
                *entry = one.min(other);
            }
        }
    }
    let mut components: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for cell in (0..system.cells.len()).filter(|cell| !is_fixed(cell)) {
        let at = find(&mut root, cell);
        components.entry(at).or_default().0.push(cell);
    }
    for (index, relation) in system.relations.iter().enumerate() {
        let mut all = relation.parts.iter().chain([&relation.whole]);
        let Some(open) = all.clone().find(|cell| !is_fixed(cell)) else { continue };
        let at = find(&mut root, *open);
        let (cells, relations) = components.entry(at).or_default();
        relations.push(index);
        // Known counts stand in the relations of several components.
        cells.extend(all.by_ref().filter(|cell| is_fixed(cell)));
    }
    for (cells, _) in components.values_mut() {
        cells.sort_unstable();
        cells.dedup();
    }
    components.into_values().collect()
}

/// The cell that stands for all that hang together with one.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while let Some(&up) = root.get(at).filter(|up| **up != at) {
        let above = root.get(up).copied().unwrap_or(up);
        if let Some(entry) = root.get_mut(at) {
            *entry = above;
        }
        at = up;
    }
    at
}

impl Component<'_> {
    fn unknowns<'h>(&'h self, is_hidden: &'h [bool], budget: Purse<'h>) -> Unknowns<'h> {
        Unknowns::new(self.system, &self.cells, &self.relations, is_hidden, budget)
    }

    pub(crate) fn is_lost(&self, cell: usize) -> bool {
        self.is_lost.get(cell).copied().unwrap_or_default()
    }

    /// The cells that must be kept, the smallest first: those that are withheld, and small ones that others imply.
    pub(crate) fn targets(&self, is_hidden: &[bool]) -> Vec<usize> {
        let mut targets: Vec<usize> = self
            .cells
            .iter()
            .copied()
            .filter(|cell| {
                let known = self.system.cells.get(*cell);
                let is_small = known.is_some_and(|known| self.rule.is_small(known.count));
                let is_wanted = known.is_some_and(|known| match known.part {
                    Part::Implied => is_small,
                    Part::Free => false,
                    Part::Told | Part::Withheld | Part::Open => true,
                });
                self.system.is_unknown(*cell, is_hidden) && is_wanted && !self.is_lost(*cell)
            })
            .collect();
        targets.sort_by_key(|cell| (self.count(*cell), *cell));
        targets
    }

    /// The first of these cells that is not kept.
    pub(crate) fn exposed(
        &self,
        targets: &[usize],
        is_hidden: &[bool],
        budget: Purse<'_>,
    ) -> Result<Option<(usize, Bounds)>, Ended> {
        Seen::new(&self.unknowns(is_hidden, budget), targets, self.rule).first_exposed()
    }

    /// The first cell that is not kept, but for those of which it is sure that they are: what was found to be kept is from then on, since to
    /// withhold more makes nothing narrower.
    fn next_exposed(
        &self,
        is_hidden: &[bool],
        sure: &mut BTreeSet<usize>,
        budget: Purse<'_>,
    ) -> Result<Option<(usize, Bounds)>, Ended> {
        let mut targets = self.targets(is_hidden);
        targets.retain(|cell| !sure.contains(cell));
        let unknowns = self.unknowns(is_hidden, budget);
        let mut seen = Seen::new(&unknowns, &targets, self.rule);
        let exposed = seen.first_exposed()?;
        sure.extend(seen.kept());
        Ok(exposed)
    }

    /// Whether nothing of it is withheld, and nothing small follows from it; or nothing of it is new.
    pub(crate) fn has_nothing_to_keep(&self, is_hidden: &[bool]) -> bool {
        self.is_old() || self.targets(is_hidden).is_empty()
    }

    /// Whether nothing more can be reckoned of it than before.
    fn is_old(&self) -> bool {
        let mut relations = self.relations.iter().filter_map(|at| self.system.relations.get(*at));
        let is_open = |cell: &usize| self.system.cells.get(*cell).is_some_and(|cell| cell.part == Part::Open);
        relations.all(|relation| relation.is_old) && !self.cells.iter().any(is_open)
    }

    /// The open cells that are told and could be withheld.
    pub(crate) fn candidates(&self, is_hidden: &[bool]) -> Vec<usize> {
        let may_be = |cell: &usize| {
            let known = self.system.cells.get(*cell);
            let is_open = known.is_some_and(|known| known.part == Part::Open && known.count > 0);
            is_open && !is_hidden.get(*cell).copied().unwrap_or_default()
        };
        self.cells.iter().copied().filter(may_be).collect()
    }

    /// Finds what cannot be kept even where everything that is open is withheld.
    pub(crate) fn find_lost(&mut self, is_hidden: &[bool], budget: Purse<'_>) -> Result<(), Ended> {
        let mut all = is_hidden.to_vec();
        for cell in self.candidates(is_hidden) {
            set(&mut all, cell, true);
        }
        let targets = self.targets(&all);
        let lost = Seen::new(&self.unknowns(&all, budget), &targets, self.rule).all_exposed()?;
        lost.into_iter().for_each(|cell| set(&mut self.is_lost, cell, true));
        Ok(())
    }

    /// Of what cannot be kept the small ones, and those that were withheld before.
    pub(crate) fn lost(&self) -> Vec<usize> {
        let matters = |cell: &usize| {
            let known = self.system.cells.get(*cell);
            known.is_some_and(|known| self.rule.is_small(known.count) || known.part == Part::Withheld)
        };
        self.cells.iter().copied().filter(|cell| self.is_lost(*cell) && matters(cell)).collect()
    }

    /// Withholds others until every target is kept that can be.
    pub(crate) fn protect(&mut self, is_hidden: &mut [bool], budget: Purse<'_>) -> Result<(), Ended> {
        let mut sure = BTreeSet::new();
        while let Some((cell, bounds)) = self.next_exposed(is_hidden, &mut sure, budget)? {
            let width = self.rule.width();
            let more = (self.rule.least() as f64).max(bounds.lower + width);
            let unknowns = self.unknowns(is_hidden, budget);
            let mut others = unknowns.movable(cell, Comparison::AtLeast, more)?;
            if others.is_empty() && bounds.upper.is_finite() {
                let less = bounds.upper - width;
                others = unknowns.movable(cell, Comparison::AtMost, less)?;
            }
            if others.is_empty() {
                // That all of them together keep it was found before.
                others = self.candidates(is_hidden);
            }
            if others.is_empty() {
                // Nothing more can be withheld: the arithmetic found something else before.
                set(&mut self.is_lost, cell, true);
            }
            others.into_iter().for_each(|other| set(is_hidden, other, true));
        }
        Ok(())
    }

    /// Tells again what need not be withheld, the greatest first, as far as the budget goes.
    pub(crate) fn release(&self, is_hidden: &mut [bool], budget: Purse<'_>) -> Result<(), Ended> {
        for cell in self.protecting(is_hidden) {
            set(is_hidden, cell, false);
            // What is told again tells most of what it adds up with: there it shows first whether it may be.
            let near = self.beside(cell);
            let mut targets = self.targets(is_hidden);
            targets.sort_by_key(|target| (!near.contains(target), self.count(*target), *target));
            let exposed = self.exposed(&targets, is_hidden, budget);
            if !matches!(exposed, Ok(None)) {
                set(is_hidden, cell, true);
            }
            exposed?;
        }
        Ok(())
    }

    /// The cells that stand in a relation with this one.
    fn beside(&self, cell: usize) -> BTreeSet<usize> {
        let relations = self.relations.iter().filter_map(|at| self.system.relations.get(*at));
        let with = relations.filter(|relation| relation.whole == cell || relation.parts.contains(&cell));
        with.flat_map(|relation| relation.parts.iter().chain([&relation.whole])).copied().collect()
    }

    fn count(&self, cell: usize) -> u64 {
        self.system.cells.get(cell).map_or(0, |cell| cell.count)
    }

    /// The withheld cells that are not small, the greatest first.
    pub(crate) fn protecting(&self, is_hidden: &[bool]) -> Vec<usize> {
        let count = |cell: usize| self.count(cell);
        let hidden = |cell: &usize| is_hidden.get(*cell).copied().unwrap_or_default();
        let mut cells: Vec<usize> = self
            .cells
            .iter()
            .copied()
            .filter(|cell| hidden(cell) && !self.rule.is_small(count(*cell)))
            .collect();
        cells.sort_by_key(|cell| (std::cmp::Reverse(count(*cell)), *cell));
        cells
    }
}

pub(crate) fn set(is: &mut [bool], cell: usize, to: bool) {
    if let Some(entry) = is.get_mut(cell) {
        *entry = to;
    }
}
