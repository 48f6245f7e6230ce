//! Rows of a text with separators.
//!
//! Invariant: a quote that is not closed costs its own line and no other. Crates for CSV take all that follows into one cell
//! and say nothing; so rows are read here.

use crate::{FileFault, Limits, RowFault, fault::excerpt};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// As it is written.
    Text(String),
    /// A date of a workbook: days since 1899-12-30.
    Days(f64),
}

impl Cell {
    /// The text; that of a date is its number.
    pub(crate) fn text(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Days(days) => days.to_string().into(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// A row that is not blank.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// From 1.
    pub(crate) number: u32,
    pub(crate) cells: Vec<Cell>,
    /// Whether a line end stands behind it.
    pub(crate) is_ended: bool,
}

impl Row {
    /// Cells that are not empty.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

/// Rows of a text or a sheet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) refused: Vec<RowFault>,
}

/// The rows of a text; the separator is that of the mapping, or the one that the text has most of.
pub(crate) fn table(text: &str, separator: Option<char>, limits: &Limits) -> Result<Table, FileFault> {
    let separator = separator.unwrap_or_else(|| most_used(text));
    let mut table = Table::default();
    let (mut rest, mut number) = (text, 1_u32);
    while !rest.is_empty() {
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (read, cells) = match record(rest, separator, limits) {
            Ok((read, cells)) => (read, Some(cells)),
            Err(wanted) => {
                table.refused.push(RowFault::new(number, "", wanted, rest.get(..line).unwrap_or_default()));
                (line, None)
            }
        };
        let behind = rest.get(read..).unwrap_or_default();
        let end = if behind.starts_with("\r\n") { 2 } else { usize::from(!behind.is_empty()) };
        let lines = rest.get(..read).unwrap_or_default().matches('\n').count();
        if let Some(cells) = cells.filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty())) {
            let cells = cells.into_iter().map(Cell::Text).collect();
            table.rows.push(Row { number, cells, is_ended: end > 0 });
        }
        if (table.rows.len() + table.refused.len()) as u64 > u64::from(limits.rows) {
            return Err(FileFault::TooMuch { what: "rows", most: limits.rows.into() });
        }
        rest = behind.get(end..).unwrap_or_default();
        number = number.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)).saturating_add(1);
    }
    // An unclosed quote in the last line is a file that ends within a cell.
    if let Some(last) = table.refused.last()
        && last.row + 1 == number
        && !text.ends_with(['\n', '\r'])
    {
        let problem =
            format!("row {}, the last, ends within a quoted cell: {}", last.row, excerpt(&last.got));
        return Err(FileFault::Cut { problem });
    }
    Ok(table)
}

/// The cells up to a line end, and how many bytes they take; or what is wanted of the line.
fn record(text: &str, separator: char, limits: &Limits) -> Result<(usize, Vec<String>), String> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (length, cell) = match rest.starts_with('"') {
            true => quoted(rest, separator, limits)?,
            false => {
                let end = rest.find([separator, '\n', '\r']).unwrap_or(rest.len());
                (end, rest.get(..end).unwrap_or_default().to_owned())
            }
        };
        if cell.chars().count() > limits.cell {
            return Err(format!("at most {} characters in a cell", limits.cell));
        }
        cells.push(cell);
        if cells.len() > limits.columns {
            return Err(format!("at most {} columns", limits.columns));
        }
        at += length;
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(next) if next == separator => at += separator.len_utf8(),
            _ => return Ok((at, cells)),
        }
    }
}

/// A quoted cell at the beginning of a text, and how many bytes it takes.
fn quoted(text: &str, separator: char, limits: &Limits) -> Result<(usize, String), String> {
    let mut cell = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    let mut count = 0;
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if matches!(chars.peek(), Some((_, '"'))) => {
                chars.next();
                cell.push('"');
            }
            '"' => {
                return match chars.peek() {
                    Some((_, next)) if *next != separator && !matches!(next, '\n' | '\r') => {
                        Err("a separator or the line's end behind a closing quote".to_owned())
                    }
                    _ => Ok((at + 1, cell)),
                };
            }
            _ => cell.push(c),
        }
        count += 1;
        // No cell may be longer, so the rest of the file is not looked through for each quote.
        if count > limits.cell {
            break;
        }
    }
    Err("a quote that is closed again".to_owned())
}

/// Of tab, comma and semicolon the one that most lines have.
fn most_used(text: &str) -> char {
    let lines = || text.lines().take(200);
    let count = |separator: char| lines().map(|line| line.matches(separator).count()).sum::<usize>();
    if lines().any(|line| line.contains('\t')) {
        return '\t';
    }
    if count(';') > count(',') { ';' } else { ',' }
}
