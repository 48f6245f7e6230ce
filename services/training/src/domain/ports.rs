//! What the domain asks of the world: each use case takes the narrow trait that it needs.

use async_trait::async_trait;
use jiff::Timestamp;
use seamless_identity::{ArrangementId, AuthorityId};
use seamless_mail::{Mail, MailState};
use uuid::Uuid;

pub use super::records::RecordReader;

use super::{
    error::DomainError,
    model::{
        Activity, ActivityId, ActivityKind, ActivityState, EventStatus, MailDue, Pool, ProductAreaId,
        PublishedReport, Registration, RegistrationId, RegistrationState, SessionId, TargetAudience,
    },
    needs::{FeedStanding, KnownAlert},
};

/// Looks up activities.
#[async_trait]
pub trait ActivityReader: Send + Sync {
    /// The activity of this key.
    async fn activity_get(&self, id: ActivityId) -> Result<Option<Activity>, DomainError>;

    /// Those of these keys that there are, in no order.
    async fn activities_of(&self, ids: &[ActivityId]) -> Result<Vec<Activity>, DomainError>;

    /// A page of what the viewer may see, the first to begin first.
    async fn activity_list(&self, query: &ActivityQuery) -> Result<Vec<Activity>, DomainError>;

    /// Activities that are announced, and not over, whose instants were worked out by other zone data than this.
    async fn activity_by_other_zone_data(
        &self,
        zone_data: &str,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Activity>, DomainError>;

    /// Activities that were cancelled, and have registrations that go on, or were held, and have some without a seat.
    async fn activity_over_with_registrations(&self, limit: u64) -> Result<Vec<Activity>, DomainError>;
}

/// Which activities.
#[derive(Clone, Debug, Default)]
pub struct ActivityQuery {
    /// Those of one of these organisers, of their side whatever their state …
    pub owners: Vec<AuthorityId>,
    /// … those under one of these arrangements that are announced, and those for everybody.
    pub arrangements: Vec<ArrangementId>,
    /// Actual ones, exercises, tests; empty for all.
    pub statuses: Vec<EventStatus>,
    pub states: Vec<ActivityState>,
    pub kinds: Vec<ActivityKind>,
    pub organiser: Option<AuthorityId>,
    pub arrangement: Option<ArrangementId>,
    pub programme: Option<String>,
    pub product_area: Option<ProductAreaId>,
    pub audience: Option<TargetAudience>,
    /// In the form of a search.
    pub words: Vec<String>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Only those behind this place.
    pub after: Option<(i64, ActivityId)>,
    pub limit: u64,
}

/// Looks up registrations.
#[async_trait]
pub trait RegistrationReader: Send + Sync {
    /// The registration of this key.
    async fn registration_get(&self, id: RegistrationId) -> Result<Option<Registration>, DomainError>;

    /// Those that go on under these addresses, in their order: under each of them an authority has one at most.
    async fn registrations_by_address(
        &self,
        pool: &Pool,
        addresses: &[&str],
    ) -> Result<Vec<Registration>, DomainError>;

    /// Those that wait, in their order.
    async fn registration_waiting(
        &self,
        pool: &Pool,
        after: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError>;

    /// Offers that expired by now, the first to expire first.
    async fn registration_offers_due(
        &self,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError>;

    /// A page of all that an authority decides on or has made, by their keys.
    async fn registration_all(
        &self,
        authority: &AuthorityId,
        after: Option<RegistrationId>,
        limit: u64,
    ) -> Result<Vec<Registration>, DomainError>;

    /// Those that an authority made of a person, in no order.
    async fn registration_of_person(&self, query: &PersonQuery) -> Result<Vec<Registration>, DomainError>;

    /// A page of registrations, in their order.
    async fn registration_list(&self, query: &RegistrationQuery) -> Result<Vec<Registration>, DomainError>;
}

/// Which registrations of a person.
#[derive(Clone, Debug)]
pub struct PersonQuery {
    pub registrar: AuthorityId,
    /// The address of the first of a registration, in the form in which addresses are compared.
    pub address: String,
    pub states: Vec<RegistrationState>,
    /// Of activities that end then or later.
    pub from: Timestamp,
    pub limit: u64,
}

/// Which registrations.
#[derive(Clone, Debug)]
pub struct RegistrationQuery {
    pub activity: ActivityId,
    /// Only those for this session, or, if none is named in it, for the activity.
    pub session: Option<Option<SessionId>>,
    /// Those that one of these decides on, or has made.
    pub owners: Vec<AuthorityId>,
    /// Only those in one of these states; empty for all.
    pub states: Vec<RegistrationState>,
    /// Only those beside which another one of these owners goes on, for the same seats and under the same address.
    pub is_twice: bool,
    pub after: Option<(i64, RegistrationId)>,
    pub limit: u64,
}

/// Tells of which registrations somebody may have to be told.
#[async_trait]
pub trait DueMailReader: Send + Sync {
    /// Some of them.
    async fn mails_due(&self, limit: u64) -> Result<Vec<MailDue>, DomainError>;
}

/// Looks up mails of the outbox.
#[async_trait]
pub trait MailReader: Send + Sync {
    /// The mail of this key.
    async fn mail_get(&self, id: Uuid) -> Result<Option<Mail>, DomainError>;

    /// The mail to whose own address something came.
    async fn mail_by_token(&self, token: &str) -> Result<Option<Mail>, DomainError>;

    /// Mails that were written after this one, about the same registration and to the same recipient, the last first.
    async fn mail_later(&self, mail: &Mail) -> Result<Vec<Mail>, DomainError>;

    /// Mails to an address that the authority is responsible for, or sees; the last first.
    async fn mail_to(&self, owner: &AuthorityId, address: &str, limit: u64)
    -> Result<Vec<Mail>, DomainError>;

    /// A page of mails, the last first.
    async fn mail_list(&self, query: &MailsQuery) -> Result<Vec<Mail>, DomainError>;
}

/// Which mails.
#[derive(Clone, Debug)]
pub struct MailsQuery {
    pub activity: ActivityId,
    /// Only those about this registration.
    pub registration: Option<RegistrationId>,
    /// Those that one of these decides on, or whose registration it has made.
    pub owners: Vec<AuthorityId>,
    /// Only those in one of these states; empty for all.
    pub states: Vec<MailState>,
    pub before: Option<Uuid>,
    pub limit: u64,
}

/// Looks up alerts, as the feed of the authority that was shown them told them last.
#[async_trait]
pub trait AlertReader: Send + Sync {
    /// Alerts in force that count from a time within the query; at most `limit`, in no order that is promised.
    async fn alert_list(&self, query: &AlertQuery) -> Result<Vec<KnownAlert>, DomainError>;

    /// How far the feed of an authority took effect, and when the first alert of this status is that is known.
    async fn alert_feed(
        &self,
        authority: &AuthorityId,
        status: EventStatus,
    ) -> Result<FeedStanding, DomainError>;
}

/// Which alerts.
#[derive(Clone, Debug)]
pub struct AlertQuery {
    /// Those that this authority is shown.
    pub authority: AuthorityId,
    pub status: EventStatus,
    pub from: Timestamp,
    /// The first instant that is not meant any more.
    pub until: Timestamp,
    pub limit: u64,
}

/// Looks up reports that were published.
#[async_trait]
pub trait ReportReader: Send + Sync {
    /// The reports of these owners, each once, the first first.
    async fn report_list(&self, owners: &[AuthorityId]) -> Result<Vec<PublishedReport>, DomainError>;
}
