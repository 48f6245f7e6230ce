//! `seamless verify-receipt`: checks receipts with the public keys alone. No service is asked.

use std::{fs, io::Read, path::Path};

use seamless_proto::seamless::{feed::v1::EventStatus, notifications::v1 as wire};
use seamless_receipts::{VerifiedReceipt, verify};
use serde_json::{Value, json};

use super::{case_file, ledger_entry};
use crate::{cli, error::Failure, import::unsound, output};

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
            match checked.status {
                EventStatus::Exercise => output::complain("note: the case is an exercise"),
                EventStatus::Test => output::complain("note: the case is a test"),
                EventStatus::Actual | EventStatus::Unspecified => {}
            }
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
    let value: Value = serde_json::from_str(line).map_err(|error| unsound(&error))?;
    let entry: wire::EvidenceEntry = output::from_json(&value).map_err(|failure| failure.message)?;
    let receipt = match entry.receipt.as_str() {
        "" => None,
        receipt => Some(verify(receipt, keys).map_err(|error| error.to_string())?),
    };
    ledger_entry::check(&entry, receipt.as_ref())?;
    Ok(receipt)
}
