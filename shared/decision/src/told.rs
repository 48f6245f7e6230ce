//! What a service tells, and whom.

use jiff::Timestamp;
use seamless_identifiers::{ArrangementId, AuthorityId};

/// Something that happened, for these readers and nobody else. `K` is what can happen in a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<K> {
    /// What happened, with the record as it is afterwards.
    pub kind: K,
    /// When.
    pub time: Timestamp,
    /// The arrangement under which it concerns readers of another side; none for the own side.
    pub arrangement: Option<ArrangementId>,
    /// Who is told.
    pub readers: Vec<AuthorityId>,
}
