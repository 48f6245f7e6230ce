//! Language tags, BCP 47 (RFC 5646), the subset language[-Script][-REGION].

use crate::IdentifierError;
use crate::text_form::{excerpt, text_form};

/// A language tag in the usual case: `zh-Hans-CN`, `fr-CA`, `en`. Whether the subtags are registered is not checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageTag(String);

text_form!(LanguageTag);

impl LanguageTag {
    /// Reads a tag; case does not matter.
    ///
    /// # Errors
    ///
    /// A part that is neither a language (2 or 3 letters, first), a script (4 letters) nor a region (2 letters or 3
    /// digits, last), in this order.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let mut subtags = text.trim().split('-').peekable();
        let language = subtags.next().unwrap_or_default();
        if !is_letters(language) || !matches!(language.len(), 2 | 3) {
            return Err(wrong("language", language, "2 or 3 letters"));
        }
        let mut tag = language.to_ascii_lowercase();
        if let Some(script) = subtags.next_if(|subtag| is_script(subtag)) {
            tag.push('-');
            tag.push_str(&script[..1].to_ascii_uppercase());
            tag.push_str(&script[1..].to_ascii_lowercase());
        }
        if let Some(region) = subtags.next_if(|subtag| is_region(subtag)) {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
        }
        match subtags.next() {
            None => Ok(Self(tag)),
            Some(rest) => {
                Err(wrong("subtag", rest, "script (4 letters), then region (2 letters or 3 digits)"))
            }
        }
    }

    /// The whole tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone, such as `zh`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// The script, such as `Hans`, if the tag names one.
    pub fn script(&self) -> Option<&str> {
        self.0.split('-').skip(1).find(|subtag| is_script(subtag))
    }

    /// The region, such as `CN`, if the tag names one.
    pub fn region(&self) -> Option<&str> {
        self.0.split('-').skip(1).find(|subtag| is_region(subtag))
    }
}

fn is_letters(subtag: &str) -> bool {
    subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_script(subtag: &str) -> bool {
    subtag.len() == 4 && is_letters(subtag)
}

fn is_region(subtag: &str) -> bool {
    (subtag.len() == 2 && is_letters(subtag))
        || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_digit()))
}

fn wrong(part: &'static str, found: &str, expected: &'static str) -> IdentifierError {
    IdentifierError::Value { part, found: excerpt(found), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_take_their_usual_case() {
        for (written, tag, language, script, region) in [
            ("EN", "en", "en", None, None),
            ("ZH-hans-cn", "zh-Hans-CN", "zh", Some("Hans"), Some("CN")),
            ("zh-HANT", "zh-Hant", "zh", Some("Hant"), None),
            ("fr-ca", "fr-CA", "fr", None, Some("CA")),
            ("es-419", "es-419", "es", None, Some("419")),
        ] {
            let read = LanguageTag::parse(written).unwrap();
            assert_eq!(read.as_str(), tag);
            assert_eq!((read.language(), read.script(), read.region()), (language, script, region));
        }
    }

    #[test]
    fn a_mistake_is_named() {
        let subtag = |found: &str| {
            format!("subtag is {found:?}, expected script (4 letters), then region (2 letters or 3 digits)")
        };
        for (written, message) in [
            ("", "language is \"\", expected 2 or 3 letters".to_owned()),
            ("english", "language is \"english\", expected 2 or 3 letters".to_owned()),
            ("zh_CN", "language is \"zh_CN\", expected 2 or 3 letters".to_owned()),
            ("zh-CN-Hans", subtag("Hans")),
            ("en-", subtag("")),
            ("de-CH-1996", subtag("1996")),
        ] {
            assert_eq!(LanguageTag::parse(written).unwrap_err().to_string(), message, "{written}");
        }
    }
}
