//! Withheld counts as unknowns of a linear programme.

use crate::{
    Part, System,
    budget::{Ended, Purse},
    programme::{Answer, Comparison, Programme, Variable},
};

/// How much the size of a count weighs beside that it is withheld at all.
const SLIGHT: f64 = 0.01;
/// A step from the true counts that is smaller is none.
const STEP: f64 = 1e-6;

/// Some cells of a system that hang together, of which some are unknown.
pub(crate) struct Unknowns<'a> {
    system: &'a System,
    /// The cells that hang together.
    cells: &'a [usize],
    /// The relations among them.
    relations: &'a [usize],
    /// Of all cells: whether it is withheld.
    is_hidden: &'a [bool],
    /// What programmes may take.
    budget: Purse<'a>,
}

/// Which end of what a count can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Least,
    Most,
}

/// What was found of an end.
pub(crate) enum Extreme {
    /// It, and all counts with it.
    Found(f64, Point),
    /// There is none.
    Endless,
    /// Nothing, since the arithmetic failed. The true counts are given: they are possible.
    Failed(Point),
}

/// Counts that are possible at the same time, by cell.
pub(crate) struct Point {
    values: Vec<(usize, f64)>,
}

impl Point {
    /// The count of an unknown; none for a cell that is known.
    pub(crate) fn of(&self, cell: usize) -> Option<f64> {
        let at = self.values.binary_search_by_key(&cell, |(cell, _)| *cell).ok()?;
        self.values.get(at).map(|(_, value)| *value)
    }
}

/// What stands for a cell in a relation.
enum Term {
    Known(f64),
    /// So much at least, and a variable besides.
    From(f64, Variable),
    /// The true count, more or less so much.
    Moved(f64, Variable, Variable),
}

impl<'a> Unknowns<'a> {
    pub(crate) fn new(
        system: &'a System,
        cells: &'a [usize],
        relations: &'a [usize],
        is_hidden: &'a [bool],
        budget: Purse<'a>,
    ) -> Self {
        Self { system, cells, relations, is_hidden, budget }
    }

    /// The true count of a cell.
    pub(crate) fn count(&self, cell: usize) -> u64 {
        self.system.cells.get(cell).map_or(0, |cell| cell.count)
    }

    fn part(&self, cell: usize) -> Part {
        self.system.cells.get(cell).map_or(Part::Told, |cell| cell.part)
    }

    /// Whether nobody was told the cell.
    pub(crate) fn is_unknown(&self, cell: usize) -> bool {
        self.system.is_unknown(cell, self.is_hidden)
    }

    /// What is known of an unknown by itself: a withheld cell is not zero, since zeros are told.
    fn least(&self, cell: usize) -> f64 {
        if self.part(cell).is_nowhere() { 0.0 } else { 1.0 }
    }

    /// The smallest or greatest count that a cell can have.
    pub(crate) fn extreme(&self, cell: usize, end: End) -> Result<Extreme, Ended> {
        let mut programme = Programme::default();
        let unknowns = self.unknowns(&mut programme, |unknown| match (unknown == cell, end) {
            (false, _) => 0.0,
            (true, End::Least) => 1.0,
            (true, End::Most) => -1.0,
        });
        let answer = self.solve(programme)?;
        let point = self.point(&answer, &unknowns);
        let found = if matches!(answer, Answer::Found(_)) { point.of(cell) } else { None };
        Ok(match (found, answer) {
            (Some(found), _) => Extreme::Found(found, point),
            (None, Answer::Unbounded) => Extreme::Endless,
            (None, _) => Extreme::Failed(point),
        })
    }

    /// Counts that are possible at the same time, of which as many as can be come near these goals: at most them at the least end, at least
    /// them at the other. The true counts where the arithmetic fails.
    pub(crate) fn together(&self, goals: &[(usize, f64)], end: End) -> Result<Point, Ended> {
        let mut programme = Programme::default();
        let unknowns = self.unknowns(&mut programme, |_| 0.0);
        for (cell, goal) in goals {
            let Ok(at) = unknowns.binary_search_by_key(cell, |(unknown, ..)| *unknown) else { continue };
            let Some((_, least, variable)) = unknowns.get(at) else { continue };
            // How far it falls short of its goal.
            let short = programme.variable(1.0);
            let (sign, comparison) = match end {
                End::Most => (1.0, Comparison::AtLeast),
                End::Least => (-1.0, Comparison::AtMost),
            };
            programme.constrain([(*variable, 1.0), (short, sign)], comparison, goal - least);
        }
        let answer = self.solve(programme)?;
        Ok(self.point(&answer, &unknowns))
    }

    /// Each unknown with what it is at least and the variable of what it is more, by cell; with what the relations say of them.
    fn unknowns(
        &self,
        programme: &mut Programme,
        weight: impl Fn(usize) -> f64,
    ) -> Vec<(usize, f64, Variable)> {
        let mut unknowns = Vec::new();
        let terms = self.terms(|unknown| {
            let (least, variable) = (self.least(unknown), programme.variable(weight(unknown)));
            unknowns.push((unknown, least, variable));
            Term::From(least, variable)
        });
        self.constrain(programme, &terms);
        unknowns.sort_unstable_by_key(|(cell, ..)| *cell);
        unknowns
    }

    fn point(&self, answer: &Answer, unknowns: &[(usize, f64, Variable)]) -> Point {
        let value = |(cell, least, variable): &(usize, f64, Variable)| {
            let value = answer.of(*variable).map_or(self.count(*cell) as f64, |more| least + more);
            (*cell, value)
        };
        Point { values: unknowns.iter().map(value).collect() }
    }

    fn solve(&self, programme: Programme) -> Result<Answer, Ended> {
        let reduced = programme.reduced();
        self.budget.spend(reduced.size())?;
        Ok(reduced.solve())
    }

    /// The cells that are told and could be withheld besides, so that the cell may be as much as `goal`, or as little: as few as
    /// linear programming finds by moving counts as little as can be. None where it finds none.
    pub(crate) fn movable(
        &self,
        cell: usize,
        comparison: Comparison,
        goal: f64,
    ) -> Result<Vec<usize>, Ended> {
        let mut programme = Programme::default();
        let (mut moved, mut target) = (Vec::new(), None);
        let mut terms = Vec::new();
        let greatest = self.cells.iter().map(|cell| self.count(*cell)).max().unwrap_or(1).max(1) as f64;
        for &one in self.cells {
            if self.is_unknown(one) {
                let (least, variable) = (self.least(one), programme.variable(0.0));
                if one == cell {
                    target = Some((least, variable));
                }
                terms.push((one, Term::From(least, variable)));
            } else if self.part(one) == Part::Open && self.count(one) > 0 {
                let count = self.count(one) as f64;
                // Of several that would do, the smallest is withheld.
                let weight = 1.0 + SLIGHT * count / greatest;
                let (more, less) = (programme.variable(weight), programme.variable(weight));
                programme.constrain([(less, 1.0)], Comparison::AtMost, count - 1.0);
                moved.push((one, more, less));
                terms.push((one, Term::Moved(count, more, less)));
            } else {
                terms.push((one, Term::Known(self.count(one) as f64)));
            }
        }
        let Some((least, target)) = target else { return Ok(Vec::new()) };
        terms.sort_unstable_by_key(|(cell, _)| *cell);
        self.constrain(&mut programme, &terms);
        programme.constrain([(target, 1.0)], comparison, goal - least);
        let answer = self.solve(programme)?;
        let is_moved = |(_, more, less): &(usize, Variable, Variable)| {
            [more, less].into_iter().any(|one| answer.of(*one).is_some_and(|moved| moved > STEP))
        };
        Ok(moved.into_iter().filter(is_moved).map(|(cell, ..)| cell).collect())
    }

    /// What stands for each cell, by cell; unknowns are made by `unknown`.
    fn terms(&self, mut unknown: impl FnMut(usize) -> Term) -> Vec<(usize, Term)> {
        let mut terms: Vec<(usize, Term)> = self
            .cells
            .iter()
            .map(|cell| match self.is_unknown(*cell) {
                true => (*cell, unknown(*cell)),
                false => (*cell, Term::Known(self.count(*cell) as f64)),
            })
            .collect();
        terms.sort_unstable_by_key(|(cell, _)| *cell);
        terms
    }

    /// Adds what the relations say.
    fn constrain(&self, programme: &mut Programme, terms: &[(usize, Term)]) {
        let term_of = |cell: usize| {
            let at = terms.binary_search_by_key(&cell, |(cell, _)| *cell).ok()?;
            terms.get(at).map(|(_, term)| term)
        };
        for relation in self.relations.iter().filter_map(|at| self.system.relations.get(*at)) {
            // Parts less the whole, with what is known of both.
            let (mut sum, mut known) = (Vec::new(), 0.0);
            let signed = relation.parts.iter().map(|part| (*part, 1.0)).chain([(relation.whole, -1.0)]);
            for (cell, sign) in signed {
                match term_of(cell) {
                    None => {}
                    Some(Term::Known(count)) => known += sign * count,
                    Some(Term::From(least, variable)) => {
                        known += sign * least;
                        sum.push((*variable, sign));
                    }
                    Some(Term::Moved(count, more, less)) => {
                        known += sign * count;
                        sum.extend([(*more, sign), (*less, -sign)]);
                    }
                }
            }
            if !sum.is_empty() {
                programme.constrain(sum, Comparison::Equal, -known);
            }
        }
    }
}
