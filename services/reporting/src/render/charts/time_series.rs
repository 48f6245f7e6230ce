//! Counts over time: a line for each of the first three columns of a table whose rows are times in their order.

use super::{
    canvas::{Anchor, BLUE, BROWN, Canvas, Drawn, Frame, GREEN, LINE, Mark, PX, Stroke, WIDTH, width},
    scale::{Field, Scale},
};
use crate::domain::content::{Row, Table, Value};

/// The forms of lines; told apart without colours.
const LINES: [(Stroke, Mark); 3] = [
    (Stroke { color: BLUE, width: 2 * PX, dashes: "" }, Mark::Circle),
    (Stroke { color: BROWN, width: 2 * PX, dashes: "7 4" }, Mark::Square),
    (Stroke { color: GREEN, width: 2 * PX, dashes: "2 3" }, Mark::Triangle),
];
/// Up to how many points each has a mark, and the description all of them.
const MARKED: usize = 40;

/// The chart; none of a table without rows, or where no column begins with counts.
#[must_use]
pub fn draw(table: &Table, frame: &Frame<'_>) -> Option<Drawn> {
    let count = |row: &Row, column: usize| match row.values.get(column) {
        Some(Value::Count(count)) => Some(*count),
        _ => None,
    };
    let rows = &table.rows;
    let is_counted = |column: &usize| rows.iter().any(|row| count(row, *column).is_some());
    let columns: Vec<usize> = (0..table.columns.len().min(LINES.len())).take_while(is_counted).collect();
    if rows.is_empty() || columns.is_empty() {
        return None;
    }
    let counts = || rows.iter().flat_map(|row| columns.iter().filter_map(|column| count(row, *column)));
    let scale = Scale::of_counts(counts().max()?);
    let names: Vec<&str> = columns
        .iter()
        .filter_map(|column| table.columns.get(*column))
        .map(|name| name.in_language(frame.language))
        .collect();

    let mut canvas = Canvas::default();
    let top = legend(&mut canvas, &names);
    let field = Field::below(top);
    field.axes(&mut canvas, scale, |value| value.to_string());
    // A single point stands in the middle.
    let steps = i64::try_from(rows.len()).unwrap_or(1) - 1;
    let x = |index: usize| match i64::try_from(index) {
        Ok(index) if steps > 0 => field.left + 14 * PX + (field.right - field.left - 28 * PX) * index / steps,
        _ => (field.left + field.right) / 2,
    };
    let widest = rows.iter().map(|row| width(row.title.in_language(frame.language))).max().unwrap_or(0);
    let room = (field.right - field.left) / (widest + 10 * PX).max(PX);
    let every = rows.len().div_ceil(usize::try_from(room).unwrap_or(1).max(1)).max(1);
    for (index, row) in rows.iter().enumerate().step_by(every) {
        field.below_at(&mut canvas, x(index), row.title.in_language(frame.language));
    }
    for (column, (stroke, mark)) in columns.iter().zip(LINES) {
        let point =
            |(index, row): (usize, &Row)| count(row, *column).map(|one| [x(index), field.y(scale, one)]);
        let points: Vec<Option<[i64; 2]>> = rows.iter().enumerate().map(point).collect();
        for together in points.split(Option::is_none) {
            let together: Vec<[i64; 2]> = together.iter().flatten().copied().collect();
            if together.len() > 1 {
                canvas.path(&together, stroke);
            }
        }
        if rows.len() <= MARKED {
            points.iter().flatten().for_each(|at| canvas.mark(*at, mark, stroke.color, true));
        }
    }
    let said = |row: &Row| {
        let counts = columns.iter().map(|column| count(row, *column));
        counts
            .map(|count| count.map_or("–".to_owned(), |count| count.to_string()))
            .collect::<Vec<_>>()
            .join(" / ")
    };
    let pairs = rows.iter().take(MARKED).map(|row| (row.title.in_language(frame.language), said(row)));
    let description = format!("{}. {}", names.join(" / "), frame.list(pairs));
    let height = field.bottom + 26 * PX;
    Some(canvas.drawn(frame, height, frame.title("Line chart", "折线图"), description, None))
}

/// What each line is called; gives where the field begins.
fn legend(canvas: &mut Canvas, names: &[&str]) -> i64 {
    let (mut x, mut y) = (8 * PX, 14 * PX);
    for (name, (stroke, mark)) in names.iter().zip(LINES) {
        let room = 44 * PX + width(name);
        if x > 8 * PX && x + room > WIDTH {
            (x, y) = (8 * PX, y + LINE);
        }
        canvas.line([x, y - 4 * PX], [x + 26 * PX, y - 4 * PX], stroke);
        canvas.mark([x + 13 * PX, y - 4 * PX], mark, stroke.color, true);
        canvas.text([x + 32 * PX, y], Anchor::Start, name);
        x += room;
    }
    y + 14 * PX
}
