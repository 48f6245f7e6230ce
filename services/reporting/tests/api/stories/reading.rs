//! How far feeds are read, and how what was read is built anew.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, ProductCategory, RiskType},
    reporting::v1::{self as wire, ReadRebuildState, ReportState},
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::{Code, Status};

use crate::{
    bulletin_words::{self, about},
    running::{Partner, Running},
    words::{
        SOON, alert, alert_name, asked, at, content, count, fields, followed, generated, quarter, reason,
        request_id, sending, transmits,
    },
};

async fn standing(partner: &Partner) -> wire::SourceStanding {
    let standing = partner.reports.clone().get_read_standing(wire::GetReadStandingRequest {}).await.unwrap();
    standing.into_inner().sources.pop().unwrap()
}

/// Waits until this position took effect.
async fn reached(partner: &Partner, position: i64) {
    eventually("it took effect", SOON, async || {
        let input = standing(partner).await.input.unwrap_or_default();
        if input.position >= position { Ok(()) } else { Err(Status::unavailable(input.position.to_string())) }
    })
    .await;
}

async fn begin(partner: &Partner, source: &str) -> Result<wire::ReadRebuild, Status> {
    let request = wire::RebuildReadModelRequest {
        source: source.to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    partner.read_models.clone().rebuild_read_model(request).await.map(tonic::Response::into_inner)
}

async fn cancel(partner: &Partner) -> Result<wire::ReadRebuild, Status> {
    let request = wire::CancelReadRebuildRequest {
        source: "notifications".to_owned(),
        request_id: request_id(),
        validate_only: false,
    };
    partner.read_models.clone().cancel_read_rebuild(request).await.map(tonic::Response::into_inner)
}

/// Waits until the rebuild stands so.
async fn ended(partner: &Partner, state: ReadRebuildState) -> wire::ReadRebuild {
    eventually("the rebuild ends", SOON, async || {
        let rebuild = standing(partner).await.rebuild.unwrap();
        if rebuild.state() == state { Ok(rebuild) } else { Err(Status::unavailable(format!("{rebuild:?}"))) }
    })
    .await
}

fn toy(feed: &ToldFeed, id: u32) {
    let toy = alert(id, ProductCategory::Toys, &[RiskType::Fire], "CN");
    transmits(feed, toy, sending(id, "2027-05-01T08:00:00Z"));
}

fn revoke(feed: &ToldFeed, id: u32) {
    let removal = told::Removal {
        notification: alert_name(id),
        originator: "eu-just".to_owned(),
        authority: "cn-gacc".to_owned(),
        reason: told::RemovalReason::Revoked.into(),
        order_time: at("2027-05-20T08:00:00Z"),
        ..Default::default()
    };
    let event = told::RemovalOrdered { removal: Some(removal) };
    feed.tell_at(&event, at("2027-05-20T08:00:00Z"), EventStatus::Actual);
}

/// What was read is built anew, with what was lost; reports are made of what stands meanwhile, which goes on growing.
pub async fn rebuilt(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    (1..=600).for_each(|id| toy(&feed, id));
    revoke(&feed, 1);
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    reached(&china, 601).await;
    assert_eq!(standing(&china).await.rebuild, None);

    feed.hold(true);
    let begun = begin(&china, "notifications").await.unwrap();
    assert_eq!((begun.state(), begun.target_position), (ReadRebuildState::Running, 601));
    let twice = begin(&china, "notifications").await.unwrap_err();
    assert_eq!(twice.code(), Code::FailedPrecondition);
    eventually("it reads", SOON, async || feed.waiting() > 0).await;
    // Meanwhile there is news, and a report is made of it.
    toy(&feed, 601);
    feed.is_known_until(at("2027-08-01T00:00:01Z").unwrap());
    reached(&china, 602).await;
    let report = generated(&china, quarter("eu-just")).await;
    assert_eq!(count(&content(&china, &report).await, "received", "total"), 600);
    assert_eq!(standing(&china).await.rebuild.unwrap().state(), ReadRebuildState::Running);

    feed.hold(false);
    let done = ended(&china, ReadRebuildState::Done).await;
    assert_eq!((done.position, done.events, done.changed_facts), (602, 602, Some(0)));
    let input = |report: &wire::Report| report.manifest.as_ref().unwrap().inputs[0].clone();
    let again = generated(&china, quarter("eu-just")).await;
    assert_eq!(input(&again), input(&report), "with the digest of what had grown");
    assert_eq!(again.manifest.as_ref().unwrap().documents, report.manifest.as_ref().unwrap().documents);
    // It goes on from there.
    toy(&feed, 602);
    reached(&china, 603).await;

    let wrong = begin(&china, "laboratories").await.unwrap_err();
    assert_eq!(fields(&wrong), ["source"]);
    assert_eq!(reason(&begin(&europe, "notifications").await.unwrap_err()), "FEED_NOT_FOLLOWED");
}

/// While one feed is read anew and waits, another one is.
pub async fn side_by_side(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([slow, quick], running) = followed(running, ["cn-gacc", "eu-just"]).await;
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    for (feed, partner) in [(&slow, &china), (&quick, &europe)] {
        toy(feed, 1);
        reached(partner, 1).await;
    }
    slow.hold(true);
    begin(&china, "notifications").await.unwrap();
    eventually("it reads", SOON, async || slow.waiting() > 0).await;
    begin(&europe, "notifications").await.unwrap();
    ended(&europe, ReadRebuildState::Done).await;
    assert_eq!(standing(&china).await.rebuild.unwrap().state(), ReadRebuildState::Running);
    // It can be ended by who does not wait for the feed any longer.
    let running = running.with(&[("alerts", "[]")]).await;
    cancel(&running.partner("cn-gacc")).await.unwrap();
}

/// A report of facts that cannot be read fails, without a word of why to others than the log; the next one is made.
pub async fn damaged(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([slow, quick], running) = followed(running, ["cn-gacc", "eu-just"]).await;
    let running = {
        for (feed, id) in [(&slow, "cn-gacc"), (&quick, "eu-just")] {
            toy(feed, 1);
            reached(&running.partner(id), 1).await;
        }
        running.restarted_after(&["UPDATE fact SET document = '{' WHERE authority = 'cn-gacc'"]).await
    };
    let [china, europe] = ["cn-gacc", "eu-just"].map(|id| running.partner(id));
    let queued = asked(&china, quarter("eu-just")).await.unwrap();
    for feed in [&slow, &quick] {
        feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    }
    let failed = eventually("it fails", SOON, async || {
        let get = wire::GetReportRequest { name: queued.name.clone() };
        match china.reports.clone().get_report(get).await?.into_inner() {
            report if report.state() == ReportState::Failed => Ok(report),
            report => Err(Status::unavailable(format!("{:?}", report.state()))),
        }
    })
    .await;
    assert_eq!(failed.failure, "it could not be made; the log of the service says why");
    generated(&europe, quarter("cn-gacc")).await;
}

/// A rebuild that is cancelled leaves what stands, and nothing of its own; the next begins from the first event.
pub async fn cancelled(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    (1..=3).for_each(|id| toy(&feed, id));
    reached(&china, 3).await;
    let none = cancel(&china).await.unwrap_err();
    assert_eq!(none.code(), Code::FailedPrecondition);
    feed.hold(true);
    begin(&china, "notifications").await.unwrap();
    eventually("it reads", SOON, async || feed.waiting() > 0).await;
    let ends = cancel(&china).await.unwrap();
    assert_eq!(ends.state(), ReadRebuildState::Cancelled);
    feed.hold(false);
    revoke(&feed, 1);
    reached(&china, 4).await;
    assert_eq!(standing(&china).await.rebuild.unwrap().state(), ReadRebuildState::Cancelled);
    begin(&china, "notifications").await.unwrap();
    let done = ended(&china, ReadRebuildState::Done).await;
    assert_eq!((done.events, done.changed_facts), (4, Some(0)));
}

/// A rebuild goes on when the service comes back; one that a restore comes before is superseded by it.
pub async fn restarted(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    (1..=600).for_each(|id| toy(&feed, id));
    reached(&china, 600).await;
    feed.hold(true);
    begin(&china, "notifications").await.unwrap();
    eventually("it reads", SOON, async || feed.waiting() > 0).await;
    let running = running.restarted(|_| feed.hold(false)).await;
    let china = running.partner("cn-gacc");
    let done = ended(&china, ReadRebuildState::Done).await;
    assert_eq!((done.events, done.changed_facts), (600, Some(0)));

    feed.hold(true);
    let waiting = feed.waiting();
    begin(&china, "notifications").await.unwrap();
    eventually("it reads", SOON, async || feed.waiting() > waiting).await;
    feed.go_back(500);
    feed.hold(false);
    ended(&china, ReadRebuildState::Superseded).await;
    reached(&china, 500).await;
}

/// How far what is known lies behind the time of now is told with every answer.
pub async fn lag(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    assert_eq!((standing(&china).await.lag, standing(&china).await.known_until), (None, None));
    feed.is_known_until(at("2027-08-01T00:00:00Z").unwrap());
    eventually("it is known", SOON, async || standing(&china).await.known_until.is_some()).await;
    let before = standing(&china).await.lag.unwrap().seconds;
    running.set_clock("2027-08-01T01:00:00Z");
    let china = running.partner("cn-gacc");
    let after = standing(&china).await.lag.unwrap().seconds;
    assert!(before < 60 && (3_600..3_660).contains(&after), "{before} {after}");
    // Who reads a report learns how old what it was made of is, beside what that was.
    let report = generated(&china, quarter("eu-just")).await;
    assert!((3_600..3_720).contains(&report.lag.unwrap().seconds), "{:?}", report.lag);
}

/// A report or a bulletin whose feed is not followed any more does not wait for ever.
pub async fn abandoned(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([_feed], running) = followed(running, ["cn-gacc"]).await;
    let queued = asked(&running.partner("cn-gacc"), quarter("eu-just")).await.unwrap();
    let bulletin = about("us-cpsc", "CN", (2027, 6));
    let bulletin = bulletin_words::asked(&running.partner("cn-gacc"), bulletin).await.unwrap();
    let running = running.with(&[("alerts", "[]")]).await;
    let state = async |partner: &Partner| {
        let get = wire::GetReportRequest { name: queued.name.clone() };
        partner.reports.clone().get_report(get).await.unwrap().into_inner()
    };
    assert_eq!(state(&running.partner("cn-gacc")).await.state(), ReportState::Queued);
    running.set_clock("2027-08-01T00:10:00Z");
    let china = running.partner("cn-gacc");
    let failed = eventually("it fails", SOON, async || match state(&china).await {
        report if report.state() == ReportState::Failed => Ok(report),
        report => Err(Status::unavailable(format!("{:?}", report.state()))),
    })
    .await;
    assert_eq!(
        failed.failure,
        "a feed that it is made of is not followed any more for cn-gacc: ask whoever runs the service"
    );
    let failed = eventually("the bulletin fails as well", SOON, async || {
        let get = wire::GetBulletinRequest { name: bulletin.name.clone() };
        match china.bulletins.clone().get_bulletin(get).await?.into_inner() {
            failed if failed.state() == ReportState::Failed => Ok(failed),
            waits => Err(Status::unavailable(format!("{:?}", waits.state()))),
        }
    })
    .await;
    assert!(failed.failure.contains("is not followed any more for cn-gacc"), "{}", failed.failure);
}
