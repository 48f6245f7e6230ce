//! Linear programmes over variables that are not negative, solved by interior points: however many answers are alike, it comes to an
//! end within a fixed number of steps, and the same programme has the same answer.

use std::collections::{BTreeMap, BTreeSet};

use clarabel::{
    algebra::CscMatrix,
    solver::{
        DefaultSettings, DefaultSolver, IPSolver,
        SolverStatus::{DualInfeasible, Solved},
        SupportedConeT::{NonnegativeConeT, ZeroConeT},
    },
};

/// From which size on what it takes to solve a programme grows with the square of its size.
const LARGE: usize = 8_000;

/// How a sum is compared with what it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    AtLeast,
    AtMost,
}

/// A variable of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variable(usize);

/// A linear programme: weights are made as small as can be.
#[derive(Default)]
pub(crate) struct Programme {
    weights: Vec<f64>,
    /// Sums that are equal to something.
    equal: Vec<Row>,
    /// Sums that are at most something.
    most: Vec<Row>,
}

/// A programme without variables that follow from the others.
pub(crate) struct Reduced {
    programme: Programme,
    /// Its variables, by their places before.
    kept: Vec<usize>,
    made_up: Vec<MadeUp>,
    /// How many there were before.
    variables: usize,
}

/// A variable that follows from others: with them it makes up a sum.
struct MadeUp {
    at: usize,
    factor: f64,
    factors: BTreeMap<usize, f64>,
    known: f64,
}

impl Reduced {
    /// How large it is. What it takes to solve it goes by that.
    pub(crate) fn size(&self) -> usize {
        self.programme.size()
    }

    /// Solves it: the values of all variables that there were before.
    pub(crate) fn solve(&self) -> Answer {
        let found = match self.programme.solve() {
            Answer::Found(found) => found,
            other => return other,
        };
        let mut values = vec![0.0; self.variables];
        for (at, value) in self.kept.iter().zip(found) {
            if let Some(entry) = values.get_mut(*at) {
                *entry = value;
            }
        }
        for MadeUp { at, factor, factors, known } in &self.made_up {
            let of = |(at, factor): (&usize, &f64)| factor * values.get(*at).copied().unwrap_or_default();
            let rest: f64 = known - factors.iter().map(of).sum::<f64>();
            if let Some(entry) = values.get_mut(*at) {
                *entry = rest / factor;
            }
        }
        Answer::Found(values)
    }
}

struct Row {
    factors: BTreeMap<usize, f64>,
    known: f64,
}

/// What came of it.
pub(crate) enum Answer {
    /// The values of all variables.
    Found(Vec<f64>),
    /// It has no end.
    Unbounded,
    /// The arithmetic came to no answer that is exact enough.
    Unknown,
}

impl Answer {
    /// The value of a variable; none where none was found.
    pub(crate) fn of(&self, variable: Variable) -> Option<f64> {
        match self {
            Self::Found(values) => values.get(variable.0).copied(),
            Self::Unbounded | Self::Unknown => None,
        }
    }
}

impl Programme {
    /// A variable of this weight, which is not negative.
    pub(crate) fn variable(&mut self, weight: f64) -> Variable {
        self.weights.push(weight);
        Variable(self.weights.len() - 1)
    }

    /// Compares a sum of variables, each times a factor, with what it is to be.
    pub(crate) fn constrain(
        &mut self,
        sum: impl IntoIterator<Item = (Variable, f64)>,
        comparison: Comparison,
        known: f64,
    ) {
        let sign = if comparison == Comparison::AtLeast { -1.0 } else { 1.0 };
        let mut factors = BTreeMap::new();
        for (Variable(at), factor) in sum {
            *factors.entry(at).or_insert(0.0) += sign * factor;
        }
        factors.retain(|_, factor| *factor != 0.0);
        let rows = if comparison == Comparison::Equal { &mut self.equal } else { &mut self.most };
        rows.push(Row { factors, known: sign * known });
    }

    /// The same programme without variables of no weight that stand in one sum alone: such a one makes up whatever its sum is less than
    /// what it is equal to, or more.
    pub(crate) fn reduced(self) -> Reduced {
        let Self { weights, equal, mut most } = self;
        let mut sums: Vec<usize> = vec![0; weights.len()];
        for factors in equal.iter().chain(&most).flat_map(|row| row.factors.keys()) {
            if let Some(sums) = sums.get_mut(*factors) {
                *sums += 1;
            }
        }
        let is_alone = |at: usize| sums.get(at) == Some(&1) && weights.get(at) == Some(&0.0);
        let (mut left, mut made_up) = (Vec::new(), Vec::new());
        for mut row in equal {
            let Some(at) = row.factors.keys().copied().find(|at| is_alone(*at)) else {
                left.push(row);
                continue;
            };
            let factor = row.factors.remove(&at).unwrap_or(1.0);
            made_up.push(MadeUp { at, factor, factors: row.factors.clone(), known: row.known });
            if factor < 0.0 {
                row.factors.values_mut().for_each(|factor| *factor = -*factor);
                row.known = -row.known;
            }
            // Where nothing else is in it, it says what the variable is, and no more.
            if !row.factors.is_empty() {
                most.push(row);
            }
        }
        let is_made_up: BTreeSet<usize> = made_up.iter().map(|one| one.at).collect();
        let kept: Vec<usize> = (0..weights.len()).filter(|at| !is_made_up.contains(at)).collect();
        let places: BTreeMap<usize, usize> =
            kept.iter().enumerate().map(|(place, at)| (*at, place)).collect();
        let placed = |row: Row| Row {
            factors: row
                .factors
                .into_iter()
                .filter_map(|(at, factor)| Some((*places.get(&at)?, factor)))
                .collect(),
            ..row
        };
        let programme = Self {
            weights: kept.iter().filter_map(|at| weights.get(*at)).copied().collect(),
            equal: left.into_iter().map(placed).collect(),
            most: most.into_iter().map(placed).collect(),
        };
        Reduced { programme, kept, made_up, variables: weights.len() }
    }

    /// How large it is: its variables, its sums and what they add up; where it is [`LARGE`], as much more. What it takes to solve it goes
    /// by that.
    fn size(&self) -> usize {
        let rows = self.equal.iter().chain(&self.most);
        let size = self.weights.len() + rows.map(|row| 1 + row.factors.len()).sum::<usize>();
        size * size.max(LARGE) / LARGE
    }

    fn solve(&self) -> Answer {
        let (variables, equal) = (self.weights.len(), self.equal.len());
        let rows = equal + self.most.len() + variables;
        let mut columns: Vec<Vec<(usize, f64)>> = vec![Vec::new(); variables];
        let mut known = Vec::with_capacity(rows);
        for (at, row) in self.equal.iter().chain(&self.most).enumerate() {
            for (variable, factor) in &row.factors {
                if let Some(column) = columns.get_mut(*variable) {
                    column.push((at, *factor));
                }
            }
            known.push(row.known);
        }
        for (variable, column) in columns.iter_mut().enumerate() {
            column.push((equal + self.most.len() + variable, -1.0));
            known.push(0.0);
        }
        let mut starts = vec![0];
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for column in columns {
            let (of_column, factors): (Vec<usize>, Vec<f64>) = column.into_iter().unzip();
            places.extend(of_column);
            values.extend(factors);
            starts.push(places.len());
        }
        let matrix = CscMatrix::new(rows, variables, starts, places, values);
        let none = CscMatrix::zeros((variables, variables));
        let cones = [ZeroConeT(equal), NonnegativeConeT(rows - equal)];
        let settings = DefaultSettings { verbose: false, ..DefaultSettings::default() };
        let Ok(mut solver) = DefaultSolver::new(&none, &self.weights, &matrix, &known, &cones, settings)
        else {
            return Answer::Unknown;
        };
        solver.solve();
        match solver.solution.status {
            Solved => Answer::Found(solver.solution.x),
            DualInfeasible => Answer::Unbounded,
            _ => Answer::Unknown,
        }
    }
}
