//! What one reader may see of one record.

use serde::{Deserialize, Serialize};

use crate::Audience;

/// An originator's decision to disclose a field of one record to another circle than the contract declares, narrower or
/// wider.
///
/// It governs the field at `path` and everything below, whatever the contract declares there: releasing a message
/// releases all that it holds, narrower fields included. The longest path that matches wins. A release below a field
/// that stays hidden shows the released part within an otherwise empty parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Path from the record, snake_case, dot-separated, without indexes: `traceability.operators.contact`.
    pub path: String,
    /// The circle that may see it.
    pub audience: Audience,
    /// Why; for the audit.
    pub reason: String,
}

impl Override {
    /// True if this decision governs the field at `path`: the same field, or one that holds it.
    fn governs(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// True if this decision is about a field below `path`.
    fn lies_below(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
    }
}

/// What one reader may see of one record: his clearance, the originator's overrides, and the groups of data that the
/// arrangement withholds from him.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    clearance: Audience,
    overrides: &'a [Override],
    withheld_groups: &'a [String],
}

impl<'a> View<'a> {
    /// A view of a record.
    ///
    /// `clearance` is the narrowest circle that the reader belongs to; he sees fields whose effective audience is that
    /// or a wider one. `withheld_groups` are the record's direct fields that may not travel to him at all; no override
    /// releases them. An originator has none withheld.
    #[must_use]
    pub const fn new(clearance: Audience, overrides: &'a [Override], withheld_groups: &'a [String]) -> Self {
        Self { clearance, overrides, withheld_groups }
    }

    /// A view without overrides and withheld groups: the contract's declarations alone.
    #[must_use]
    pub const fn declared(clearance: Audience) -> Self {
        Self::new(clearance, &[], &[])
    }

    /// The narrowest circle that the reader belongs to.
    #[must_use]
    pub const fn clearance(&self) -> Audience {
        self.clearance
    }

    /// True if nothing but the declared audiences counts; redaction then compares without following the path.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.overrides.is_empty() && self.withheld_groups.is_empty()
    }

    /// The audience of the field at `path` of the record, where the contract declares `declared`.
    #[must_use]
    pub fn effective(&self, path: &str, declared: Audience) -> Audience {
        self.overrides
            .iter()
            .filter(|decision| decision.governs(path))
            .max_by_key(|decision| decision.path.len())
            .map_or(declared, |decision| decision.audience)
    }

    /// True if the reader may see the field at `path` of the record, where the contract declares `declared` (for a
    /// nested field: the narrowest on the way to it, as the generated `audience_of` says it).
    #[must_use]
    pub fn shows(&self, path: &str, declared: Audience) -> bool {
        !self.withholds(path) && self.effective(path, declared) <= self.clearance
    }

    /// True if the field at `path` belongs to a group that may not travel to this reader.
    #[must_use]
    pub fn withholds(&self, path: &str) -> bool {
        let group = path.split_once('.').map_or(path, |(group, _)| group);
        self.withheld_groups.iter().any(|withheld| withheld == group)
    }

    /// True if a part of the field at `path` is shown by an override of its own, though the field itself may be hidden.
    pub(crate) fn releases_below(&self, path: &str) -> bool {
        self.overrides.iter().any(|decision| decision.audience <= self.clearance && decision.lies_below(path))
    }
}
