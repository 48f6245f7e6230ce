//! Tables for people. On a terminal a table fits its width: the least important columns give way first, and free text is
//! shortened; ids and references never are, and no line is broken within one. Elsewhere, as in a pipe, all columns stand in
//! full, set off by spaces. Wide characters, such as Chinese ones, count two cells.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use comfy_table::{Cell, Color, ContentArrangement, Table as Sheet, presets::NOTHING};
use seamless_labels::Labelled;
use seamless_vocabulary::notifications::RiskLevel;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of free text, which may be shortened.
const FREE_TEXT: &[&str] = &[
    "about",
    "address",
    "answer",
    "company",
    "description",
    "evidence",
    "fields",
    "file",
    "goods",
    "name",
    "outcome",
    "product",
    "reason",
    "risk",
    "seller",
    "text",
    "title",
    "waiting",
    "where",
    "why",
];

/// The fewest cells to which free text is shortened.
const FEWEST_CELLS: usize = 12;

/// Spaces about a column.
const PADDING: usize = 2;

static IS_COLOURLESS: AtomicBool = AtomicBool::new(false);

/// Has no table coloured any more: the user's wish by `NO_COLOR`.
pub fn without_colour() {
    IS_COLOURLESS.store(true, Ordering::Relaxed);
}

/// A table with a head, or without one a list of facts.
pub struct Table {
    head: Vec<String>,
    /// Heads of the columns that give way first, the least important first; the rest follows from the right.
    minor: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|word| (*word).to_owned()).collect(), minor: &[], rows: Vec::new() }
    }

    /// The same, with the columns that give way first, the least important first.
    pub fn giving_way(mut self, minor: &'static [&'static str]) -> Self {
        self.minor = minor;
        self
    }

    /// Adds a row, a cell for each column.
    pub fn add_row<T: fmt::Display>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    /// The table in at most so many cells a line, or in full.
    fn text(&self, width: Option<usize>, is_coloured: bool) -> String {
        let mut sheet = Sheet::new();
        sheet.load_style(NOTHING);
        match is_coloured {
            true => sheet.enforce_styling(),
            false => sheet.force_no_tty(),
        };
        if self.head.is_empty() {
            // Facts are few: their values go on in the next line.
            if let Some(width) = width.and_then(|width| u16::try_from(width).ok()) {
                sheet.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            }
            for row in &self.rows {
                sheet.add_row(row);
            }
            return sheet.to_string();
        }
        let columns = self.fitted(width);
        let upper = |(column, cells): &(usize, usize)| shortened(&self.head[*column].to_uppercase(), *cells);
        sheet.set_header(columns.iter().map(upper));
        for row in &self.rows {
            sheet.add_row(columns.iter().map(|(column, cells)| {
                let text = row.get(*column).map(String::as_str).unwrap_or_default();
                let cell = Cell::new(shortened(text, *cells));
                match colour(&self.head[*column], text).filter(|_| is_coloured) {
                    Some(colour) => cell.fg(colour),
                    None => cell,
                }
            }));
        }
        sheet.to_string()
    }

    /// The columns that are shown, each with the cells that it gets.
    fn fitted(&self, width: Option<usize>) -> Vec<(usize, usize)> {
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|text| text.width());
            cells.chain([self.head[column].width()]).max().unwrap_or_default()
        };
        let mut columns: Vec<(usize, usize)> = (0..self.head.len()).map(|at| (at, widest(at))).collect();
        let Some(width) = width else { return columns };
        let least = |(column, cells): &(usize, usize)| match self.is_free_text(*column) {
            true => PADDING + (*cells).min(FEWEST_CELLS),
            false => PADDING + cells,
        };
        let mut minor = self.minor.iter();
        while columns.len() > 1 && columns.iter().map(least).sum::<usize>() > width {
            let named =
                minor.next().and_then(|head| columns.iter().position(|(at, _)| self.head[*at] == *head));
            columns.remove(named.unwrap_or(columns.len() - 1));
        }
        // What is left over goes to the free texts, from the left.
        let mut left = width.saturating_sub(columns.iter().map(least).sum());
        for entry in &mut columns {
            if self.is_free_text(entry.0) {
                let wanted = entry.1.saturating_sub(FEWEST_CELLS).min(left);
                left -= wanted;
                entry.1 = entry.1.min(FEWEST_CELLS) + wanted;
            }
        }
        columns
    }

    fn is_free_text(&self, column: usize) -> bool {
        column > 0 && FREE_TEXT.contains(&self.head[column].as_str())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Known on a terminal alone.
        let width = Sheet::new().width().map(usize::from);
        let is_coloured = width.is_some() && !IS_COLOURLESS.load(Ordering::Relaxed);
        formatter.write_str(&self.text(width, is_coloured))
    }
}

/// The text in at most so many cells; one that is cut ends in an ellipsis.
fn shortened(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut room = cells.saturating_sub(1);
    let fits = |letter: &char| {
        let width = letter.width().unwrap_or_default();
        let fits = width <= room;
        room = if fits { room - width } else { 0 };
        fits
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

/// The colour of what wants attention: the lane of goods, a serious risk, a clock that has run out.
fn colour(head: &str, text: &str) -> Option<Color> {
    let serious = RiskLevel::Serious.label();
    match (head, text.to_lowercase().as_str()) {
        ("lane", "green") => Some(Color::Green),
        ("lane", "yellow") => Some(Color::Yellow),
        ("lane", "red") => Some(Color::Red),
        ("risk", text) if text.starts_with(serious.english) || text.starts_with(serious.chinese) => {
            Some(Color::Red)
        }
        ("state", "breached" | "stopped late") => Some(Color::Red),
        (_, text) if head.contains("(UTC)") && text.ends_with(" late") => Some(Color::Red),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "notifications/01920abc-7def";

    fn inbox() -> Table {
        let mut table =
            Table::new(&["notification", "reference", "product", "risk", "react before (UTC)", "sold"])
                .giving_way(&["sold", "risk"]);
        let kettle = "电热水壶，不锈钢，一点五升，带温度计 (Bekari)";
        table.add_row([
            ID,
            "SR/90001/26",
            kettle,
            "serious: electric shock",
            "2026-12-20 16:00 LATE",
            "online",
        ]);
        table.add_row([ID, "OR/90003/26", "Lamp", "low: burns", "", "shops"]);
        table
    }

    #[test]
    fn a_table_fits_the_terminal_and_breaks_no_id() {
        for width in [40, 60, 80, 100, 200] {
            let text = inbox().text(Some(width), false);
            assert_eq!(text.lines().count(), 3, "a line a row: {text}");
            assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
            assert_eq!(text.matches(ID).count(), 2, "{text}");
            let is_whole = text.contains("SR/90001/26");
            assert!(is_whole || !text.contains("SR/"), "a reference stands in full or not at all: {text}");
        }
        let at = |width| inbox().text(Some(width), false);
        assert!(!at(100).contains("SOLD") && at(100).contains("RISK"), "{}", at(100));
        assert!(!at(80).contains("RISK") && at(80).contains("LATE"), "{}", at(80));
        assert!(at(200).contains("带温度计 (Bekari)") && !at(200).contains('…'), "{}", at(200));
    }

    #[test]
    fn a_pipe_gets_everything_in_full_and_without_colour() {
        let text = inbox().text(None, false);
        assert!(
            text.contains("带温度计 (Bekari)") && text.contains("SOLD") && text.contains("LATE"),
            "{text}"
        );
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn colours_mark_what_wants_attention() {
        let text = inbox().text(Some(200), true);
        assert_eq!(text.matches("\u{1b}[38;5;9m").count(), 2, "{text:?}");
        assert_eq!(colour("lane", "GREEN"), Some(Color::Green));
        assert_eq!(colour("risk", "严重: 窒息"), Some(Color::Red));
        assert_eq!(colour("product", "red"), None);
    }

    #[test]
    fn wide_characters_count_two_cells() {
        assert_eq!(shortened("电热水壶", 8), "电热水壶");
        assert_eq!(shortened("电热水壶", 7), "电热水…");
        assert_eq!(shortened("电热水壶", 6), "电热…");
        assert_eq!(shortened("kettle", 4), "ket…");
    }
}
