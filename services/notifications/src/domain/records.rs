//! Records of a case: what hangs below a notification and is stored as one document each (conversations, messages,
//! traces, proposals and the like), all in one table. A record says where it belongs; the store looks up by that and
//! knows nothing else of it.

use async_trait::async_trait;
use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Serialize, de::DeserializeOwned};

use super::{change::Write, error::DomainError, model::NotificationId, ports::RecordOrder};

/// A record below a notification.
pub trait CaseRecord: Serialize + DeserializeOwned + Send + Sync {
    /// What it is, in one word, the same for ever: `message`.
    const KIND: &'static str;

    /// Its resource name, unique over all records.
    fn name(&self) -> String;

    /// Where it belongs.
    fn place(&self) -> RecordPlace;

    /// Counts every change from 1 on.
    fn revision(&self) -> i64;
}

/// Where a record belongs, and what it is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordPlace {
    pub notification: NotificationId,
    /// Whose notification it is: the authority and its contact point see the record.
    pub originator: AuthorityId,
    /// The recipient that sees it too; none for what only the originator's side sees.
    pub party: Option<AuthorityId>,
    /// The contract's number of its state; 0 where it has none.
    pub state: i32,
    /// What lists are sorted by, ascending; for most the time of its creation in microseconds.
    pub order: i64,
}

/// A record in the form in which it is stored.
#[derive(Clone, Debug)]
pub struct StoredRecord {
    pub kind: &'static str,
    pub name: String,
    pub place: RecordPlace,
    pub revision: i64,
    pub document: String,
}

/// Which records.
#[derive(Clone, Debug)]
pub struct RecordQuery {
    /// Who asks: it is shown those of which it is the party, and those on notifications of its side.
    pub viewer: AuthorityId,
    pub notification: Option<NotificationId>,
    pub party: Option<AuthorityId>,
    /// Only those whose names begin with this; empty for all.
    pub name_prefix: String,
    /// Only those in one of these states; empty for all.
    pub states: Vec<i32>,
    /// Only those from this place in the order on, this one excluded.
    pub after: Option<(i64, String)>,
    pub limit: u64,
}

impl RecordQuery {
    /// All records of a notification that the viewer may see, up to the limit.
    #[must_use]
    pub fn of_notification(viewer: &AuthorityId, notification: NotificationId, limit: u64) -> Self {
        Self {
            viewer: viewer.clone(),
            notification: Some(notification),
            party: None,
            name_prefix: String::new(),
            states: Vec::new(),
            after: None,
            limit,
        }
    }
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

    /// The documents of all records of this kind on any of these notifications that have `party` as their party, or none:
    /// one look for a whole page. What has no party is the originator's side's own: the caller sees to what it shows of it.
    async fn record_documents_among(
        &self,
        kind: &'static str,
        notifications: &[NotificationId],
        party: &AuthorityId,
    ) -> Result<Vec<String>, DomainError>;

    /// How many records of this kind on the notification are in the state and have this party, or none.
    async fn record_count(
        &self,
        kind: &'static str,
        notification: NotificationId,
        party: Option<&AuthorityId>,
        state: i32,
    ) -> Result<u64, DomainError>;
}

/// The record of this name, whoever may see it.
///
/// # Errors
/// Those of the store.
pub async fn record<T: CaseRecord>(reader: &dyn RecordReader, name: &str) -> Result<Option<T>, DomainError> {
    let document = reader.record_document(T::KIND, name).await?;
    document.as_deref().map(parse).transpose()
}

/// A page of records that the viewer may see.
///
/// # Errors
/// Those of the store.
pub async fn records<T: CaseRecord>(
    reader: &dyn RecordReader,
    query: &RecordQuery,
) -> Result<Vec<T>, DomainError> {
    reader.record_documents(T::KIND, query).await?.iter().map(|document| parse(document)).collect()
}

/// The records on any of these notifications that have `party` as their party, or none.
///
/// # Errors
/// Those of the store.
pub async fn records_among<T: CaseRecord>(
    reader: &dyn RecordReader,
    notifications: &[NotificationId],
    party: &AuthorityId,
) -> Result<Vec<T>, DomainError> {
    let documents = reader.record_documents_among(T::KIND, notifications, party).await?;
    documents.iter().map(|document| parse(document)).collect()
}

fn parse<T: CaseRecord>(document: &str) -> Result<T, DomainError> {
    serde_json::from_str(document)
        .map_err(|error| DomainError::Fault(format!("damaged {}: {error}", T::KIND)))
}

/// The record as it is written.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub fn stored<T: CaseRecord>(record: &T, is_new: bool) -> Result<Write<StoredRecord>, DomainError> {
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

/// The time as the order of a record.
#[must_use]
pub fn by_time(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The place of a record in the lists of its kind.
pub fn place_of<T: CaseRecord>(record: &T) -> RecordOrder {
    (record.place().order, record.name())
}
