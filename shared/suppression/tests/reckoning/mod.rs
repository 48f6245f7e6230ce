//! What can be reckoned, by an arithmetic of its own: one linear programme over everything at once, cells that are told included.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem};
use seamless_suppression::{Part, System};

/// Counts and how they add up.
#[derive(Clone, Debug, Default)]
pub struct Known {
    cells: Vec<(u64, Part)>,
    /// The whole, and its parts.
    relations: Vec<(usize, Vec<usize>)>,
}

impl Known {
    pub fn cell(&mut self, count: u64, part: Part) -> usize {
        self.cells.push((count, part));
        self.cells.len() - 1
    }

    pub fn adds_up(&mut self, whole: usize, parts: &[usize]) {
        self.relations.push((whole, parts.to_vec()));
    }

    /// The same for the library.
    pub fn system(&self) -> System {
        let mut system = System::new();
        let ids: Vec<_> = self.cells.iter().map(|(count, part)| system.cell(*count, *part)).collect();
        for (whole, parts) in &self.relations {
            let parts: Vec<_> = parts.iter().map(|part| ids[*part]).collect();
            system.adds_up(ids[*whole], &parts).unwrap();
        }
        system
    }

    fn is_told(&self, withheld: &[usize], cell: usize) -> bool {
        let (count, part) = self.cells[cell];
        match part {
            Part::Told => true,
            Part::Open => !withheld.contains(&cell),
            Part::Withheld => count == 0,
            Part::Implied | Part::Free => false,
        }
    }

    /// Between which ends a cell lies for whoever knows all that is told.
    pub fn reckoned(&self, withheld: &[usize], cell: usize) -> (f64, f64) {
        let end = |direction| {
            let mut problem = Problem::new(direction);
            let variables: Vec<_> = (0..self.cells.len())
                .map(|at| {
                    let (count, part) = self.cells[at];
                    let ends = match (self.is_told(withheld, at), part) {
                        (true, _) => (count as f64, count as f64),
                        (false, Part::Implied | Part::Free) => (0.0, f64::INFINITY),
                        (false, _) => (1.0, f64::INFINITY),
                    };
                    problem.add_var(if at == cell { 1.0 } else { 0.0 }, ends)
                })
                .collect();
            for (whole, parts) in &self.relations {
                let parts = parts.iter().map(|part| (variables[*part], 1.0));
                let sum: Vec<_> = parts.chain([(variables[*whole], -1.0)]).collect();
                problem.add_constraint(sum, ComparisonOp::Eq, 0.0);
            }
            match problem.solve() {
                Ok(solution) => solution[variables[cell]],
                Err(Error::Unbounded) => f64::INFINITY,
                Err(error) => panic!("{error}"),
            }
        };
        (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize))
    }

    /// A cell that is not kept, with what is reckoned of it: a withheld one, or a small one that others imply.
    pub fn exposed(&self, withheld: &[usize], least: u64) -> Option<(usize, f64, f64)> {
        (0..self.cells.len()).find_map(|cell| {
            let (count, part) = self.cells[cell];
            let is_small = count > 0 && count < least;
            if part == Part::Open && is_small && !withheld.contains(&cell) {
                return Some((cell, count as f64, count as f64));
            }
            if self.is_told(withheld, cell) || part == Part::Free || (part == Part::Implied && !is_small) {
                return None;
            }
            let (lower, upper) = self.reckoned(withheld, cell);
            let is_narrow = upper - lower < (least - 1) as f64 - 1e-6;
            let is_known_small = is_small && upper < least as f64 - 1e-6;
            (is_narrow || is_known_small).then_some((cell, lower, upper))
        })
    }
}

/// The fewest cells that can be withheld so that nothing is exposed, found by trying all sets of fewer than `than`; `than` if none is.
pub fn fewest(known: &Known, least: u64, than: usize) -> usize {
    let is_small = |at: &usize| known.cells[*at].0 > 0 && known.cells[*at].0 < least;
    let open = (0..known.cells.len()).filter(|at| known.cells[*at].1 == Part::Open && known.cells[*at].0 > 0);
    let (small, others): (Vec<usize>, Vec<usize>) = open.partition(is_small);
    let mut best = than;
    for set in 0..1_u32 << others.len() {
        let size = small.len() + set.count_ones() as usize;
        // Half as many is what must not be missed.
        if size >= best || 2 * size >= than {
            continue;
        }
        let chosen = others.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0).map(|(_, cell)| *cell);
        let chosen: Vec<usize> = small.iter().copied().chain(chosen).collect();
        if known.exposed(&chosen, least).is_none() {
            best = size;
        }
    }
    best
}
