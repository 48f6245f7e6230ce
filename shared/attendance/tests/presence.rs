//! Presence is a union, whatever order and how often it is told.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod export;

use std::collections::BTreeSet;

use export::{MARGIN, at, read, session};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_attendance::{
    Answer, Answers, Asked, Attendance, Doubt, Margin, Person, Registrant, Session, Sighting,
    covered_seconds, merge,
};

fn registrant(key: &str, name: &str, address: &str) -> Registrant {
    Registrant { key: key.into(), name: name.into(), former_names: Vec::new(), address: address.into() }
}

fn of<'a>(attendance: &'a Attendance, key: &str) -> Vec<&'a seamless_attendance::Presence> {
    attendance.presences.iter().filter(|one| one.person == Person::Registered(key.into())).collect()
}

/// The session restarted, so there are two files; one of two Dana Twins has an address in them; Jo clicks an hour later.
#[test]
fn two_of_one_name_are_a_question_and_a_late_click_is_no_presence() {
    let sessions = [session("s", "2026-05-04T14:00:00Z", "2026-05-04T16:00:00Z")];
    let registered = [
        registrant("dana-1", "Dana Twin", "dana.one@example.org"),
        registrant("dana-2", "Dana Twin", "dana.two@example.org"),
        registrant("jo", "Jo Blogs", "jo@example.org"),
    ];
    let head = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n1,T,,,,,\n\nName (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n";
    let first = format!(
        "{head}Jo Blogs,jo@example.org,05/04/2026 03:58:00 PM,05/04/2026 05:00:00 PM,62,No\n\
         Dana Twin,dana.one@example.org,05/04/2026 04:00:00 PM,05/04/2026 05:00:00 PM,60,No\n\
         Dana Twin,,05/04/2026 04:00:00 PM,05/04/2026 05:00:00 PM,60,Yes\n"
    );
    let second = format!(
        "{head}Jo Blogs,jo@example.org,05/04/2026 05:05:00 PM,05/04/2026 06:05:00 PM,60,No\n\
         Jo Blogs,jo@example.org,05/04/2026 07:00:00 PM,05/04/2026 07:01:00 PM,1,No\n"
    );
    let files = [first, second].map(|text| read("zoom", text.as_bytes(), &sessions));
    let sightings: Vec<&Sighting> = files.iter().flat_map(|file| &file.sightings).collect();
    let told = |answers: &Answers| merge(sightings.iter().copied(), &registered, &sessions, answers, MARGIN);

    let attendance = told(&Answers::new());
    let [jo] = of(&attendance, "jo")[..] else { panic!("{:?}", attendance.presences) };
    assert_eq!((jo.left_at, jo.minutes()), (at("2026-05-04T16:05:00Z"), 115));
    assert_eq!(jo.joined_at, at("2026-05-04T13:58:00Z"));
    assert_eq!(of(&attendance, "dana-1").len(), 1);
    assert_eq!(of(&attendance, "dana-2").len(), 0, "nobody is credited by the first key");
    let [question] = &attendance.questions[..] else { panic!("{:?}", attendance.questions) };
    assert_eq!(
        (question.doubt, &question.candidates[..]),
        (Doubt::SeveralOfTheName, &["dana-1".into(), "dana-2".into()][..])
    );

    // Answered, it is asked no more; the same files again change nothing.
    let answers = Answers::from([(Asked::One(question.sightings[0].clone()), Answer::Is("dana-2".into()))]);
    let answered = told(&answers);
    assert_eq!((of(&answered, "dana-2")[0].minutes(), answered.questions.len()), (60, 0));
    let twice = sightings.iter().chain(&sightings).copied();
    assert_eq!(merge(twice, &registered, &sessions, &answers, MARGIN), answered);
    // Whoever stays on is told of for as long as the margin is.
    let short = merge(
        sightings.iter().copied(),
        &registered,
        &sessions,
        &answers,
        Margin(SignedDuration::from_mins(2)),
    );
    assert_eq!(of(&short, "jo")[0].left_at, at("2026-05-04T16:02:00Z"));
}

/// A name that was put right is not forgotten: the platform saw the one of before.
#[test]
fn somebody_is_known_by_a_former_name_and_hours_at_a_time_count_once() {
    let sessions = [
        session("a", "2026-05-04T14:00:00Z", "2026-05-04T16:00:00Z"),
        session("b", "2026-05-04T15:00:00Z", "2026-05-04T17:00:00Z"),
    ];
    let right = Registrant { former_names: vec!["Ann Wrong".into()], ..registrant("ann", "Ann Right", "") };
    let file = "name,email,join,leave\nWrong Ann,,2026-05-04 16:00,2026-05-04 16:30\n\
        Ann Right,,2026-05-04 17:30,2026-05-04 19:00\n";
    let file = read("plain", file.as_bytes(), &sessions);
    let merged = merge(&file.sightings, &[right], &sessions, &Answers::new(), MARGIN);
    let there = of(&merged, "ann");
    assert_eq!(there.iter().map(|one| one.minutes()).collect::<Vec<_>>(), [60, 90]);
    assert_eq!(there[0].intervals.len(), 2);
    let all = there.iter().flat_map(|one| one.intervals.iter().copied());
    assert_eq!(covered_seconds(all), 120 * 60, "half an hour is in both");
}

#[test]
fn who_somebody_is_follows_from_the_address_before_the_name() {
    let sessions = [session("s", "2026-05-04T14:00:00Z", "2026-05-04T16:00:00Z")];
    let registered = [
        registrant("anna", "Berg, Anna", "Anna@Example.org"),
        registrant("bert", "Bert", "bert@example.org"),
        registrant("desk-a", "Desk A", "desk@example.org"),
        registrant("desk-b", "Desk B", "desk@example.org"),
        registrant("li", "李 明", ""),
    ];
    let seen = [
        sighting("Somebody else", Some("anna@example.org"), 0, 30),
        sighting("Anna　BERG", None, 30, 60),
        sighting("Bert", Some("bert@home.example"), 0, 30),
        sighting("Bert", None, 0, 30),
        sighting("desk b", Some("desk@example.org"), 0, 30),
        sighting("Nobody", Some("desk@example.org"), 0, 30),
        sighting("李 明", None, 0, 30),
        sighting("A stranger", None, 0, 30),
    ];
    let attendance = merge(&seen, &registered, &sessions, &Answers::new(), MARGIN);
    assert_eq!(of(&attendance, "anna")[0].minutes(), 60);
    assert_eq!((of(&attendance, "desk-b").len(), of(&attendance, "li").len()), (1, 1));
    let doubts: Vec<(Doubt, &str)> =
        attendance.questions.iter().map(|one| (one.doubt, one.name.as_str())).collect();
    assert_eq!(
        doubts,
        [(Doubt::SeenTwice, "bert"), (Doubt::OtherAddress, "bert"), (Doubt::SeveralOfTheAddress, "nobody")]
    );
    let others = attendance.presences.iter().filter(|one| matches!(one.person, Person::Other { .. }));
    assert_eq!(others.count(), 1);
}

fn minute(minute: i64) -> Timestamp {
    at("2026-05-04T14:00:00Z").checked_add(SignedDuration::from_mins(minute)).unwrap()
}

fn sighting(name: &str, address: Option<&str>, from: i64, to: i64) -> Sighting {
    Sighting {
        id: format!("{name}{address:?}{from}-{to}"),
        name: name.into(),
        address: address.map(str::to_owned),
        join: minute(from),
        leave: minute(to),
        platform: "Zoom".into(),
        device: None,
        guest: None,
        file: String::new(),
        row: 0,
    }
}

proptest! {
    /// Against a count of each minute; and the same in any order, with any of it twice.
    #[test]
    fn minutes_are_those_that_a_slow_count_finds(
        stays in prop::collection::vec((0..3_u8, -40_i64..200, 0_i64..90), 0..25),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        shuffled in any::<u64>(),
    ) {
        let sessions: Vec<Session> = vec![
            Session { key: "a".into(), start: minute(0), end: minute(60) },
            Session { key: "b".into(), start: minute(75), end: minute(160) },
        ];
        let windows = [(0, 60), (75, 160)];
        let registered: Vec<Registrant> =
            (0..3).map(|who| registrant(&who.to_string(), &format!("P{who}"), "")).collect();
        let mut seen: Vec<Sighting> = stays
            .iter()
            .map(|(who, from, length)| sighting(&format!("P{who}"), None, *from, from + length))
            .collect();
        let attendance = merge(&seen, &registered, &sessions, &Answers::new(), MARGIN);
        for who in 0..3_u8 {
            for (session, (from, to)) in sessions.iter().zip(windows) {
                let counted: BTreeSet<i64> = stays
                    .iter()
                    .filter(|(person, ..)| *person == who)
                    .flat_map(|(_, begin, length)| *begin..begin + length)
                    .filter(|minute| (from..to).contains(minute))
                    .collect();
                let found = of(&attendance, &who.to_string());
                let found = found.into_iter().find(|one| one.session == session.key);
                prop_assert_eq!(found.map_or(0, |one| one.minutes()), counted.len() as u64);
                if let Some(one) = found {
                    prop_assert!(one.joined_at >= session.start - MARGIN.0 && one.left_at <= session.end + MARGIN.0);
                }
            }
        }
        let copies: Vec<Sighting> =
            again.iter().filter(|_| !seen.is_empty()).map(|index| index.get(&seen).clone()).collect();
        seen.extend(copies);
        let places = seen.len().max(1) as u64;
        seen.sort_by_key(|one| (one.join.as_second() as u64).wrapping_mul(shuffled | 1) % (places * 7 + 1));
        prop_assert_eq!(merge(&seen, &registered, &sessions, &Answers::new(), MARGIN), attendance);
    }

    /// Rows in any order say the same.
    #[test]
    fn the_order_of_rows_says_nothing(order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle()) {
        let sessions = [session("s", "2026-05-04T14:00:00Z", "2026-05-04T16:00:00Z")];
        let rows: Vec<String> = (0..12)
            .map(|row| format!("P{}\t{}\t5/4/2026, 4:{:02}:00 PM\n", row % 3, ["Joined", "Left"][row / 3 % 2], row * 4))
            .collect();
        let file = |order: &[usize]| {
            let rows: String = order.iter().map(|row| rows[*row].as_str()).collect();
            let export = read("teams", format!("Full Name\tUser Action\tTimestamp\n{rows}").as_bytes(), &sessions);
            merge(&export.sightings, &[], &sessions, &Answers::new(), MARGIN)
        };
        prop_assert_eq!(file(&order), file(&(0..12).collect::<Vec<_>>()));
    }
}
