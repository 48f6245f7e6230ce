//! Records of a case: what hangs below a notification and is stored as one document each (conversations, messages,
//! traces, proposals and the like), all in one table: where they belong in this service, and what they are found by.

use async_trait::async_trait;
use jiff::Timestamp;
use seamless_decision::{Placed, parsed};
pub use seamless_decision::{Record, RecordPage, record, records};
use seamless_identity::AuthorityId;

use super::{error::DomainError, model::EventStatus, notification_id::NotificationId};

/// Where a record belongs, and what it is found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
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

impl Placed for Place {
    fn order(&self) -> i64 {
        self.order
    }
}

/// A record in the form in which it is stored.
pub type StoredRecord = seamless_decision::StoredRecord<Place>;

/// Which records.
#[derive(Clone, Debug)]
pub struct RecordQuery {
    /// Who asks: it is shown those of which it is the party, and those on notifications of its side.
    pub viewer: AuthorityId,
    pub notification: Option<NotificationId>,
    pub party: Option<AuthorityId>,
    /// On notifications with one of these statuses; empty for all.
    pub statuses: Vec<EventStatus>,
    /// Only those whose names begin with this; empty for all.
    pub name_prefix: String,
    /// Which part of them.
    pub page: RecordPage,
}

impl RecordQuery {
    /// All records of a notification that the viewer may see, up to the limit.
    #[must_use]
    pub fn of_notification(viewer: &AuthorityId, notification: NotificationId, limit: u64) -> Self {
        Self {
            viewer: viewer.clone(),
            notification: Some(notification),
            party: None,
            statuses: Vec::new(),
            name_prefix: String::new(),
            page: RecordPage { limit, ..RecordPage::default() },
        }
    }
}

/// Looks up records. [`record`] and [`records`] give them their types.
#[async_trait]
pub trait RecordReader: seamless_decision::RecordReader<RecordQuery> {
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

/// The records on any of these notifications that have `party` as their party, or none.
///
/// # Errors
/// Those of the store.
pub async fn records_among<T: Record>(
    reader: &dyn RecordReader,
    notifications: &[NotificationId],
    party: &AuthorityId,
) -> Result<Vec<T>, DomainError> {
    let documents = reader.record_documents_among(T::KIND, notifications, party).await?;
    documents.iter().map(|document| Ok(parsed(document)?)).collect()
}

/// The time as the order of a record.
#[must_use]
pub fn by_time(time: Timestamp) -> i64 {
    time.as_microsecond()
}
