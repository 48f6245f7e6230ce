//! Where a rising function reaches a value.
//!
//! Bisection, since it cannot leave the bracket, takes the same steps on every machine and keeps the order of its
//! targets: a higher target never gives a lower answer.

/// The point in `[low, high]` where `rising` first reaches `target`, at most `tolerance` too far right. An end of the
/// bracket where it is reached before or never.
pub(crate) fn reaches(target: f64, low: f64, high: f64, tolerance: f64, rising: impl Fn(f64) -> f64) -> f64 {
    if rising(low) >= target {
        return low;
    }
    if rising(high) < target {
        return high;
    }
    let (mut low, mut high) = (low, high);
    loop {
        let middle = low + (high - low) / 2.0;
        // The second condition: no number is left between the two.
        if high - low <= tolerance || middle <= low || middle >= high {
            return high;
        }
        if rising(middle) < target {
            low = middle;
        } else {
            high = middle;
        }
    }
}
