//! Linear programmes over variables that are not negative, solved by interior points: however many answers are alike, it comes to an
//! end within a fixed number of steps, and the same programme has the same answer.

use std::collections::BTreeMap;

use clarabel::{
    algebra::CscMatrix,
    solver::{
        DefaultSettings, DefaultSolver, IPSolver,
        SolverStatus::{DualInfeasible, Solved},
        SupportedConeT::{NonnegativeConeT, ZeroConeT},
    },
};

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

    /// How large it is: its variables, its sums and what they add up. What it takes to solve it goes by that.
    pub(crate) fn size(&self) -> usize {
        let rows = self.equal.iter().chain(&self.most);
        self.weights.len() + rows.map(|row| 1 + row.factors.len()).sum::<usize>()
    }

    /// Solves it.
    pub(crate) fn solve(&self) -> Answer {
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
