//! Shares one after the other, between the limits that chance alone keeps [W. A. Shewhart's p-chart, ISO 7870-2]: three standard
//! deviations around the share of all, wider where there are fewer cases.
//!
//! The rows of its table are times in their order; the first two columns are counts: the cases, and those of the kind.

use super::{
    canvas::{
        Anchor, BLUE, BROWN, Canvas, Drawn, Frame, HELP, Hundredths, LINE, Mark, PX, Stroke, WIDTH, width,
    },
    proportions::{Proportion, Together, proportions},
    scale::{Field, Scale, ten_thousandths},
};
use crate::domain::content::{Language, Table};

/// Standard deviations.
const LIMITS: f64 = 3.0;

const MIDDLE: Stroke = Stroke { color: HELP, width: PX, dashes: "" };
const CURVE: Stroke = Stroke { color: BLUE, width: 2 * PX, dashes: "" };
const LIMIT: Stroke = Stroke { color: BROWN, width: 125, dashes: "6 4" };

/// The chart; none of a table without cases.
#[must_use]
pub fn draw(table: &Table, frame: &Frame<'_>) -> Option<Drawn> {
    let rows = proportions(table, frame);
    let together = Together::of(&rows)?;
    let limits: Vec<[f64; 2]> = rows.iter().map(|row| together.limits(row.cases, LIMITS)).collect();
    let highest = rows.iter().map(Proportion::share).chain(limits.iter().map(|[_, upper]| *upper));
    let shares = Scale::of_shares(ten_thousandths(highest.fold(0.0, f64::max)));

    let mut canvas = Canvas::default();
    let field = Field::below(legend(&mut canvas, frame));
    field.axes(&mut canvas, shares, |share| frame.percent(share));
    let count = i64::try_from(rows.len()).unwrap_or(1).max(1);
    let slot = (field.right - field.left) / count;
    let x = |index: i64| field.left + slot * index + slot / 2;
    let widest = rows.iter().map(|row| width(row.name)).max().unwrap_or(0) + 10 * PX;
    let every = usize::try_from(widest * count / (field.right - field.left) + 1).unwrap_or(1);
    for (index, row) in (0..).zip(&rows).step_by(every) {
        field.below_at(&mut canvas, x(index), row.name);
    }
    let middle = field.y(shares, ten_thousandths(together.share()));
    canvas.line([field.left, middle], [field.right, middle], MIDDLE);
    for end in [0, 1] {
        let mut line = Vec::new();
        for (index, limit) in (0..).zip(&limits) {
            let y = field.y(shares, ten_thousandths(limit[end]));
            line.extend([[field.left + slot * index, y], [field.left + slot * (index + 1), y]]);
        }
        line.dedup();
        canvas.path(&line, LIMIT);
    }
    let point =
        |(index, row): (i64, &Proportion<'_>)| [x(index), field.y(shares, ten_thousandths(row.share()))];
    let points: Vec<[Hundredths; 2]> = (0..).zip(&rows).map(point).collect();
    if points.len() > 1 {
        canvas.path(&points, CURVE);
    }
    for (row, at) in rows.iter().zip(&points) {
        match together.is_outside(row, LIMITS) {
            true => canvas.mark(*at, Mark::Square, BROWN, true),
            false => canvas.mark(*at, Mark::Circle, BLUE, false),
        }
    }

    let said = rows.iter().map(|row| {
        let outside = match together.is_outside(row, LIMITS) {
            true => frame.said(", outside the limits", "，超出控制限"),
            false => "",
        };
        (row.name, format!("{} ({}){outside}", frame.percent(ten_thousandths(row.share())), row.cases))
    });
    let all = frame.percent(ten_thousandths(together.share()));
    let meaning = match frame.language {
        Language::English => format!("Share in the order of time; of all together {all}."),
        Language::Chinese => format!("按时间顺序显示的比例；总体为{all}。"),
    };
    let description = format!("{meaning} {}", frame.list(said));
    let title = frame.title("Control chart", "控制图");
    Some(canvas.drawn(frame, field.bottom + 26 * PX, title, description, None))
}

/// What lines and marks mean; gives where the field begins.
fn legend(canvas: &mut Canvas, frame: &Frame<'_>) -> Hundredths {
    let first = 14 * PX;
    let half = WIDTH / 2;
    canvas.line([8 * PX, first - 4 * PX], [34 * PX, first - 4 * PX], LIMIT);
    let limits = frame.said("control limits (3 σ)", "控制限（3 σ）");
    canvas.text([40 * PX, first], Anchor::Start, limits);
    canvas.line([half, first - 4 * PX], [half + 26 * PX, first - 4 * PX], MIDDLE);
    canvas.text([half + 32 * PX, first], Anchor::Start, frame.said("of all together", "总体"));
    let second = first + LINE;
    canvas.mark([21 * PX, second - 4 * PX], Mark::Square, BROWN, true);
    canvas.text([40 * PX, second], Anchor::Start, frame.said("outside the limits", "超出控制限"));
    second + 14 * PX
}
