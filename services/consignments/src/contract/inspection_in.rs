//! A pre-inspection from the wire into the domain.

use jiff::civil::Date;
use seamless_api::{
    Disclosable,
    violations::{Violations, excerpt},
};
use seamless_identifiers::PartialDate;
use seamless_proto::seamless::{consignments::v1 as wire, r#type::v1 as value};

use super::{
    certificate_use::reuse_in,
    consignment_in::{UNIT_LENGTH, tariff_code},
    party_in, tests_in,
};
use crate::domain::model::{
    EventStatus, InspectedItem, InspectionContent, InspectionDocument, InspectionOutcome, SealedContainer,
};

/// The record whose fields disclosures are about.
const RECORD: &str = "seamless.consignments.v1.Inspection";
/// Fields whose audience is fixed.
const FIXED: [&str; 11] = [
    "name",
    "originator",
    "arrangement",
    "state",
    "version",
    "inspection_body",
    "certificate_id",
    "outcome",
    "disclosures",
    "status",
    "balance",
];

/// Parses what the originator says; output-only fields are ignored. `at` is the path of the inspection in the request, for
/// messages; empty where it is the item itself.
pub fn inspection_in(
    found: &mut Violations,
    at: &str,
    inspection: wire::Inspection,
) -> Option<InspectionContent> {
    let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    let mut required = |name: &str, text: &str| {
        if text.is_empty() {
            found.add(path(name), "is required");
        }
    };
    required("arrangement", &inspection.arrangement);
    required("inspection_body", &inspection.inspection_body);
    let arrangement = found.parsed(path("arrangement"), &inspection.arrangement, str::parse);
    let body = found.parsed(path("inspection_body"), &inspection.inspection_body, str::parse);
    if inspection.inspect_time.is_none() {
        found.add(path("inspect_time"), "is required");
    }
    let inspect_time = found.timestamp(path("inspect_time"), inspection.inspect_time);
    let outcome = found.required_vocabulary(path("outcome"), inspection.outcome);
    let conditions = match outcome {
        InspectionOutcome::Conditional => {
            found.required_text(path("conditions"), inspection.conditions, 2_000)
        }
        _ => found.text(path("conditions"), inspection.conditions, 2_000),
    };
    let exporter = party_in(found, &path("exporter"), inspection.exporter);
    if exporter.name.is_empty() {
        found.add(path("exporter.name"), "is required");
    }
    if inspection.items.is_empty() {
        found.add(path("items"), "is required: 1 to 100 items");
    }
    let items = found.bounded(path("items"), inspection.items, 100).into_iter().enumerate();
    let items = items
        .filter_map(|(index, item)| item_in(found, &format!("{}[{index}]", path("items")), item))
        .collect();
    let containers = found.bounded(path("containers"), inspection.containers, 50).into_iter().enumerate();
    let containers = containers
        .filter_map(|(index, one)| container_in(found, &format!("{}[{index}]", path("containers")), one))
        .collect();
    // Everything is read before anything that is missing ends it, so that all that is wrong is told at once.
    let certificate = found.required_text(path("certificate_id"), inspection.certificate_id, 100);
    let valid_until = day_in(found, &path("valid_until"), inspection.valid_until);
    let unique_consignment_reference =
        found.text(path("unique_consignment_reference"), inspection.unique_consignment_reference, 35);
    let transport_documents =
        found.texts(path("transport_documents"), inspection.transport_documents, 20, 70);
    let port_of_loading = found.unlocode(path("port_of_loading"), &inspection.port_of_loading);
    let port_of_destination = found.unlocode(path("port_of_destination"), &inspection.port_of_destination);
    let manufacturer = party_in(found, &path("manufacturer"), inspection.manufacturer);
    let inspector = found.text(path("inspector"), inspection.inspector, 200);
    let internal_note = found.text(path("internal_note"), inspection.internal_note, 5_000);
    let documents = documents_in(found, &path("documents"), inspection.documents);
    let disclosures = DISCLOSABLE.parse(found, &path("disclosures"), inspection.disclosures);
    let status = found.vocabulary(path("status"), inspection.status).unwrap_or(EventStatus::Actual);
    let reuse = reuse_in(found, &path("reuse"), inspection.reusable, inspection.reuse);
    let content = InspectionContent {
        arrangement: arrangement?,
        body: body?,
        certificate,
        valid_until,
        reusable: inspection.reusable,
        unique_consignment_reference,
        transport_documents,
        containers,
        port_of_loading,
        port_of_destination,
        exporter,
        manufacturer,
        items,
        outcome,
        conditions,
        inspect_time: inspect_time?,
        inspector,
        internal_note,
        documents,
        disclosures,
        status,
        reuse,
    };
    Some(content)
}

fn item_in(found: &mut Violations, at: &str, item: wire::InspectedItem) -> Option<InspectedItem> {
    let path = |name: &str| format!("{at}.{name}");
    if item.commodity_code.is_empty() {
        found.add(path("commodity_code"), "is required");
    }
    let code = tariff_code(found, path("commodity_code"), &item.commodity_code);
    let parsed = InspectedItem {
        description: found.required_text(path("description"), item.description, 1_000),
        brand: found.text(path("brand"), item.brand, 200),
        models: found.texts(path("models"), item.models, 20, 100),
        gtins: found.gtins(path("gtins"), &item.gtins, 20),
        lots: found.texts(path("lots"), item.lots, 50, 100),
        quantity: found.not_negative(path("quantity"), item.quantity),
        tests: tests_in(found, &path("tests"), item.tests),
        quantity_unit: found.text(path("quantity_unit"), item.quantity_unit, UNIT_LENGTH),
        commodity_code: code?,
    };
    Some(parsed)
}

fn container_in(
    found: &mut Violations,
    at: &str,
    container: wire::SealedContainer,
) -> Option<SealedContainer> {
    let field = format!("{at}.number");
    if container.number.is_empty() {
        found.add(&field, "is required");
    }
    let number = found.container(&field, &container.number);
    let seals = found.texts(format!("{at}.seals"), container.seals, 10, 35);
    Some(SealedContainer { number: number?, seals })
}

fn documents_in(
    found: &mut Violations,
    at: &str,
    documents: Vec<wire::InspectionDocument>,
) -> Vec<InspectionDocument> {
    let documents = found.bounded(at, documents, 20).into_iter().enumerate();
    let parsed = documents.map(|(index, document)| {
        let at = format!("{at}[{index}]");
        let digest = document.sha256;
        let is_digest =
            digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_digest {
            let got = excerpt(&digest);
            found.add(format!("{at}.sha256"), format!("wants 64 lower-case hexadecimal digits; got {got}"));
        }
        InspectionDocument {
            title: found.required_text(format!("{at}.title"), document.title, 100),
            sha256: digest,
            size_bytes: 0,
            media_type: String::new(),
        }
    });
    parsed.collect()
}

/// The fields whose audience may be chosen.
const DISCLOSABLE: Disclosable<'static> = Disclosable {
    record: "a pre-inspection",
    most: 50,
    is_field: &|path| seamless_proto::audience_of(RECORD, path).is_some(),
    is_fixed: &|group| FIXED.contains(&group),
};

/// A whole day.
pub(super) fn day_in(found: &mut Violations, field: &str, date: Option<value::CivilDate>) -> Option<Date> {
    let date: PartialDate = found.date(field, date)?;
    let whole = date.month().zip(date.day()).and_then(|(month, day)| {
        Date::new(i16::try_from(date.year()).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    });
    if whole.is_none() {
        found.add(field, format!("wants year, month and day; got {date}"));
    }
    whole
}
