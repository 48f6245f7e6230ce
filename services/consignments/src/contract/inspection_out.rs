//! A pre-inspection from the domain onto the wire.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::{consignments::v1 as wire, disclosure::v1 as disclosure, r#type::v1 as value};

use super::{certificate_use::reuse_out, etag_out, party_out, test_out};
use crate::domain::model::{InspectedItem, Inspection, InspectionDocument, SealedContainer};

/// The pre-inspection with every field that it has.
#[must_use]
pub fn inspection_out(inspection: &Inspection) -> wire::Inspection {
    let content = &inspection.content;
    let place = |place: &Option<seamless_identifiers::Unlocode>| {
        place.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    wire::Inspection {
        name: inspection.name(),
        originator: inspection.originator.to_string(),
        arrangement: content.arrangement.to_string(),
        state: inspection.state as i32,
        version: i32::try_from(inspection.version).unwrap_or(i32::MAX),
        inspection_body: content.body.to_string(),
        certificate_id: content.certificate.clone(),
        valid_until: content.valid_until.map(day_out),
        reusable: content.reusable,
        unique_consignment_reference: content.unique_consignment_reference.clone(),
        transport_documents: content.transport_documents.clone(),
        containers: content.containers.iter().map(container_out).collect(),
        port_of_loading: place(&content.port_of_loading),
        port_of_destination: place(&content.port_of_destination),
        exporter: party_out(&content.exporter),
        manufacturer: party_out(&content.manufacturer),
        items: content.items.iter().map(item_out).collect(),
        outcome: content.outcome as i32,
        conditions: content.conditions.clone(),
        inspect_time: Some(timestamp_out(content.inspect_time)),
        inspector: content.inspector.clone(),
        internal_note: content.internal_note.clone(),
        documents: content.documents.iter().map(document_out).collect(),
        disclosures: content
            .disclosures
            .iter()
            .map(|one| disclosure::FieldDisclosure {
                path: one.path.clone(),
                audience: i32::from(one.audience),
                reason: one.reason.clone(),
            })
            .collect(),
        status: content.status as i32,
        revoke_reason: inspection.revoke_reason.clone(),
        create_time: Some(timestamp_out(inspection.create_time)),
        update_time: Some(timestamp_out(inspection.update_time)),
        etag: etag_out(i64::from(inspection.version)),
        reuse: content.reuse.as_ref().map(reuse_out),
        balance: None,
    }
}

fn container_out(container: &SealedContainer) -> wire::SealedContainer {
    wire::SealedContainer { number: container.number.to_string(), seals: container.seals.clone() }
}

fn item_out(item: &InspectedItem) -> wire::InspectedItem {
    wire::InspectedItem {
        commodity_code: item.commodity_code.to_string(),
        description: item.description.clone(),
        brand: item.brand.clone(),
        models: item.models.clone(),
        gtins: item.gtins.iter().map(ToString::to_string).collect(),
        lots: item.lots.clone(),
        quantity: item.quantity,
        tests: item.tests.iter().map(test_out).collect(),
        quantity_unit: item.quantity_unit.clone(),
    }
}

fn document_out(document: &InspectionDocument) -> wire::InspectionDocument {
    wire::InspectionDocument {
        title: document.title.clone(),
        sha256: document.sha256.clone(),
        size_bytes: i64::try_from(document.size_bytes).unwrap_or(i64::MAX),
        media_type: document.media_type.clone(),
    }
}

/// A day for the wire.
pub(super) fn day_out(day: jiff::civil::Date) -> value::CivilDate {
    value::CivilDate { year: i32::from(day.year()), month: i32::from(day.month()), day: i32::from(day.day()) }
}
