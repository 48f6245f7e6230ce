//! What the database keeps of a feed: the same whether it grew with the events while rights were lost, or was read anew afterwards; and
//! however many events were taken in at once.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::TestRunner};
use prost::Message;
use sea_orm::{ConnectionTrait, Statement};
use seamless_feed::FeedSignal;
use seamless_proto::seamless::{feed::v1::Event, notifications::v1 as wire};
use seamless_reporting::{
    contract::{digest_of, taken_in},
    domain::source::Source,
    store::{
        Store,
        facts::{Written, replace, write},
        migrations::Migrator,
    },
};
use seamless_storage::StorageError;
use seamless_testkit::TestDatabase;

use crate::{
    READERS,
    history::History,
    known_by,
    random::histories,
    reader_of,
    told::{events_of, events_shown_afterwards},
};

/// What is kept of one feed: the document of each fact by kind and name, and how much was lost.
#[derive(Debug, PartialEq)]
struct Kept {
    facts: BTreeMap<(String, String), String>,
    lost: i64,
    position: i64,
}

struct Keeper {
    test: TestDatabase,
    store: Store,
}

impl Keeper {
    async fn new() -> Self {
        let test = TestDatabase::sqlite().await;
        test.database.migrate::<Migrator>().await.unwrap();
        let store = Store::new(test.database.clone(), FeedSignal::new());
        Self { test, store }
    }

    /// Takes events in, so many at once.
    async fn take(&self, reader: &str, events: &[Event], sizes: &[usize], written: Written) {
        let mut rest = events;
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                return;
            }
            let (batch, later) = rest.split_at((*size).min(rest.len()));
            rest = later;
            let (reader, batch) = (reader_of(Source::Notifications, reader), batch.to_vec());
            let taken = taken_in(&batch, &reader);
            let done = self.test.database.write(move |tx| {
                let (feed, taken, batch) = (reader.feed.clone(), taken.clone(), batch.clone());
                Box::pin(async move {
                    write(tx, &feed, taken, move |before| digest_of(before, &batch), written).await
                })
            });
            done.await.unwrap();
        }
    }

    async fn put_in_place(&self, reader: &str) {
        let feed = reader_of(Source::Notifications, reader).feed;
        let done = self.test.database.write(move |tx| {
            let feed = feed.clone();
            Box::pin(async move { replace(tx, &feed).await })
        });
        Result::<(), StorageError>::unwrap(done.await);
    }

    async fn kept(&self, reader: &str) -> Kept {
        let connection = self.test.database.read();
        let sql = "SELECT kind, name, document FROM fact WHERE authority = $1";
        let sql = Statement::from_sql_and_values(connection.get_database_backend(), sql, [reader.into()]);
        let text = |row: &sea_orm::QueryResult, at: usize| row.try_get_by_index::<String>(at).unwrap();
        let rows = connection.query_all_raw(sql).await.unwrap();
        let facts = rows.iter().map(|row| ((text(row, 0), text(row, 1)), text(row, 2))).collect();
        let input = self.store.input(&reader_of(Source::Notifications, reader).feed).await.unwrap();
        let (lost, position) = input.map_or((0, 0), |input| (input.alerts_lost as i64, input.position));
        Kept { facts, lost, position }
    }

    /// The same acts, read as they happened and read anew when all had happened, each in batches of its own.
    async fn keeps_the_same(&self, history: &History, sizes: &[Vec<usize>; 2], reader: &str) {
        self.store.forget_facts_but_of(&[]).await.unwrap();
        let events = events_of(history, reader);
        self.take(reader, &events, &sizes[0], Written::InPlace).await;
        let grown = self.kept(reader).await;

        let feed_reader = reader_of(Source::Notifications, reader);
        let wanted = known_by(&feed_reader, &events).into_iter().map(|fact| {
            let document = serde_json::to_string(&fact).unwrap();
            ((fact.kind().to_owned(), fact.name().to_owned()), document)
        });
        assert_eq!(grown.facts, wanted.collect(), "one by one, for {reader}");
        assert_eq!(grown.lost, losses(&events, reader), "for {reader}");

        let shown = events_shown_afterwards(history, reader);
        self.take(reader, &shown, &sizes[1], Written::Anew).await;
        assert_eq!(self.kept(reader).await, grown, "what stands goes on standing, for {reader}");
        self.put_in_place(reader).await;
        assert_eq!(self.kept(reader).await, grown, "read anew, for {reader}");
    }
}

/// How often the reader lost its right to an alert.
fn losses(events: &[Event], reader: &str) -> i64 {
    let removals = events.iter().filter(|event| event.r#type.ends_with("RemovalOrdered"));
    let told =
        removals.map(|event| wire::RemovalOrdered::decode(event.data.as_ref().unwrap().value.as_slice()));
    let removals = told.map(|told| told.unwrap().removal.unwrap());
    use wire::RemovalReason::{ArrangementLeft, Revoked};
    let is_loss =
        |one: &wire::Removal| one.authority == reader && matches!(one.reason(), Revoked | ArrangementLeft);
    removals.filter(is_loss).count() as i64
}

#[test]
fn what_the_database_keeps_is_the_same_whether_it_grew_or_was_read_anew() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let keeper = runtime.block_on(Keeper::new());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    // Of one event at a time up to all at once, so that a right is lost amid other events of the same alert.
    let sizes = || prop::collection::vec(prop_oneof![1..6_usize, 6..200_usize], 1..5);
    let cases = (histories(), sizes(), sizes(), prop::sample::select(READERS.to_vec()));
    let outcome = runner.run(&cases, |(history, grown, anew, reader)| {
        runtime.block_on(keeper.keeps_the_same(&history, &[grown, anew], reader));
        Ok(())
    });
    outcome.unwrap();
}
