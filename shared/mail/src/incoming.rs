//! A mail that came (RFC 5322), read as far as it concerns this program: the tags of its own addresses, and an answer of a
//! calendar or the report of a server.

use std::fmt;

use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders};

use crate::address::tag_of;
use crate::smtp::is_enhanced_code;

/// The most addresses of one mail that are looked at.
const ADDRESSES: usize = 200;
/// Headers in which a mail server tells to whom it delivers.
const DELIVERED: [&str; 4] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To"];

/// What came.
#[derive(Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The tags of this program's address that it went to, each once.
    pub tags: Vec<String>,
    /// What it is.
    pub kind: IncomingKind,
}

/// What a mail is.
#[derive(Clone, PartialEq, Eq)]
pub enum IncomingKind {
    /// An answer of a calendar program (RFC 5546, 3.2.3), as it says it.
    Reply(Vec<u8>),
    /// A report on a mail (RFC 3464): whether it failed for good, and the code of RFC 3463.
    Report {
        /// False where it was delivered, or is tried further.
        has_failed: bool,
        /// `5.1.1`; empty where nothing of that form was said.
        status: String,
    },
    /// Something else.
    Other,
}

impl fmt::Debug for Incoming {
    /// Without what people wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            IncomingKind::Reply(_) => "reply",
            IncomingKind::Report { .. } => "report",
            IncomingKind::Other => "other",
        };
        write!(f, "Incoming({kind})")
    }
}

/// Reads a mail; `own` is this program's address without tag. None where the bytes are no mail.
#[must_use]
pub fn read(bytes: &[u8], own: &str) -> Option<Incoming> {
    let message = MessageParser::default().parse(bytes)?;
    if message.headers().is_empty() {
        return None;
    }
    Some(Incoming { tags: tags(&message, own), kind: kind(&message) })
}

fn tags(message: &Message<'_>, own: &str) -> Vec<String> {
    let listed = message.all_to().chain(message.all_cc()).flat_map(mail_parser::Address::iter);
    let mut addresses: Vec<String> =
        listed.filter_map(|one| one.address.as_deref().map(str::to_owned)).take(ADDRESSES).collect();
    for name in DELIVERED {
        for value in message.header_values(HeaderName::Other(name.into())).take(ADDRESSES) {
            match value {
                HeaderValue::Text(text) => addresses.push(text.trim_matches(['<', '>', ' ']).to_owned()),
                HeaderValue::Address(listed) => {
                    addresses
                        .extend(listed.iter().filter_map(|one| one.address.as_deref().map(str::to_owned)));
                }
                _ => {}
            }
        }
    }
    let mut tags: Vec<String> = Vec::new();
    for tag in addresses.iter().filter_map(|address| tag_of(address, own)) {
        // Servers may change capitals; tags have none.
        let tag = tag.to_ascii_lowercase();
        if !tags.contains(&tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn kind(message: &Message<'_>) -> IncomingKind {
    let is = |part: &MessagePart<'_>, kind: &str, subtype: &str| {
        part.content_type().is_some_and(|found| {
            found.ctype().eq_ignore_ascii_case(kind)
                && found.subtype().is_some_and(|found| found.eq_ignore_ascii_case(subtype))
        })
    };
    if is(message.root_part(), "multipart", "report") {
        let reports = message.parts.iter().filter(|part| {
            is(part, "message", "delivery-status") || is(part, "message", "global-delivery-status")
        });
        if let Some(report) = reports.map(|part| said(message, part)).next() {
            return report_of(&String::from_utf8_lossy(&report));
        }
    }
    let is_reply = |part: &&MessagePart<'_>| {
        let says = part.content_type().and_then(|found| found.attribute("method"));
        is(part, "text", "calendar") && says.is_none_or(|method| method.eq_ignore_ascii_case("REPLY"))
    };
    match message.parts.iter().find(is_reply) {
        Some(part) => IncomingKind::Reply(part.contents().to_vec()),
        None => IncomingKind::Other,
    }
}

/// The content of a part, whatever it is taken for.
fn said(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    match part.contents() {
        [] => {
            let range = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
            message.raw_message().get(range).unwrap_or_default().to_vec()
        }
        contents => contents.to_vec(),
    }
}

/// Fields of all recipients (RFC 3464, 2.3): one that failed counts, since a mail has one recipient.
fn report_of(text: &str) -> IncomingKind {
    let field = |line: &str, name: &str| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    };
    let has_failed = text.lines().filter_map(|line| field(line, "Action")).any(|action| {
        action.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("failed"))
    });
    let status = text.lines().filter_map(|line| field(line, "Status"));
    let words = status.filter_map(|value| value.split_whitespace().next().map(str::to_owned));
    let status = words.into_iter().find(|word| is_enhanced_code(word));
    IncomingKind::Report { has_failed, status: status.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "training@example.org";

    fn lines(text: &str) -> Vec<u8> {
        text.trim_start().replace('\n', "\r\n").into_bytes()
    }

    #[test]
    fn a_report_says_what_failed() {
        let report = |action: &str| {
            lines(&format!(
                "
From: MAILER-DAEMON@mx.example.cn
To: <training+tok1@example.org>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.cn

Final-Recipient: rfc822; dana@ningbo.example.cn
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown
--b
Content-Type: message/rfc822

From: training@example.org
To: dana@ningbo.example.cn
Subject: Confirmed

Text
--b--
"
            ))
        };
        let failed = read(&report("failed"), OWN).unwrap();
        assert_eq!(failed.tags, ["tok1"]);
        assert!(failed.kind == IncomingKind::Report { has_failed: true, status: "5.1.1".to_owned() });
        let delayed = read(&report("delayed"), OWN).unwrap();
        assert!(delayed.kind == IncomingKind::Report { has_failed: false, status: "5.1.1".to_owned() });
    }

    #[test]
    fn an_answer_of_a_calendar_is_found_in_its_part() {
        let mail = lines(
            "
From: Dana <dana@ningbo.example.cn>
To: x@example.org, training+Tok2@example.org
Delivered-To: training+Tok2@example.org
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"b\"

--b
Content-Type: text/plain; charset=utf-8

Dana has accepted.
--b
Content-Type: text/calendar; charset=utf-8; method=REPLY
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVQTFkNCg==
--b--
",
        );
        let read = read(&mail, OWN).unwrap();
        assert_eq!(read.tags, ["tok2"]);
        assert!(read.kind == IncomingKind::Reply(b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n".to_vec()));
    }

    #[test]
    fn whatever_comes_is_read_or_left() {
        assert!(read(b"", OWN).is_none());
        let plain = read(&lines("\nFrom: a@b.example\nTo: training@example.org\n\nHello\n"), OWN).unwrap();
        assert!(plain.tags.is_empty() && plain.kind == IncomingKind::Other);
        for byte in 0..=255 {
            let _ = read(&[byte; 300], OWN);
        }
    }
}
