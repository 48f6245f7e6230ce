//! `import`: alerts a second through `ImportNotifications`, on each database.

use std::time::Instant;

use prost::Message;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, prelude::Uuid};
use seamless_notifications::store::entities::notification;
use seamless_proto::seamless::notifications::v1::notification_service_client::NotificationServiceClient;
use seamless_testkit::TestDatabase;

use crate::{
    Failure, alerts,
    outcome::{Goal, ONE_PROCESS, Outcome},
    plain_table,
    running::{Running, import},
    tally::Rate,
};

/// Slices of the import, each followed by one of the baseline.
const SLICES: usize = 4;
const ALERTS_PER_SLICE: usize = 5_000;
/// Before the first slice, so that pools and caches are there.
const WARM_UP: usize = 500;

/// Measures on SQLite, and on PostgreSQL where there is one.
///
/// # Errors
/// If an alert is refused, or a database fails.
pub async fn measure() -> Result<(), Failure> {
    let sqlite = (TestDatabase::sqlite().await, TestDatabase::sqlite().await);
    let note = format!("synchronous=full for both; {ONE_PROCESS}");
    on("import-sqlite", sqlite, Goal::AtLeast(3_000.0), note).await?;
    // Where there is no server, the testkit says so on standard error.
    if let (Some(ours), Some(plain)) = (TestDatabase::postgres().await, TestDatabase::postgres().await) {
        let note = format!("a private server of the testkit runs with fsync=off, for both; {ONE_PROCESS}");
        on("import-postgres", (ours, plain), Goal::None, note).await?;
    }
    Ok(())
}

async fn on(
    measure: &str,
    (ours, plain): (TestDatabase, TestDatabase),
    goal: Goal,
    note: String,
) -> Result<(), Failure> {
    plain_table::create(&plain.database).await?;
    let running = Running::start(ours).await?;
    let mut client = NotificationServiceClient::new(running.connection("eu-just"));
    import(&mut client, alerts::items(0..WARM_UP)).await?;

    let (mut imported, mut inserted) = (Rate::default(), Rate::default());
    let (mut wire_bytes, mut document_bytes) = (0, 0);
    for slice in 0..SLICES {
        let first = WARM_UP + slice * ALERTS_PER_SLICE;
        let items = alerts::items(first..first + ALERTS_PER_SLICE);
        wire_bytes += items.iter().map(Message::encoded_len).sum::<usize>();
        let begun = Instant::now();
        let names = import(&mut client, items).await?;
        imported.add(names.len() as u64, begun.elapsed());

        let documents = documents(&running, &names).await?;
        document_bytes += documents.iter().map(|row| row.document.len()).sum::<usize>();
        let count = documents.len() as u64;
        inserted.add(count, plain_table::insert(&plain.database, documents).await?);
    }
    drop(client);
    running.stop().await?;

    let alerts = SLICES * ALERTS_PER_SLICE;
    let outcome = Outcome {
        measure: measure.to_owned(),
        value: imported.per_second(),
        unit: "alerts/s",
        baseline: inserted.per_second(),
        goal,
        note: format!("baseline: insert_many of the same documents into one table; {note}"),
        facts: vec![
            ("alerts", alerts.into()),
            ("alert_bytes", (wire_bytes / alerts).into()),
            ("document_bytes", (document_bytes / alerts).into()),
            ("slices", imported.range()),
            ("baseline_slices", inserted.range()),
        ],
    };
    outcome.print()
}

/// The documents that the service made of the alerts.
async fn documents(running: &Running, names: &[String]) -> Result<Vec<plain_table::Model>, Failure> {
    let keys = names.iter().map(|name| name.rsplit('/').next().unwrap_or_default().parse());
    let keys: Vec<Uuid> = keys.collect::<Result<_, _>>()?;
    let rows = notification::Entity::find()
        .filter(notification::Column::Id.is_in(keys))
        .all(running.database.database.read())
        .await?;
    Ok(rows.into_iter().map(|row| plain_table::Model { id: row.id, document: row.document }).collect())
}
