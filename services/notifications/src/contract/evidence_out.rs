//! Entries of ledgers, as the contract writes them.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::notifications::v1 as wire;

use crate::domain::model::{EvidenceEntry, Sha256Digest};

/// The entry with every field that it has.
pub fn evidence_out(entry: &EvidenceEntry) -> wire::EvidenceEntry {
    let evidence = &entry.evidence;
    let counted = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    wire::EvidenceEntry {
        name: entry.name(),
        transmission: format!("notifications/{}/transmissions/{}", evidence.notification, evidence.recipient),
        number: counted(entry.number),
        kind: evidence.kind as i32,
        event_time: Some(timestamp_out(evidence.time)),
        authority: evidence.authority.to_string(),
        principal: evidence.principal.clone(),
        principal_salt: hex::encode(evidence.principal_salt),
        principal_sha256: hex_out(&evidence.principal_sha256()),
        version: counted(evidence.version),
        content_sha256: hex_out(&evidence.content_sha256),
        unreadable_reason: evidence.detail.unreadable.map_or(0, |reason| reason as i32),
        note: evidence.detail.note.clone(),
        step: counted(evidence.detail.step),
        status: evidence.status as i32,
        previous_sha256: entry.previous.as_ref().map(hex_out).unwrap_or_default(),
        entry_sha256: hex_out(&entry.sha256),
        receipt: entry.receipt.clone().unwrap_or_default(),
    }
}

/// A digest in lower-case hexadecimal.
pub fn hex_out(digest: &Sha256Digest) -> String {
    hex::encode(digest)
}
