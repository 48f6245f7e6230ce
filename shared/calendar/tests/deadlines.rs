//! Deadlines as authorities meet them: worked examples that can be checked by hand, and a comparison with a slow
//! calculation that walks through time quarter hour by quarter hour.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_calendar::{CalendarError, Calendars, DeadlineRule, DeadlineUnit, DueDate, PausedInterval};

fn rule(length: u32, unit: &str, time_zone: &str) -> DeadlineRule {
    DeadlineRule {
        id: "example".to_owned(),
        start_event: "transmitted".to_owned(),
        stop_event: "reacted".to_owned(),
        length,
        unit: match unit {
            "days" => DeadlineUnit::CalendarDays,
            calendar => DeadlineUnit::WorkingDays { calendar: calendar.to_owned() },
        },
        time_zone: time_zone.to_owned(),
        warn_before_days: 0,
        legal_basis: "example arrangement, point 4".to_owned(),
        pauses: true,
        applies_to: "all".to_owned(),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn due(rule: &DeadlineRule, start: &str) -> DueDate {
    rule.due(at(start), &Calendars::embedded().unwrap()).unwrap()
}

#[test]
fn worked_examples() {
    for (why, length, unit, zone, start, expected) in [
        (
            "late in the evening in Shanghai",
            21,
            "days",
            "Asia/Shanghai",
            "2026-03-02T23:30+08",
            "2026-03-24T00:00+08",
        ),
        (
            "the same afternoon in Brussels, but the next day in Shanghai",
            21,
            "days",
            "Asia/Shanghai",
            "2026-03-02T17:30+01",
            "2026-03-25T00:00+08",
        ),
        (
            "over the end of the year",
            10,
            "days",
            "Europe/Brussels",
            "2026-12-25T10:00+01",
            "2027-01-05T00:00+01",
        ),
        (
            "ends with the leap day",
            1,
            "days",
            "Europe/Brussels",
            "2028-02-28T10:00+01",
            "2028-03-01T00:00+01",
        ),
        (
            "starts on the leap day",
            1,
            "days",
            "Europe/Brussels",
            "2028-02-29T10:00+01",
            "2028-03-02T00:00+01",
        ),
        (
            "the last day has 23 hours",
            1,
            "days",
            "Europe/Brussels",
            "2026-03-28T12:00+01",
            "2026-03-30T00:00+02",
        ),
        (
            "the last day has 25 hours",
            1,
            "days",
            "Europe/Brussels",
            "2026-10-24T12:00+02",
            "2026-10-26T00:00+01",
        ),
        (
            "the next day begins at 01:00",
            1,
            "days",
            "Asia/Beirut",
            "2026-03-27T12:00+02",
            "2026-03-29T01:00+03",
        ),
        (
            "the Samoan 30 December 2011 never was",
            1,
            "days",
            "Pacific/Apia",
            "2011-12-28T12:00-10",
            "2011-12-31T00:00+14",
        ),
        (
            "Golden Week, with a worked Saturday after it",
            4,
            "CN",
            "Asia/Shanghai",
            "2026-09-30T09:00+08",
            "2026-10-13T00:00+08",
        ),
        (
            "Easter in the institutions",
            4,
            "EU",
            "Europe/Brussels",
            "2026-04-01T09:00+02",
            "2026-04-11T00:00+02",
        ),
        (
            "between the years in the institutions",
            4,
            "EU",
            "Europe/Brussels",
            "2025-12-22T09:00+01",
            "2026-01-08T00:00+01",
        ),
        (
            "submitted on a Saturday",
            2,
            "NL",
            "Europe/Amsterdam",
            "2026-05-02T09:00+02",
            "2026-05-07T00:00+02",
        ),
        (
            "Independence Day kept on a Friday",
            2,
            "US",
            "America/New_York",
            "2026-07-01T09:00-04",
            "2026-07-07T00:00-04",
        ),
        (
            "Boxing Day kept on a Monday",
            1,
            "CA",
            "America/Toronto",
            "2026-12-24T09:00-05",
            "2026-12-30T00:00-05",
        ),
    ] {
        let found = due(&rule(length, unit, zone), start);
        assert_eq!(found.due, at(expected), "{why}: {}", found.explanation);
    }
}

#[test]
fn the_last_moment_of_the_last_day_is_in_time_and_the_next_is_not() {
    let due = due(&rule(4, "EU", "Europe/Brussels"), "2026-11-20T09:00+01");
    assert!(!due.is_overdue(at("2026-11-26T23:59:59.999999+01")));
    assert!(due.is_overdue(at("2026-11-27T00:00+01")));
}

#[test]
fn a_deadline_explains_itself() {
    let due = due(&rule(4, "CN", "Asia/Shanghai"), "2026-09-30T09:00+08");
    assert_eq!(
        due.explanation.to_string(),
        "rule example (example arrangement, point 4): started 2026-09-30 in Asia/Shanghai, 4 days counted, \
         ends with 2026-10-12; not counted: 2026-10-01 National Day 国庆节, 2026-10-02 National Day 国庆节, \
         2026-10-03 National Day 国庆节, 2026-10-04 National Day 国庆节, 2026-10-05 National Day 国庆节, \
         2026-10-06 National Day 国庆节, 2026-10-07 National Day 国庆节, 2026-10-11 weekend"
    );
    let counted: Vec<String> = due.explanation.counted.iter().map(Date::to_string).collect();
    assert_eq!(counted, ["2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12"]);

    let stored = serde_json::to_string(&due).unwrap();
    assert_eq!(serde_json::from_str::<DueDate>(&stored).unwrap(), due);
}

#[test]
fn a_question_to_the_other_side_stops_the_clock_of_a_rule_that_pauses() {
    let calendars = Calendars::embedded().unwrap();
    let mut rule = rule(21, "days", "Asia/Shanghai");
    let start = at("2026-03-02T10:00+08");
    let pause = |from: &str, to: &str| PausedInterval { from: at(from), to: at(to) };
    let last_day = |rule: &DeadlineRule, pauses: &[PausedInterval]| {
        rule.due_with_pauses(start, pauses, &calendars).unwrap().explanation.last_day.to_string()
    };

    assert_eq!(last_day(&rule, &[]), "2026-03-23");
    let asked = pause("2026-03-05T14:00+08", "2026-03-09T00:00+08"); // touches the 5th to the 8th
    assert_eq!(last_day(&rule, &[asked]), "2026-03-27");
    let second_question_meanwhile = pause("2026-03-08T09:00+08", "2026-03-09T09:00+08");
    assert_eq!(last_day(&rule, &[asked, second_question_meanwhile]), "2026-03-28");
    let on_the_start_day = pause("2026-03-02T11:00+08", "2026-03-02T12:00+08");
    let after_the_end = pause("2026-05-01T00:00+08", "2026-05-02T00:00+08");
    assert_eq!(last_day(&rule, &[on_the_start_day, after_the_end]), "2026-03-23");

    let backwards = pause("2026-03-09T00:00+08", "2026-03-05T14:00+08");
    let error = rule.due_with_pauses(start, &[backwards], &calendars).unwrap_err();
    assert_eq!(error, CalendarError::InvalidPause { from: backwards.from, to: backwards.to });

    rule.pauses = false;
    assert_eq!(last_day(&rule, &[asked]), "2026-03-23");
}

#[test]
fn a_warning_comes_whole_days_before_the_end_but_not_before_the_start() {
    let mut rule = rule(21, "days", "Europe/Brussels");
    rule.warn_before_days = 5;
    let over_the_clock_change = due(&rule, "2026-03-10T09:00+01");
    assert_eq!(over_the_clock_change.due, at("2026-04-01T00:00+02"));
    assert_eq!(over_the_clock_change.warn, at("2026-03-27T00:00+01"));
    rule.warn_before_days = u32::MAX;
    assert_eq!(due(&rule, "2026-03-10T09:00+01").warn, at("2026-03-10T09:00+01"));
}

#[test]
fn what_cannot_be_answered_is_refused_by_name() {
    let calendars = Calendars::embedded().unwrap();
    let refusal = |rule: DeadlineRule, start: &str| rule.due(at(start), &calendars).unwrap_err().to_string();
    assert_eq!(
        refusal(rule(1, "CN", "Asia/Shanghai"), "2026-12-31T09:00+08"),
        "calendar CN covers 2024-01-01 to 2026-12-31, not 2027-01-01"
    );
    assert_eq!(
        refusal(rule(1, "days", "Europe/Bruxelles"), "2026-01-01T00:00Z"),
        "no time zone \"Europe/Bruxelles\" in the iana database"
    );
    assert_eq!(
        refusal(rule(1, "UK", "Europe/London"), "2026-01-01T00:00Z"),
        "no calendar \"UK\", known are BE, CA, CN, EU, NL, US"
    );
    assert_eq!(
        refusal(rule(0, "days", "UTC"), "2026-01-01T00:00Z"),
        "deadline rule \"example\" has length 0, expected at least 1"
    );
    assert_eq!(
        refusal(rule(u32::MAX, "days", "UTC"), "9999-12-01T00:00Z"),
        "the period leaves the representable time at 9999-12-31"
    );
}

#[test]
fn rules_are_read_from_an_arrangements_file() {
    let text = r#"
        id = "gpsr-validation"
        start-event = "submitted"
        stop-event = "validated"
        length = 4
        unit = { working-days = { calendar = "EU" } }
        time-zone = "Europe/Brussels"
        legal-basis = "Regulation (EU) 2023/988, Article 26"
    "#;
    let read: DeadlineRule = toml::from_str(text).unwrap();
    assert_eq!(read.unit, DeadlineUnit::WorkingDays { calendar: "EU".to_owned() });
    assert_eq!((read.warn_before_days, read.pauses, read.applies_to.as_str()), (0, false, "all"));

    let plain: DeadlineRule =
        toml::from_str(&text.replace("{ working-days = { calendar = \"EU\" } }", "\"calendar-days\""))
            .unwrap();
    assert_eq!(plain.unit, DeadlineUnit::CalendarDays);
    let misspelt = toml::from_str::<DeadlineRule>(&format!("{text}\nwarn-before = 3")).unwrap_err();
    assert!(misspelt.message().contains("unknown field `warn-before`"), "{misspelt}");
}

/// The State Council's notice for 2025, typed in here a second time: weekdays off, and weekend days worked.
fn china_works_2025(date: Date) -> bool {
    let off = "0101 0128 0129 0130 0131 0203 0204 0404 0501 0502 0505 0602 1001 1002 1003 1006 1007 1008";
    let worked = "0126 0208 0427 0928 1011";
    let listed = |list: &str| list.split(' ').any(|day| day == date.strftime("%m%d").to_string());
    match date.weekday() {
        Weekday::Saturday | Weekday::Sunday => listed(worked),
        _ => !listed(off),
    }
}

/// Walks from the start quarter hour by quarter hour; every offset in use today is a multiple of that. A day counts if it
/// is worked and none of its quarter hours is touched by a pause.
fn slow_due(
    length: u32,
    zone: &TimeZone,
    works: impl Fn(Date) -> bool,
    start: Timestamp,
    pauses: &[PausedInterval],
) -> Timestamp {
    let quarter = SignedDuration::from_mins(15);
    let start_date = zone.to_datetime(start).date();
    let mut instant = Timestamp::from_second(start.as_second().div_euclid(900) * 900).unwrap();
    let (mut date, mut paused, mut counted) = (start_date, false, 0);
    loop {
        let today = zone.to_datetime(instant).date();
        if today != date {
            if date != start_date && works(date) && !paused {
                counted += 1;
            }
            if counted == length {
                return instant;
            }
            (date, paused) = (today, false);
        }
        paused |= pauses.iter().any(|pause| pause.from < instant + quarter && pause.to > instant);
        instant += quarter;
    }
}

fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((-4_000_i64..30_000, 0_i64..6_000), 0..4)
}

fn pauses_from(start: Timestamp, minutes: &[(i64, i64)]) -> Vec<PausedInterval> {
    let pause = |(after, length): &(i64, i64)| {
        let from = start + SignedDuration::from_mins(*after);
        PausedInterval { from, to: from + SignedDuration::from_mins(*length) }
    };
    minutes.iter().map(pause).collect()
}

proptest! {
    #[test]
    fn calendar_days_agree_with_walking_through_time(
        start in 1_700_000_000_i64..2_200_000_000,
        length in 1_u32..40,
        zone in prop::sample::select(vec![
            "Europe/Brussels", "Asia/Shanghai", "America/Toronto", "America/St_Johns", "Asia/Kolkata",
            "Asia/Beirut", "America/Nuuk", "America/Havana", "Australia/Lord_Howe", "Pacific/Auckland", "UTC",
        ]),
        minutes in pauses(),
    ) {
        let start = Timestamp::from_second(start).unwrap();
        let pauses = pauses_from(start, &minutes);
        let found = rule(length, "days", zone).due_with_pauses(start, &pauses, &Calendars::default()).unwrap();
        let slow = slow_due(length, &TimeZone::get(zone).unwrap(), |_| true, start, &pauses);
        prop_assert_eq!(found.due, slow, "{}", found.explanation);
    }

    #[test]
    fn chinese_working_days_agree_with_walking_through_the_published_notice(
        start in 1_735_689_600_i64..1_760_000_000, // 2025-01-01 to 2025-10-09
        length in 1_u32..15,
        minutes in pauses(),
    ) {
        let start = Timestamp::from_second(start).unwrap();
        let pauses = pauses_from(start, &minutes);
        let calendars = Calendars::embedded().unwrap();
        let found = rule(length, "CN", "Asia/Shanghai").due_with_pauses(start, &pauses, &calendars).unwrap();
        let slow = slow_due(length, &TimeZone::get("Asia/Shanghai").unwrap(), china_works_2025, start, &pauses);
        prop_assert_eq!(found.due, slow, "{}", found.explanation);

        let skipped_and_counted = found.explanation.skipped.len() + found.explanation.counted.len();
        let days = found.explanation.last_day.since(found.explanation.start_date).unwrap().get_days();
        prop_assert_eq!(skipped_and_counted, usize::try_from(days).unwrap(), "every day is accounted for");
    }
}
