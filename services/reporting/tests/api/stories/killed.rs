//! Replicas as processes of their own, which are killed while schedules run.

use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use seamless_calendar::{Clock, SystemClock};
use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::SandboxClockAdvanced,
    reporting::v1::{self as wire, ScheduleOutcome, SchedulePeriod},
};
use seamless_testkit::{TestedService, ToldFeed, eventually};
use tonic::Status;

use super::schedules::{created, monthly, read, runs};
use crate::{
    running::{Reporting, Running},
    words::SOON,
};

/// How often the clock goes on.
const ROUNDS: usize = 8;

/// A replica that ends with the story, if it was not killed before.
struct Replica(Child);

impl Replica {
    fn start(running: &Running, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seamless-reporting"));
        let mut flags = running.credentials.service_flags(&running.database.url);
        flags.extend(Reporting::flags(&running.credentials));
        flags.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        for (key, value) in flags {
            command.arg("--set").arg(format!("{key}={value}"));
        }
        Self(command.arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn advances(feed: &ToldFeed, ahead: SignedDuration) {
    let ahead = prost_types::Duration { seconds: ahead.as_secs(), nanos: 0 };
    feed.tell_at(&SandboxClockAdvanced { ahead: Some(ahead), now: None }, None, EventStatus::Actual);
}

/// Three replicas of a sandbox, of which one is killed each time that its clock goes on: each day has its run once, or is told as missed
/// once.
pub async fn while_running(running: Running) {
    let feed = ToldFeed::served(&running.credentials).await;
    let (address, ca) = (feed.address(), feed.ca());
    let alerts =
        format!(r#"[{{ authority = "cn-gacc", channel = {{ address = "{address}", ca = "{ca}" }} }}]"#);
    let settings = [("alerts", alerts.as_str()), ("sandbox.enabled", "true")];
    // This one answers, and leaves the work to the others.
    let running = running.with(&settings).await.with(&[("watch.interval", "60s")]).await;
    let china = running.partner("cn-gacc");
    let daily = wire::ReportSchedule {
        cron_expression: "0 12 * * *".to_owned(),
        time_zone: "Europe/Brussels".to_owned(),
        period: SchedulePeriod::PreviousDay.into(),
        ..monthly()
    };
    let schedule = created(&china, daily).await.unwrap().name;
    let mut replicas: Vec<Replica> = (0..3).map(|_| Replica::start(&running, &settings)).collect();
    let mut ahead = SignedDuration::ZERO;
    for round in 0..ROUNDS {
        // Sometimes by several days: then some are missed.
        ahead += SignedDuration::from_hours(24 * if round % 3 == 2 { 3 } else { 1 });
        advances(&feed, ahead);
        let victim = round % replicas.len();
        replicas[victim] = Replica::start(&running, &settings);
        let now: Timestamp = SystemClock.now() + ahead;
        eventually("it ran", SOON, async || {
            let next = read(&china, &schedule).await?.next_time.map_or(0, |next| next.seconds);
            if next > now.as_second() { Ok(()) } else { Err(Status::unavailable(next.to_string())) }
        })
        .await;
    }
    drop(replicas);
    let runs = runs(&china, &schedule).await;
    let brussels = seamless_calendar::Zones::bundled().get("Europe/Brussels").unwrap();
    let day = |time: &prost_types::Timestamp| {
        brussels.to_datetime(Timestamp::from_second(time.seconds).unwrap()).date()
    };
    let mut days = Vec::new();
    for run in &runs {
        let first = day(run.intended_time.as_ref().unwrap());
        let last = day(run.last_intended_time.as_ref().or(run.intended_time.as_ref()).unwrap());
        let covered = first.series(jiff::ToSpan::day(1)).take_while(|day| *day <= last);
        days.extend(covered);
        assert_eq!((last - first).get_days() as i64 + 1, run.count);
    }
    let mut once = days.clone();
    once.sort();
    once.dedup();
    assert_eq!(days.len(), once.len(), "no day twice: {runs:?}");
    assert!(once.windows(2).all(|two| two[0].tomorrow().unwrap() == two[1]), "no day is left out: {runs:?}");
    let reported = runs.iter().filter(|run| run.outcome() == ScheduleOutcome::Reported).count();
    assert!(reported >= ROUNDS - 1, "{runs:?}");
    let list = wire::ListReportsRequest { page_size: 500, ..Default::default() };
    let reports = china.reports.clone().list_reports(list).await.unwrap().into_inner().reports;
    assert_eq!(reports.len(), reported, "a report for each run, and no other");
}
