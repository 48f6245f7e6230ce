//! A bar for each of the first rows of a table whose first values are counts.

use super::canvas::{Anchor, BLUE, Canvas, Drawn, Frame, PX, WIDTH, shortened, width};
use crate::domain::content::{Table, Value};

/// How many rows have a bar.
const ROWS: usize = 12;
/// The room that labels have at most, and what is beside them.
const LABELS: i64 = 230 * PX;
const BESIDE: i64 = 12 * PX;
const ROW: i64 = 22 * PX;

/// The chart; none of a table of other values, or if all counts are zero.
#[must_use]
pub fn draw(table: &Table, frame: &Frame<'_>) -> Option<Drawn> {
    let counts: Option<Vec<(&str, u64)>> = table
        .rows
        .iter()
        .map(|row| match row.values.first() {
            Some(Value::Count(count)) => Some((row.title.in_language(frame.language), *count)),
            _ => None,
        })
        .collect();
    let all = counts?;
    let counts = all.get(..ROWS).unwrap_or(&all);
    let most = counts.iter().map(|(_, count)| *count).max().filter(|most| *most > 0)?;
    let numbers = width(&most.to_string()) + 8 * PX;
    let widest = counts.iter().map(|(label, _)| width(label)).max().unwrap_or_default();
    let labels = (widest + BESIDE).min(LABELS);
    let longest = WIDTH - labels - numbers;
    let mut canvas = Canvas::default();
    for (index, (label, count)) in (0..).zip(counts) {
        let top = ROW * index + 4 * PX;
        let length = i128::from(*count) * i128::from(longest) / i128::from(most);
        let length = i64::try_from(length).unwrap_or(longest);
        canvas.text([labels - 8 * PX, top + 13 * PX], Anchor::End, &shortened(label, labels - BESIDE));
        canvas.rect([labels, top], [length, ROW - 6 * PX], BLUE, None);
        canvas.text([labels + length + 6 * PX, top + 13 * PX], Anchor::Start, &count.to_string());
    }
    let height = ROW * i64::try_from(counts.len()).unwrap_or(0) + 4 * PX;
    let description = frame.list(counts.iter().map(|(label, count)| (*label, count.to_string())));
    let left_out = frame.first_rows(counts.len(), all.len());
    Some(canvas.drawn(frame, height, frame.title("Bar chart", "条形图"), description, left_out))
}
