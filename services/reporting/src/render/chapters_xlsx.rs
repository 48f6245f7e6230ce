//! Entries of texts as sheets of a workbook: a row for each entry, a column for each sort of line.
//!
//! Invariant: all cells are texts.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::domain::{
    chapters::{Chapter, Line, Wording},
    content::{Language, Text},
};

/// The longest text of a cell, as Excel counts it: in UTF-16.
const CELL_UNITS: usize = 32_767;

/// The heading of the chapter, a row of headings, and a row for each entry; from this row on. Gives the row of headings.
pub(super) fn sheet(
    sheet: &mut Worksheet,
    chapter: &Chapter,
    (heading, text): (&Format, &Format),
    (row, language): (u32, Language),
) -> Result<(), XlsxError> {
    let columns = columns(chapter);
    sheet.set_column_width(0, 40)?;
    let title = match language {
        Language::English => "Title",
        Language::Chinese => "标题",
    };
    sheet.write_string_with_format(row, 0, title, heading)?;
    for (at, (_, name)) in (1..).zip(&columns) {
        sheet.set_column_width(at, 28)?;
        sheet.write_string_with_format(row, at, name.in_language(language), heading)?;
    }
    sheet.set_freeze_panes(row + 1, 1)?.set_repeat_rows(row, row)?;
    for (row, entry) in (row + 1..).zip(&chapter.entries) {
        let title = cell([entry.title.in_language(language)], language);
        sheet.write_string_with_format(row, 0, title, text)?;
        for (at, (id, _)) in (1..).zip(&columns) {
            let lines = entry.lines.iter().filter(|line| line.id == *id);
            let told = cell(lines.map(|line| line.passage.in_language(language)), language);
            if !told.is_empty() {
                sheet.write_string_with_format(row, at, told, text)?;
            }
        }
    }
    Ok(())
}

/// Every sort of line that an entry has, in the order in which they come.
fn columns(chapter: &Chapter) -> Vec<(&'static str, &Text)> {
    let lines = || chapter.entries.iter().flat_map(|entry| &entry.lines);
    let mut columns: Vec<(&'static str, &Text)> = Vec::new();
    for Line { id, name, .. } in lines() {
        if columns.iter().any(|(known, _)| known == id) {
            continue;
        }
        // Where an entry has it behind lines that are known, it stands behind them here too.
        let before = chapter.entries.iter().find_map(|entry| {
            let at = entry.lines.iter().position(|line| line.id == *id)?;
            let known = entry.lines.iter().take(at).rev();
            known.filter_map(|line| columns.iter().position(|(known, _)| *known == line.id)).next()
        });
        columns.insert(before.map_or(columns.len(), |before| before + 1), (id, name));
    }
    columns
}

/// Texts with their marks, a line each, cut to what a cell holds.
fn cell<'w>(told: impl IntoIterator<Item = &'w Wording>, language: Language) -> String {
    let marked = told.into_iter().map(|told| match told.worth.mark(language) {
        Some(mark) => format!("{mark} {}", told.text),
        None => told.text.clone(),
    });
    let mut units = 0;
    let text = marked.collect::<Vec<_>>().join("\n");
    let cut = text.chars().take_while(|letter| {
        units += letter.len_utf16();
        units <= CELL_UNITS
    });
    cut.collect()
}
