//! Runs of schedules that did not come to pass: each is told to its owner, and is not lost.

use seamless_proto::seamless::reporting::v1::{
    self as wire, ReportState, ScheduleOutcome, SchedulePeriod, ScheduleState,
};
use seamless_testkit::eventually;
use tonic::Status;

use super::schedules::{created, days, last_report, monthly, read, runs};
use crate::{
    running::Running,
    words::{SOON, asked, at, day, followed, quarter, request_id, said},
};

/// A service that was down over the change of clocks makes up for one run, and tells those that it missed.
pub async fn downtime(running: Running) {
    running.set_clock("2026-03-26T12:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let daily = wire::ReportSchedule {
        cron_expression: "30 2 * * *".to_owned(),
        time_zone: "Europe/Brussels".to_owned(),
        period: SchedulePeriod::PreviousDay.into(),
        ..monthly()
    };
    let schedule = created(&china, daily).await.unwrap();
    let running = running
        .restarted(|credentials| {
            let clock = credentials.clock();
            let until: jiff::Timestamp = "2026-03-29T12:00:00Z".parse().unwrap();
            clock.advance(until.duration_since(seamless_calendar::Clock::now(clock)));
        })
        .await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let report = last_report(&china, &schedule.name, ReportState::Queued).await;
    assert_eq!(days(&report), "2026-03-28 2026-03-28 Europe/Brussels");
    assert_eq!(report.intended_time, at("2026-03-29T01:00:00Z"), "the first instant behind the change");
    let all = runs(&china, &schedule.name).await;
    let seen: Vec<_> = all.iter().map(|run| (run.outcome(), run.intended_time, run.count)).collect();
    assert_eq!(
        seen,
        [
            (ScheduleOutcome::Missed, at("2026-03-27T01:30:00Z"), 2),
            (ScheduleOutcome::Reported, at("2026-03-29T01:00:00Z"), 1),
        ]
    );
    let told: Vec<wire::ScheduleMissed> = china.events().await.iter().filter_map(said).collect();
    assert_eq!(told.len(), 1);
    let run = told[0].run.clone().unwrap();
    assert_eq!(
        (run.intended_time, run.last_intended_time, run.count, told[0].made_up_time),
        (at("2026-03-27T01:30:00Z"), at("2026-03-28T01:30:00Z"), 2, at("2026-03-29T01:00:00Z"))
    );
    assert!(europe.events().await.is_empty(), "it is the owner's own");
}

/// Where no report can be made any more, the runs are refused, and its owner learns why; it goes on being due.
pub async fn unserved(running: Running) {
    running.set_clock("2026-01-10T12:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let schedule = created(&running.partner("cn-gacc"), monthly()).await.unwrap();
    let running = running.with(&[("alerts", "[]")]).await;
    running.set_clock("2026-02-01T06:00:00Z");
    let china = running.partner("cn-gacc");
    let run = eventually("the run is refused", SOON, async || {
        runs(&china, &schedule.name).await.pop().ok_or(Status::unavailable("it did not run yet"))
    })
    .await;
    assert_eq!((run.outcome(), run.intended_time), (ScheduleOutcome::Refused, at("2026-02-01T05:00:00Z")));
    assert!(run.failure.contains("feed of notifications is not followed for cn-gacc"), "{}", run.failure);
    let told: Vec<wire::ScheduleMissed> = china.events().await.iter().filter_map(said).collect();
    assert_eq!(told.len(), 1);
    let stands = read(&china, &schedule.name).await.unwrap();
    assert_eq!((stands.state(), stands.next_time), (ScheduleState::Active, at("2026-03-01T05:00:00Z")));
}

/// What was due and waited until other reports are made is not lost where the schedule is paused: it is told as missed.
pub async fn paused_while_due(running: Running) {
    running.set_clock("2026-01-10T12:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let running = running.with(&[("reports.most_queued", "1")]).await;
    let china = running.partner("cn-gacc");
    let schedule = created(&china, monthly()).await.unwrap();
    // It waits until its feed is known, and nothing else of its owner is made meanwhile.
    let own = wire::ReportPeriod {
        start_date: day("2025-10-01"),
        end_date: day("2025-12-31"),
        time_zone: "Asia/Shanghai".to_owned(),
    };
    asked(&china, wire::Report { period: Some(own), ..quarter("eu-just") }).await.unwrap();
    running.set_clock("2026-02-01T06:00:00Z");
    let china = running.partner("cn-gacc");
    let request = wire::PauseReportScheduleRequest {
        name: schedule.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    china.schedules.clone().pause_report_schedule(request).await.unwrap();
    let all = runs(&china, &schedule.name).await;
    let seen: Vec<_> = all.iter().map(|run| (run.outcome(), run.intended_time, run.count)).collect();
    assert_eq!(seen, [(ScheduleOutcome::Missed, at("2026-02-01T05:00:00Z"), 1)]);
    let told: Vec<wire::ScheduleMissed> = china.events().await.iter().filter_map(said).collect();
    assert_eq!(told.iter().map(|one| one.made_up_time).collect::<Vec<_>>(), [None]);
}
