//! Materials, both ways.

use seamless_api::{
    Violations, etag_out,
    violations::{localized_out, timestamp_out},
};
use seamless_identifiers::LanguageTag;
use seamless_proto::seamless::{training::v1 as wire, r#type::v1 as value};

use super::{
    proceedings_out::day_out,
    session_in::{ids_in, languages_in, required_text},
    session_out::count_out,
};
use crate::domain::{
    model::{
        ActivityVisibility, DownloadsOfDay, Edition, EditionBody, LanguageStanding, Material,
        MaterialContent, MaterialDownloads, material_name,
    },
    records::Record,
};

/// Parses what is said of it; output-only fields are ignored.
pub fn material_in(found: &mut Violations, at: &str, material: wire::Material) -> Option<MaterialContent> {
    let path = |name: &str| format!("{at}.{name}");
    let original = required_language(found, &path("original_language"), &material.original_language);
    let visibility = found.vocabulary(path("visibility"), material.visibility);
    Some(MaterialContent {
        arrangement: found.parsed(path("arrangement"), &material.arrangement, str::parse),
        visibility: visibility.unwrap_or(ActivityVisibility::Arrangement),
        title: required_text(found, &path("title"), material.title, 300),
        description: found.localized(&path("description"), material.description, 10_000),
        topics: found.texts(path("topics"), material.topics, 20, 100),
        hazards: found.texts(path("hazards"), material.hazards, 20, 100),
        product_areas: ids_in(found, &path("product_areas"), &material.product_areas, 20),
        wanted_languages: languages_in(found, &path("wanted_languages"), &material.wanted_languages),
        internal_note: found.text(path("internal_note"), material.internal_note, 5_000),
        original_language: original?,
    })
}

/// A language that must be given.
pub fn required_language(found: &mut Violations, at: &str, text: &str) -> Option<LanguageTag> {
    if text.is_empty() {
        found.add(at, "is required");
    }
    found.parsed(at, text, LanguageTag::parse)
}

/// The whole material, with how often its files were given.
#[must_use]
pub fn material_out(material: &Material, downloads: Option<&MaterialDownloads>) -> wire::Material {
    let content = &material.content;
    let counts = downloads.into_iter().flat_map(|downloads| &downloads.counts);
    wire::Material {
        name: material.name(),
        originator: material.originator.to_string(),
        state: material.state as i32,
        arrangement: content.arrangement.as_ref().map(ToString::to_string).unwrap_or_default(),
        visibility: content.visibility as i32,
        title: localized_out(&content.title),
        description: localized_out(&content.description),
        topics: content.topics.clone(),
        hazards: content.hazards.clone(),
        product_areas: content.product_areas.iter().map(ToString::to_string).collect(),
        original_language: content.original_language.to_string(),
        wanted_languages: content.wanted_languages.iter().map(ToString::to_string).collect(),
        editions: material.editions.iter().map(edition_out).collect(),
        languages: material.languages().into_iter().map(language_out).collect(),
        internal_note: content.internal_note.clone(),
        downloads: counts.map(downloads_out).collect(),
        create_time: Some(timestamp_out(material.create_time)),
        update_time: Some(timestamp_out(material.update_time)),
        etag: etag_out(material.revision),
    }
}

/// What was given on a day.
#[must_use]
pub fn downloads_of_day_out(told: &DownloadsOfDay) -> wire::MaterialDownloadsAggregated {
    wire::MaterialDownloadsAggregated {
        material: material_name(told.material),
        day: Some(day_out(told.of_day.day)),
        downloads: told.of_day.counts.iter().map(downloads_out).collect(),
    }
}

fn downloads_out((language, number, count): &(LanguageTag, u32, u64)) -> wire::Downloads {
    wire::Downloads {
        language: language.to_string(),
        number: count_out(*number),
        count: i64::try_from(*count).unwrap_or(i64::MAX),
    }
}

fn language_out((language, standing, number): (LanguageTag, LanguageStanding, u32)) -> wire::LanguageState {
    let state = match standing {
        LanguageStanding::Original => value::TranslationState::Original,
        LanguageStanding::Translated => value::TranslationState::Translated,
        LanguageStanding::Stale => value::TranslationState::Stale,
        LanguageStanding::Missing => value::TranslationState::Missing,
    };
    wire::LanguageState { language: language.to_string(), state: state.into(), number: count_out(number) }
}

fn edition_out(edition: &Edition) -> wire::Edition {
    let content = match &edition.body {
        EditionBody::Link(link) => wire::edition::Content::Link(link.clone()),
        EditionBody::File { file_name, media_type, size, sha256 } => {
            wire::edition::Content::File(wire::EditionFile {
                file_name: file_name.clone(),
                media_type: media_type.clone(),
                size_bytes: i64::try_from(*size).unwrap_or(i64::MAX),
                sha256: sha256.clone(),
            })
        }
    };
    wire::Edition {
        language: edition.language.to_string(),
        number: count_out(edition.number),
        translates: count_out(edition.translates),
        content: Some(content),
        create_time: Some(timestamp_out(edition.create_time)),
    }
}
