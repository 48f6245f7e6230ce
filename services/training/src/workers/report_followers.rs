//! Follows the feed of the reporting service, for each authority with a credential of its own: which quarterly partner reports were
//! published is kept, in the transaction of the checkpoint. What the events may show is decided there.
//!
//! Nothing is acknowledged: that somebody read a report is for the authority itself to say.

use std::{sync::Arc, time::Duration};

use jiff::{Timestamp, civil::Date};
use prost::{Message, Name};
use sea_orm::DatabaseTransaction;
use seamless_feed::{Effect, Follower};
use seamless_identity::AuthorityId;
use seamless_pause::Pause;
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    reporting::v1 as wire,
    r#type::v1::CivilDate,
};
use seamless_service::client::ClientChannel;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;

use crate::{
    domain::model::PublishedReport,
    store::{
        Store,
        reports::{WrittenReports, clear_rebuilt, replace_reports, source_of, write_reports},
    },
};

/// Between two attempts to forget what is followed no more.
const BEFORE_ANOTHER_ATTEMPT: Pause = Pause::doubling(Duration::from_millis(200), Duration::from_secs(10));

/// Follows as `reader`, whose credentials the channel has, until the token is cancelled.
pub async fn follow(
    channel: ClientChannel,
    reader: AuthorityId,
    database: Database,
    most_bytes: usize,
    token: CancellationToken,
) {
    let follower = Follower::new(source_of(&reader), channel, database).max_message_bytes(most_bytes);
    follower.run(Arc::new(Reports { reader }), token).await;
}

/// Forgets the reports of authorities that are followed no more, once, as soon as the database takes it.
pub async fn forget_others(store: Store, followed: Arc<[AuthorityId]>, token: CancellationToken) {
    let mut pause = BEFORE_ANOTHER_ATTEMPT;
    loop {
        match store.forget_reports_but_of(&followed).await {
            Ok(forgotten) if forgotten.is_empty() => return,
            Ok(forgotten) => {
                tracing::warn!(?forgotten, "reports of authorities that are followed no more were forgotten");
                return;
            }
            Err(error) => tracing::warn!(%error, "reports that are followed no more are not forgotten yet"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = pause.wait() => {}
        }
    }
}

struct Reports {
    reader: AuthorityId,
}

#[async_trait::async_trait]
impl Effect for Reports {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        write_reports(tx, &self.reader, &published(events), WrittenReports::InPlace).await
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        clear_rebuilt(tx, &self.reader).await
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        write_reports(tx, &self.reader, &published(events), WrittenReports::Anew).await
    }

    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        replace_reports(tx, &self.reader).await
    }
}

/// The quarterly partner reports that events tell of as published.
fn published(events: &[Event]) -> Vec<PublishedReport> {
    events.iter().filter_map(published_by).collect()
}

fn published_by(event: &Event) -> Option<PublishedReport> {
    let data = event.data.as_ref()?.value.as_slice();
    let position = event.position;
    let unread = |error: &prost::DecodeError| tracing::error!(position, %error, "an event cannot be read");
    let report = if event.r#type == wire::ReportPublished::full_name() {
        wire::ReportPublished::decode(data).inspect_err(unread).ok()?.report?
    } else if event.r#type == wire::ReportRestated::full_name() {
        wire::ReportRestated::decode(data).inspect_err(unread).ok()?.report?
    } else {
        return None;
    };
    let is_meant = report.template() == wire::ReportTemplate::QuarterlyPartner
        && report.status == EventStatus::Actual as i32;
    let period = report.period.filter(|_| is_meant)?;
    let time = report.publish_time?;
    Some(PublishedReport {
        name: report.name,
        owner: report.owner.parse().ok()?,
        partner: report.partner.parse().ok()?,
        period: (day_in(period.start_date?)?, day_in(period.end_date?)?),
        published: Timestamp::new(time.seconds, time.nanos).ok()?,
        readers: report.readers.iter().filter_map(|reader| reader.parse().ok()).collect(),
    })
}

fn day_in(day: CivilDate) -> Option<Date> {
    let CivilDate { year, month, day } = day;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
