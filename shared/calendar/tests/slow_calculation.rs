//! Deadlines compared with slow calculations that walk through time, and the promises that hold for every deadline.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

mod example;
mod plain_facts;

use std::sync::LazyLock;

use example::rule;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use plain_facts::{HOUR, Office, SECONDS_A_DAY, YEARS, day, local_day, year_of};
use proptest::prelude::*;
use seamless_calendar::{Calendars, DueDate, PausedInterval, Zones};

static CALENDARS: LazyLock<Calendars> = LazyLock::new(|| Calendars::embedded().unwrap());

fn number(date: Date) -> i64 {
    day(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()))
}

#[test]
fn every_calendar_works_on_the_days_that_the_law_leaves() {
    for id in ["BE", "CA", "CN", "EU", "NL", "US"] {
        let (calendar, office) = (CALENDARS.get(id).unwrap(), Office::of(id));
        let mut days = 0;
        for date in date(2024, 1, 1).series(jiff::Span::new().days(1)).take_while(|date| date.year() <= 2027)
        {
            let kind = calendar.day(date);
            assert_eq!(kind.is_working(), office.works(number(date)), "{id} {date} {kind}");
            days += 1;
        }
        assert_eq!(days, 4 * 365 + 1, "2024 is the leap year among the four");
    }
}

/// Hour by hour from the start; each hour belongs to one civil day, as these zones are whole hours from UTC. A day counts
/// if it is worked and no pause touches any of its hours. Gives the first instant too late and the days counted.
fn by_the_hour(
    length: usize,
    zone: &str,
    works: impl Fn(i64) -> bool,
    start: i64,
    pauses: &[(i64, i64)],
) -> (i64, Vec<i64>) {
    let mut hour = start.div_euclid(HOUR) * HOUR;
    let start_day = local_day(zone, hour);
    let (mut today, mut paused, mut counted) = (start_day, false, Vec::new());
    loop {
        if local_day(zone, hour) != today {
            if today != start_day && works(today) && !paused {
                counted.push(today);
            }
            if counted.len() == length {
                return (hour, counted);
            }
            (today, paused) = (local_day(zone, hour), false);
        }
        paused |= pauses.iter().any(|(from, to)| from < to && *from < hour + HOUR && *to > hour);
        hour += HOUR;
    }
}

#[derive(Clone, Debug)]
struct Case {
    length: u32,
    unit: &'static str,
    zone: &'static str,
    start: i64,
    pauses: Vec<(i64, i64)>,
}

impl Case {
    fn due(&self) -> DueDate {
        let pause = |(from, to): &(i64, i64)| PausedInterval { from: at(*from), to: at(*to) };
        let pauses: Vec<PausedInterval> = self.pauses.iter().map(pause).collect();
        rule(self.length, self.unit, self.zone).due_with_pauses(at(self.start), &pauses, &CALENDARS).unwrap()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Starts early enough that even the longest period with the longest pauses ends in 2027.
fn cases() -> impl Strategy<Value = Case> {
    let starts = day(2024, 1, 1) * SECONDS_A_DAY..day(2027, 8, 1) * SECONDS_A_DAY;
    let units = vec!["days", "BE", "CA", "CN", "EU", "NL", "US"];
    let zones =
        vec!["Asia/Shanghai", "Europe/Brussels", "Europe/Amsterdam", "America/New_York", "America/Toronto"];
    let pause =
        (-3 * SECONDS_A_DAY..40 * SECONDS_A_DAY, prop_oneof![Just(0), 0..2 * HOUR, 0..6 * SECONDS_A_DAY]);
    let pauses = prop::collection::vec(pause, 0..=4);
    (1_u32..=25, prop::sample::select(units), prop::sample::select(zones), starts, pauses).prop_map(
        |(length, unit, zone, start, pauses)| {
            let pauses = pauses.into_iter().map(|(after, long)| (start + after, start + after + long));
            Case { length, unit, zone, start, pauses: pauses.collect() }
        },
    )
}

proptest! {
    #[test]
    fn deadlines_agree_with_walking_through_the_hours(case in cases()) {
        let office = (case.unit != "days").then(|| Office::of(case.unit));
        let works = |day| office.as_ref().is_none_or(|office| office.works(day));
        let length = usize::try_from(case.length).unwrap();
        let (due, counted) = by_the_hour(length, case.zone, works, case.start, &case.pauses);

        let found = case.due();
        prop_assert_eq!(found.due.as_second(), due, "{}", found.explanation);
        let found_counted: Vec<i64> = found.explanation.counted.iter().copied().map(number).collect();
        prop_assert_eq!(found_counted, counted);
    }

    #[test]
    fn a_later_start_is_never_due_earlier(case in cases(), later in 0_i64..20 * SECONDS_A_DAY) {
        let started_later = Case { start: case.start + later, ..case.clone() };
        prop_assert!(case.due().due <= started_later.due().due);
    }

    #[test]
    fn another_pause_never_makes_it_due_earlier(case in cases(), after in 0..40 * SECONDS_A_DAY, long in 0..6 * SECONDS_A_DAY) {
        let mut paused_again = case.clone();
        paused_again.pauses.push((case.start + after, case.start + after + long));
        prop_assert!(case.due().due <= paused_again.due().due);
    }

    #[test]
    fn every_day_from_the_start_to_the_end_is_accounted_for_once(case in cases()) {
        let explanation = case.due().explanation;
        prop_assert_eq!(explanation.counted.len(), usize::try_from(case.length).unwrap());
        prop_assert_eq!(explanation.counted.last(), Some(&explanation.last_day));
        prop_assert_eq!(number(explanation.start_date), local_day(case.zone, case.start));

        let skipped = explanation.skipped.iter().map(|day| day.date);
        let mut days: Vec<i64> = skipped.chain(explanation.counted.iter().copied()).map(number).collect();
        days.sort_unstable();
        let all: Vec<i64> = (number(explanation.start_date) + 1..=number(explanation.last_day)).collect();
        prop_assert_eq!(&days, &all);

        let provisional: Vec<i64> = match case.unit {
            "CN" => vec![2027],
            "EU" => YEARS.collect(),
            _ => Vec::new(),
        };
        let touched = |year: &i64| all.iter().any(|day| year_of(*day) == *year);
        let expected: Vec<i64> = provisional.into_iter().filter(touched).collect();
        prop_assert_eq!(explanation.provisional.into_iter().map(i64::from).collect::<Vec<_>>(), expected);
    }
}

proptest! {
    /// Whatever nobody has published: there is an answer, it counts no weekend, and it names each year that it only
    /// supposes.
    #[test]
    fn no_deadline_meets_the_edge_of_a_calendar(
        case in cases(), start in day(2015, 1, 1) * SECONDS_A_DAY..day(2100, 1, 1) * SECONDS_A_DAY
    ) {
        let moved = start - case.start;
        let pauses = case.pauses.iter().map(|(from, to)| (from + moved, to + moved)).collect();
        let case = Case { start, pauses, ..case };
        let explanation = case.due().explanation;
        prop_assert_eq!(explanation.counted.len(), usize::try_from(case.length).unwrap());
        if case.unit == "days" {
            prop_assert_eq!(explanation.provisional, [] as [i16; 0]);
            return Ok(());
        }
        let is_known = |year: i16| YEARS.contains(&i64::from(year));
        let is_weekend = |date: &Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        // In a year that is known China works some days of weekends.
        prop_assert!(!explanation.counted.iter().any(|date| !is_known(date.year()) && is_weekend(date)));
        let first = explanation.start_date.tomorrow().unwrap().year();
        let unknown: Vec<i16> =
            (first..=explanation.last_day.year()).filter(|year| !is_known(*year)).collect();
        let told: Vec<i16> = explanation.provisional.into_iter().filter(|year| !is_known(*year)).collect();
        prop_assert_eq!(told, unknown);
    }
}

/// Quarter hour by quarter hour, with the library's zones; every offset in use today is a multiple of that.
fn by_the_quarter_hour(
    length: u32,
    zone: &TimeZone,
    start: Timestamp,
    pauses: &[PausedInterval],
) -> Timestamp {
    let quarter = SignedDuration::from_mins(15);
    let start_date = zone.to_datetime(start).date();
    let mut instant = at(start.as_second().div_euclid(900) * 900);
    let (mut date, mut paused, mut counted) = (start_date, false, 0);
    loop {
        let today = zone.to_datetime(instant).date();
        if today != date {
            if date != start_date && !paused {
                counted += 1;
            }
            if counted == length {
                return instant;
            }
            (date, paused) = (today, false);
        }
        let touches = |pause: &PausedInterval| {
            pause.from < pause.to && pause.from < instant + quarter && pause.to > instant
        };
        paused |= pauses.iter().any(touches);
        instant += quarter;
    }
}

proptest! {
    #[test]
    fn calendar_days_hold_where_clocks_are_odd(
        start in 1_700_000_000_i64..2_200_000_000,
        length in 1_u32..40,
        zone in prop::sample::select(vec![
            "America/St_Johns", "Asia/Kolkata", "Asia/Beirut", "America/Nuuk", "America/Havana",
            "Australia/Lord_Howe", "Pacific/Auckland", "UTC",
        ]),
        minutes in prop::collection::vec((-4_000_i64..30_000, 0_i64..6_000), 0..4),
    ) {
        let start = at(start);
        let pause = |(after, long): &(i64, i64)| {
            let from = start + SignedDuration::from_mins(*after);
            PausedInterval { from, to: from + SignedDuration::from_mins(*long) }
        };
        let pauses: Vec<PausedInterval> = minutes.iter().map(pause).collect();
        let found = rule(length, "days", zone).due_with_pauses(start, &pauses, &Calendars::default()).unwrap();
        let slow = by_the_quarter_hour(length, &Zones::bundled().get(zone).unwrap(), start, &pauses);
        prop_assert_eq!(found.due, slow, "{}", found.explanation);
    }
}
