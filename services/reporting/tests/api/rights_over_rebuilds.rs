//! What was lost stays lost where a feed is read anew: it is shown no more there, and so is not lost in it a second time.

use prost::{Message, Name};
use prost_types::Any;
use seamless_feed::FeedSignal;
use seamless_proto::seamless::{
    feed::v1::{Event, EventStatus},
    training::v1 as training,
};
use seamless_reporting::{
    contract::{FeedReader, digest_of, taken_in},
    domain::{
        model::Input,
        source::{Feed, Source},
    },
    store::{
        Store,
        facts::{Taken, Written, replace, write},
        lapsed::forget_lapsed,
        migrations::Migrator,
    },
};
use seamless_storage::StorageError;
use seamless_testkit::{TestDatabase, on_each_database};

use crate::{stories::feeds::activity, words::at};

on_each_database!(what_was_lost_stays_lost_where_a_feed_is_read_anew);

fn reader() -> FeedReader {
    let reader: seamless_identity::AuthorityId = "cn-gacc".parse().unwrap();
    FeedReader { own: [reader.clone()].into(), feed: Feed { source: Source::Training, reader } }
}

/// The feed of training tells that an activity was held.
fn held(position: i64, organiser: &str) -> Event {
    let told = activity(position as u32, organiser, "eu-cn", "2027-04-05T08:00:00Z");
    let told = training::ActivityHeld { activity: Some(told) };
    Event {
        position,
        event_id: format!("event {position}"),
        r#type: training::ActivityHeld::full_name(),
        occur_time: at("2027-04-05T08:00:00Z"),
        status: EventStatus::Actual.into(),
        data: Some(Any { type_url: String::new(), value: told.encode_to_vec() }),
        ..Event::default()
    }
}

struct Kept {
    test: TestDatabase,
    store: Store,
}

impl Kept {
    /// Takes events in, and that fields were made less public so many times.
    async fn takes(&self, events: Vec<Event>, narrowed: u64, written: Written) {
        let taken = Taken { narrowed, ..taken_in(&events, &reader()) };
        let done = self.test.database.write(move |tx| {
            let (taken, events) = (taken.clone(), events.clone());
            Box::pin(async move {
                write(tx, &reader().feed, taken, |before| digest_of(before, &events), written).await
            })
        });
        done.await.unwrap();
    }

    /// What was read anew takes its place, and the arrangement has ended.
    async fn is_replaced(&self) {
        let done = self.test.database.write(|tx| {
            Box::pin(async move {
                forget_lapsed(tx, &reader().feed, |arrangement| arrangement != "eu-cn").await?;
                replace(tx, &reader().feed).await
            })
        });
        Result::<(), StorageError>::unwrap(done.await);
    }

    async fn lost(&self) -> (u64, u64, u64) {
        let input = self.store.input(&reader().feed).await.unwrap().unwrap();
        let Input { events, alerts_lost, rights_narrowed, .. } = input;
        (events, alerts_lost, rights_narrowed.unwrap())
    }
}

async fn what_was_lost_stays_lost_where_a_feed_is_read_anew(test: TestDatabase) {
    test.database.migrate::<Migrator>().await.unwrap();
    let store = Store::new(test.database.clone(), FeedSignal::new());
    let kept = Kept { test, store };
    let own = || vec![held(3, "cn-gacc")];
    kept.takes(
        [held(1, "eu-just"), held(2, "eu-just")].into_iter().chain(own()).collect(),
        4,
        Written::InPlace,
    )
    .await;
    assert_eq!(kept.lost().await, (3, 0, 4));

    // The service did not run while the arrangement ended, and reads anew when it runs again: the feed tells of the own one alone.
    kept.takes(own(), 1, Written::Anew).await;
    kept.is_replaced().await;
    assert_eq!(kept.lost().await, (1, 2, 4), "both of the others");

    // Read anew once more, and what comes then is counted on.
    kept.takes(own(), 1, Written::Anew).await;
    kept.is_replaced().await;
    kept.takes(vec![held(4, "eu-just")], 1, Written::InPlace).await;
    assert_eq!(kept.lost().await, (2, 2, 5));
    assert_eq!(kept.store.forget_facts_under(&reader().feed, "eu-cn").await.unwrap(), 1);
    assert_eq!(kept.lost().await, (2, 3, 5));
}
