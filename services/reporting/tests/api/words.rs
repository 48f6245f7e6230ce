//! The words of the stories: what the feed of alerts tells, and what is asked of reports.

use std::time::Duration;

use prost::{Message, Name};
use prost_types::Timestamp;
use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, NotificationState},
    reporting::v1 as wire,
    r#type::v1::CivilDate,
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::running::{Partner, Running};

/// How long something may take that comes by itself.
pub const SOON: Duration = Duration::from_secs(60);

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// An instant in RFC 3339.
pub fn at(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().unwrap();
    Some(Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() })
}

pub fn day(text: &str) -> Option<CivilDate> {
    let day: jiff::civil::Date = text.parse().unwrap();
    Some(CivilDate { year: day.year().into(), month: day.month().into(), day: day.day().into() })
}

/// The reason of a refusal.
pub fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// The fields that were refused.
pub fn fields(status: &Status) -> Vec<String> {
    let wrong = status.get_details_bad_request().map(|wrong| wrong.field_violations).unwrap_or_default();
    wrong.into_iter().map(|one| one.field).collect()
}

/// An alert of the EU on a product made in this country.
pub fn alert(
    id: u32,
    category: told::ProductCategory,
    risks: &[told::RiskType],
    origin: &str,
) -> told::Notification {
    told::Notification {
        name: alert_name(id),
        originator: "eu-just".to_owned(),
        state: NotificationState::Transmitted.into(),
        general: Some(told::General {
            r#type: told::NotificationType::SeriousRisk.into(),
            ..Default::default()
        }),
        product: Some(told::Product { category: category.into(), ..Default::default() }),
        traceability: Some(told::Traceability { country_of_origin: origin.to_owned(), ..Default::default() }),
        risk: Some(told::Risk {
            types: risks.iter().map(|one| *one as i32).collect(),
            level: told::RiskLevel::Serious.into(),
            ..Default::default()
        }),
        online: Some(told::Online { sold_online: Some(true), ..Default::default() }),
        ..Default::default()
    }
}

pub fn alert_name(id: u32) -> String {
    format!("notifications/{}", Uuid::from_u128(id.into()))
}

/// The sending of an alert from the EU to China.
pub fn sending(id: u32, sent: &str) -> told::Transmission {
    told::Transmission {
        name: format!("{}/transmissions/cn-gacc", alert_name(id)),
        notification: alert_name(id),
        recipient: "cn-gacc".to_owned(),
        sender: "eu-just".to_owned(),
        originator: "eu-just".to_owned(),
        arrangement: "eu-cn".to_owned(),
        state: told::TransmissionState::Sent.into(),
        send_time: at(sent),
        ..Default::default()
    }
}

/// Steps of what the recipient does, each with its time.
pub fn follow_up(id: u32, steps: &[(told::FollowUpState, &str)]) -> told::FollowUp {
    let sending = format!("{}/transmissions/cn-gacc", alert_name(id));
    told::FollowUp {
        name: format!("{sending}/followUp"),
        transmission: sending,
        authority: "cn-gacc".to_owned(),
        state: steps.last().map_or(0, |(state, _)| *state as i32),
        steps: steps
            .iter()
            .map(|(state, time)| told::FollowUpStep {
                state: (*state).into(),
                step_time: at(time),
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

/// The feed tells that an alert was sent.
pub fn transmits(feed: &ToldFeed, notification: told::Notification, sending: told::Transmission) {
    let time = sending.send_time;
    let event =
        told::NotificationTransmitted { notification: Some(notification), transmission: Some(sending) };
    feed.tell_at(&event, time, EventStatus::Actual);
}

/// The feed tells of a follow-up, with the sending as it stands then.
pub fn follows_up(feed: &ToldFeed, follow_up: told::FollowUp, transmission: told::Transmission) {
    let time = follow_up.steps.last().and_then(|step| step.step_time);
    let event = told::FollowUpChanged {
        follow_up: Some(follow_up),
        transmission: Some(transmission),
        ..Default::default()
    };
    feed.tell_at(&event, time, EventStatus::Actual);
}

/// The service following a feed of alerts for each of these authorities.
pub async fn followed<const N: usize>(running: Running, authorities: [&str; N]) -> ([ToldFeed; N], Running) {
    followed_feeds(running, authorities.map(|authority| ("alerts", authority))).await
}

/// The service following feeds: the section of each, and whose it is.
pub async fn followed_feeds<const N: usize>(
    running: Running,
    followed: [(&str, &str); N],
) -> ([ToldFeed; N], Running) {
    let mut feeds = Vec::new();
    for _ in followed {
        feeds.push(ToldFeed::served(&running.credentials).await);
    }
    let feeds: [ToldFeed; N] = feeds.try_into().unwrap_or_else(|_| panic!("one feed for each"));
    let one = |(authority, feed): (&str, &ToldFeed)| {
        let (address, ca) = (feed.address(), feed.ca());
        format!(r#"{{ authority = "{authority}", channel = {{ address = "{address}", ca = "{ca}" }} }}"#)
    };
    let settings = ["alerts", "consignments", "training"].map(|section| {
        let of_section = followed.iter().zip(&feeds).filter(|((of, _), _)| *of == section);
        let all = of_section.map(|((_, authority), feed)| one((authority, feed))).collect::<Vec<_>>();
        (section, format!("[{}]", all.join(", ")))
    });
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(section, feeds)| (*section, feeds.as_str())).collect();
    let running = running.with(&settings).await;
    (feeds, running)
}

/// A quarterly report of the second quarter of 2027 with a partner.
pub fn quarter(partner: &str) -> wire::Report {
    wire::Report {
        template: wire::ReportTemplate::QuarterlyPartner.into(),
        partner: partner.to_owned(),
        period: Some(wire::ReportPeriod {
            start_date: day("2027-04-01"),
            end_date: day("2027-06-30"),
            time_zone: "Asia/Shanghai".to_owned(),
        }),
        ..Default::default()
    }
}

/// Asks for a report.
pub async fn asked(partner: &Partner, report: wire::Report) -> Result<wire::Report, Status> {
    let request =
        wire::GenerateReportRequest { report: Some(report), request_id: request_id(), validate_only: false };
    partner.reports.clone().generate_report(request).await.map(tonic::Response::into_inner)
}

/// Asks for a report, and waits until it is generated.
pub async fn generated(partner: &Partner, report: wire::Report) -> wire::Report {
    let queued = asked(partner, report).await.unwrap();
    assert_eq!(queued.state(), wire::ReportState::Queued);
    eventually("the report is generated", SOON, async || {
        let request = wire::GetReportRequest { name: queued.name.clone() };
        let report = partner.reports.clone().get_report(request).await?.into_inner();
        match report.state() {
            wire::ReportState::Queued => Err(Status::unavailable("it waits")),
            _ => Ok(report),
        }
    })
    .await
}

/// What a report says.
pub async fn content(partner: &Partner, report: &wire::Report) -> wire::ReportContent {
    let request = wire::GetReportContentRequest { name: report.name.clone() };
    partner.reports.clone().get_report_content(request).await.unwrap().into_inner()
}

/// A document of a report.
pub async fn downloaded(
    partner: &Partner,
    report: &wire::Report,
    format: wire::ReportFormat,
    language: &str,
) -> Result<Vec<u8>, Status> {
    let request = wire::DownloadReportRequest {
        name: report.name.clone(),
        format: format.into(),
        language: language.to_owned(),
    };
    let mut stream = partner.reports.clone().download_report(request).await?.into_inner();
    let mut document = Vec::new();
    while let Some(part) = stream.message().await? {
        document.extend(part.chunk);
    }
    Ok(document)
}

/// A count of a section.
pub fn count(content: &wire::ReportContent, section: &str, figure: &str) -> i64 {
    let section = content.sections.iter().find(|one| one.id == section).expect("there is the section");
    let figure = section.figures.iter().find(|one| one.id == figure).expect("there is the figure");
    match figure.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(wire::value::Value::Count(count)) => *count,
        other => panic!("{other:?} is no count"),
    }
}

/// The rows of a table, each as `id: count`.
pub fn rows(content: &wire::ReportContent, section: &str, table: &str) -> Vec<String> {
    let section = content.sections.iter().find(|one| one.id == section).expect("there is the section");
    let table = section.tables.iter().find(|one| one.id == table).expect("there is the table");
    let first = |row: &wire::Row| match row.values.first().and_then(|value| value.value.as_ref()) {
        Some(wire::value::Value::Count(count)) => *count,
        other => panic!("{other:?} is no count"),
    };
    table.rows.iter().map(|row| format!("{}: {}", row.id, first(row))).collect()
}

/// What an event says.
pub fn said<E: Message + Name + Default>(event: &seamless_proto::seamless::feed::v1::Event) -> Option<E> {
    (event.r#type == E::full_name())
        .then(|| E::decode(event.data.as_ref().unwrap().value.as_slice()).unwrap())
}

/// What is wanted of each field that was refused.
pub fn descriptions(status: &Status) -> Vec<String> {
    let wrong = status.get_details_bad_request().map(|wrong| wrong.field_violations).unwrap_or_default();
    wrong.into_iter().map(|one| one.description).collect()
}
