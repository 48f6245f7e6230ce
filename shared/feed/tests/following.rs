//! Events reach those who follow: as they are committed, in order, once.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::FutureExt;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use seamless_feed::{Effect, Follower, follow};
use seamless_proto::seamless::feed::v1::{Event, FollowEventsRequest};
use seamless_storage::{Database, StorageError};
use seamless_testkit::{TestDatabase, eventually};
use support::{Feed, Numbers, authority, channel, client, event};
use tokio_util::sync::CancellationToken;
use tonic::Code;

/// Longer than anything takes that works.
const LONG: Duration = Duration::from_secs(60);

on_both_databases!(
    a_stream_goes_on_with_each_commit_and_ends_when_the_server_drains,
    what_another_replica_commits_reaches_the_stream_within_a_second,
    a_follower_killed_anywhere_applies_each_event_once_and_in_order,
);

async fn a_stream_goes_on_with_each_commit_and_ends_when_the_server_drains(feed: Feed) {
    let (reader, other) = (authority("cn-gacc"), authority("ca-hc"));
    let stop = CancellationToken::new();
    let mut client = client(feed.serve(&reader, &stop).await);
    feed.append((0..1_200).map(|number| event(&number.to_string(), &[&reader])).collect()).await;

    let request = FollowEventsRequest { after_position: 100, ..FollowEventsRequest::default() };
    let mut stream = client.follow_events(request).await.unwrap().into_inner();
    let mut last = 100;
    while last < 1_200 {
        let event = stream.message().await.unwrap().unwrap();
        assert_eq!((event.previous_position, event.position), (last, last + 1));
        last = event.position;
    }

    let mut delays = Vec::new();
    for number in 0..20 {
        let positions = feed.append(vec![event("passed over", &[&other]), event("new", &[&reader])]).await;
        let committed = Instant::now();
        let event = tokio::time::timeout(LONG, stream.message()).await.unwrap().unwrap().unwrap();
        delays.push(committed.elapsed());
        assert_eq!((event.previous_position, event.position), (last, positions[1]), "{number}");
        last = event.position;
    }
    delays.sort();
    // A poll would take a quarter of a second.
    assert!(delays[delays.len() / 2] < Duration::from_millis(100), "{delays:?}");

    stop.cancel();
    let end = tokio::time::timeout(LONG, stream.message()).await.unwrap().unwrap_err();
    assert_eq!(end.code(), Code::Unavailable);
    assert_eq!(
        seamless_service::error::reason_of(&end),
        Some(seamless_proto::seamless::error::v1::ErrorReason::NotServing)
    );
}

async fn what_another_replica_commits_reaches_the_stream_within_a_second(feed: Feed) {
    let reader = authority("cn-gacc");
    let stop = CancellationToken::new();
    let mut client = client(feed.serve(&reader, &stop).await);
    feed.append(vec![event("1", &[&reader])]).await;
    let mut stream = client.follow_events(FollowEventsRequest::default()).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().position, 1);

    Feed::replica(&feed.database).append(vec![event("2", &[&reader])]).await;
    let committed = Instant::now();
    let event = tokio::time::timeout(LONG, stream.message()).await.unwrap().unwrap().unwrap();
    assert_eq!(event.position, 2);
    // A busy machine is given more than the second that is promised.
    assert!(committed.elapsed() < Duration::from_secs(4), "{:?}", committed.elapsed());
    stop.cancel();
}

/// Writes down every event that it is given, and fails at every fifth call after it has written.
#[derive(Clone, Default)]
struct Ledger {
    calls: Arc<AtomicU64>,
}

#[async_trait::async_trait]
impl Effect for Ledger {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        for event in events {
            let sql = "INSERT INTO ledger (position, subject) VALUES ($1, $2)";
            let values = [event.position.into(), event.subject.as_str().into()];
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        }
        if self.calls.fetch_add(1, Ordering::Relaxed) % 5 == 4 {
            return Err(DbErr::Custom("the disk is full".to_owned()).into());
        }
        Ok(())
    }

    async fn begin_anew(&self, _: &DatabaseTransaction) -> Result<(), StorageError> {
        panic!("nothing is restored here");
    }

    async fn apply_anew(&self, _: &DatabaseTransaction, _: &[Event]) -> Result<(), StorageError> {
        panic!("nothing is restored here");
    }

    async fn replace(&self, _: &DatabaseTransaction) -> Result<(), StorageError> {
        panic!("nothing is restored here");
    }
}

impl Ledger {
    /// The positions in the order in which they were written.
    async fn positions(database: &Database) -> Vec<i64> {
        let statement = Statement::from_string(
            database.read().get_database_backend(),
            "SELECT position FROM ledger ORDER BY line",
        );
        let rows = database.read().query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

async fn a_follower_killed_anywhere_applies_each_event_once_and_in_order(feed: Feed) {
    const EVENTS: i64 = 400;
    let source = TestDatabase::sqlite().await;
    let source = Feed::create(&source.database).await;
    let reader = authority("cn-gacc");
    let address = source.serve(&reader, &CancellationToken::new()).await;

    let database = feed.database.clone();
    let line = match database.backend() {
        seamless_storage::Backend::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
        seamless_storage::Backend::Postgres => "BIGSERIAL PRIMARY KEY",
    };
    let create =
        format!("CREATE TABLE ledger (line {line}, position BIGINT NOT NULL, subject TEXT NOT NULL)");
    feed.transaction(move |tx| {
        let create = create.clone();
        async move { Ok(tx.execute_unprepared(&create).await.map(|_| ())?) }.boxed()
    })
    .await;

    let writing = tokio::spawn({
        let source = source.clone();
        async move {
            for number in 0..EVENTS {
                source.append(vec![event(&number.to_string(), &[&reader])]).await;
                if number % 10 == 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    });

    // Two replicas, each killed and started again at points that differ from run to run.
    let ledger = Ledger::default();
    let killing = |seed| {
        let (database, ledger) = (database.clone(), Arc::new(ledger.clone()));
        async move {
            let mut numbers = Numbers(seed);
            let follower = Follower::new("notifications", channel(address), database.clone());
            while follow::checkpoint(database.read(), "notifications").await.unwrap() < EVENTS {
                let (follower, ledger) = (follower.clone(), Arc::clone(&ledger));
                let run = tokio::spawn(async move { follower.run(ledger, CancellationToken::new()).await });
                tokio::time::sleep(Duration::from_millis(numbers.below(300))).await;
                run.abort();
            }
        }
    };
    tokio::time::timeout(LONG, async { tokio::join!(killing(1), killing(2)) }).await.unwrap();
    writing.await.unwrap();

    assert_eq!(Ledger::positions(&database).await, (1..=EVENTS).collect::<Vec<_>>());
    assert!(ledger.calls.load(Ordering::Relaxed) > 10);

    // One that lives on waits for more, and stops when it is told to.
    let token = CancellationToken::new();
    let follower = Follower::new("notifications", channel(address), database.clone());
    let run = tokio::spawn({
        let (token, ledger) = (token.clone(), Arc::new(ledger));
        async move { follower.run(ledger, token).await }
    });
    source.append(vec![event("last", &[&authority("cn-gacc")])]).await;
    eventually("the last event is applied", LONG, async || {
        Ledger::positions(&database).await.len() == usize::try_from(EVENTS).unwrap() + 1
    })
    .await;
    token.cancel();
    tokio::time::timeout(LONG, run).await.unwrap().unwrap();
}
