//! What share still waits after how many days [E. L. Kaplan and P. Meier, JASA 53 (1958) 457]: steps, the band of their intervals, and
//! a tick where cases were looked at no further.
//!
//! Its table has a row for each day of a step, whose id is that day; its columns are: how many waited before, came, were looked at no
//! further, and the share that still waits, with its interval.

use super::{
    canvas::{Anchor, BAND, BLUE, Canvas, Drawn, Frame, HELP, Hundredths, LINE, Mark, PX, Stroke},
    scale::{Field, Scale, WHOLE, ten_thousandths},
};
use crate::domain::content::{Measured, Table, Value};

const CURVE: Stroke = Stroke { color: BLUE, width: 2 * PX, dashes: "" };
const EDGE: Stroke = Stroke { color: BLUE, width: 75, dashes: "3 3" };
const HALF: Stroke = Stroke { color: HELP, width: PX, dashes: "6 4" };

/// A day at which something changes.
struct Step {
    day: u64,
    share: u64,
    lower: u64,
    upper: u64,
    ended: u64,
}

/// The chart; none of a table without cases.
#[must_use]
pub fn draw(table: &Table, frame: &Frame<'_>) -> Option<Drawn> {
    let steps: Vec<Step> = table.rows.iter().filter_map(|row| step(&row.id, &row.values)).collect();
    let last = steps.last()?.day;
    let days = Scale::of_counts(last.max(1));
    let shares = Scale { most: WHOLE, step: WHOLE / 4 };
    let mut canvas = Canvas::default();
    let field = Field::below(legend(&mut canvas, frame));

    let mut points = vec![[field.left, field.top]];
    let (mut lower, mut upper) = (points.clone(), points.clone());
    for step in &steps {
        let x = field.x(days, step.day);
        for (line, share) in [(&mut points, step.share), (&mut lower, step.lower), (&mut upper, step.upper)] {
            let before = line.last().map_or(field.top, |[_, y]| *y);
            line.extend([[x, before], [x, field.y(shares, share)]]);
        }
    }
    let band: Vec<[Hundredths; 2]> = upper.iter().chain(lower.iter().rev()).copied().collect();
    canvas.area(&band, BAND);
    field.axes(&mut canvas, shares, |share| frame.percent(share));
    field.divide_below(&mut canvas, days);
    field.called_below(&mut canvas, frame.said("days after the sending", "发送后天数"));
    let half = field.y(shares, WHOLE / 2);
    canvas.line([field.left, half], [field.right, half], HALF);
    canvas.path(&upper, EDGE);
    canvas.path(&lower, EDGE);
    canvas.path(&points, CURVE);
    for step in steps.iter().filter(|step| step.ended > 0) {
        let at = [field.x(days, step.day), field.y(shares, step.share)];
        canvas.mark(at, Mark::Tick, BLUE, true);
    }

    let pairs: Vec<(String, String)> =
        steps.iter().map(|step| (step.day.to_string(), frame.percent(step.share))).collect();
    let listed = frame.list(pairs.iter().map(|(day, share)| (day.as_str(), share.clone())));
    let meaning = frame.said(
        "The share that still waits after so many days, with its interval of 95 %; a tick where cases were looked at no further.",
        "经过若干天后仍在等待的比例及其95%区间；竖线表示有案例不再观察。",
    );
    let title = frame.title("Survival curve", "生存曲线");
    Some(canvas.drawn(frame, field.height(), title, format!("{meaning} {listed}"), None))
}

fn step(id: &str, values: &[Value]) -> Option<Step> {
    let [_, _, Value::Count(ended), Value::Share(share)] = values else { return None };
    let Measured { value, lower, upper } = *share;
    Some(Step {
        day: id.parse().ok()?,
        share: ten_thousandths(value),
        lower: ten_thousandths(lower.unwrap_or(value)),
        upper: ten_thousandths(upper.unwrap_or(value)),
        ended: *ended,
    })
}

/// What line, band and ticks mean; gives where the field begins.
fn legend(canvas: &mut Canvas, frame: &Frame<'_>) -> Hundredths {
    let first = 14 * PX;
    let sample = |canvas: &mut Canvas, y: Hundredths| {
        canvas.line([8 * PX, y - 4 * PX], [34 * PX, y - 4 * PX], CURVE);
    };
    sample(canvas, first);
    let waits = frame.said("still waits (Kaplan–Meier)", "仍在等待（Kaplan–Meier）");
    canvas.text([40 * PX, first], Anchor::Start, waits);
    canvas.rect([246 * PX, first - 10 * PX], [26 * PX, 12 * PX], BAND, None);
    for y in [first - 10 * PX, first + 2 * PX] {
        canvas.line([246 * PX, y], [272 * PX, y], EDGE);
    }
    canvas.text([278 * PX, first], Anchor::Start, frame.said("interval of 95 %", "95%区间"));
    let second = first + LINE;
    sample(canvas, second);
    canvas.mark([21 * PX, second - 4 * PX], Mark::Tick, BLUE, true);
    canvas.text([40 * PX, second], Anchor::Start, frame.said("looked at no further", "不再观察"));
    second + 14 * PX
}
