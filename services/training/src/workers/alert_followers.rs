//! Follows the feed of the notifications service, for each authority with a credential of its own: what its events say of alerts
//! is kept for that authority, in the transaction of the checkpoint. What the events may show is decided there.
//!
//! Nothing is acknowledged: that somebody read an alert is for the authority itself to say. Where the service was restored from a
//! backup, the alerts are built anew beside those that stand until then.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sea_orm::DatabaseTransaction;
use seamless_alerts::{Told, Written, told};
use seamless_feed::{Effect, Follower};
use seamless_identifiers::CountryCode;
use seamless_identity::AuthorityId;
use seamless_pause::Pause;
use seamless_proto::seamless::{feed::v1::Event, notifications::v1 as wire, r#type::v1::CivilDate};
use seamless_service::client::ClientChannel;
use seamless_storage::{Database, StorageError};
use seamless_vocabulary::Vocabulary;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        model::{EventStatus, ProductCategory, RiskType},
        needs::{AlertFacts, FollowedFeeds},
    },
    store::{
        Store,
        alerts::{
            AlertChange, ToldAlert, clear_rebuilt, note_told_until, replace_alerts, source_of, write_alerts,
        },
    },
};

/// Between two attempts to forget what is followed no more.
const BEFORE_ANOTHER_ATTEMPT: Pause = Pause::doubling(Duration::from_millis(200), Duration::from_secs(10));

/// Follows as `reader`, whose credentials the channel has, until the token is cancelled.
pub async fn follow(
    channel: ClientChannel,
    reader: AuthorityId,
    feeds: FollowedFeeds,
    database: Database,
    most_bytes: usize,
    token: CancellationToken,
) {
    let follower = Follower::new(source_of(&reader), channel, database).max_message_bytes(most_bytes);
    follower.run(Arc::new(Alerts { reader, feeds }), token).await;
}

/// Forgets the alerts of authorities that are followed no more, once, as soon as the database takes it.
pub async fn forget_others(store: Store, feeds: FollowedFeeds, token: CancellationToken) {
    let followed: Vec<AuthorityId> = feeds.authorities().cloned().collect();
    let mut pause = BEFORE_ANOTHER_ATTEMPT;
    loop {
        match store.forget_alerts_but_of(&followed).await {
            Ok(forgotten) if forgotten.is_empty() => return,
            Ok(forgotten) => {
                tracing::warn!(?forgotten, "alerts of authorities that are followed no more were forgotten");
                return;
            }
            Err(error) => tracing::warn!(%error, "alerts that are followed no more are not forgotten yet"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = pause.wait() => {}
        }
    }
}

struct Alerts {
    reader: AuthorityId,
    feeds: FollowedFeeds,
}

#[async_trait::async_trait]
impl Effect for Alerts {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        seamless_sandbox::follow(tx, events).await?;
        write_alerts(tx, &self.reader, &self.changes(events), Written::InPlace).await?;
        match events.iter().filter_map(occurred).max() {
            Some(until) => note_told_until(tx, &self.reader, until).await,
            None => Ok(()),
        }
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        clear_rebuilt(tx, &self.reader).await
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        seamless_sandbox::follow(tx, events).await?;
        write_alerts(tx, &self.reader, &self.changes(events), Written::Anew).await
    }

    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        replace_alerts(tx, &self.reader).await
    }

    fn known_until(&self, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        if let Ok(until) = Timestamp::from_second(seconds) {
            self.feeds.reached(&self.reader, until);
        }
    }
}

impl Alerts {
    fn changes(&self, events: &[Event]) -> Vec<AlertChange> {
        events.iter().filter_map(|event| change_of(event, &self.reader)).collect()
    }
}

fn occurred(event: &Event) -> Option<Timestamp> {
    let time = event.occur_time?;
    Timestamp::new(time.seconds, time.nanos).ok()
}

/// What an event makes of an alert of this reader; none for one of no interest.
fn change_of(event: &Event, reader: &AuthorityId) -> Option<AlertChange> {
    let Told { name, in_force } = told(event, reader)?;
    Some(AlertChange { name, alert: in_force.and_then(|notification| alert_of(event, notification)) })
}

/// The alert, unless it is a follow-up to another one.
fn alert_of(event: &Event, notification: wire::Notification) -> Option<ToldAlert> {
    let wire::Notification { general, product, traceability, online, risk, .. } = notification;
    let general = general.unwrap_or_default();
    if general.r#type() == wire::NotificationType::FollowUp {
        return None;
    }
    let traceability = traceability.unwrap_or_default();
    let origins = std::iter::once(&traceability.country_of_origin);
    let mut origins: Vec<CountryCode> = origins
        .chain(&traceability.additional_countries_of_origin)
        .filter_map(|country| CountryCode::parse(country).ok())
        .collect();
    origins.sort_unstable();
    origins.dedup();
    let mut hazards: Vec<RiskType> =
        risk.unwrap_or_default().types.into_iter().filter_map(RiskType::from_number).collect();
    hazards.sort_unstable();
    hazards.dedup();
    let told = occurred(event).unwrap_or(Timestamp::UNIX_EPOCH);
    let day = dated(&general);
    let dated = day.and_then(begin_of);
    let day_unknown = day.is_some_and(|day| day.day == 0) && dated.is_some_and(|dated| dated < told);
    Some(ToldAlert {
        status: EventStatus::from_number(event.status).unwrap_or(EventStatus::Actual),
        told,
        dated,
        facts: AlertFacts {
            hazards,
            category: ProductCategory::from_number(product.unwrap_or_default().category),
            origins,
            sold_online: online.is_some_and(|online| online.sold_online == Some(true)),
            day_unknown,
        },
    })
}

/// The day on which another system notified an alert that was imported from it, or else published it.
fn dated(general: &wire::General) -> Option<CivilDate> {
    general.notification_date.or(general.publication_date).filter(|_| !general.source.is_empty())
}

/// The first instant of a day in UTC; a day of which only year or month is known begins with these.
fn begin_of(day: CivilDate) -> Option<Timestamp> {
    let CivilDate { year, month, day } = day;
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month.max(1)).ok()?,
        i8::try_from(day.max(1)).ok()?,
    );
    TimeZone::UTC.to_timestamp(date.ok()?.at(0, 0, 0, 0)).ok()
}
