//! Goods from the domain onto the wire.

use seamless_api::violations::{date_out, timestamp_out};
use seamless_proto::seamless::consignments::v1 as wire;

use crate::domain::model::{CertificateReference, Consignment, Party, Probability, TestResult};

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// The goods.
#[must_use]
pub fn consignment_out(consignment: &Consignment) -> wire::Consignment {
    wire::Consignment {
        entry_point: consignment.entry_point.to_string(),
        arrival_time: Some(timestamp_out(consignment.arrival)),
        movement_reference_number: consignment.movement_reference_number.clone(),
        goods_item_number: i32::try_from(consignment.goods_item_number).unwrap_or(i32::MAX),
        unique_consignment_reference: consignment.unique_consignment_reference.clone(),
        transport_documents: consignment.transport_documents.clone(),
        containers: texts(&consignment.containers),
        certificates: consignment.certificates.iter().map(certificate_out).collect(),
        port_of_loading: text(consignment.port_of_loading.as_ref()),
        country_of_origin: text(consignment.country_of_origin.as_ref()),
        country_of_dispatch: text(consignment.country_of_dispatch.as_ref()),
        commodity_code: text(consignment.commodity_code.as_ref()),
        description: consignment.description.clone(),
        brand: consignment.brand.clone(),
        models: consignment.models.clone(),
        gtins: texts(&consignment.gtins),
        lots: consignment.lots.clone(),
        quantity: consignment.quantity,
        gross_mass_kg: consignment.gross_mass_kg,
        value_eur: consignment.value_eur,
        transport_mode: consignment.transport_mode.map_or(0, |mode| mode as i32),
        exporter: party_out(&consignment.exporter),
        manufacturer: party_out(&consignment.manufacturer),
        importer: party_out(&consignment.importer),
        seller: party_out(&consignment.seller),
        carrier: consignment.carrier.clone(),
        listing_url: consignment.listing_url.clone(),
        parcel_id: consignment.parcel_id.clone(),
        features: consignment.features.clone(),
        previous_document: consignment.previous_document.as_ref().map(|previous| wire::PreviousDocument {
            reference: previous.reference.clone(),
            goods_item_number: i32::try_from(previous.goods_item_number).unwrap_or(i32::MAX),
        }),
        quantity_unit: consignment.quantity_unit.clone(),
    }
}

fn certificate_out(reference: &CertificateReference) -> wire::CertificateReference {
    wire::CertificateReference {
        inspection_body: reference.body.to_string(),
        certificate_id: reference.certificate.clone(),
        version: reference.version.map_or(0, |version| i32::try_from(version).unwrap_or(i32::MAX)),
    }
}

/// Somebody in the supply chain; none where nothing is said.
#[must_use]
pub fn party_out(party: &Party) -> Option<wire::Party> {
    (!party.is_empty()).then(|| wire::Party {
        name: party.name.clone(),
        address: party.address.clone(),
        country_code: text(party.country.as_ref()),
        unified_social_credit_code: text(party.credit_code.as_ref()),
        eori: text(party.eori.as_ref()),
        external_id: party.external_id.clone(),
    })
}

/// A test.
#[must_use]
pub fn test_out(test: &TestResult) -> wire::TestResult {
    wire::TestResult {
        standard: test.standard.clone(),
        clause: test.clause.clone(),
        laboratory: test.laboratory.clone(),
        accreditation: test.accreditation.clone(),
        parameter: test.parameter.clone(),
        value: test.value,
        uncertainty: test.uncertainty,
        unit: test.unit.clone(),
        limit: test.limit,
        verdict: test.verdict as i32,
        test_date: test.test_date.as_ref().map(date_out),
    }
}

/// A probability with its interval.
#[must_use]
pub fn probability_out(probability: &Probability) -> wire::Probability {
    let Probability { mean, lower, upper, observations } = *probability;
    // A number without width is nobody's measure.
    if upper <= lower {
        return stated_out(mean);
    }
    wire::Probability { mean, lower, upper, observations, stated: observations <= 0.0 }
}

/// A probability that is stated, and not measured.
#[must_use]
pub fn stated_out(mean: f64) -> wire::Probability {
    wire::Probability { mean, lower: 0.0, upper: 1.0, observations: 0.0, stated: true }
}
