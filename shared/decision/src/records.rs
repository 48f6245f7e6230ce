//! Records that are stored as one document each, all in one table of the service. A record says where it belongs; the
//! store looks up by that and knows nothing else of it.

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Refusal, Write};

/// A record.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// What it is, in one word, the same for ever: `control`.
    const KIND: &'static str;
    /// Where records of the service belong, and what they are found by.
    type Place: Placed;

    /// Its resource name, unique over all records.
    fn name(&self) -> String;

    /// Where it belongs.
    fn place(&self) -> Self::Place;

    /// Counts every change from 1 on.
    fn revision(&self) -> i64;

    /// Where it stands in the lists of its kind.
    fn in_order(&self) -> (i64, String) {
        (self.place().order(), self.name())
    }
}

/// Where a record belongs.
pub trait Placed {
    /// What lists are sorted by; for most the time of its creation in microseconds since 1970 UTC.
    fn order(&self) -> i64;
}

/// A record in the form in which it is stored.
#[derive(Clone, Debug)]
pub struct StoredRecord<P> {
    /// What it is.
    pub kind: &'static str,
    /// Its resource name.
    pub name: String,
    /// Where it belongs.
    pub place: P,
    /// Counts every change from 1 on.
    pub revision: i64,
    /// The whole of it, as JSON.
    pub document: String,
}

/// Which part of the records that a query finds.
#[derive(Clone, Debug, Default)]
pub struct RecordPage {
    /// Only those in one of these states, as the contract numbers them; empty for all.
    pub states: Vec<i32>,
    /// True for the highest order first.
    pub descending: bool,
    /// Only those behind this place in the order.
    pub after: Option<(i64, String)>,
    /// The most records.
    pub limit: u64,
}

/// Looks up records by `Q`, the service's query. [`record`], [`records`] and [`all_records`] give them their types.
#[async_trait]
pub trait RecordReader<Q: Sync>: Send + Sync {
    /// The document of the record of this kind and name.
    async fn record_document(&self, kind: &'static str, name: &str) -> Result<Option<String>, Refusal>;

    /// The documents of a page of records of this kind, in their order.
    async fn record_documents(&self, kind: &'static str, query: &Q) -> Result<Vec<String>, Refusal>;
}

/// The record of this name, whoever may see it.
///
/// # Errors
/// Those of the store.
pub async fn record<T: Record, Q: Sync>(
    reader: &(impl RecordReader<Q> + ?Sized),
    name: &str,
) -> Result<Option<T>, Refusal> {
    let document = reader.record_document(T::KIND, name).await?;
    document.as_deref().map(parsed).transpose()
}

/// A page of records.
///
/// # Errors
/// Those of the store.
pub async fn records<T: Record, Q: Sync>(
    reader: &(impl RecordReader<Q> + ?Sized),
    query: &Q,
) -> Result<Vec<T>, Refusal> {
    reader.record_documents(T::KIND, query).await?.iter().map(|document| parsed(document)).collect()
}

/// How many records are read at once.
const READ_AT_ONCE: u64 = 500;

/// All records that the query finds, whatever its limit and place; `page_of` is where the query says them.
///
/// # Errors
/// Those of the store.
pub async fn all_records<T: Record, Q: Sync>(
    reader: &(impl RecordReader<Q> + ?Sized),
    mut query: Q,
    page_of: impl Fn(&mut Q) -> &mut RecordPage,
) -> Result<Vec<T>, Refusal> {
    let mut all: Vec<T> = Vec::new();
    page_of(&mut query).limit = READ_AT_ONCE;
    loop {
        page_of(&mut query).after = all.last().map(T::in_order);
        let page: Vec<T> = records(reader, &query).await?;
        let is_last = (page.len() as u64) < READ_AT_ONCE;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// A record of its document.
///
/// # Errors
/// `Fault` if the document is none of its kind.
pub fn parsed<T: Record>(document: &str) -> Result<T, Refusal> {
    serde_json::from_str(document).map_err(|error| Refusal::Fault(format!("damaged {}: {error}", T::KIND)))
}

/// The record as it is written.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub fn stored<T: Record>(record: &T, is_new: bool) -> Result<Write<StoredRecord<T::Place>>, Refusal> {
    let document = serde_json::to_string(record)
        .map_err(|error| Refusal::Fault(format!("a {} has no document: {error}", T::KIND)))?;
    let record = StoredRecord {
        kind: T::KIND,
        name: record.name(),
        place: record.place(),
        revision: record.revision(),
        document,
    };
    Ok(Write { record, is_new })
}
