//! What the parties of an arrangement promised: two workshops a calendar year, a review every 24 months.

use std::time::Duration;

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    reporting::v1 as reports,
    training::v1::{self as wire, ObligationState},
    r#type::v1::CivilDate,
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::Code;

use super::published;
use crate::{
    running::{Partner, Running},
    words::{at, request_id, session, webinar},
};

const SOON: Duration = Duration::from_secs(20);

async fn listed(partner: &Partner, arrangement: &str) -> Vec<wire::Obligation> {
    let request =
        wire::ListObligationsRequest { parent: format!("arrangements/{arrangement}"), ..Default::default() };
    partner.obligations.clone().list_obligations(request).await.unwrap().into_inner().obligations
}

/// The obligation with this name, once the watch has told that it is in this state.
async fn told(partner: &Partner, name: &str, state: ObligationState) -> wire::Obligation {
    eventually("the obligation is told", SOON, async || {
        let all: Vec<wire::ObligationChanged> = partner.clone().told().await;
        let mut of_it = all.into_iter().filter_map(|one| one.obligation).filter(|one| one.name == name);
        match of_it.next_back() {
            Some(last) if last.state() == state => Ok(last),
            other => Err(other),
        }
    })
    .await
}

fn workshop(start: &str) -> wire::Activity {
    wire::Activity {
        kind: wire::ActivityKind::Workshop.into(),
        sessions: vec![session("day-1", start, "Europe/Brussels", 90)],
        registration: None,
        ..webinar(1)
    }
}

pub(super) async fn held(partner: &Partner, name: &str) {
    let request = wire::HoldActivityRequest {
        name: name.to_owned(),
        participants: 30,
        request_id: request_id(),
        ..Default::default()
    };
    partner.activities.clone().hold_activity(request).await.unwrap();
}

/// The year 2027 of the EU and China, from the first workshop to what was not done; drills count for nothing.
pub async fn year(running: Running) {
    let running = running.with(&[("obligations.interval", "50ms")]).await;
    running.set_clock("2027-02-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let name = "arrangements/eu-cn/obligations/workshop.2027-01-01";
    let all = listed(&eu, "eu-cn").await;
    let workshops: Vec<_> = all.iter().filter(|one| one.kind() == wire::ObligationKind::Workshop).collect();
    let years: Vec<_> =
        workshops.iter().map(|one| (one.name.rsplit('.').next().unwrap(), one.state())).collect();
    let (missed, open) = (ObligationState::Missed, ObligationState::Open);
    assert_eq!(years, [("2026-01-01", missed), ("2027-01-01", open), ("2028-01-01", open)]);
    assert_eq!(
        (workshops[1].required, workshops[1].due_time),
        (2, at("2027-12-31T23:00:00Z")),
        "over in Brussels, too"
    );
    let review = all.iter().find(|one| one.kind() == wire::ObligationKind::Review).unwrap();
    assert_eq!(review.name, "arrangements/eu-cn/obligations/review.2026-01-01");
    assert_eq!(review.period.as_ref().unwrap().end.as_ref().unwrap().year, 2027);

    let drill = wire::Activity { status: 2, ..workshop("2027-03-01T09:00") };
    published(&eu, drill).await;
    let first = published(&eu, workshop("2027-03-15T09:00")).await.name;
    let second = published(&eu, workshop("2027-11-15T09:00")).await.name;
    let planned = told(&eu, name, ObligationState::OnTrack).await;
    let days: Vec<_> = planned.planned.iter().map(|one| one.activity.as_str()).collect();
    assert_eq!(days, [first.as_str(), second.as_str()]);

    running.set_clock("2027-03-15T12:00:00Z");
    let eu = running.partner("eu-just");
    held(&eu, &first).await;
    running.set_clock("2027-10-10T12:00:00Z");
    let mut eu = running.partner("eu-just");
    let cancel = wire::CancelActivityRequest {
        name: second,
        reason: "The hall burnt down.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    eu.activities.cancel_activity(cancel).await.unwrap();
    let risky = told(&eu, name, ObligationState::AtRisk).await;
    assert_eq!((risky.fulfilled_by.len(), risky.planned.len()), (1, 0));
    let third = published(&eu, workshop("2027-12-20T09:00")).await.name;
    told(&running.partner("cn-gacc"), name, ObligationState::OnTrack).await;
    running.set_clock("2027-12-20T12:00:00Z");
    let eu = running.partner("eu-just");
    held(&eu, &third).await;
    told(&eu, name, ObligationState::Fulfilled).await;

    running.set_clock("2028-01-01T12:00:00Z");
    let (eu, canada) = (running.partner("eu-just"), running.partner("ca-hc"));
    told(&eu, review.name.as_str(), ObligationState::Missed).await;
    let request = wire::GetObligationRequest { name: name.to_owned() };
    let kept = eu.obligations.clone().get_obligation(request.clone()).await.unwrap().into_inner();
    assert_eq!(kept.state(), ObligationState::Fulfilled);
    let hidden = canada.obligations.clone().get_obligation(request).await.unwrap_err();
    assert_eq!(hidden.code(), Code::PermissionDenied);
    assert!(canada.clone().told::<wire::ObligationChanged>().await.is_empty(), "it is the EU's and China's");
}

/// A workshop that is over, and that nobody reported as held, is neither held nor planned.
pub async fn unreported(running: Running) {
    let running = running.with(&[("obligations.interval", "50ms")]).await;
    running.set_clock("2027-09-01T09:00:00Z");
    let eu = running.partner("eu-just");
    let name = "arrangements/eu-cn/obligations/workshop.2027-01-01";
    let first = published(&eu, workshop("2027-10-01T09:00")).await.name;
    let second = published(&eu, workshop("2027-10-15T09:00")).await.name;
    told(&eu, name, ObligationState::OnTrack).await;
    running.set_clock("2027-10-15T08:00:00Z");
    let eu = running.partner("eu-just");
    let begun = told(&eu, name, ObligationState::AtRisk).await;
    let planned: Vec<_> = begun.planned.iter().map(|one| one.activity.as_str()).collect();
    assert_eq!(planned, [second.as_str()], "what goes on is planned still, what is over is not");
    assert!(begun.fulfilled_by.is_empty());
    running.set_clock("2027-10-15T12:00:00Z");
    let eu = running.partner("eu-just");
    held(&eu, &first).await;
    held(&eu, &second).await;
    told(&eu, name, ObligationState::Fulfilled).await;
}

/// A quarterly report that one party published to the other.
fn quarterly(id: u32, quarter: [&str; 2], published: &str) -> reports::Report {
    let day = |text: &str| {
        let day: jiff::civil::Date = text.parse().unwrap();
        Some(CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() })
    };
    reports::Report {
        name: format!("reports/{id}"),
        owner: "cn-gacc".to_owned(),
        template: reports::ReportTemplate::QuarterlyPartner.into(),
        partner: "eu-just".to_owned(),
        period: Some(reports::ReportPeriod {
            start_date: day(quarter[0]),
            end_date: day(quarter[1]),
            time_zone: "Asia/Shanghai".to_owned(),
        }),
        status: EventStatus::Actual.into(),
        state: reports::ReportState::Published.into(),
        publish_time: at(published),
        readers: vec!["eu-just".to_owned()],
        ..Default::default()
    }
}

/// The quarterly reports of 2027: one in time, one late, one that was never made; what is about somebody else counts for nothing, and
/// what restates one does not make it late.
pub async fn quarters(running: Running) {
    running.set_clock("2027-04-10T09:00:00Z");
    let name = |first: &str| format!("arrangements/eu-cn/obligations/quarterly-report.{first}");
    let stands = async |partner: &Partner, first: &str| {
        listed(partner, "eu-cn").await.into_iter().find(|one| one.name == name(first)).unwrap()
    };
    let untold = stands(&running.partner("eu-just"), "2027-01-01").await;
    assert_eq!(untold.state(), ObligationState::Untold, "no service of reports is followed");

    let feed = ToldFeed::served(&running.credentials).await;
    let (address, ca) = (feed.address(), feed.ca());
    let followed =
        format!(r#"[{{ authority = "eu-just", channel = {{ address = "{address}", ca = "{ca}" }} }}]"#);
    let running = running.with(&[("reports", &followed), ("obligations.interval", "50ms")]).await;
    let eu = running.partner("eu-just");
    let first = told(&eu, &name("2027-01-01"), ObligationState::AtRisk).await;
    assert_eq!(first.due_time, at("2027-04-30T22:00:00Z"), "over at every party");

    let q1 = ["2027-01-01", "2027-03-31"];
    let publish = |report: reports::Report| {
        feed.tell(&reports::ReportPublished { report: Some(report) });
    };
    // None of these is it: of two months, about another side, to nobody of the other side, a drill, other figures.
    publish(quarterly(1, ["2027-01-01", "2027-02-28"], "2027-04-10T10:00:00Z"));
    publish(reports::Report { partner: "ca-hc".to_owned(), ..quarterly(2, q1, "2027-04-10T10:00:00Z") });
    publish(reports::Report {
        readers: vec!["us-cpsc".to_owned()],
        ..quarterly(3, q1, "2027-04-10T10:00:00Z")
    });
    publish(reports::Report {
        status: EventStatus::Exercise.into(),
        ..quarterly(4, q1, "2027-04-10T10:00:00Z")
    });
    let template = reports::ReportTemplate::ResponseTimes.into();
    publish(reports::Report { template, ..quarterly(5, q1, "2027-04-10T10:00:00Z") });
    publish(quarterly(6, q1, "2027-04-30T16:30:00Z"));
    let done = told(&eu, &name("2027-01-01"), ObligationState::Fulfilled).await;
    let evidence: Vec<_> =
        done.fulfilled_by.iter().map(|one| (one.report.as_str(), one.activity.as_str())).collect();
    assert_eq!(evidence, [("reports/6", "")]);
    let day = done.fulfilled_by[0].date.as_ref().unwrap();
    assert_eq!((day.month, day.day), (5, 1), "the day in China; in Brussels it was April still");

    // What restates it after the due date changes nothing.
    let restated = reports::ReportRestated {
        report: Some(quarterly(7, q1, "2027-06-01T00:00:00Z")),
        restated: "reports/6".to_owned(),
    };
    feed.tell(&restated);
    // The second quarter is late, the third never comes.
    running.set_clock("2027-08-15T09:00:00Z");
    let eu = running.partner("eu-just");
    told(&eu, &name("2027-04-01"), ObligationState::Missed).await;
    publish(quarterly(8, ["2027-04-01", "2027-06-30"], "2027-08-15T08:00:00Z"));
    let late = told(&eu, &name("2027-04-01"), ObligationState::FulfilledLate).await;
    assert_eq!(late.fulfilled_by[0].report, "reports/8");
    running.set_clock("2027-12-01T09:00:00Z");
    let [eu, gacc] = ["eu-just", "cn-gacc"].map(|id| running.partner(id));
    told(&gacc, &name("2027-07-01"), ObligationState::Missed).await;
    let kept = stands(&eu, "2027-01-01").await;
    assert_eq!((kept.state(), kept.fulfilled_by.len()), (ObligationState::Fulfilled, 1));

    // The service of reports was restored from a backup, and has lost the late one: it is not fulfilled any more.
    feed.go_back(7);
    told(&eu, &name("2027-04-01"), ObligationState::Missed).await;
    // Followed no more, nothing is told of reports.
    let running = running.with(&[("reports", "[]")]).await;
    let eu = running.partner("eu-just");
    told(&eu, &name("2027-01-01"), ObligationState::Untold).await;
    assert!(stands(&eu, "2027-01-01").await.fulfilled_by.is_empty());
}
