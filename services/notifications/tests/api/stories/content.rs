//! What authorities tell of a product beside the form: in several languages, as numbers, from several countries.

use seamless_proto::seamless::{
    notifications::v1::{self as wire, RemedyKind, UnitKind},
    r#type::v1::{CivilDate, LanguageVersion, LocalizedText, TranslationState},
};
use tonic_types::StatusExt;

use crate::{
    running::Running,
    words::{english, kettle, request_id},
};

fn in_two_languages(english: &str, chinese: &str) -> Option<LocalizedText> {
    let version = |language: &str, text: &str, state: TranslationState| LanguageVersion {
        language_code: language.to_owned(),
        text: text.to_owned(),
        state: state.into(),
    };
    let versions = vec![
        version("en", english, TranslationState::Original),
        version("zh-Hans", chinese, TranslationState::Translated),
    ];
    Some(LocalizedText { versions })
}

fn units(kind: UnitKind, country: &str, count: i64) -> wire::UnitCount {
    wire::UnitCount { kind: kind.into(), country: country.to_owned(), count, approximate: true }
}

fn remedy(kind: RemedyKind, note: Option<LocalizedText>) -> wire::Remedy {
    wire::Remedy { kind: kind.into(), note }
}

/// A kettle that is made in Türkiye and China, and recalled in two countries together.
fn told() -> wire::Notification {
    let mut told = kettle();
    let general = told.general.as_mut().unwrap();
    general.title = "Boilwell recalls kettles".to_owned();
    general.title_texts = in_two_languages("Boilwell recalls kettles", "宝威召回电水壶");
    general.joint_alerts = vec![wire::ForeignAlert {
        system: "health-canada".to_owned(),
        reference: "RA-74001".to_owned(),
        url: "https://recalls.example.invalid/74001".to_owned(),
    }];
    general.last_publication_date = Some(CivilDate { year: 2026, month: 6, day: 13 });
    general.reacting_countries = vec!["DE".to_owned(), "FR".to_owned()];
    let product = told.product.as_mut().unwrap();
    product.items_covered = "About 12,000 (In addition, about 275 were sold in Canada)".to_owned();
    product.items_covered_texts = in_two_languages("about 12,000", "约 12000 台");
    product.units = vec![units(UnitKind::Recalled, "US", 12_000), units(UnitKind::Sold, "CA", 275)];
    let traceability = told.traceability.as_mut().unwrap();
    traceability.country_of_origin = "TR".to_owned();
    traceability.additional_countries_of_origin = vec!["CN".to_owned()];
    told.risk.as_mut().unwrap().incidents_texts = in_two_languages("two burns", "两起烫伤");
    told.measures[0].remedies = vec![
        remedy(RemedyKind::Refund, None),
        remedy(RemedyKind::Other, in_two_languages("a voucher", "代金券")),
    ];
    told
}

pub async fn whole(running: Running) {
    let [mut nvwa, mut just, mut gacc] = ["nl-nvwa", "eu-just", "cn-gacc"].map(|id| running.partner(id));
    let name = nvwa.create(told()).await.name;
    nvwa.submit(&name).await.unwrap();
    let sent = just.accept(&name).await.unwrap().transmissions;
    assert_eq!(sent.len(), 1, "made in China too, it goes to GACC by itself");
    let (seen, written) = (gacc.get(&name).await, told());
    let origins =
        |one: &wire::Notification| one.traceability.as_ref().unwrap().additional_countries_of_origin.clone();
    assert_eq!(origins(&seen), origins(&written));
    let product = (seen.product.clone().unwrap(), written.product.unwrap());
    assert_eq!(
        (product.0.units, product.0.items_covered_texts),
        (product.1.units, product.1.items_covered_texts)
    );
    let general = wire::General { case_handler: String::new(), ..written.general.unwrap() };
    assert_eq!(wire::General { case_handler: String::new(), ..seen.general.unwrap() }, general);
    assert_eq!(seen.risk.unwrap().incidents_texts, written.risk.unwrap().incidents_texts);
    assert_eq!(seen.measures[0].remedies, written.measures[0].remedies);

    // It is found as made in either country, and by the words of either language; by others not.
    for (countries, found) in [(vec!["CN"], 1), (vec!["TR"], 1), (vec!["US", "CN"], 1), (vec!["US"], 0)] {
        let countries_of_origin = countries.iter().map(|country| (*country).to_owned()).collect();
        let filter = Some(wire::NotificationFilter { countries_of_origin, ..Default::default() });
        let list = wire::ListNotificationsRequest { filter: filter.clone(), ..Default::default() };
        let listed = just.notifications.list_notifications(list).await.unwrap().into_inner();
        assert_eq!(listed.notifications.len(), found, "{countries:?}");
        let search =
            wire::SearchNotificationsRequest { query: "召回".to_owned(), filter, ..Default::default() };
        let hits = gacc.notifications.search_notifications(search).await.unwrap().into_inner().hits;
        assert_eq!(hits.len(), found, "{countries:?}");
    }
}

pub async fn limits(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let create = |notification| wire::CreateNotificationRequest {
        notification: Some(notification),
        request_id: request_id(),
        validate_only: true,
    };
    let mut most = told();
    most.general.as_mut().unwrap().joint_alerts =
        vec![most.general.as_ref().unwrap().joint_alerts[0].clone(); 20];
    most.measures[0].remedies = vec![remedy(RemedyKind::Other, english("a voucher")); 20];
    most.product.as_mut().unwrap().units = vec![units(UnitKind::Sold, "", 1_000_000_000_000)];
    nvwa.notifications.create_notification(create(most.clone())).await.unwrap();

    let mut wrong = most;
    let general = wrong.general.as_mut().unwrap();
    general.joint_alerts.push(general.joint_alerts[0].clone());
    general.title_texts = english(&"x".repeat(501));
    general.reacting_countries = vec!["EU-27".to_owned()];
    let product = wrong.product.as_mut().unwrap();
    product.units = vec![
        units(UnitKind::Sold, "CA", -1),
        units(UnitKind::Sold, "CA", 1),
        units(UnitKind::Unspecified, "", 1),
    ];
    product.items_covered_texts = english(&"x".repeat(1_001));
    let traceability = wrong.traceability.as_mut().unwrap();
    traceability.additional_countries_of_origin = vec!["CN".to_owned(); 21];
    wrong.risk.as_mut().unwrap().incidents_texts = english(&"x".repeat(5_001));
    wrong.measures[0].remedies = vec![
        remedy(RemedyKind::Other, None),
        remedy(RemedyKind::Refund, None),
        remedy(RemedyKind::Refund, english(&"x".repeat(501))),
    ];
    let refused = nvwa.notifications.create_notification(create(wrong)).await.unwrap_err();
    let found = refused.get_details_bad_request().unwrap().field_violations;
    let mut fields: Vec<&str> =
        found.iter().map(|one| one.field.strip_prefix("notification.").unwrap()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "general.joint_alerts",
            "general.reacting_countries[0]",
            "general.title_texts.versions[0].text",
            "measures[0].remedies[0].note",
            "measures[0].remedies[2].kind",
            "measures[0].remedies[2].note.versions[0].text",
            "product.items_covered_texts.versions[0].text",
            "product.units[0].count",
            "product.units[1]",
            "product.units[2].kind",
            "risk.incidents_texts.versions[0].text",
            "traceability.additional_countries_of_origin",
        ]
    );
}
