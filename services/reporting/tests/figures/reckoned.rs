//! What somebody reckons who knows everything that was told of some cases: one linear programme over all of it, with the cases told apart
//! by all properties at once.

use std::collections::BTreeMap;

use clarabel::{
    algebra::CscMatrix,
    solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT},
};
use seamless_reporting::domain::model::StatisticsDimension as By;

/// How exact the arithmetic is.
const EXACT: f64 = 1e-5;

/// A value that no case has, which nobody knows unless it was told.
pub const OTHER: &str = "another";

/// Something that was said of a group of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Its values of each property; none for whatever it may be.
    pub of: Vec<Option<Vec<String>>>,
    /// None where it was not told; that there is such a group was told all the same.
    pub count: Option<u64>,
    pub truth: u64,
}

/// Cases as they were at some moment, and what was said of them.
pub struct Population {
    /// The first is the month.
    pub properties: Vec<By>,
    /// Which values of each property there are.
    pub values: Vec<Vec<String>>,
    pub said: Vec<Said>,
}

/// All that a case can be: a value of each property.
type Kind = Vec<String>;

impl Said {
    pub fn is_of(&self, values: &Kind) -> bool {
        let has =
            |(of, value): (&Option<Vec<String>>, &String)| of.as_ref().is_none_or(|of| of.contains(value));
        self.of.iter().zip(values).all(has)
    }
}

impl Population {
    /// All combinations of values.
    fn combinations(&self) -> Vec<Vec<String>> {
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
        self.combinations().into_iter().filter(may_be).collect()
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
            self.is_wide_of(&kinds, said, least)?;
        }
        match self.follows(&kinds).find(|(_, count)| *count > 0 && *count < least) {
            Some((how, count)) => Err(format!("{count} follow: {how}")),
            None => Ok(()),
        }
    }

    /// How many are of a group is known no more narrowly than within as many as are small; of few that they are few is not known.
    pub fn is_wide(&self, of: &Said, least: u64) -> Result<(), String> {
        self.is_wide_of(&self.kinds(), of, least)
    }

    fn is_wide_of(&self, kinds: &[Kind], of: &Said, least: u64) -> Result<(), String> {
        let (lower, upper) = self.ends(kinds, of);
        let is_wide = upper - lower >= (least - 1) as f64 - EXACT;
        let is_small = of.truth > 0 && of.truth < least;
        let may_be_more = !is_small || upper >= least as f64 - EXACT;
        if is_wide && may_be_more { Ok(()) } else { Err(format!("from {lower} to {upper}: {of:?}")) }
    }

    /// Counts that follow from what was told of groups that nobody asked for: what is in one and not in another, what is in neither of two,
    /// and what is in both of two that make up a third.
    fn follows(&self, kinds: &[Kind]) -> impl Iterator<Item = (String, u64)> {
        let mut told: BTreeMap<Vec<bool>, (String, u64)> = BTreeMap::new();
        for said in &self.said {
            let Some(count) = said.count else { continue };
            let of: Vec<bool> = kinds.iter().map(|kind| said.is_of(kind)).collect();
            told.insert(of, (format!("{:?}", said.of), count));
        }
        let is_in =
            |part: &[bool], whole: &[bool]| part.iter().zip(whole).all(|(part, whole)| *whole || !part);
        let mut found = Vec::new();
        for (whole, (of_whole, all)) in &told {
            let parts: Vec<(&Vec<bool>, &(String, u64))> =
                told.iter().filter(|(part, _)| *part != whole && is_in(part, whole)).collect();
            for (at, (one, (of_one, first))) in parts.iter().enumerate() {
                found.push((format!("{of_whole} without {of_one}"), all.saturating_sub(*first)));
                for (other, (of_other, second)) in parts.iter().skip(at + 1) {
                    let both: Vec<bool> =
                        one.iter().zip(other.iter()).map(|(one, other)| *one && *other).collect();
                    let is_whole = whole
                        .iter()
                        .zip(one.iter().zip(other.iter()))
                        .all(|(whole, (one, other))| *whole == (*one || *other));
                    let of_both =
                        if both.contains(&true) { told.get(&both).map(|(_, count)| *count) } else { Some(0) };
                    match (is_whole, of_both) {
                        (true, _) => found.push((
                            format!("both {of_one} and {of_other}, which make up {of_whole}"),
                            (first + second).saturating_sub(*all),
                        )),
                        (false, Some(of_both)) => found.push((
                            format!("neither {of_one} nor {of_other} of {of_whole}"),
                            (all + of_both).saturating_sub(first + second),
                        )),
                        (false, None) => {}
                    }
                }
            }
        }
        found.into_iter()
    }

    /// Between which ends a group lies.
    fn ends(&self, kinds: &[Kind], of: &Said) -> (f64, f64) {
        // What was told is exactly so; of what was not told there is one at least, and of every kind there is none or more.
        let said = self.said.iter().filter(|said| said.count != Some(0));
        let (told, untold): (Vec<&Said>, Vec<&Said>) = said.partition(|said| said.count.is_some());
        let rows = told.len() + untold.len() + kinds.len();
        let (mut starts, mut places, mut values) = (vec![0], Vec::new(), Vec::new());
        for (at, kind) in kinds.iter().enumerate() {
            for (row, said) in told.iter().chain(&untold).enumerate() {
                if said.is_of(kind) {
                    places.push(row);
                    values.push(if row < told.len() { 1.0 } else { -1.0 });
                }
            }
            places.push(rows - kinds.len() + at);
            values.push(-1.0);
            starts.push(places.len());
        }
        let matrix = CscMatrix::new(rows, kinds.len(), starts, places, values);
        let counts = told.iter().map(|said| said.count.unwrap() as f64);
        let least = untold.iter().map(|_| -1.0).chain(kinds.iter().map(|_| 0.0));
        let known: Vec<f64> = counts.chain(least).collect();
        let cones =
            [SupportedConeT::ZeroConeT(told.len()), SupportedConeT::NonnegativeConeT(rows - told.len())];
        let end = |sign: f64| {
            let weights: Vec<f64> =
                kinds.iter().map(|kind| if of.is_of(kind) { sign } else { 0.0 }).collect();
            let none = CscMatrix::zeros((kinds.len(), kinds.len()));
            let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
            let mut solver = DefaultSolver::new(&none, &weights, &matrix, &known, &cones, settings).unwrap();
            solver.solve();
            match solver.solution.status {
                SolverStatus::Solved | SolverStatus::AlmostSolved => solver.solution.obj_val * sign,
                SolverStatus::DualInfeasible => f64::INFINITY,
                other => panic!("{other}"),
            }
        };
        (end(1.0), end(-1.0))
    }
}
