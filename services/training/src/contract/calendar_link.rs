//! Links to calendars on the wire.

use seamless_api::{Violations, etag_out, violations::timestamp_out};
use seamless_identifiers::LanguageTag;
use seamless_proto::seamless::training::v1 as wire;

use super::address_in;
use crate::domain::{
    model::{CalendarLink, CalendarShows},
    records::Record,
};

/// The languages that a calendar has words of its own in.
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// What a calendar is to show, and in which language.
pub fn calendar_link_in(
    found: &mut Violations,
    at: &str,
    link: wire::CalendarLink,
) -> Option<(CalendarShows, LanguageTag)> {
    let path = |field: &str| format!("{at}.{field}");
    let language = if link.language.is_empty() { "en" } else { &link.language };
    let language = found.parsed(path("language"), language, LanguageTag::parse);
    let language = language.filter(|tag| {
        let is_known = LANGUAGES.contains(&tag.language());
        if !is_known {
            found.add(path("language"), format!("wants English or Chinese, en or zh-Hans; got {tag}"));
        }
        is_known
    });
    let shows = match (link.programme.is_empty(), link.email.is_empty()) {
        (true, true) => CalendarShows::All,
        (false, true) => {
            CalendarShows::Programme(found.required_text(path("programme"), link.programme, 100))
        }
        (true, false) => CalendarShows::Person(address_in(found, &path("email"), link.email)),
        (false, false) => {
            found.add(path("email"), "is given beside programme: one of them at most");
            // Both are told of.
            found.required_text(path("programme"), link.programme, 100);
            CalendarShows::Person(address_in(found, &path("email"), link.email))
        }
    };
    Some((shows, language?))
}

/// The link, for the authority that made it.
#[must_use]
pub fn calendar_link_out(link: &CalendarLink) -> wire::CalendarLink {
    let (programme, email) = match &link.shows {
        CalendarShows::All | CalendarShows::Nobody => (String::new(), String::new()),
        CalendarShows::Programme(programme) => (programme.clone(), String::new()),
        CalendarShows::Person(address) => (String::new(), address.clone()),
    };
    wire::CalendarLink {
        name: link.name(),
        authority: link.authority.to_string(),
        programme,
        email,
        language: link.language.to_string(),
        create_time: Some(timestamp_out(link.create_time)),
        revoke_time: link.revoke_time.map(timestamp_out),
        etag: etag_out(link.revision),
    }
}
