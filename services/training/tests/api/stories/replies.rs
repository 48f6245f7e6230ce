//! What comes back of mails: answers of calendars, and reports of mail servers.

use super::mails::value;

/// The answer of a calendar program, to whom an object says, on its UID.
pub fn answer(object: &str, word: &str, stamped: &str) -> Vec<u8> {
    let [organizer, uid, sequence, attendee] =
        ["ORGANIZER", "UID", "SEQUENCE", "ATTENDEE"].map(|name| value(object, name));
    by(&attendee, &reply(&organizer, &uid, &sequence, word, stamped))
}

pub fn reply(to: &str, uid: &str, sequence: &str, word: &str, stamped: &str) -> Vec<u8> {
    format!(
        "From: li.one@ningbo.example.cn\nTo: <{to}>\nSubject: {word}\nMIME-Version: 1.0\n\
         Content-Type: text/calendar; charset=utf-8; method=REPLY\n\nBEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//EN\n\
         METHOD:REPLY\nBEGIN:VEVENT\nUID:{uid}\nSEQUENCE:{sequence}\nDTSTAMP:{stamped}\nORGANIZER:mailto:{to}\n\
         ATTENDEE;PARTSTAT={word}:mailto:li.one@ningbo.example.cn\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    .replace('\n', "\r\n")
    .into_bytes()
}

/// The answer to some meetings of a series, each by its RECURRENCE-ID.
pub fn of_meetings(object: &str, word: &str, stamped: &str, meetings: &[&str]) -> Vec<u8> {
    let one = String::from_utf8(answer(object, word, stamped)).unwrap();
    let (head, rest) = one.split_once("BEGIN:VEVENT\r\n").unwrap();
    let (event, end) = rest.split_once("END:VEVENT\r\n").unwrap();
    let events: String =
        meetings.iter().map(|id| format!("BEGIN:VEVENT\r\n{id}\r\n{event}END:VEVENT\r\n")).collect();
    format!("{head}{events}{end}").into_bytes()
}

/// The same answer, in the name of this address.
pub fn by(address: &str, answer: &[u8]) -> Vec<u8> {
    let answer = String::from_utf8(answer.to_vec()).unwrap();
    answer.replace("li.one@ningbo.example.cn", address).into_bytes()
}

pub fn report(to: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.example.cn\nTo: <{to}>\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nNo.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.cn\n\n\
         Final-Recipient: rfc822; li.one@ningbo.example.cn\nAction: failed\nStatus: 5.2.1\n\n--b--\n"
    )
    .replace('\n', "\r\n")
    .into_bytes()
}
