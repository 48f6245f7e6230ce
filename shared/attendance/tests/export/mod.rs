//! How files of platforms are read in these tests.
#![allow(dead_code, reason = "each test program takes what it needs")]

use jiff::{SignedDuration, Timestamp};
use seamless_attendance::{Context, Export, FileFault, Limits, Mappings, Margin, Session};
use seamless_calendar::Zones;

pub const LIMITS: Limits =
    Limits { bytes: 20_000_000, unpacked: 100_000_000, rows: 100_000, columns: 100, cell: 1_000 };
pub const MARGIN: Margin = Margin(SignedDuration::from_mins(15));

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn session(key: &str, start: &str, end: &str) -> Session {
    Session { key: key.to_owned(), start: at(start), end: at(end) }
}

/// Reads with what the caller knows.
pub fn read_with(
    mapping: &str,
    bytes: &[u8],
    sessions: &[Session],
    change: impl FnOnce(&mut Context<'_>),
) -> Result<Export, FileFault> {
    let zones = Zones::bundled();
    let mappings = Mappings::embedded().expect("embedded mappings are sound");
    let mut context = Context { zones: &zones, sessions, zone: None, date_order: None, limits: &LIMITS };
    change(&mut context);
    mappings.get(mapping).expect("the mapping is there").read(bytes, &context)
}

/// Reads as in Brussels where the file has no zone.
pub fn read(mapping: &str, bytes: &[u8], sessions: &[Session]) -> Export {
    let read = read_with(mapping, bytes, sessions, |context| {
        context.zone = (mapping != "tencent").then_some("Europe/Brussels");
    });
    read.unwrap_or_else(|fault| panic!("{mapping}: {fault}"))
}

/// Name, address, join and leave of each sighting, in UTC.
pub fn seen(export: &Export) -> Vec<String> {
    let line = |one: &seamless_attendance::Sighting| {
        format!("{} <{}> {} {}", one.name, one.address.as_deref().unwrap_or_default(), one.join, one.leave)
    };
    export.sightings.iter().map(line).collect()
}
