//! Meetings that come again.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

mod zone_files;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_calendar::{
    Occurrence, Rule, RuleEnd, Series, SeriesLimits, SeriesProblem, Until, WallTime, Zones,
};

const LIMITS: SeriesLimits = SeriesLimits { meetings: 500, exceptions: 100 };

fn local(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn start(text: &str, zone: &str) -> WallTime {
    WallTime::new(local(text), zone, None, &Zones::bundled()).unwrap()
}

fn series(text: &str, zone: &str, rule: &str) -> Series {
    Series { start: start(text, zone), rule: rule.parse().unwrap(), left_out: [].into(), moved: [].into() }
}

/// The local times that a rule gives, `MM-DD HH:MM`.
fn given(text: &str, zone: &str, rule: &str, most: usize) -> Vec<String> {
    let rule: Rule = rule.parse().unwrap();
    let times = rule.times(&start(text, zone), &Zones::bundled()).unwrap().take(most);
    times.map(|(local, _)| local.strftime("%m-%d %H:%M").to_string()).collect()
}

fn instants(series: &Series) -> Vec<String> {
    let occurrences = series.occurrences(LIMITS.meetings, &Zones::bundled()).unwrap();
    occurrences.map(|occurrence| occurrence.instant.to_string()).collect()
}

#[test]
fn a_weekly_meeting_keeps_its_local_time_over_the_change_of_the_clocks() {
    let weekly = series("2026-10-13T15:00", "Europe/Brussels", "FREQ=WEEKLY;COUNT=4");
    assert_eq!(
        instants(&weekly),
        ["2026-10-13T13:00:00Z", "2026-10-20T13:00:00Z", "2026-10-27T14:00:00Z", "2026-11-03T14:00:00Z"]
    );
    // In Winnipeg the clocks are not changed any more.
    let weekly = series("2026-10-27T09:00", "America/Winnipeg", "FREQ=WEEKLY;COUNT=2");
    assert_eq!(instants(&weekly), ["2026-10-27T14:00:00Z", "2026-11-03T14:00:00Z"]);
}

#[test]
fn the_rules_that_working_groups_go_by_give_the_days_that_they_name() {
    for (from, rule, days) in [
        ("2026-01-06T09:00", "FREQ=MONTHLY;BYDAY=1TU", &["01-06 09:00", "02-03 09:00", "03-03 09:00"][..]),
        ("2026-01-30T09:00", "FREQ=MONTHLY;BYDAY=-1FR", &["01-30 09:00", "02-27 09:00", "03-27 09:00"]),
        // The last working day of a quarter.
        (
            "2026-03-31T09:00",
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            &["03-31 09:00", "06-30 09:00", "09-30 09:00", "12-31 09:00"],
        ),
        // The 31st of the months that have one.
        ("2026-01-31T09:00", "FREQ=MONTHLY", &["01-31 09:00", "03-31 09:00", "05-31 09:00"]),
        ("2024-02-29T09:00", "FREQ=YEARLY;COUNT=2", &["02-29 09:00", "02-29 09:00"]),
        // Twice a day, in the morning and in the afternoon.
        (
            "2026-01-05T09:30",
            "FREQ=DAILY;BYHOUR=9,14;COUNT=3",
            &["01-05 09:30", "01-05 14:30", "01-06 09:30"],
        ),
        // A week is one from Sunday on, or from Monday on [RFC 5545, 3.8.5.3].
        (
            "1997-08-05T09:00",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            &["08-05 09:00", "08-10 09:00", "08-19 09:00", "08-24 09:00"],
        ),
        (
            "1997-08-05T09:00",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            &["08-05 09:00", "08-17 09:00", "08-19 09:00", "08-31 09:00"],
        ),
        // Week 20 on the weekday of the start; week 1 also where it begins in the old year, whatever the rule ends with there.
        ("1997-05-12T09:00", "FREQ=YEARLY;BYWEEKNO=20", &["05-12 09:00", "05-11 09:00", "05-17 09:00"]),
        ("2025-12-29T09:00", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;UNTIL=20251231", &["12-29 09:00"]),
        (
            "2020-01-06T09:00",
            "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;UNTIL=20301231",
            &["12-28 09:00", "12-28 09:00"],
        ),
        ("1997-05-19T09:00", "FREQ=YEARLY;BYDAY=20MO", &["05-19 09:00", "05-18 09:00", "05-17 09:00"]),
        (
            "1997-01-01T09:00",
            "FREQ=YEARLY;BYYEARDAY=1,-1;COUNT=3",
            &["01-01 09:00", "12-31 09:00", "01-01 09:00"],
        ),
        // Election day in the United States: the first Tuesday after a Monday in November.
        (
            "1996-11-05T09:00",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            &["11-05 09:00", "11-07 09:00", "11-02 09:00"],
        ),
        // What no calendar has ends.
        ("2026-01-01T09:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", &[]),
        ("2026-01-01T09:00", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", &[]),
        ("2026-01-01T09:00", "FREQ=YEARLY;INTERVAL=4294967295", &["01-01 09:00"]),
    ] {
        let most = if rule.contains("COUNT") || rule.contains("UNTIL") { 100 } else { days.len().max(1) };
        let found = given(from, "Europe/Brussels", rule, most);
        assert!(
            found.starts_with(&days.iter().map(|day| (*day).to_owned()).collect::<Vec<_>>()),
            "{rule}: {found:?}"
        );
        assert!(
            found.len() == days.len() || !rule.contains("COUNT") && !rule.contains("UNTIL"),
            "{rule}: {found:?}"
        );
    }
}

#[test]
fn a_time_that_the_clocks_skip_is_left_out_and_not_counted_and_one_that_comes_twice_is_held_once() {
    let nightly = series("2026-03-28T02:30", "Europe/Brussels", "FREQ=DAILY;COUNT=3");
    assert_eq!(instants(&nightly), ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"]);
    let (written, left_out) = nightly.as_written(500, &Zones::bundled()).unwrap();
    assert_eq!(
        written.to_string(),
        "FREQ=DAILY;UNTIL=20260331T003000Z",
        "others would count the skipped one"
    );
    assert_eq!(left_out, [local("2026-03-29T02:30")].into());
    let nightly = series("2026-10-24T02:30", "Europe/Brussels", "FREQ=DAILY;COUNT=3");
    assert_eq!(nightly.as_written(500, &Zones::bundled()).unwrap(), (nightly.rule.clone(), [].into()));
    assert_eq!(instants(&nightly), ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    let zones = Zones::bundled();
    let later = WallTime::new(local("2026-10-25T02:30"), "Europe/Brussels", Some(true), &zones).unwrap();
    let nightly = Series { start: later, rule: "FREQ=DAILY;COUNT=2".parse().unwrap(), ..nightly };
    assert_eq!(instants(&nightly), ["2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"]);
    // Every year at a time that is skipped every year: nothing, and soon.
    let never = given("2026-03-08T03:30", "America/New_York", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;BYHOUR=2", 1);
    assert_eq!(never, Vec::<String>::new());
}

#[test]
fn the_last_moment_is_an_instant_a_local_time_or_a_day() {
    // Nine in the evening in New York is one or two in the morning of the next day in UTC.
    for (until, count) in [
        ("20260311T010000Z", 4),
        ("20260311T005959Z", 3),
        ("20260310T210000", 4),
        ("20260310T205959", 3),
        ("20260310", 4),
        ("20260309", 3),
    ] {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        assert_eq!(given("2026-03-07T21:00", "America/New_York", &rule, 100).len(), count, "{until}");
    }
    // Invitations carry the instant: also of a time that the clocks skip, or show twice.
    for (from, until, carried) in [
        ("2026-03-01T01:45", "20260329", "20260329T215959Z"),
        ("2026-03-01T01:45", "20260329T023000", "20260329T005959Z"),
        ("2026-10-01T02:30", "20261025T023000", "20261025T003000Z"),
        ("2026-10-01T02:30", "20261025T003000Z", "20261025T003000Z"),
    ] {
        let (start, zones) = (start(from, "Europe/Brussels"), Zones::bundled());
        let rule: Rule = format!("FREQ=DAILY;BYHOUR=1,2,3;UNTIL={until}").parse().unwrap();
        let carries = rule.until_as_instant(&start, &zones).unwrap();
        assert_eq!(carries.to_string(), format!("FREQ=DAILY;UNTIL={carried};BYHOUR=1,2,3"));
        let times =
            |rule: &Rule| rule.times(&start, &zones).unwrap().map(|(local, _)| local).collect::<Vec<_>>();
        assert_eq!(times(&carries), times(&rule), "{until}");
    }
}

#[test]
fn a_meeting_is_left_out_and_another_one_moved_and_each_is_known_by_the_time_that_it_had() {
    let mut working_group = series("2026-09-08T15:00", "Europe/Brussels", "FREQ=WEEKLY;COUNT=4");
    working_group.left_out.insert(local("2026-09-15T15:00"));
    // It is held in Beijing, a day after the next one.
    let beijing = start("2026-09-30T09:00", "Asia/Shanghai");
    working_group.moved.insert(local("2026-09-22T15:00"), beijing.clone());
    assert_eq!(working_group.check(LIMITS, &Zones::bundled()), Ok(()));

    let stored = serde_json::to_string(&working_group).unwrap();
    assert_eq!(
        stored,
        "{\"start\":{\"local\":\"2026-09-08T15:00:00\",\"zone\":\"Europe/Brussels\"},\"rule\":\"FREQ=WEEKLY;COUNT=4\",\
         \"left_out\":[\"2026-09-15T15:00:00\"],\
         \"moved\":{\"2026-09-22T15:00:00\":{\"local\":\"2026-09-30T09:00:00\",\"zone\":\"Asia/Shanghai\"}}}"
    );
    let read: Series = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, working_group);

    let held: Vec<Occurrence> = read.occurrences(LIMITS.meetings, &Zones::bundled()).unwrap().collect();
    let seen: Vec<(String, String)> =
        held.iter().map(|meeting| (meeting.id.to_string(), meeting.instant.to_string())).collect();
    assert_eq!(
        seen,
        [
            ("2026-09-08T15:00:00", "2026-09-08T13:00:00Z"),
            ("2026-09-29T15:00:00", "2026-09-29T13:00:00Z"),
            ("2026-09-22T15:00:00", "2026-09-30T01:00:00Z"),
        ]
        .map(|(id, instant)| (id.to_owned(), instant.to_owned()))
    );
    assert_eq!((&held[2].at, held[1].at.local()), (&beijing, held[1].id));
}

#[test]
fn zone_data_that_changes_moves_the_meetings_behind_the_change_alone() {
    let folder = zone_files::folder("2025b", &[("America/Winnipeg", -6, "CST6CDT,M3.2.0,M11.1.0")]);
    let before = Zones::from_folder(folder.path()).unwrap();
    let weekly = series("2026-10-19T09:00", "America/Winnipeg", "FREQ=WEEKLY;COUNT=4");
    let moved: Vec<String> = weekly
        .occurrences(LIMITS.meetings, &before)
        .unwrap()
        .filter_map(|told| told.at.moved(told.instant, &Zones::bundled()).unwrap())
        .map(|moved| format!("{} {} {}", moved.at.local(), moved.told, moved.now))
        .collect();
    assert_eq!(
        moved,
        [
            "2026-11-02T09:00:00 2026-11-02T15:00:00Z 2026-11-02T14:00:00Z",
            "2026-11-09T09:00:00 2026-11-09T15:00:00Z 2026-11-09T14:00:00Z"
        ]
    );
}

#[test]
fn a_series_is_refused_with_everything_that_is_wrong_and_what_is_wanted() {
    let refused = |series: &Series| -> Vec<String> {
        let problems = series.check(LIMITS, &Zones::bundled()).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
    };
    let good = series("2026-01-06T09:00", "UTC", "FREQ=WEEKLY;COUNT=500");
    assert_eq!(good.check(LIMITS, &Zones::bundled()), Ok(()));

    let mut endless = Series { rule: "FREQ=WEEKLY".parse().unwrap(), ..good.clone() };
    endless.moved = (0..100_000)
        .map(|second| local("2026-01-06T09:00") + SignedDuration::from_secs(second))
        .map(|at| (at, good.start.clone()))
        .collect();
    assert_eq!(
        refused(&endless),
        [
            "100000 meetings are moved, at most 100 are wanted: a new series says it in fewer words",
            "the rule never ends: it wants COUNT or UNTIL"
        ]
    );
    let too_many = Series { rule: "FREQ=WEEKLY;COUNT=501".parse().unwrap(), ..good.clone() };
    assert_eq!(
        refused(&too_many),
        ["the rule gives more than 500 meetings: it wants a smaller COUNT or an earlier UNTIL"]
    );
    let nothing = Series { rule: "FREQ=WEEKLY;UNTIL=20260105".parse().unwrap(), ..good.clone() };
    assert_eq!(refused(&nothing), ["the rule gives no meeting from 2026-01-06T09:00:00 on"]);

    let mut wrong = Series { rule: "FREQ=WEEKLY;BYDAY=WE;COUNT=2".parse().unwrap(), ..good.clone() };
    wrong.left_out = ["2026-01-07T09:00", "2026-01-14T09:00", "2026-01-21T09:00"].map(local).into();
    wrong.moved = [("2026-01-07T09:00", "2026-01-08T09:00"), ("2026-01-07T10:00", "2026-01-08T09:00")]
        .map(|(id, to)| (local(id), start(to, "UTC")))
        .into();
    assert_eq!(
        refused(&wrong),
        [
            "the rule does not give 2026-01-06T09:00:00, at which the series starts; the first that it gives is \
             2026-01-07T09:00:00",
            "2026-01-21T09:00:00 is to be left out, but the rule gives no meeting then",
            "2026-01-07T10:00:00 is to be moved, but the rule gives no meeting then",
            "2026-01-07T09:00:00 is to be left out and to be moved",
            "every meeting is left out",
        ]
    );
    assert!(matches!(refused(&wrong).len(), 5));
    let problems = too_many.check(SeriesLimits { meetings: 0, exceptions: 0 }, &Zones::bundled());
    assert_eq!(problems, Err(vec![SeriesProblem::TooMany { most: 0 }]));
}

#[test]
fn a_rule_is_refused_with_everything_that_is_wrong_and_what_is_wanted() {
    let refused = |rule: &str| rule.parse::<Rule>().unwrap_err().to_string();
    for (rule, wrong) in [
        (
            "",
            "RRULE: no rule has the part \"\", there are FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSECOND, BYSETPOS, WKST; FREQ: is missing; it is one of DAILY, WEEKLY, MONTHLY, YEARLY",
        ),
        (
            "FREQ=HOURLY",
            "FREQ: wants DAILY, WEEKLY, MONTHLY or YEARLY (several times in a day by BYHOUR), got \"HOURLY\"",
        ),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ: stands there twice"),
        ("FREQ=DAILY;COUNT=0", "COUNT: wants a whole number from 1, got \"0\""),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "UNTIL: stands beside COUNT; one of them ends a rule"),
        (
            "FREQ=DAILY;UNTIL=2026-01-01",
            "UNTIL: wants 20261231T230000Z, an instant, 20261231T235959, a local time, or 20261231, a whole day, got \"2026-01-01\"",
        ),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY: does not go with FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY: a place, as in 1MO, does not go with FREQ=WEEKLY"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY: a place, as in 1MO, does not go with BYWEEKNO"),
        (
            "FREQ=MONTHLY;BYWEEKNO=54",
            "BYWEEKNO: wants numbers from 1 to 53, or from -53 to -1, counted from the end, got \"54\"",
        ),
        (
            "FREQ=MONTHLY;BYWEEKNO=1;BYYEARDAY=1",
            "BYWEEKNO: goes with FREQ=YEARLY, not with MONTHLY; BYYEARDAY: goes with FREQ=YEARLY, not with MONTHLY",
        ),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS: wants another BY part to choose from"),
        ("FREQ=DAILY;BYSECOND=60", "BYSECOND: wants numbers from 0 to 59, got \"60\""),
        (
            "FREQ=DAILY;BYHOUR=8,9;BYMINUTE=0,1,2,3,4,5,6;BYSECOND=0,1,2,3,4,5,6",
            "BYHOUR: gives 98 times a day with BYMINUTE and BYSECOND, at most 96 are wanted",
        ),
        (
            "FREQ=DAILY;BYDAY=,0MO,é",
            "BYDAY: wants weekdays: MO, TU, WE, TH, FR, SA, SU, with a place from 1 to 53 or -53 to -1 before it, as in -1FR, got \"\"; BYDAY: wants weekdays: MO, TU, WE, TH, FR, SA, SU, with a place from 1 to 53 or -53 to -1 before it, as in -1FR, got \"0MO\"; BYDAY: wants weekdays: MO, TU, WE, TH, FR, SA, SU, with a place from 1 to 53 or -53 to -1 before it, as in -1FR, got \"é\"",
        ),
        (
            "FREQ=MONTHLY;INTERVAL=x;WKST=XX",
            "INTERVAL: wants a whole number from 1, got \"x\"; WKST: wants a weekday: MO, TU, WE, TH, FR, SA or SU, got \"XX\"",
        ),
    ] {
        assert_eq!(refused(rule), wrong, "{rule}");
    }
    assert_eq!(refused(&"A".repeat(2_001)), "RRULE: has 2001 bytes, at most 2000 are read");
    let stored = serde_json::from_str::<Rule>("\"freq=weekly;byday=tu,mo;wkst=su\"").unwrap();
    assert_eq!(serde_json::to_string(&stored).unwrap(), "\"FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU\"");
}

/// A rule, from lists of numbers of which each is some part's.
fn rule() -> impl Strategy<Value = String> {
    let list = |values: &'static [&'static str]| {
        prop::option::weighted(0.3, prop::sample::subsequence(values, 1..=3))
    };
    let parts = (
        prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        1..5_u32,
        list(&["1", "3", "10", "11"]),
        list(&["1", "13", "28", "31", "-1"]),
        list(&["MO", "TU", "WE", "FR", "SU"]),
        list(&["0", "2", "9", "23"]),
        prop::option::weighted(0.2, prop::sample::select(vec!["1", "-1", "2"])),
    );
    parts.prop_map(|(frequency, interval, months, month_days, days, hours, position)| {
        let mut rule = format!("FREQ={frequency};INTERVAL={interval}");
        let month_days = month_days.filter(|_| frequency != "WEEKLY");
        let chooses = [&months, &month_days, &days, &hours].iter().any(|part| part.is_some());
        for (part, values) in
            [("BYMONTH", months), ("BYMONTHDAY", month_days), ("BYDAY", days), ("BYHOUR", hours)]
        {
            rule += &values.map(|values| format!(";{part}={}", values.join(","))).unwrap_or_default();
        }
        rule + &position
            .filter(|_| chooses)
            .map(|position| format!(";BYSETPOS={position}"))
            .unwrap_or_default()
    })
}

fn whenever() -> impl Strategy<Value = WallTime> {
    let seats =
        ["Europe/Brussels", "Asia/Shanghai", "America/Toronto", "America/New_York", "America/Winnipeg"];
    let times = (0..730_i64, 0..24_i64, prop::sample::select(seats.to_vec()));
    times.prop_filter_map("clocks are changed then", |(days, hours, seat)| {
        let at = local("2026-01-01T00:30") + SignedDuration::from_hours(24 * days + hours);
        WallTime::new(at, seat, None, &Zones::bundled()).ok()
    })
}

proptest! {
    #[test]
    fn what_a_rule_gives_is_in_order_on_its_clocks_and_what_it_gives_with_a_nearer_end(
        rule in rule(), start in whenever(), fewer in 1..30_usize,
    ) {
        let zones = Zones::bundled();
        let zone = zones.get(start.zone()).unwrap();
        let times = |rule: &str| -> Vec<(DateTime, Timestamp)> {
            rule.parse::<Rule>().unwrap().times(&start, &zones).unwrap().take(60).collect()
        };
        let all = times(&rule);
        prop_assert_eq!(&times(&rule.parse::<Rule>().unwrap().to_string()), &all);
        prop_assert!(all.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1));
        for (local, instant) in &all {
            prop_assert!(*local >= start.local());
            prop_assert_eq!(zone.to_datetime(*instant), *local);
        }
        let fewer = fewer.min(all.len());
        prop_assert_eq!(&times(&format!("{rule};COUNT={}", fewer.max(1)))[..], &all[..fewer.max(1).min(all.len())]);
        if let Some((last_local, last)) = fewer.checked_sub(1).and_then(|last| all.get(last)) {
            for until in [last.strftime("%Y%m%dT%H%M%SZ"), last_local.strftime("%Y%m%dT%H%M%S")] {
                let ends = format!("{rule};UNTIL={until}");
                prop_assert_eq!(&times(&ends)[..], &all[..fewer]);
                let carried = ends.parse::<Rule>().unwrap().until_as_instant(&start, &zones).unwrap();
                prop_assert_eq!(&times(&carried.to_string())[..], &all[..fewer]);
            }
        }
    }
    /// A program that knows of no skipped times gives them an hour later, and counts them; of what is written it has the same
    /// meetings.
    #[test]
    fn what_is_written_of_a_series_is_the_same_to_who_moves_skipped_times(
        rule in rule(), start in whenever(), count in 1..40_usize,
    ) {
        let zones = Zones::bundled();
        let zone = zones.get(start.zone()).unwrap();
        let rule = format!("{rule};COUNT={count}").parse().unwrap();
        let series = Series { start: start.clone(), rule, left_out: [].into(), moved: [].into() };
        let meetings: Vec<Timestamp> = series.occurrences(100, &zones).unwrap().map(|one| one.instant).collect();
        let (written, left_out) = series.as_written(100, &zones).unwrap();
        let on_its_clocks = |local: DateTime| zone.to_timestamp(local).unwrap();
        let until = match written.end() {
            Some(RuleEnd::Until(Until::Instant(until))) => until,
            _ => Timestamp::MAX,
        };
        let endless = written.to_string().split(';').filter(|part| !part.starts_with("UNTIL")).collect::<Vec<_>>().join(";");
        // Where no clocks are changed, a rule gives every local time.
        let everywhere = WallTime::new(start.local(), "Etc/UTC", None, &zones).unwrap();
        let seen: Vec<Timestamp> = endless
            .parse::<Rule>()
            .unwrap()
            .times(&everywhere, &zones)
            .unwrap()
            .map(|(local, _)| (local, on_its_clocks(local)))
            .take_while(|(_, instant)| *instant <= until)
            .filter(|(local, _)| !left_out.contains(local))
            .map(|(_, instant)| instant)
            .take(200)
            .collect();
        prop_assert_eq!(seen, meetings);
    }
}
