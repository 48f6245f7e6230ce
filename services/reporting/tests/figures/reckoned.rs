//! What somebody reckons who knows everything that was told of some cases: one linear programme over all of it, with the cases told apart
//! by all properties at once.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem};
use seamless_reporting::domain::model::{StatisticsDimension as By, StatisticsSubject};

/// Something that was said of a group of cases.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its values of each property; none for whatever it may be.
    pub of: Vec<Option<Vec<String>>>,
    /// Of those alone for which the measure of the population holds.
    pub holds: bool,
    /// None where it was not told; that there is such a group was told all the same.
    pub count: Option<u64>,
    pub truth: u64,
}

/// Cases as they were at some moment, and what was said of them.
pub struct Population {
    pub subject: StatisticsSubject,
    /// The first is the month.
    pub properties: Vec<By>,
    /// Which values of each property there are.
    pub values: Vec<Vec<String>>,
    pub said: Vec<Said>,
}

/// All that a case can be: a value of each property, and whether the measure holds.
type Kind = (Vec<String>, bool);

impl Said {
    pub fn is_of(&self, (values, holds): &Kind) -> bool {
        let has =
            |(of, value): (&Option<Vec<String>>, &String)| of.as_ref().is_none_or(|of| of.contains(value));
        (*holds || !self.holds) && self.of.iter().zip(values).all(has)
    }
}

impl Population {
    /// All combinations of values.
    pub fn combinations(&self) -> Vec<Vec<String>> {
        let mut all: Vec<Vec<String>> = vec![Vec::new()];
        for values in &self.values {
            let with_each = |kind: Vec<String>| {
                let with = |value: &String| kind.iter().chain([value]).cloned().collect();
                values.iter().map(with).collect::<Vec<Vec<String>>>()
            };
            all = all.into_iter().flat_map(with_each).collect();
        }
        all
    }

    /// Everything that cases can be, as far as it was not said that there is none.
    fn kinds(&self) -> Vec<Kind> {
        let none: Vec<&Said> = self.said.iter().filter(|said| said.count == Some(0)).collect();
        let may_be = |kind: &Kind| !none.iter().any(|said| said.is_of(kind));
        let both = self.combinations().into_iter().flat_map(|one| [(one.clone(), false), (one, true)]);
        both.filter(may_be).collect()
    }

    /// Nothing small was told, and nothing that was not told can be reckoned: neither exactly nor more narrowly than within as many as are
    /// small.
    pub fn is_kept(&self, least: u64) -> Result<(), String> {
        let is_small = |said: &&Said| said.truth > 0 && said.truth < least;
        if let Some(said) = self.said.iter().filter(is_small).find(|said| said.count.is_some()) {
            return Err(format!("a small count is told: {said:?}"));
        }
        let kinds = self.kinds();
        for said in self.said.iter().filter(|said| said.count.is_none()) {
            let (lower, upper) = self.ends(&kinds, said);
            let is_wide = upper - lower >= (least - 1) as f64 - 1e-6;
            let may_be_more = !is_small(&said) || upper >= least as f64 - 1e-6;
            if !is_wide || !may_be_more {
                return Err(format!("from {lower} to {upper}: {said:?}"));
            }
        }
        Ok(())
    }

    /// Between which ends a group lies.
    fn ends(&self, kinds: &[Kind], of: &Said) -> (f64, f64) {
        let end = |direction| {
            let mut problem = Problem::new(direction);
            let weight = |kind: &Kind| if of.is_of(kind) { 1.0 } else { 0.0 };
            let variables: Vec<_> =
                kinds.iter().map(|kind| problem.add_var(weight(kind), (0.0, f64::INFINITY))).collect();
            for one in self.said.iter().filter(|said| said.count != Some(0)) {
                let among = kinds.iter().zip(&variables).filter(|(kind, _)| one.is_of(kind));
                let sum: Vec<_> = among.map(|(_, variable)| (*variable, 1.0)).collect();
                match one.count {
                    Some(count) => problem.add_constraint(sum, ComparisonOp::Eq, count as f64),
                    None => problem.add_constraint(sum, ComparisonOp::Ge, 1.0),
                }
            }
            match problem.solve() {
                Ok(solution) => solution.objective(),
                Err(Error::Unbounded) => f64::INFINITY,
                Err(error) => panic!("{error}"),
            }
        };
        (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize))
    }
}
