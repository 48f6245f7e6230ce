//! The documents of a report or a bulletin: one calculation, written as HTML, PDF and XLSX in each language, and as CSV in both.
//!
//! Invariants: nothing is calculated here, every value becomes text in [`numbers`] alone; the order is that of the content;
//! the clock is never read, so that the same content and facts give the same bytes of the same program; no text of the content
//! is ever markup, source or a formula.

mod chapters_html;
mod chapters_xlsx;
pub mod charts;
mod csv;
mod html;
mod made_of;
mod meaning;
mod numbers;
mod pdf;
pub mod situation;
mod words;
mod xlsx;

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::civil::Date;
pub use made_of::MadeOf;
pub use pdf::paper;
use seamless_typeset::{TypesetError, Typesetter};
pub use seamless_vocabulary::reporting::ReportFormat;

use crate::domain::{
    chapters::Chapter,
    content::{Content, Language},
};

/// A document that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Its format.
    pub format: ReportFormat,
    /// Its language; none where it has both.
    pub language: Option<Language>,
    /// Its name as a file.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What it is.
    pub bytes: Vec<u8>,
    /// The characters that it shows by code point, since no font of the program has them, as such (`U+200D`), in their order.
    pub missing_characters: Vec<String>,
}

/// What documents say beside the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFacts {
    /// How the names of the files begin.
    pub file_stem: String,
    /// The date that the documents bear.
    pub date: Date,
    /// Whether it is made of a drill; each document then says so.
    pub exercise: bool,
    /// What the documents were made of, as they say at their end.
    pub made_of: MadeOf,
}

/// Why documents were not written: each is a fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A PDF was not set.
    #[error("the PDF was not set: {0}")]
    Pdf(#[from] TypesetError),
    /// A workbook was not written.
    #[error("the workbook was not written: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The comma-separated values were not written.
    #[error("the comma-separated values were not written: {0}")]
    Csv(#[from] ::csv::Error),
}

/// Writes all documents of `content`: HTML, PDF and XLSX in each language, then CSV.
///
/// # Errors
/// [`RenderError`]: the program is at fault, or it ends.
pub async fn render(
    typesetter: &Typesetter,
    content: &Content,
    facts: &DocumentFacts,
) -> Result<Vec<Rendered>, RenderError> {
    render_with(typesetter, content, &[], facts).await
}

/// Writes all documents of `content` with the texts of `chapters` behind it, as [`render`] does.
///
/// # Errors
/// [`RenderError`]: the program is at fault, or it ends.
pub async fn render_with(
    typesetter: &Typesetter,
    content: &Content,
    chapters: &[Chapter],
    facts: &DocumentFacts,
) -> Result<Vec<Rendered>, RenderError> {
    let written = render_telling(typesetter, content, chapters, facts, &Untold).await?;
    Ok(written.unwrap_or_default())
}

/// How many documents there are: HTML, PDF and XLSX in each language, and CSV.
const DOCUMENTS: u32 = 7;

/// Is told which document is written, and says whether to go on.
#[async_trait]
pub trait Telling: Send + Sync {
    /// This one is written next, from 1 on, of so many.
    async fn writes(&self, document: u32, documents: u32) -> bool;

    /// All are written.
    async fn is_written(&self) -> bool;
}

/// Nobody is told.
struct Untold;

#[async_trait]
impl Telling for Untold {
    async fn writes(&self, _: u32, _: u32) -> bool {
        true
    }

    async fn is_written(&self) -> bool {
        true
    }
}

/// As [`render_with`], telling which document is written; none once they are wanted no more.
///
/// # Errors
/// As [`render`].
pub async fn render_telling(
    typesetter: &Typesetter,
    content: &Content,
    chapters: &[Chapter],
    facts: &DocumentFacts,
    telling: &dyn Telling,
) -> Result<Option<Vec<Rendered>>, RenderError> {
    let mut documents = Vec::new();
    let next = |documents: &[Rendered]| {
        let at = u32::try_from(documents.len()).unwrap_or(u32::MAX).saturating_add(1);
        telling.writes(at, DOCUMENTS)
    };
    for language in Language::ALL {
        if !next(&documents).await {
            return Ok(None);
        }
        let page = html::page(content, chapters, facts, language).into_bytes();
        documents.push(document(ReportFormat::Html, Some(language), facts, page));
    }
    for language in Language::ALL {
        if !next(&documents).await {
            return Ok(None);
        }
        let made = pdf::paper_with(typesetter, content, chapters, facts, language).await?;
        let missing: BTreeSet<_> = made.facts.shown_as_code_points.iter().map(|one| one.character).collect();
        documents.push(Rendered {
            missing_characters: missing.into_iter().map(|one| format!("U+{:04X}", u32::from(one))).collect(),
            ..document(ReportFormat::Pdf, Some(language), facts, made.pdf)
        });
    }
    for language in Language::ALL {
        if !next(&documents).await {
            return Ok(None);
        }
        let workbook = xlsx::workbook(content, chapters, facts, language)?;
        documents.push(document(ReportFormat::Xlsx, Some(language), facts, workbook));
    }
    if !next(&documents).await {
        return Ok(None);
    }
    documents.push(document(ReportFormat::Csv, None, facts, csv::lines(content, chapters, facts)?));
    Ok(telling.is_written().await.then_some(documents))
}

fn document(
    format: ReportFormat,
    language: Option<Language>,
    facts: &DocumentFacts,
    bytes: Vec<u8>,
) -> Rendered {
    let (ending, media_type) = match format {
        ReportFormat::Protobuf => ("pb", "application/x-protobuf"),
        ReportFormat::Html => ("html", "text/html; charset=utf-8"),
        ReportFormat::Pdf => ("pdf", "application/pdf"),
        ReportFormat::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ReportFormat::Csv => ("csv", "text/csv; charset=utf-8"),
    };
    let file_name = match language {
        Some(language) => format!("{}-{}.{ending}", facts.file_stem, language.tag()),
        None => format!("{}.{ending}", facts.file_stem),
    };
    Rendered { format, language, file_name, media_type, bytes, missing_characters: Vec::new() }
}

/// The number that a section has in every document: `3`.
fn section_number(section: usize) -> String {
    (section + 1).to_string()
}

/// The number that a table has in every document: `3.1`.
fn table_number(section: usize, table: usize) -> String {
    format!("{}.{}", section + 1, table + 1)
}
