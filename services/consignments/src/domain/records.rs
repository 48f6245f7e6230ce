//! Records that are stored as one document each (controls, approvals, criteria, reliabilities and the like), all in one
//! table: where they belong in this service, and what they are found by.

use seamless_identity::{ArrangementId, AuthorityId};

use super::error::DomainError;
use seamless_decision::Placed;
pub use seamless_decision::{Record, RecordPage, RecordReader, record, records};

/// Where a record belongs, and what it is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Whose it is.
    pub owner: AuthorityId,
    /// Who sees it too, under the arrangement.
    pub party: Option<AuthorityId>,
    /// The arrangement under which the party sees it; none where it sees it by itself.
    pub arrangement: Option<ArrangementId>,
    /// What it belongs to: the name of a parent; empty where it has none.
    pub group: String,
    /// The contract's number of its state; 0 where it has none.
    pub state: i32,
    /// What lists are sorted by; for most the time of its creation in microseconds.
    pub order: i64,
}

impl Placed for Place {
    fn order(&self) -> i64 {
        self.order
    }
}

/// A record in the form in which it is stored.
pub type StoredRecord = seamless_decision::StoredRecord<Place>;

/// Which records.
#[derive(Clone, Debug, Default)]
pub struct RecordQuery {
    /// Those of one of these owners …
    pub owners: Vec<AuthorityId>,
    /// … and those whose party this is …
    pub party: Option<AuthorityId>,
    /// … under none, or one of these arrangements.
    pub arrangements: Vec<ArrangementId>,
    /// Only those of this group.
    pub group: Option<String>,
    /// Which part of them.
    pub page: RecordPage,
}

/// All records that the query finds, whatever its limit and place.
///
/// # Errors
/// Those of the store.
pub async fn all_records<T: Record>(
    reader: &dyn RecordReader<RecordQuery>,
    query: RecordQuery,
) -> Result<Vec<T>, DomainError> {
    seamless_decision::all_records(reader, query, |query| &mut query.page).await
}
