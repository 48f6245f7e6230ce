//! One row of one file: somebody was seen from then to then.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What is the same sighting, in whatever file it stands: 16 bytes in hexadecimal.
pub type SightingId = String;

/// A person as a platform saw it. Personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The same for the same row of a file that is exported again.
    pub id: SightingId,
    /// As it was printed; may be empty where there is an address.
    pub name: String,
    /// Of mail, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// When it came.
    pub join: Timestamp,
    /// When it left; not before `join`.
    pub leave: Timestamp,
    /// The platform that saw it.
    pub platform: String,
    /// What it came with, as it was printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Whether it was a guest, as it was printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<String>,
    /// SHA-256 of the file, in hexadecimal.
    pub file: String,
    /// Its row in the file, from 1.
    pub row: u32,
}

impl Sighting {
    /// Whether nothing says any more who it was.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.name.is_empty() && self.address.is_none()
    }
}

/// SHA-256, in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Sighting {
    /// Names what is seen, apart from where it is written: `nth` counts those in the file that are alike in all.
    pub(crate) fn identify(&self, nth: u32) -> SightingId {
        let Self { name, address, join, leave, platform, .. } = self;
        let address = address.as_deref().unwrap_or_default();
        let facts = format!("{platform}\u{1f}{name}\u{1f}{address}\u{1f}{join}\u{1f}{leave}\u{1f}{nth}");
        let digest = Sha256::digest(facts.as_bytes());
        hex::encode(digest.get(..16).unwrap_or_default())
    }
}
