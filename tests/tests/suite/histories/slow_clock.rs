//! When a clock is due, worked out by a walk over the days from what the clock says of itself.

use seamless_proto::seamless::notifications::v1::{Clock, ClockState};

const DAY: i64 = 86_400;
/// All deadlines of the sample cooperation are GACC's, and China keeps one offset all year.
const BEIJING: i64 = 8 * 3_600;

/// What is wrong with a clock, if anything.
pub fn finding(clock: &Clock) -> Option<String> {
    let rule = clock.rule.clone().unwrap_or_default();
    let open_pause = clock.pauses.iter().any(|pause| pause.end_time.is_none());
    if (rule.time_zone.as_str(), rule.working_day_calendar.as_str()) != ("Asia/Shanghai", "") {
        return Some(format!("{}: look at this test, its rule is another", clock.name));
    }
    // While a question is open, the due date moves on with the time of the look.
    if open_pause && matches!(clock.state(), ClockState::Paused | ClockState::Cancelled) {
        return None;
    }
    let second = |time: &Option<prost_types::Timestamp>| time.as_ref().map(|time| time.seconds);
    let day_of = |second: i64| (second + BEIJING).div_euclid(DAY);
    let mut day = day_of(second(&clock.start_time)?);
    let mut left = rule.length_days;
    while left > 0 {
        day += 1;
        let touched = clock.pauses.iter().any(|pause| {
            let (Some(from), Some(to)) = (&pause.start_time, &pause.end_time) else { return false };
            // The end is exclusive: one that ends with the first instant of a day does not touch it.
            let last = if to.nanos > 0 { to.seconds } else { to.seconds - 1 };
            (from.seconds, from.nanos) < (to.seconds, to.nanos)
                && (day_of(from.seconds)..=day_of(last)).contains(&day)
        });
        if !touched || !rule.pauses_on_question {
            left -= 1;
        }
    }
    let due = (day + 1) * DAY - BEIJING;
    let told = second(&clock.due_time)?;
    (told != due)
        .then(|| format!("{}: due at {told}, by the slow calculation at {due}: {clock:?}", clock.name))
}
