//! The ledger of a transmission, to which entries are only ever added.
//!
//! A use case notes facts in its change set; before they are written, `RecordEvidence` makes entries of them here, from
//! the ledger as it is stored. Two that do so at once want the same number: the commit lets one through, and the other
//! decides anew. Invariants: numbers are 1, 2, 3, … without gaps; each entry names the digest of the one before; no fact
//! is entered twice about one sending. A recipient that was taken off can be sent the notification again: a new sending
//! begins with its SENT, maybe with other content, and what became of the first says nothing of the second.

use jiff::Timestamp;

use super::{
    Caller,
    model::{
        Evidence, EvidenceDetail, EvidenceEntry, EvidenceKind, FollowUp, Notification, Sha256Digest,
        Transmission,
    },
    relation::Relation,
};

/// A fact that belongs into the ledger of a transmission.
#[derive(Clone, Debug)]
pub struct Fact {
    pub transmission: Transmission,
    pub kind: EvidenceKind,
    pub version: u32,
    pub time: Timestamp,
    pub detail: EvidenceDetail,
    /// Who acted; none where it is whoever makes the call.
    pub actor: Option<Caller>,
    /// What was shown, where that is known; otherwise it is the version as the ledger or the notification has it.
    pub content: Option<Sha256Digest>,
}

impl Fact {
    /// The recipient acted with the last step of its follow-up.
    #[must_use]
    pub fn acted(transmission: &Transmission, follow_up: &FollowUp, now: Timestamp) -> Self {
        let step = u32::try_from(follow_up.steps.len()).unwrap_or(u32::MAX);
        let detail = EvidenceDetail { step, ..EvidenceDetail::default() };
        Self { detail, ..Self::new(transmission, EvidenceKind::Acted, now) }
    }

    /// A fact about the version that was sent last.
    #[must_use]
    pub fn new(transmission: &Transmission, kind: EvidenceKind, time: Timestamp) -> Self {
        Self {
            transmission: transmission.clone(),
            kind,
            version: transmission.version,
            time,
            detail: EvidenceDetail::default(),
            actor: None,
            content: None,
        }
    }

    /// True if a sending begins with it: the first one, or one to a recipient that had been taken off.
    #[must_use]
    pub fn is_beginning(&self) -> bool {
        self.kind == EvidenceKind::Sent && self.time == self.transmission.send_time
    }
}

/// Digests what readers are shown, and makes salts: the domain has neither the contract's messages nor chance.
pub trait ContentSeal: Send + Sync {
    /// SHA-256 of the notification as a reader in this relation is shown it, in the encoding that the contract names.
    fn content(&self, notification: &Notification, relation: &Relation) -> Sha256Digest;

    /// Random octets.
    fn salt(&self) -> [u8; 16];
}

/// The ledger of one transmission, as it is stored and as it grows.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<EvidenceEntry>,
    /// How many entries stand before the sending that it was opened for.
    earlier: usize,
    /// True if that sending's SENT was entered.
    has_begun: bool,
}

impl Ledger {
    /// The ledger with these entries, all that there are, by number; opened for the transmission as it was sent last. Where
    /// that sending was never entered, since it went before ledgers told one from another, all entries are about it.
    #[must_use]
    pub fn of(entries: Vec<EvidenceEntry>, transmission: &Transmission) -> Self {
        let is_beginning = |entry: &EvidenceEntry| {
            entry.evidence.kind == EvidenceKind::Sent && entry.evidence.time == transmission.send_time
        };
        let beginning = entries.iter().position(is_beginning);
        Self { entries, earlier: beginning.unwrap_or_default(), has_begun: beginning.is_some() }
    }

    /// Its entries, by number.
    #[must_use]
    pub fn entries(&self) -> &[EvidenceEntry] {
        &self.entries
    }

    /// The entries about a version, of this sending alone.
    fn about(&self, version: u32) -> impl Iterator<Item = &EvidenceEntry> {
        self.entries[self.earlier..].iter().filter(move |entry| entry.evidence.version == version)
    }

    /// The entry of this fact, if there is one.
    #[must_use]
    pub fn find(&self, kind: EvidenceKind, version: u32, detail: &EvidenceDetail) -> Option<&EvidenceEntry> {
        self.about(version).find(|entry| entry.evidence.is_the_same_fact(kind, version, detail))
    }

    /// True if there is an entry of this kind about this version.
    #[must_use]
    pub fn has(&self, kind: EvidenceKind, version: u32) -> bool {
        self.about(version).any(|entry| entry.evidence.kind == kind)
    }

    /// The digest of a version's content, as its first entry has it.
    #[must_use]
    pub fn content_of(&self, version: u32) -> Option<Sha256Digest> {
        self.about(version).next().map(|entry| entry.evidence.content_sha256)
    }

    /// Begins with this sending, if the fact is its SENT and not yet entered.
    pub fn begin_with(&mut self, fact: &Fact) {
        if fact.is_beginning() && !self.has_begun {
            self.earlier = self.entries.len();
            self.has_begun = true;
        }
    }

    /// The number of the first entry of a ledger that is missing, or is not as it was written; none if all is well.
    #[must_use]
    pub fn first_broken(entries: &[EvidenceEntry]) -> Option<u32> {
        let mut previous = None;
        for (entry, number) in entries.iter().zip(1..) {
            let is_whole = entry.number == number && entry.previous == previous;
            if !is_whole || entry.digest() != entry.sha256 {
                return Some(number);
            }
            previous = Some(entry.sha256);
        }
        None
    }

    /// Enters what was not entered before, and gives the new entry.
    pub fn append(&mut self, evidence: Evidence) -> Option<&EvidenceEntry> {
        if self.find(evidence.kind, evidence.version, &evidence.detail).is_some() {
            return None;
        }
        let entry = EvidenceEntry::after(self.entries.last(), evidence);
        self.entries.push(entry);
        self.entries.last()
    }
}
