//! A material: what is taught with, in editions by language.
//!
//! Invariant: editions are only added; a translation names the edition of the original that it translates, so that it shows
//! when it is one of an earlier original.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use seamless_identifiers::{LanguageTag, LocalizedText};
use seamless_identity::{ArrangementId, AuthorityId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ProductAreaId, search_form,
    vocabulary::{ActivityVisibility, MaterialState},
};
use crate::domain::records::{Place, Record};

/// A material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Material {
    pub id: Uuid,
    pub originator: AuthorityId,
    pub state: MaterialState,
    pub content: MaterialContent,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<Edition>,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub revision: i64,
}

/// What is said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialContent {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<ArrangementId>,
    pub visibility: ActivityVisibility,
    pub title: LocalizedText,
    pub description: LocalizedText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hazards: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_areas: Vec<ProductAreaId>,
    pub original_language: LanguageTag,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted_languages: Vec<LanguageTag>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub internal_note: String,
}

/// One edition in one language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub language: LanguageTag,
    /// 1, 2, 3, … within the language.
    pub number: u32,
    /// The edition of the original; 0 for the original.
    pub translates: u32,
    pub body: EditionBody,
    pub create_time: Timestamp,
}

/// What is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditionBody {
    File {
        file_name: String,
        media_type: String,
        size: u64,
        /// Lower-case hexadecimal.
        sha256: String,
    },
    Link(String),
}

/// How a language stands to the present original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanguageStanding {
    Original,
    Translated,
    Stale,
    Missing,
}

/// How often the files of a material were given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaterialDownloads {
    pub material: Uuid,
    pub originator: AuthorityId,
    /// By language and number of the edition.
    pub counts: Vec<(LanguageTag, u32, u64)>,
    /// Days in UTC that are not told yet, the first first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<DayOfDownloads>,
    pub revision: i64,
}

/// How often files were given on a day in UTC, by language and number of the edition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayOfDownloads {
    pub day: Date,
    pub counts: Vec<(LanguageTag, u32, u64)>,
}

/// A day of a material, as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct DownloadsOfDay {
    pub material: Uuid,
    pub of_day: DayOfDownloads,
}

impl MaterialDownloads {
    /// Whether there are days that are to be told once they are over.
    pub const UNTOLD: i32 = 1;

    /// Counts one more.
    pub fn count(&mut self, language: &LanguageTag, number: u32, today: Date) {
        count_one(&mut self.counts, language, number);
        if self.untold.last().is_none_or(|last| last.day != today) {
            self.untold.push(DayOfDownloads { day: today, counts: Vec::new() });
        }
        if let Some(last) = self.untold.last_mut() {
            count_one(&mut last.counts, language, number);
        }
    }
}

fn count_one(counts: &mut Vec<(LanguageTag, u32, u64)>, language: &LanguageTag, number: u32) {
    match counts.iter_mut().find(|(known, of, _)| known == language && *of == number) {
        Some((_, _, count)) => *count += 1,
        None => counts.push((language.clone(), number, 1)),
    }
}

impl Material {
    /// The last edition in a language.
    #[must_use]
    pub fn last(&self, language: &LanguageTag) -> Option<&Edition> {
        self.editions.iter().filter(|one| one.language == *language).max_by_key(|one| one.number)
    }

    /// The edition of this number, or the last one.
    #[must_use]
    pub fn edition(&self, language: &LanguageTag, number: Option<u32>) -> Option<&Edition> {
        match number {
            None => self.last(language),
            Some(number) => {
                self.editions.iter().find(|one| (&one.language, one.number) == (language, number))
            }
        }
    }

    /// How each language stands to the present original, with the number of its last edition.
    #[must_use]
    pub fn languages(&self) -> Vec<(LanguageTag, LanguageStanding, u32)> {
        let original = &self.content.original_language;
        let present = self.last(original).map_or(0, |last| last.number);
        let mut all = vec![original.clone()];
        let others =
            self.content.wanted_languages.iter().chain(self.editions.iter().map(|one| &one.language));
        for language in others {
            if !all.contains(language) {
                all.push(language.clone());
            }
        }
        let standing = |language: LanguageTag| {
            let last = self.last(&language);
            let standing = match last {
                None => LanguageStanding::Missing,
                Some(_) if language == *original => LanguageStanding::Original,
                Some(last) if last.translates < present => LanguageStanding::Stale,
                Some(_) => LanguageStanding::Translated,
            };
            (language, standing, last.map_or(0, |last| last.number))
        };
        all.into_iter().map(standing).collect()
    }

    /// Whether all words are in it, in the form of a search.
    #[must_use]
    pub fn has_words(&self, words: &[String]) -> bool {
        let content = &self.content;
        let texts = content.title.versions().iter().chain(content.description.versions());
        let all: Vec<&str> = texts
            .map(|version| version.text.as_str())
            .chain(content.topics.iter().chain(&content.hazards).map(String::as_str))
            .collect();
        let searched = search_form(&all.join("\n"));
        words.iter().all(|word| searched.contains(word))
    }
}

/// The name of a material.
#[must_use]
pub fn material_name(id: Uuid) -> String {
    format!("materials/{id}")
}

/// The name of the record of its downloads.
#[must_use]
pub fn downloads_name(id: Uuid) -> String {
    format!("{}/downloads", material_name(id))
}

impl Record for Material {
    const KIND: &'static str = "material";
    type Place = Place;

    fn name(&self) -> String {
        material_name(self.id)
    }

    fn place(&self) -> Place {
        let (state, order) = (self.state as i32, self.create_time.as_microsecond());
        Place { state, order, ..Place::of_owner(self.originator.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl Record for MaterialDownloads {
    const KIND: &'static str = "downloads";
    type Place = Place;

    fn name(&self) -> String {
        downloads_name(self.material)
    }

    fn place(&self) -> Place {
        let first =
            self.untold.first().and_then(|first| TimeZone::UTC.to_timestamp(first.day.at(0, 0, 0, 0)).ok());
        let (state, order) = first.map_or((0, 0), |first| (Self::UNTOLD, first.as_microsecond()));
        Place { state, order, ..Place::of_owner(self.originator.clone()) }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
