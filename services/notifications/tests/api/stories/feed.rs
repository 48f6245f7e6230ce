//! The feed of a service that carries real alerts; the log beneath has tests of its own.

use std::time::Duration;

use futures::StreamExt;
use seamless_proto::seamless::feed::v1::{
    AcknowledgePositionRequest, FollowEventsRequest, GetDigestRequest, ReadEventsRequest,
};
use sha2::{Digest, Sha256};
use tonic_types::StatusExt;

use crate::{running::Running, words::kinds};

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
