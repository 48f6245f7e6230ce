//! What a report says: one calculation, from which every document is written.
//!
//! Invariant: each text is in English and Chinese; nothing here depends on a language, a format or a clock.

use seamless_labels::{Label, Labelled};
use seamless_vocabulary::Vocabulary;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub english: String,
    pub chinese: String,
}

/// What a report says.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub title: Text,
    /// About what: owner, partner, period, cut, as lines of name and text.
    pub facts: Vec<(Text, Text)>,
    pub sections: Vec<Section>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub id: &'static str,
    pub title: Text,
    pub figures: Vec<Figure>,
    pub tables: Vec<Table>,
}

/// One figure, with what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub id: &'static str,
    pub title: Text,
    pub definition: Text,
    pub value: Value,
    /// How many cases it rests on.
    pub cases: u64,
}

/// Cases counted by one property.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub id: &'static str,
    pub title: Text,
    pub definition: Text,
    /// What each column after the first is called.
    pub columns: Vec<Text>,
    pub rows: Vec<Row>,
    /// Over how many cases.
    pub cases: u64,
    /// A case may stand in several rows.
    pub overlapping: bool,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Stable: a name of the contract, a country, an authority; empty for what is not said.
    pub id: String,
    pub title: Text,
    pub values: Vec<Value>,
}

/// A value of a figure or a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Count(u64),
    /// 0 to 1.
    Share(Measured),
    /// Days of 24 hours.
    Days(Measured),
    /// A number without unit: a ratio, a mean, an expected value.
    Number(Measured),
    /// What something is, or how it stands.
    Word(Word),
    /// There is no case that it could be of.
    NoCases,
    /// Fewer than half of the cases have come so far.
    FewerThanHalf,
    /// There are cases, but none was observed for so long.
    NotYetKnown,
    /// It is not told, since a small count could be reckoned from it.
    Withheld,
}

/// Stands where a number of cases is not told.
pub const WITHHELD_CASES: u64 = u64::MAX;

/// A value with its interval of 95 %, where there is one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    pub value: f64,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
}

/// A value of a vocabulary, with what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Stable: its name in the contract.
    pub id: &'static str,
    pub english: &'static str,
    pub chinese: &'static str,
}

impl Word {
    /// As it is called everywhere.
    #[must_use]
    pub fn of<V: Vocabulary + Labelled>(value: V) -> Self {
        let Label { english, chinese } = value.label();
        Self { id: value.into(), english, chinese }
    }

    /// The word in one of the languages.
    #[must_use]
    pub fn in_language(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

impl Text {
    /// The same in both languages: a name, a code, a date.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { english: text.clone(), chinese: text }
    }

    /// Both languages.
    #[must_use]
    pub fn of(english: impl Into<String>, chinese: impl Into<String>) -> Self {
        Self { english: english.into(), chinese: chinese.into() }
    }

    /// The text in one of them.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// The languages of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }
}
