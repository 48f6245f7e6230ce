//! The sandbox: how far its clock is ahead, and what goes wrong on purpose in whose feed.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::FaultKind;

/// The state of a sandbox, the same for all replicas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SandboxState {
    /// How far the clock is ahead of real time.
    pub ahead: SignedDuration,
    pub faults: BTreeMap<AuthorityId, Vec<Fault>>,
    /// Counts every change; 0 if nothing was ever set.
    pub revision: i64,
}

/// How a kind is written in what is stored: otherwise than its word, and so from the first version on.
#[derive(Serialize, Deserialize)]
#[serde(remote = "FaultKind")]
enum StoredKind {
    Duplicate,
    Reorder,
    Delay,
    LostReceipt,
    Unreadable,
}

/// Something that goes wrong with the feed of an authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    #[serde(with = "StoredKind")]
    pub kind: FaultKind,
    /// It meets positions that are divisible by this.
    pub every: u32,
    /// How long an event is held back; zero but for a delay.
    pub delay: SignedDuration,
}

impl Fault {
    /// True if it meets what stands at this position.
    #[must_use]
    pub fn meets(&self, position: i64) -> bool {
        position % i64::from(self.every) == 0
    }
}
