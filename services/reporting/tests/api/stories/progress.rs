//! How far a generation has come, and that what is taken back meanwhile leaves nothing.

use seamless_proto::seamless::reporting::v1::{self as wire, GenerationStage, ReportState};
use seamless_testkit::eventually;
use tonic::Status;

use super::reports::step;
use crate::{
    bulletin_words,
    running::{Partner, Running},
    words::{SOON, asked, at, followed, quarter, request_id},
};

async fn report_of(partner: &Partner, name: &str) -> wire::Report {
    let request = wire::GetReportRequest { name: name.to_owned() };
    partner.reports.clone().get_report(request).await.unwrap().into_inner()
}

async fn bulletin_of(partner: &Partner, name: &str) -> wire::Bulletin {
    let request = wire::GetBulletinRequest { name: name.to_owned() };
    partner.bulletins.clone().get_bulletin(request).await.unwrap().into_inner()
}

/// While it waits it says for which feed and until when; by Get and by List, and no more once it is generated. Taken back while it waits
/// it stays without documents.
pub async fn waiting(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    feed.is_known_until(at("2027-06-30T15:59:00Z").unwrap());
    let queued = asked(&china, quarter("eu-just")).await.unwrap();
    assert_eq!(queued.state(), ReportState::Queued);
    let known = eventually("it is said until when the feed is known", SOON, async || {
        let progress = report_of(&china, &queued.name).await.progress.unwrap();
        let known = progress.awaited.first().and_then(|feed| feed.known_until);
        if known == at("2027-06-30T15:59:00Z") { Ok(progress) } else { Err(Status::unavailable("not yet")) }
    })
    .await;
    assert_eq!(
        (known.stage(), known.awaited[0].source.as_str()),
        (GenerationStage::Waiting, "notifications")
    );
    // Shanghai's quarter ends at four in the afternoon, and an event may be told a minute later.
    assert_eq!(known.awaited[0].wanted_until, at("2027-06-30T16:01:00Z"));
    assert_eq!(known.step_time, queued.create_time);
    let list = wire::ListReportsRequest::default();
    let listed = china.reports.clone().list_reports(list).await.unwrap().into_inner().reports;
    assert_eq!(listed[0].progress.as_ref(), Some(&known));
    let bulletin =
        bulletin_words::asked(&china, bulletin_words::about("eu-just", "CN", (2027, 5))).await.unwrap();
    let waits = bulletin_of(&china, &bulletin.name).await.progress.unwrap();
    assert_eq!(waits.awaited[0].wanted_until, bulletin.create_time, "alerts of May are told later, too");

    let taken_back = step(&china, "cancel", &report_of(&china, &queued.name).await).await.unwrap();
    assert_eq!(taken_back.state(), ReportState::Cancelled);
    let other = asked(&china, quarter("eu-just")).await.unwrap();
    feed.is_known_until(at("2027-08-01T12:00:00Z").unwrap());
    eventually("the other one is generated", SOON, async || {
        match report_of(&china, &other.name).await.state() {
            ReportState::Generated => Ok(()),
            state => Err(Status::unavailable(format!("{state:?}"))),
        }
    })
    .await;
    assert_eq!(report_of(&china, &other.name).await.progress, None);
    let stays = report_of(&china, &queued.name).await;
    assert_eq!((stays.state(), stays.manifest, stays.progress), (ReportState::Cancelled, None, None));
}

/// Taken back while its documents are written it is CANCELLED, and has none of them.
pub async fn taken_back(running: Running) {
    running.set_clock("2027-08-01T00:00:00Z");
    let ([feed], running) = followed(running, ["cn-gacc"]).await;
    let china = running.partner("cn-gacc");
    feed.is_known_until(at("2027-08-01T12:00:00Z").unwrap());
    // Where it was faster than whoever looked, it is asked for again.
    let mut taken_back = None;
    for _ in 0..10 {
        let queued = asked(&china, quarter("eu-just")).await.unwrap();
        let seen = loop {
            let report = report_of(&china, &queued.name).await;
            let stage = report.progress.as_ref().map(wire::GenerationProgress::stage);
            if stage == Some(GenerationStage::Writing) || report.state() != ReportState::Queued {
                break report;
            }
        };
        let request = wire::CancelReportRequest {
            name: seen.name.clone(),
            request_id: request_id(),
            ..Default::default()
        };
        let cancelled = china.reports.clone().cancel_report(request).await.unwrap().into_inner();
        if let (Some(progress), None) = (&seen.progress, &cancelled.manifest) {
            assert!((1..=7).contains(&progress.document) && progress.documents == 7, "{progress:?}");
            taken_back = Some(cancelled);
            break;
        }
    }
    let taken_back = taken_back.expect("one of ten was taken back while it was written");
    assert_eq!(taken_back.state(), ReportState::Cancelled);
    // The next one is generated after it: nothing comes of the one before any more.
    let next = crate::words::generated(&china, quarter("eu-just")).await;
    assert!(next.manifest.is_some());
    let stays = report_of(&china, &taken_back.name).await;
    assert_eq!((stays.state(), stays.manifest, stays.progress), (ReportState::Cancelled, None, None));
    assert!(stays.signature.is_empty() && stays.failure.is_empty());
}
