//! A meeting over its life: asked, changed, called off, shown.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use std::time::Duration;

use jiff::civil::DateTime;
use proptest::prelude::*;
use seamless_calendar::{WallTime, Zones};
use seamless_icalendar::{
    Address, Attendee, CalendarObject, Feed, InvalidObject, Meeting, Method, Organizer, Participation,
    Published, Revision, Times, cancellation, publication, request,
};

const HOUR: Duration = Duration::from_secs(3600);

fn meeting(revision: Revision, local: DateTime, zone: &str, text: &str) -> Meeting {
    Meeting {
        revision,
        stamped: "2026-01-15T08:00:00Z".parse().unwrap(),
        times: Times::Once(WallTime::new(local, zone, None, &Zones::bundled()).unwrap()),
        duration: HOUR,
        summary: text.to_owned(),
        description: Some(text.to_owned()),
        location: Some(text.to_owned()),
        url: Some("https://meet.training.example/j/1".to_owned()),
        language: None,
        organizer: Some(Organizer {
            name: text.to_owned(),
            address: Address::parse("training@a.example").unwrap(),
        }),
        attendees: vec![Attendee {
            name: text.to_owned(),
            address: Address::parse("dana@b.example").unwrap(),
            participation: Participation::NeedsAction,
            answer_wanted: true,
            language: None,
        }],
        alarm: Some(HOUR),
    }
}

/// Lines as a reader takes them, unfolded.
fn lines(object: &CalendarObject) -> Vec<String> {
    object.text().replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn values(object: &CalendarObject, name: &str) -> Vec<String> {
    let head = format!("{name}:");
    lines(object).iter().filter_map(|line| line.strip_prefix(&head).map(str::to_owned)).collect()
}

fn first() -> Revision {
    Revision::first("6f1c@training.example").unwrap()
}

proptest! {
    /// However often a meeting is moved, and whatever its texts hold, its objects are of one meeting, each newer than the one
    /// before, and nothing of a text becomes a line of its own.
    #[test]
    fn a_chain_is_of_one_meeting_and_only_rises(
        days in prop::collection::vec(1i8..=28, 1..6),
        text in "[\\PC\r\n\t\u{0}\u{7f};:,\\\\\"研讨会🧪]{0,120}",
    ) {
        let zones = Zones::bundled();
        let (mut revision, mut objects) = (first(), Vec::new());
        for day in &days {
            let at = DateTime::new(2026, 5, *day, 9, 0, 0, 0).unwrap();
            objects.push(request(&meeting(revision.clone(), at, "America/Winnipeg", &text), &zones).unwrap());
            revision = revision.next().unwrap();
        }
        let at = DateTime::new(2026, 5, 1, 9, 0, 0, 0).unwrap();
        objects.push(cancellation(&meeting(revision, at, "America/Winnipeg", &text), &zones).unwrap());
        for (index, object) in objects.iter().enumerate() {
            let last = index == days.len();
            let method = if last { Method::Cancel } else { Method::Request };
            prop_assert_eq!(object.method(), method);
            prop_assert_eq!(values(object, "METHOD"), [method.word()]);
            prop_assert_eq!(values(object, "UID"), ["6f1c@training.example"]);
            prop_assert_eq!(values(object, "SEQUENCE"), [index.to_string()]);
            prop_assert_eq!(values(object, "STATUS"), [if last { "CANCELLED" } else { "CONFIRMED" }]);
            prop_assert_eq!(values(object, "BEGIN").iter().filter(|it| *it == "VEVENT").count(), 1);
            prop_assert!(object.text().split("\r\n").all(|line| line.len() <= 75));
            prop_assert!(!object.text().replace("\r\n", "").contains(['\r', '\n']));
        }
    }
}

#[test]
fn the_zone_is_told_as_the_law_in_force_has_it() {
    let zones = Zones::bundled();
    let at = "2026-11-20T09:00".parse().unwrap();
    let offsets = |zone: &str| {
        let object = request(&meeting(first(), at, zone, "workshop"), &zones).unwrap();
        values(&object, "TZOFFSETTO")
    };
    // In November 2026 the summer time of Winnipeg only changes its name; Toronto changes its clocks; China has not since 1991.
    assert_eq!(offsets("America/Winnipeg"), ["-0600", "-0500", "-0500"]);
    assert_eq!(offsets("America/Toronto"), ["-0500", "-0400", "-0500"]);
    assert_eq!(offsets("Asia/Shanghai"), ["+0800"]);
}

#[test]
fn a_feed_names_nobody_and_shows_what_was_called_off() {
    let zones = Zones::bundled();
    let at = "2026-11-20T09:00".parse().unwrap();
    let meetings = [false, true].map(|cancelled| Published {
        meeting: meeting(first(), at, "Europe/Brussels", "workshop"),
        cancelled,
    });
    let feed = Feed {
        name: "培训".to_owned(),
        description: Some("a, b".to_owned()),
        refresh: HOUR,
        meetings: meetings.to_vec(),
    };
    let object = publication(&feed, &zones).unwrap();
    assert_eq!(values(&object, "METHOD"), ["PUBLISH"]);
    assert_eq!(values(&object, "STATUS"), ["CONFIRMED", "CANCELLED"]);
    assert_eq!(values(&object, "X-WR-CALDESC"), ["a\\, b"]);
    assert_eq!(values(&object, "REFRESH-INTERVAL;VALUE=DURATION"), ["PT1H"]);
    // One zone, told once.
    assert_eq!(values(&object, "TZID"), ["Europe/Brussels"]);
    for nobodys in ["ATTENDEE", "ORGANIZER", "mailto", "VALARM"] {
        assert!(!object.text().contains(nobodys), "{nobodys}");
    }
}

#[test]
fn a_text_keeps_its_lines_and_words() {
    let at = "2026-11-20T09:00".parse().unwrap();
    let text = "one\ttwo\r\nthree\nfour\rfive; six\u{0}seven";
    let object = request(&meeting(first(), at, "Europe/Brussels", text), &Zones::bundled()).unwrap();
    assert_eq!(values(&object, "SUMMARY"), [r"one two\nthree\nfour\nfive\; six seven"]);
}

#[test]
fn what_no_reader_would_take_is_not_written() {
    let zones = Zones::bundled();
    let good = meeting(first(), "2026-11-20T09:00".parse().unwrap(), "Europe/Brussels", "workshop");
    let refused = |meeting: Meeting| request(&meeting, &zones).unwrap_err();
    assert_eq!(refused(Meeting { organizer: None, ..good.clone() }), InvalidObject::NoOrganizer);
    assert_eq!(refused(Meeting { attendees: Vec::new(), ..good.clone() }), InvalidObject::NoAttendee);
    let link = Some("https://a.example/\r\nX:y".to_owned());
    assert_eq!(refused(Meeting { url: link, ..good }), InvalidObject::Link);
    for uid in ["", "a b", "a\r\nb", &"x".repeat(256)] {
        assert_eq!(Revision::first(uid), Err(InvalidObject::Uid { most: 255 }));
    }
    for address in ["", "dana", "@b.example", "a@b@c", "a\r\nb@c.example", "<a@b.example>", "a b@c.example"] {
        assert_eq!(Address::parse(address), Err(InvalidObject::Address { most: 254 }), "{address:?}");
    }
    assert!(!format!("{:?}", Address::parse("dana@b.example")).contains("dana"));
}
