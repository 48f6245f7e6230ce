//! Time zone data that lies in a folder.
//!
//! Invariant: all of it is read when the folder is opened, within bounds; what changes there later changes nothing here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::CalendarError;

/// Entries that a folder may have, and bytes of one file: several times what the IANA publishes.
const MOST_ENTRIES: usize = 10_000;
const LONGEST_FILE: u64 = 256 * 1024;
/// How every compiled zone begins.
const MAGIC: &[u8] = b"TZif";
/// The same zones once more, with and without leap seconds.
const COPIES: [&str; 2] = ["posix", "right"];

#[derive(Debug)]
pub(crate) struct ZoneFolder {
    version: String,
    /// By name in lower case, with the digests of their bytes.
    zones: BTreeMap<String, (TimeZone, [u8; 32])>,
}

impl ZoneFolder {
    pub(crate) fn read(root: &Path) -> Result<Self, CalendarError> {
        let failed = |problem: String| CalendarError::InvalidZoneFolder {
            folder: root.display().to_string(),
            problem,
        };
        let version = version_in(root).ok_or_else(|| {
            failed("neither tzdata.zi nor +VERSION says which version of the data it holds".to_owned())
        })?;
        let mut zones = BTreeMap::new();
        let (mut folders, mut entries) = (vec![root.to_path_buf()], 0);
        while let Some(folder) = folders.pop() {
            let unreadable = |error: std::io::Error| failed(format!("{}: {error}", folder.display()));
            for entry in fs::read_dir(&folder).map_err(unreadable)? {
                let path = entry.map_err(unreadable)?.path();
                entries += 1;
                if entries > MOST_ENTRIES {
                    return Err(failed(format!("has more than {MOST_ENTRIES} entries")));
                }
                let Some(name) = name_of(root, &path) else { continue };
                // A folder behind a link could lead out of this one, or round in a circle.
                let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
                if path.is_dir() {
                    if !is_link && !COPIES.contains(&name.as_str()) {
                        folders.push(path);
                    }
                } else if let Some(bytes) = zone_file(&path).map_err(unreadable)? {
                    let zone = TimeZone::tzif(&name, &bytes);
                    let zone = zone.map_err(|error| failed(format!("{name}: {error}")))?;
                    zones.insert(name.to_ascii_lowercase(), (zone, Sha256::digest(&bytes).into()));
                }
            }
        }
        match zones.is_empty() {
            true => Err(failed("holds no compiled time zones".to_owned())),
            false => Ok(Self { version, zones }),
        }
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn get(&self, name: &str) -> Option<TimeZone> {
        self.zones.get(&name.to_ascii_lowercase()).map(|(zone, _)| zone.clone())
    }

    /// Each zone's name in lower case, with the SHA-256 of its bytes.
    pub(crate) fn digests(&self) -> impl Iterator<Item = (&str, [u8; 32])> {
        self.zones.iter().map(|(name, (_, digest))| (name.as_str(), *digest))
    }
}

/// `# version 2026f` is the first line of `tzdata.zi`; `+VERSION` has the version alone.
fn version_in(root: &Path) -> Option<String> {
    let first_line = |file: &str| {
        let bytes = fs::read(root.join(file)).ok()?;
        let line = bytes.split(|byte| *byte == b'\n').next()?;
        std::str::from_utf8(line).ok().map(|line| line.trim().to_owned())
    };
    let of_source =
        first_line("tzdata.zi").and_then(|line| Some(line.strip_prefix("# version ")?.to_owned()));
    let version = of_source.or_else(|| first_line("+VERSION"))?;
    let is_version = (1..=32).contains(&version.len())
        && version.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._".contains(letter));
    is_version.then_some(version)
}

/// `America/Winnipeg`; none where a name is no UTF-8.
fn name_of(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// The bytes of a file that is a compiled zone.
fn zone_file(path: &PathBuf) -> Result<Option<Vec<u8>>, std::io::Error> {
    if fs::metadata(path)?.len() > LONGEST_FILE {
        return Ok(None);
    }
    fs::read(path).map(|bytes| bytes.starts_with(MAGIC).then_some(bytes))
}
