//! `seamless verify-receipt`: checks receipts with the public keys alone. No service is asked.

use std::{fs, io::Read, path::Path};

use seamless_notifications::domain::model::EntryDigest;
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_receipts::{VerifiedReceipt, verify};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::case_file;
use crate::{cli, error::Failure, output};

/// The most that is named of what is wrong.
const NAMED: usize = 20;

/// Checks every receipt of a file: compact ones, one a line; or those in entries in JSON, which must say what their
/// receipts say. The file of a case is checked as a whole, against the receipt of its manifest.
pub fn run(arguments: &cli::VerifyReceipt, json: bool) -> Result<(), Failure> {
    let keys = read(&arguments.keys)?;
    let text = read(&arguments.file)?;
    let file = arguments.file.display();
    if case_file::is_case_file(&text) {
        let checked = case_file::check(&text, &keys);
        if checked.wrong.is_empty() {
            checked.good.iter().for_each(|verified| print(verified, json));
            return Ok(());
        }
        let mut message = format!("{file} is not what was exported");
        for wrong in checked.wrong.iter().take(NAMED) {
            message.push_str(&format!("\n  {wrong}"));
        }
        if checked.wrong.len() > NAMED {
            message.push_str(&format!("\n  and {} more", checked.wrong.len() - NAMED));
        }
        return Err(Failure { exit: 4, message });
    }
    let mut checked = 0;
    for (line, number) in text.lines().zip(1..) {
        let checked_line = check(line.trim(), &keys)
            .map_err(|why| Failure { exit: 4, message: format!("{file}, line {number}: {why}") })?;
        if let Some(verified) = checked_line {
            checked += 1;
            print(&verified, json);
        }
    }
    if checked == 0 {
        return Err(Failure::usage(format!("{file} holds no receipt")));
    }
    Ok(())
}

/// The text of a file; octets that are no text are marked, so that whoever reads finds them where they stand.
fn read(file: &Path) -> Result<String, Failure> {
    let mut octets = Vec::new();
    let read = match file == Path::new("-") {
        true => std::io::stdin().read_to_end(&mut octets).map(|_| ()),
        false => fs::read(file).map(|read| octets = read),
    };
    read.map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn print(verified: &VerifiedReceipt, json: bool) {
    let claims = &verified.claims;
    if json {
        let claims = serde_json::to_value(claims).unwrap_or_default();
        return output::line(json!({ "keyId": verified.key_id, "claims": claims }));
    }
    let time = jiff::Timestamp::from_microsecond(claims.recorded).map(|time| time.to_string());
    let (kind, authority, version) = (&claims.kind, &claims.authority, claims.version);
    let time = time.unwrap_or_default();
    output::line(format!("good  {kind:<12} {time}  by {authority}, version {version}: {}", claims.sub));
}

/// The receipt in a line; none where there is none, as in an entry that is not signed yet.
fn check(line: &str, keys: &str) -> Result<Option<VerifiedReceipt>, String> {
    if line.is_empty() {
        return Ok(None);
    }
    if !line.starts_with('{') {
        return verify(line, keys).map(Some).map_err(|error| error.to_string());
    }
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let entry: wire::EvidenceEntry = output::from_json(&value).map_err(|failure| failure.message)?;
    let receipt = match entry.receipt.as_str() {
        "" => None,
        receipt => Some(verify(receipt, keys).map_err(|error| error.to_string())?),
    };
    compare(&entry, receipt.as_ref())?;
    Ok(receipt)
}

/// An entry must have the digest that it says, and its receipt must be its own; one that is not signed yet has none.
pub fn compare(entry: &wire::EvidenceEntry, receipt: Option<&VerifiedReceipt>) -> Result<(), String> {
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
