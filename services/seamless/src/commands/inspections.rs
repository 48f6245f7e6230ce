//! `seamless inspections`: what was inspected before export.

use seamless_proto::seamless::consignments::v1 as wire;
use serde::Serialize;

use super::{
    numbered, pages, request_id, resource,
    rows::{Progress, Rejects, deliver_sheet},
};
use crate::{cli, connection::Connection, error::Failure, import::sheet::Header, output};

/// How the columns are called.
const HEADER: Header = Header {
    aliases: &[("certificate", "certificate_id")],
    required: &[
        &["arrangement"],
        &["inspection_body"],
        &["certificate_id"],
        &["exporter.name"],
        &["items.commodity_code"],
        &["items.description"],
        &["outcome"],
        &["inspect_time"],
    ],
    needed: None,
};

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Inspections, json: bool) -> Result<(), Failure> {
    match step {
        cli::Inspections::Import(rows) => import(connection, &rows, json).await,
        cli::Inspections::List { body, certificate, container, state, limit } => {
            let filter = wire::InspectionFilter {
                inspection_body: body.unwrap_or_default(),
                certificate_id: certificate.unwrap_or_default(),
                container: container.unwrap_or_default(),
                state: numbered(state.as_deref(), "INSPECTION_STATE_", wire::InspectionState::from_str_name)?,
                ..wire::InspectionFilter::default()
            };
            list(connection, filter, limit, json).await
        }
        cli::Inspections::Show { name } => {
            let request = wire::GetInspectionRequest { name: inspection_name(&name) };
            let inspection = connection.inspections().get_inspection(request).await?.into_inner();
            if json {
                return output::json(&inspection);
            }
            show(&inspection);
            Ok(())
        }
        cli::Inspections::Revoke { name, reason } => revoke(connection, &name, reason, json).await,
    }
}

/// `inspections/UUID` from that, the UUID alone, or `BODY/CERTIFICATE`.
fn inspection_name(given: &str) -> String {
    match given.split_once('/') {
        Some(("inspections" | "inspectionBodies", _)) => given.to_owned(),
        Some((body, certificate)) => {
            format!("inspectionBodies/{body}/certificates/{}", percent_encoded(certificate))
        }
        None => resource("inspections", given),
    }
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// How many rows met which fate.
#[derive(Default, Serialize)]
pub struct Counts {
    pub rows: u64,
    pub created: u64,
    pub amended: u64,
    pub unchanged: u64,
    /// Right, and only checked.
    pub valid: u64,
    pub rejected: u64,
}

async fn import(connection: &Connection, rows: &cli::Rows, json: bool) -> Result<(), Failure> {
    let (counts, rejects) = send(connection, rows).await?;
    if json {
        output::line(output::plain_json(&counts)?);
    } else {
        let Counts { rows: count, created, amended, unchanged, valid, rejected } = counts;
        output::line(match rows.check {
            true => format!("{count} rows: {valid} right, {rejected} rejected; nothing was stored"),
            false => format!(
                "{count} rows: {created} created, {amended} amended, {unchanged} unchanged, {rejected} rejected"
            ),
        });
    }
    rejects.tell()
}

/// Sends the rows of a file, and accounts for each.
pub async fn send(connection: &Connection, rows: &cli::Rows) -> Result<(Counts, Rejects), Failure> {
    let check = rows.check;
    let make = move |inspection: wire::Inspection| {
        let subject = format!("{}/{}", inspection.inspection_body, inspection.certificate_id);
        let request = wire::SubmitInspectionsRequest { inspection: Some(inspection), validate_only: check };
        (subject, Ok(request))
    };
    let client = connection.inspections();
    let open = |requests| {
        let mut client = client.clone();
        async move { client.submit_inspections(requests).await }
    };
    let mut counts = Counts::default();
    let accept = |_: &_, answer: wire::SubmitInspectionsResponse| {
        match answer.result() {
            wire::SubmitResult::Created => counts.created += 1,
            wire::SubmitResult::Amended => counts.amended += 1,
            wire::SubmitResult::Unchanged => counts.unchanged += 1,
            wire::SubmitResult::Valid => counts.valid += 1,
            wire::SubmitResult::Refused | wire::SubmitResult::Unspecified => {}
        }
        Ok(answer.violations)
    };
    let delivered = deliver_sheet(rows, Progress::Shown, HEADER, make, open, accept).await?;
    (counts.rows, counts.rejected) = (delivered.rows, delivered.rejects.count());
    Ok((counts, delivered.rejects))
}

async fn list(
    connection: &Connection,
    filter: wire::InspectionFilter,
    limit: usize,
    json: bool,
) -> Result<(), Failure> {
    let inspections = pages(limit, async |page_size, page_token| {
        let request = wire::ListInspectionsRequest { filter: Some(filter.clone()), page_size, page_token };
        let page = connection.inspections().list_inspections(request).await?.into_inner();
        Ok((page.inspections, page.next_page_token))
    })
    .await?;
    if json {
        return inspections.iter().try_for_each(output::json);
    }
    let mut table = output::table(&["inspection", "certificate", "outcome", "goods", "valid until", "state"]);
    for inspection in &inspections {
        table.add_row([
            inspection.name.trim_start_matches("inspections/").to_owned(),
            format!("{}/{} v{}", inspection.inspection_body, inspection.certificate_id, inspection.version),
            output::word(inspection.outcome().as_str_name(), "INSPECTION_OUTCOME_"),
            inspection.items.first().map(|item| item.description.clone()).unwrap_or_default(),
            output::day(inspection.valid_until.as_ref()),
            output::word(inspection.state().as_str_name(), "INSPECTION_STATE_"),
        ]);
    }
    output::line(table);
    output::line(format!("{} shown", inspections.len()));
    Ok(())
}

fn show(inspection: &wire::Inspection) {
    let party = |party: Option<&wire::Party>| party.map(|party| party.name.clone()).unwrap_or_default();
    let containers: Vec<&str> =
        inspection.containers.iter().map(|container| container.number.as_str()).collect();
    let mut facts = output::table(&[]);
    let outcome = output::word(inspection.outcome().as_str_name(), "INSPECTION_OUTCOME_");
    for (label, fact) in [
        ("name", inspection.name.clone()),
        ("certificate", format!("{}/{}", inspection.inspection_body, inspection.certificate_id)),
        ("state", output::word(inspection.state().as_str_name(), "INSPECTION_STATE_")),
        ("revoked because", inspection.revoke_reason.clone()),
        ("version", inspection.version.to_string()),
        ("outcome", outcome),
        ("conditions", inspection.conditions.clone()),
        ("inspected (UTC)", output::time(inspection.inspect_time.as_ref())),
        ("valid until", output::day(inspection.valid_until.as_ref())),
        ("reusable", if inspection.reusable { "yes".to_owned() } else { String::new() }),
        ("shared by", format!("{} under {}", inspection.originator, inspection.arrangement)),
        ("exporter", party(inspection.exporter.as_ref())),
        ("manufacturer", party(inspection.manufacturer.as_ref())),
        ("containers", containers.join(", ")),
        ("transport documents", inspection.transport_documents.join(", ")),
        ("consignment reference", inspection.unique_consignment_reference.clone()),
        ("inspector", inspection.inspector.clone()),
        ("internal note", inspection.internal_note.clone()),
    ] {
        if !fact.is_empty() {
            facts.add_row([label.to_owned(), fact]);
        }
    }
    for item in &inspection.items {
        let made = [item.brand.clone(), item.models.join(", "), item.lots.join(", ")];
        let made: Vec<String> = made.into_iter().filter(|text| !text.is_empty()).collect();
        let goods = format!("{} {} {}", item.commodity_code, item.description, made.join(" / "));
        facts.add_row(["goods".to_owned(), goods]);
    }
    for (label, fact) in used(inspection) {
        facts.add_row([label.to_owned(), fact]);
    }
    output::line(facts);
}

/// What the certificate may be used for, and how far it was.
fn used(inspection: &wire::Inspection) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(terms) = &inspection.reuse {
        let unit = if terms.quantity_unit.is_empty() { "pieces" } else { &terms.quantity_unit };
        let exporters = terms.exporters.iter().map(|party| party.name.clone()).collect::<Vec<_>>().join(", ");
        let limit = |quantity: Option<f64>| quantity.map(|quantity| format!("{quantity} {unit}"));
        facts.extend([
            ("further exporters", if terms.any_exporter { "any".to_owned() } else { exporters }),
            ("at most each", limit(terms.quantity_per_consignment).unwrap_or_default()),
            ("at most in all", limit(terms.total_quantity).unwrap_or_default()),
        ]);
    }
    if let Some(balance) = &inspection.balance {
        let whole = if balance.used_as_a_whole { ", one of them as a whole" } else { "" };
        let times = format!("{} times, by {} consignments{whole}", balance.times_used, balance.consignments);
        facts.push(("used", times));
        facts.extend(balance.quantities.iter().map(|counted| {
            let wire::CountedQuantity { covers, remaining, unit, item, .. } = counted;
            let of = if inspection.reusable { "all".to_owned() } else { format!("item {}", item + 1) };
            ("left", format!("{remaining} of {covers} {unit} of {of}"))
        }));
    }
    facts.retain(|(_, fact)| !fact.is_empty());
    facts
}

async fn revoke(connection: &Connection, name: &str, reason: String, json: bool) -> Result<(), Failure> {
    let mut client = connection.inspections();
    let mut name = inspection_name(name);
    if !name.starts_with("inspections/") {
        name = client.get_inspection(wire::GetInspectionRequest { name }).await?.into_inner().name;
    }
    let request = wire::RevokeInspectionRequest {
        name,
        reason,
        request_id: request_id(),
        ..wire::RevokeInspectionRequest::default()
    };
    let revoked = client.revoke_inspection(request).await?.into_inner();
    if json {
        return output::json(&revoked);
    }
    output::line(format!("{} counts for nothing any more", revoked.name));
    Ok(())
}
