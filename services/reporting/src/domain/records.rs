//! Records that are stored as one document each, all in one table.

use super::error::DomainError;
pub use seamless_decision::{Place, Record, RecordPage, RecordQuery, RecordReader, record, records};

/// A record in the form in which it is stored.
pub type StoredRecord = seamless_decision::StoredRecord<Place>;

/// All records that the query finds, whatever its limit and place.
///
/// # Errors
/// Those of the store.
pub async fn all_records<T: Record>(
    reader: &dyn RecordReader<RecordQuery>,
    query: RecordQuery,
) -> Result<Vec<T>, DomainError> {
    Ok(seamless_decision::all_records(reader, query, |query| &mut query.page).await?)
}
