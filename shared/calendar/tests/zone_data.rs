//! Where what is known of time zones comes from.

#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

mod zone_files;

use std::fs;
use std::process::Command;

use jiff::civil::{DateTime, date};
use seamless_calendar::{Zones, zone_data_version};

/// Set for the process in which the machine lies.
const AMONG_LIES: &str = "SEAMLESS_TEST_AMONG_LIES";

fn nine_in_winnipeg() -> DateTime {
    date(2027, 1, 15).at(9, 0, 0, 0)
}

#[test]
fn the_data_is_of_a_version_that_knows_the_laws_of_2026() {
    assert!(zone_data_version() >= "2026f", "{}", zone_data_version());
    assert_eq!(Zones::bundled().version(), zone_data_version());
}

/// Of the machine nothing is read, neither by us nor by whatever else asks the library: `TZDIR` and `TZ` name zones in which
/// Winnipeg is five hours ahead of UTC. The test runs itself again among them.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the other doors are tried here to see that they lead nowhere else"
)]
fn a_machine_that_says_something_else_of_its_zones_is_not_listened_to() {
    if std::env::var_os(AMONG_LIES).is_none() {
        let lies =
            zone_files::folder("2099z", &[("America/Winnipeg", 5, "LIE-5"), ("Europe/Lies", 1, "LIE-1")]);
        fs::write(lies.path().join("tzdata"), b"nonsense").unwrap();
        let itself = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_machine_that_says_something_else_of_its_zones_is_not_listened_to"])
            .env(AMONG_LIES, "1")
            .env("TZDIR", lies.path())
            .env("TZ", "America/Winnipeg")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&itself.stdout);
        assert!(itself.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let told = "2027-01-15T14:00:00Z".parse().unwrap();
    let ours = Zones::bundled().get("America/Winnipeg").unwrap();
    assert_eq!(ours.to_timestamp(nine_in_winnipeg()).unwrap(), told);
    let of_anybody = jiff::tz::TimeZone::get("America/Winnipeg").unwrap();
    assert_eq!(of_anybody.to_timestamp(nine_in_winnipeg()).unwrap(), told);
    assert!(jiff::tz::TimeZone::get("Europe/Lies").is_err());
    assert!(jiff::tz::TimeZone::try_system().is_err(), "where the machine stands is nobody's business");
}

#[test]
fn a_folder_is_read_whole_and_says_its_version_or_is_refused() {
    let folder = zone_files::folder("2027a", &[("America/Winnipeg", -5, "CDT5")]);
    zone_files::write(folder.path(), "posix/America/Halifax", -4, "AST4");
    fs::write(folder.path().join("leapseconds"), "# no zone\n").unwrap();
    let zones = Zones::from_folder(folder.path()).unwrap();
    assert_eq!(zones.version(), "2027a");
    let winnipeg = zones.get("america/winnipeg").unwrap();
    assert_eq!(winnipeg.iana_name(), Some("America/Winnipeg"));
    assert!(zones.get("America/Halifax").is_err() && zones.get("Europe/Brussels").is_err());
    // What comes later changes nothing.
    zone_files::write(folder.path(), "Europe/Brussels", 1, "CET-1");
    assert!(zones.get("Europe/Brussels").is_err());
    assert!(Zones::from_folder(folder.path()).unwrap().get("Europe/Brussels").is_ok());

    fs::remove_file(folder.path().join("tzdata.zi")).unwrap();
    let refused = |problem: &str| {
        let error = Zones::from_folder(folder.path()).unwrap_err().to_string();
        assert_eq!(error, format!("time zone data in {}: {problem}", folder.path().display()));
    };
    refused("neither tzdata.zi nor +VERSION says which version of the data it holds");
    fs::write(folder.path().join("+VERSION"), "2027b\n").unwrap();
    assert_eq!(Zones::from_folder(folder.path()).unwrap().version(), "2027b");
    fs::write(folder.path().join("Broken"), "TZif2").unwrap();
    let error = Zones::from_folder(folder.path()).unwrap_err().to_string();
    assert!(error.contains(": Broken: "), "{error}");
    for part in ["Broken", "America/Winnipeg", "Europe/Brussels"] {
        fs::remove_file(folder.path().join(part)).unwrap();
    }
    fs::remove_dir_all(folder.path().join("posix")).unwrap();
    refused("holds no compiled time zones");
}
