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

/// What of the intervals lies within a window.
pub(crate) fn within(intervals: &[Interval], window: Interval) -> Vec<Interval> {
    let clipped = intervals.iter().map(|(from, to)| ((*from).max(window.0), (*to).min(window.1)));
    clipped.filter(|(from, to)| from < to).collect()
}

/// Whole seconds of intervals that do not overlap.
pub(crate) fn seconds(intervals: &[Interval]) -> u64 {
    let each = intervals.iter().map(|(from, to)| to.as_second() - from.as_second());
    each.map(|seconds| u64::try_from(seconds).unwrap_or(0)).sum()
}

/// Whole seconds that intervals cover together: what lies in several of them counts once.
#[must_use]
pub fn covered_seconds(intervals: impl IntoIterator<Item = (Timestamp, Timestamp)>) -> u64 {
    seconds(&union(intervals))
}
