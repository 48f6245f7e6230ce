//! The sandbox: a clock that the operator moves, and feeds that go wrong on purpose.

use std::time::{Duration, Instant};

use futures::StreamExt;
use prost::{Message, Name};
use seamless_proto::seamless::{
    feed::v1::{
        AcknowledgePositionRequest, Event, EventStatus, FollowEventsRequest, GetDigestRequest,
        ReadEventsRequest,
    },
    notifications::v1::{self as wire, FaultKind},
};
use seamless_testkit::eventually;
use tonic::Code;
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{kinds, request_id},
};

const DAY: i64 = 86_400;

fn advance(days: i64) -> wire::AdvanceClockRequest {
    let by = Some(prost_types::Duration { seconds: days * DAY, nanos: 0 });
    wire::AdvanceClockRequest { by, request_id: request_id() }
}

fn fault(kind: FaultKind, every: i32) -> wire::Fault {
    wire::Fault { kind: kind.into(), every, delay: None }
}

impl Partner {
    async fn inject(
        &mut self,
        authority: &str,
        faults: Vec<wire::Fault>,
    ) -> Result<wire::Sandbox, tonic::Status> {
        let authority = authority.to_owned();
        let request = wire::InjectFaultsRequest { authority, faults, request_id: request_id() };
        self.sandbox.inject_faults(request).await.map(tonic::Response::into_inner)
    }

    /// The first page of the feed, as it arrives.
    async fn page(&mut self) -> Vec<Event> {
        let request = ReadEventsRequest { after_position: 0, max: 100, ..ReadEventsRequest::default() };
        self.feed.read_events(request).await.unwrap().into_inner().events
    }
}

fn is_move(event: &Event) -> bool {
    event.r#type == wire::SandboxClockAdvanced::full_name()
}

fn positions(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.position).collect()
}

/// Elsewhere nothing can be moved or broken.
pub async fn nowhere_else(running: Running) {
    let mut just = running.partner("eu-just");
    let state = just.sandbox.get_sandbox(wire::GetSandboxRequest {}).await.unwrap().into_inner();
    assert!(!state.enabled);
    for refused in [
        just.sandbox.advance_clock(advance(21)).await.map(|_| ()).unwrap_err(),
        just.inject("cn-gacc", vec![fault(FaultKind::Duplicate, 1)]).await.map(|_| ()).unwrap_err(),
    ] {
        assert_eq!(refused.code(), Code::FailedPrecondition);
        assert_eq!(refused.get_details_error_info().unwrap().reason, "SANDBOX_ONLY");
    }
}

/// The deadline of an online alert passes in a moment, and does so again after a restart.
pub async fn time_is_moved(running: Running) {
    let running = running.with(&[("sandbox.enabled", "true")]).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    just.sent_to_gacc("1").await;
    let step = advance(22);
    let once = just.sandbox.advance_clock(step.clone()).await.unwrap().into_inner();
    let again = just.sandbox.advance_clock(step).await.unwrap().into_inner();
    assert_eq!((once.ahead.unwrap().seconds, &again), (22 * DAY, &once), "the same request moves it once");
    for partner in [&mut just, &mut gacc, &mut running.partner("ca-hc")] {
        let moved: Vec<Event> = partner.events().await.into_iter().filter(is_move).collect();
        assert_eq!(moved.len(), 1, "every authority is told, once");
        let told =
            wire::SandboxClockAdvanced::decode(moved[0].data.as_ref().unwrap().value.as_slice()).unwrap();
        assert_eq!((moved[0].subject.as_str(), moved[0].status()), ("sandbox", EventStatus::Test));
        assert_eq!(told.ahead, once.ahead);
        let (before, after) = (moved[0].occur_time.unwrap().seconds, told.now.unwrap().seconds);
        assert_eq!(after - before, 22 * DAY);
    }
    eventually("the breach is told", Duration::from_secs(20), async || {
        let events = gacc.events().await;
        let told = kinds(&events).contains(&"ClockBreached");
        if told { Ok(()) } else { Err(format!("{:?}", kinds(&events))) }
    })
    .await;
    let running = running.restarted(|_| {}).await;
    let mut just = running.partner("eu-just");
    let state = just.sandbox.get_sandbox(wire::GetSandboxRequest {}).await.unwrap().into_inner();
    assert_eq!((state.enabled, state.ahead.unwrap().seconds), (true, 22 * DAY));
    assert!(running.partner("cn-gacc").inbox().await[0].overdue);
    for (by, wrong) in
        [(None, "by"), (Some((-1, 0)), "by"), (Some((i64::MAX, 999_999_999)), "by"), (Some((1, -5)), "by")]
    {
        let by = by.map(|(seconds, nanos)| prost_types::Duration { seconds, nanos });
        let request = wire::AdvanceClockRequest { by, request_id: request_id() };
        let refused = just.sandbox.advance_clock(request).await.unwrap_err();
        assert_eq!(refused.get_details_bad_request().unwrap().field_violations[0].field, wrong);
    }
}

/// What is broken on the way is whole in the store: without the faults the same feed is complete.
pub async fn feeds_go_wrong(running: Running) {
    let running = running.with(&[("sandbox.enabled", "true")]).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    for reference in ["1", "2"] {
        just.sent_to_gacc(reference).await;
    }
    let whole = gacc.page().await;
    let told = positions(&whole);
    assert_eq!(told.len(), 4, "two alerts, each with its clock");

    just.inject("cn-gacc", vec![fault(FaultKind::Duplicate, 1)]).await.unwrap();
    let twice: Vec<i64> = told.iter().flat_map(|position| [*position, *position]).collect();
    assert_eq!(positions(&gacc.page().await), twice);
    let mut stream = gacc
        .feed
        .follow_events(FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() })
        .await
        .unwrap()
        .into_inner();
    let mut followed = Vec::new();
    while followed.len() < 8 {
        followed.push(stream.next().await.unwrap().unwrap().position);
    }
    assert_eq!(followed, twice);
    assert_eq!(positions(&running.partner("ca-hc").page().await).len(), 0);
    let originators = positions(&just.page().await);
    assert_eq!(
        originators.len(),
        originators.iter().collect::<std::collections::BTreeSet<_>>().len(),
        "others' feeds are whole"
    );

    just.inject("cn-gacc", vec![fault(FaultKind::Reorder, 1)]).await.unwrap();
    assert_eq!(positions(&gacc.page().await), [told[1], told[0], told[3], told[2]]);
    let mut stream = gacc
        .feed
        .follow_events(FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() })
        .await
        .unwrap()
        .into_inner();
    let mut followed = Vec::new();
    while followed.len() < 4 {
        followed.push(stream.next().await.unwrap().unwrap().position);
    }
    assert_eq!(followed, [told[1], told[0], told[3], told[2]]);

    just.inject("cn-gacc", vec![fault(FaultKind::Unreadable, 1)]).await.unwrap();
    let broken = gacc.page().await[0].data.clone().unwrap();
    assert!(wire::NotificationTransmitted::decode(broken.value.as_slice()).is_err());

    let delay = Some(prost_types::Duration { seconds: 0, nanos: 400_000_000 });
    let slow = wire::Fault { kind: FaultKind::Delay.into(), every: 1, delay };
    just.inject("cn-gacc", vec![slow, fault(FaultKind::LostReceipt, 1)]).await.unwrap();
    let asked = Instant::now();
    gacc.page().await;
    assert!(asked.elapsed() >= Duration::from_millis(400));
    let position = told[3];
    let lost = gacc
        .feed
        .acknowledge_position(AcknowledgePositionRequest {
            position,
            ..AcknowledgePositionRequest::default()
        })
        .await
        .unwrap_err();
    assert_eq!(lost.code(), Code::Unavailable);

    just.inject("cn-gacc", Vec::new()).await.unwrap();
    gacc.feed
        .acknowledge_position(AcknowledgePositionRequest {
            position,
            ..AcknowledgePositionRequest::default()
        })
        .await
        .unwrap();
    // What was acknowledged is entered as delivered a moment later: the feed grows behind these four.
    assert_eq!(gacc.page().await[..whole.len()], whole);
    let digest = GetDigestRequest { from_position: 1, to_position: position, ..GetDigestRequest::default() };
    assert_eq!(gacc.feed.get_digest(digest).await.unwrap().into_inner().count, 4);

    let wrong = vec![
        wire::Fault { kind: 99, every: 1, delay: None },
        fault(FaultKind::Reorder, 0),
        wire::Fault { kind: FaultKind::Delay.into(), every: 1, delay: None },
        wire::Fault { kind: FaultKind::Reorder.into(), every: 1, delay },
    ];
    let refused = just.inject("cn gacc", wrong).await.unwrap_err();
    let details = refused.get_details_bad_request().unwrap();
    let fields: Vec<&str> =
        details.field_violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "authority",
            "faults[0].kind",
            "faults[1].every",
            "faults[2].delay",
            "faults[3].kind",
            "faults[3].delay"
        ]
    );
    let stranger = just.inject("xx-none", vec![fault(FaultKind::Reorder, 1)]).await.unwrap_err();
    assert_eq!(stranger.get_details_bad_request().unwrap().field_violations[0].field, "authority");
}
