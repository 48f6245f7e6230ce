//! Reports over two real services: a report holds what its owner is shown of alerts and nothing else, and is read by whom it was
//! published to.

use std::time::Duration;

use seamless_calendar::Clock;
use seamless_disclosure::Audience;
use seamless_proto::seamless::{
    disclosure::v1::{Audience as Circle, FieldDisclosure},
    reporting::v1::{self as wire, report_service_client::ReportServiceClient},
    r#type::v1::CivilDate,
};
use seamless_reporting::api::authorization::SCOPES;
use seamless_service::client::ClientChannel;
use seamless_testkit::eventually;
use tonic::{Response, Status};

use crate::{
    assert_none,
    disclosure::{
        is_denied,
        seen::{allowed, difference, shown},
        steps::request_id,
    },
    factory_to_consumer::words::{BOAT, DUCK, alert_on},
    running::Running,
};

const SOON: Duration = Duration::from_secs(60);
const REPORT: &str = "seamless.reporting.v1.Report";
/// Fields of a report that is generated, did not fail nor restates another one, is for the two sides, and was asked for by no schedule.
const NOT_SET: [&str; 8] = [
    "progress",
    "failure",
    "restates",
    "for_others",
    "schedule",
    "intended_time",
    "publish_to",
    "approve_automatically",
];

type Client = ReportServiceClient<ClientChannel>;

fn reports(reporting: &Running, authority: &str) -> Client {
    let token = reporting.credentials.token(authority, &SCOPES);
    ReportServiceClient::new(reporting.channel(Some(token)))
}

/// A report about alerts with this partner, of the days around now.
fn about(partner: &str, now: jiff::Timestamp) -> wire::Report {
    let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
    let day = |days: i64| {
        let date = today.checked_add(jiff::Span::new().days(days)).unwrap();
        Some(CivilDate { year: date.year().into(), month: date.month().into(), day: date.day().into() })
    };
    wire::Report {
        template: wire::ReportTemplate::QuarterlyPartner.into(),
        partner: partner.to_owned(),
        period: Some(wire::ReportPeriod {
            start_date: day(-40),
            end_date: day(40),
            time_zone: "UTC".to_owned(),
        }),
        ..Default::default()
    }
}

async fn generated(client: &Client, report: wire::Report) -> wire::Report {
    let request =
        wire::GenerateReportRequest { report: Some(report), request_id: request_id(), validate_only: false };
    let queued = client.clone().generate_report(request).await.unwrap().into_inner();
    eventually("the report is generated", SOON, async || {
        let request = wire::GetReportRequest { name: queued.name.clone() };
        let report = client.clone().get_report(request).await?.into_inner();
        match report.state() {
            wire::ReportState::Queued => Err(Status::unavailable("it waits")),
            wire::ReportState::Generated => Ok(report),
            other => panic!("{other:?}: {}", report.failure),
        }
    })
    .await
}

async fn said(client: &Client, report: &wire::Report) -> wire::ReportContent {
    let request = wire::GetReportContentRequest { name: report.name.clone() };
    client.clone().get_report_content(request).await.unwrap().into_inner()
}

/// How many alerts of each type of risk went this way.
fn risks(content: &wire::ReportContent, way: &str) -> Vec<String> {
    let section = content.sections.iter().find(|section| section.id == way).unwrap();
    let table = section.tables.iter().find(|table| table.id == "by_risk_type").unwrap();
    let count = |row: &wire::Row| match row.values[0].value {
        Some(wire::value::Value::Count(count)) => count,
        _ => panic!("it is a count"),
    };
    table.rows.iter().map(|row| format!("{}: {}", row.id, count(row))).collect()
}

/// Everything that names a report, tried by who may not see it.
async fn tried(client: &Client, name: &str) -> Vec<Result<(), Status>> {
    let (name, request_id) = (name.to_owned(), request_id());
    let get = wire::GetReportRequest { name: name.clone() };
    let content = wire::GetReportContentRequest { name: name.clone() };
    let download = wire::DownloadReportRequest {
        name: name.clone(),
        format: wire::ReportFormat::Csv.into(),
        ..Default::default()
    };
    let approve = wire::ApproveReportRequest {
        name: name.clone(),
        request_id: request_id.clone(),
        ..Default::default()
    };
    let publish = wire::PublishReportRequest {
        name: name.clone(),
        request_id: self::request_id(),
        readers: vec!["eu-just".to_owned()],
        ..Default::default()
    };
    let cancel = wire::CancelReportRequest { name, request_id: self::request_id(), ..Default::default() };
    let compare = wire::CompareReportsRequest { other: content.name.clone(), name: content.name.clone() };
    let mut client = client.clone();
    fn nothing<T>(answer: Result<Response<T>, Status>) -> Result<(), Status> {
        answer.map(|_| ())
    }
    vec![
        nothing(client.get_report(get).await),
        nothing(client.compare_reports(compare).await),
        nothing(client.get_report_content(content).await),
        nothing(client.download_report(download).await),
        nothing(client.approve_report(approve).await),
        nothing(client.publish_report(publish).await),
        nothing(client.cancel_report(cancel).await),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_holds_what_its_owner_is_shown_and_is_read_by_whom_it_was_published_to() {
    let notifications = Running::notifications().await;
    let reporting = Running::reporting_following(&notifications, &["eu-just", "cn-gacc"]).await;
    let [mut nvwa, mut just] = ["nl-nvwa", "eu-just"].map(|id| notifications.partner(id));
    let [eu, gacc, canada] = ["eu-just", "cn-gacc", "ca-hc"].map(|id| reports(&reporting, id));
    let hidden = FieldDisclosure {
        path: "risk.types".to_owned(),
        audience: Circle::Originator.into(),
        reason: "the court decided so".to_owned(),
    };
    for (product, reference, disclosures) in
        [(DUCK, "SR/00001/26", Vec::new()), (BOAT, "SR/00002/26", vec![hidden])]
    {
        let mut alert = alert_on(product, reference, "NL");
        alert.disclosures = disclosures;
        // The boat has no barcode.
        alert.product.get_or_insert_default().gtins.retain(|gtin| !gtin.is_empty());
        let name = nvwa.create(alert).await;
        nvwa.submit(&name).await;
        just.answer(&name, Vec::new()).await;
    }

    let now = notifications.credentials.shared_clock().now();
    let own = generated(&eu, about("cn-gacc", now)).await;
    assert_eq!(
        risks(&said(&eu, &own).await, "sent"),
        ["CHOKING: 1", ": 1"],
        "the partner may come to read it: it says no more than the partner is shown"
    );
    let theirs = generated(&gacc, about("eu-just", now)).await;
    assert_eq!(
        risks(&said(&gacc, &theirs).await, "received"),
        ["CHOKING: 1", ": 1"],
        "one hazard is not for it"
    );

    // Who may not see a report cannot tell it from one that does not exist.
    let unknown = format!("reports/{}", uuid::Uuid::now_v7());
    for stranger in [&gacc, &canada] {
        let (real, none) = (tried(stranger, &own.name).await, tried(stranger, &unknown).await);
        for (real, none) in real.into_iter().zip(none) {
            let (real, none) = (real.unwrap_err(), none.unwrap_err());
            assert!(is_denied(&real), "{real:?}");
            assert_eq!((real.code(), real.message()), (none.code(), none.message()));
        }
    }

    let approve =
        wire::ApproveReportRequest { name: own.name.clone(), request_id: request_id(), ..Default::default() };
    eu.clone().approve_report(approve).await.unwrap();
    let publish = wire::PublishReportRequest {
        name: own.name.clone(),
        readers: vec!["cn-gacc".to_owned()],
        request_id: request_id(),
        ..Default::default()
    };
    eu.clone().publish_report(publish).await.unwrap();
    for (reader, clearance) in [(&eu, Audience::Originator), (&gacc, Audience::Parties)] {
        let get = wire::GetReportRequest { name: own.name.clone() };
        let report = reader.clone().get_report(get).await.unwrap().into_inner();
        let mut wanted = allowed(REPORT, clearance);
        wanted.retain(|path| !NOT_SET.contains(&path.as_str()));
        assert_none("what is shown of a report", &difference(&shown(&report), &wanted));
    }
    assert_eq!(said(&gacc, &own).await, said(&eu, &own).await);
    assert!(
        tried(&canada, &own.name).await.into_iter().all(|answer| answer.is_err_and(|why| is_denied(&why)))
    );
}
