//! What a use case gives back: an outcome, and the changes that make it true.

use seamless_identity::AuthorityId;

/// On whose behalf something is done.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The authority that acts.
    pub authority: AuthorityId,
    /// Who acts for it, as its credential says: for the record.
    pub principal: String,
}

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
