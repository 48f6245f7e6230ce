//! Preparation: the pre-inspections, straight through the service's store, and the alerts through the notifications
//! service, whose feed the consignments service follows.

use std::time::Instant;

use sea_orm::ConnectionTrait;
use seamless_consignments::{
    domain::ChangeSet,
    store::{Store, migrations::Migrator},
};
use seamless_feed::FeedSignal;
use seamless_proto::seamless::notifications::v1::notification_service_client::NotificationServiceClient;
use seamless_storage::{Database, StorageError};

use super::goods;
use crate::{
    Failure,
    outcome::complain,
    running::{Running, import},
};

/// Pre-inspections of a transaction.
const TOGETHER: u64 = 5_000;
/// Alerts of a call.
const A_CALL: u32 = 5_000;

/// Makes the tables.
///
/// # Errors
/// Those of the database.
pub async fn tables(database: &Database) -> Result<(), Failure> {
    database.migrate::<Migrator>().await?;
    Ok(())
}

/// Writes so many pre-inspections, made at `now`, and has the database look at what it holds, as it does by itself in time.
///
/// # Errors
/// Those of the store.
pub async fn inspections(database: &Database, count: u64, now: jiff::Timestamp) -> Result<(), Failure> {
    let begun = Instant::now();
    let store = Store::new(database.clone(), FeedSignal::new());
    let mut made = made(0, count, now);
    let mut next = 0;
    while next < count {
        let inspections = made.await??;
        next += TOGETHER;
        // The next are made while these are written.
        made = self::made(next, count, now);
        let mut changes = ChangeSet::default();
        inspections.iter().for_each(|inspection| changes.put_inspection(inspection));
        let written = store.commit(changes, Vec::new(), None).await;
        written.map_err(|error| format!("pre-inspections were not written: {error}"))?;
    }
    let looked = database.write(|tx| {
        Box::pin(
            async move { tx.execute_unprepared("ANALYZE").await.map(|_| ()).map_err(StorageError::from) },
        )
    });
    looked.await?;
    complain(&format!("{count} pre-inspections loaded in {:.0} s", begun.elapsed().as_secs_f64()));
    Ok(())
}

type Made = Result<Vec<seamless_consignments::domain::model::Inspection>, Failure>;

fn made(first: u64, count: u64, now: jiff::Timestamp) -> tokio::task::JoinHandle<Made> {
    let numbers = first.min(count)..(first + TOGETHER).min(count);
    tokio::task::spawn_blocking(move || numbers.map(|number| goods::inspection(number, now)).collect())
}

/// Imports the alerts of these numbers.
///
/// # Errors
/// If one is refused.
pub async fn alerts(notifications: &Running, numbers: std::ops::Range<u32>) -> Result<(), Failure> {
    let begun = Instant::now();
    let count = numbers.len();
    let mut client = NotificationServiceClient::new(notifications.connection("eu-just"));
    let mut first = numbers.start;
    while first < numbers.end {
        let end = (first + A_CALL).min(numbers.end);
        import(&mut client, (first..end).map(goods::alert).collect()).await?;
        first = end;
    }
    complain(&format!("{count} alerts imported in {:.0} s", begun.elapsed().as_secs_f64()));
    Ok(())
}
