//! The operator's client: a file for each command.

pub mod activities;
pub mod approvals;
pub mod attachments;
pub mod attendance;
mod beginning;
mod bulletin_alerts;
pub mod bulletins;
pub mod calendars;
mod case_file;
mod cells;
pub mod certificates;
pub mod clocks;
pub mod controls;
pub mod conversations;
pub mod criteria;
mod decisions;
pub mod document;
pub mod download;
pub mod evidence;
pub mod feed;
mod feed_copy;
pub mod feedback;
pub mod follow_up;
mod generation;
pub mod import;
pub mod inbox;
pub mod inspections;
mod labels;
pub mod ledger_entry;
pub mod list;
pub mod listings;
pub mod mails;
pub mod materials;
pub mod model_files;
pub mod models;
pub mod needs;
pub mod obligations;
pub mod plans;
pub mod proposals;
mod reasons;
pub mod registrations;
mod report_cases;
pub mod report_check;
mod report_figures;
mod report_files;
mod report_list;
mod report_rebuilds;
pub mod reports;
pub mod rights;
mod rows;
pub mod sandbox;
pub mod sandbox_clock;
pub mod schedules;
pub mod screen;
pub mod screenings;
pub mod search;
pub mod show;
pub mod similar;
pub mod situation;
pub mod slots;
pub mod stats;
mod statuses;
pub mod steps;
pub mod trace;
pub mod transmit;
pub mod trust;
pub mod verify_feed;
pub mod verify_receipt;
mod watch;
pub mod whoami;
mod work_list;

use seamless_proto::seamless::{feed::v1::EventStatus, notifications::v1 as wire};

use crate::{cli, error::Failure};

/// `notifications/UUID` from that or the UUID alone.
pub fn notification_name(given: &str) -> String {
    if given.starts_with("notifications/") { given.to_owned() } else { format!("notifications/{given}") }
}

/// Whether real cases are meant, drills or tests.
pub fn event_status(status: cli::Status) -> EventStatus {
    match status {
        cli::Status::Actual => EventStatus::Actual,
        cli::Status::Exercise => EventStatus::Exercise,
        cli::Status::Test => EventStatus::Test,
    }
}

/// A new request id.
pub fn request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The numbers of the states named on the command line.
pub fn states(
    given: &[String],
    prefix: &str,
    number_of: impl Fn(&str) -> Option<i32>,
) -> Result<Vec<i32>, Failure> {
    let number = |word: &String| {
        let known = number_of(&crate::output::value_name(prefix, word));
        known.ok_or_else(|| Failure::usage(format!("{word} is no state")))
    };
    given.iter().map(number).collect()
}

/// The number of the value that a word names.
pub fn number<E: Into<i32>>(
    word: &str,
    prefix: &str,
    value_of: impl Fn(&str) -> Option<E>,
) -> Result<i32, Failure> {
    let value = value_of(&crate::output::value_name(prefix, word));
    value
        .map(Into::into)
        .ok_or_else(|| Failure::usage(format!("{word} is none of the contract's {prefix}…; see --help")))
}

/// As `number`, and 0 where no word is given.
pub fn numbered<E: Into<i32>>(
    word: Option<&str>,
    prefix: &str,
    value_of: impl Fn(&str) -> Option<E>,
) -> Result<i32, Failure> {
    word.map_or(Ok(0), |word| number(word, prefix, value_of))
}

/// `screenings/UUID` from that or the UUID alone.
pub fn resource(collection: &str, given: &str) -> String {
    match given.strip_prefix(collection).is_some_and(|rest| rest.starts_with('/')) {
        true => given.to_owned(),
        false => format!("{collection}/{given}"),
    }
}

/// The first `limit` items of a list that comes in pages; `page` takes a page's size and token, and gives its items and
/// the token of the next.
pub async fn pages<T>(
    limit: usize,
    mut page: impl AsyncFnMut(i32, String) -> Result<(Vec<T>, String), Failure>,
) -> Result<Vec<T>, Failure> {
    let mut found = Vec::new();
    let mut token = String::new();
    while found.len() < limit {
        let size = i32::try_from((limit - found.len()).min(500)).unwrap_or(500);
        let (items, next) = page(size, token).await?;
        found.extend(items);
        if next.is_empty() {
            break;
        }
        token = next;
    }
    found.truncate(limit);
    Ok(found)
}

/// What stands before something that is no real alert.
pub fn mark(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Exercise => "[exercise] ",
        EventStatus::Test => "[test] ",
        EventStatus::Actual | EventStatus::Unspecified => "",
    }
}

/// What a draft lacks before it can be submitted, by the names of the contract's fields.
pub fn missing(findings: &[wire::Finding]) -> impl Iterator<Item = &wire::Finding> {
    findings.iter().filter(|finding| finding.severity() == wire::FindingSeverity::Error)
}

/// What kind of product a notification is about, for people; a drill says first that it is one.
pub fn product_line(notification: &wire::Notification) -> String {
    let product = notification.product.clone().unwrap_or_default();
    let mark = mark(notification.status());
    let name = crate::output::text_of(product.product_name.as_ref());
    match product.brand.as_str() {
        "" => format!("{mark}{name}"),
        brand => format!("{mark}{name} ({brand})"),
    }
}

/// What people call the alert: its case number, or its key in the system that it came from.
pub fn reference(notification: &wire::Notification) -> String {
    let general = notification.general.clone().unwrap_or_default();
    if general.reference.is_empty() { general.source_reference } else { general.reference }
}

/// Where the product was made.
pub fn origin(notification: &wire::Notification) -> String {
    let Some(traceability) = &notification.traceability else { return String::new() };
    let first = std::iter::once(&traceability.country_of_origin).filter(|first| !first.is_empty());
    let all: Vec<&str> =
        first.chain(&traceability.additional_countries_of_origin).map(String::as_str).collect();
    all.join(", ")
}

/// Whether the product is sold online, for people.
pub fn online_word(notification: &wire::Notification) -> &'static str {
    match notification.online.as_ref().and_then(|online| online.sold_online) {
        Some(true) => "online",
        Some(false) => "shops",
        None => "",
    }
}
