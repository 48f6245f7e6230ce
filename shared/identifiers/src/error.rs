//! What is wrong with an identifier.

/// What was found and what was wanted. Positions count from 1, without the separators that the type tolerates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// Too short or too long.
    #[error("has {found} characters, expected {expected}")]
    Length {
        /// How many there are, without separators.
        found: usize,
        /// How many are allowed.
        expected: &'static str,
    },
    /// A character that cannot stand where it stands.
    #[error("has {found:?} at position {position}, expected {expected}")]
    Character {
        /// The character.
        found: char,
        /// Where it stands.
        position: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// The check digit does not fit the rest, so something was misread or mistyped.
    #[error("check digit is {found}, expected {expected}")]
    CheckDigit {
        /// The check digit as written.
        found: char,
        /// The check digit of the rest as written.
        expected: char,
    },
    /// A part has the right characters but a value that does not exist.
    #[error("{part} is {found:?}, expected {expected}")]
    Value {
        /// Which part.
        part: &'static str,
        /// Its value.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A text has too many language versions.
    #[error("has {found} language versions, expected at most {limit}")]
    TooManyVersions {
        /// How many there are.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A text has two versions in one language.
    #[error("has two versions in language {language}, expected one")]
    RepeatedLanguage {
        /// The language.
        language: String,
    },
    /// A text has two originals.
    #[error("has originals in {first} and {second}, expected at most one original")]
    SecondOriginal {
        /// Language of one original.
        first: String,
        /// Language of the other.
        second: String,
    },
    /// A text's version has a state that does not fit its content.
    #[error("version in language {language} is {found}, expected {expected}")]
    VersionContent {
        /// The language.
        language: String,
        /// What the version is like.
        found: &'static str,
        /// What it should be like.
        expected: &'static str,
    },
}
