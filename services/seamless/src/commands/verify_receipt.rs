//! `seamless verify-receipt`: checks receipts with the public keys alone. No service is asked.

use std::{fs, io::Read, path::Path};

use seamless_notifications::domain::model::EntryDigest;
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_receipts::{VerifiedReceipt, verify};
use serde_json::{Value, json};

use crate::{cli, error::Failure, output};

/// Checks every receipt of a file: compact ones, one a line; those in entries in JSON, which must say what their receipts
/// say; and those in the file of a case.
pub fn run(arguments: &cli::VerifyReceipt, json: bool) -> Result<(), Failure> {
    let keys = read(&arguments.keys)?;
    let text = read(&arguments.file)?;
    let mut checked = 0;
    for (line, number) in text.lines().zip(1..) {
        let checked_line = check(line.trim(), &keys).map_err(|why| Failure {
            exit: 4,
            message: format!("{}, line {number}: {why}", arguments.file.display()),
        })?;
        if let Some(verified) = checked_line {
            checked += 1;
            print(&verified, json);
        }
    }
    if checked == 0 {
        return Err(Failure::usage(format!("{} holds no receipt", arguments.file.display())));
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(|error| fail(&error))?;
        return Ok(text);
    }
    fs::read_to_string(file).map_err(|error| fail(&error))
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

/// The receipt in a line; none where there is none, as in an event of the file of a case.
fn check(line: &str, keys: &str) -> Result<Option<VerifiedReceipt>, String> {
    if line.is_empty() {
        return Ok(None);
    }
    if !line.starts_with('{') {
        return verify(line, keys).map(Some).map_err(|error| error.to_string());
    }
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let item = value.get("evidence").or_else(|| value.get("manifest")).unwrap_or(&value);
    let Some(receipt) = item.get("receipt").and_then(Value::as_str).filter(|receipt| !receipt.is_empty())
    else {
        return Ok(None);
    };
    let verified = verify(receipt, keys).map_err(|error| error.to_string())?;
    if item.get("entrySha256").is_some() {
        let entry = output::from_json(item).map_err(|failure| failure.message)?;
        compare(&entry, &verified)?;
    } else if item.get("sha256").and_then(Value::as_str) != Some(&verified.claims.jti) {
        return Err("the manifest has another digest than its receipt".to_owned());
    }
    Ok(Some(verified))
}

/// An entry must have the digest that it says, and its receipt must be its own.
fn compare(entry: &wire::EvidenceEntry, verified: &VerifiedReceipt) -> Result<(), String> {
    let digest = |what: &str, text: &str| {
        let mut digest = [0; 32];
        let decoded = hex::decode_to_slice(text, &mut digest);
        decoded.map(|()| digest).map_err(|_| format!("{what} is no sha-256: {text}"))
    };
    let previous = match entry.previous_sha256.as_str() {
        "" => None,
        text => Some(digest("previous_sha256", text)?),
    };
    let time = entry.event_time.unwrap_or_default();
    let computed = EntryDigest {
        previous,
        name: &entry.name,
        kind: entry.kind,
        time_us: time.seconds * 1_000_000 + i64::from(time.nanos / 1_000),
        authority: &entry.authority,
        principal_sha256: digest("principal_sha256", &entry.principal_sha256)?,
        version: entry.version.into(),
        content_sha256: digest("content_sha256", &entry.content_sha256)?,
        unreadable_reason: entry.unreadable_reason,
        note: &entry.note,
        step: entry.step.into(),
        status: entry.status,
    };
    if hex::encode(computed.compute()) != entry.entry_sha256 {
        return Err(format!("{} was changed: it has not the digest that it says", entry.name));
    }
    if (verified.claims.sub.as_str(), &verified.claims.jti) != (entry.name.as_str(), &entry.entry_sha256) {
        return Err(format!("{} has the receipt of {}", entry.name, verified.claims.sub));
    }
    Ok(())
}
