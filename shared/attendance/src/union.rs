//! Intervals of time, and their union.

use jiff::Timestamp;

/// From the first instant to the one behind the last.
pub(crate) type Interval = (Timestamp, Timestamp);

/// The intervals that cover the same time and neither meet nor overlap, in order. Empty ones cover nothing.
pub(crate) fn union(intervals: impl IntoIterator<Item = Interval>) -> Vec<Interval> {
    let mut sorted: Vec<Interval> = intervals.into_iter().filter(|(from, to)| from < to).collect();
    sorted.sort_unstable();
    let mut merged: Vec<Interval> = Vec::new();
    for (from, to) in sorted {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Whole seconds of the intervals that lie within a window; they must not overlap.
pub(crate) fn seconds_within(intervals: &[Interval], window: Interval) -> u64 {
    let inside = intervals.iter().map(|(from, to)| {
        let (from, to) = ((*from).max(window.0), (*to).min(window.1));
        u64::try_from(to.as_second() - from.as_second()).unwrap_or(0)
    });
    inside.sum()
}
