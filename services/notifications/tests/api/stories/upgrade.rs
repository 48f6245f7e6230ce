//! What an earlier version wrote is found after the upgrade.

use std::time::Duration;

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement, Value};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use seamless_notifications::{
    domain::model::{Content, EventStatus, Notification, NotificationState},
    store::migrations::Migrator,
};
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_testkit::{TestDatabase, eventually};
use uuid::Uuid;

use crate::running::Running;

/// The migrations before the index of words.
struct Earlier;

#[async_trait::async_trait]
impl MigratorTrait for Earlier {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let all = Migrator::migrations().into_iter();
        all.take_while(|migration| migration.name() != "notifications_m0003_search").collect()
    }
}

fn old_alert() -> Notification {
    let mut content = Content::default();
    content.product.brand = "Oldbrand".to_owned();
    content.internal_note = "whispered".to_owned();
    Notification {
        id: Uuid::now_v7(),
        originator: "eu-just".parse().unwrap(),
        state: NotificationState::Transmitted,
        version: 1,
        revision: 3,
        create_time: Timestamp::UNIX_EPOCH,
        update_time: Timestamp::UNIX_EPOCH,
        status: EventStatus::Actual,
        content,
        findings: Vec::new(),
        withdraw_reason: None,
        duplicate_of: None,
    }
}

pub async fn migrated(database: TestDatabase) {
    database.database.migrate::<Earlier>().await.unwrap();
    let alert = old_alert();
    let (id, document) = (alert.id, serde_json::to_string(&alert).unwrap());
    let written = database.database.write(move |tx| {
        let document = document.clone();
        Box::pin(async move {
            let put = async |sql: &str, values: Vec<Value>| {
                tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await
            };
            put(
                "INSERT INTO notification (id, originator, revision, document) VALUES ($1, 'eu-just', 3, $2)",
                vec![id.into(), document.into()],
            )
            .await?;
            for (viewer, arrangement) in [("eu-just", None), ("cn-gacc", Some("eu-cn".to_owned()))] {
                put(
                    "INSERT INTO sight (viewer, notification, originator, arrangement, state, update_time, risk_types, \
                     words) VALUES ($1, $2, 'eu-just', $3, 4, 0, 0, 'oldbrand')",
                    vec![viewer.into(), id.into(), arrangement.into()],
                )
                .await?;
            }
            put(
                "INSERT INTO transmission (notification, recipient, sender, originator, arrangement, state, automatic, \
                 version, send_time, due_time, status, revision, online_rank, serious_rank) VALUES \
                 ($1, 'cn-gacc', 'eu-just', 'eu-just', 'eu-cn', 1, false, 1, 0, 0, 1, 1, 1, 1)",
                vec![id.into()],
            )
            .await?;
            Ok::<_, seamless_storage::StorageError>(())
        })
    });
    written.await.unwrap();

    let running = Running::on(database).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let ask =
        |query: &str| wire::SearchNotificationsRequest { query: query.to_owned(), ..Default::default() };
    for partner in [&mut just, &mut gacc] {
        eventually("the old alert is found", Duration::from_secs(20), async || {
            let found =
                partner.notifications.search_notifications(ask("oldbrand")).await.unwrap().into_inner();
            if found.hits.len() == 1 && !found.incomplete { Ok(()) } else { Err(format!("{found:?}")) }
        })
        .await;
    }
    let of = async |partner: &mut crate::running::Partner| {
        partner.notifications.search_notifications(ask("whispered")).await.unwrap().into_inner().hits.len()
    };
    assert_eq!((of(&mut just).await, of(&mut gacc).await), (1, 0));
    let similar = wire::FindSimilarRequest {
        draft: Some(wire::Notification {
            product: Some(wire::Product { brand: "Oldbrand".to_owned(), ..Default::default() }),
            ..Default::default()
        }),
        min_probability: Some(0.0),
        ..Default::default()
    };
    let similar = gacc.similarity.find_similar(similar).await.unwrap().into_inner().candidates;
    assert_eq!(similar.len(), 1, "it is compared too");
    running.stop().await;
}
