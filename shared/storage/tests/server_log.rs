//! What PostgreSQL writes of us into its own log: nothing, as long as nothing is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests; clippy spares only test functions"
)]

mod ledger;

use futures::future::join_all;
use ledger::{Migrator, count_of_ca_hc, count_one_more, read_count};
use sea_orm::ConnectionTrait;
use seamless_storage::{Database, DatabaseSettings, StorageError};
use seamless_testkit::own_postgres;

/// Of each: reads, writes, and works that are undone.
const CALLS: usize = 1_000;
const CLERKS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn healthy_connections_leave_no_line_in_the_servers_log() {
    let Some(server) = own_postgres() else { return };
    server.start().unwrap();
    let settings = DatabaseSettings::new(server.url());
    let database = Database::connect(&settings).await.unwrap();
    database.migrate::<Migrator>().await.unwrap();
    database
        .read()
        .execute_unprepared("INSERT INTO authority (code, sent) VALUES ('ca-hc', 0)")
        .await
        .unwrap();

    let clerks = (0..CLERKS).map(|_| async {
        for _ in 0..CALLS / CLERKS {
            read_count(database.read(), &count_of_ca_hc()).await.unwrap();
            database.write(|tx| count_one_more(tx)).await.unwrap();
            let undone = database.write(|tx| {
                Box::pin(async move {
                    count_one_more(tx).await?;
                    Err::<(), _>(StorageError::Settings("changed my mind".to_owned()))
                })
            });
            undone.await.unwrap_err();
        }
    });
    join_all(clerks).await;
    let counted = read_count(database.read(), &count_of_ca_hc()).await.unwrap();
    assert_eq!(usize::try_from(counted).unwrap(), CALLS, "what was undone does not count");
    let log = server.log().unwrap();
    assert!(!log.contains("WARNING") && !log.contains("ERROR"), "{log}");

    // A connection that comes back within a transaction, as after a begin that nobody waited for, leaves it: what is done on
    // it next holds at once.
    let mut alone = settings.clone();
    alone.max_connections = 1;
    let single = Database::connect(&alone).await.unwrap();
    single.read().execute_unprepared("BEGIN").await.unwrap();
    single.read().execute_unprepared("UPDATE authority SET sent = 7").await.unwrap();
    assert_eq!(read_count(database.read(), &count_of_ca_hc()).await.unwrap(), 7);
    let log = server.log().unwrap();
    assert!(!log.contains("WARNING") && !log.contains("ERROR"), "{log}");

    // And the log would tell.
    single.read().execute_unprepared("ROLLBACK").await.unwrap();
    assert!(server.log().unwrap().contains("there is no transaction in progress"));
    database.close().await;
    single.close().await;
}
