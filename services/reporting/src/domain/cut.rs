//! Up to when cases are counted as they stood.

use std::time::Duration;

use jiff::Timestamp;

use super::model::Input;

/// How long after an event happened the service that tells it may still tell it [reporting.md, A: completeness of a period].
const SETTLED: Duration = Duration::from_secs(60);

/// From when on everything is told that happened before.
#[must_use]
pub fn settled(end: Timestamp) -> Timestamp {
    end.checked_add(SETTLED).unwrap_or(Timestamp::MAX)
}

/// Up to when the cases of a period are counted: its end once it is over, and before that the newest that is known.
#[must_use]
pub fn cut(start: Timestamp, end: Timestamp, is_over: bool, inputs: &[Input]) -> Timestamp {
    if is_over {
        return end;
    }
    let newest = inputs.iter().filter_map(|input| input.last_event_time).max();
    let behind = newest.and_then(|newest| newest.checked_add(Duration::from_micros(1)).ok());
    behind.unwrap_or(start).clamp(start, end)
}
