//! From a template and its values to the bytes of a PDF.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Dict, Smart};
use typst::text::Font;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts;
use crate::glyphs::{self, Missing, MissingGlyph};
use crate::world::Sealed;

/// The version that the workspace pins: another one may set the same document in other bytes.
const TYPST_VERSION: &str = "0.15.1";

/// A document's form: part of the program, never of its data.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// What it is called in errors.
    pub name: &'static str,
    /// Typst source that takes its values from `sys.inputs`. Fonts, language and date are set before it.
    pub source: &'static str,
}

/// The language that a document is set in: how lines break and which forms characters have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Chinese as written in China.
    Zh,
}

impl Language {
    fn setting(self) -> &'static str {
        match self {
            Self::En => r#"lang: "en", region: "gb""#,
            Self::Zh => r#"lang: "zh", region: "cn""#,
        }
    }
}

/// What is to be set.
#[derive(Clone, Debug)]
pub struct Document<V> {
    /// Its form.
    pub template: Template,
    /// What the template finds in `sys.inputs`: anything that serde writes as an object.
    pub values: V,
    /// The date that the file bears; the clock is never looked at.
    pub date: Date,
    /// Its language.
    pub language: Language,
    /// What becomes of a character that no font holds.
    pub missing: Missing,
}

/// A document that was set.
#[derive(Clone, Debug)]
pub struct Made {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// What is known of it.
    pub facts: Facts,
}

/// What a document was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How many pages it has.
    pub pages: usize,
    /// The version of typst that set it.
    pub typst_version: &'static str,
    /// SHA-256 of the template, in hexadecimal digits.
    pub template_sha256: String,
    /// SHA-256 of all fonts in their order, in hexadecimal digits.
    pub fonts_sha256: String,
    /// The characters shown as code points; empty where such are refused.
    pub shown_as_code_points: Vec<MissingGlyph>,
}

/// Why a document was not set.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// No font holds these characters; all of them are told.
    #[error("no font holds {}", list(.0))]
    MissingGlyphs(Vec<MissingGlyph>),
    /// The values are not an object, or cannot be written.
    #[error("the values cannot be given to a template: {0}")]
    Values(#[from] serde_json::Error),
    /// The date is outside the years that a PDF can bear.
    #[error("a document cannot bear the date {0}")]
    Date(Date),
    /// The template and these values do not go together: a mistake of the program, with what typst says of it.
    #[error("the template {template} cannot be set: {reason}")]
    Template {
        /// The template's name.
        template: &'static str,
        /// What typst says; may hold values, so it is for the log and not for answers.
        reason: String,
    },
    /// The work was cut off: the program ends, or typst panicked.
    #[error("the document was not finished")]
    CutOff,
}

fn list(missing: &[MissingGlyph]) -> String {
    missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Sets documents, one at a time, off the threads of async work. Clones share the turn and the fonts.
#[derive(Clone, Debug)]
pub struct Typesetter {
    fonts: Arc<[Font]>,
    fonts_sha256: Arc<str>,
    turn: Arc<Semaphore>,
}

impl Default for Typesetter {
    fn default() -> Self {
        Self::new()
    }
}

impl Typesetter {
    /// Reads the fonts of the program. Make one for the whole program: each new one has a turn of its own.
    #[must_use]
    pub fn new() -> Self {
        Self {
            fonts: fonts::all().into(),
            fonts_sha256: fonts::digest().into(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// SHA-256 of all fonts in their order, in hexadecimal digits.
    #[must_use]
    pub fn fonts_sha256(&self) -> &str {
        &self.fonts_sha256
    }

    /// Waits for its turn and sets `document`. It is run on tokio's threads for blocking work, so the caller need not care;
    /// a caller that goes away does not stop a document that was begun, and the next one waits for its end.
    ///
    /// # Errors
    /// [`TypesetError`]; [`TypesetError::MissingGlyphs`] is for who gave the values, the others for who runs the program.
    pub async fn set<V: Serialize>(&self, document: Document<V>) -> Result<Made, TypesetError> {
        let Document { template, values, date, language, missing } = document;
        let values = serde_json::to_value(values)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| TypesetError::CutOff)?;
        let typesetter = self.clone();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let made = typesetter.set_now(Document { template, values, date, language, missing });
            // What typst remembers of a document is of no use to the next one.
            typst::comemo::evict(0);
            made
        })
        .await
        .map_err(|_| TypesetError::CutOff)?
    }

    fn set_now(&self, document: Document<Value>) -> Result<Made, TypesetError> {
        let Document { template, mut values, date, language, missing } = document;
        let found = glyphs::check(&mut values, &self.fonts, missing);
        if missing == Missing::Refuse && !found.is_empty() {
            return Err(TypesetError::MissingGlyphs(found));
        }
        let values: Dict = serde_json::from_value(values)?;
        let day = day_of(date).ok_or(TypesetError::Date(date))?;
        let source = format!(
            "#set text(font: {}, {})\n#set document(date: datetime.today())\n{}",
            fonts::FAMILIES,
            language.setting(),
            template.source
        );
        let world = Sealed::new(source, values, day, &self.fonts);
        let refused = |errors: &[SourceDiagnostic]| TypesetError::Template {
            template: template.name,
            reason: errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "),
        };
        let paged = typst::compile::<PagedDocument>(&world).output.map_err(|errors| refused(&errors))?;
        let standards = PdfStandards::new(&[PdfStandard::A_2a]).map_err(|error| TypesetError::Template {
            template: template.name,
            reason: error.message().to_string(),
        })?;
        let options = PdfOptions {
            ident: Smart::Auto,
            timestamp: Some(Timestamp::new_utc(day)),
            standards,
            tagged: true,
            ..PdfOptions::default()
        };
        let pdf = typst_pdf::pdf(&paged, &options).map_err(|errors| refused(&errors))?;
        let facts = Facts {
            pages: paged.pages().len(),
            typst_version: TYPST_VERSION,
            template_sha256: hex::encode(Sha256::digest(template.source)),
            fonts_sha256: self.fonts_sha256.to_string(),
            shown_as_code_points: found,
        };
        Ok(Made { pdf, facts })
    }
}

fn day_of(date: Date) -> Option<Datetime> {
    Datetime::from_ymd(date.year().into(), date.month().try_into().ok()?, date.day().try_into().ok()?)
        .filter(|_| date.year() > 0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_told_is_the_version_built() {
        assert_eq!(typst::utils::version().raw(), super::TYPST_VERSION);
    }
}
