//! The words of the stories on bulletins.

use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as told, NotificationState},
    reporting::v1 as wire,
    r#type::v1::{CivilDate, LanguageVersion, LocalizedText, TranslationState},
};
use seamless_testkit::{ToldFeed, eventually};
use tonic::Status;

use crate::{
    running::{Partner, Running},
    words::{SOON, alert_name, at, day, request_id},
};

/// A text in these languages: the first is the original.
pub fn texts(versions: &[(&str, &str, TranslationState)]) -> Option<LocalizedText> {
    let version = |(tag, text, state): &(&str, &str, TranslationState)| LanguageVersion {
        language_code: (*tag).to_owned(),
        text: (*text).to_owned(),
        state: (*state).into(),
    };
    Some(LocalizedText { versions: versions.iter().map(version).collect() })
}

/// A recall of the US, notified on this day, of a product made in these countries.
pub fn recall(id: u32, notified: &str, origins: &[&str]) -> told::Notification {
    told::Notification {
        name: alert_name(id),
        originator: "us-cpsc".to_owned(),
        state: NotificationState::Validated.into(),
        general: Some(told::General {
            r#type: told::NotificationType::SeriousRisk.into(),
            reference: format!("24-{id:03}"),
            notification_date: day(notified),
            source: "cpsc-recalls".to_owned(),
            title: format!("Kettle {id} recalled"),
            ..Default::default()
        }),
        product: Some(told::Product {
            product_name: texts(&[("en", "Electric kettle", TranslationState::Original)]),
            items_covered: "About 9,500. Sold at: Example.com".to_owned(),
            units: vec![told::UnitCount {
                kind: told::UnitKind::Recalled.into(),
                country: "US".to_owned(),
                count: 9_500,
                approximate: true,
            }],
            ..Default::default()
        }),
        traceability: Some(told::Traceability {
            country_of_origin: origins.first().copied().unwrap_or_default().to_owned(),
            additional_countries_of_origin: origins.iter().skip(1).map(|one| (*one).to_owned()).collect(),
            operators: vec![told::EconomicOperator {
                role: told::OperatorRole::Importer.into(),
                operator_name: "Example Imports".to_owned(),
                country: "US".to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        }),
        risk: Some(told::Risk {
            types: vec![told::RiskType::Burns.into()],
            level: told::RiskLevel::Serious.into(),
            description: texts(&[("en", "The kettle can overheat.", TranslationState::Original)]),
            ..Default::default()
        }),
        measures: vec![told::Measure {
            action: told::MeasureAction::RecallFromEndUsers.into(),
            consumer_url: "https://www.example.gov/recalls/kettle".to_owned(),
            remedies: vec![told::Remedy { kind: told::RemedyKind::Refund.into(), note: None }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

/// The feed tells of an alert that was imported; at this instant.
pub fn tells(feed: &ToldFeed, notification: &told::Notification, time: &str) {
    let event = told::NotificationCreated { notification: Some(notification.clone()) };
    feed.tell_at(&event, at(time), EventStatus::Actual);
}

/// The feed tells of its new version; at this instant.
pub fn updates(feed: &ToldFeed, notification: &told::Notification, time: &str) {
    let event = told::NotificationUpdated { notification: Some(notification.clone()) };
    feed.tell_at(&event, at(time), EventStatus::Actual);
}

/// It is this day of August, and the feed has told all that happened before.
pub fn told_by(running: &Running, feed: &ToldFeed, day: u32) {
    running.set_clock(&format!("2027-08-{day:02}T00:00:00Z"));
    feed.is_known_until(at(&format!("2027-08-{day:02}T12:00:00Z")).unwrap());
}

/// The bulletin of a month for an origin: what this authority's side told of.
pub fn about(recalling: &str, origin: &str, (year, month): (i32, i32)) -> wire::Bulletin {
    wire::Bulletin {
        recalling_authority: recalling.to_owned(),
        country_of_origin: origin.to_owned(),
        month: Some(CivilDate { year, month, day: 0 }),
        ..Default::default()
    }
}

/// Asks for a bulletin.
pub async fn asked(partner: &Partner, bulletin: wire::Bulletin) -> Result<wire::Bulletin, Status> {
    let request = wire::GenerateBulletinRequest {
        bulletin: Some(bulletin),
        request_id: request_id(),
        validate_only: false,
    };
    partner.bulletins.clone().generate_bulletin(request).await.map(tonic::Response::into_inner)
}

/// Asks for a bulletin, and waits until it is generated.
pub async fn made(partner: &Partner, bulletin: wire::Bulletin) -> wire::Bulletin {
    let queued = asked(partner, bulletin).await.unwrap();
    assert_eq!(queued.state(), wire::ReportState::Queued);
    let made = eventually("the bulletin is generated", SOON, async || {
        let request = wire::GetBulletinRequest { name: queued.name.clone() };
        let bulletin = partner.bulletins.clone().get_bulletin(request).await?.into_inner();
        match bulletin.state() {
            wire::ReportState::Queued => Err(Status::unavailable("it waits")),
            _ => Ok(bulletin),
        }
    })
    .await;
    assert_eq!(made.state(), wire::ReportState::Generated, "{}", made.failure);
    made
}

/// What a bulletin says.
pub async fn content(partner: &Partner, bulletin: &wire::Bulletin) -> wire::BulletinContent {
    let request = wire::GetBulletinContentRequest { name: bulletin.name.clone() };
    partner.bulletins.clone().get_bulletin_content(request).await.unwrap().into_inner()
}

/// All alerts of a bulletin, in its order.
pub fn alerts(content: &wire::BulletinContent) -> Vec<&wire::BulletinAlert> {
    content.clusters.iter().flat_map(|cluster| &cluster.alerts).collect()
}

/// The case numbers that a bulletin lists, in order.
pub fn listed(content: &wire::BulletinContent) -> Vec<String> {
    let mut listed: Vec<String> = alerts(content).iter().map(|alert| alert.reference.clone()).collect();
    listed.sort();
    listed
}

/// A count of a bulletin.
pub fn count(content: &wire::BulletinContent, figure: &str) -> i64 {
    let figures = content.sections.iter().flat_map(|section| &section.figures);
    let figure = figures.into_iter().find(|one| one.id == figure).expect("there is the figure");
    match figure.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(wire::value::Value::Count(count)) => *count,
        other => panic!("{other:?} is no count"),
    }
}

/// A document of a bulletin.
pub async fn downloaded(
    partner: &Partner,
    bulletin: &wire::Bulletin,
    format: wire::ReportFormat,
    language: &str,
) -> Result<Vec<u8>, Status> {
    let request = wire::DownloadBulletinRequest {
        name: bulletin.name.clone(),
        format: format.into(),
        language: language.to_owned(),
    };
    let mut stream = partner.bulletins.clone().download_bulletin(request).await?.into_inner();
    let mut document = Vec::new();
    while let Some(part) = stream.message().await? {
        document.extend(part.chunk);
    }
    Ok(document)
}

/// Approves a bulletin.
pub async fn approved(partner: &Partner, bulletin: &wire::Bulletin) -> wire::Bulletin {
    let request = wire::ApproveBulletinRequest {
        name: bulletin.name.clone(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.bulletins.clone().approve_bulletin(request).await.unwrap().into_inner()
}

/// Publishes a bulletin to these authorities.
pub async fn published(
    partner: &Partner,
    bulletin: &wire::Bulletin,
    readers: &[&str],
) -> Result<wire::Bulletin, Status> {
    let request = wire::PublishBulletinRequest {
        name: bulletin.name.clone(),
        readers: readers.iter().map(|one| (*one).to_owned()).collect(),
        request_id: request_id(),
        ..Default::default()
    };
    partner.bulletins.clone().publish_bulletin(request).await.map(tonic::Response::into_inner)
}
