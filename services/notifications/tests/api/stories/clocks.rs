//! Clocks: by when who has to act, why then, and what comes of it.

use std::time::Duration;

use jiff::SignedDuration;
use prost::Message;
use seamless_identity::SAMPLE_COOPERATION;
use seamless_proto::seamless::notifications::v1::{self as wire, ClockSide, ClockState};
use seamless_testkit::eventually;
use tonic::Code;
use tonic_types::StatusExt;

use super::{
    changes::update,
    conversations::{said, which_batch},
};
use crate::{
    running::{Partner, Running},
    words::{kinds, request_id},
};

const DAY: i64 = 24;

impl Partner {
    async fn clocks_listed(&mut self, request: wire::ListClocksRequest) -> Vec<wire::Clock> {
        self.clocks.list_clocks(request).await.unwrap().into_inner().clocks
    }

    /// The first of all clocks that the partner may see, whatever their state.
    async fn any_clock(&mut self) -> wire::Clock {
        let states = (1..=5).collect();
        self.clocks_listed(wire::ListClocksRequest { states, ..Default::default() }).await.remove(0)
    }

    async fn react(&mut self, transmission: &str) {
        self.acknowledge(transmission).await.unwrap();
        let start = wire::StartFollowUpRequest {
            transmission: transmission.to_owned(),
            request_id: request_id(),
            ..wire::StartFollowUpRequest::default()
        };
        let name = self.follow_ups.start_follow_up(start).await.unwrap().into_inner().name;
        let traced = wire::RecordTracingRequest {
            name,
            result: wire::TracingResult::NotTraced.into(),
            not_traced_reason: wire::NotTracedReason::CompanyClosed.into(),
            request_id: request_id(),
            ..wire::RecordTracingRequest::default()
        };
        self.follow_ups.record_tracing(traced).await.unwrap();
    }
}

/// Waits until the event was told, and gives how often.
async fn told(partner: &mut Partner, event: &str) -> usize {
    eventually(&format!("{event} is told"), Duration::from_secs(20), async || {
        let events = partner.events().await;
        let times = kinds(&events).into_iter().filter(|kind| *kind == event).count();
        if times == 0 { Err(format!("{:?}", kinds(&events))) } else { Ok(times) }
    })
    .await
}

pub async fn once(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    just.sent_to_gacc("1").await;
    assert_eq!(gacc.any_clock().await.state(), ClockState::Running);
    running.credentials.clock().advance(SignedDuration::from_hours(17 * DAY));
    assert_eq!(told(&mut gacc, "ClockWarned").await, 1);
    assert!(gacc.any_clock().await.breached_time.is_none());
    running.credentials.clock().advance(SignedDuration::from_hours(5 * DAY));
    assert_eq!(told(&mut gacc, "ClockBreached").await, 1);
    let clock = gacc.any_clock().await;
    assert_eq!(clock.state(), ClockState::Breached);
    assert!(gacc.inbox().await[0].overdue);
    gacc.react(&clock.transmission).await;
    let stopped = gacc.any_clock().await;
    assert_eq!(stopped.state(), ClockState::Stopped);
    assert_eq!(
        (stopped.breached_time, stopped.due_time),
        (clock.breached_time, clock.due_time),
        "late stays late"
    );
    for partner in [&mut just, &mut gacc] {
        assert_eq!((told(partner, "ClockWarned").await, told(partner, "ClockBreached").await), (1, 1));
    }
    let mut strangers = running.partner("ca-hc");
    assert!(strangers.events().await.is_empty());
    // In time, the warning is told and no breach; a reaction after the due time establishes the breach by itself.
    let second = just.sent_to_gacc("2").await.name;
    gacc.react(&format!("{second}/transmissions/cn-gacc")).await;
    running.credentials.clock().advance(SignedDuration::from_hours(40 * DAY));
    let third = just.sent_to_gacc("3").await.name;
    running.credentials.clock().advance(SignedDuration::from_hours(40 * DAY));
    gacc.react(&format!("{third}/transmissions/cn-gacc")).await;
    assert_eq!((told(&mut gacc, "ClockWarned").await, told(&mut gacc, "ClockBreached").await), (2, 2));
}

pub async fn downtime(running: Running) {
    running.partner("eu-just").sent_to_gacc("1").await;
    let running = running
        .restarted(|credentials| credentials.clock().advance(SignedDuration::from_hours(30 * DAY)))
        .await;
    let mut gacc = running.partner("cn-gacc");
    assert_eq!(told(&mut gacc, "ClockBreached").await, 1);
    let events = gacc.events().await;
    assert_eq!(kinds(&events), ["NotificationTransmitted", "ClockChanged", "ClockWarned", "ClockBreached"]);
}

pub async fn explained(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let listed = gacc.any_clock().await;
    let clock = gacc.clocks.get_clock(wire::GetClockRequest { name: listed.name.clone() }).await.unwrap();
    let clock = clock.into_inner();
    assert_eq!(clock, listed);
    assert_eq!(clock.name, format!("{name}/transmissions/cn-gacc/clocks/online-reaction"));
    let explanation = clock.explanation.unwrap();
    assert_eq!(explanation.counted_dates.len(), 21);
    assert!(explanation.skipped_dates.is_empty());
    assert!(explanation.due_local_acting.ends_with("T00:00:00+08:00[Asia/Shanghai]"), "{explanation:?}");
    assert!(explanation.due_local_originator.ends_with("[Europe/Brussels]"), "{explanation:?}");
    assert!(explanation.summary.contains("21 days counted"), "{}", explanation.summary);
    let rule = clock.rule.unwrap();
    assert_eq!((rule.length_days, rule.stop_event.as_str()), (21, "first-substantive-reaction"));
    assert!(rule.pauses_on_question && rule.working_day_calendar.is_empty());

    let count = async |partner: &mut Partner, side: ClockSide, days: Option<i64>| {
        let due_within = days.map(|days| prost_types::Duration { seconds: days * 86_400, nanos: 0 });
        let request = wire::ListClocksRequest { side: side.into(), due_within, ..Default::default() };
        partner.clocks_listed(request).await.len()
    };
    assert_eq!(count(&mut gacc, ClockSide::Own, None).await, 1);
    assert_eq!(count(&mut gacc, ClockSide::Others, None).await, 0);
    assert_eq!(count(&mut just, ClockSide::Others, None).await, 1);
    assert_eq!(count(&mut just, ClockSide::Own, None).await, 0);
    assert_eq!(count(&mut gacc, ClockSide::Unspecified, Some(20)).await, 0);
    assert_eq!(count(&mut gacc, ClockSide::Unspecified, Some(23)).await, 1);
    assert_eq!(count(&mut running.partner("ca-hc"), ClockSide::Unspecified, None).await, 0);
    let get = wire::GetClockRequest { name: listed.name.clone() };
    let denied = running.partner("ca-hc").clocks.get_clock(get).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    let wrong = wire::ListClocksRequest {
        arrangement: "EU CN".to_owned(),
        side: 9,
        states: vec![77],
        due_within: Some(prost_types::Duration { seconds: -1, nanos: 0 }),
        ..Default::default()
    };
    let refused = gacc.clocks.list_clocks(wrong).await.unwrap_err();
    let fields: Vec<String> = refused
        .get_details_bad_request()
        .unwrap()
        .field_violations
        .into_iter()
        .map(|violation| violation.field)
        .collect();
    assert_eq!(fields, ["arrangement", "side", "due_within", "states[0]"]);
}

pub async fn keeps_its_rule(running: Running) {
    running.partner("eu-just").sent_to_gacc("before").await;
    let shorter = SAMPLE_COOPERATION.replace("length = 21", "length = 10");
    assert_ne!(shorter, SAMPLE_COOPERATION);
    let running = running.restarted(|credentials| credentials.set_cooperation(&shorter)).await;
    running.partner("eu-just").sent_to_gacc("after").await;
    let clocks = running.partner("cn-gacc").clocks_listed(wire::ListClocksRequest::default()).await;
    let lengths: Vec<i32> = clocks.iter().map(|clock| clock.rule.as_ref().unwrap().length_days).collect();
    assert_eq!(lengths, [10, 21], "the nearest first, each by the rule that it started with");
}

impl Partner {
    /// What the partner was told of clocks that started, ended, came back or were reckoned anew.
    async fn clock_changes(&mut self) -> Vec<wire::ClockChanged> {
        let events = self.events().await;
        let changed = events.iter().filter(|event| event.r#type.ends_with(".ClockChanged"));
        let changed = changed.map(|event| wire::ClockChanged::decode(&*event.data.as_ref().unwrap().value));
        changed.collect::<Result<_, _>>().unwrap()
    }

    async fn sell_online(&mut self, name: &str, sold_online: bool) {
        let online = Some(wire::Online { sold_online: Some(sold_online), ..Default::default() });
        let changed = wire::Notification { name: name.to_owned(), online, ..Default::default() };
        self.notifications.update_notification(update(changed, &["online"])).await.unwrap();
    }
}

/// Whoever has the feed alone has the clocks.
pub async fn told_from_start_to_end(running: Running) {
    use ClockState::{Breached, Cancelled, Paused, Running as Runs, Stopped, Unspecified};
    use wire::ClockChangeReason::{
        Reckoned, Revoked, RuleCeased, RuleReturned, Started, Stopped as ByReaction, Withdrawn,
    };
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let mut offline = crate::words::item("1");
    offline.notification.as_mut().unwrap().online = None;
    let name = just.import(vec![offline]).await.remove(0).name;
    just.transmit(&name, &["cn-gacc"]).await.unwrap();
    let transmission = format!("{name}/transmissions/cn-gacc");
    assert!(gacc.clock_changes().await.is_empty(), "no rule is for it");

    just.sell_online(&name, true).await;
    let asked = gacc.raise(which_batch(&transmission)).await.unwrap().name;
    let second = gacc.raise(which_batch(&transmission)).await.unwrap().name;
    just.sell_online(&name, false).await;
    just.sell_online(&name, true).await;
    for question in [&asked, &second] {
        just.answer_flag(question, said("of 2026")).await.unwrap();
    }
    let revoke = wire::RevokeTransmissionRequest {
        name: transmission.clone(),
        reason: "sent by mistake".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.transmissions.revoke_transmission(revoke).await.unwrap();
    assert!(gacc.clock_changes().await.is_empty(), "a lost right is lost from the first position on");
    just.transmit(&name, &["cn-gacc"]).await.unwrap();
    let waiting = gacc.raise(which_batch(&transmission)).await.unwrap().name;
    let withdraw = wire::WithdrawNotificationRequest {
        name: name.clone(),
        reason: "the wrong product".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();

    let told = just.clock_changes().await;
    let line = |told: &[wire::ClockChanged]| {
        let state = |one: &wire::ClockChanged| one.clock.as_ref().unwrap().state();
        told.iter().map(|one| (one.previous_state(), state(one), one.reason())).collect::<Vec<_>>()
    };
    assert_eq!(
        line(&told),
        [
            (Unspecified, Runs, Started),
            (Paused, Paused, Reckoned),
            (Paused, Cancelled, RuleCeased),
            (Cancelled, Paused, RuleReturned),
            (Paused, Paused, Reckoned),
            (Runs, Cancelled, Revoked),
            (Cancelled, Runs, Started),
            (Paused, Cancelled, Withdrawn),
        ]
    );
    let pauses = |at: usize| &told[at].clock.as_ref().unwrap().pauses;
    let ended = |at: usize| told[at].clock.as_ref().unwrap().cancel_time;
    assert!(pauses(2).iter().all(|pause| pause.end_time == ended(2)) && ended(2).is_some());
    assert!(pauses(3).iter().all(|pause| pause.end_time.is_none()), "they go on with the clock");
    assert_eq!((pauses(7).len(), &pauses(7)[0].question, pauses(7)[0].end_time), (1, &waiting, ended(7)));
    assert_eq!(line(&gacc.clock_changes().await), line(&told[6..]), "of the sending that it may read");
    let mut shown = gacc.any_clock().await;
    shown.explanation = None;
    let last = told[7].clock.clone().unwrap();
    assert_eq!(wire::Clock { due_time: last.due_time, ..shown }, last, "as the clocks are listed");

    // The reaction stops it; a late one establishes the breach first.
    let timely = just.sent_to_gacc("2").await.name;
    gacc.react(&format!("{timely}/transmissions/cn-gacc")).await;
    let late = just.sent_to_gacc("3").await.name;
    running.credentials.clock().advance(SignedDuration::from_hours(40 * DAY));
    gacc.react(&format!("{late}/transmissions/cn-gacc")).await;
    let told = gacc.clock_changes().await;
    assert_eq!(
        line(&told[2..]),
        [
            (Unspecified, Runs, Started),
            (Runs, Stopped, ByReaction),
            (Unspecified, Runs, Started),
            (Breached, Stopped, ByReaction),
        ]
    );
    assert!(running.partner("ca-hc").events().await.is_empty());
}
