//! The result of a measure, and how it is told: one JSON line.

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Failure;

/// Client and server in one process: said with every result that it concerns.
pub const ONE_PROCESS: &str =
    "client and server share one process and its cores, for service and baseline alike";

/// What a measure is to reach.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// The value, at least.
    AtLeast(f64),
    /// The value, less than.
    Below(f64),
    /// Value / baseline, at least.
    RatioAtLeast(f64),
    /// Value / baseline, less than.
    RatioBelow(f64),
    /// None was set; the line is there for comparison.
    None,
}

impl Goal {
    fn words(self) -> Option<String> {
        match self {
            Self::AtLeast(least) => Some(format!(">= {least}")),
            Self::Below(most) => Some(format!("< {most}")),
            Self::RatioAtLeast(least) => Some(format!("ratio >= {least}")),
            Self::RatioBelow(most) => Some(format!("ratio < {most}")),
            Self::None => None,
        }
    }

    fn is_met(self, value: f64, ratio: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            Self::Below(most) => Some(value < most),
            Self::RatioAtLeast(least) => Some(ratio >= least),
            Self::RatioBelow(most) => Some(ratio < most),
            Self::None => None,
        }
    }
}

/// A result; the facts are printed beside it.
pub struct Outcome {
    /// What was measured, such as `import-sqlite`.
    pub measure: String,
    /// What came out, in `unit`.
    pub value: f64,
    /// The unit of value and baseline.
    pub unit: &'static str,
    /// What the same run gave for the plainest thing that does the same work.
    pub baseline: f64,
    /// What the value is to reach.
    pub goal: Goal,
    /// How to read it.
    pub note: String,
    /// Further numbers, by name.
    pub facts: Vec<(&'static str, Value)>,
}

#[derive(Serialize)]
struct Line<'o> {
    measure: &'o str,
    value: f64,
    unit: &'o str,
    baseline: f64,
    ratio: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal_met: Option<bool>,
    #[serde(flatten)]
    facts: Map<String, Value>,
    note: &'o str,
}

impl Outcome {
    /// Prints the line.
    ///
    /// # Errors
    /// If standard output is closed.
    pub fn print(self) -> Result<(), Failure> {
        let Self { measure, value, unit, baseline, goal, note, facts } = self;
        let ratio = value / baseline;
        let line = Line {
            measure: &measure,
            value: rounded(value),
            unit,
            baseline: rounded(baseline),
            ratio: rounded(ratio),
            goal: goal.words(),
            goal_met: goal.is_met(value, ratio),
            facts: facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect(),
            note: &note,
        };
        let mut output = std::io::stdout().lock();
        serde_json::to_writer(&mut output, &line)?;
        writeln!(output)?;
        output.flush()?;
        Ok(())
    }
}

/// To three decimals.
#[must_use]
pub fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

/// Says to standard error why there is no result.
pub fn complain(text: &str) {
    // Nobody is left to be told.
    let _ = writeln!(std::io::stderr(), "seamless-load: {text}");
}
