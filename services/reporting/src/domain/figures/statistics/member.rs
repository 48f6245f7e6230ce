//! One of what a query counts.

use jiff::civil::Date;

use crate::domain::{facts::AlertFact, figures::case::Case};

/// An alert, or a sending of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    /// The name of the alert.
    pub(super) name: &'a str,
    /// None where the owner is not shown the alert itself.
    pub(super) alert: Option<&'a AlertFact>,
    /// None of an alert by itself.
    pub(super) case: Option<Case<'a>>,
    /// By which it counts.
    pub(super) day: Date,
}
