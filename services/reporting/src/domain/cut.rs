//! Up to when cases are counted as they stood.

use std::time::Duration;

use jiff::Timestamp;

use super::{model::Input, source::Source};

/// How long after an event happened the service that tells it may still tell it [reporting.md, A: completeness of a period].
const SETTLED: Duration = Duration::from_secs(60);
/// The same where whole hours and days are told once they are over: the last day of a period ends up to 26 hours later elsewhere, and
/// what it was is told minutes after that.
const DAYS_SETTLED: Duration = Duration::from_secs((26 * 60 + 10) * 60);

/// From when on a feed has told everything that belongs to a period with this end.
#[must_use]
pub fn settled(source: Source, end: Timestamp) -> Timestamp {
    let margin = match source {
        Source::Notifications => SETTLED,
        Source::Consignments | Source::Training => DAYS_SETTLED,
    };
    end.checked_add(margin).unwrap_or(Timestamp::MAX)
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
