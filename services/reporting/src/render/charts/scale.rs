//! Where values stand between the ends of an axis, and at which of them it is divided.

use super::canvas::{AXIS, Anchor, Canvas, GRID, Hundredths, PX, WIDTH};

/// All of a share, in ten-thousandths.
pub(super) const WHOLE: u64 = 10_000;

/// Counts, or ten-thousandths, from 0 to the last division.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) most: u64,
    pub(super) step: u64,
}

impl Scale {
    /// At most five divisions of 1, 2 or 5 and zeros that hold all counts.
    pub(super) fn of_counts(most: u64) -> Self {
        let most = most.max(1);
        let mut unit = 1_u64;
        loop {
            for factor in [1, 2, 5] {
                let step = unit.saturating_mul(factor);
                if most.div_ceil(step) <= 5 {
                    return Self { most: most.div_ceil(step).saturating_mul(step), step };
                }
            }
            unit = unit.saturating_mul(10);
        }
    }

    /// Divisions that hold a share of so many ten-thousandths; never beyond the whole.
    pub(super) fn of_shares(most: u64) -> Self {
        let tops = [50, 100, 200, 400, 1_000, 2_000, 4_000];
        match tops.into_iter().find(|top| most <= *top) {
            Some(top) => Self { most: top, step: top / 4 },
            None => Self { most: WHOLE, step: WHOLE / 4 },
        }
    }

    /// Where it is divided, both ends included.
    pub(super) fn divisions(self) -> impl Iterator<Item = u64> {
        (0..=self.most / self.step).map(move |at| at * self.step)
    }

    /// Where a value stands between two places; what is beyond the end stands at the end.
    pub(super) fn place(self, value: u64, from: Hundredths, to: Hundredths) -> Hundredths {
        let value = i128::from(value.min(self.most));
        let length = i128::from(to) - i128::from(from);
        let at = value * length / i128::from(self.most.max(1));
        from + i64::try_from(at).unwrap_or(0)
    }
}

/// A share as ten-thousandths, halves up; 0 to the whole.
pub(super) fn ten_thousandths(share: f64) -> u64 {
    if share.is_finite() { (share.clamp(0.0, 1.0) * WHOLE as f64 + 0.5).floor() as u64 } else { 0 }
}

/// The field that points stand in, above its axis and right of the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) left: Hundredths,
    pub(super) top: Hundredths,
    pub(super) right: Hundredths,
    pub(super) bottom: Hundredths,
}

impl Field {
    /// One of the width of the sheet, from `top` on.
    pub(super) fn below(top: Hundredths) -> Self {
        Self { left: 54 * PX, top, right: WIDTH - 14 * PX, bottom: top + 190 * PX }
    }

    /// The height of a value.
    pub(super) fn y(&self, scale: Scale, value: u64) -> Hundredths {
        scale.place(value, self.bottom, self.top)
    }

    /// The place of a value along the axis below.
    pub(super) fn x(&self, scale: Scale, value: u64) -> Hundredths {
        scale.place(value, self.left, self.right)
    }

    /// Draws both axes; the upright one with its divisions, each called as `name` says.
    pub(super) fn axes(&self, canvas: &mut Canvas, scale: Scale, name: impl Fn(u64) -> String) {
        for value in scale.divisions() {
            let y = self.y(scale, value);
            if value > 0 {
                canvas.line([self.left, y], [self.right, y], GRID);
            }
            canvas.text([self.left - 6 * PX, y + 4 * PX], Anchor::End, &name(value));
        }
        canvas.line([self.left, self.top], [self.left, self.bottom], AXIS);
        canvas.line([self.left, self.bottom], [self.right, self.bottom], AXIS);
    }

    /// Draws the divisions of the axis below.
    pub(super) fn divide_below(&self, canvas: &mut Canvas, scale: Scale) {
        for value in scale.divisions() {
            self.below_at(canvas, self.x(scale, value), &value.to_string());
        }
    }

    /// A division of the axis below.
    pub(super) fn below_at(&self, canvas: &mut Canvas, x: Hundredths, name: &str) {
        canvas.line([x, self.bottom], [x, self.bottom + 4 * PX], AXIS);
        canvas.text([x, self.bottom + 18 * PX], Anchor::Middle, name);
    }

    /// What the axis below means.
    pub(super) fn called_below(&self, canvas: &mut Canvas, name: &str) {
        canvas.text([self.right, self.bottom + 36 * PX], Anchor::End, name);
    }

    /// The height of a chart that ends with what the axis below means.
    pub(super) fn height(&self) -> Hundredths {
        self.bottom + 44 * PX
    }
}
