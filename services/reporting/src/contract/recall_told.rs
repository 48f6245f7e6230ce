//! What an alert says to people, as the feed tells it.
//!
//! Where its originator told this reader of fields that it shows to fewer than the parties, they are left out: a bulletin may be
//! published.

use jiff::Timestamp;
use seamless_disclosure::{Audience, Disclose, Override, View};
use seamless_identifiers::{
    CountryCode, LanguageTag, LanguageVersion, LocalizedText, PartialDate, TextState,
};
use seamless_proto::seamless::{notifications::v1 as wire, r#type::v1 as value};
use seamless_vocabulary::Vocabulary;

use super::told_values::localized;
use crate::domain::{
    model::{
        EventStatus, NotificationState, NotificationType, OperatorRole, RemedyKind, RiskLevel, UnitKind,
    },
    recall::{OperatorFact, RecallFact, RemedyFact, UnitFact},
};

/// What an alert says, if it was confirmed; a draft says nothing to anybody yet.
pub(super) fn recall(told: &wire::Notification, status: EventStatus, at: Timestamp) -> Option<RecallFact> {
    let state = NotificationState::from_number(told.state)?;
    if matches!(state, NotificationState::Draft | NotificationState::Submitted) {
        return None;
    }
    let told = as_parties_see(told).unwrap_or_else(|| told.clone());
    let general = told.general.unwrap_or_default();
    let product = told.product.unwrap_or_default();
    let traceability = told.traceability.unwrap_or_default();
    let risk = told.risk.unwrap_or_default();
    let origins = std::iter::once(&traceability.country_of_origin);
    let origins = origins.chain(&traceability.additional_countries_of_origin);
    let pages = told.measures.iter().map(|measure| &measure.consumer_url).chain([&general.source_url]);
    let page = pages.into_iter().find(|page| !page.is_empty()).cloned().unwrap_or_default();
    Some(RecallFact {
        status,
        originator: told.originator.parse().ok()?,
        state,
        kind: NotificationType::from_number(general.r#type),
        dated: [general.notification_date, general.publication_date].into_iter().flatten().find_map(dated),
        confirmed: matches!(state, NotificationState::Validated | NotificationState::Transmitted)
            .then_some(at),
        reference: general.reference,
        title: with_plain(general.title_texts, &general.title),
        product: localized(product.product_name),
        brand: product.brand,
        models: product.models,
        origins: ordered(origins.filter_map(|country| CountryCode::parse(country).ok()).collect()),
        risks: numbered(risk.types.iter()),
        level: RiskLevel::from_number(risk.level),
        hazard: localized(risk.description),
        incidents: with_plain(risk.incidents_texts, &risk.incidents),
        measures: numbered(told.measures.iter().map(|measure: &wire::Measure| &measure.action)),
        page,
        remedies: told.measures.into_iter().flat_map(|measure| measure.remedies).filter_map(remedy).collect(),
        items: with_plain(product.items_covered_texts, &product.items_covered),
        units: product.units.iter().filter_map(unit).collect(),
        operators: traceability.operators.into_iter().filter_map(operator).collect(),
        name: told.name,
    })
}

/// An alert as its parties are shown it; none where the reader is shown no more than they.
pub(super) fn as_parties_see(told: &wire::Notification) -> Option<wire::Notification> {
    if told.disclosures.is_empty() {
        return None;
    }
    let mut shown = told.clone();
    shown.redact_for(&View::new(Audience::Parties, &overrides_of(told), &[]));
    Some(shown)
}

fn overrides_of(told: &wire::Notification) -> Vec<Override> {
    let known = told.disclosures.iter().filter_map(|one| {
        let audience = Audience::try_from(one.audience).ok()?;
        Some(Override { path: one.path.clone(), audience, reason: String::new() })
    });
    known.collect()
}

/// A date that tells the month at least.
fn dated(date: value::CivilDate) -> Option<PartialDate> {
    let part = |number: i32| u8::try_from(number).ok().filter(|number| *number != 0);
    PartialDate::new(u16::try_from(date.year).ok()?, Some(part(date.month)?), part(date.day)).ok()
}

/// Each once, by its number.
fn numbered<'n, V: Vocabulary>(numbers: impl Iterator<Item = &'n i32>) -> Vec<V> {
    let mut known: Vec<i32> = numbers.copied().collect();
    known.sort_unstable();
    known.dedup();
    known.into_iter().filter_map(V::from_number).collect()
}

fn ordered<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items.dedup();
    items
}

fn remedy(told: wire::Remedy) -> Option<RemedyFact> {
    Some(RemedyFact { kind: RemedyKind::from_number(told.kind)?, note: localized(told.note) })
}

fn unit(told: &wire::UnitCount) -> Option<UnitFact> {
    Some(UnitFact {
        kind: UnitKind::from_number(told.kind)?,
        country: CountryCode::parse(&told.country).ok(),
        count: u64::try_from(told.count).ok()?,
        approximate: told.approximate,
    })
}

fn operator(told: wire::EconomicOperator) -> Option<OperatorFact> {
    Some(OperatorFact {
        role: OperatorRole::from_number(told.role)?,
        country: CountryCode::parse(&told.country).ok(),
        name: told.operator_name,
        website: told.website,
    })
}

/// A text of which the version in the originator's own language stands apart too, and wins: where that was changed since, what is not
/// its language is of an earlier text.
fn with_plain(told: Option<value::LocalizedText>, plain: &str) -> LocalizedText {
    let known = localized(told);
    if plain.trim().is_empty() || known.versions().iter().any(|version| version.text == plain) {
        return known;
    }
    let language = known.original().map_or_else(|| language_of(plain), |original| original.language.clone());
    let own = LanguageVersion { language, text: plain.to_owned(), state: TextState::Original };
    let others = known.versions().iter().filter(|version| version.language != own.language).map(|version| {
        let state = match version.state {
            TextState::Missing => TextState::Missing,
            TextState::Original | TextState::Translated | TextState::Stale => TextState::Stale,
        };
        LanguageVersion { state, ..version.clone() }
    });
    let versions = std::iter::once(own.clone()).chain(others).take(LocalizedText::MAX_VERSIONS).collect();
    LocalizedText::new(versions).unwrap_or_default()
}

/// The language of a text that does not say it: Chinese if it has Chinese characters, else English.
fn language_of(text: &str) -> LanguageTag {
    let is_chinese = text.chars().any(|letter| ('\u{4E00}'..='\u{9FFF}').contains(&letter));
    let tag = if is_chinese { "zh-Hans" } else { "en" };
    LanguageTag::parse(tag).unwrap_or_else(|_| unreachable!("{tag} is a language tag"))
}
