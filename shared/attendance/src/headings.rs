//! Where in a table the rows of a layout stand, and which of their cells says what.

use unicode_normalization::UnicodeNormalization;

use crate::{
    lines::{Row, Table},
    mapping::{Column, Layout, Mapping},
};

/// Rows under one row of headings.
#[derive(Clone, Debug)]
pub(crate) struct Section<'a> {
    pub(crate) headings: &'a Row,
    pub(crate) rows: &'a [Row],
    pub(crate) places: Places,
}

/// The place of each column from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) name: Option<usize>,
    pub(crate) address: Option<usize>,
    pub(crate) join: usize,
    pub(crate) leave: Option<usize>,
    pub(crate) action: Option<usize>,
    pub(crate) device: Option<usize>,
    pub(crate) guest: Option<usize>,
}

/// A text as headings are compared: one width, one case, without what stands in parentheses.
pub(crate) fn plain(text: &str) -> String {
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let mut depth = 0_u32;
    let kept: String = text
        .chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            c => depth == 0 && *c != '\u{feff}',
        })
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sections of a layout in a table; none if the table has no such row of headings.
pub(crate) fn sections<'a>(table: &'a Table, layout: &Layout, mapping: &Mapping) -> Vec<Section<'a>> {
    let rows = &table.rows;
    let mut found: Vec<Section<'a>> = Vec::new();
    let mut index = 0;
    while let Some(row) = rows.get(index) {
        let is_early = row.number <= mapping.preamble_rows;
        let places = (!is_early).then(|| places(rows, index, layout)).flatten();
        index += 1;
        let Some(places) = places else { continue };
        let behind = rows.get(index..).unwrap_or_default();
        let length = length(behind, layout, mapping);
        found.push(Section { headings: row, rows: behind.get(..length).unwrap_or_default(), places });
        index += length;
    }
    found
}

/// How many rows belong to the headings before them: up to a title, or other headings.
fn length(rows: &[Row], layout: &Layout, mapping: &Mapping) -> usize {
    let ends = |index: usize, row: &Row| {
        let is_title = row.filled() == 1
            && row.cells.first().is_some_and(|cell| !cell.is_empty())
            && (section_number(row).is_some()
                || mapping.layouts.iter().any(|any| by_headings(rows, index + 1, any)));
        is_title || by_headings(rows, index, layout)
    };
    rows.iter().enumerate().position(|(index, row)| ends(index, row)).unwrap_or(rows.len())
}

fn by_headings(rows: &[Row], index: usize, layout: &Layout) -> bool {
    rows.get(index).is_some_and(|row| named(row, layout).is_some())
}

fn places(rows: &[Row], index: usize, layout: &Layout) -> Option<Places> {
    let row = rows.get(index)?;
    if let Some(places) = named(row, layout) {
        return Some(places);
    }
    // Headings in a language that is not known: the section's number says what they are.
    let title = index.checked_sub(1).and_then(|before| rows.get(before))?;
    (title.filled() == 1 && layout.section.is_some() && section_number(title) == layout.section)
        .then(|| numbered(layout))?
}

/// The places of the headings that are known; none if one lacks that is needed.
fn named(row: &Row, layout: &Layout) -> Option<Places> {
    let cells: Vec<String> = row.cells.iter().map(|cell| plain(&cell.text())).collect();
    let place = |column: &Column| {
        // In the order of the headings, so that the first spelling wins where a row has two of them.
        let mut spellings = column.headings.iter().map(|heading| plain(heading));
        spellings.find_map(|heading| cells.iter().position(|cell| *cell == heading))
    };
    let optional = |column: &Option<Column>| column.as_ref().and_then(place);
    let columns = &layout.columns;
    let found = Places {
        name: optional(&columns.name),
        address: optional(&columns.address),
        join: place(&columns.join)?,
        leave: optional(&columns.leave),
        action: optional(&columns.action),
        device: optional(&columns.device),
        guest: optional(&columns.guest),
    };
    let is_whole = found.leave.is_some() == columns.leave.is_some()
        && found.action.is_some() == columns.action.is_some()
        && (found.name.is_some() || (columns.name.is_none() && found.address.is_some()));
    is_whole.then_some(found)
}

fn numbered(layout: &Layout) -> Option<Places> {
    let place = |column: &Option<Column>| column.as_ref()?.place?.checked_sub(1);
    let columns = &layout.columns;
    Some(Places {
        name: place(&columns.name),
        address: place(&columns.address),
        join: columns.join.place?.checked_sub(1)?,
        leave: place(&columns.leave),
        action: place(&columns.action),
        device: place(&columns.device),
        guest: place(&columns.guest),
    })
}

/// The number that a title begins with: `3. In-Meeting Activities`.
fn section_number(row: &Row) -> Option<u32> {
    let title = row.cells.first()?.text();
    let (number, rest) = title.trim().split_once(['.', '、', '．'])?;
    (!rest.trim().is_empty()).then(|| number.parse().ok())?
}
