//! Many clerks write in the same ledger, and some hang up in the middle.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure is a failed test")]

mod ledger;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use futures::FutureExt;
use futures::future::join_all;
use ledger::*;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{LockBehavior, LockType};
use seamless_storage::{Backend, Database, StorageError};
use seamless_testkit::{TestDatabase, eventually, on_each_database};
use tokio::sync::{Barrier, Notify};

on_each_database!(
    counts_every_alert_of_sixteen_clerks,
    tries_again_when_transactions_collide,
    gives_up_when_the_attempts_are_used_up,
    survives_clerks_who_hang_up,
    tells_violations_apart_by_code,
    a_panic_undoes_the_work_and_reaches_the_caller,
    never_calls_a_swallowed_error_a_success,
    the_end_of_the_database_is_told_as_unavailable,
    nothing_is_lost_after_a_write_that_the_disk_refused,
);

async fn counts_every_alert_of_sixteen_clerks(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let clerks = (0..16).map(|_| {
        let database = database.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                database.write(count_one_more).await.unwrap();
            }
        })
    });
    for clerk in join_all(clerks).await {
        clerk.unwrap();
    }
    assert_eq!(read_count(database.read(), &count_of_ca_hc()).await, Ok(160));
}

/// On PostgreSQL the clerks ask for SERIALIZABLE and take no locks; on SQLite every one is a process of its own that
/// hardly waits for the file's lock.
async fn tries_again_when_transactions_collide(test: TestDatabase) {
    let backend = open_ledger(&test).await.backend();
    let attempts = Arc::new(AtomicUsize::new(0));
    let start = Arc::new(Barrier::new(8));
    let clerks = (0..8).map(async |_| {
        let database = reopen(&test, |settings| {
            settings.busy_timeout = Duration::from_millis(1);
            settings.max_attempts = 100;
            settings.max_connections = 1;
        });
        let database = database.await;
        let (attempts, start) = (attempts.clone(), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            for _ in 0..5 {
                let attempts = attempts.clone();
                let written = database.write(move |tx| {
                    attempts.fetch_add(1, SeqCst);
                    async move {
                        if backend == Backend::Postgres {
                            tx.execute_unprepared("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").await?;
                        }
                        let sent = read_count(tx, &count_of_ca_hc()).await?;
                        tokio::time::sleep(Duration::from_millis(3)).await;
                        Ok::<_, StorageError>(write_count(tx, sent + 1).await?)
                    }
                    .boxed()
                });
                written.await.unwrap();
            }
            database.close().await;
        })
        .await
    });
    for clerk in join_all(clerks).await {
        clerk.unwrap();
    }
    assert_eq!(read_count(test.database.read(), &count_of_ca_hc()).await, Ok(40));
    if backend == Backend::Postgres {
        let attempts = attempts.load(SeqCst);
        assert!(attempts > 40, "no transaction collided, so nothing was tested: {attempts} attempts");
    }
}

async fn gives_up_when_the_attempts_are_used_up(test: TestDatabase) {
    let slow = open_ledger(&test).await;
    let hasty = reopen(&test, |settings| {
        settings.busy_timeout = Duration::from_millis(1);
        settings.max_attempts = 3;
    })
    .await;
    let (holds, may_end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow_write = tokio::spawn({
        let (holds, may_end) = (holds.clone(), may_end.clone());
        async move { slow.write(move |tx| count_and_wait(tx, holds.clone(), may_end.clone()).boxed()).await }
    });
    holds.notified().await;
    let refused: Result<(), StorageError> = hasty
        .write(|tx| {
            async move {
                let at_once =
                    count_of_ca_hc().lock_with_behavior(LockType::Update, LockBehavior::Nowait).take();
                read_count(tx, &at_once).await?;
                Ok(())
            }
            .boxed()
        })
        .await;
    assert!(matches!(refused, Err(StorageError::Contention)), "{refused:?}");
    may_end.notify_one();
    slow_write.await.unwrap().unwrap();
    hasty.write(count_one_more).await.unwrap();
    assert_eq!(read_count(hasty.read(), &count_of_ca_hc()).await, Ok(2));
}

async fn count_and_wait(
    tx: &sea_orm::DatabaseTransaction,
    holds: Arc<Notify>,
    may_end: Arc<Notify>,
) -> Result<(), StorageError> {
    count_one_more(tx).await?;
    holds.notify_one();
    may_end.notified().await;
    Ok(())
}

async fn survives_clerks_who_hang_up(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let done = Arc::new(AtomicUsize::new(0));
    for round in 0..25 {
        let clerks = (0..20).map(|clerk: u64| {
            let (database, done) = (database.clone(), done.clone());
            async move {
                let write = tokio::spawn(async move {
                    database.write(count_one_more).await.unwrap();
                    done.fetch_add(1, SeqCst);
                });
                // Spread over the life of a write, from before BEGIN to after COMMIT.
                tokio::time::sleep(Duration::from_micros((round * 7 + clerk * 131) % 5000)).await;
                write.abort();
                let _ = write.await;
            }
        });
        join_all(clerks).await;
    }
    let known = i64::try_from(done.load(SeqCst)).unwrap();
    let before = settled_count(&database).await;
    assert!((known..=500).contains(&before), "{known} heard that they were counted, {before} were");

    let writes = (0..100).map(|_| database.write(count_one_more));
    for written in join_all(writes).await {
        written.unwrap();
    }
    assert_eq!(read_count(database.read(), &count_of_ca_hc()).await, Ok(before + 100));
    if database.backend() == Backend::Postgres {
        eventually("no connection rests in a transaction", Duration::from_secs(10), async || {
            let resting = "SELECT count(*) AS sent FROM pg_stat_activity \
                           WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
            let query = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, resting);
            let row = database.read().query_one_raw(query).await.unwrap().unwrap();
            row.try_get::<i64>("", "sent").unwrap() == 0
        })
        .await;
    }
}

/// The count once the transactions of those who hung up have ended too.
async fn settled_count(database: &Database) -> i64 {
    let mut last = -1;
    eventually("the count stands still", Duration::from_secs(20), async || {
        // Waits behind the transactions that are under way on SQLite.
        database
            .write(|tx| {
                async move { read_count(tx, &count_of_ca_hc()).await.map_err(StorageError::from) }.boxed()
            })
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = read_count(database.read(), &count_of_ca_hc()).await.unwrap();
        std::mem::replace(&mut last, now) == now
    })
    .await;
    last
}

async fn tells_violations_apart_by_code(test: TestDatabase) {
    let database = open_ledger(&test).await;
    database.write(|tx| insert_alert(tx, 1, "ca-hc").boxed()).await.unwrap();
    let twice: Result<(), StorageError> = database.write(|tx| insert_alert(tx, 1, "ca-hc").boxed()).await;
    match twice {
        Err(StorageError::UniqueViolation { constraint, .. }) => {
            assert!(constraint.contains("alert"), "{constraint}")
        }
        other => panic!("{other:?}"),
    }
    let unknown_sender: Result<(), StorageError> =
        database.write(|tx| insert_alert(tx, 2, "nobody").boxed()).await;
    assert!(matches!(unknown_sender, Err(StorageError::ForeignKeyViolation { .. })), "{unknown_sender:?}");
    let no_table = database.read().execute_unprepared("SELECT 1 FROM no_such_table").await;
    assert!(matches!(no_table.map_err(StorageError::from), Err(StorageError::Other(_))));
    assert_eq!(number_of_alerts(&database).await, 1);
}

async fn a_panic_undoes_the_work_and_reaches_the_caller(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let writer = database.clone();
    let caller = tokio::spawn(async move {
        let written: Result<(), StorageError> = writer
            .write(|tx| {
                async move {
                    insert_alert(tx, 1, "ca-hc").await?;
                    panic!("the clerk fell off the chair")
                }
                .boxed()
            })
            .await;
        written
    });
    let panic = caller.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the clerk fell off the chair"));
    assert_eq!(number_of_alerts(&database).await, 0);
    database.write(count_one_more).await.unwrap();
}

async fn never_calls_a_swallowed_error_a_success(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let written: Result<(), StorageError> = database
        .write(|tx| {
            async move {
                insert_alert(tx, 1, "ca-hc").await?;
                assert!(insert_alert(tx, 1, "ca-hc").await.is_err());
                Ok(())
            }
            .boxed()
        })
        .await;
    match (database.backend(), &written) {
        (Backend::Sqlite, Ok(())) => assert_eq!(number_of_alerts(&database).await, 1),
        (Backend::Postgres, Err(StorageError::Aborted { .. })) => {
            assert_eq!(number_of_alerts(&database).await, 0)
        }
        _ => panic!("{written:?}"),
    }
}

async fn the_end_of_the_database_is_told_as_unavailable(test: TestDatabase) {
    let database = open_ledger(&test).await;
    database.ping().await.unwrap();
    database.close().await;
    assert!(matches!(database.ping().await, Err(StorageError::Unavailable { .. })));
    let written = database.write(count_one_more).await;
    assert!(matches!(written, Err(StorageError::Unavailable { .. })), "{written:?}");
}

/// The database refuses in the middle of a transaction, as for a full or read-only disk. SQLite rolls back by itself then,
/// and what is written next must not end up in a transaction that never commits.
async fn nothing_is_lost_after_a_write_that_the_disk_refused(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let limit = match database.backend() {
        Backend::Sqlite => "PRAGMA max_page_count = 1",
        Backend::Postgres => "SET TRANSACTION READ ONLY",
    };
    for round in 1..=3 {
        let refused: Result<(), StorageError> = database
            .write(move |tx| {
                async move {
                    count_one_more(tx).await?;
                    tx.execute_unprepared(limit).await?;
                    let filler = "CREATE TABLE filler AS SELECT * FROM authority";
                    tx.execute_unprepared(filler).await.map(drop).map_err(Into::into)
                }
                .boxed()
            })
            .await;
        assert!(matches!(refused, Err(StorageError::WritesSuspended { source: Some(_) })), "{refused:?}");
        assert!(!database.takes_writes());
        let next = database.write(count_one_more).await;
        assert!(matches!(next, Err(StorageError::WritesSuspended { source: None })), "{next:?}");
        assert_eq!(read_count(database.read(), &count_of_ca_hc()).await, Ok(round - 1), "reads go on");

        let mut writes = database.watch_writes();
        tokio::time::timeout(Duration::from_secs(10), writes.wait_for(|taken| *taken))
            .await
            .unwrap()
            .unwrap();
        database.write(count_one_more).await.unwrap();
        let from_outside = reopen(&test, |_| {}).await;
        assert_eq!(
            read_count(from_outside.read(), &count_of_ca_hc()).await,
            Ok(round),
            "what was acknowledged"
        );
        from_outside.close().await;
    }
}

#[tokio::test]
async fn readers_of_a_sqlite_file_refuse_to_write() {
    let test = TestDatabase::sqlite().await;
    let database = open_ledger(&test).await;
    let refused = database.read().execute_unprepared("UPDATE authority SET sent = 7").await;
    assert!(refused.is_err());
    assert_eq!(read_count(database.read(), &count_of_ca_hc()).await, Ok(0));
}

#[tokio::test]
async fn a_sqlite_file_and_its_folder_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some where/deep/ledger.db");
    let settings = seamless_storage::DatabaseSettings::new(format!("sqlite://{}", file.display()));
    Database::connect(&settings).await.unwrap().close().await;
    assert!(file.is_file());
}

/// The server ends the session while it commits, so that nobody can tell whether it did.
#[tokio::test]
async fn a_connection_lost_at_commit_is_told_as_unknown_and_not_tried_again() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let database = open_ledger(&test).await;
    let trip = "CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; \
                CREATE CONSTRAINT TRIGGER hang_up_at_commit AFTER INSERT ON alert DEFERRABLE INITIALLY DEFERRED \
                FOR EACH ROW EXECUTE FUNCTION hang_up()";
    database.read().execute_unprepared(trip).await.unwrap();
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = attempts.clone();
    let written: Result<(), StorageError> = database
        .write(move |tx| {
            counted.fetch_add(1, SeqCst);
            insert_alert(tx, 1, "ca-hc").boxed()
        })
        .await;
    assert!(matches!(written, Err(StorageError::OutcomeUnknown { .. })), "{written:?}");
    assert_eq!(attempts.load(SeqCst), 1);
    database.write(count_one_more).await.unwrap();
}

/// SQLite alone: what is committed goes from the log into the file while the database is open, and none writes any more.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_carried_into_the_file_beside_the_writer() {
    let test = TestDatabase::sqlite().await;
    let database = open_ledger(&test).await;
    let file = test.url.strip_prefix("sqlite://").unwrap();
    let marked = || std::fs::read(file).unwrap().windows(6).any(|bytes| bytes == b"xx-log");
    assert!(!marked());
    let insert = "INSERT INTO authority (code, sent) VALUES ('xx-log', 0)";
    let written = database.write(move |tx| {
        async move { Ok::<_, StorageError>(tx.execute_unprepared(insert).await.map(drop)?) }.boxed()
    });
    written.await.unwrap();
    eventually("the file holds what was written", Duration::from_secs(10), async || {
        if marked() { Ok(()) } else { Err("not yet") }
    })
    .await;
    database.close().await;
    assert!(!std::path::Path::new(&format!("{file}-wal")).exists(), "who closes leaves no log behind");
}
