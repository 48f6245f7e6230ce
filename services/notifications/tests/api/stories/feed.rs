//! The feed of a service that carries real alerts; the log beneath has tests of its own.

use std::time::Duration;

use futures::StreamExt;
use seamless_proto::seamless::{
    feed::v1::{AcknowledgePositionRequest, FollowEventsRequest, GetDigestRequest, ReadEventsRequest},
    notifications::v1 as wire,
};
use sha2::{Digest, Sha256};
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::kinds,
};

pub async fn complete(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    for number in 0..6 {
        just.sent_to_gacc(&number.to_string()).await;
    }
    let events = gacc.events().await;
    assert_eq!(
        events.len(),
        12,
        "GACC is told of the transmissions and their clocks, not of what went before"
    );
    let mut previous = 0;
    let mut digest = Sha256::new();
    for event in &events {
        assert_eq!(event.previous_position, previous);
        previous = event.position;
        digest.update(format!("{} {}\n", event.position, event.event_id));
    }
    let request = GetDigestRequest { from_position: 1, to_position: 0, ..GetDigestRequest::default() };
    let proven = gacc.feed.get_digest(request).await.unwrap().into_inner();
    assert_eq!((proven.count, proven.digest), (12, hex(&digest.finalize())));
    let mut content = Sha256::new();
    for event in &events {
        let said = hex(&Sha256::digest(&event.data.as_ref().unwrap().value));
        content.update(format!("{} {} {said}\n", event.position, event.event_id));
    }
    assert_eq!(proven.content_digest, hex(&content.finalize()), "what the events say is proven as well");
    types_alone(&mut just, 6).await;
    let last = events[11].position;
    for (position, accepted) in
        [(events[3].position, true), (last, true), (events[3].position, false), (last + 1000, false)]
    {
        let answer = gacc
            .feed
            .acknowledge_position(AcknowledgePositionRequest {
                position,
                ..AcknowledgePositionRequest::default()
            })
            .await;
        assert_eq!(answer.is_ok(), accepted, "{position}: {answer:?}");
    }
    let negative = ReadEventsRequest { after_position: -1, max: 0, ..ReadEventsRequest::default() };
    let negative = gacc.feed.read_events(negative).await.unwrap_err();
    assert_eq!(negative.get_details_bad_request().unwrap().field_violations[0].field, "after_position");
    running.stop().await;
}

/// The feed of one type is complete by itself, and a type that is not told is refused with those that are.
async fn types_alone(just: &mut Partner, sent: usize) {
    let types = vec!["seamless.notifications.v1.NotificationTransmitted".to_owned()];
    let request = ReadEventsRequest { types: types.clone(), ..ReadEventsRequest::default() };
    let page = just.feed.read_events(request).await.unwrap().into_inner();
    assert_eq!((page.events.len(), page.caught_up), (sent, true));
    let mut previous = 0;
    for event in &page.events {
        assert_eq!((event.previous_position, &event.r#type), (previous, &types[0]));
        previous = event.position;
    }
    let request = GetDigestRequest { from_position: 1, types, ..GetDigestRequest::default() };
    assert_eq!(just.feed.get_digest(request).await.unwrap().into_inner().count, sent as i64);
    let unknown = ReadEventsRequest { types: vec!["Transmitted".to_owned()], ..ReadEventsRequest::default() };
    let refused = just.feed.read_events(unknown).await.unwrap_err();
    let violation = &refused.get_details_bad_request().unwrap().field_violations[0];
    assert_eq!(violation.field, "types[0]");
    let told = refused.get_details_error_info().unwrap().metadata.remove("event_types").unwrap();
    let all = seamless_proto::events::notifications::EventType::FULL_NAMES;
    assert_eq!(told.split(',').collect::<Vec<_>>(), all);
}

/// A quiet feed says how far it is, at the configured interval, whatever goes wrong on purpose with its events.
pub async fn quiet(running: Running) {
    let settings = [("server.limits.feed_heartbeat", "200ms"), ("sandbox.enabled", "true")];
    let running = running.with(&settings).await;
    let (mut just, mut health) = (running.partner("eu-just"), running.partner("ca-hc"));
    let delay = Some(prost_types::Duration { seconds: 60, nanos: 0 });
    let held_back = wire::Fault { kind: wire::FaultKind::Delay.into(), every: 1, delay };
    let inject = wire::InjectFaultsRequest {
        authority: "ca-hc".to_owned(),
        faults: vec![held_back],
        request_id: crate::words::request_id(),
    };
    just.sandbox.inject_faults(inject).await.unwrap();
    let request = FollowEventsRequest { heartbeats: true, ..FollowEventsRequest::default() };
    let mut stream = health.feed.follow_events(request).await.unwrap().into_inner();
    let mut next = async || {
        let event = tokio::time::timeout(Duration::from_secs(20), stream.next()).await.unwrap().unwrap();
        event.unwrap().heartbeat.expect("nothing is told to Canada")
    };
    let first = next().await;
    assert_eq!(first.complete_to_position, first.head_position, "it has caught up");
    just.sent_to_gacc("of no concern to Canada").await;
    let sent = just.events().await.last().unwrap().position;
    let mut told = first;
    while told.complete_to_position < sent {
        told = next().await;
    }
    assert_eq!(told.complete_to_position, told.head_position);
    assert!(told.head_time.unwrap().seconds >= first.head_time.unwrap().seconds);
}

pub async fn follows(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    just.sent_to_gacc("before").await;
    let mut stream = gacc
        .feed
        .follow_events(FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() })
        .await
        .unwrap()
        .into_inner();
    let second = Duration::from_secs(10);
    let first = tokio::time::timeout(second, stream.next()).await.unwrap().unwrap().unwrap();
    let clock = tokio::time::timeout(second, stream.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(
        (clock.previous_position, kinds(std::slice::from_ref(&clock))),
        (first.position, vec!["ClockChanged"])
    );
    let name = just.sent_to_gacc("meanwhile").await.name;
    let next = tokio::time::timeout(second, stream.next()).await.unwrap().unwrap().unwrap();
    assert_eq!((next.previous_position, next.subject.as_str()), (clock.position, name.as_str()));
    assert_eq!(kinds(&[first, next]), ["NotificationTransmitted"; 2]);
    let clock = tokio::time::timeout(second, stream.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(kinds(&[clock]), ["ClockChanged"]);
    // The drain ends the stream; a reader goes on elsewhere.
    let ended = tokio::spawn(async move { stream.next().await });
    running.stop().await;
    assert!(ended.await.unwrap().is_none_or(|end| end.is_err()));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
