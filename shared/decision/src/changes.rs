//! What a use case gives back: an outcome, and the changes that make it true.

/// An answer and the changes that make it true; `C` is the service's set of changes. They are written all or none, each
/// only if its record is still the one that was decided upon.
#[derive(Debug)]
pub struct Decision<T, C> {
    /// What there is to answer.
    pub outcome: T,
    /// What is to be written in one transaction.
    pub changes: C,
}

/// A record to be written. It carries its new revision: the old one plus 1; a new record has revision 1.
#[derive(Clone, Debug)]
pub struct Write<T> {
    /// The record as it is to be.
    pub record: T,
    /// True to insert; otherwise the stored record must have the revision before.
    pub is_new: bool,
}
