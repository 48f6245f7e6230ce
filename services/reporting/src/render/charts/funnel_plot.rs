//! The share of each body, plant or laboratory by how many cases it rests on, between the limits that chance alone keeps
//! [D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185]: 95 % and 99.8 % around the share of all.
//!
//! The first two columns of its table are counts: the cases, and those of the kind.

use super::{
    canvas::{
        Anchor, BLUE, BROWN, Canvas, Drawn, Frame, HELP, Hundredths, LINE, Mark, PX, Stroke, WIDTH,
        shortened, width,
    },
    proportions::{Proportion, Together, proportions},
    scale::{Field, Scale, ten_thousandths},
};

/// Standard deviations of 95 % and 99.8 %.
const NEAR: f64 = 1.959_963_984_540_054;
const FAR: f64 = 3.090_232_306_167_813;
/// Of how many pieces a limit is drawn.
const PIECES: u64 = 60;

const MIDDLE: Stroke = Stroke { color: HELP, width: PX, dashes: "" };
const NEAR_LIMIT: Stroke = Stroke { color: BLUE, width: 125, dashes: "6 4" };
const FAR_LIMIT: Stroke = Stroke { color: BLUE, width: 125, dashes: "" };

/// The chart; none of a table without cases.
#[must_use]
pub fn draw(table: &crate::domain::content::Table, frame: &Frame<'_>) -> Option<Drawn> {
    let rows = proportions(table, frame);
    let together = Together::of(&rows)?;
    let most = rows.iter().map(|row| row.cases).max()?;
    let cases = Scale::of_counts(most);
    // High enough for each share, and for the limits of a body of middling size.
    let [_, upper] = together.limits(most.div_ceil(4), FAR);
    let highest = rows.iter().map(Proportion::share).fold(upper, f64::max);
    let shares = Scale::of_shares(ten_thousandths(highest));

    let mut canvas = Canvas::default();
    let field = Field::below(legend(&mut canvas, frame));
    field.axes(&mut canvas, shares, |share| frame.percent(share));
    field.divide_below(&mut canvas, cases);
    field.called_below(&mut canvas, frame.said("cases", "案例数"));
    let middle = field.y(shares, ten_thousandths(together.share()));
    canvas.line([field.left, middle], [field.right, middle], MIDDLE);
    for (deviations, stroke) in [(NEAR, NEAR_LIMIT), (FAR, FAR_LIMIT)] {
        for end in [0, 1] {
            let line = limit(&field, (cases, shares), together, deviations, end);
            canvas.path(&line, stroke);
        }
    }
    let mut named: Vec<(Hundredths, Hundredths, &str)> = Vec::new();
    for row in &rows {
        let at = [field.x(cases, row.cases), field.y(shares, ten_thousandths(row.share()))];
        match (together.is_outside(row, FAR), together.is_outside(row, NEAR)) {
            (true, _) => canvas.mark(at, Mark::Square, BROWN, true),
            (false, true) => canvas.mark(at, Mark::Triangle, BROWN, false),
            (false, false) => canvas.mark(at, Mark::Circle, BLUE, false),
        }
        // The others are found in the table.
        if together.is_outside(row, NEAR) {
            named.push((at[1], at[0], row.name));
        }
    }
    name(&mut canvas, &field, named);

    let said = rows.iter().map(|row| {
        let outside = match (together.is_outside(row, FAR), together.is_outside(row, NEAR)) {
            (true, _) => frame.said(", outside 99.8 %", "，超出99.8%界限"),
            (false, true) => frame.said(", outside 95 %", "，超出95%界限"),
            (false, false) => "",
        };
        let share = frame.percent(ten_thousandths(row.share()));
        (row.name, format!("{share} ({}){outside}", row.cases))
    });
    let all = frame.percent(ten_thousandths(together.share()));
    let meaning = match frame.language {
        crate::domain::content::Language::English => {
            format!("Share by number of cases; of all together {all}.")
        }
        crate::domain::content::Language::Chinese => format!("按案例数显示的比例；总体为{all}。"),
    };
    let description = format!("{meaning} {}", frame.list(said));
    let title = frame.title("Funnel plot", "漏斗图");
    Some(canvas.drawn(frame, field.height(), title, description, None))
}

/// A limit from a single case to the most, where it is within the field.
fn limit(
    field: &Field,
    (cases, shares): (Scale, Scale),
    together: Together,
    deviations: f64,
    end: usize,
) -> Vec<[Hundredths; 2]> {
    let mut points = Vec::new();
    for piece in 1..=PIECES {
        let count = (cases.most * piece).div_ceil(PIECES).max(1);
        let share = ten_thousandths(together.limits(count, deviations)[end]);
        if share <= shares.most {
            points.push([field.x(cases, count), field.y(shares, share)]);
        }
    }
    points.dedup();
    points
}

/// Writes names beside points, one below the other where they would cover each other.
fn name(canvas: &mut Canvas, field: &Field, mut named: Vec<(Hundredths, Hundredths, &str)>) {
    named.sort_unstable();
    let mut lowest = field.top;
    for (y, x, name) in named {
        let y = (y + 4 * PX).max(lowest + 13 * PX);
        lowest = y;
        let (right, left) = (field.right + 10 * PX - x - 8 * PX, x - field.left - 8 * PX);
        match right >= left || width(name) <= right {
            true => canvas.text([x + 8 * PX, y], Anchor::Start, &shortened(name, right)),
            false => canvas.text([x - 8 * PX, y], Anchor::End, &shortened(name, left)),
        }
    }
}

/// What lines and marks mean; gives where the field begins.
fn legend(canvas: &mut Canvas, frame: &Frame<'_>) -> Hundredths {
    let first = 14 * PX;
    let half = WIDTH / 2;
    for (x, stroke, what) in [
        (8 * PX, NEAR_LIMIT, frame.said("limits of 95 %", "95%界限")),
        (half, FAR_LIMIT, frame.said("limits of 99.8 %", "99.8%界限")),
    ] {
        canvas.line([x, first - 4 * PX], [x + 26 * PX, first - 4 * PX], stroke);
        canvas.text([x + 32 * PX, first], Anchor::Start, what);
    }
    let second = first + LINE;
    canvas.mark([21 * PX, second - 4 * PX], Mark::Triangle, BROWN, false);
    canvas.text([40 * PX, second], Anchor::Start, frame.said("outside 95 %", "超出95%"));
    canvas.mark([half + 13 * PX, second - 4 * PX], Mark::Square, BROWN, true);
    canvas.text([half + 32 * PX, second], Anchor::Start, frame.said("outside 99.8 %", "超出99.8%"));
    second + 14 * PX
}
