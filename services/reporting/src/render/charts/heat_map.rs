//! Counts by two properties: a row for each row of a table, a column for each of its columns. Each cell has its number, so that nothing
//! is told by its shade alone; a cell that nothing could fall into has a dash.

use super::canvas::{Anchor, Canvas, Drawn, Frame, HELP, Hundredths, INK, PX, WIDTH, shortened, width};
use crate::domain::content::{Table, Value};

/// How many rows are shown.
const ROWS: usize = 24;
/// How many columns.
const COLUMNS: usize = 8;
const LABELS: Hundredths = 110 * PX;
const ROW: Hundredths = 26 * PX;
/// How high the names of columns are at most where they stand upright.
const HEADS: Hundredths = 110 * PX;
const EDGE: &str = "#8d949c";
/// From nothing to the most: what fills a cell, and the colour of its number, with a contrast of at least 4.5 to 1.
const SHADES: [(&str, &str); 5] =
    [("#ffffff", INK), ("#dbe8f6", INK), ("#a9c9ea", INK), ("#2f6bb0", "#ffffff"), ("#12305c", "#ffffff")];

/// The chart; none where no cell has a count of more than zero.
#[must_use]
pub fn draw(table: &Table, frame: &Frame<'_>) -> Option<Drawn> {
    let (rows, columns) = (table.rows.len().min(ROWS), table.columns.len().min(COLUMNS));
    let shown = || table.rows.iter().take(rows);
    let count = |value: Option<&Value>| match value {
        Some(Value::Count(count)) => Some(*count),
        _ => None,
    };
    let counts =
        shown().flat_map(|row| row.values.iter().take(columns)).filter_map(|value| count(Some(value)));
    let most = counts.max().filter(|most| *most > 0)?;
    let heads: Vec<&str> =
        table.columns.iter().take(columns).map(|head| head.in_language(frame.language)).collect();

    let mut canvas = Canvas::default();
    let cell = ((WIDTH - LABELS - 2 * PX) / i64::try_from(columns).unwrap_or(1)).min(64 * PX);
    let widest = heads.iter().map(|head| width(head)).max().unwrap_or(0);
    let is_upright = widest > cell - 4 * PX;
    let top = if is_upright { widest.min(HEADS) + 10 * PX } else { 20 * PX };
    for (index, head) in (0..).zip(&heads) {
        let middle = LABELS + cell * index + cell / 2;
        match is_upright {
            true => canvas.upright_text([middle + 4 * PX, top - 6 * PX], &shortened(head, HEADS)),
            false => canvas.text([middle, top - 6 * PX], Anchor::Middle, head),
        }
    }
    for (index, row) in (0..).zip(shown()) {
        let y = top + ROW * index;
        let label = shortened(row.title.in_language(frame.language), LABELS - 12 * PX);
        canvas.text([LABELS - 8 * PX, y + 17 * PX], Anchor::End, &label);
        for column in 0..columns {
            let x = LABELS + cell * i64::try_from(column).unwrap_or(0);
            let middle = [x + cell / 2, y + 17 * PX];
            match count(row.values.get(column)) {
                Some(count) => {
                    let (fill, ink) = shade(count, most);
                    canvas.rect([x, y], [cell, ROW], fill, Some(EDGE));
                    canvas.colored_text(middle, Anchor::Middle, &count.to_string(), ink);
                }
                None => {
                    canvas.rect([x, y], [cell, ROW], "#ffffff", Some(EDGE));
                    canvas.colored_text(middle, Anchor::Middle, "–", HELP);
                }
            }
        }
    }
    let height = top + ROW * i64::try_from(rows).unwrap_or(0) + 4 * PX;
    let said = shown().map(|row| {
        let cells =
            heads.iter().zip(&row.values).filter_map(|(head, value)| Some((*head, count(Some(value))?)));
        let cells: Vec<String> = cells.map(|(head, count)| format!("{head} {count}")).collect();
        (row.title.in_language(frame.language), cells.join(", "))
    });
    let description = frame.list(said);
    let left_out = match frame.language {
        _ if table.columns.len() <= columns && table.rows.len() <= rows => None,
        crate::domain::content::Language::English => Some(format!(
            "The chart shows the first {rows} of {} rows and the first {columns} of {} columns.",
            table.rows.len(),
            table.columns.len()
        )),
        crate::domain::content::Language::Chinese => Some(format!(
            "图中仅显示前{rows}行（共{}行）和前{columns}列（共{}列）。",
            table.rows.len(),
            table.columns.len()
        )),
    };
    Some(canvas.drawn(frame, height, frame.title("Heat map", "热力图"), description, left_out))
}

/// How dark a cell is: nothing is white, and the most the darkest.
fn shade(count: u64, most: u64) -> (&'static str, &'static str) {
    let last = SHADES.len() - 1;
    let level = (u128::from(count) * last as u128).div_ceil(u128::from(most.max(1)));
    SHADES[usize::try_from(level).unwrap_or(last).min(last)]
}
