//! A database that goes back to a backup is another history: its readers are told, and its followers build anew.

#![allow(clippy::unwrap_used)]

mod support;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::{FutureExt, future::join_all};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use seamless_feed::{
    Effect, FeedSignal, Follower,
    acknowledge::{counted_positions, delivered, evidence_of_delivery, hold},
    epoch, guard,
    standing::standing,
};
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::{
        AcknowledgePositionRequest, AcknowledgePositionResponse, Event, FollowEventsRequest,
        GetDigestRequest, ReadEventsRequest, feed_service_server::FeedService,
    },
};
use seamless_service::error::{metadata_of, reason_of};
use seamless_storage::{Database, StorageError};
use seamless_testkit::{TestDatabase, eventually};
use support::{Feed, Numbers, authority, called_by, channel, client, event};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

/// Longer than anything takes that works.
const LONG: Duration = Duration::from_secs(60);
const NOW: i64 = 1_790_000_000_000_000;

on_both_databases!(
    a_log_that_goes_back_under_its_replicas_is_of_another_epoch_and_says_so,
    what_is_acknowledged_of_a_lost_history_is_no_delivery,
    followers_killed_anywhere_build_anew_what_a_restored_service_tells,
    a_restored_service_that_lost_nothing_is_followed_on,
    a_follower_notices_a_restore_that_the_service_did_not,
);

async fn append(feed: &Feed, name: &str, count: i64) {
    let reader = authority("cn-gacc");
    let events = (0..count).map(|number| event(&format!("{name}-{number}"), &[&reader])).collect();
    feed.append(events).await;
}

/// Puts the log back to what it held at a position, as a backup of then does; `with_epochs` as it was in its first epoch.
async fn go_back(feed: &Feed, position: i64, with_epochs: bool) {
    let mut back: Vec<String> =
        ["feed_entitlement", "feed_event", "feed_acknowledgement", "feed_acknowledgement_log"]
            .map(|table| format!("DELETE FROM {table} WHERE position > {position}"))
            .to_vec();
    back.push(format!(
        "UPDATE feed_head SET position = {position}, \
         chain_digest = (SELECT chain_digest FROM feed_event WHERE position = {position})"
    ));
    if with_epochs {
        back.push("DELETE FROM feed_epoch WHERE number > 1".to_owned());
    }
    feed.transaction(move |tx| {
        let back = back.clone();
        async move {
            for sql in back {
                tx.execute_unprepared(&sql).await?;
            }
            Ok(())
        }
        .boxed()
    })
    .await;
}

/// A process that starts anew on the same database.
async fn restarted(feed: &Feed) -> Feed {
    guard::open(&feed.database, NOW).await.unwrap();
    Feed { signal: FeedSignal::new(), ..feed.clone() }
}

async fn epoch_of(feed: &Feed) -> String {
    feed.read(&authority("cn-gacc"), 0, 1).await.epoch
}

/// What a refusal says: the epoch of now, the head, and up to where both surely agree.
fn told(refusal: &Status) -> (String, i64, i64) {
    let number = |key| metadata_of(refusal, key).unwrap().parse().unwrap();
    (metadata_of(refusal, "present_epoch").unwrap(), number("head_position"), number("last_common_position"))
}

async fn read_on(feed: &Feed, after_position: i64, epoch: &str) -> Result<i64, Status> {
    let request =
        ReadEventsRequest { after_position, epoch: epoch.to_owned(), ..ReadEventsRequest::default() };
    let page = feed.server().read_events(called_by(&authority("cn-gacc"), request)).await?;
    Ok(page.into_inner().next_after_position)
}

async fn a_log_that_goes_back_under_its_replicas_is_of_another_epoch_and_says_so(feed: Feed) {
    let reader = authority("cn-gacc");
    append(&feed, "first", 10).await;
    let feed = restarted(&feed).await;
    let first = epoch_of(&feed).await;
    for event in feed.read_all(&reader, 1_000).await {
        assert_eq!(event.epoch, first);
    }
    let other = Feed { signal: FeedSignal::new(), ..feed.clone() };
    assert_eq!(read_on(&other, 9, &first).await.unwrap(), 10);
    let stop = CancellationToken::new();
    let mut client = client(feed.serve(&reader, &stop).await);
    let request = FollowEventsRequest { after_position: 9, ..FollowEventsRequest::default() };
    let mut stream = client.follow_events(request).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap().unwrap().position, 10);

    go_back(&feed, 6, false).await;
    let end = tokio::time::timeout(LONG, stream.message()).await.unwrap().unwrap_err();
    assert_eq!(
        (end.code(), reason_of(&end)),
        (Code::FailedPrecondition, Some(ErrorReason::FeedEpochChanged))
    );
    let (second, head, common) = told(&end);
    assert_ne!(second, first);
    assert_eq!((head, common), (6, 0), "others may have written before anybody noticed");
    let named = read_on(&feed, 10, &first).await.unwrap_err();
    assert_eq!((named.code(), told(&named).0), (Code::FailedPrecondition, second.clone()));
    let digest = GetDigestRequest { from_position: 1, epoch: first.clone(), ..GetDigestRequest::default() };
    let digest = feed.server().get_digest(called_by(&reader, digest)).await.unwrap_err();
    assert_eq!(reason_of(&digest), Some(ErrorReason::FeedEpochChanged));
    // One that knows no epochs gets the code that it knows, and the words.
    let old = read_on(&feed, 10, "").await.unwrap_err();
    assert_eq!((old.code(), told(&old).0), (Code::InvalidArgument, second.clone()));
    assert!(old.message().contains("restored from a backup"), "{old}");
    assert_eq!(read_on(&feed, 5, "").await.unwrap(), 6, "and goes on from what is there");

    // The other replica finds the same epoch, and so does every start.
    assert_eq!(epoch_of(&other).await, second);
    let feed = restarted(&restarted(&feed).await).await;
    assert_eq!(epoch_of(&feed).await, second);
    // What nobody has served from says up to where it agrees; also one who was in step with the second epoch is told.
    go_back(&feed, 4, true).await;
    epoch::restored(&feed.database, None, NOW).await.unwrap();
    let feed = Feed { signal: FeedSignal::new(), ..feed.clone() };
    assert_eq!(told(&read_on(&feed, 10, &first).await.unwrap_err()).2, 4);
    assert_eq!(told(&read_on(&feed, 3, &first).await.unwrap_err()).2, 3);
    assert_eq!(told(&read_on(&feed, 3, &second).await.unwrap_err()).2, 0, "nobody here knows that epoch");
    // A position of the epoch of now that was never served.
    let third = epoch_of(&feed).await;
    let beyond = read_on(&feed, 9, &third).await.unwrap_err();
    assert_eq!(reason_of(&beyond), Some(ErrorReason::FeedEpochChanged));
    assert_eq!(told(&beyond), (third, 4, 0));
    stop.cancel();
}

async fn acknowledge(feed: &Feed, position: i64, epoch: &str) -> Result<AcknowledgePositionResponse, Status> {
    let request = AcknowledgePositionRequest { position, epoch: epoch.to_owned() };
    let answer = feed.server().acknowledge_position(called_by(&authority("cn-gacc"), request)).await;
    answer.map(tonic::Response::into_inner)
}

async fn what_is_acknowledged_of_a_lost_history_is_no_delivery(feed: Feed) {
    let reader = authority("cn-gacc");
    append(&feed, "first", 10).await;
    let first = epoch_of(&feed).await;
    assert_eq!(acknowledge(&feed, 5, &first).await.unwrap().epoch, first);
    go_back(&feed, 6, false).await;
    epoch::restored(&feed.database, None, NOW).await.unwrap();
    let feed = Feed { signal: FeedSignal::new(), ..feed.clone() };
    let second = epoch_of(&feed).await;
    append(&feed, "second", 4).await;

    let counted = async || counted_positions(feed.database.read(), Some(&reader)).await.unwrap();
    let evidence = async |position| {
        let found = evidence_of_delivery(feed.database.read(), &reader, position).await.unwrap();
        found.map(|found| found.position)
    };
    let types = vec![event("any", &[]).event_type];
    let all_delivered = async || {
        let found = delivered(feed.database.read(), &reader, 0, 10, &types, 100).await.unwrap();
        found.into_iter().map(|(event, _)| event.position).collect::<Vec<_>>()
    };
    let refused = acknowledge(&feed, 10, &first).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::FeedEpochChanged));
    assert_eq!(told(&refused), (second.clone(), 10, 6));
    assert_eq!(all_delivered().await, [1, 2, 3, 4, 5]);
    // An old client is answered as ever; but what it has behind the sixth may be of the lost history.
    assert_eq!(acknowledge(&feed, 10, "").await.unwrap().position, 10);
    assert_eq!((evidence(6).await, evidence(8).await), (Some(10), None));
    assert_eq!(counted().await, [("cn-gacc".to_owned(), 6)]);
    let (database, holder) = (feed.database.clone(), reader.clone());
    let held = database.write(move |tx| {
        let holder = holder.clone();
        async move { hold(tx, &holder).await }.boxed()
    });
    assert_eq!(held.await.unwrap(), 6, "what is lost with a right is what counts");
    assert_eq!(all_delivered().await, [1, 2, 3, 4, 5, 6]);
    // Once it names the epoch, it is evidence.
    assert_eq!(acknowledge(&feed, 10, &second).await.unwrap().position, 10);
    assert_eq!(evidence(8).await, Some(10));
    assert_eq!(counted().await, [("cn-gacc".to_owned(), 10)]);
    assert_eq!(all_delivered().await.len(), 10);
}

/// Keeps the subject of every event, in place and anew.
#[derive(Clone, Copy)]
struct Shelf;

impl Shelf {
    async fn create(database: &Database) {
        let made = database.write(|tx| {
            async move {
                for table in ["shelf", "shelf_anew"] {
                    tx.execute_unprepared(&format!("CREATE TABLE {table} (subject TEXT PRIMARY KEY)"))
                        .await?;
                }
                Ok::<_, StorageError>(())
            }
            .boxed()
        });
        made.await.unwrap();
    }

    async fn put(tx: &DatabaseTransaction, table: &str, events: &[Event]) -> Result<(), StorageError> {
        for event in events {
            let sql = format!("INSERT INTO {table} (subject) VALUES ($1)");
            let values = [event.subject.as_str().into()];
            tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        }
        Ok(())
    }

    async fn subjects(database: &Database) -> BTreeSet<String> {
        let read = database.read();
        let all = Statement::from_string(read.get_database_backend(), "SELECT subject FROM shelf");
        let rows = read.query_all_raw(all).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

#[async_trait::async_trait]
impl Effect for Shelf {
    async fn apply(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        Self::put(tx, "shelf", events).await
    }

    async fn begin_anew(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        Ok(tx.execute_unprepared("DELETE FROM shelf_anew").await.map(|_| ())?)
    }

    async fn apply_anew(&self, tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        Self::put(tx, "shelf_anew", events).await
    }

    async fn replace(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        for sql in [
            "DELETE FROM shelf",
            "INSERT INTO shelf SELECT subject FROM shelf_anew",
            "DELETE FROM shelf_anew",
        ] {
            tx.execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

/// All that the feed tells its reader now.
async fn all_subjects(feed: &Feed) -> BTreeSet<String> {
    feed.read_all(&authority("cn-gacc"), 1_000).await.into_iter().map(|event| event.subject).collect()
}

fn follower(feed: &Feed, address: std::net::SocketAddr) -> Follower<tonic::transport::Channel> {
    Follower::new("notifications", channel(address), feed.database.clone())
}

/// Follows until everything that the feed tells is on the shelf, and nothing else is.
async fn follow_to_the_end(feed: &Feed, address: std::net::SocketAddr) {
    let token = CancellationToken::new();
    let (follower, stopping) = (follower(feed, address), token.clone());
    let run = tokio::spawn(async move { follower.run(Arc::new(Shelf), stopping).await });
    let all = all_subjects(feed).await;
    eventually("the shelf has what the feed tells", LONG, async || {
        Shelf::subjects(&feed.database).await == all
    })
    .await;
    token.cancel();
    tokio::time::timeout(LONG, run).await.unwrap().unwrap();
}

async fn followers_killed_anywhere_build_anew_what_a_restored_service_tells(feed: Feed) {
    Shelf::create(&feed.database).await;
    append(&feed, "first", 1_700).await;
    let stop = CancellationToken::new();
    let address = feed.serve(&authority("cn-gacc"), &stop).await;
    follow_to_the_end(&feed, address).await;
    let before = all_subjects(&feed).await;

    go_back(&feed, 1_500, false).await;
    assert_eq!(feed.read(&authority("cn-gacc"), 0, 1).await.events.len(), 1);
    append(&feed, "second", 600).await;
    let after = all_subjects(&feed).await;
    // Three replicas, each killed and started again at points that differ from run to run.
    let is_built = async || standing(feed.database.read(), "notifications").await.unwrap().generation > 0;
    let killing = |seed| {
        let (follower, is_built) = (follower(&feed, address), &is_built);
        async move {
            let mut numbers = Numbers(seed);
            while !is_built().await {
                let follower = follower.clone();
                let run =
                    tokio::spawn(
                        async move { follower.run(Arc::new(Shelf), CancellationToken::new()).await },
                    );
                tokio::time::sleep(Duration::from_millis(numbers.below(120))).await;
                run.abort();
            }
        }
    };
    let watching = async {
        let mut was_rebuilding = false;
        while !is_built().await {
            let known = Shelf::subjects(&feed.database).await;
            assert!(known == before || known == after, "nothing is taken away before all is there");
            was_rebuilding |=
                standing(feed.database.read(), "notifications").await.unwrap().rebuild.is_some();
        }
        assert!(was_rebuilding, "it says that it is built anew");
    };
    let (_, ()) = tokio::time::timeout(LONG, async {
        tokio::join!(join_all([killing(1), killing(2), killing(3)]), watching)
    })
    .await
    .unwrap();
    assert_eq!(Shelf::subjects(&feed.database).await, after);
    let known = standing(feed.database.read(), "notifications").await.unwrap();
    assert_eq!((known.generation, known.rebuild), (1, None), "of all replicas one put it in place, once");
    assert_eq!(known.place.epoch, Some(epoch_of(&feed).await));
    append(&feed, "third", 1).await;
    follow_to_the_end(&feed, address).await;
    stop.cancel();
}

async fn a_restored_service_that_lost_nothing_is_followed_on(feed: Feed) {
    Shelf::create(&feed.database).await;
    append(&feed, "first", 20).await;
    let stop = CancellationToken::new();
    let address = feed.serve(&authority("cn-gacc"), &stop).await;
    follow_to_the_end(&feed, address).await;
    epoch::restored(&feed.database, None, NOW).await.unwrap();
    append(&feed, "second", 1).await;
    follow_to_the_end(&feed, address).await;
    let known = standing(feed.database.read(), "notifications").await.unwrap();
    assert_eq!((known.generation, known.place.position), (0, 21));
    assert_eq!(known.place.epoch, Some(epoch_of(&feed).await));
    stop.cancel();
}

async fn a_follower_notices_a_restore_that_the_service_did_not(feed: Feed) {
    Shelf::create(&feed.database).await;
    append(&feed, "first", 20).await;
    let stop = CancellationToken::new();
    follow_to_the_end(&feed, feed.serve(&authority("cn-gacc"), &stop).await).await;
    let first = epoch_of(&feed).await;
    stop.cancel();

    // The file, or the rows, were overwritten while nobody looked, and as much was written again.
    go_back(&feed, 12, false).await;
    let feed = Feed { signal: FeedSignal::new(), ..feed.clone() };
    append(&feed, "second", 30).await;
    assert_eq!(epoch_of(&feed).await, first);
    let stop = CancellationToken::new();
    follow_to_the_end(&feed, feed.serve(&authority("cn-gacc"), &stop).await).await;
    assert_eq!(standing(feed.database.read(), "notifications").await.unwrap().generation, 1);
    stop.cancel();
}

mod put_back {
    //! A start on a database that is not the one that was served from.

    use super::*;

    async fn a_copy_is_another_history_and_a_restart_is_not(test: TestDatabase) {
        let feed = Feed::create(&test.database).await;
        append(&feed, "first", 5).await;
        let opened = guard::open(&feed.database, NOW).await.unwrap();
        assert_eq!(guard::open(&feed.database, NOW).await.unwrap(), opened);
        let copy = test.copied().await;
        let copied = guard::open(&copy.database, NOW).await.unwrap();
        assert_ne!(copied.epoch.id, opened.epoch.id);
        let common = epoch::common_position(copy.database.read(), opened.epoch.id).await.unwrap();
        assert_eq!((copied.position, common), (5, 5));
        assert_eq!(guard::open(&copy.database, NOW).await.unwrap(), copied);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        a_copy_is_another_history_and_a_restart_is_not(TestDatabase::sqlite().await).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        let Some(test) = TestDatabase::postgres().await else { return };
        a_copy_is_another_history_and_a_restart_is_not(test).await;
    }

    /// The content of a file may go back in place; the mark beside it does not.
    #[tokio::test(flavor = "multi_thread")]
    async fn what_lies_behind_its_mark_is_another_history() {
        let test = TestDatabase::sqlite().await;
        let feed = Feed::create(&test.database).await;
        append(&feed, "first", 5).await;
        let opened = guard::open(&feed.database, NOW).await.unwrap();
        go_back(&feed, 3, false).await;
        let behind = guard::open(&feed.database, NOW).await.unwrap();
        assert_ne!(behind.epoch.id, opened.epoch.id);
        assert_eq!(epoch::common_position(feed.database.read(), opened.epoch.id).await.unwrap(), 3);
        // Back once more, to before the second epoch was made: a third begins, which the second is no part of.
        go_back(&feed, 2, true).await;
        let third = guard::open(&feed.database, NOW).await.unwrap();
        assert_eq!((third.position, third.epoch.number), (2, 3));
        assert_eq!(epoch::common_position(feed.database.read(), behind.epoch.id).await.unwrap(), 0);
    }
}
