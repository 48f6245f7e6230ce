//! Where a rising function reaches a value.
//!
//! By Chandrupatla's method [Advances in Engineering Software 28 (1997), 145]: it halves the bracket, and interpolates where
//! three points lie so that this is safe. It cannot leave the bracket, and takes the same steps on every machine; for the
//! quantiles of a rate these are some 20, where halving alone takes 60.

/// The point in `[low, high]` where `rising` first reaches `target`, at most `tolerance` too far right. An end of the
/// bracket where it is reached before or never.
pub(crate) fn reaches(target: f64, low: f64, high: f64, tolerance: f64, rising: impl Fn(f64) -> f64) -> f64 {
    let mut other = Point { at: low, by: rising(low) - target };
    if other.by >= 0.0 {
        return low;
    }
    let mut last = Point { at: high, by: rising(high) - target };
    if last.by < 0.0 {
        return high;
    }
    // Where between the two ends the next point lies, from the last one on.
    let mut share = 0.5;
    loop {
        let (low, high) = if last.at < other.at { (last.at, other.at) } else { (other.at, last.at) };
        let middle = low + (high - low) / 2.0;
        // The second condition: no number is left between the two.
        if high - low <= tolerance || middle <= low || middle >= high {
            return high;
        }
        let inner = last.at + share * (other.at - last.at);
        let at = if inner > low && inner < high { inner } else { middle };
        let found = Point { at, by: rising(at) - target };
        let former = if (found.by < 0.0) == (last.by < 0.0) {
            last
        } else {
            let former = other;
            other = last;
            former
        };
        last = found;
        share = share_of(last, other, former, tolerance);
    }
}

#[derive(Clone, Copy)]
struct Point {
    at: f64,
    /// By how much more than the target.
    by: f64,
}

/// Where the parabola through three points, on its side, reaches the target; the middle where it may turn within the bracket.
fn share_of(last: Point, other: Point, former: Point, tolerance: f64) -> f64 {
    let place = (last.at - other.at) / (former.at - other.at);
    let value = (last.by - other.by) / (former.by - other.by);
    let turns_not = value * value < place && (1.0 - value) * (1.0 - value) < 1.0 - place;
    if !turns_not || last.by == former.by {
        return 0.5;
    }
    let to_other = last.by / (other.by - last.by) * former.by / (other.by - former.by);
    let to_former = (former.at - last.at) / (other.at - last.at) * last.by / (former.by - last.by) * other.by
        / (former.by - other.by);
    // At least so far from both ends that the bracket closes from both.
    let width = libm::fabs(other.at - last.at);
    let least = (f64::EPSILON * libm::fabs(last.at)).max(tolerance / 2.0) / width;
    (to_other + to_former).clamp(least.min(0.5), 1.0 - least.min(0.5))
}
