//! Schedules over random expressions, zones and times in which the service did not run: each local day that an expression means has one
//! run, which came to pass or is told as missed; and the periods of runs lie one behind the other.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod kept;

use std::collections::BTreeMap;

use futures::executor::block_on;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use proptest::prelude::*;
use seamless_calendar::Zones;
use seamless_reporting::domain::model::{
    EventStatus, Period, ReportTemplate, Rhythm, ScheduleOutcome, SchedulePeriod, ScheduleRun, ScheduleTerms,
};

use kept::{Kept, rules};

/// Zones with every kind of change: by an hour, by half an hour, by two, at midnight, over midnight, and none.
const ZONES: [&str; 14] = [
    "Europe/Brussels",
    "America/New_York",
    "America/Winnipeg",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "America/Nuuk",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Santiago",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "UTC",
];

/// An expression with one time of the day, and the days that it means, told otherwise.
#[derive(Clone, Debug)]
struct Days {
    hour: i8,
    minute: i8,
    kind: DayKind,
}

#[derive(Clone, Debug)]
enum DayKind {
    Every,
    /// Of each month; one that it does not have has none.
    OfMonth(i8),
    LastOfMonth,
    /// Of the months that a quarter begins with.
    OfQuarter(i8),
    OfYear(i8, i8),
    /// 0 is Sunday.
    OfWeek(i8),
}

impl Days {
    fn expression(&self) -> String {
        let Self { hour, minute, kind } = self;
        let days = match kind {
            DayKind::Every => "* * *".to_owned(),
            DayKind::OfMonth(day) => format!("{day} * *"),
            DayKind::LastOfMonth => "L * *".to_owned(),
            DayKind::OfQuarter(day) => format!("{day} */3 *"),
            DayKind::OfYear(day, month) => format!("{day} {month} *"),
            DayKind::OfWeek(day) => format!("* * {day}"),
        };
        format!("{minute} {hour} {days}")
    }

    fn means(&self, day: Date) -> bool {
        match self.kind {
            DayKind::Every => true,
            DayKind::OfMonth(wanted) => day.day() == wanted,
            DayKind::LastOfMonth => day.last_of_month() == day,
            DayKind::OfQuarter(wanted) => day.day() == wanted && [1, 4, 7, 10].contains(&day.month()),
            DayKind::OfYear(wanted, month) => day.day() == wanted && day.month() == month,
            DayKind::OfWeek(wanted) => day.weekday().to_sunday_zero_offset() == wanted,
        }
    }

    /// A period that lies one behind the other from run to run.
    fn period(&self) -> Option<SchedulePeriod> {
        match self.kind {
            DayKind::Every => Some(SchedulePeriod::PreviousDay),
            DayKind::OfMonth(1..=28) | DayKind::LastOfMonth => Some(SchedulePeriod::PreviousMonth),
            DayKind::OfQuarter(1..=28) => Some(SchedulePeriod::PreviousQuarter),
            DayKind::OfYear(1..=28, _) => Some(SchedulePeriod::PreviousYear),
            _ => None,
        }
    }
}

fn days() -> impl Strategy<Value = Days> {
    let kind = prop_oneof![
        3 => Just(DayKind::Every),
        3 => (1..=31_i8).prop_map(DayKind::OfMonth),
        1 => Just(DayKind::LastOfMonth),
        2 => (1..=28_i8).prop_map(DayKind::OfQuarter),
        1 => (1..=28_i8, 1..=12_i8).prop_map(|(day, month)| DayKind::OfYear(day, month)),
        1 => (0..=6_i8).prop_map(DayKind::OfWeek),
    ];
    // At night clocks are changed.
    let hour = prop_oneof![3 => 0..=3_i8, 1 => 22..=23_i8, 1 => 4..=21_i8];
    (hour, 0..=59_i8, kind).prop_map(|(hour, minute, kind)| Days { hour, minute, kind })
}

fn terms(days: &Days, zone: &str) -> ScheduleTerms {
    ScheduleTerms {
        display_name: String::new(),
        template: ReportTemplate::AnnualStatistics,
        partner: None,
        origin: None,
        status: EventStatus::Actual,
        cron_expression: days.expression(),
        time_zone: zone.to_owned(),
        period: days.period().unwrap_or(SchedulePeriod::PreviousMonth),
        approve_automatically: false,
        readers: Vec::new(),
    }
}

/// The days of a zone from this one on, by walking over its hours: a day that it has skipped is none.
fn local_days(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Vec<Date> {
    let hours = std::iter::successors(Some(from), |at| at.checked_add(SignedDuration::from_mins(30)).ok());
    let mut days: Vec<Date> =
        hours.take_while(|at| *at <= until).map(|at| zone.to_datetime(at).date()).collect();
    days.dedup();
    days
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn each_local_day_has_its_run_once(
        days in days(),
        zone in prop::sample::select(ZONES.to_vec()),
        begin in 0..400_i64,
        // Hours between two looks; many of them are days in which nothing ran.
        looks in prop::collection::vec(prop_oneof![3 => 1..30_i64, 1 => 30..2_000_i64], 1..60),
    ) {
        let kept = Kept::default();
        let begin = Timestamp::from_second(1_790_000_000 + begin * 3_607 * 24).unwrap();
        let terms = terms(&days, zone);
        block_on(kept.created(rules(), &terms, begin));
        let mut now = begin;
        for hours in looks {
            now = now.checked_add(SignedDuration::from_hours(hours)).unwrap();
            // Several replicas look, and each of them often.
            for _ in 0..3 {
                block_on(kept.looked(rules(), now));
            }
        }
        let mut runs: Vec<ScheduleRun> = kept.all();
        runs.sort_by_key(|run| run.intended);

        // All that it was due, by another way: the days that are meant, and on each the instant that its clocks come to first.
        let time_zone = Zones::bundled().get(zone).unwrap();
        let rhythm = Rhythm::read(&terms.cron_expression, zone, &Zones::bundled()).unwrap();
        let meant: Vec<Date> = local_days(&time_zone, begin, now).into_iter().filter(|day| days.means(*day)).collect();
        let due: Vec<Timestamp> = rhythm.between(begin, now).collect();
        let due_days: Vec<Date> = due.iter().map(|due| time_zone.to_datetime(*due).date()).collect();
        // The first and the last day are there in part alone.
        let inner = |all: &[Date]| -> Vec<Date> {
            let (first, last) = (time_zone.to_datetime(begin).date(), time_zone.to_datetime(now).date());
            all.iter().copied().filter(|day| *day != first && *day != last).collect()
        };
        prop_assert_eq!(inner(&due_days), inner(&meant), "{} in {}", days.expression(), zone);
        let at = jiff::civil::time(days.hour, days.minute, 0, 0);
        for (due, day) in due.iter().zip(&due_days) {
            let wanted = time_zone.to_ambiguous_timestamp(day.to_datetime(at));
            if !wanted.is_ambiguous() {
                prop_assert_eq!(*due, wanted.unambiguous().unwrap());
            }
        }

        // Each came to pass once, or is among those missed.
        let mut times: BTreeMap<Timestamp, usize> = BTreeMap::new();
        for run in &runs {
            prop_assert!(run.time >= run.intended);
            let last = run.last_intended.unwrap_or(run.intended);
            let covered: Vec<Timestamp> = due.iter().copied().filter(|due| (run.intended..=last).contains(due)).collect();
            prop_assert_eq!(covered.len() as u64, run.count);
            covered.into_iter().for_each(|due| *times.entry(due).or_default() += 1);
        }
        let once: BTreeMap<Timestamp, usize> = due.iter().map(|due| (*due, 1)).collect();
        prop_assert_eq!(times, once, "{} in {}", days.expression(), zone);
        // After a time in which nothing ran, one alone was made up for: the last.
        for run in runs.iter().filter(|run| run.outcome == ScheduleOutcome::Missed) {
            let made_up = runs.iter().filter(|one| one.outcome == ScheduleOutcome::Reported && one.time == run.time);
            let made_up: Vec<Timestamp> = made_up.map(|one| one.intended).collect();
            prop_assert_eq!(made_up.len(), 1);
            prop_assert!(made_up[0] > run.last_intended.unwrap());
        }

        // The periods of all that was due lie one behind the other, whenever it ran.
        if days.period().is_some() {
            let periods: Vec<Period> = due_days.iter().map(|day| terms.period_of(*day).unwrap()).collect();
            for (day, period) in due_days.iter().zip(&periods) {
                prop_assert!(period.last < *day);
            }
            for two in periods.windows(2) {
                prop_assert_eq!(two[0].last.tomorrow().unwrap(), two[1].first);
            }
            for run in &runs {
                let day = time_zone.to_datetime(run.intended).date();
                prop_assert_eq!(&run.period, &terms.period_of(day).unwrap());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// Whatever is given is refused in words, or read; and what is read has a next time soon, or none.
    #[test]
    fn whatever_is_given_is_read_or_refused(
        fields in prop::collection::vec("[0-9*,/?LW#+A-C-]{0,6}|[0-9]{1,2}|\\*|\\*/[0-9]{1,2}|MON|JAN|5L|5#3|15W", 4..7),
    ) {
        let expression = fields.join(" ");
        let now = at("2026-11-01T00:00:00Z");
        match Rhythm::read(&expression, "America/New_York", &Zones::bundled()) {
            Err(wrong) => prop_assert!(wrong[0].wanted.starts_with("wants ")),
            Ok(rhythm) => {
                let least = SignedDuration::from_hours(20);
                if rhythm.wrong(&expression, now, least).is_none() {
                    let due: Vec<Timestamp> = rhythm.between(now, at("2030-01-01T00:00:00Z")).collect();
                    prop_assert!(due.windows(2).all(|two| two[1].duration_since(two[0]) >= least));
                }
            }
        }
    }
}

fn rhythm(expression: &str, zone: &str) -> Rhythm {
    Rhythm::read(expression, zone, &Zones::bundled()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_hour_that_is_missing_and_the_hour_that_comes_twice() {
    let due = |expression, zone, from, until| -> Vec<String> {
        rhythm(expression, zone).between(at(from), at(until)).map(|due| due.to_string()).collect()
    };
    // [Hexagon/croner-rust#16, HangfireIO/Cronos#71]
    assert_eq!(
        due("30 2 * * *", "Europe/Brussels", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"),
        ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
    );
    assert_eq!(
        due("30 2 * * *", "Europe/Brussels", "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z"),
        ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
    assert_eq!(
        due("0 2 * * *", "America/New_York", "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"),
        ["2026-03-07T07:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"]
    );
    // A step is no other thing than a time.
    assert_eq!(
        due("30-59/30 2 * * *", "Europe/Brussels", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"),
        ["2026-03-29T01:00:00Z"]
    );
    // Of a change over midnight the day keeps its run; of a day that was skipped there is none.
    assert_eq!(
        due("30 23 * * *", "America/Nuuk", "2026-03-28T03:00:00Z", "2026-03-30T12:00:00Z"),
        ["2026-03-29T00:59:59Z", "2026-03-30T00:30:00Z"]
    );
    assert_eq!(
        due("0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"),
        ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"]
    );
}

#[test]
fn wrong_times_are_refused_with_what_is_wanted() {
    let now = at("2026-11-01T00:00:00Z");
    let least = SignedDuration::from_hours(20);
    for (expression, wanted) in [
        ("0 0 30 2 *", "wants a time that comes to pass; \"0 0 30 2 *\" never does"),
        (
            "0 0,12 * * *",
            "wants runs at least 20h apart; \"0 0,12 * * *\" runs at 2026-11-01T12:00:00 and at 2026-11-02T00:00:00",
        ),
        (
            "*/1 * 31 12 *",
            "wants runs at least 20h apart; \"*/1 * 31 12 *\" runs at 2026-12-31T00:00:00 and at 2026-12-31T00:01:00",
        ),
    ] {
        let wrong = rhythm(expression, "UTC").wrong(expression, now, least).unwrap();
        assert_eq!((wrong.field, wrong.wanted.as_str()), ("cron_expression", wanted));
    }
    // By the clocks a day is 23 hours once a year.
    assert!(rhythm("0 0 * * *", "Europe/Brussels").wrong("0 0 * * *", now, least).is_none());
    assert!(rhythm("0 0 29 2 *", "UTC").wrong("0 0 29 2 *", now, least).is_none());
    for expression in
        ["", "* * * *", "* * * * * *", "@daily", "61 0 * * *", "a b c d e", "0 0 32 * *", "0 0 0 * *"]
    {
        let wrong = Rhythm::read(expression, "Asia/Peking", &Zones::bundled()).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|one| one.field).collect();
        assert_eq!(fields, ["cron_expression", "time_zone"], "{expression}");
        assert!(wrong[0].wanted.contains(&format!("{expression:?}")), "{}", wrong[0].wanted);
        assert_eq!(wrong[1].wanted, "wants an IANA time zone; got \"Asia/Peking\"");
    }
}

fn daily() -> ScheduleTerms {
    terms(&Days { hour: 6, minute: 0, kind: DayKind::Every }, "UTC")
}

/// Outcome, first instant and number of all runs, in their order.
fn outcomes(kept: &Kept) -> Vec<(ScheduleOutcome, String, u64)> {
    let mut runs = kept.all();
    runs.sort_by_key(|run| (run.intended, run.id));
    runs.into_iter().map(|run| (run.outcome, run.intended.to_string(), run.count)).collect()
}

/// A clock was ahead for a moment, and the schedule ran by it: it is due again by the clock as it is, and not ten years later.
#[test]
fn a_clock_that_was_ahead_silences_no_schedule() {
    use ScheduleOutcome::{Missed, Reported};
    let kept = Kept::default();
    block_on(async {
        kept.created(rules(), &daily(), at("2026-04-01T00:00:00Z")).await;
        for _ in 0..5 {
            kept.looked(rules(), at("2026-06-01T07:00:00Z")).await;
        }
        let run = [
            (Missed, "2026-04-01T06:00:00Z".to_owned(), 61),
            (Reported, "2026-06-01T06:00:00Z".to_owned(), 1),
        ];
        assert_eq!(outcomes(&kept), run);
        // The clock is right: silent for two months.
        let now = at("2026-04-02T00:00:00Z");
        assert_eq!(kept.checked(rules(), now).await, 1);
        assert_eq!(kept.schedule().next, Some(at("2026-04-02T06:00:00Z")));
        assert_eq!(kept.checked(rules(), now).await, 0, "once");
        kept.looked(rules(), at("2026-04-02T06:00:00Z")).await;
        assert_eq!(outcomes(&kept)[1], (Reported, "2026-04-02T06:00:00Z".to_owned(), 1));

        // A replica whose clock is some seconds behind takes no other for one that is ahead.
        assert_eq!(kept.checked(rules(), at("2026-04-02T05:59:58Z")).await, 0);
    });
}

/// However far the clock has gone, a look has an end: what was missed is told in parts, each instant once, and the last of all is run.
#[test]
fn what_was_missed_for_years_is_told_in_parts() {
    use ScheduleOutcome::{Missed, Reported};
    let kept = Kept::default();
    block_on(async {
        kept.created(rules(), &daily(), at("2026-04-01T00:00:00Z")).await;
        let now = at("2036-04-01T07:00:00Z");
        kept.looked(rules(), now).await;
        assert_eq!(outcomes(&kept), [(Missed, "2026-04-01T06:00:00Z".to_owned(), 1_000)]);
        for _ in 0..5 {
            kept.looked(rules(), now).await;
        }
        let all = outcomes(&kept);
        assert_eq!(
            all.iter().map(|(_, _, count)| count).sum::<u64>(),
            3_654,
            "ten years with three 29ths of February"
        );
        assert_eq!(all.last().unwrap(), &(Reported, "2036-04-01T06:00:00Z".to_owned(), 1));
    });
}

/// Whoever runs by hand what is due has run it: nothing is made twice.
#[test]
fn what_is_due_and_was_run_by_hand_is_not_run_again() {
    use ScheduleOutcome::{Missed, Reported};
    let kept = Kept::default();
    block_on(async {
        kept.created(rules(), &daily(), at("2026-04-01T00:00:00Z")).await;
        let (due, now) = (at("2026-04-03T06:00:00Z"), at("2026-04-03T06:00:01Z"));
        let [first, again] = kept.run_by_hand(rules(), due, now).await;
        assert_eq!(first, again, "the report that stands");
        let schedule = kept.schedule();
        assert_eq!((schedule.last, schedule.last_report), (Some(due), Some(first.id)));
        kept.looked(rules(), now).await;
        let all = [
            (Missed, "2026-04-01T06:00:00Z".to_owned(), 2),
            (Reported, "2026-04-03T06:00:00Z".to_owned(), 1),
        ];
        assert_eq!(outcomes(&kept), all);
        // One that was missed is made up for, and the next is due as before.
        let [missed, _] = kept.run_by_hand(rules(), at("2026-04-01T06:00:00Z"), now).await;
        assert_eq!(missed.intended, Some(at("2026-04-01T06:00:00Z")));
        assert_eq!(kept.schedule().next, Some(at("2026-04-04T06:00:00Z")));
    });
}

/// An owner of many schedules that are due, and wait, keeps nobody else's waiting.
#[test]
fn every_owner_has_its_turn_before_anybody_has_a_second_one() {
    let mut rules = rules().clone();
    rules.followed = ["cn-gacc".parse().unwrap(), "eu-just".parse().unwrap()].into();
    let (kept, now) = (Kept::default(), "2026-01-10T12:00:00Z".parse().unwrap());
    let of = |hour| terms(&Days { hour, minute: 0, kind: DayKind::Every }, "UTC");
    block_on(async {
        for hour in 0..5 {
            kept.created_by("cn-gacc", &rules, &of(hour), now).await;
        }
        kept.created_by("eu-just", &rules, &of(10), now).await;
        let due = kept.due_of(&rules, 3, "2026-01-12T00:00:00Z".parse().unwrap()).await;
        assert_eq!(due, ["cn-gacc", "eu-just", "cn-gacc"]);
    });
}

#[test]
fn a_period_is_that_of_the_day_on_which_the_run_is_due() {
    let period = |kind, day: &str| {
        let days = Days { hour: 0, minute: 0, kind: DayKind::Every };
        let terms = ScheduleTerms { period: kind, ..terms(&days, "America/New_York") };
        let period = terms.period_of(day.parse().unwrap()).unwrap();
        assert_eq!(period.zone, "America/New_York");
        format!("{} {}", period.first, period.last)
    };
    use SchedulePeriod::{Previous24Months, PreviousDay, PreviousMonth, PreviousQuarter, PreviousYear};
    assert_eq!(period(PreviousMonth, "2026-01-01"), "2025-12-01 2025-12-31");
    assert_eq!(period(PreviousMonth, "2026-03-31"), "2026-02-01 2026-02-28");
    assert_eq!(period(PreviousQuarter, "2026-01-31"), "2025-10-01 2025-12-31");
    assert_eq!(period(PreviousQuarter, "2026-12-31"), "2026-07-01 2026-09-30");
    assert_eq!(period(PreviousYear, "2026-12-31"), "2025-01-01 2025-12-31");
    assert_eq!(period(Previous24Months, "2026-11-29"), "2024-11-01 2026-10-31");
    assert_eq!(period(PreviousDay, "2026-03-01"), "2026-02-28 2026-02-28");
    let days = |text: &str| text.parse::<Date>().unwrap();
    assert_eq!(days("2024-11-01") + 24.months(), days("2026-11-01"));
}
