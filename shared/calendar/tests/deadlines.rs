//! Deadlines as authorities meet them: what a due date tells, what pauses do, what is refused, and how rules and answers
//! are stored.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

mod example;

use example::rule;
use jiff::Timestamp;
use jiff::civil::Date;
use seamless_calendar::{CalendarError, Calendars, DeadlineRule, DeadlineUnit, DueDate, PausedInterval};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn due(rule: &DeadlineRule, start: &str) -> DueDate {
    rule.due(at(start), &Calendars::embedded().unwrap()).unwrap()
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
fn both_sides_read_the_due_instant_on_their_own_clocks() {
    let due = due(&rule(21, "days", "Asia/Shanghai"), "2026-02-07T09:00+08");
    assert_eq!(due.local("Asia/Shanghai").unwrap(), "2026-03-01T00:00:00+08:00[Asia/Shanghai]");
    assert_eq!(due.local("Europe/Brussels").unwrap(), "2026-02-28T17:00:00+01:00[Europe/Brussels]");
    assert_eq!(due.local("UTC").unwrap(), "2026-02-28T16:00:00+00:00[UTC]");
    for zone in ["Europe/Bruxelles", "Etc/Unknown", "+08:00", ""] {
        let refused = due.local(zone).unwrap_err();
        assert_eq!(refused, CalendarError::UnknownTimeZone { zone: zone.to_owned() });
    }
}

#[test]
fn an_answer_that_touches_an_unpublished_year_says_so() {
    let spring_festival = due(&rule(4, "CN", "Asia/Shanghai"), "2027-02-03T09:00+08");
    assert_eq!(spring_festival.explanation.provisional, [2027]);
    assert_eq!(
        spring_festival.explanation.to_string(),
        "rule example (example arrangement, point 4): started 2027-02-03 in Asia/Shanghai, 4 days counted, \
         ends with 2027-02-11; not counted: 2027-02-05 Spring Festival 春节, 2027-02-06 Spring Festival 春节, \
         2027-02-07 Spring Festival 春节, 2027-02-08 Spring Festival 春节; \
         rests on the provisional calendar of 2027"
    );

    let ends_with_the_last_published_day = due(&rule(1, "CN", "Asia/Shanghai"), "2026-12-30T09:00+08");
    assert_eq!(ends_with_the_last_published_day.explanation.provisional, [] as [i16; 0]);
    let into_the_new_year = due(&rule(2, "CN", "Asia/Shanghai"), "2026-12-30T09:00+08");
    assert_eq!(into_the_new_year.explanation.provisional, [2027]);
    let over_two_such_years = due(&rule(4, "EU", "Europe/Brussels"), "2025-12-22T09:00+01");
    assert!(
        over_two_such_years
            .explanation
            .to_string()
            .ends_with("; rests on the provisional calendar of 2025, 2026")
    );
}

#[test]
fn a_calendar_has_no_edge() {
    let over_it = due(&rule(2, "NL", "Europe/Amsterdam"), "2027-12-30T09:00+01");
    assert_eq!(
        over_it.explanation.to_string(),
        "rule example (example arrangement, point 4): started 2027-12-30 in Europe/Amsterdam, 2 days counted, \
         ends with 2028-01-03; not counted: 2028-01-01 New Year's Day, 2028-01-02 weekend; \
         rests on the provisional calendar of 2028"
    );
    let far_behind_it = due(&rule(4, "NL", "Europe/Amsterdam"), "2060-06-01T09:00+02");
    assert_eq!(far_behind_it.explanation.provisional, [2060]);
}

#[test]
fn calendar_days_need_no_published_year() {
    let beyond_every_calendar = due(&rule(21, "days", "Asia/Shanghai"), "2031-01-20T09:00+08");
    assert_eq!(beyond_every_calendar.due, at("2031-02-11T00:00+08"));
    assert_eq!(beyond_every_calendar.explanation.provisional, [] as [i16; 0]);
}

#[test]
fn what_cannot_be_answered_is_refused_by_name() {
    let calendars = Calendars::embedded().unwrap();
    let refusal = |rule: DeadlineRule, start: &str| rule.due(at(start), &calendars).unwrap_err().to_string();
    assert_eq!(
        refusal(rule(1, "days", "Europe/Bruxelles"), "2026-01-01T00:00Z"),
        "deadline rule \"example\": time-zone: no time zone \"Europe/Bruxelles\" in the iana database"
    );
    assert_eq!(
        refusal(rule(1, "UK", "Europe/London"), "2026-01-01T00:00Z"),
        "deadline rule \"example\": unit.working-days.calendar: no calendar \"UK\", known are BE, CA, CN, EU, NL, US"
    );
    assert_eq!(
        refusal(rule(0, "days", "UTC"), "2026-01-01T00:00Z"),
        "deadline rule \"example\": length: expected at least 1 day, got 0"
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
}

#[test]
fn a_running_clock_keeps_the_rule_it_started_with() {
    for rule in [rule(21, "days", "Asia/Shanghai"), rule(4, "EU", "Europe/Brussels")] {
        let stored = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<DeadlineRule>(&stored).unwrap(), rule);
    }

    // As it lies in the databases: this text must be readable for as long as a clock may run.
    let stored = r#"{"id": "eu-cn-reaction", "start-event": "transmitted", "stop-event": "reacted", "length": 4,
        "unit": {"working-days": {"calendar": "CN"}}, "time-zone": "Asia/Shanghai", "warn-before-days": 1,
        "legal-basis": "arrangement, point 4", "pauses": true, "applies-to": "sold-online"}"#;
    let kept: DeadlineRule = serde_json::from_str(stored).unwrap();
    // A later version may have written more, at every depth, and this one still runs beside it during a roll-out.
    let later = stored.replace("\"CN\"}", "\"CN\", \"half-days\": true}").replacen('{', "{\"grace\": 2, ", 1);
    assert!(later.contains("half-days") && later.contains("grace"));
    assert_eq!(serde_json::from_str::<DeadlineRule>(&later).unwrap(), kept);
    assert_eq!(due(&kept, "2026-09-30T09:00+08").due, at("2026-10-13T00:00+08"));
}

#[test]
fn a_stored_rule_that_no_longer_fits_is_refused_by_its_key() {
    let calendars = Calendars::embedded().unwrap();
    let stored = serde_json::to_string(&rule(4, "CN", "Asia/Shanghai")).unwrap();
    let refusal = |right: &str, wrong: &str| {
        assert!(stored.contains(right), "{stored}");
        let rule: DeadlineRule = serde_json::from_str(&stored.replace(right, wrong)).unwrap();
        match rule.check(&calendars).unwrap_err() {
            CalendarError::InvalidRule { rule, field, problem } => (rule, field, problem),
            other => panic!("{other}"),
        }
    };
    let example = || "example".to_owned();
    assert_eq!(
        refusal("\"CN\"", "\"XX\""),
        (
            example(),
            "unit.working-days.calendar",
            "no calendar \"XX\", known are BE, CA, CN, EU, NL, US".to_owned()
        )
    );
    assert_eq!(
        refusal("Asia/Shanghai", "Asia/Peking"),
        (example(), "time-zone", "no time zone \"Asia/Peking\" in the iana database".to_owned())
    );
    assert_eq!(
        refusal("\"length\":4", "\"length\":0"),
        (example(), "length", "expected at least 1 day, got 0".to_owned())
    );
    assert!(serde_json::from_str::<DeadlineRule>(&stored.replace("\"length\":4", "\"length\":-4")).is_err());
}

#[test]
fn an_explanation_from_before_provisional_years_is_still_read() {
    let due = due(&rule(4, "NL", "Europe/Amsterdam"), "2026-04-01T09:00+02");
    let mut stored = serde_json::to_value(&due).unwrap();
    let removed = stored["explanation"].as_object_mut().unwrap().remove("provisional");
    assert_eq!(removed, Some(serde_json::json!([])));
    assert_eq!(serde_json::from_value::<DueDate>(stored).unwrap(), due);
}
