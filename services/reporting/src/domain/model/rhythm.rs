//! When a schedule is due: a cron expression, read by the clocks of a zone.
//!
//! Invariant: each local time that the expression means is one instant, whatever the clocks do: where they skip it the first behind the
//! change, where they show it twice the first of both. So each local day has exactly the runs that the expression gives it; a day
//! that a zone has skipped altogether has none.

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::AmbiguousOffset, tz::TimeZone};
use seamless_calendar::Zones;

use super::WrongPeriod as WrongField;

/// The longest expression, in characters.
const LONGEST: usize = 100;
/// How far ahead it is looked how near together runs are.
const YEARS_AHEAD: i64 = 9;
/// The most runs that are looked at for that.
const RUNS_AHEAD: usize = 4_000;

/// When a schedule is due.
#[derive(Clone, Debug)]
pub struct Rhythm {
    cron: Cron,
    zone: TimeZone,
}

impl Rhythm {
    /// Reads an expression and the zone by whose clocks it is meant.
    ///
    /// # Errors
    /// Each field that is wrong, what it wants and what it got.
    pub fn read(expression: &str, zone: &str, zones: &Zones) -> Result<Self, Vec<WrongField>> {
        let cron = cron(expression).map_err(|wanted| WrongField { field: "cron_expression", wanted });
        let zone = zones.get(zone).map_err(|_| WrongField {
            field: "time_zone",
            wanted: format!("wants an IANA time zone; got {zone:?}"),
        });
        match (cron, zone) {
            (Ok(cron), Ok(zone)) => Ok(Self { cron, zone }),
            (cron, zone) => Err(cron.err().into_iter().chain(zone.err()).collect()),
        }
    }

    /// The first instant behind this one at which it is due; none where it is never due again.
    #[must_use]
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let mut local = self.zone.to_datetime(after);
        loop {
            local = self.cron.find_next_occurrence(&local, false).ok()?;
            // What the clocks show a second time lies behind already.
            if let Some(due) = self.instant(local).filter(|due| *due > after) {
                return Some(due);
            }
        }
    }

    /// All instants behind the first and not behind the second at which it is due.
    pub fn between(&self, after: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
        let first = self.next(after);
        std::iter::successors(first, |due| self.next(*due)).take_while(move |due| *due <= until)
    }

    /// Whether it is due at exactly this instant.
    #[must_use]
    pub fn is_due_at(&self, instant: Timestamp) -> bool {
        let before = instant.checked_sub(SignedDuration::from_nanos(1));
        before.ok().and_then(|before| self.next(before)) == Some(instant)
    }

    /// The local time that it shows at an instant.
    #[must_use]
    pub fn local(&self, instant: Timestamp) -> DateTime {
        self.zone.to_datetime(instant)
    }

    /// What is wrong with it for a schedule whose runs from now on are to be at least so far apart.
    #[must_use]
    pub fn wrong(&self, expression: &str, now: Timestamp, least: SignedDuration) -> Option<WrongField> {
        let wrong = |wanted| Some(WrongField { field: "cron_expression", wanted });
        let Some(first) = self.next(now) else {
            return wrong(format!("wants a time that comes to pass; {expression:?} never does"));
        };
        let horizon = now.checked_add(SignedDuration::from_hours(24 * 366 * YEARS_AHEAD));
        let mut before = first;
        for due in self.between(first, horizon.unwrap_or(Timestamp::MAX)).take(RUNS_AHEAD) {
            if due.duration_since(before) < least {
                let (one, other) = (self.local(before), self.local(due));
                return wrong(format!(
                    "wants runs at least {least:#} apart; {expression:?} runs at {one} and at {other}"
                ));
            }
            before = due;
        }
        None
    }

    /// The instant of a local time; none of a day that the zone has skipped.
    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        let found = self.zone.to_ambiguous_timestamp(local);
        match found.offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok(),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(local).ok(),
            AmbiguousOffset::Gap { after, .. } => {
                // By the clocks that are changed already it lies before the change.
                let early = after.to_timestamp(local).ok()?;
                let change = self.zone.following(early).next()?.timestamp();
                let last = change.checked_sub(SignedDuration::from_secs(1)).ok()?;
                [change, last].into_iter().find(|one| self.local(*one).date() == local.date())
            }
        }
    }
}

/// The expression, parsed.
fn cron(expression: &str) -> Result<Cron, String> {
    let fields = expression.split_whitespace().count();
    if fields != 5 || expression.chars().count() > LONGEST || expression.contains('@') {
        return Err(format!(
            "wants five fields (minute, hour, day of the month, month, day of the week) in at most {LONGEST} characters; \
             got {}",
            excerpt(expression)
        ));
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(expression).map_err(|_| {
        format!(
            "wants minutes 0-59, hours 0-23, days 1-31, months 1-12 and days of the week 0-7 (0 and 7 are Sunday), each as *, a number, \
             a range from the smaller to the greater one, a list, or with a step (*/3); got {}",
            excerpt(expression)
        )
    })
}

/// What was given, and not too much of it.
fn excerpt(expression: &str) -> String {
    let shown: String = expression.chars().take(LONGEST).collect();
    format!("{shown:?}")
}
