//! Local times of authorities on both sides of a trade route, over the changes of their clocks.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

mod zone_files;

use jiff::civil::{DateTime, date};
use jiff::{Timestamp, ToSpan};
use seamless_calendar::{CalendarError, Reading, WallTime, WallTimeError, Zones};

/// Where the authorities sit: DG JUST, GACC, Health Canada, CPSC, and a laboratory in Manitoba.
const SEATS: [&str; 5] =
    ["Europe/Brussels", "Asia/Shanghai", "America/Toronto", "America/New_York", "America/Winnipeg"];

fn local(text: &str) -> DateTime {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn agreed(text: &str, zone: &str) -> WallTime {
    WallTime::new(local(text), zone, None, &Zones::bundled()).unwrap()
}

/// What the clocks of each seat show.
fn seen_by_all(instant: Timestamp) -> [String; 5] {
    SEATS.map(|seat| Zones::bundled().local(instant, seat).unwrap().strftime("%d %H:%M").to_string())
}

#[test]
fn a_weekly_webinar_of_brussels_is_at_other_hours_in_the_weeks_in_which_one_side_alone_has_changed_its_clocks()
 {
    // From 2026 on Winnipeg keeps the clocks of its summer.
    for (day, shown) in [
        ("2026-03-05", ["05 15:00", "05 22:00", "05 09:00", "05 09:00", "05 08:00"]),
        ("2026-03-12", ["12 15:00", "12 22:00", "12 10:00", "12 10:00", "12 09:00"]),
        ("2026-03-26", ["26 15:00", "26 22:00", "26 10:00", "26 10:00", "26 09:00"]),
        ("2026-04-02", ["02 15:00", "02 21:00", "02 09:00", "02 09:00", "02 08:00"]),
        ("2026-10-22", ["22 15:00", "22 21:00", "22 09:00", "22 09:00", "22 08:00"]),
        ("2026-10-29", ["29 15:00", "29 22:00", "29 10:00", "29 10:00", "29 09:00"]),
        ("2026-11-05", ["05 15:00", "05 22:00", "05 09:00", "05 09:00", "05 09:00"]),
        ("2027-03-11", ["11 15:00", "11 22:00", "11 09:00", "11 09:00", "11 09:00"]),
        ("2027-03-18", ["18 15:00", "18 22:00", "18 10:00", "18 10:00", "18 09:00"]),
        ("2027-04-01", ["01 15:00", "01 21:00", "01 09:00", "01 09:00", "01 08:00"]),
        ("2027-11-02", ["02 15:00", "02 22:00", "02 10:00", "02 10:00", "02 09:00"]),
        ("2027-11-09", ["09 15:00", "09 22:00", "09 09:00", "09 09:00", "09 09:00"]),
    ] {
        let webinar = agreed(&format!("{day}T15:00"), "Europe/Brussels");
        assert_eq!(seen_by_all(webinar.instant(&Zones::bundled()).unwrap()), shown, "{day}");
    }
}

#[test]
fn a_meeting_late_in_washington_is_on_the_next_day_in_beijing() {
    let meeting = agreed("2026-12-31T20:30", "America/New_York").instant(&Zones::bundled()).unwrap();
    assert_eq!(seen_by_all(meeting), ["01 02:30", "01 09:30", "31 20:30", "31 20:30", "31 20:30"]);
}

#[test]
fn a_time_that_the_clocks_skip_is_refused_with_the_day_and_both_times_that_can_be_meant() {
    let zones = Zones::bundled();
    for (time, zone, refused) in [
        (
            "2026-03-29T02:30",
            "Europe/Brussels",
            "2026-03-29T02:30:00 does not exist in Europe/Brussels: on 2026-03-29 the clocks go from 2026-03-29T02:00:00 \
             straight to 2026-03-29T03:00:00; 2026-03-29T01:30:00+01:00 or 2026-03-29T03:30:00+02:00 can be meant",
        ),
        (
            "2027-03-14T02:00",
            "America/Toronto",
            "2027-03-14T02:00:00 does not exist in America/Toronto: on 2027-03-14 the clocks go from 2027-03-14T02:00:00 \
             straight to 2027-03-14T03:00:00; 2027-03-14T01:00:00-05:00 or 2027-03-14T03:00:00-04:00 can be meant",
        ),
    ] {
        // To say which is meant does not help: it is neither.
        for later in [None, Some(false), Some(true)] {
            let error = WallTime::new(local(time), zone, later, &zones).unwrap_err();
            assert_eq!(error.to_string(), refused);
        }
    }
    // The days of the changes, of both years, in every seat that has them.
    for (seat, skipped) in [
        ("Europe/Brussels", &["2026-03-29T02:59:59", "2027-03-28T02:00"][..]),
        ("Asia/Shanghai", &[]),
        ("America/Toronto", &["2026-03-08T02:59:59", "2027-03-14T02:30"]),
        ("America/New_York", &["2026-03-08T02:30", "2027-03-14T02:59:59"]),
        ("America/Winnipeg", &["2026-03-08T02:30"]),
    ] {
        let mut found = Vec::new();
        for time in ["2026-03-08T02:30", "2026-03-29T02:30", "2027-03-14T02:30", "2027-03-28T02:30"] {
            let made = WallTime::new(local(time), seat, None, &zones);
            found.extend(matches!(made, Err(WallTimeError::Skipped { .. })).then_some(local(time).date()));
        }
        assert_eq!(found, skipped.iter().map(|time| local(time).date()).collect::<Vec<_>>(), "{seat}");
        for time in skipped {
            let made = WallTime::new(local(time), seat, None, &zones);
            assert!(matches!(made, Err(WallTimeError::Skipped { .. })), "{seat} {time} {made:?}");
            let after = local(time).date().at(3, 0, 0, 0);
            assert!(WallTime::new(after, seat, None, &zones).is_ok(), "{seat} {after}");
        }
    }
}

#[test]
fn of_a_time_that_comes_twice_it_is_said_which_is_meant() {
    let zones = Zones::bundled();
    let (time, zone) = (local("2026-10-25T02:30"), "Europe/Brussels");
    let asked = WallTime::new(time, zone, None, &zones).unwrap_err();
    assert_eq!(
        asked.to_string(),
        "2026-10-25T02:30:00 comes twice in Europe/Brussels on 2026-10-25: 2026-10-25T02:30:00+02:00 and, as the later \
         one, 2026-10-25T02:30:00+01:00; say which is meant"
    );
    for (later, instant) in [(false, "2026-10-25T00:30:00Z"), (true, "2026-10-25T01:30:00Z")] {
        let made = WallTime::new(time, zone, Some(later), &zones).unwrap();
        assert_eq!(made.instant(&zones).unwrap(), at(instant));
        let stored = serde_json::to_string(&made).unwrap();
        assert_eq!(
            stored,
            format!(r#"{{"local":"2026-10-25T02:30:00","zone":"Europe/Brussels","later":{later}}}"#)
        );
        assert_eq!(serde_json::from_str::<WallTime>(&stored).unwrap(), made);
    }
    for (seat, times) in [
        ("Europe/Brussels", ["2026-10-25T02:00", "2027-10-31T02:59:59"]),
        ("America/Toronto", ["2026-11-01T01:00", "2027-11-07T01:59:59"]),
        ("America/New_York", ["2026-11-01T01:30", "2027-11-07T01:30"]),
    ] {
        for time in times {
            let made = WallTime::new(local(time), seat, None, &zones);
            assert!(matches!(made, Err(WallTimeError::Twice { .. })), "{seat} {time} {made:?}");
        }
    }
    // Where it comes once, the question does not arise: in China, and in Winnipeg since 2026.
    for (seat, time) in [("Asia/Shanghai", "2026-10-25T02:30"), ("America/Winnipeg", "2026-11-01T01:30")] {
        let stored = serde_json::to_string(&agreed(time, seat)).unwrap();
        assert_eq!(stored, format!(r#"{{"local":"{time}:00","zone":"{seat}"}}"#));
        let refused = WallTime::new(local(time), seat, Some(true), &zones).unwrap_err();
        assert_eq!(refused, WallTimeError::ComesOnce { local: local(time), zone: seat.to_owned() });
    }
}

#[test]
fn a_zone_is_known_by_its_name_and_by_names_that_were_given_up() {
    for (given, kept) in [
        ("europe/BRUSSELS", "Europe/Brussels"),
        ("Asia/Chongqing", "Asia/Chongqing"),
        ("US/Eastern", "US/Eastern"),
        ("UTC", "UTC"),
    ] {
        assert_eq!(agreed("2026-11-20T09:00", given).zone(), kept);
    }
    for unknown in
        ["", "Brussels", "Mars/Olympus", "Etc/Unknown", "Factory", "+01:00", "CET-1CEST", "localtime"]
    {
        let refused = WallTime::new(local("2026-11-20T09:00"), unknown, None, &Zones::bundled());
        let error = CalendarError::UnknownTimeZone { zone: unknown.to_owned() };
        assert_eq!(refused, Err(WallTimeError::Calendar(error)));
    }
    let refused = WallTime::new(local("2026-11-20T09:00:00.5"), "UTC", None, &Zones::bundled());
    assert_eq!(
        refused.unwrap_err().to_string(),
        "2026-11-20T09:00:00.5 has a part of a second, whole seconds are wanted"
    );
    for end in [DateTime::MIN, DateTime::MAX.with().subsec_nanosecond(0).build().unwrap()] {
        let zone = if end == DateTime::MIN { "Asia/Shanghai" } else { "America/New_York" };
        let refused = WallTime::new(end, zone, None, &Zones::bundled());
        assert!(
            matches!(refused, Err(WallTimeError::Calendar(CalendarError::OutOfRange { .. }))),
            "{refused:?}"
        );
    }
}

#[test]
fn clocks_that_are_changed_by_law_move_the_instant_and_not_the_local_time() {
    // What everybody thought of Winnipeg before 2026, and of Toronto always.
    let folder = zone_files::folder(
        "2025b",
        &[
            ("America/Winnipeg", -6, "CST6CDT,M3.2.0,M11.1.0"),
            ("America/Toronto", -5, "EST5EDT,M3.2.0,M11.1.0"),
        ],
    );
    let before = Zones::from_folder(folder.path()).unwrap();
    assert_eq!(before.version(), "2025b");

    let told: Vec<(WallTime, Timestamp)> = ["America/Winnipeg", "America/Toronto"]
        .map(|seat| WallTime::new(local("2026-11-20T09:00"), seat, None, &before).unwrap())
        .map(|at| (at.clone(), at.instant(&before).unwrap()))
        .into();
    assert_eq!(told[0].1, at("2026-11-20T15:00:00Z"));

    let now = Zones::bundled();
    let moved = told[0].0.moved(told[0].1, &now).unwrap().unwrap();
    assert_eq!((moved.now, moved.reading), (at("2026-11-20T14:00:00Z"), Reading::Once));
    assert_eq!(moved.at.local(), local("2026-11-20T09:00"));
    assert_eq!(
        moved.to_string(),
        format!(
            "2026-11-20T09:00:00 in America/Winnipeg is 2026-11-20T14:00:00Z by the time zone data {}, no more \
             2026-11-20T15:00:00Z",
            now.version()
        )
    );
    assert_eq!(told[1].0.moved(told[1].1, &now), Ok(None), "toronto is where it was");
    // What was told anew is not told again.
    assert_eq!(told[0].0.moved(moved.now, &now), Ok(None));

    // A time agreed on under the new law, read by replicas of before: it came twice then, and is read as the first.
    let night = agreed("2026-11-01T01:30", "America/Winnipeg");
    assert_eq!(night.moved(at("2026-11-01T06:30:00Z"), &before), Ok(None));
    // One that the clocks skip by the other data is read by the offset before the change, and the answer says so.
    let night = agreed("2027-03-14T02:30", "America/Regina");
    let folder = zone_files::folder("2030a", &[("America/Regina", -6, "CST6CDT,M3.2.0,M11.1.0")]);
    let later = Zones::from_folder(folder.path()).unwrap();
    assert_eq!(night.moved(at("2027-03-14T08:30:00Z"), &later), Ok(None));
    let moved = night.moved(at("2027-03-14T09:30:00Z"), &later).unwrap().unwrap();
    assert_eq!((moved.now, moved.reading), (at("2027-03-14T08:30:00Z"), Reading::Skipped));
    assert!(
        moved.to_string().ends_with("no more 2027-03-14T09:30:00Z, and the clocks skip it now"),
        "{moved}"
    );
    // A zone that the data has no more is an error, not another zone.
    let gone = agreed("2026-11-20T09:00", "Europe/Brussels").moved(Timestamp::UNIX_EPOCH, &later);
    assert_eq!(gone, Err(CalendarError::UnknownTimeZone { zone: "Europe/Brussels".to_owned() }));
}

#[test]
fn every_day_of_two_years_is_read_as_its_clocks_show_it() {
    let zones = Zones::bundled();
    for seat in SEATS {
        let days = date(2026, 1, 1).series(1.day()).take_while(|day| day.year() <= 2027);
        for noon in days.map(|day| day.at(12, 0, 0, 0)) {
            let made = WallTime::new(noon, seat, None, &zones).unwrap();
            assert_eq!(zones.local(made.instant(&zones).unwrap(), seat), Ok(noon), "{seat} {noon}");
        }
    }
}
