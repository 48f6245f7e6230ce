//! What a bulletin says, in the form of the contract.

use jiff::Timestamp;
use seamless_api::violations::date_out;
use seamless_identifiers::{CountryCode, LanguageVersion, LocalizedText, TextState};
use seamless_proto::seamless::{
    reporting::v1 as wire,
    r#type::v1::{self as value, TranslationState},
};

use super::{bulletin_out::finding_out, content_out};
use crate::domain::{
    bulletins::{Cluster, Listed, Said},
    model::TermFinding,
    recall::{OperatorFact, RemedyFact, UnitFact, original_of, version_in},
};

/// The languages that each text is told in.
const LANGUAGES: [(&str, &str); 2] = [("en", "en"), ("zh", "zh-Hans")];

/// The content, as it is kept and given.
#[must_use]
pub fn bulletin_content_out(said: &Said, cut: Timestamp) -> wire::BulletinContent {
    let head = content_out(&said.head, cut);
    wire::BulletinContent {
        title: head.title,
        cut_time: head.cut_time,
        sections: head.sections,
        clusters: said.clusters.iter().map(cluster_out).collect(),
        findings: said.findings.iter().map(open).collect(),
    }
}

/// As it was found.
fn open(finding: &TermFinding) -> wire::TermFinding {
    wire::TermFinding { acceptance: None, ..finding_out(finding) }
}

fn cluster_out(cluster: &Cluster) -> wire::HazardCluster {
    wire::HazardCluster {
        risk_type: cluster.risk.map_or(0, |risk| risk as i32),
        alerts: cluster.alerts.iter().map(alert_out).collect(),
    }
}

fn alert_out(Listed { date, alert }: &Listed) -> wire::BulletinAlert {
    wire::BulletinAlert {
        alert: alert.name.clone(),
        reference: alert.reference.clone(),
        date: Some(date_out(date)),
        title: text_out(&alert.title),
        product: text_out(&alert.product),
        brand: alert.brand.clone(),
        models: alert.models.clone(),
        countries_of_origin: alert.origins.iter().map(ToString::to_string).collect(),
        risk_types: alert.risks.iter().map(|risk| *risk as i32).collect(),
        risk_level: alert.level.map_or(0, |level| level as i32),
        hazard: text_out(&alert.hazard),
        incidents: text_out(&alert.incidents),
        measures: alert.measures.iter().map(|measure| *measure as i32).collect(),
        remedies: alert.remedies.iter().map(remedy_out).collect(),
        items: text_out(&alert.items),
        units: alert.units.iter().map(unit_out).collect(),
        operators: alert.operators.iter().map(operator_out).collect(),
        consumer_url: alert.page.clone(),
        r#type: alert.kind.map_or(0, |kind| kind as i32),
    }
}

fn remedy_out(remedy: &RemedyFact) -> wire::BulletinRemedy {
    wire::BulletinRemedy { kind: remedy.kind as i32, note: text_out(&remedy.note) }
}

fn unit_out(unit: &UnitFact) -> wire::BulletinUnits {
    wire::BulletinUnits {
        kind: unit.kind as i32,
        country: country_out(unit.country),
        count: i64::try_from(unit.count).unwrap_or(i64::MAX),
        approximate: unit.approximate,
    }
}

fn operator_out(operator: &OperatorFact) -> wire::BulletinOperator {
    wire::BulletinOperator {
        role: operator.role as i32,
        operator_name: operator.name.clone(),
        country: country_out(operator.country),
        website: operator.website.clone(),
    }
}

fn country_out(country: Option<CountryCode>) -> String {
    country.map(|country| country.to_string()).unwrap_or_default()
}

/// English, Chinese, and the original where it is in another language, the original first; none where there is no text.
fn text_out(text: &LocalizedText) -> Option<value::LocalizedText> {
    let original = original_of(text)?;
    let state = |version: &LanguageVersion| match version.state {
        TextState::Original => TranslationState::Original,
        TextState::Translated => TranslationState::Translated,
        TextState::Stale => TranslationState::Stale,
        TextState::Missing => TranslationState::Missing,
    };
    let version = |tag: &str, version: Option<&LanguageVersion>| value::LanguageVersion {
        language_code: tag.to_owned(),
        text: version.map(|version| version.text.clone()).unwrap_or_default(),
        state: version.map_or(TranslationState::Missing, state).into(),
    };
    let mut versions: Vec<_> =
        LANGUAGES.iter().map(|(language, tag)| version(tag, version_in(text, language))).collect();
    if LANGUAGES.iter().all(|(language, _)| *language != original.language.language()) {
        versions.push(version(original.language.as_str(), Some(original)));
    }
    versions.sort_by_key(|version| version.state() != TranslationState::Original);
    Some(value::LocalizedText { versions })
}
