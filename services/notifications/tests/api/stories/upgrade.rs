//! What an earlier version wrote is found after the upgrade.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use sea_orm::{ConnectionTrait, Statement, Value};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use seamless_notifications::store::migrations::Migrator;
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

/// An alert as the first version wrote it, which knew of no duplicates.
const OLD_ALERT: &str = include_str!("../../golden/documents/notification.v1.jsonl");

pub async fn migrated(database: TestDatabase) {
    database.database.migrate::<Earlier>().await.unwrap();
    let document = OLD_ALERT.trim().to_owned();
    let id: Uuid = serde_json::from_str::<serde_json::Value>(&document).unwrap()["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
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
    // It teaches who makes for the brand, which keys of operators did not lie in the database for.
    let mut other = crate::words::kettle();
    other.product.as_mut().unwrap().brand = "Oldbrand".to_owned();
    let other = just.create(other).await.name;
    let suggested = just.suggested(&other).await;
    assert!(suggested.iter().any(|(name, ..)| name == "Old Maker Co., Ltd."), "{suggested:?}");
    running.stop().await;
}

/// The migrations before the status in the entries of lists.
struct BeforeStatuses;

#[async_trait::async_trait]
impl MigratorTrait for BeforeStatuses {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let all = Migrator::migrations().into_iter();
        all.take_while(|migration| migration.name() != "notifications_m0009_statuses").collect()
    }
}

/// An alert, an exercise and a test of before; a text of the alert says the words of a drill, and one document is damaged. Of
/// what is not serious, an inbox of before did not know the level.
pub async fn drills(database: TestDatabase) {
    database.database.migrate::<BeforeStatuses>().await.unwrap();
    let old: serde_json::Value = serde_json::from_str(OLD_ALERT.trim()).unwrap();
    let mut written = Vec::new();
    for (number, status) in [(1, "actual"), (2, "exercise"), (3, "test")] {
        let mut document = old.clone();
        let id = Uuid::from_u128(number);
        (document["id"], document["status"]) = (id.to_string().into(), status.into());
        document["content"]["risk"]["level"] = "medium".into();
        document["content"]["internal_note"] = r#"as the form has it: "status":"exercise""#.into();
        written.push((id, document.to_string()));
    }
    let damaged = Uuid::from_u128(4);
    written.push((damaged, "{".to_owned()));
    let put = written.clone();
    let put = database.database.write(move |tx| {
        let put = put.clone();
        Box::pin(async move {
            for (id, document) in put {
                for (sql, values) in [
                    (
                        "INSERT INTO notification (id, originator, revision, document) VALUES ($1, 'eu-just', 3, $2)",
                        vec![id.into(), document.into()],
                    ),
                    (
                        "INSERT INTO sight (viewer, notification, originator, state, update_time, risk_types, words, \
                         index_version) VALUES ('eu-just', $1, 'eu-just', 4, 0, 0, '', 99)",
                        vec![Value::from(id)],
                    ),
                    (
                        "INSERT INTO transmission (notification, recipient, sender, originator, arrangement, state, \
                         automatic, version, send_time, due_time, status, revision, online_rank, serious_rank) \
                         VALUES ($1, 'cn-gacc', 'eu-just', 'eu-just', 'eu-cn', 1, FALSE, 1, 0, 0, 1, 1, 0, 1)",
                        vec![Value::from(id)],
                    ),
                ] {
                    let backend = tx.get_database_backend();
                    tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
                }
            }
            Ok::<_, seamless_storage::StorageError>(())
        })
    });
    put.await.unwrap();

    database.database.migrate::<Migrator>().await.unwrap();
    let read = database.database.read();
    let sql = "SELECT notification, status FROM sight ORDER BY notification";
    let rows = read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    let statuses: Vec<(Uuid, i32)> =
        rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect();
    assert_eq!(statuses.iter().map(|(_, status)| *status).collect::<Vec<_>>(), [1, 2, 3, 1]);
    assert_eq!(statuses[3].0, damaged, "a damaged one holds up no upgrade, and counts as it did before");
    let sql = "SELECT serious_rank FROM transmission ORDER BY notification";
    let rows = read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    let ranks: Vec<i16> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert_eq!(ranks, [2, 2, 2, 4], "medium, and nothing said");
}

/// The document of one alert is damaged, and of another the entry of its ledger that waits for its receipt.
pub async fn damaged(running: Running) {
    let mut just = running.partner("eu-just");
    just.import(vec![crate::words::item("2")]).await;
    for reference in ["1", "3", "4"] {
        just.sent_to_gacc(reference).await;
    }
    let running = running
        .restarted_after(&[
            "UPDATE sight SET index_version = 0, words = ''",
            "DELETE FROM sight_text",
            "UPDATE evidence SET receipt = NULL",
            "UPDATE evidence SET kind = 99, time = 0 WHERE notification IN \
             (SELECT id FROM notification WHERE source_key LIKE '%/4')",
            "UPDATE notification SET document = '{' WHERE source_key LIKE '%/2'",
        ])
        .await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let of = |one: Option<wire::Notification>| one.unwrap().general.unwrap().source_reference;
    let others = BTreeSet::from(["1", "3", "4"].map(str::to_owned));
    let names = eventually("the others are found by their words", Duration::from_secs(20), async || {
        let ask = wire::SearchNotificationsRequest { query: "touched".to_owned(), ..Default::default() };
        let found = just.notifications.search_notifications(ask).await.unwrap().into_inner().hits;
        let names: BTreeMap<String, String> = found
            .into_iter()
            .map(|hit| (of(hit.notification.clone()), hit.notification.unwrap().name))
            .collect();
        if names.keys().eq(&others) { Ok(names) } else { Err(names) }
    })
    .await;
    for reference in ["1", "3"] {
        gacc.signed_ledger(&format!("{}/transmissions/cn-gacc", names[reference]), 1).await;
    }
    let draft = wire::FindSimilarRequest { draft: Some(crate::words::kettle()), ..Default::default() };
    let similar = just.similarity.find_similar(draft).await.unwrap().into_inner().candidates;
    let similar: BTreeSet<String> = similar.into_iter().map(|one| of(one.notification)).collect();
    assert_eq!(similar, others, "the others are compared");
    running.stop().await;
}
