//! The log keeps its promises on both databases: order, proof, and what each reader is shown.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use futures::{FutureExt, future::join_all};
use sea_orm::ConnectionTrait;
use seamless_feed::{
    RangeDigest,
    acknowledge::{evidence_of_delivery, last_acknowledged},
    chain::verify_chain,
    log,
};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::feed::v1::{
    AcknowledgePositionRequest, AcknowledgePositionResponse, Event, FollowEventsRequest, GetDigestRequest,
    ReadEventsRequest, feed_service_server::FeedService,
};
use support::{Feed, Numbers, authority, called_by, event};
use tonic::{Code, Status};

on_both_databases!(
    concurrent_writers_leave_no_gap_and_a_polling_reader_misses_none,
    a_transaction_that_is_rolled_back_takes_no_position,
    the_chain_proves_the_log_and_finds_what_was_changed_removed_or_cut_off,
    a_lost_right_reaches_back_to_the_first_position,
    a_right_is_lost_with_everything_below_it_and_nothing_beside_it,
    each_event_names_the_one_shown_before_it_whatever_is_hidden_and_however_it_is_paged,
    big_events_shorten_the_page,
    an_acknowledgement_moves_forward_only_and_is_kept_as_evidence,
    acknowledgements_at_the_same_time_leave_the_furthest,
    wrong_requests_are_refused_naming_the_field,
);

async fn concurrent_writers_leave_no_gap_and_a_polling_reader_misses_none(feed: Feed) {
    const WRITERS: usize = 16;
    const EVENTS: usize = 50;
    let reader = authority("cn-gacc");

    let writers = join_all((0..WRITERS).map(|writer| {
        let (feed, reader) = (feed.clone(), reader.clone());
        tokio::spawn(async move {
            for number in 0..EVENTS {
                feed.append(vec![event(&format!("{writer}-{number}"), &[&reader])]).await;
            }
        })
    }));
    let polling = async {
        let mut seen = Vec::new();
        let mut after = 0;
        while seen.len() < WRITERS * EVENTS {
            let page = feed.read(&reader, after, 7).await;
            seen.extend(page.events);
            after = page.next_after_position;
        }
        seen
    };
    let (written, seen) = tokio::join!(writers, polling);
    assert!(written.iter().all(Result::is_ok));

    let positions: Vec<i64> = seen.iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=i64::try_from(WRITERS * EVENTS).unwrap()).collect::<Vec<_>>());
    for writer in 0..WRITERS {
        let prefix = format!("notifications/{writer}-");
        let of_writer = seen.iter().filter_map(|event| event.subject.strip_prefix(&prefix));
        assert_eq!(
            of_writer.collect::<Vec<_>>(),
            (0..EVENTS).map(|number| number.to_string()).collect::<Vec<_>>()
        );
    }
    let head = log::head(feed.database.read()).await.unwrap();
    assert_eq!(verify_chain(feed.database.read(), 1, head).await.unwrap(), None);
}

async fn a_transaction_that_is_rolled_back_takes_no_position(feed: Feed) {
    let reader = authority("cn-gacc");
    feed.append(vec![event("1", &[&reader])]).await;
    let lost = event("lost", &[&reader]);
    let refused: Result<(), seamless_storage::StorageError> = feed
        .database
        .write(move |tx| {
            let lost = lost.clone();
            async move {
                log::append(tx, &[lost]).await?;
                tx.execute_unprepared("SELECT no_such_column").await?;
                Ok(())
            }
            .boxed()
        })
        .await;
    assert!(refused.is_err());
    assert_eq!(feed.append(vec![event("2", &[&reader]), event("3", &[])]).await, [2, 3]);
    assert_eq!(verify_chain(feed.database.read(), 1, 3).await.unwrap(), None);
}

async fn the_chain_proves_the_log_and_finds_what_was_changed_removed_or_cut_off(feed: Feed) {
    async fn tamper(feed: &Feed, sql: &'static str) {
        feed.transaction(move |tx| async move { Ok(tx.execute_unprepared(sql).await.map(|_| ())?) }.boxed())
            .await;
    }
    let reader = authority("cn-gacc");
    let many = (0..1_203).map(|number| event(&number.to_string(), &[&reader])).collect();
    feed.append(many).await;
    let verify = async |from, to| verify_chain(feed.database.read(), from, to).await.unwrap();
    assert_eq!(verify(1, 1_203).await, None);
    assert_eq!(verify(600, 610).await, None);

    let changes: [(&'static str, &'static str); 3] = [
        ("UPDATE feed_event SET subject = 'notifications/other' WHERE position = 700", "subject"),
        ("UPDATE feed_event SET status = 3 WHERE position = 700", "status"),
        ("UPDATE feed_event SET arrangement = NULL WHERE position = 700", "arrangement"),
    ];
    for (change, field) in changes {
        tamper(&feed, "CREATE TABLE before AS SELECT * FROM feed_event WHERE position = 700").await;
        tamper(&feed, change).await;
        assert_eq!(verify(1, 1_203).await, Some(700), "{field}");
        assert_eq!(verify(700, 700).await, Some(700), "{field}");
        assert_eq!(verify(701, 1_203).await, None, "{field}");
        tamper(&feed, "DELETE FROM feed_event WHERE position = 700").await;
        assert_eq!(verify(1, 1_203).await, Some(700));
        tamper(&feed, "INSERT INTO feed_event SELECT * FROM before").await;
        tamper(&feed, "DROP TABLE before").await;
        assert_eq!(verify(1, 1_203).await, None);
    }

    tamper(&feed, "DELETE FROM feed_event WHERE position > 1200").await;
    assert_eq!(verify(1, 1_203).await, Some(1_201), "the end was cut off");
    tamper(&feed, "UPDATE feed_head SET position = 1200").await;
    assert_eq!(verify(1, 1_200).await, Some(1_200), "the head was moved back, but not its digest");
}

async fn a_lost_right_reaches_back_to_the_first_position(feed: Feed) {
    let (loser, keeper) = (authority("ca-hc"), authority("cn-gacc"));
    for subject in ["pram", "kettle", "pram", "pram"] {
        feed.append(vec![event(subject, &[&loser, &keeper])]).await;
    }
    let subject = "notifications/pram";
    let reader = loser.clone();
    let taken = feed
        .transaction(move |tx| {
            let reader = reader.clone();
            async move { log::revoke(tx, &reader, subject).await }.boxed()
        })
        .await;
    assert_eq!(taken, 3);

    let left = feed.read_all(&loser, 2).await;
    assert_eq!(left.iter().map(|event| event.position).collect::<Vec<_>>(), [2]);
    assert_eq!(left[0].previous_position, 0);
    assert_eq!(feed.digest(&loser, 1, 0).await.count, 1);
    assert_eq!(feed.read_all(&keeper, 2).await.len(), 4);

    feed.append(vec![event("kettle", &[&loser])]).await;
    assert_eq!(feed.read(&loser, 4, 10).await.events[0].previous_position, 2);
}

async fn a_right_is_lost_with_everything_below_it_and_nothing_beside_it(feed: Feed) {
    let (loser, keeper) = (authority("ca-hc"), authority("cn-gacc"));
    let subjects = ["pram", "pram/transmissions/ca-hc", "pram2", "pra", "pram-2", "pram/a/b", "kettle"];
    for subject in subjects {
        feed.append(vec![event(subject, &[&loser, &keeper])]).await;
    }
    let reader = loser.clone();
    let taken = feed
        .transaction(move |tx| {
            let reader = reader.clone();
            async move { log::revoke_below(tx, &reader, "notifications/pram").await }.boxed()
        })
        .await;
    assert_eq!(taken, 3);
    let left = feed.read_all(&loser, 2).await;
    assert_eq!(left.iter().map(|event| event.position).collect::<Vec<_>>(), [3, 4, 5, 7]);
    assert_eq!(feed.read_all(&keeper, 2).await.len(), 7);
}

async fn each_event_names_the_one_shown_before_it_whatever_is_hidden_and_however_it_is_paged(feed: Feed) {
    const EVENTS: u64 = 300;
    let readers = ["ca-hc", "cn-gacc", "eu-just", "us-cpsc"].map(authority);
    let mut numbers = Numbers(20_261_121);
    let mut shown: BTreeMap<AuthorityId, Vec<i64>> = BTreeMap::new();
    let mut events = Vec::new();
    for position in 1..=i64::try_from(EVENTS).unwrap() {
        // The second half is rare for every reader but the first, so that long runs are passed over.
        let rarity = if position > 150 { 40 } else { 2 };
        let entitled: Vec<&AuthorityId> = readers
            .iter()
            .enumerate()
            .filter(|(index, _)| *index == 0 || numbers.below(rarity) == 0)
            .map(|(_, reader)| reader)
            .collect();
        for reader in &entitled {
            if numbers.below(3) == 0 || (**reader == readers[0] && position > 50 && position < 120) {
                feed.redactor.hide(reader, position);
            } else {
                shown.entry((*reader).clone()).or_default().push(position);
            }
        }
        events.push(event(&position.to_string(), &entitled));
    }
    let ids: Vec<String> = events.iter().map(|event| event.event_id.to_string()).collect();
    for chunk in events.chunks(37) {
        feed.append(chunk.to_vec()).await;
    }

    for reader in &readers {
        let expected = &shown[reader];
        for page_size in [1, 2, 7, 50, 1_000] {
            let read = feed.read_all(reader, page_size).await;
            assert_eq!(&read.iter().map(|event| event.position).collect::<Vec<_>>(), expected);
            let mut previous = 0;
            for event in &read {
                assert_eq!(event.previous_position, previous, "{reader}, pages of {page_size}");
                previous = event.position;
            }
        }
        let resumed_in_a_gap = expected[expected.len() / 2] - 1;
        let next = feed.read(reader, resumed_in_a_gap, 1).await.events.remove(0);
        assert_eq!(next.position, expected[expected.len() / 2]);
        assert_eq!(next.previous_position, expected[expected.len() / 2 - 1]);
        assert_redacted_for(reader, &next);

        let mut own = RangeDigest::new();
        for position in expected.iter().filter(|position| (20..=250).contains(*position)) {
            own.add(*position, &ids[usize::try_from(*position).unwrap() - 1]);
        }
        let theirs = feed.digest(reader, 20, 250).await;
        assert_eq!((theirs.from_position, theirs.to_position), (20, 250));
        assert_eq!((theirs.count, theirs.digest), (own.count(), own.finish()));
    }
}

fn assert_redacted_for(reader: &AuthorityId, event: &Event) {
    let data = event.data.as_ref().unwrap();
    assert_eq!(data.type_url, format!("type.googleapis.com/{}", event.r#type));
    let subject = event.subject.strip_prefix("notifications/").unwrap();
    assert_eq!(String::from_utf8_lossy(&data.value), format!("{subject} for {reader}"));
}

async fn big_events_shorten_the_page(feed: Feed) {
    let reader = authority("cn-gacc");
    for number in 0..5 {
        let mut big = event(&number.to_string(), &[&reader]);
        big.data = vec![7; 900 << 10];
        feed.append(vec![big]).await;
    }
    let mut huge = event("huge", &[&reader]);
    huge.data = vec![7; 3 << 20];
    feed.append(vec![huge]).await;

    let page = feed.read(&reader, 0, 1_000).await;
    assert_eq!((page.events.len(), page.next_after_position, page.caught_up), (2, 2, false));
    assert_eq!(feed.read_all(&reader, 1_000).await.len(), 6);
}

async fn acknowledge(
    feed: &Feed,
    reader: &AuthorityId,
    position: i64,
) -> Result<AcknowledgePositionResponse, Status> {
    let request =
        called_by(reader, AcknowledgePositionRequest { position, ..AcknowledgePositionRequest::default() });
    feed.server().acknowledge_position(request).await.map(tonic::Response::into_inner)
}

async fn an_acknowledgement_moves_forward_only_and_is_kept_as_evidence(feed: Feed) {
    let reader = authority("cn-gacc");
    let other = authority("ca-hc");
    feed.append((0..9).map(|number| event(&number.to_string(), &[&reader])).collect()).await;
    assert_eq!(last_acknowledged(feed.database.read(), &reader).await.unwrap(), None);

    let first = acknowledge(&feed, &reader, 3).await.unwrap();
    feed.clock.advance(jiff::SignedDuration::from_secs(60));
    assert_eq!(acknowledge(&feed, &reader, 3).await.unwrap(), first, "saying it again changes nothing");
    let second = acknowledge(&feed, &reader, 7).await.unwrap();
    let seconds = |response: &AcknowledgePositionResponse| response.acknowledge_time.unwrap().seconds;
    assert_eq!(seconds(&second) - seconds(&first), 60);

    for wrong in [6, 10, 0, -1] {
        let refusal = acknowledge(&feed, &reader, wrong).await.unwrap_err();
        assert_eq!(refusal.code(), Code::InvalidArgument, "{wrong}");
        assert!(refusal.message().starts_with("position: "), "{refusal}");
    }
    let evidence =
        async |position| evidence_of_delivery(feed.database.read(), &reader, position).await.unwrap();
    let (of_first, of_fourth) = (evidence(1).await.unwrap(), evidence(4).await.unwrap());
    assert_eq!((of_first.position, of_fourth.position), (3, 7));
    assert_eq!(of_fourth.time_us - of_first.time_us, 60_000_000);
    assert_eq!(evidence(8).await, None);
    assert_eq!(evidence_of_delivery(feed.database.read(), &other, 1).await.unwrap(), None);
}

async fn acknowledgements_at_the_same_time_leave_the_furthest(feed: Feed) {
    let reader = authority("cn-gacc");
    feed.append((0..16).map(|number| event(&number.to_string(), &[&reader])).collect()).await;
    let calls = (1..=16).map(|position| {
        let (feed, reader) = (feed.clone(), reader.clone());
        tokio::spawn(async move { acknowledge(&feed, &reader, position).await.map(|answer| answer.position) })
    });
    for (answer, position) in join_all(calls).await.into_iter().zip(1..) {
        match answer.unwrap() {
            Ok(acknowledged) => assert_eq!(acknowledged, position),
            Err(refusal) => assert_eq!(refusal.code(), Code::InvalidArgument),
        }
    }
    assert_eq!(last_acknowledged(feed.database.read(), &reader).await.unwrap().unwrap().position, 16);
}

async fn wrong_requests_are_refused_naming_the_field(feed: Feed) {
    let reader = authority("cn-gacc");
    feed.append(vec![event("1", &[&reader])]).await;
    let server = feed.server();
    let assert_names = |refusal: Status, field: &str| {
        assert_eq!(refusal.code(), Code::InvalidArgument);
        assert!(refusal.message().starts_with(&format!("{field}: ")), "{refusal}");
    };
    for (after_position, max, field) in [(-1, 0, "after_position"), (2, 0, "after_position"), (0, -1, "max")]
    {
        let request =
            called_by(&reader, ReadEventsRequest { after_position, max, ..ReadEventsRequest::default() });
        assert_names(server.read_events(request).await.unwrap_err(), field);
    }
    for after_position in [-1, 2] {
        let request =
            called_by(&reader, FollowEventsRequest { after_position, ..FollowEventsRequest::default() });
        assert_names(server.follow_events(request).await.map(|_| ()).unwrap_err(), "after_position");
    }
    for (from_position, to_position, field) in
        [(0, 0, "from_position"), (3, 0, "from_position"), (1, 2, "to_position"), (2, 1, "to_position")]
    {
        let request = called_by(
            &reader,
            GetDigestRequest { from_position, to_position, ..GetDigestRequest::default() },
        );
        assert_names(server.get_digest(request).await.unwrap_err(), field);
    }
    let behind_the_head = feed.digest(&reader, 2, 0).await;
    assert_eq!((behind_the_head.to_position, behind_the_head.count), (1, 0), "nothing is there yet");
}
