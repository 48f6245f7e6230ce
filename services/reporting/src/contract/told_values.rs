//! Values of the wire that the events of all feeds have.

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::{LanguageTag, LanguageVersion, LocalizedText, TextState};
use seamless_proto::seamless::{
    feed::v1::Event,
    r#type::v1::{self as value, CivilDate, TranslationState},
};
use seamless_vocabulary::Vocabulary;

use crate::domain::model::EventStatus;

/// Paths of fields, each once.
pub(super) fn paths(fields: &[String]) -> Vec<String> {
    let mut paths = fields.to_vec();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Whether what an event tells of is meant.
pub(super) fn status_of(event: &Event) -> EventStatus {
    EventStatus::from_number(event.status).unwrap_or(EventStatus::Actual)
}

/// An instant; none where it is no time.
pub(super) fn time(time: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(time.seconds, time.nanos).ok()
}

/// A count of the wire; what is below zero is none.
pub(super) fn count(number: impl TryInto<u64>) -> u64 {
    number.try_into().unwrap_or_default()
}

/// A whole day; none where the wire has none.
pub(super) fn day(day: Option<CivilDate>) -> Option<Date> {
    let CivilDate { year, month, day } = day?;
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A text as it is told; what cannot be is left out.
pub(super) fn localized(told: Option<value::LocalizedText>) -> LocalizedText {
    let told = told.map(|text| text.versions).unwrap_or_default();
    let mut versions: Vec<LanguageVersion> = Vec::new();
    for (index, version) in told.into_iter().enumerate() {
        let Ok(language) = LanguageTag::parse(&version.language_code) else { continue };
        let state = match version.state() {
            _ if version.text.trim().is_empty() => TextState::Missing,
            TranslationState::Unspecified if index == 0 => TextState::Original,
            TranslationState::Original => TextState::Original,
            TranslationState::Stale => TextState::Stale,
            TranslationState::Unspecified | TranslationState::Translated | TranslationState::Missing => {
                TextState::Translated
            }
        };
        let is_second = state == TextState::Original
            && versions.iter().any(|version| version.state == TextState::Original);
        let state = if is_second { TextState::Translated } else { state };
        if versions.iter().all(|known| known.language != language) {
            versions.push(LanguageVersion { language, text: version.text, state });
        }
    }
    versions.truncate(LocalizedText::MAX_VERSIONS);
    LocalizedText::new(versions).unwrap_or_default()
}
