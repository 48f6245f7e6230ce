//! `seamless evidence`, `seamless report-unreadable`, `seamless receipt-keys`.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use futures::StreamExt;
use prost::Message;
use seamless_proto::seamless::notifications::v1::{self as wire, export_evidence_response::Item};
use sha2::{Digest, Sha256};

use super::{mark, notification_name, pages, request_id};
use crate::{cli, connection::Connection, error::Failure, output};

/// Shows the ledgers of a notification that the authority may see, or saves the file of the case.
pub async fn run(connection: &Connection, arguments: cli::Evidence, json: bool) -> Result<(), Failure> {
    let name = notification_name(&arguments.name.name);
    if let Some(file) = &arguments.export {
        return export(connection, name, file).await;
    }
    let list =
        wire::ListTransmissionsRequest { parent: name.clone(), page_size: 500, page_token: String::new() };
    let transmissions = connection.transmissions().list_transmissions(list).await?.into_inner().transmissions;
    let wanted = |transmission: &&wire::Transmission| {
        arguments.recipient.as_ref().is_none_or(|recipient| *recipient == transmission.recipient)
    };
    let mut is_first = true;
    for transmission in transmissions.iter().filter(wanted) {
        let ledger = ledger(connection, &transmission.name).await?;
        if json {
            ledger.iter().try_for_each(output::json)?;
            continue;
        }
        let gap = if std::mem::replace(&mut is_first, false) { "" } else { "\n" };
        output::line(format!("{gap}to {} under {}", transmission.recipient, transmission.arrangement));
        output::line(table(&ledger));
    }
    Ok(())
}

/// Reports a version as unreadable.
pub async fn report_unreadable(
    connection: &Connection,
    arguments: cli::ReportUnreadable,
    json: bool,
) -> Result<(), Failure> {
    let transmission =
        format!("{}/transmissions/{}", notification_name(&arguments.name.name), connection.authority()?);
    let reason = output::value_name("UNREADABLE_REASON_", &arguments.reason);
    let reason = wire::UnreadableReason::from_str_name(&reason)
        .ok_or_else(|| Failure::usage(format!("{} is no reason; see --help", arguments.reason)))?;
    let version = match arguments.version {
        Some(version) => version,
        None => {
            let request = wire::GetTransmissionRequest { name: transmission.clone() };
            connection.transmissions().get_transmission(request).await?.into_inner().version
        }
    };
    let request = wire::ReportUnreadableRequest {
        transmission,
        version,
        reason: reason.into(),
        note: arguments.note,
        request_id: request_id(),
        validate_only: false,
    };
    let entry = connection.evidence().report_unreadable(request).await?.into_inner();
    if json {
        return output::json(&entry);
    }
    output::line(format!("version {} is reported as unreadable: {}", entry.version, entry.name));
    Ok(())
}

/// Prints the public keys of receipts.
pub async fn keys(connection: &Connection) -> Result<(), Failure> {
    let keys = connection.evidence().get_receipt_keys(wire::GetReceiptKeysRequest {}).await?.into_inner();
    output::line(keys.jwks);
    Ok(())
}

async fn ledger(connection: &Connection, transmission: &str) -> Result<Vec<wire::EvidenceEntry>, Failure> {
    let request =
        wire::ListEvidenceRequest { parent: transmission.to_owned(), ..wire::ListEvidenceRequest::default() };
    pages(usize::MAX, async |page_size, page_token| {
        let request = wire::ListEvidenceRequest { page_size, page_token, ..request.clone() };
        let page = connection.evidence().list_evidence(request).await?.into_inner();
        Ok((page.evidence, page.next_page_token))
    })
    .await
}

fn table(ledger: &[wire::EvidenceEntry]) -> crate::table::Table {
    let mut table = output::table(&["no", "what", "version", "time (UTC)", "by", "content", "receipt"]);
    for entry in ledger {
        let kind = output::word(entry.kind().as_str_name(), "EVIDENCE_KIND_");
        let what = match entry.kind() {
            wire::EvidenceKind::Unreadable => {
                let reason = output::word(entry.unreadable_reason().as_str_name(), "UNREADABLE_REASON_");
                format!("{kind}: {reason} {}", entry.note).trim_end().to_owned()
            }
            wire::EvidenceKind::Acted => format!("{kind}: step {}", entry.step),
            _ => kind,
        };
        let by = match entry.principal.as_str() {
            "" => entry.authority.clone(),
            principal => format!("{} ({principal})", entry.authority),
        };
        table.add_row([
            entry.number.to_string(),
            what,
            entry.version.to_string(),
            output::time(entry.event_time.as_ref()),
            by,
            entry.content_sha256.chars().take(12).collect(),
            if entry.receipt.is_empty() { "waits".to_owned() } else { "signed".to_owned() },
        ]);
    }
    table
}

/// Saves the file of a case, and checks it against its manifest on the way.
async fn export(connection: &Connection, name: String, file: &Path) -> Result<(), Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::while_doing(file.display(), error);
    let request = wire::ExportEvidenceRequest { name };
    let mut stream = connection.evidence().export_evidence(request).await?.into_inner();
    let mut out = BufWriter::new(File::create(file).map_err(|error| fail(&error))?);
    let mut hash = Sha256::new();
    let mut count = 0_i64;
    let mut manifest = None;
    let mut drill = "";
    while let Some(item) = stream.next().await {
        let item = item?;
        writeln!(out, "{}", output::json_text(&item)?).map_err(|error| fail(&error))?;
        if let Some(Item::Head(head)) = &item.item {
            drill = mark(head.status());
        }
        if let Some(Item::Manifest(found)) = item.item {
            manifest = Some(found);
            continue;
        }
        let bytes = item.encode_to_vec();
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
        count += 1;
    }
    out.flush().map_err(|error| fail(&error))?;
    let manifest = manifest.ok_or_else(|| fail(&"the file is not complete: it has no manifest"))?;
    let digest = hex::encode(hash.finalize());
    if (manifest.item_count, manifest.sha256.as_str()) != (count, digest.as_str()) {
        return Err(fail(&format!("{count} items with digest {digest} do not fit the manifest")));
    }
    output::line(format!("{drill}{count} items, complete: {}", file.display()));
    Ok(())
}
