//! Records that are stored as one document each (controls, approvals, criteria, reliabilities and the like), all in one
//! table. A record says where it belongs; the store looks up by that and knows nothing else of it.

use async_trait::async_trait;
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Serialize, de::DeserializeOwned};

use super::{change::Write, error::DomainError};

/// A record.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// What it is, in one word, the same for ever: `control`.
    const KIND: &'static str;

    /// Its resource name, unique over all records.
    fn name(&self) -> String;

    /// Where it belongs.
    fn place(&self) -> Place;

    /// Counts every change from 1 on.
    fn revision(&self) -> i64;
}

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

/// A record in the form in which it is stored.
#[derive(Clone, Debug)]
pub struct StoredRecord {
    pub kind: &'static str,
    pub name: String,
    pub place: Place,
    pub revision: i64,
    pub document: String,
}

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
    /// Only those in one of these states; empty for all.
    pub states: Vec<i32>,
    /// True for the highest order first.
    pub descending: bool,
    /// Only those behind this place in the order.
    pub after: Option<(i64, String)>,
    pub limit: u64,
}

/// Looks up records. [`record`] and [`records`] give them their types.
#[async_trait]
pub trait RecordReader: Send + Sync {
    /// The document of the record of this kind and name.
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, DomainError>;

    /// The documents of a page of records of this kind, in their order.
    async fn record_documents(
        &self,
        kind: &'static str,
        query: &RecordQuery,
    ) -> Result<Vec<String>, DomainError>;
}

/// The record of this name, whoever may see it.
///
/// # Errors
/// Those of the store.
pub async fn record<T: Record>(reader: &dyn RecordReader, name: &str) -> Result<Option<T>, DomainError> {
    let document = reader.record_document(T::KIND, name).await?;
    document.as_deref().map(parse).transpose()
}

/// A page of records.
///
/// # Errors
/// Those of the store.
pub async fn records<T: Record>(
    reader: &dyn RecordReader,
    query: &RecordQuery,
) -> Result<Vec<T>, DomainError> {
    reader.record_documents(T::KIND, query).await?.iter().map(|document| parse(document)).collect()
}

/// How many records are read at once.
const READ_AT_ONCE: u64 = 500;

/// All records that the query finds, whatever its limit and place.
///
/// # Errors
/// Those of the store.
pub async fn all_records<T: Record>(
    reader: &dyn RecordReader,
    query: RecordQuery,
) -> Result<Vec<T>, DomainError> {
    let mut query = RecordQuery { after: None, limit: READ_AT_ONCE, ..query };
    let mut all: Vec<T> = Vec::new();
    loop {
        let page: Vec<T> = records(reader, &query).await?;
        let is_last = (page.len() as u64) < READ_AT_ONCE;
        all.extend(page);
        query.after = all.last().map(|last| (last.place().order, last.name()));
        if is_last {
            return Ok(all);
        }
    }
}

fn parse<T: Record>(document: &str) -> Result<T, DomainError> {
    serde_json::from_str(document)
        .map_err(|error| DomainError::Fault(format!("damaged {}: {error}", T::KIND)))
}

/// The record as it is written.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub fn stored<T: Record>(record: &T, is_new: bool) -> Result<Write<StoredRecord>, DomainError> {
    let document = serde_json::to_string(record)
        .map_err(|error| DomainError::Fault(format!("a {} has no document: {error}", T::KIND)))?;
    let record = StoredRecord {
        kind: T::KIND,
        name: record.name(),
        place: record.place(),
        revision: record.revision(),
        document,
    };
    Ok(Write { record, is_new })
}
