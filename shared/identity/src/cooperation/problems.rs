//! What is wrong with a cooperation file, and in which lines.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, counted from 1.
    pub line: usize,
    /// What is wrong and what was expected.
    pub what: String,
}

/// Everything that is wrong with a cooperation file, in the order of the lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CooperationErrors(pub Vec<Problem>);

impl fmt::Display for CooperationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cooperation is not valid")?;
        for Problem { line, what } in &self.0 {
            write!(f, "\n  line {line}: {what}")?;
        }
        Ok(())
    }
}

/// Collects problems while a text is read and judged.
pub(super) struct Problems<'t> {
    text: &'t str,
    found: Vec<Problem>,
}

impl<'t> Problems<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    pub(super) fn add(&mut self, span: Range<usize>, what: impl Into<String>) {
        let line = self.line(span.start);
        self.found.push(Problem { line, what: what.into() });
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// The value, unless something was found.
    pub(super) fn or<T>(mut self, value: T) -> Result<T, CooperationErrors> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort_by(|a, b| (a.line, &a.what).cmp(&(b.line, &b.what)));
        Err(CooperationErrors(self.found))
    }
}
