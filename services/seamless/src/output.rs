//! What the commands print: tables for people, proto3 JSON for programs.

use std::{
    io::{self, Write},
    sync::OnceLock,
};

use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage};
use seamless_proto::seamless::{
    consignments::v1::Probability,
    r#type::v1::{CivilDate, LocalizedText},
};

use crate::{error::Failure, import::proto_json, table::Table};

/// The descriptors of the contracts, for JSON.
fn descriptors() -> Result<DescriptorPool, Failure> {
    static POOL: OnceLock<Result<DescriptorPool, String>> = OnceLock::new();
    let decode = || DescriptorPool::decode(seamless_proto::DESCRIPTORS).map_err(|error| error.to_string());
    POOL.get_or_init(decode).clone().map_err(|error| Failure::while_doing("reading the contracts", error))
}

/// Prints a message as one line of proto3 JSON.
pub fn json<M: Message + Name>(message: &M) -> Result<(), Failure> {
    line(json_text(message)?);
    Ok(())
}

/// The message in one line of proto3 JSON.
pub fn json_text<M: Message + Name>(message: &M) -> Result<String, Failure> {
    let fault = |error: String| Failure::while_doing("writing JSON", error);
    let descriptor = descriptors()?
        .get_message_by_name(&M::full_name())
        .ok_or_else(|| fault(format!("{} is no message of the contracts", M::full_name())))?;
    let message = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
        .map_err(|error| fault(error.to_string()))?;
    serde_json::to_string(&message).map_err(|error| fault(error.to_string()))
}

/// The message that proto3 JSON says.
pub fn from_json<M: Message + Name + Default>(value: &serde_json::Value) -> Result<M, Failure> {
    let fault = |error: String| Failure::while_doing("reading JSON", error);
    let descriptor = descriptors()?
        .get_message_by_name(&M::full_name())
        .ok_or_else(|| fault(format!("{} is no message of the contracts", M::full_name())))?;
    let message = proto_json::read(&descriptor, value).map_err(|errors| {
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::usage(told.join("; "))
    })?;
    message.transcode_to().map_err(|error| fault(error.to_string()))
}

/// A table that fits the terminal; without a head it lists facts.
pub fn table(head: &[&str]) -> Table {
    Table::new(head)
}

/// Prints a line.
pub fn line(text: impl std::fmt::Display) {
    told(writeln!(io::stdout().lock(), "{text}"));
}

/// Prints a text as it is.
pub fn text(text: &[u8]) {
    told(io::stdout().lock().write_all(text));
}

/// Ends the program where nobody listens any more: quietly where the reader has seen enough, as of `seamless list | head`.
fn told(written: io::Result<()>) {
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            complain(format!("seamless: standard output: {error}"));
            std::process::exit(1);
        }
    }
}

/// The original of a text, or its first version.
pub fn text_of(text: Option<&LocalizedText>) -> String {
    text.and_then(|text| text.versions.first()).map(|version| version.text.clone()).unwrap_or_default()
}

/// The word of an enumeration's value for people: `MEASURE_ACTION_EXPORT_BAN` → `export ban`.
pub fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase().replace('_', " ")
}

/// The value of an enumeration for a word of the command line: `export-ban` → `MEASURE_ACTION_EXPORT_BAN`.
pub fn value_name(prefix: &str, word: &str) -> String {
    format!("{prefix}{}", word.to_uppercase().replace(['-', ' '], "_"))
}

/// An instant, in UTC to the minute.
pub fn time(time: Option<&prost_types::Timestamp>) -> String {
    let instant = time.and_then(|time| jiff::Timestamp::new(time.seconds, time.nanos).ok());
    instant.map(|instant| instant.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// A day, as 2026-11-21.
pub fn day(day: Option<&CivilDate>) -> String {
    day.map(|day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)).unwrap_or_default()
}

/// A probability with its interval, in percent: `4.2 % (1.0-9.3)`; of what is stated that it is.
pub fn probability(probability: Option<&Probability>) -> String {
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    let text = |known: &Probability| {
        if known.stated {
            return format!("{} % (stated)", percent(known.mean));
        }
        format!("{} % ({}-{})", percent(known.mean), percent(known.lower), percent(known.upper))
    };
    probability.map(text).unwrap_or_default()
}

/// What is no message of the contracts, in one line of JSON.
pub fn plain_json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::while_doing("writing JSON", error))
}

/// Prints a complaint to standard error.
#[allow(clippy::print_stderr, reason = "a command speaks to its user")]
pub fn complain(text: impl std::fmt::Display) {
    eprintln!("{text}");
}
