//! Rows of a table that tell of how many cases how many are of a kind: what funnel plots and control charts are drawn from.

use super::canvas::Frame;
use crate::domain::content::{Table, Value};

/// How many cases, and how many of them are of the kind.
#[derive(Clone, Debug)]
pub(super) struct Proportion<'a> {
    pub(super) name: &'a str,
    pub(super) cases: u64,
    pub(super) of_kind: u64,
}

/// All of the rows together, as long as there is a case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Together {
    cases: u64,
    of_kind: u64,
}

/// The rows that have cases, in their order. The first two values of a row are counts: the cases, and those of the kind.
pub(super) fn proportions<'a>(table: &'a Table, frame: &Frame<'_>) -> Vec<Proportion<'a>> {
    let rows = table.rows.iter().filter_map(|row| match row.values.as_slice() {
        [Value::Count(cases), Value::Count(of_kind), ..] if *cases > 0 && of_kind <= cases => {
            Some(Proportion { name: row.title.in_language(frame.language), cases: *cases, of_kind: *of_kind })
        }
        _ => None,
    });
    rows.collect()
}

impl Proportion<'_> {
    /// In 0 to 1.
    pub(super) fn share(&self) -> f64 {
        self.of_kind as f64 / self.cases as f64
    }
}

impl Together {
    pub(super) fn of(rows: &[Proportion<'_>]) -> Option<Self> {
        let sum = |of: fn(&Proportion<'_>) -> u64| rows.iter().map(of).fold(0, u64::saturating_add);
        let together = Self { cases: sum(|row| row.cases), of_kind: sum(|row| row.of_kind) };
        (together.cases > 0).then_some(together)
    }

    /// In 0 to 1.
    pub(super) fn share(self) -> f64 {
        self.of_kind as f64 / self.cases as f64
    }

    /// Between which shares so many cases are expected, `deviations` standard deviations of the binomial distribution around the share
    /// of all: p ± z √(p (1 − p) / n).
    pub(super) fn limits(self, cases: u64, deviations: f64) -> [f64; 2] {
        let share = self.share();
        let width = deviations * (share * (1.0 - share) / cases.max(1) as f64).sqrt();
        [(share - width).max(0.0), (share + width).min(1.0)]
    }

    /// Whether the share of a row is outside its limits.
    pub(super) fn is_outside(self, row: &Proportion<'_>, deviations: f64) -> bool {
        let [lower, upper] = self.limits(row.cases, deviations);
        row.share() < lower || row.share() > upper
    }
}
