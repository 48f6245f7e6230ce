//! Whether the entry of a ledger has the digest that it says, and the receipt that is its own.

use seamless_notifications::domain::model::EntryDigest;
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_receipts::VerifiedReceipt;
use sha2::{Digest, Sha256};

/// An entry must have the digest that it says, and its receipt must be its own; one that is not signed yet has none.
pub fn check(entry: &wire::EvidenceEntry, receipt: Option<&VerifiedReceipt>) -> Result<(), String> {
    let digest = |what: &str, text: &str| {
        let mut digest = [0; 32];
        let decoded = hex::decode_to_slice(text, &mut digest);
        decoded.map(|()| digest).map_err(|_| format!("{what} is no sha-256: {text}"))
    };
    let previous = match entry.previous_sha256.as_str() {
        "" => None,
        text => Some(digest("previous_sha256", text)?),
    };
    let principal_sha256 = digest("principal_sha256", &entry.principal_sha256)?;
    let time = entry.event_time.unwrap_or_default();
    let computed = EntryDigest {
        previous,
        name: &entry.name,
        kind: entry.kind,
        time_us: time.seconds.saturating_mul(1_000_000).saturating_add(i64::from(time.nanos / 1_000)),
        authority: &entry.authority,
        principal_sha256,
        version: entry.version.into(),
        content_sha256: digest("content_sha256", &entry.content_sha256)?,
        unreadable_reason: entry.unreadable_reason,
        note: &entry.note,
        step: entry.step.into(),
        status: entry.status,
    };
    let changed = |what: &str| Err(format!("{} was changed: {what}", entry.name));
    if hex::encode(computed.compute()) != entry.entry_sha256 {
        return changed("it has not the digest that it says");
    }
    if entry.name != format!("{}/evidence/{}", entry.transmission, entry.number) {
        return changed("its transmission and its number are not those of its name");
    }
    if !entry.principal_salt.is_empty() {
        let mut hash = Sha256::new();
        hash.update(hex::decode(&entry.principal_salt).unwrap_or_default());
        hash.update(&entry.principal);
        if <[u8; 32]>::from(hash.finalize()) != principal_sha256 {
            return changed("its principal is another one");
        }
    }
    let Some(VerifiedReceipt { claims, .. }) = receipt else { return Ok(()) };
    if (claims.sub.as_str(), &claims.jti) != (entry.name.as_str(), &entry.entry_sha256) {
        return Err(format!("{} has the receipt of {}", entry.name, claims.sub));
    }
    Ok(())
}
