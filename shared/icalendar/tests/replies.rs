//! What those invited answer, and what is no answer.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use proptest::prelude::*;
use seamless_icalendar::{
    Address, Answer, OccurrenceId, Participation, ReplyLimits, ReplyProblem, read_reply,
};

const LIMITS: ReplyLimits = ReplyLimits { bytes: 10_000, events: 3 };

/// As a calendar program writes it: folded, with a zone of its own and parameters in quotes.
const REPLY: &str = "BEGIN:VCALENDAR\r\nPRODID:-//A//B//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VTIMEZONE\r\n\
    TZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\n\
    TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:6f1c@training.example\r\nSEQUENCE:2\r\n\
    DTSTAMP:20261101T101500Z\r\nRECURRENCE-ID;TZID=\"W. Europe Standard Time\":20261103T140000\r\n\
    ATTENDEE;CN=\"Twin; Dana: B\";PARTSTAT=TENT\r\n ATIVE:MAILTO:dana@b.example\r\nSUMMARY:Re\\, workshop\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";

fn refused(text: &str) -> (usize, ReplyProblem) {
    let refused = read_reply(text.as_bytes(), LIMITS).unwrap_err();
    (refused.line, refused.problem)
}

#[test]
fn an_answer_is_read_as_calendar_programs_write_it() {
    let expected = Answer {
        uid: "6f1c@training.example".to_owned(),
        sequence: 2,
        stamped: "2026-11-01T10:15:00Z".parse().unwrap(),
        attendee: Address::parse("dana@b.example").unwrap(),
        participation: Participation::Tentative,
        occurrence: Some(OccurrenceId::Local {
            local: "2026-11-03T14:00".parse().unwrap(),
            zone: Some("W. Europe Standard Time".to_owned()),
        }),
    };
    assert_eq!(read_reply(REPLY.as_bytes(), LIMITS).unwrap(), std::slice::from_ref(&expected));
    // A link holds less than an address may.
    let linked = REPLY.replace("dana@", "dana%2Fa%25b@");
    let answers = read_reply(linked.as_bytes(), LIMITS).unwrap();
    assert_eq!(answers[0].attendee.as_str(), "dana/a%b@b.example");
    // With other ends of lines, behind a mark of the byte order.
    let other = format!("\u{feff}{}", REPLY.replace("\r\n", "\n"));
    assert_eq!(read_reply(other.as_bytes(), LIMITS).unwrap(), [expected]);
}

#[test]
fn what_is_no_answer_is_refused_by_line_and_nobody_is_named() {
    let line_of = |part: &str| REPLY[..REPLY.find(part).unwrap()].matches('\n').count() + 1;
    let without = |part: &str| REPLY.replace(part, "");
    assert_eq!(
        refused(&REPLY.replace("METHOD:REPLY", "METHOD:REQUEST")),
        (line_of("METHOD"), ReplyProblem::NotAReply)
    );
    let end = line_of("END:VEVENT");
    let missing = ReplyProblem::Once { property: "UID", times: 0 };
    assert_eq!(refused(&without("UID:6f1c@training.example\r\n")), (end - 1, missing));
    let twice = REPLY.replace("SEQUENCE:2\r\n", "SEQUENCE:2\r\nSEQUENCE:3\r\n");
    assert_eq!(refused(&twice), (end + 1, ReplyProblem::Once { property: "SEQUENCE", times: 2 }));
    assert_eq!(refused(&without("END:VEVENT\r\n")), (end, ReplyProblem::Nesting));
    assert_eq!(refused(&format!("{REPLY}{REPLY}")).1, ReplyProblem::Nesting);
    assert_eq!(refused(&REPLY.replace("SUMMARY:", "SUMMARY")), (line_of("SUMMARY"), ReplyProblem::NotALine));
    for (property, good, wrong) in [
        ("DTSTAMP", "20261101T101500Z", "20261101T101500"),
        ("DTSTAMP", "20261101T101500Z", "20261341T101500Z"),
        ("SEQUENCE", "SEQUENCE:2", "SEQUENCE:-1"),
        ("RECURRENCE-ID", "20261103T140000", "tomorrow"),
        ("ATTENDEE", "MAILTO:dana", "urn:dana"),
        ("ATTENDEE", "TENT\r\n ATIVE", "DELEGATED"),
    ] {
        let (line, problem) = refused(&REPLY.replace(good, wrong));
        assert_eq!(line, line_of(property), "{wrong}");
        assert!(matches!(problem, ReplyProblem::Value { .. }), "{wrong}: {problem}");
        assert!(!problem.to_string().contains("dana"), "{problem}");
    }
}

#[test]
fn a_reply_is_read_within_its_limits() {
    let event = &REPLY[REPLY.find("BEGIN:VEVENT").unwrap()..REPLY.find("END:VCALENDAR").unwrap()];
    let with = |events: usize| REPLY.replace(event, &event.repeat(events));
    assert_eq!(read_reply(with(3).as_bytes(), LIMITS).unwrap().len(), 3);
    assert_eq!(refused(&with(4)).1, ReplyProblem::TooLong { what: "events", most: 3 });
    assert_eq!(refused(&with(0)).1, ReplyProblem::Empty);
    let padded = |bytes: usize| format!("{REPLY}{}", "\n".repeat(bytes - REPLY.len()));
    assert!(read_reply(padded(10_000).as_bytes(), LIMITS).is_ok());
    assert_eq!(refused(&padded(10_001)), (1, ReplyProblem::TooLong { what: "bytes", most: 10_000 }));
    let bytes = [b"BEGIN:VCALENDAR\n".as_slice(), &[0xff]].concat();
    let refused = read_reply(&bytes, LIMITS).unwrap_err();
    assert_eq!((refused.line, refused.problem), (2, ReplyProblem::NotUtf8));
}

proptest! {
    /// Whatever is cut out of a reply or put into it, it is read or refused, and that is all.
    #[test]
    fn nothing_breaks_the_reader(from in 0usize..500, length in 0usize..40, put in "[\\PC\r\n :;=\"]{0,20}") {
        let from = from.min(REPLY.len());
        let to = (from + length).min(REPLY.len());
        let text = [&REPLY.as_bytes()[..from], put.as_bytes(), &REPLY.as_bytes()[to..]].concat();
        if let Err(refused) = read_reply(&text, LIMITS) {
            prop_assert!(refused.line >= 1);
        }
    }
}
