//! Meetings that come again, by the rules of RFC 5545 over local times.
//!
//! Invariant: what is asked of a rule is bounded. A rule is refused where it cannot be read as one thing only, or would have to
//! be followed without end; what it gives comes in order, each time once.
//!
//! Where RFC 5545 leaves a choice, it is made here, and nowhere else:
//!
//! - A local time that the clocks skip is left out, and is not counted [3.3.10]; a time that they show twice is the first of
//!   the two, unless the start is the later of two itself.
//! - What a rule does not say is taken from the start: the time of the day, and the day of the year, month or week. So
//!   `FREQ=YEARLY;BYWEEKNO=20` is one day of that week, not all seven.
//! - A start that its rule does not give is refused [3.8.5.3 calls the outcome undefined].
//! - The week of the year is that of the date itself, so that the days around the turn of the year that belong to week 1, or
//!   to week 52 or 53, are found in whichever year they lie.

mod days;
mod parse;
mod rule;
mod series;
mod walk;

pub use rule::{ByDay, Frequency, InvalidRule, Rule, RuleEnd, RuleProblem, Until};
pub use series::{Occurrence, Series, SeriesLimits, SeriesProblem};
pub use walk::RuleTimes;
