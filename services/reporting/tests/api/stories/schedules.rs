//! Schedules: each run once, for its period, whenever it runs.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{ProductCategory, RiskType},
    reporting::v1::{self as wire, ReportState, ScheduleOutcome, SchedulePeriod, ScheduleState},
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use crate::{
    running::{Partner, Running},
    words::{
        SOON, alert, at, content, count, fields, followed, reason, request_id, said, sending, transmits,
    },
};

/// A monthly schedule by the clocks of New York, about alerts with the EU.
pub(super) fn monthly() -> wire::ReportSchedule {
    wire::ReportSchedule {
        display_name: "The month".to_owned(),
        template: wire::ReportTemplate::QuarterlyPartner.into(),
        partner: "eu-just".to_owned(),
        cron_expression: "0 0 1 * *".to_owned(),
        time_zone: "America/New_York".to_owned(),
        period: SchedulePeriod::PreviousMonth.into(),
        ..Default::default()
    }
}

pub(super) async fn created(
    partner: &Partner,
    schedule: wire::ReportSchedule,
) -> Result<wire::ReportSchedule, Status> {
    let request = wire::CreateReportScheduleRequest {
        schedule: Some(schedule),
        request_id: request_id(),
        validate_only: false,
    };
    partner.schedules.clone().create_report_schedule(request).await.map(tonic::Response::into_inner)
}

pub(super) async fn read(partner: &Partner, name: &str) -> Result<wire::ReportSchedule, Status> {
    let request = wire::GetReportScheduleRequest { name: name.to_owned() };
    partner.schedules.clone().get_report_schedule(request).await.map(tonic::Response::into_inner)
}

/// The runs of a schedule, the first first.
pub(super) async fn runs(partner: &Partner, schedule: &str) -> Vec<wire::ScheduleRun> {
    let request =
        wire::ListScheduleRunsRequest { parent: schedule.to_owned(), page_size: 500, ..Default::default() };
    let mut runs = partner.schedules.clone().list_schedule_runs(request).await.unwrap().into_inner().runs;
    runs.reverse();
    runs
}

/// The report of the last run, once it stands so.
pub(super) async fn last_report(partner: &Partner, schedule: &str, state: ReportState) -> wire::Report {
    eventually("the schedule ran", SOON, async || {
        let name = read(partner, schedule).await?.last_report;
        if name.is_empty() {
            return Err(Status::unavailable("it did not run yet"));
        }
        let report = partner.reports.clone().get_report(wire::GetReportRequest { name }).await?.into_inner();
        if report.state() == state { Ok(report) } else { Err(Status::unavailable(format!("{report:?}"))) }
    })
    .await
}

pub(super) async fn run_by_hand(
    partner: &Partner,
    schedule: &str,
    intended: &str,
) -> Result<wire::Report, Status> {
    let request = wire::RunReportScheduleRequest {
        name: schedule.to_owned(),
        intended_time: at(intended),
        request_id: request_id(),
        validate_only: false,
    };
    partner.schedules.clone().run_report_schedule(request).await.map(tonic::Response::into_inner)
}

/// Two alerts: in the last hour of the year and in the first of the next, by the clocks of New York.
fn turn(feed: &ToldFeed) {
    let toy = |id| alert(id, ProductCategory::Toys, &[RiskType::Fire], "CN");
    transmits(feed, toy(1), sending(1, "2026-01-01T04:30:00Z"));
    transmits(feed, toy(2), sending(2, "2026-01-01T05:30:00Z"));
}

pub(super) fn days(report: &wire::Report) -> String {
    let period = report.period.as_ref().unwrap();
    let day = |day: &Option<seamless_proto::seamless::r#type::v1::CivilDate>| {
        let day = day.as_ref().unwrap();
        format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
    };
    format!("{} {} {}", day(&period.start_date), day(&period.end_date), period.time_zone)
}

/// At midnight of New York, late, or by hand: the run of the first of January is about December, with the same documents.
pub async fn turn_of_the_year(running: Running) {
    running.set_clock("2025-12-20T12:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let schedule = created(&china, monthly()).await.unwrap();
    assert_eq!((schedule.state(), schedule.next_time), (ScheduleState::Active, at("2026-01-01T05:00:00Z")));
    turn(&feed);

    running.set_clock("2026-01-01T05:00:00Z");
    let china = running.partner("cn-gacc");
    let queued = last_report(&china, &schedule.name, ReportState::Queued).await;
    assert_eq!(days(&queued), "2025-12-01 2025-12-31 America/New_York");
    assert_eq!(
        (queued.schedule.as_str(), queued.intended_time),
        (&*schedule.name, at("2026-01-01T05:00:00Z"))
    );
    feed.is_known_until(at("2026-01-01T05:07:00Z").unwrap());
    let prompt = last_report(&china, &schedule.name, ReportState::Generated).await;
    assert_eq!(prompt.name, queued.name);
    assert_eq!(count(&content(&china, &prompt).await, "received", "total"), 1, "the one of December");
    let manifest = prompt.manifest.clone().unwrap();
    assert_eq!(manifest.cut_time, at("2026-01-01T05:00:00Z"));
    assert!(manifest.documents.iter().all(|one| one.file_name.contains("2025-12-01_2025-12-31")));

    // Pressed by hand in the morning, for the same run.
    running.set_clock("2026-01-01T09:00:00Z");
    let china = running.partner("cn-gacc");
    let again = run_by_hand(&china, &schedule.name, "2026-01-01T05:00:00Z").await.unwrap();
    assert_eq!(again.name, prompt.name, "it ran already");
    assert_eq!(runs(&china, &schedule.name).await.len(), 1);
    let request = wire::CancelReportRequest {
        name: prompt.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    china.reports.clone().cancel_report(request).await.unwrap();
    let again = run_by_hand(&china, &schedule.name, "2026-01-01T05:00:00Z").await.unwrap();
    assert_ne!(again.name, prompt.name, "what was taken back is made again");
    assert_eq!(days(&again), days(&prompt));
    let get = wire::GetReportRequest { name: again.name.clone() };
    let again = eventually("it is generated again", SOON, async || {
        let report = china.reports.clone().get_report(get.clone()).await?.into_inner();
        match report.state() {
            ReportState::Generated => Ok(report),
            state => Err(Status::unavailable(format!("{state:?}"))),
        }
    })
    .await;
    assert_eq!(again.manifest.unwrap().documents, manifest.documents);
    let stands = read(&china, &schedule.name).await.unwrap();
    assert_eq!(stands.next_time, at("2026-02-01T05:00:00Z"), "it is due as before");
    let outcomes: Vec<_> =
        runs(&china, &schedule.name).await.iter().map(wire::ScheduleRun::outcome).collect();
    assert_eq!(outcomes, [ScheduleOutcome::Reported; 2]);

    // A time at which it is not due, and one that lies ahead.
    for (intended, wanted) in [
        ("2026-01-01T06:00:00Z", "is due; got 2026-01-01T06:00:00Z, next at 2026-02-01T05:00:00Z"),
        ("2026-02-01T05:00:00Z", "wants an instant that is not in the future; got 2026-02-01T05:00:00Z"),
    ] {
        let refused = run_by_hand(&china, &schedule.name, intended).await.unwrap_err();
        assert_eq!(fields(&refused), ["intended_time"]);
        let told = crate::words::descriptions(&refused);
        assert!(told[0].contains(wanted), "{told:?}");
    }

    // The service was down until seven minutes past midnight of the next month.
    let running = running
        .restarted(|credentials| {
            let clock = credentials.clock();
            let until: jiff::Timestamp = "2026-02-01T05:07:00Z".parse().unwrap();
            clock.advance(until.duration_since(seamless_calendar::Clock::now(clock)));
        })
        .await;
    let china = running.partner("cn-gacc");
    eventually("it ran late", SOON, async || {
        let last = read(&china, &schedule.name).await?.last_time;
        if last == at("2026-02-01T05:00:00Z") { Ok(()) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    let late = runs(&china, &schedule.name).await.pop().unwrap();
    assert_eq!((late.intended_time, late.outcome()), (at("2026-02-01T05:00:00Z"), ScheduleOutcome::Reported));
    let late = last_report(&china, &schedule.name, ReportState::Queued).await;
    assert_eq!(days(&late), "2026-01-01 2026-01-31 America/New_York");
}

/// Two schedules of noon: both run, each once, whichever of three replicas is faster.
pub async fn neighbours(running: Running) {
    running.set_clock("2026-06-01T10:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let mut schedules = Vec::new();
    for partner in ["eu-just", "ca-hc"] {
        let noon = wire::ReportSchedule {
            partner: partner.to_owned(),
            cron_expression: "0 12 * * *".to_owned(),
            time_zone: "UTC".to_owned(),
            period: SchedulePeriod::PreviousDay.into(),
            ..monthly()
        };
        schedules.push(created(&china, noon).await.unwrap().name);
    }
    running.replica().await;
    running.replica().await;
    for day in 1..=5 {
        running.set_clock(&format!("2026-06-{day:02}T12:00:00Z"));
        let china = running.partner("cn-gacc");
        for schedule in &schedules {
            eventually("it ran", SOON, async || {
                let last = read(&china, schedule).await?.last_time;
                if last == at(&format!("2026-06-{day:02}T12:00:00Z")) {
                    Ok(())
                } else {
                    Err(Status::unavailable(""))
                }
            })
            .await;
        }
    }
    let china = running.partner("cn-gacc");
    for schedule in &schedules {
        let seen: Vec<_> =
            runs(&china, schedule).await.iter().map(|run| (run.outcome(), run.intended_time)).collect();
        let due = (1..=5).map(|day| (ScheduleOutcome::Reported, at(&format!("2026-06-{day:02}T12:00:00Z"))));
        assert_eq!(seen, due.collect::<Vec<_>>());
    }
    let list = wire::ListReportsRequest { page_size: 500, ..Default::default() };
    let reports = china.reports.clone().list_reports(list).await.unwrap().into_inner().reports;
    assert_eq!(reports.len(), 10, "no report twice");
}

/// By default a person approves, and the report goes to its readers then; otherwise it goes as soon as it is generated.
pub async fn published(running: Running) {
    running.set_clock("2025-12-20T12:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let readers = vec!["eu-just".to_owned()];
    let by_person =
        created(&china, wire::ReportSchedule { readers: readers.clone(), ..monthly() }).await.unwrap();
    let by_itself = wire::ReportSchedule {
        readers: readers.clone(),
        approve_automatically: true,
        status: EventStatus::Exercise.into(),
        ..monthly()
    };
    let by_itself = created(&china, by_itself).await.unwrap();
    turn(&feed);
    feed.is_known_until(at("2026-01-01T05:07:00Z").unwrap());
    running.set_clock("2026-01-01T05:00:00Z");
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));

    let published = last_report(&china, &by_itself.name, ReportState::Published).await;
    assert_eq!(published.approved_by, by_itself.name, "no person found it right");
    let generated = last_report(&china, &by_person.name, ReportState::Generated).await;
    assert_eq!((&generated.publish_to, generated.readers.len()), (&readers, 0));
    let request = wire::ApproveReportRequest {
        name: generated.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    let approved = china.reports.clone().approve_report(request).await.unwrap().into_inner();
    assert_eq!((approved.state(), &approved.readers), (ReportState::Published, &readers));
    assert_ne!(approved.approved_by, "");

    let told: Vec<wire::ReportPublished> = europe.events().await.iter().filter_map(said).collect();
    let seen: Vec<wire::Report> = told.into_iter().filter_map(|one| one.report).collect();
    let names: Vec<_> = seen.iter().map(|one| (one.name.as_str(), one.approve_automatically)).collect();
    assert_eq!(names, [(published.name.as_str(), true), (approved.name.as_str(), false)]);
    assert!(seen.iter().all(|one| one.schedule.is_empty() && one.publish_to.is_empty()), "the owner's own");
    let hidden = read(&europe, &by_itself.name).await.unwrap_err();
    assert_eq!(hidden.code(), Code::PermissionDenied);
}

/// A schedule is changed, paused, resumed and deleted; what would have been due while it was paused is not missed.
pub async fn changed(running: Running) {
    running.set_clock("2026-01-10T12:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    let schedule = created(&china, monthly()).await.unwrap();
    let step = async |china: &Partner, verb: &str| {
        let (name, request_id) = (schedule.name.clone(), request_id());
        let mut schedules = china.schedules.clone();
        let answer = match verb {
            "pause" => {
                let request = wire::PauseReportScheduleRequest { name, request_id, ..Default::default() };
                schedules.pause_report_schedule(request).await
            }
            "resume" => {
                let request = wire::ResumeReportScheduleRequest { name, request_id, ..Default::default() };
                schedules.resume_report_schedule(request).await
            }
            _ => {
                let request = wire::DeleteReportScheduleRequest { name, request_id, ..Default::default() };
                schedules.delete_report_schedule(request).await
            }
        };
        answer.map(tonic::Response::into_inner)
    };
    let paused = step(&china, "pause").await.unwrap();
    assert_eq!((paused.state(), paused.next_time), (ScheduleState::Paused, None));
    let twice = step(&china, "pause").await.unwrap_err();
    assert_eq!(twice.code(), Code::FailedPrecondition);

    running.set_clock("2026-03-10T12:00:00Z");
    let china = running.partner("cn-gacc");
    let resumed = step(&china, "resume").await.unwrap();
    assert_eq!((resumed.state(), resumed.next_time), (ScheduleState::Active, at("2026-04-01T04:00:00Z")));
    let update =
        |paths: &[&str], etag: &str, change: wire::ReportSchedule| wire::UpdateReportScheduleRequest {
            schedule: Some(wire::ReportSchedule { name: schedule.name.clone(), ..change }),
            update_mask: Some(prost_types::FieldMask {
                paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            }),
            etag: etag.to_owned(),
            request_id: request_id(),
            validate_only: false,
        };
    let quarters = wire::ReportSchedule {
        cron_expression: "0 6 1 */3 *".to_owned(),
        period: SchedulePeriod::PreviousQuarter.into(),
        ..Default::default()
    };
    let request = update(&["cron_expression", "period"], &schedule.etag, quarters.clone());
    let stale = china.schedules.clone().update_report_schedule(request).await.unwrap_err();
    assert_eq!(reason(&stale), "ETAG_MISMATCH");
    let request = update(&["cron_expression", "period"], &resumed.etag, quarters);
    let updated = china.schedules.clone().update_report_schedule(request).await.unwrap().into_inner();
    assert_eq!(
        (updated.next_time, updated.period(), updated.partner.as_str(), updated.display_name.as_str()),
        (at("2026-04-01T10:00:00Z"), SchedulePeriod::PreviousQuarter, "eu-just", "The month")
    );
    let request = update(&["state", "colour"], "", wire::ReportSchedule::default());
    let refused = china.schedules.clone().update_report_schedule(request).await.unwrap_err();
    assert_eq!(fields(&refused), ["update_mask", "update_mask"]);

    running.set_clock("2026-04-01T10:00:00Z");
    let china = running.partner("cn-gacc");
    let report = last_report(&china, &schedule.name, ReportState::Queued).await;
    assert_eq!(days(&report), "2026-01-01 2026-03-31 America/New_York");
    let all = runs(&china, &schedule.name).await;
    assert_eq!(all.len(), 1, "what would have been due in the pause was not missed");
    let ancient = run_by_hand(&china, &schedule.name, "1951-01-01T11:00:00Z").await.unwrap_err();
    assert_eq!(fields(&ancient), ["intended_time"]);
    let deleted = step(&china, "delete").await.unwrap();
    assert_eq!(deleted.state(), ScheduleState::Deleted);
    let refused = run_by_hand(&china, &schedule.name, "2026-04-01T10:00:00Z").await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let list = wire::ListReportSchedulesRequest::default();
    let list = china.schedules.clone().list_report_schedules(list).await.unwrap().into_inner();
    assert!(list.schedules.is_empty());
    assert_eq!(runs(&china, &schedule.name).await, all, "its runs stay");
    let told: Vec<wire::ReportScheduleChanged> = china.events().await.iter().filter_map(said).collect();
    let states: Vec<_> = told.iter().map(|one| one.schedule.as_ref().unwrap().state()).collect();
    use ScheduleState::{Active, Deleted, Paused};
    assert_eq!(states, [Active, Paused, Active, Active, Deleted]);
}

/// Every wrong field is named at once, with what is wanted and what came; more than the limit are refused.
pub async fn wrong(running: Running) {
    running.set_clock("2026-11-01T00:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let running = running.with(&[("schedules.most", "2")]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let refused = created(&china, wire::ReportSchedule::default()).await.unwrap_err();
    assert_eq!(
        fields(&refused),
        [
            "schedule.template",
            "schedule.partner",
            "schedule.cron_expression",
            "schedule.time_zone",
            "schedule.period"
        ]
    );
    for (expression, zone, wanted) in [
        ("0 0 30 2 *", "UTC", vec!["wants a time that comes to pass; \"0 0 30 2 *\" never does"]),
        (
            "0 0,12 * * *",
            "UTC",
            vec![
                "wants runs at least 20h apart; \"0 0,12 * * *\" runs at 2026-11-01T12:00:00 and at 2026-11-02T00:00:00",
            ],
        ),
        (
            "every day",
            "Asia/Peking",
            vec![
                "wants five fields (minute, hour, day of the month, month, day of the week) in at most 100 characters; \
                 got \"every day\"",
                "wants an IANA time zone; got \"Asia/Peking\"",
            ],
        ),
    ] {
        let schedule = wire::ReportSchedule {
            cron_expression: expression.to_owned(),
            time_zone: zone.to_owned(),
            partner: "cn-gacc".to_owned(),
            readers: vec!["nobody".to_owned()],
            ..monthly()
        };
        let refused = created(&china, schedule).await.unwrap_err();
        let mut all = wanted;
        all.push("wants an authority of another side; got cn-gacc");
        all.push("wants an authority of the cooperation; got nobody");
        assert_eq!(crate::words::descriptions(&refused), all);
    }
    // Its reports are not made for others than the two sides.
    let outside = wire::ReportSchedule { readers: vec!["ca-hc".to_owned()], ..monthly() };
    assert_eq!(fields(&created(&china, outside).await.unwrap_err()), ["schedule.readers[0]"]);
    assert_eq!(
        reason(
            &created(&europe, wire::ReportSchedule { partner: "cn-gacc".to_owned(), ..monthly() })
                .await
                .unwrap_err()
        ),
        "FEED_NOT_FOLLOWED"
    );
    let bulletin =
        wire::ReportSchedule { template: wire::ReportTemplate::HazardBulletin.into(), ..monthly() };
    assert_eq!(fields(&created(&china, bulletin).await.unwrap_err()), ["schedule.country_of_origin"]);
    created(&china, monthly()).await.unwrap();
    created(&china, monthly()).await.unwrap();
    let refused = created(&china, monthly()).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::ResourceExhausted, "LIMIT_REACHED"));
}
