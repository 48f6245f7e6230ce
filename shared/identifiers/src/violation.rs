//! A wrong field of a request, in words that its sender can act on.

/// A wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request.
    pub field: String,
    /// What it wants and what it got.
    pub description: String,
}

impl Violation {
    /// A violation of the field at `field`.
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}
