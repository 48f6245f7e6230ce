//! What a reader may ask of its feed beside the events: some types alone, how far it is, and what it says.

#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use jiff::SignedDuration;
use seamless_feed::{ContentDigest, NewEvent, RangeDigest};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::feed::v1::{
    Event, FollowEventsRequest, GetDigestRequest, Heartbeat, ReadEventsRequest,
    feed_service_server::FeedService,
};
use support::{Feed, TRANSMITTED, WITHDRAWN, authority, called_by, client, event};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Streaming};

/// Longer than anything takes that works.
const LONG: Duration = Duration::from_secs(60);
/// More than one page looks at.
const MANY: usize = 12_000;

on_both_databases!(
    a_reader_of_one_type_reads_follows_and_proves_the_feed_of_that_type,
    a_quiet_stream_says_how_far_it_is,
    what_events_say_is_proven_and_a_narrowed_field_shows,
);

fn withdrawn(subject: &str, readers: &[&AuthorityId]) -> NewEvent {
    NewEvent { event_type: WITHDRAWN.to_owned(), ..event(subject, readers) }
}

async fn next(stream: &mut Streaming<Event>) -> Event {
    tokio::time::timeout(LONG, stream.message()).await.unwrap().unwrap().unwrap()
}

async fn a_reader_of_one_type_reads_follows_and_proves_the_feed_of_that_type(feed: Feed) {
    let (reader, other) = (authority("cn-gacc"), authority("ca-hc"));
    let of_type = |types: &[&str]| types.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let rare = withdrawn("rare", &[&reader]);
    feed.append(vec![event("1", &[&reader]), rare, withdrawn("not its own", &[&other])]).await;
    feed.append((0..MANY).map(|number| event(&number.to_string(), &[&reader])).collect()).await;
    let late = feed
        .append(vec![
            withdrawn("hidden", &[&reader]),
            withdrawn("late", &[&reader]),
            event("last", &[&reader]),
        ])
        .await;
    feed.redactor.hide(&reader, late[0]);

    let (mut after, mut read, mut empty) = (0, Vec::new(), 0);
    loop {
        let request = ReadEventsRequest {
            after_position: after,
            types: of_type(&[WITHDRAWN]),
            ..ReadEventsRequest::default()
        };
        let page = feed.server().read_events(called_by(&reader, request)).await.unwrap().into_inner();
        assert!(page.next_after_position > after || page.caught_up, "a page gets on");
        empty += usize::from(page.events.is_empty());
        after = page.next_after_position;
        read.extend(page.events.into_iter().map(|event| (event.previous_position, event.position)));
        if page.caught_up {
            break;
        }
    }
    assert_eq!(read, [(0, 2), (2, late[1])], "a chain of its own, which hidden ones are no part of");
    assert_eq!(after, late[2], "positions pass over the others");
    assert!(empty <= 1, "{empty} pages without an event");
    // From anywhere between, the one before is found.
    let between = ReadEventsRequest {
        after_position: 9_000,
        types: of_type(&[WITHDRAWN, WITHDRAWN]),
        ..ReadEventsRequest::default()
    };
    let between = feed.server().read_events(called_by(&reader, between)).await.unwrap().into_inner();
    assert_eq!(between.events.first().map(|event| (event.previous_position, event.position)), Some(read[1]));
    let both = ReadEventsRequest {
        after_position: 1,
        max: 2,
        types: of_type(&[WITHDRAWN, TRANSMITTED]),
        ..ReadEventsRequest::default()
    };
    let both = feed.server().read_events(called_by(&reader, both)).await.unwrap().into_inner();
    assert_eq!(both.events.iter().map(|event| event.position).collect::<Vec<_>>(), [2, 4]);

    let request =
        GetDigestRequest { from_position: 1, types: of_type(&[WITHDRAWN]), ..GetDigestRequest::default() };
    let proven = feed.server().get_digest(called_by(&reader, request)).await.unwrap().into_inner();
    assert_eq!((proven.count, proven.to_position), (2, late[2]));
    let all = feed.digest(&reader, 1, 0).await;
    assert_eq!(all.count, i64::try_from(MANY).unwrap() + 4, "without types the digest is of all");

    let stop = CancellationToken::new();
    let mut client = client(feed.serve(&reader, &stop).await);
    let request = FollowEventsRequest {
        types: of_type(&[WITHDRAWN]),
        heartbeats: true,
        ..FollowEventsRequest::default()
    };
    let mut stream = client.follow_events(request).await.unwrap().into_inner();
    let mut followed = Vec::new();
    let told = loop {
        let event = next(&mut stream).await;
        match event.heartbeat {
            None => followed.push((event.previous_position, event.position)),
            Some(told) if told.complete_to_position == told.head_position => break told,
            // A busy machine may take longer than a heartbeat to look through all.
            Some(_) => {}
        }
    };
    assert_eq!((followed, told.complete_to_position), (read, late[2]));
    let after = feed.append(vec![event("passed over", &[&reader]), withdrawn("new", &[&reader])]).await;
    let new = loop {
        let event = next(&mut stream).await;
        if event.heartbeat.is_none() {
            break event;
        }
    };
    assert_eq!((new.previous_position, new.position), (late[1], after[1]));

    let unknown = ReadEventsRequest { types: of_type(&["Withdrawn"]), ..ReadEventsRequest::default() };
    let refused = feed.server().read_events(called_by(&reader, unknown)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().starts_with("types[0]: "), "{refused}");
    let told = seamless_service::error::metadata_of(&refused, "event_types").unwrap();
    assert_eq!(told.split(',').collect::<Vec<_>>(), [TRANSMITTED, WITHDRAWN]);
    stop.cancel();
}

async fn a_quiet_stream_says_how_far_it_is(feed: Feed) {
    let (reader, other) = (authority("cn-gacc"), authority("ca-hc"));
    let stop = CancellationToken::new();
    let mut client = client(feed.serve(&reader, &stop).await);
    let asking = |heartbeats| FollowEventsRequest { heartbeats, ..FollowEventsRequest::default() };
    let mut plain = client.follow_events(asking(false)).await.unwrap().into_inner();
    let mut stream = client.follow_events(asking(true)).await.unwrap().into_inner();

    let first = next(&mut stream).await;
    let epoch = feed.read(&reader, 0, 1).await.epoch;
    let told = |position| {
        Some(Heartbeat { complete_to_position: position, head_position: position, ..Heartbeat::default() })
    };
    let timeless =
        |event: &Event| event.heartbeat.map(|heartbeat| Heartbeat { head_time: None, ..heartbeat });
    assert_eq!(timeless(&first), told(0), "at once, also of an empty feed");
    assert_eq!(first, Event { heartbeat: first.heartbeat, epoch, ..Event::default() }, "and nothing else");

    // What others are told moves the reader on, and the time goes with it.
    feed.append(vec![event("of others", &[&other])]).await;
    feed.clock.advance(SignedDuration::from_hours(1));
    let later = loop {
        let event = next(&mut stream).await;
        let heartbeat = event.heartbeat.unwrap();
        let gone = heartbeat.head_time.unwrap().seconds - first.heartbeat.unwrap().head_time.unwrap().seconds;
        if timeless(&event) == told(1) && gone >= 3_600 {
            break gone;
        }
    };
    assert_eq!(later, 3_600, "by the service's clock");

    // No heartbeat comes before an event that it covers.
    feed.append(vec![event("own", &[&reader])]).await;
    loop {
        let event = next(&mut stream).await;
        match event.heartbeat {
            Some(heartbeat) => assert_eq!(heartbeat.complete_to_position, 1),
            None => break assert_eq!((event.previous_position, event.position), (0, 2)),
        }
    }
    assert_eq!(timeless(&next(&mut stream).await), told(2));

    // Who did not ask for them gets events alone.
    assert_eq!(next(&mut plain).await.position, 2);
    stop.cancel();
    assert_eq!(plain.message().await.unwrap_err().code(), Code::Unavailable);
}

async fn what_events_say_is_proven_and_a_narrowed_field_shows(feed: Feed) {
    let (reader, other) = (authority("cn-gacc"), authority("ca-hc"));
    feed.append((0..1_500).map(|number| event(&number.to_string(), &[&reader, &other])).collect()).await;
    let own = |events: &[Event]| {
        let (mut ids, mut content) = (RangeDigest::new(), ContentDigest::new());
        for event in events {
            ids.add(event.position, &event.event_id);
            content.add(event.position, &event.event_id, &event.data.as_ref().unwrap().value);
        }
        (ids.finish(), content.finish())
    };
    let events = feed.read_all(&reader, 700).await;
    let proven = feed.digest(&reader, 1, 0).await;
    assert_eq!((proven.digest.clone(), proven.content_digest.clone()), own(&events));
    let others = feed.digest(&other, 1, 0).await;
    assert_eq!(others.digest, proven.digest);
    assert_ne!(others.content_digest, proven.content_digest, "each is told what it may see");

    feed.redactor.narrow(1_200);
    let narrowed = feed.digest(&reader, 1, 0).await;
    assert_eq!(narrowed.digest, proven.digest, "the same events");
    assert_ne!(narrowed.content_digest, proven.content_digest, "which say less");
    assert_eq!(feed.digest(&reader, 1, 1_199).await.content_digest, own(&events[..1_199]).1);
    assert_eq!(narrowed.content_digest, own(&feed.read_all(&reader, 700).await).1);
}
