//! An entry of the ledger of a transmission: the proof of one thing that happened to it.
//!
//! Invariant: an entry is made by [`EvidenceEntry::after`] alone, which numbers it and chains it to the one before. Its
//! digest covers all of it but the receipt, which is signed later.

use jiff::Timestamp;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{EventStatus, EvidenceKind, NotificationId, UnreadableReason};

/// Who issues receipts, as they say.
pub const RECEIPT_ISSUER: &str = "seamless.notifications";

/// A SHA-256.
pub type Sha256Digest = [u8; 32];

/// What an entry says beside its kind and version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceDetail {
    /// Of UNREADABLE alone.
    pub unreadable: Option<UnreadableReason>,
    /// Of UNREADABLE alone: what was said with it.
    pub note: String,
    /// Of ACTED alone: the number of the follow-up's step, from 1 on; 0 for others.
    pub step: u32,
}

/// Something to be entered, apart from its place in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub notification: NotificationId,
    pub recipient: AuthorityId,
    pub kind: EvidenceKind,
    pub time: Timestamp,
    /// Who acted.
    pub authority: AuthorityId,
    /// Who acted for it; empty where the service itself did.
    pub principal: String,
    /// Random, so that the digest of the principal does not give it away.
    pub principal_salt: [u8; 16],
    pub version: u32,
    pub content_sha256: Sha256Digest,
    pub detail: EvidenceDetail,
    pub status: EventStatus,
}

/// One entry of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceEntry {
    /// 1, 2, 3, … within the transmission.
    pub number: u32,
    pub evidence: Evidence,
    /// The digest of the entry before; none in the first.
    pub previous: Option<Sha256Digest>,
    /// The digest of this one.
    pub sha256: Sha256Digest,
    /// Signed later, and not covered by the digest.
    #[serde(skip)]
    pub receipt: Option<String>,
}

impl Evidence {
    /// What is entered at most once about one sending: the same version as the same kind, as unreadable for the same
    /// reason, by the same step.
    #[must_use]
    pub fn is_the_same_fact(&self, kind: EvidenceKind, version: u32, detail: &EvidenceDetail) -> bool {
        self.kind == kind
            && self.version == version
            && self.detail.unreadable == detail.unreadable
            && self.detail.step == detail.step
    }

    /// The digest that binds the entry to the principal without naming it.
    #[must_use]
    pub fn principal_sha256(&self) -> Sha256Digest {
        let mut hash = Sha256::new();
        hash.update(self.principal_salt);
        hash.update(self.principal.as_bytes());
        hash.finalize().into()
    }
}

impl EvidenceEntry {
    /// The entry that follows `before`, or begins the ledger.
    #[must_use]
    pub fn after(before: Option<&Self>, evidence: Evidence) -> Self {
        let number = before.map_or(1, |before| before.number + 1);
        let previous = before.map(|before| before.sha256);
        let mut entry = Self { number, evidence, previous, sha256: [0; 32], receipt: None };
        entry.sha256 = entry.digest();
        entry
    }

    /// `notifications/{id}/transmissions/{recipient}/evidence/{number}`.
    #[must_use]
    pub fn name(&self) -> String {
        let Evidence { notification, recipient, .. } = &self.evidence;
        format!("notifications/{notification}/transmissions/{recipient}/evidence/{}", self.number)
    }

    /// The digest that the entry must have, as the contract describes it.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let evidence = &self.evidence;
        EntryDigest {
            previous: self.previous,
            name: &self.name(),
            kind: evidence.kind as i32,
            time_us: evidence.time.as_microsecond(),
            authority: evidence.authority.as_str(),
            principal_sha256: evidence.principal_sha256(),
            version: i64::from(evidence.version),
            content_sha256: evidence.content_sha256,
            unreadable_reason: evidence.detail.unreadable.map_or(0, |reason| reason as i32),
            note: &evidence.detail.note,
            step: i64::from(evidence.detail.step),
            status: evidence.status as i32,
        }
        .compute()
    }
}

/// What the digest of an entry covers, in the order in which it does: also for those who have an entry from the contract.
#[derive(Clone, Debug)]
pub struct EntryDigest<'a> {
    pub previous: Option<Sha256Digest>,
    pub name: &'a str,
    pub kind: i32,
    pub time_us: i64,
    pub authority: &'a str,
    pub principal_sha256: Sha256Digest,
    pub version: i64,
    pub content_sha256: Sha256Digest,
    pub unreadable_reason: i32,
    pub note: &'a str,
    pub step: i64,
    pub status: i32,
}

impl EntryDigest<'_> {
    /// The digest.
    #[must_use]
    pub fn compute(&self) -> Sha256Digest {
        let mut hash = Sha256::new_with_prefix(b"seamless.evidence.v1");
        let text = |hash: &mut Sha256, text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        let number = |hash: &mut Sha256, number: i64| hash.update(number.to_be_bytes());
        hash.update(self.previous.unwrap_or_default());
        text(&mut hash, self.name);
        number(&mut hash, self.kind.into());
        number(&mut hash, self.time_us);
        text(&mut hash, self.authority);
        hash.update(self.principal_sha256);
        number(&mut hash, self.version);
        hash.update(self.content_sha256);
        number(&mut hash, self.unreadable_reason.into());
        text(&mut hash, self.note);
        number(&mut hash, self.step);
        number(&mut hash, self.status.into());
        hash.finalize().into()
    }
}
