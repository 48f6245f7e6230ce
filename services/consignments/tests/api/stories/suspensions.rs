//! Suspended goods, while the working days of the entry point run.

use std::time::Duration;

use seamless_proto::seamless::consignments::v1 as wire;
use seamless_testkit::eventually;
use tonic::Code;
use wire::ControlOutcome::{Safe, Unspecified};

use crate::{
    running::{Partner, Running},
    screened::{DRAWN, screened},
    words::{at, control_of, record, request_id, shared_ducks},
};

async fn suspend(customs: &mut Partner, screening: &str, time: &str) -> wire::Control {
    let control = wire::Control { examine_time: at(time), ..control_of(screening, Unspecified) };
    customs.controls.record_control(record(control)).await.unwrap().into_inner()
}

async fn is_overdue(partner: &mut Partner, name: &str) -> bool {
    let request = wire::GetControlRequest { name: name.to_owned() };
    partner.controls.get_control(request).await.unwrap().into_inner().overdue
}

fn decide(name: &str) -> wire::DecideControlRequest {
    wire::DecideControlRequest {
        name: name.to_owned(),
        outcome: Safe.into(),
        request_id: request_id(),
        ..Default::default()
    }
}

/// A weekend and King's Day lie between the suspension and its end. Two replicas watch.
pub async fn overdue(running: Running) {
    let running = running.with(&[("watch.interval", "50ms")]).await;
    running.replica().await;
    running.set_clock("2026-04-23T10:00:00Z");
    let mut customs = running.partner("nl-customs");
    let inspection = shared_ducks(&running, "SH-1").await;
    let names = screened(&running, DRAWN, Some(&inspection), 3).await;
    let first = suspend(&mut customs, &names[0], "2026-04-23T09:00:00Z").await;
    let second = suspend(&mut customs, &names[1], "2026-04-20T09:00:00Z").await;
    assert_eq!(first.due_time, at("2026-04-30T22:00:00Z"), "the 30th ends at midnight in Rotterdam");
    assert_eq!(second.due_time, at("2026-04-24T22:00:00Z"));
    for why in ["Article 27", "2026-04-25 weekend", "2026-04-26 weekend", "2026-04-27 King's Day"] {
        assert!(first.due_explanation.contains(why), "{why} in {}", first.due_explanation);
    }
    assert!(!is_overdue(&mut customs, &second.name).await);

    running.set_clock("2026-04-30T21:59:00Z");
    let look = Duration::from_secs(20);
    eventually("the second runs out", look, async || is_overdue(&mut customs.clone(), &second.name).await)
        .await;
    assert!(!is_overdue(&mut customs, &first.name).await, "a minute is left");
    running.set_clock("2026-04-30T22:00:00Z");
    eventually("the first runs out", look, async || is_overdue(&mut customs.clone(), &first.name).await)
        .await;
    let third = suspend(&mut customs, &names[2], "2026-04-20T09:00:00Z").await;
    eventually("the third runs out", look, async || is_overdue(&mut customs.clone(), &third.name).await)
        .await;
    let told: Vec<wire::ControlOverdue> = customs.told().await;
    let told: Vec<String> = told.into_iter().map(|told| told.control.unwrap().name).collect();
    assert_eq!(told, [&*second.name, &*first.name, &*third.name], "each once, whoever looked");

    let overdue_only = wire::ListControlsRequest { overdue_only: true, ..Default::default() };
    let list = customs.controls.list_controls(overdue_only).await.unwrap().into_inner();
    assert_eq!(list.controls.len(), 3);
    let decided = customs.controls.decide_control(decide(&first.name)).await.unwrap().into_inner();
    assert_eq!((decided.state(), decided.overdue), (wire::ControlState::Decided, true), "late, and decided");
    let mut gacc = running.partner("cn-gacc");
    assert!(is_overdue(&mut gacc, &second.name).await, "the inspecting side sees it");
    assert_eq!(gacc.told::<wire::ControlOverdue>().await, [], "and is not told");
    running.stop().await;
}

/// The watch sleeps; what is decided after its due time is overdue all the same.
pub async fn released(running: Running) {
    let running = running.with(&[("watch.interval", "60s")]).await;
    running.set_clock("2026-04-23T10:00:00Z");
    let mut customs = running.partner("nl-customs");
    let names = screened(&running, DRAWN, None, 2).await;
    let released = suspend(&mut customs, &names[0], "2026-04-23T09:00:00Z").await;
    let late = suspend(&mut customs, &names[1], "2026-04-23T09:00:00Z").await;
    let release = wire::ReleaseControlRequest {
        name: released.name.clone(),
        reason: "the market-surveillance authority approved the release".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let released = customs.controls.release_control(release.clone()).await.unwrap().into_inner();
    assert_eq!((released.state(), released.outcome()), (wire::ControlState::Released, Unspecified));
    assert_eq!((released.release_reason, released.overdue), (release.reason.clone(), false));
    let refused = customs.controls.decide_control(decide(&release.name)).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let correct = wire::CorrectControlRequest {
        name: release.name.clone(),
        outcome: Safe.into(),
        reason: "no".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    let refused = customs.controls.correct_control(correct).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "there is no outcome to correct");

    running.set_clock("2026-05-01T08:00:00Z");
    let decided = customs.controls.decide_control(decide(&late.name)).await.unwrap().into_inner();
    assert!(decided.overdue);
    let told: Vec<wire::ControlOverdue> = customs.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].control.as_ref().unwrap().name, late.name);
    running.stop().await;
}
