//! What a document says besides figures: entries of texts, each in English and Chinese, with what each version is worth.
//!
//! Invariant: where a language has no text, the original stands in its place, and it is said so.

use seamless_identifiers::{LocalizedText, TextState};

use super::{
    content::{Language, Text},
    recall::{original_of, version_in},
};

/// Entries under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Stable: the name of a value of the contract.
    pub id: String,
    pub title: Text,
    pub entries: Vec<Entry>,
}

/// One thing that is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Unique in its document: a resource name.
    pub id: String,
    pub title: Passage,
    pub lines: Vec<Line>,
}

/// One text of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Stable.
    pub id: &'static str,
    pub name: Text,
    pub passage: Passage,
}

/// A text as each language has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    pub english: Wording,
    pub chinese: Wording,
}

/// A text in one language, or what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    pub text: String,
    /// Of the text, BCP 47; another one than that of the document where the translation is missing.
    pub language: String,
    pub worth: Worth,
}

/// What a version of a text is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// The text itself, or a translation of it.
    Good,
    /// A translation of an earlier text.
    Stale,
    /// There is none: the text is the original.
    Missing,
}

impl Worth {
    /// What stands before a text that is not what it should be.
    #[must_use]
    pub fn mark(self, language: Language) -> Option<&'static str> {
        match (self, language) {
            (Self::Good, _) => None,
            (Self::Stale, Language::English) => Some("[Translation of an earlier text]"),
            (Self::Stale, Language::Chinese) => Some("【译文对应早先的原文】"),
            (Self::Missing, Language::English) => Some("[No English text; original:]"),
            (Self::Missing, Language::Chinese) => Some("【缺少中文译文，以下为原文】"),
        }
    }
}

impl Passage {
    /// What the program says itself, in both languages.
    #[must_use]
    pub fn of(text: &Text) -> Self {
        let wording = |language: Language| Wording {
            text: text.in_language(language).to_owned(),
            language: language.tag().to_owned(),
            worth: Worth::Good,
        };
        Self { english: wording(Language::English), chinese: wording(Language::Chinese) }
    }

    /// A text that others wrote; none where there is none in any language.
    #[must_use]
    pub fn told(text: &LocalizedText) -> Option<Self> {
        let original = original_of(text)?;
        let wording = |language: Language| {
            let primary = language.tag().split('-').next().unwrap_or_default();
            let (version, worth) = match version_in(text, primary) {
                Some(version) if version.state == TextState::Stale => (version, Worth::Stale),
                Some(version) => (version, Worth::Good),
                None => (original, Worth::Missing),
            };
            Wording { text: version.text.clone(), language: version.language.to_string(), worth }
        };
        Some(Self { english: wording(Language::English), chinese: wording(Language::Chinese) })
    }

    /// Both texts, with a mark before each that is not what it should be.
    #[must_use]
    pub fn marked(&self) -> Text {
        let marked = |language: Language| {
            let wording = self.in_language(language);
            match wording.worth.mark(language) {
                Some(mark) => format!("{mark} {}", wording.text),
                None => wording.text.clone(),
            }
        };
        Text::of(marked(Language::English), marked(Language::Chinese))
    }

    /// The text in one of the languages.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &Wording {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }

    /// What the worse of its versions is worth.
    #[must_use]
    pub fn worth(&self) -> Worth {
        self.english.worth.max(self.chinese.worth)
    }
}
