//! The words of the stories: goods, inspections and what is said of them.

use std::sync::atomic::{AtomicU64, Ordering};

use prost_types::Timestamp;
use seamless_identifiers::MovementReference;
use seamless_proto::seamless::{consignments::v1 as wire, r#type::v1::CivilDate};
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// An instant in RFC 3339.
pub fn at(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().unwrap();
    Some(Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() })
}

pub fn day(year: i32, month: i32, day: i32) -> Option<CivilDate> {
    Some(CivilDate { year, month, day })
}

pub fn party(name: &str) -> Option<wire::Party> {
    Some(wire::Party { name: name.to_owned(), country_code: "CN".to_owned(), ..wire::Party::default() })
}

/// Toy ducks that were inspected in Shanghai and passed.
pub fn ducks(certificate: &str) -> wire::Inspection {
    wire::Inspection {
        arrangement: "eu-cn".to_owned(),
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: certificate.to_owned(),
        valid_until: day(2027, 6, 30),
        unique_consignment_reference: format!("6CN{certificate}"),
        containers: vec![wire::SealedContainer {
            number: "CSQU3054383".to_owned(),
            seals: vec!["CN123456".to_owned()],
        }],
        port_of_loading: "CNSHA".to_owned(),
        port_of_destination: "NLRTM".to_owned(),
        exporter: party("Ningbo Example Toys Export"),
        manufacturer: party("Ningbo Example Toys"),
        items: vec![wire::InspectedItem {
            commodity_code: "950300".to_owned(),
            description: "bath ducks of soft plastic".to_owned(),
            brand: "Duckling".to_owned(),
            models: vec!["D-100".to_owned()],
            gtins: vec!["6291041500213".to_owned()],
            lots: vec!["L2610".to_owned()],
            quantity: Some(12_000.0),
            tests: vec![wire::TestResult {
                standard: "EN 71-3".to_owned(),
                parameter: "migration of lead".to_owned(),
                value: Some(0.4),
                uncertainty: Some(0.1),
                unit: "mg/kg".to_owned(),
                limit: Some(2.0),
                verdict: wire::TestVerdict::Pass.into(),
                ..wire::TestResult::default()
            }],
            quantity_unit: String::new(),
        }],
        outcome: wire::InspectionOutcome::Pass.into(),
        inspect_time: at("2026-01-02T08:00:00Z"),
        inspector: "Li Hua".to_owned(),
        internal_note: "second visit this year".to_owned(),
        ..wire::Inspection::default()
    }
}

/// The fields that a refusal names, in order.
pub fn wrong_fields(status: &Status) -> Vec<String> {
    let details = status.get_details_bad_request().expect("a refusal names its fields");
    let mut fields: Vec<String> = details.field_violations.into_iter().map(|wrong| wrong.field).collect();
    fields.sort();
    fields
}

/// Another declaration of a customs office in the Netherlands each time.
pub fn declaration() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(3_961_234_567);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    MovementReference::of_body(&format!("26NL{number:013}")).unwrap().into()
}

/// Toy ducks that arrive in Rotterdam under a declaration of their own, of which nothing else is known.
pub fn goods() -> wire::Consignment {
    wire::Consignment {
        entry_point: "NLRTM".to_owned(),
        arrival_time: at("2026-01-05T10:00:00Z"),
        movement_reference_number: declaration(),
        goods_item_number: 1,
        port_of_loading: "CNSHA".to_owned(),
        country_of_origin: "CN".to_owned(),
        commodity_code: "950300".to_owned(),
        description: "bath ducks of soft plastic".to_owned(),
        quantity: Some(12_000.0),
        gross_mass_kg: Some(900.0),
        value_eur: Some(8_000.0),
        transport_mode: wire::TransportMode::Maritime.into(),
        exporter: party("Ningbo Example Toys Export"),
        ..wire::Consignment::default()
    }
}

/// The pre-inspection of ducks with this certificate, shared.
pub async fn shared_ducks(running: &crate::running::Running, certificate: &str) -> wire::Inspection {
    let request = wire::CreateInspectionRequest {
        inspection: Some(ducks(certificate)),
        request_id: request_id(),
        validate_only: false,
    };
    let mut gacc = running.partner("cn-gacc");
    gacc.inspections.create_inspection(request).await.unwrap().into_inner()
}

/// What was found on the goods of a screening; suspended where the outcome is unspecified.
pub fn control_of(screening: &str, outcome: wire::ControlOutcome) -> wire::Control {
    wire::Control {
        screening: screening.to_owned(),
        outcome: outcome.into(),
        findings: "a duck was squeezed".to_owned(),
        internal_note: "the importer was nervous".to_owned(),
        examine_time: at("2026-01-20T09:00:00Z"),
        ..wire::Control::default()
    }
}

pub fn record(control: wire::Control) -> wire::RecordControlRequest {
    wire::RecordControlRequest { control: Some(control), request_id: request_id(), validate_only: false }
}
