//! What can be reckoned of withheld counts.

use crate::{
    Bounds, Rule,
    budget::Ended,
    problem::{End, Extreme, Point, Unknowns},
};

/// The ends for one unknown; none where the arithmetic fails.
pub(crate) fn of(unknowns: &Unknowns<'_>, cell: usize) -> Result<Option<Bounds>, Ended> {
    let end = |end: End, endless: f64| {
        Ok(match unknowns.extreme(cell, end)? {
            Extreme::Found(value, _) => Some(value),
            Extreme::Endless => Some(endless),
            Extreme::Failed(_) => None,
        })
    };
    let ends = end(End::Least, 0.0)?.zip(end(End::Most, f64::INFINITY)?);
    Ok(ends.map(|(lower, upper)| Bounds { lower, upper }))
}

/// What was found possible so far of withheld cells.
pub(crate) struct Seen<'a> {
    unknowns: &'a Unknowns<'a>,
    rule: Rule,
    /// The withheld cells, each with the ends that were found.
    targets: Vec<(usize, Bounds)>,
}

impl<'a> Seen<'a> {
    /// Of each cell its true count is possible.
    pub(crate) fn new(unknowns: &'a Unknowns<'a>, targets: &[usize], rule: Rule) -> Self {
        let of = |target: &usize| {
            let count = unknowns.count(*target) as f64;
            (*target, Bounds { lower: count, upper: count })
        };
        Self { unknowns, rule, targets: targets.iter().map(of).collect() }
    }

    /// The first cell that the rule does not keep, with its ends.
    pub(crate) fn first_exposed(&mut self) -> Result<Option<(usize, Bounds)>, Ended> {
        self.look_together()?;
        for at in 0..self.targets.len() {
            if let Some(exposed) = self.look_at(at)? {
                return Ok(Some(exposed));
            }
        }
        Ok(None)
    }

    /// All cells that the rule does not keep.
    pub(crate) fn all_exposed(&mut self) -> Result<Vec<usize>, Ended> {
        self.look_together()?;
        let mut exposed = Vec::new();
        for at in 0..self.targets.len() {
            exposed.extend(self.look_at(at)?.map(|(cell, _)| cell));
        }
        Ok(exposed)
    }

    /// The cells of which it was found that they are kept.
    pub(crate) fn kept(&self) -> impl Iterator<Item = usize> {
        self.targets.iter().filter(|target| self.is_kept(target)).map(|(target, _)| *target)
    }

    fn is_kept(&self, (target, bounds): &(usize, Bounds)) -> bool {
        self.rule.keeps(self.unknowns.count(*target), *bounds)
    }

    /// Looks at all at once, so that few need programmes of their own, until that shows no more of them to be kept.
    fn look_together(&mut self) -> Result<(), Ended> {
        let width = self.rule.width();
        loop {
            let before = self.left();
            for end in [End::Most, End::Least] {
                let goal = |(target, bounds): &(usize, Bounds)| match end {
                    End::Most => {
                        let is_small = self.rule.is_small(self.unknowns.count(*target));
                        let least = if is_small { self.rule.least() as f64 } else { 0.0 };
                        (*target, least.max(bounds.lower + width))
                    }
                    End::Least => (*target, bounds.upper - width),
                };
                let goals: Vec<(usize, f64)> =
                    self.targets.iter().filter(|target| !self.is_kept(target)).map(goal).collect();
                if goals.len() < 2 {
                    return Ok(());
                }
                let point = self.unknowns.together(&goals, end)?;
                self.learn(&point);
            }
            if self.left() == before {
                return Ok(());
            }
        }
    }

    /// How many are not known to be kept.
    fn left(&self) -> usize {
        self.targets.iter().filter(|target| !self.is_kept(target)).count()
    }

    /// What was found possible for one is possible for the others at the same time.
    fn learn(&mut self, point: &Point) {
        for (target, bounds) in &mut self.targets {
            if let Some(possible) = point.of(*target) {
                bounds.lower = bounds.lower.min(possible);
                bounds.upper = bounds.upper.max(possible);
            }
        }
    }

    /// Looks at one by itself; gives it with its ends if it is not kept.
    fn look_at(&mut self, at: usize) -> Result<Option<(usize, Bounds)>, Ended> {
        for end in [End::Most, End::Least] {
            let Some(target) = self.targets.get(at).copied().filter(|target| !self.is_kept(target)) else {
                return Ok(None);
            };
            match self.unknowns.extreme(target.0, end)? {
                Extreme::Endless => {
                    if let Some((_, bounds)) = self.targets.get_mut(at) {
                        bounds.upper = f64::INFINITY;
                    }
                }
                // Of which no more is found than that its true count is possible, that one counts as reckoned.
                Extreme::Found(_, point) | Extreme::Failed(point) => self.learn(&point),
            }
        }
        Ok(self.targets.get(at).copied().filter(|target| !self.is_kept(target)))
    }
}
