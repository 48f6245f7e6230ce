//! Settings that every service has, and how a wrong one is refused: by its key, with its value and what is allowed.

use std::{fmt::Display, ops::RangeInclusive, time::Duration};

use seamless_service::config::{InvalidSetting, NamedFile, Validate};
use seamless_storage::DatabaseSettings;
use serde::Deserialize;

/// How often what is due is looked at.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looks {
    /// Between one look and the next.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub interval: Duration,
}

impl Validate for Looks {
    fn validate(&self) -> Result<(), InvalidSetting> {
        let (least, most) = (Duration::from_millis(50), Duration::from_secs(60));
        match (least..=most).contains(&self.interval) {
            true => Ok(()),
            false => Err(InvalidSetting::new("interval", format!("{:?}", self.interval), "50ms to 60s")),
        }
    }
}

/// Refuses the first value that is not allowed in these sections of a configuration, each with its name, or in that of the
/// database.
///
/// # Errors
/// The key, its value, and what is allowed.
pub fn check_sections(
    database: &DatabaseSettings,
    sections: &[(&str, &dyn Validate)],
) -> Result<(), InvalidSetting> {
    for (name, section) in sections {
        section.validate().map_err(|wrong| wrong.within(name))?;
    }
    match database.validate().into_iter().next() {
        Some(wrong) => Err(InvalidSetting::new(wrong.key, wrong.value, wrong.allowed).within("database")),
        None => Ok(()),
    }
}

/// The files that these sections of a configuration name, each section with its own name.
pub fn files_of(sections: &[(&str, &dyn Validate)]) -> Vec<NamedFile> {
    let files =
        sections.iter().flat_map(|(name, section)| section.files().into_iter().map(|file| file.within(name)));
    files.collect()
}

/// Refuses a value that lies outside of its range.
///
/// # Errors
/// The key, its value, and the range.
pub fn check_within<T: PartialOrd + Display>(
    key: &str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), InvalidSetting> {
    match range.contains(&value) {
        true => Ok(()),
        false => Err(InvalidSetting::new(key, value, format!("{} to {}", range.start(), range.end()))),
    }
}
