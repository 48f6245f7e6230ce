//! Whether the fonts hold every character of the values: looked at before anything is set.

use std::fmt;
use std::sync::LazyLock;

use serde_json::Value;
use typst::text::Font;

use crate::fonts;

/// What to do with a character that no font holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Refuse the document.
    Refuse,
    /// Show it as its code point (`U+20BB7`) and say so in the facts.
    ShowCodePoint,
}

/// A character of the values that no font holds. It displays as `holder.name: '𡃁' (U+210C1)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingGlyph {
    /// Where the text stands in the values: `holder.name`, `rows[2].maker`.
    pub path: String,
    /// The character.
    pub character: char,
}

impl MissingGlyph {
    /// The character's code point, as Unicode writes it: `U+20BB7`.
    #[must_use]
    pub fn code_point(&self) -> String {
        code_point(self.character)
    }
}

impl fmt::Display for MissingGlyph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?} ({})", self.path, self.character, self.code_point())
    }
}

/// A character's code point, as Unicode writes it: `U+20BB7`.
#[must_use]
pub fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// Every character of the texts in `values` that none of `fonts` holds, each once a text, in the order of the values; with
/// [`Missing::ShowCodePoint`] the texts are changed to show the code points. Bold is not looked at by itself: what bold lacks
/// is set in the regular weight of the same family.
pub(crate) fn check(values: &mut Value, fonts: &[Font], missing: Missing) -> Vec<MissingGlyph> {
    let mut found = Vec::new();
    walk(values, "", fonts, missing, &mut found);
    found
}

fn walk(value: &mut Value, path: &str, fonts: &[Font], missing: Missing, found: &mut Vec<MissingGlyph>) {
    match value {
        Value::String(text) => {
            let before = found.len();
            for character in text.chars().filter(|&character| !is_held(character, fonts)) {
                if !found[before..].iter().any(|glyph| glyph.character == character) {
                    found.push(MissingGlyph { path: path.to_owned(), character });
                }
            }
            if missing == Missing::ShowCodePoint {
                for glyph in &found[before..] {
                    *text = text.replace(glyph.character, &glyph.code_point());
                }
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter_mut().enumerate() {
                walk(value, &format!("{path}[{index}]"), fonts, missing, found);
            }
        }
        Value::Object(values) => {
            for (key, value) in values.iter_mut() {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(value, &path, fonts, missing, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The characters of a text that no font of the program holds, each once, in their order: what [`Missing::Refuse`] would refuse.
#[must_use]
pub fn missing_characters(text: &str) -> Vec<char> {
    static FONTS: LazyLock<Vec<Font>> = LazyLock::new(fonts::all);
    let mut missing = Vec::new();
    for character in text.chars().filter(|&character| !is_held(character, &FONTS)) {
        if !missing.contains(&character) {
            missing.push(character);
        }
    }
    missing
}

fn is_held(character: char, fonts: &[Font]) -> bool {
    matches!(character, '\n' | '\r' | '\t')
        || fonts.iter().any(|font| font.info().coverage.contains(u32::from(character)))
}
