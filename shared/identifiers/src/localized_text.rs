//! A text in several languages, with what each version is worth.
//!
//! Invariant of [`LocalizedText`]: at most eight versions, one per language, at most one original; a version is without
//! text exactly if it is missing. So a reader always knows whether he reads the author, a translation or an old one.

use serde::{Deserialize, Serialize};

use crate::{IdentifierError, LanguageTag};

/// A text in up to [`LocalizedText::MAX_VERSIONS`] languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "UncheckedText")]
pub struct LocalizedText {
    versions: Vec<LanguageVersion>,
}

/// A text in one language.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageVersion {
    /// The language.
    pub language: LanguageTag,
    /// The text; empty exactly if the state is [`TextState::Missing`].
    #[serde(default)]
    pub text: String,
    /// What the text is worth.
    pub state: TextState,
}

/// What a version of a text is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextState {
    /// The author's own words.
    Original,
    /// A translation of the original as it is now.
    Translated,
    /// A translation of an earlier original.
    Stale,
    /// There is no text in this language yet, and there should be.
    Missing,
}

/// The same shape without the guarantee, for reading.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedText {
    versions: Vec<LanguageVersion>,
}

impl TryFrom<UncheckedText> for LocalizedText {
    type Error = IdentifierError;

    fn try_from(unchecked: UncheckedText) -> Result<Self, IdentifierError> {
        Self::new(unchecked.versions)
    }
}

impl LocalizedText {
    /// The greatest number of language versions.
    pub const MAX_VERSIONS: usize = 8;

    /// Puts versions together, in the order given.
    ///
    /// # Errors
    ///
    /// More than eight versions, two in one language, two originals, a missing version with text or another one without.
    pub fn new(versions: Vec<LanguageVersion>) -> Result<Self, IdentifierError> {
        if versions.len() > Self::MAX_VERSIONS {
            return Err(IdentifierError::TooManyVersions {
                found: versions.len(),
                limit: Self::MAX_VERSIONS,
            });
        }
        for (index, version) in versions.iter().enumerate() {
            let language = version.language.to_string();
            let earlier = &versions[..index];
            if earlier.iter().any(|other| other.language == version.language) {
                return Err(IdentifierError::RepeatedLanguage { language });
            }
            let has_text = !version.text.trim().is_empty();
            if has_text && version.state == TextState::Missing {
                return Err(content(language, "missing with a text", "no text"));
            }
            if !has_text && version.state != TextState::Missing {
                return Err(content(language, "empty", "a text or the state missing"));
            }
            let other_original = earlier.iter().find(|other| other.state == TextState::Original);
            if let (TextState::Original, Some(first)) = (version.state, other_original) {
                return Err(IdentifierError::SecondOriginal {
                    first: first.language.to_string(),
                    second: language,
                });
            }
        }
        Ok(Self { versions })
    }

    /// The versions, in the order in which they were given.
    pub fn versions(&self) -> &[LanguageVersion] {
        &self.versions
    }

    /// The author's version, if there is one.
    pub fn original(&self) -> Option<&LanguageVersion> {
        self.versions.iter().find(|version| version.state == TextState::Original)
    }

    /// The version to show to somebody who reads `wanted`: that language exactly, else the nearest of the same language
    /// (same script before same region), else the original, else the first that has a text. `None` only if no version
    /// has one. The version's own `language` says what was found.
    pub fn in_language(&self, wanted: &LanguageTag) -> Option<&LanguageVersion> {
        let nearness = |version: &LanguageVersion| {
            let tag = &version.language;
            (
                tag.language() == wanted.language(),
                tag == wanted,
                tag.script() == wanted.script(),
                tag.region() == wanted.region(),
            )
        };
        let with_text = || self.versions.iter().filter(|version| version.state != TextState::Missing);
        // `max_by_key` takes the last of equals; from behind, that is the first that was given.
        let same_language =
            with_text().rev().filter(|version| nearness(version).0).max_by_key(|version| nearness(version));
        same_language.or_else(|| self.original()).or_else(|| with_text().next())
    }
}

fn content(language: String, found: &'static str, expected: &'static str) -> IdentifierError {
    IdentifierError::VersionContent { language, found, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(language: &str, text: &str, state: TextState) -> LanguageVersion {
        LanguageVersion { language: LanguageTag::parse(language).unwrap(), text: text.to_owned(), state }
    }

    fn shown(text: &LocalizedText, wanted: &str) -> Option<String> {
        text.in_language(&LanguageTag::parse(wanted).unwrap()).map(|version| version.text.clone())
    }

    #[test]
    fn a_reader_gets_the_nearest_language_that_has_a_text() {
        let text = LocalizedText::new(vec![
            version("zh-Hant-TW", "玩具熊（繁）", TextState::Translated),
            version("zh-Hans", "玩具熊", TextState::Stale),
            version("en", "toy bear", TextState::Original),
            version("fr", "", TextState::Missing),
            version("fr-CA", "ourson", TextState::Translated),
        ])
        .unwrap();
        assert_eq!(text.original().unwrap().language.as_str(), "en");
        for (wanted, expected) in [
            ("en", "toy bear"),
            ("en-GB", "toy bear"),
            ("zh-Hans-CN", "玩具熊"),
            ("zh-Hant", "玩具熊（繁）"),
            ("zh", "玩具熊"),
            ("fr", "ourson"),
            ("nl", "toy bear"),
        ] {
            assert_eq!(shown(&text, wanted).as_deref(), Some(expected), "{wanted}");
        }

        let without_original = LocalizedText::new(vec![
            version("en", "", TextState::Missing),
            version("zh", "玩具熊", TextState::Translated),
        ])
        .unwrap();
        assert_eq!(shown(&without_original, "en").as_deref(), Some("玩具熊"));
        assert_eq!(shown(&LocalizedText::default(), "en"), None);
    }

    #[test]
    fn contradictions_are_refused_when_made_and_when_read() {
        use TextState::{Missing, Original, Translated};
        let languages = ["bg", "cs", "da", "de", "et", "fi", "fr", "hu", "it"];
        for (versions, message) in [
            (
                languages.map(|language| version(language, "x", Translated)).to_vec(),
                "has 9 language versions, expected at most 8",
            ),
            (
                vec![version("zh-cn", "a", Original), version("zh-CN", "b", Translated)],
                "has two versions in language zh-CN, expected one",
            ),
            (
                vec![version("en", "a", Original), version("zh", "b", Original)],
                "has originals in en and zh, expected at most one original",
            ),
            (
                vec![version("en", "a", Missing)],
                "version in language en is missing with a text, expected no text",
            ),
            (
                vec![version("en", " ", Translated)],
                "version in language en is empty, expected a text or the state missing",
            ),
        ] {
            let stored = serde_json::json!({ "versions": versions }).to_string();
            assert_eq!(LocalizedText::new(versions).unwrap_err().to_string(), message);
            let error = serde_json::from_str::<LocalizedText>(&stored).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn a_stored_text_reads_back() {
        let stored = r#"{"versions":[{"language":"en","text":"toy bear","state":"original"},{"language":"zh","text":"","state":"missing"}]}"#;
        let text: LocalizedText = serde_json::from_str(stored).unwrap();
        assert_eq!(text.versions().len(), 2);
        assert_eq!(serde_json::to_string(&text).unwrap(), stored);
    }
}
