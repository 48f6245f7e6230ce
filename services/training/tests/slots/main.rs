//! When a meeting suits everybody: in the weeks in which clocks change and holidays are, and against brute force.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that does not go on fails")]

use jiff::{
    SignedDuration, Timestamp,
    civil::{Time, Weekday, date, time},
};
use proptest::prelude::*;
use seamless_calendar::{Calendars, DayKind, Zones};
use seamless_training::domain::slots::{
    Availability, Found, Hours, Interval, Resource, Rule, Schedule, Side, SlotLimits, SlotQuestion, Stay,
};

const HUMANE: Hours = Hours { from: time(7, 0, 0, 0), to: time(22, 0, 0, 0) };
const OFFICE: Hours = Hours { from: time(9, 0, 0, 0), to: time(17, 0, 0, 0) };

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn side(name: &str, zone: &str, calendar: &str) -> Side {
    let stays = vec![Stay { from: None, zone: zone.into(), calendar: Some(calendar.into()) }];
    Side { name: name.into(), stays, humane: HUMANE, office: OFFICE, saturdays: false, busy: vec![] }
}

/// Brussels, Beijing, Ottawa and Washington, for 90 minutes.
fn four(from: &str, to: &str) -> SlotQuestion {
    SlotQuestion {
        schedule: Schedule {
            sides: vec![
                side("Brussels", "Europe/Brussels", "EU"),
                side("Beijing", "Asia/Shanghai", "CN"),
                side("Ottawa", "America/Toronto", "CA"),
                side("Washington", "America/New_York", "US"),
            ],
            resources: vec![],
            notice: 0,
        },
        minutes: 90,
        window: (at(from), at(to)),
        step: 30,
    }
}

/// The slots, of which each is taken by the function that books, and no other is.
fn found(question: &SlotQuestion) -> Found {
    let (calendars, zones) = (Calendars::embedded().unwrap(), Zones::bundled());
    let limits = SlotLimits { tries: 1_000_000, slots: 10_000 };
    assert_eq!(question.violations(limits), vec![]);
    assert_eq!(question.schedule.violations(&calendars, &zones), vec![]);
    let availability = Availability::new(question, &calendars, &zones, at("2026-01-01T00:00:00Z")).unwrap();
    let found = availability.find(limits.slots);
    for slot in &found.slots {
        assert_eq!(availability.fits(slot.start).as_ref(), Ok(slot));
        for time in &slot.times {
            assert_eq!(time.start.instant(&zones), Ok(slot.start), "a local time that there is");
        }
    }
    found
}

/// Local beginnings of the first side and UTC days, sorted.
fn local_starts(found: &Found, of: usize) -> Vec<String> {
    let mut starts: Vec<String> =
        found.slots.iter().map(|slot| slot.times[of].start.local().to_string()).collect();
    starts.sort();
    starts
}

#[test]
fn in_the_weeks_in_which_one_side_has_changed_its_clocks_the_hour_is_another_one() {
    // From here on America has summer time, Europe not yet: first noon in Brussels, then one o'clock.
    for (week, brussels, beijing) in [
        (("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"), "2026-03-02T13:00:00", "2026-03-02T20:00:00"),
        (("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z"), "2026-03-09T12:00:00", "2026-03-09T19:00:00"),
        (("2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z"), "2026-03-30T13:00:00", "2026-03-30T19:00:00"),
        (("2026-10-26T00:00:00Z", "2026-10-27T00:00:00Z"), "2026-10-26T12:00:00", "2026-10-26T19:00:00"),
        // 2 November is a holiday of the EU's institutions.
        (("2026-11-03T00:00:00Z", "2026-11-04T00:00:00Z"), "2026-11-03T13:00:00", "2026-11-03T20:00:00"),
    ] {
        let found = found(&four(week.0, week.1));
        assert_eq!(local_starts(&found, 0)[0], brussels);
        assert_eq!(local_starts(&found, 1)[0], beijing);
        assert_eq!(&local_starts(&found, 3)[0][11..], "07:00:00", "seven in Washington is the earliest");
    }
}

#[test]
fn no_slot_is_on_a_holiday_and_a_working_saturday_needs_the_others_leave() {
    let (calendars, zones) = (Calendars::embedded().unwrap(), Zones::bundled());
    let mut question = four("2026-09-28T00:00:00Z", "2026-10-12T00:00:00Z");
    let dates = |found: &Found| {
        let mut dates: Vec<String> =
            local_starts(found, 1).iter().map(|start| start[..10].to_owned()).collect();
        dates.dedup();
        dates
    };
    // China's National Day, 1 to 7 October; and Canada's of Truth and Reconciliation, 30 September.
    assert_eq!(dates(&found(&question)), ["2026-09-28", "2026-09-29", "2026-10-08", "2026-10-09"]);
    let refused = {
        let availability =
            Availability::new(&question, &calendars, &zones, at("2026-01-01T00:00:00Z")).unwrap();
        availability.fits(at("2026-10-01T11:00:00Z")).unwrap_err()
    };
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(
        refused[0].to_string().starts_with("Beijing: 2026-10-01 is a holiday, National Day"),
        "{}",
        refused[0]
    );
    // 10 October is worked in China.
    for side in [0, 2, 3] {
        assert!(!dates(&found(&question)).contains(&"2026-10-10".to_owned()));
        question.schedule.sides[side].saturdays = true;
    }
    let found = found(&question);
    assert!(dates(&found).contains(&"2026-10-10".to_owned()));
    assert!(!dates(&found).contains(&"2026-10-03".to_owned()));
    // … and stands behind every other day, with why.
    let last = found.slots.last().unwrap();
    assert_eq!(last.times[1].start.local().date(), date(2026, 10, 10));
    assert!(
        last.reasons
            .iter()
            .any(|why| why.to_string().starts_with("Beijing: worked in exchange for National Day"))
    );
}

#[test]
fn who_travels_is_asked_by_the_clocks_of_where_they_are() {
    let (calendars, zones) = (Calendars::embedded().unwrap(), Zones::bundled());
    let mut speaker = side("Speaker", "Asia/Shanghai", "CN");
    // In Beijing until Wednesday, in Brussels from Thursday.
    speaker.stays.push(Stay {
        from: Some(date(2026, 6, 11)),
        zone: "Europe/Brussels".into(),
        calendar: Some("EU".into()),
    });
    speaker.humane = OFFICE;
    let question = SlotQuestion {
        schedule: Schedule { sides: vec![speaker], resources: vec![], notice: 0 },
        minutes: 60,
        window: (at("2026-06-09T16:00:00Z"), at("2026-06-12T00:00:00Z")),
        step: 60,
    };
    let found = found(&question);
    let zone = |slot: &seamless_training::domain::slots::Ranked| slot.times[0].start.zone().to_owned();
    let wednesday: Vec<String> = found
        .slots
        .iter()
        .filter(|slot| zone(slot) == "Asia/Shanghai")
        .map(|slot| slot.start.to_string())
        .collect();
    let thursday: Vec<String> = found
        .slots
        .iter()
        .filter(|slot| zone(slot) == "Europe/Brussels")
        .map(|slot| slot.start.to_string())
        .collect();
    assert_eq!((wednesday[0].as_str(), wednesday.len()), ("2026-06-10T01:00:00Z", 8));
    assert_eq!((thursday[0].as_str(), thursday.len()), ("2026-06-11T07:00:00Z", 8));
    let availability = Availability::new(&question, &calendars, &zones, at("2026-01-01T00:00:00Z")).unwrap();
    let refused = availability.fits(at("2026-06-10T21:30:00Z")).unwrap_err();
    assert!(refused.iter().any(|one| one.rule == Rule::Travels), "{refused:?}");
}

#[test]
fn an_empty_answer_says_which_side_and_rule_left_nothing() {
    // Beijing's morning is Ottawa's evening, and then it is night in Brussels.
    let mut question = four("2026-02-02T00:00:00Z", "2026-02-07T00:00:00Z");
    for side in &mut question.schedule.sides {
        side.humane = Hours { from: time(8, 0, 0, 0), to: time(21, 0, 0, 0) };
    }
    let told = |question: &SlotQuestion| {
        let found = found(question);
        assert!(found.slots.is_empty());
        found.left_nothing.iter().map(|one| format!("{} {}", one.side, one.rule)).collect::<Vec<_>>()
    };
    let both = told(&question);
    assert_eq!(both, ["Ottawa hours", "Beijing hours", "Brussels hours"]);
    // A room that is taken all week leaves nothing by itself.
    question.schedule.resources.push(Resource { name: "Room 3".into(), busy: vec![question.window] });
    assert_eq!(told(&question), ["Room 3 busy"]);
    question.schedule.notice = 60 * 24 * 365;
    question.schedule.resources.clear();
    assert_eq!(told(&question), [" notice"]);
    question.window.1 = question.window.0 + SignedDuration::from_mins(30);
    assert_eq!(told(&question), [" window"]);
}

#[test]
fn a_slot_within_everybodys_office_hours_stands_before_an_earlier_one() {
    let mut question = four("2026-05-04T00:00:00Z", "2026-05-06T00:00:00Z");
    question.schedule.sides.truncate(1);
    question.schedule.sides[0].stays[0].calendar = Some("BE".into());
    question.minutes = 60;
    let first = found(&question).slots[0].clone();
    assert_eq!((first.times[0].start.local(), first.reasons), (date(2026, 5, 4).at(9, 0, 0, 0), vec![]));
    // Once nine is taken, ten is best; half past eight still stands behind four o'clock.
    question.schedule.sides[0].busy.push((at("2026-05-04T07:00:00Z"), at("2026-05-04T08:00:00Z")));
    let slots = found(&question).slots;
    assert_eq!(slots[0].times[0].start.local(), date(2026, 5, 4).at(10, 0, 0, 0));
    let early = slots.iter().find(|slot| slot.times[0].start.local().time() == time(7, 0, 0, 0)).unwrap();
    assert_eq!(early.reasons[0].to_string(), "Brussels: begins 120 minutes before the office hours");
}

#[test]
fn everything_that_is_wrong_with_a_question_is_told_at_once() {
    let (calendars, zones) = (Calendars::embedded().unwrap(), Zones::bundled());
    let mut question = four("2026-02-02T00:00:00Z", "2026-02-01T00:00:00Z");
    question.schedule.sides[0].stays[0].zone = "Europe/Brusels".into();
    question.schedule.sides[1].stays[0].calendar = Some("XX".into());
    question.schedule.sides[2].humane = Hours { from: time(9, 0, 0, 0), to: time(8, 0, 0, 0) };
    question.schedule.sides[3].stays.push(Stay { from: None, zone: "UTC".into(), calendar: None });
    question.step = 0;
    let limits = SlotLimits { tries: 400, slots: 10 };
    let told = question.schedule.violations(&calendars, &zones);
    let told: Vec<String> =
        told.into_iter().chain(question.violations(limits)).map(|one| one.field).collect();
    let wanted = [
        "sides[0].stays[0].zone",
        "sides[1].stays[0].calendar",
        "sides[2].humane_hours",
        "sides[3].stays[1].from",
        "step_minutes",
        "end_time",
    ];
    assert_eq!(told, wanted);
    let wrong = |minutes: i64| {
        let mut question = four("2026-02-02T00:00:00Z", "2026-02-02T00:00:00Z");
        (question.step, question.window.1) = (1, question.window.0 + SignedDuration::from_mins(minutes));
        question.violations(limits).len()
    };
    assert_eq!((wrong(100), wrong(101)), (0, 1), "a hundred beginnings may be tried for four sides");
}

/// Minute by minute, by each side's clocks.
fn suits(question: &SlotQuestion, start: Timestamp, calendars: &Calendars, zones: &Zones) -> bool {
    let minute = |count: u32| start + SignedDuration::from_mins(i64::from(count));
    let busy = |all: &[Interval], at: Timestamp| all.iter().any(|(from, to)| *from <= at && at < *to);
    (0..question.minutes).all(|count| {
        let at = minute(count);
        let of_side = |side: &Side| {
            let here = |stay: &&Stay| {
                stay.from.is_none_or(|from| zones.local(at, &stay.zone).unwrap().date() >= from)
            };
            let there = |stay: &&Stay| {
                stay.from.is_none_or(|from| zones.local(start, &stay.zone).unwrap().date() >= from)
            };
            let stay = side.stays.iter().rfind(here).unwrap();
            let began = zones.local(start, &stay.zone).unwrap().date();
            let local = zones.local(at, &stay.zone).unwrap();
            let day = calendars.is_working_day(stay.calendar.as_deref().unwrap(), local.date()).unwrap().kind;
            let is_open = day.is_working()
                || (side.saturdays && day == DayKind::Weekend && local.date().weekday() == Weekday::Saturday);
            let ends = if side.humane.to == Time::midnight() { Time::MAX } else { side.humane.to };
            is_open
                && side.stays.iter().rfind(there).unwrap() == stay
                && began == local.date()
                && local.time() >= side.humane.from
                && local.time() < ends
                && !busy(&side.busy, at)
        };
        question.schedule.sides.iter().all(of_side)
            && !question.schedule.resources.iter().any(|one| busy(&one.busy, at))
    })
}

fn any_side() -> impl Strategy<Value = Side> {
    let places = prop::sample::select(vec![
        ("Europe/Brussels", "EU"),
        ("Asia/Shanghai", "CN"),
        ("America/Toronto", "CA"),
        ("America/New_York", "US"),
        ("Asia/Kolkata", "NL"),
        ("Pacific/Auckland", "BE"),
    ]);
    let busy = prop::collection::vec((0..14 * 96_i64, 1..40_i64), 0..12);
    let travels = prop::option::of((1..14_i64, places.clone()));
    (places, 0..10_i8, prop::sample::select(vec![0_i8, 15, 18, 21, 23]), any::<bool>(), busy, travels)
        .prop_map(|((zone, calendar), from, to, saturdays, busy, travels)| {
            let mut side = side(zone, zone, calendar);
            side.humane = Hours { from: time(from, 0, 0, 0), to: time(to, 0, 0, 0) };
            (side.saturdays, side.busy) = (saturdays, busy.into_iter().map(quarters).collect());
            if let Some((day, (zone, calendar))) = travels {
                let from = date(2026, 9, 25).saturating_add(jiff::Span::new().days(day));
                side.stays.push(Stay {
                    from: Some(from),
                    zone: zone.into(),
                    calendar: Some(calendar.into()),
                });
            }
            side
        })
}

fn quarters((from, length): (i64, i64)) -> Interval {
    let begin = at("2026-09-25T00:00:00Z") + SignedDuration::from_mins(from * 15);
    (begin, begin + SignedDuration::from_mins(length * 15))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The slots are those that a slow count finds, no more and no fewer; what leaves none really leaves none.
    #[test]
    fn the_slots_are_those_of_brute_force(
        sides in prop::collection::vec(any_side(), 1..4),
        room in prop::collection::vec((0..14 * 96_i64, 1..40_i64), 0..6),
        shift in prop::sample::select(vec![0_i64, 30]),
        minutes in prop::sample::select(vec![15_u32, 45, 90]),
    ) {
        let (calendars, zones) = (Calendars::embedded().unwrap(), Zones::bundled());
        // Over 1 October, and, a month later, over the change of clocks in Europe.
        let shifted = |instant: Timestamp| instant + SignedDuration::from_hours(24 * shift);
        let mut question = SlotQuestion {
            schedule: Schedule {
                sides,
                resources: vec![Resource { name: "room".into(), busy: room.into_iter().map(quarters).collect() }],
                notice: 0,
            },
            minutes,
            window: (shifted(at("2026-09-25T00:00:00Z")), shifted(at("2026-10-09T00:00:00Z"))),
            step: 45,
        };
        for side in &mut question.schedule.sides {
            side.busy = side.busy.iter().map(|(from, to)| (shifted(*from), shifted(*to))).collect();
        }
        let found = found(&question);
        let mut starts: Vec<Timestamp> = found.slots.iter().map(|slot| slot.start).collect();
        starts.sort();
        let (from, to) = question.window;
        let length = SignedDuration::from_mins(i64::from(minutes));
        let all = (0..).map(|step| from + SignedDuration::from_mins(step * 45)).take_while(|start| *start + length <= to);
        let wanted: Vec<Timestamp> = all.filter(|start| suits(&question, *start, &calendars, &zones)).collect();
        prop_assert_eq!(starts, wanted);
        prop_assert_eq!(found.slots.is_empty(), !found.left_nothing.is_empty());
    }
}
