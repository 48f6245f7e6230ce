//! What the domain asks of the world: each use case takes the narrow trait that it needs.

use async_trait::async_trait;
use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};

pub use super::records::RecordReader;

use super::{
    error::DomainError,
    model::{
        Attachment, AttachmentState, Candidate, Clock, ClockState, Content, EventStatus, EvidenceEntry,
        FollowUp, FollowUpState, Notification, NotificationId, NotificationState, ProductCategory, Removal,
        RemovalState, RiskType, SandboxState, Transmission, TransmissionState,
    },
    search::Pattern,
};

/// Looks up notifications.
#[async_trait]
pub trait NotificationReader: Send + Sync {
    /// The notification of this key.
    async fn notification_get(&self, id: NotificationId) -> Result<Option<Notification>, DomainError>;

    /// The notifications of an originator that were imported from a source under one of these keys.
    async fn notification_by_source(
        &self,
        originator: &AuthorityId,
        keys: &[SourceKey],
    ) -> Result<Vec<Notification>, DomainError>;

    /// A page of what the viewer may see, newest first.
    async fn notification_list(
        &self,
        query: &NotificationQuery,
    ) -> Result<Vec<SeenNotification>, DomainError>;
}

/// Looks up notifications by words.
#[async_trait]
pub trait SearchReader: Send + Sync {
    /// What the viewer may see and the query lets through, of which the viewer's entry in the index has the pattern.
    async fn search_pattern(
        &self,
        query: &NotificationQuery,
        pattern: &Pattern,
    ) -> Result<Vec<NotificationId>, DomainError>;

    /// What the viewer may see and the query lets through, of which a text has the part anywhere, within words too. Reads
    /// the texts of everything that the viewer may see.
    async fn search_part(
        &self,
        query: &NotificationQuery,
        part: &str,
    ) -> Result<Vec<NotificationId>, DomainError>;

    /// Those of these notifications that the viewer may see, in any order.
    async fn search_seen(
        &self,
        viewer: &AuthorityId,
        notifications: &[NotificationId],
    ) -> Result<Vec<SeenNotification>, DomainError>;

    /// True if the index lacks entries of the viewer's.
    async fn search_is_incomplete(&self, viewer: &AuthorityId) -> Result<bool, DomainError>;
}

/// Looks up transmissions.
#[async_trait]
pub trait TransmissionReader: Send + Sync {
    /// All transmissions of a notification, by recipient.
    async fn transmission_list(&self, notification: NotificationId)
    -> Result<Vec<Transmission>, DomainError>;

    /// The transmission of a notification to a recipient.
    async fn transmission_get(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Option<Transmission>, DomainError>;

    /// True while the recipient may read what it got: it was not taken off, and is a party to the arrangement, which is
    /// in force.
    fn may_read(&self, transmission: &Transmission) -> bool;

    /// A page of a recipient's inbox, in its order: of what it may read.
    async fn inbox_list(&self, query: &InboxQuery) -> Result<Vec<InboxItem>, DomainError>;
}

/// Looks up follow-ups.
#[async_trait]
pub trait FollowUpReader: Send + Sync {
    /// The follow-up of an authority on a notification.
    async fn follow_up_get(
        &self,
        notification: NotificationId,
        authority: &AuthorityId,
    ) -> Result<Option<FollowUp>, DomainError>;

    /// A page of the follow-ups that the viewer may see, newest first.
    async fn follow_up_list(&self, query: &FollowUpQuery) -> Result<Vec<FollowUp>, DomainError>;
}

/// Looks up clocks.
#[async_trait]
pub trait ClockReader: Send + Sync {
    /// All clocks of a transmission, by rule.
    async fn clock_list_of(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Vec<Clock>, DomainError>;

    /// A page of the clocks that the viewer may see, the nearest first.
    async fn clock_list(&self, query: &ClockQuery) -> Result<Vec<Clock>, DomainError>;

    /// The transmissions of which a clock has something to be marked by `now`, at most `limit`.
    async fn clock_due(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<(NotificationId, AuthorityId)>, DomainError>;
}

/// Looks up the sandbox.
#[async_trait]
pub trait SandboxReader: Send + Sync {
    /// Its state; the state of one that nobody has touched yet where none is stored.
    async fn sandbox_get(&self) -> Result<SandboxState, DomainError>;
}

/// Looks up the makers that the viewer has met, in earlier alerts and traces.
#[async_trait]
pub trait OperatorReader: Send + Sync {
    /// Alerts that the viewer may see and in which it is shown something of these keys, newest first.
    async fn operator_alerts(
        &self,
        viewer: &AuthorityId,
        keys: &[String],
        limit: u64,
    ) -> Result<Vec<SeenNotification>, DomainError>;

    /// Confirmed candidates that the viewer may see, on the newest alerts first: those of these keys, and those on alerts
    /// in which it is shown something of these keys.
    async fn operator_candidates(
        &self,
        viewer: &AuthorityId,
        keys: &[String],
        limit: u64,
    ) -> Result<Vec<Candidate>, DomainError>;
}

/// Looks up ledgers.
#[async_trait]
pub trait EvidenceReader: Send + Sync {
    /// The whole ledger of a transmission, by number.
    async fn evidence_list_of(
        &self,
        notification: NotificationId,
        recipient: &AuthorityId,
    ) -> Result<Vec<EvidenceEntry>, DomainError>;
}

/// Enters into ledgers what readers acknowledge in their feeds.
#[async_trait]
pub trait DeliveryBook: Send + Sync {
    /// Enters as delivered all that a reader has acknowledged by now, and gives the position up to which it did: while it
    /// has a right to the events. What cannot be entered is given up; it keeps nobody's right from being taken.
    async fn enter_deliveries(&self, reader: &AuthorityId) -> Result<i64, DomainError>;
}

/// Looks up what holders are to remove, for the holder too, whatever it may read besides.
#[async_trait]
pub trait RemovalReader: Send + Sync {
    /// A page of removals, oldest first.
    async fn removal_list(&self, query: &RemovalQuery) -> Result<Vec<Removal>, DomainError>;
}

/// Looks up transmissions that stand on no arrangement any more.
#[async_trait]
pub trait LapseReader: Send + Sync {
    /// Transmissions whose recipient was not taken off, though under none of these arrangements both sides are parties;
    /// at most `limit`.
    async fn lapsed_list(
        &self,
        standing: &[(ArrangementId, Vec<AuthorityId>)],
        limit: u64,
    ) -> Result<Vec<(NotificationId, AuthorityId)>, DomainError>;
}

/// Looks up attachments beyond what [`RecordReader`] knows: those without a party are for every recipient.
#[async_trait]
pub trait AttachmentReader: Send + Sync {
    /// A page of the attachments of a notification, oldest first.
    async fn attachment_list(&self, query: &AttachmentQuery) -> Result<Vec<Attachment>, DomainError>;

    /// The attachments that are uploading and were announced before `before`, oldest first, at most `limit`, those after
    /// this place alone.
    async fn attachment_uploading(
        &self,
        before: Timestamp,
        after: Option<&RecordOrder>,
        limit: u64,
    ) -> Result<Vec<Attachment>, DomainError>;
}

/// Everything that can be looked up.
pub trait Store:
    NotificationReader
    + TransmissionReader
    + FollowUpReader
    + ClockReader
    + EvidenceReader
    + RecordReader
    + RemovalReader
{
}

impl<T> Store for T where
    T: NotificationReader
        + TransmissionReader
        + FollowUpReader
        + ClockReader
        + EvidenceReader
        + RecordReader
        + RemovalReader
{
}

/// Which removals.
#[derive(Clone, Debug)]
pub struct RemovalQuery {
    pub viewer: AuthorityId,
    pub side: RemovalSide,
    pub notification: Option<NotificationId>,
    /// Those of this holder alone.
    pub authority: Option<AuthorityId>,
    /// Of notifications with one of these statuses; empty for all.
    pub statuses: Vec<EventStatus>,
    /// In one of these states; empty for all.
    pub states: Vec<RemovalState>,
    /// Only those after this order and name.
    pub after: Option<(i64, String)>,
    pub limit: u64,
}

/// Who is to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovalSide {
    /// The viewer.
    Own,
    /// Holders of notifications of the viewer's side.
    Others,
    /// Both.
    All,
}

/// The key of an imported record in the system that it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceKey {
    pub source: String,
    pub reference: String,
}

/// A notification, and under which arrangement the viewer has it (none on the originator's side).
#[derive(Clone, Debug)]
pub struct SeenNotification {
    pub notification: Notification,
    pub arrangement: Option<ArrangementId>,
}

impl SourceKey {
    /// The key that a content names.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        Self { source: content.general.source.clone(), reference: content.general.source_reference.clone() }
    }

    /// True if it names both a source and a record there; only such a key must be unique.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.source.is_empty() && !self.reference.is_empty()
    }
}

/// Which notifications.
#[derive(Clone, Debug)]
pub struct NotificationQuery {
    pub viewer: AuthorityId,
    /// With one of these statuses; empty for all.
    pub statuses: Vec<EventStatus>,
    pub states: Vec<NotificationState>,
    pub categories: Vec<ProductCategory>,
    pub risk_types: Vec<RiskType>,
    pub countries_of_origin: Vec<String>,
    pub originator: Option<AuthorityId>,
    pub arrangement: Option<ArrangementId>,
    pub sold_online: Option<bool>,
    pub updated_from: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    /// Words in the spelling of the index, all of which must occur.
    pub words: Vec<String>,
    /// With an id from the first to the last of these.
    pub ids: Option<(NotificationId, NotificationId)>,
    /// Only those before this one.
    pub before: Option<NotificationId>,
    pub limit: u64,
}

/// Which part of an inbox.
#[derive(Clone, Debug)]
pub struct InboxQuery {
    pub recipient: AuthorityId,
    pub status: EventStatus,
    pub states: Vec<TransmissionState>,
    pub arrangement: Option<ArrangementId>,
    pub after: Option<InboxPlace>,
    pub limit: u64,
}

/// The place of an entry in an inbox; places sort as the inbox does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct InboxPlace {
    /// 0 for what waits on the recipient, 1 for what is withdrawn or whose follow-up is closed.
    pub closed_rank: i16,
    /// 0 for products sold online, 1 for others.
    pub online_rank: i16,
    /// By risk level: 0 serious, 1 high, 2 medium, 3 low, 4 not said.
    pub serious_rank: i16,
    /// Microseconds since 1970, or the largest number where there is no deadline.
    pub due: i64,
    pub notification: NotificationId,
}

/// An entry of an inbox.
#[derive(Clone, Debug)]
pub struct InboxItem {
    pub place: InboxPlace,
    pub transmission: Transmission,
    pub notification: Notification,
}

/// Which follow-ups.
#[derive(Clone, Debug)]
pub struct FollowUpQuery {
    pub viewer: AuthorityId,
    pub notification: Option<NotificationId>,
    /// On notifications with one of these statuses; empty for all.
    pub statuses: Vec<EventStatus>,
    pub states: Vec<FollowUpState>,
    /// Only those before this one, in the order of (notification, authority) downwards.
    pub before: Option<(NotificationId, AuthorityId)>,
    pub limit: u64,
}

/// Which clocks.
#[derive(Clone, Debug)]
pub struct ClockQuery {
    pub viewer: AuthorityId,
    pub side: ClockSide,
    pub notification: Option<NotificationId>,
    pub arrangement: Option<ArrangementId>,
    /// With one of these statuses; empty for all.
    pub statuses: Vec<EventStatus>,
    /// In one of these states; empty for all.
    pub states: Vec<ClockState>,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    pub after: Option<ClockPlace>,
    pub limit: u64,
}

/// The place of a record in a list: its order, and its name where two have the same.
pub type RecordOrder = (i64, String);

/// Which attachments.
#[derive(Clone, Debug)]
pub struct AttachmentQuery {
    pub notification: NotificationId,
    /// Only what this recipient of the notification may see; none for the originator's side, which sees all.
    pub recipient: Option<AuthorityId>,
    /// In one of these states; empty for all.
    pub states: Vec<AttachmentState>,
    pub after: Option<RecordOrder>,
    pub limit: u64,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSide {
    /// The viewer has to act.
    Own,
    /// Recipients of notifications of the viewer's side have to act.
    Others,
    /// Both.
    All,
}

/// The place of a clock in a list; places sort as the list does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct ClockPlace {
    /// Microseconds since 1970.
    pub due: i64,
    pub notification: NotificationId,
    pub recipient: String,
    pub rule: String,
}
