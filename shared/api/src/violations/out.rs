//! Values of every contract for the wire.

use seamless_identifiers::{LocalizedText, PartialDate, TextState};
use seamless_proto::seamless::r#type::v1 as value;

/// A date for the wire.
#[must_use]
pub fn date_out(date: &PartialDate) -> value::CivilDate {
    value::CivilDate {
        year: i32::from(date.year()),
        month: date.month().map_or(0, i32::from),
        day: date.day().map_or(0, i32::from),
    }
}

/// A text in several languages for the wire; none where it is empty.
#[must_use]
pub fn localized_out(text: &LocalizedText) -> Option<value::LocalizedText> {
    let versions = text.versions().iter().map(|version| value::LanguageVersion {
        language_code: version.language.to_string(),
        text: version.text.clone(),
        state: match version.state {
            TextState::Original => value::TranslationState::Original,
            TextState::Translated => value::TranslationState::Translated,
            TextState::Stale => value::TranslationState::Stale,
            TextState::Missing => value::TranslationState::Missing,
        }
        .into(),
    });
    (!text.versions().is_empty()).then(|| value::LocalizedText { versions: versions.collect() })
}

/// A duration as the contract writes it.
#[must_use]
pub fn duration_out(duration: jiff::SignedDuration) -> prost_types::Duration {
    prost_types::Duration { seconds: duration.as_secs(), nanos: duration.subsec_nanos() }
}

/// An instant for the wire.
#[must_use]
pub fn timestamp_out(time: jiff::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}
