//! Whether the file of a case is what the service exported and signed: every byte, nothing missing, nothing added.
//!
//! Invariant: a file is good only if its manifest's receipt is, and every line of the file is what that receipt was signed
//! over, written as the command writes it. What is wrong is named by line, all of it at once.

use std::collections::BTreeMap;

use prost::Message;
use seamless_notifications::domain::model::RECEIPT_ISSUER;
use seamless_proto::seamless::{
    feed::v1::EventStatus,
    notifications::v1::{self as wire, export_evidence_response::Item},
};
use seamless_receipts::{VerifiedReceipt, verify};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::ledger_entry;
use crate::output;

/// The keys under which a line of a case file has its item.
const ITEMS: [&str; 11] = [
    "head",
    "notification",
    "transmission",
    "evidence",
    "clock",
    "followUp",
    "event",
    "keys",
    "manifest",
    "removal",
    "holder",
];

/// What was found of a file.
#[derive(Default)]
pub struct Checked {
    /// The receipts that hold, the manifest's last.
    pub good: Vec<VerifiedReceipt>,
    /// What is wrong, by line.
    pub wrong: Vec<String>,
    /// The status of the case, as its head says it; unspecified in a file of before.
    pub status: EventStatus,
}

/// True if a text is the file of a case, whole or not: then it must be good as a whole.
pub fn is_case_file(text: &str) -> bool {
    text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).any(|line| {
        line.get("itemSha256").is_some()
            || ITEMS.iter().any(|item| line.get(item).is_some_and(Value::is_object))
    })
}

/// Checks a file of a case with the public keys of the service.
pub fn check(text: &str, keys: &str) -> Checked {
    let mut file = Reading::new(keys);
    for (line, number) in text.split_terminator('\n').zip(1..) {
        file.read(line, number);
    }
    if !text.ends_with('\n') {
        file.wrong("the end: the last line was cut off");
    }
    file.finish()
}

/// A file while it is read.
struct Reading<'a> {
    keys: &'a str,
    checked: Checked,
    /// The number that the next item must have.
    expected: i64,
    /// How many items came before the manifest, and the digest over them.
    count: i64,
    hash: Sha256,
    head: Option<wire::ExportHead>,
    version: i32,
    /// The last entry of each ledger: its number and digest.
    ledgers: BTreeMap<String, (i32, String)>,
    /// The position of the last event.
    position: i64,
    manifest: Option<(usize, wire::ExportManifest)>,
}

impl<'a> Reading<'a> {
    fn new(keys: &'a str) -> Self {
        Self {
            keys,
            checked: Checked::default(),
            expected: 1,
            count: 0,
            hash: Sha256::new(),
            head: None,
            version: 0,
            ledgers: BTreeMap::new(),
            position: 0,
            manifest: None,
        }
    }

    fn wrong(&mut self, what: impl Into<String>) {
        self.checked.wrong.push(what.into());
    }

    fn read(&mut self, text: &str, line: usize) {
        let value = serde_json::from_str::<Value>(text);
        let item =
            value.ok().and_then(|value| output::from_json::<wire::ExportEvidenceResponse>(&value).ok());
        let Some((item, what)) = item.and_then(|item| Some((item.clone(), named(item.item.as_ref()?))))
        else {
            // It has the place of an item, whatever it was.
            self.expected += 1;
            self.count += 1;
            return self.wrong(format!("line {line}: cannot be read as an item of a case file"));
        };
        self.number(item.number, line, &what);
        let unsealed = wire::ExportEvidenceResponse { item_sha256: String::new(), ..item.clone() };
        if hex::encode(Sha256::digest(unsealed.encode_to_vec())) != item.item_sha256 {
            self.wrong(format!("line {line}: {what} was changed: it has not the digest that it says"));
        } else if output::json_text(&item).ok().as_deref() != Some(text) {
            self.wrong(format!("line {line}: {what} says the same, but is not written as it was exported"));
        }
        if self.manifest.is_some() {
            return self.wrong(format!("line {line}: {what} stands behind the manifest"));
        }
        if let Some(Item::Manifest(manifest)) = item.item {
            self.manifest = Some((line, manifest));
            return;
        }
        let bytes = item.encode_to_vec();
        self.count += 1;
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
        match item.item {
            Some(Item::Head(head)) => {
                self.checked.status = head.status();
                self.head = Some(head);
            }
            Some(Item::Notification(notification)) => self.version = notification.version,
            Some(Item::Evidence(entry)) => self.entry(entry, line),
            Some(Item::Event(event)) => self.event(&event.event.unwrap_or_default(), line),
            _ => {}
        }
    }

    fn number(&mut self, number: i64, line: usize, what: &str) {
        let expected = self.expected;
        self.expected = number.saturating_add(1);
        match number - expected {
            0 => {}
            1 => self.wrong(format!("line {line}: item {expected} is missing before {what}")),
            missing if missing > 1 => {
                let last = number - 1;
                self.wrong(format!("line {line}: the items {expected} to {last} are missing before {what}"));
            }
            _ => self
                .wrong(format!("line {line}: {what} is item {number}, and stands where {expected} belongs")),
        }
    }

    fn entry(&mut self, entry: wire::EvidenceEntry, line: usize) {
        let before = self.ledgers.get(&entry.transmission).cloned().unwrap_or_default();
        if (entry.number, &entry.previous_sha256) != (before.0 + 1, &before.1) {
            let (name, last) = (&entry.name, before.0);
            self.wrong(format!("line {line}: {name} does not follow entry {last} of its ledger"));
        }
        let receipt = match entry.receipt.as_str() {
            "" => Ok(None),
            receipt => verify(receipt, self.keys).map(Some).map_err(|error| error.to_string()),
        };
        match receipt.and_then(|receipt| ledger_entry::check(&entry, receipt.as_ref()).map(|()| receipt)) {
            Ok(receipt) => self.checked.good.extend(receipt),
            Err(why) => self.wrong(format!("line {line}: {}: {why}", entry.name)),
        }
        self.ledgers.insert(entry.transmission, (entry.number, entry.entry_sha256));
    }

    fn event(&mut self, event: &seamless_proto::seamless::feed::v1::Event, line: usize) {
        if event.previous_position != self.position {
            let (position, previous, before) = (event.position, event.previous_position, self.position);
            self.wrong(format!(
                "line {line}: the event at position {position} follows {previous}, and stands behind {before}"
            ));
        }
        self.position = event.position;
    }

    fn finish(mut self) -> Checked {
        let Some((line, manifest)) = self.manifest.take() else {
            self.wrong("the end: there is no manifest: the file was cut off, and nothing says what it held");
            return self.checked;
        };
        match self.signed(&manifest) {
            Ok(receipt) => self.checked.good.push(receipt),
            Err(why) => self.wrong(format!("line {line}: the manifest: {why}")),
        }
        if self.count != manifest.item_count {
            let (count, said) = (self.count, manifest.item_count);
            self.wrong(format!("line {line}: the manifest counts {said} items, before it are {count}"));
        }
        if hex::encode(self.hash.clone().finalize()) != manifest.sha256 {
            self.wrong(format!("line {line}: the items are not those over which the manifest was made"));
        }
        self.checked
    }

    /// The manifest's receipt, if it is good and its own.
    fn signed(&self, manifest: &wire::ExportManifest) -> Result<VerifiedReceipt, String> {
        if manifest.receipt.is_empty() {
            return Err("it has no receipt, so anybody can have made the file; export it again".to_owned());
        }
        let receipt = verify(&manifest.receipt, self.keys).map_err(|error| error.to_string())?;
        let claims = &receipt.claims;
        if (&claims.jti, hex::encode(claims.content_sha256)) != (&manifest.sha256, manifest.sha256.clone()) {
            return Err("it has another digest than its receipt".to_owned());
        }
        if (claims.iss.as_str(), claims.kind.as_str()) != (RECEIPT_ISSUER, "exported") {
            return Err(format!("its receipt is that of {}: {}", claims.kind, claims.sub));
        }
        let head = self.head.clone().unwrap_or_default();
        let time = head.export_time.unwrap_or_default();
        let said = (
            head.notification,
            head.exporting_authority,
            time.seconds.saturating_mul(1_000_000).saturating_add(i64::from(time.nanos / 1_000)),
            self.version,
        );
        if (claims.sub.clone(), claims.authority.clone(), claims.recorded, claims.version) != said {
            return Err(format!(
                "its receipt is for another file: of {} for {}",
                claims.sub, claims.authority
            ));
        }
        Ok(receipt)
    }
}

/// What an item is, for people.
fn named(item: &Item) -> String {
    match item {
        Item::Head(_) => "the head".to_owned(),
        Item::Notification(notification) => format!("the notification {}", notification.name),
        Item::Transmission(transmission) => format!("the transmission {}", transmission.name),
        Item::Evidence(entry) => format!("the entry {}", entry.name),
        Item::Clock(clock) => format!("the clock {}", clock.name),
        Item::FollowUp(follow_up) => format!("the follow-up {}", follow_up.name),
        Item::Removal(removal) => format!("the removal {}", removal.name),
        Item::Holder(holder) => format!("the holder {}", holder.authority),
        Item::Event(event) => {
            let position = event.event.as_ref().map(|event| event.position).unwrap_or_default();
            format!("the event at position {position}")
        }
        Item::Keys(_) => "the public keys".to_owned(),
        Item::Manifest(_) => "the manifest".to_owned(),
    }
}

#[cfg(test)]
mod tests;
