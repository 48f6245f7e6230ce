//! Goods from the wire into the domain.

use std::{collections::BTreeMap, fmt::Display};

use seamless_api::violations::{Violations, Within, excerpt};
use seamless_identifiers::{CommodityCode, MovementReference, Unlocode};
use seamless_proto::seamless::consignments::v1 as wire;

use crate::domain::model::{CertificateReference, Consignment, Party, PreviousDocument, TestResult};

/// Characters of a unit.
pub(super) const UNIT_LENGTH: usize = 10;
/// What is kept of the number of a declaration that is none. They have 18 characters.
const MOVEMENT_REFERENCE_LENGTH: usize = 35;

/// Parses the goods at `at`. The entry point is a UN/LOCODE; whether it is one of ours is for the rules to say.
pub fn consignment_in(
    found: &mut Violations,
    at: &str,
    consignment: wire::Consignment,
) -> Option<Consignment> {
    let path = |name| Within(at, name);
    let wire::Consignment {
        entry_point,
        arrival_time,
        movement_reference_number,
        goods_item_number,
        unique_consignment_reference,
        transport_documents,
        containers,
        certificates,
        port_of_loading,
        country_of_origin,
        country_of_dispatch,
        commodity_code,
        description,
        brand,
        models,
        gtins,
        lots,
        quantity,
        gross_mass_kg,
        value_eur,
        transport_mode,
        exporter,
        manufacturer,
        importer,
        seller,
        carrier,
        listing_url,
        parcel_id,
        features,
        previous_document,
        quantity_unit,
    } = consignment;
    let entry_point = required_place(found, path("entry_point"), &entry_point);
    if arrival_time.is_none() {
        found.add(path("arrival_time"), "is required");
    }
    let arrival = found.timestamp(path("arrival_time"), arrival_time);
    let number = item_in(found, path("goods_item_number"), goods_item_number);
    let reference = movement_reference(found, path("movement_reference_number"), movement_reference_number);
    found.count(path("containers"), containers.len(), 50);
    let containers = containers.iter().take(50).enumerate();
    let containers = containers
        .filter_map(|(index, number)| {
            found.container(format_args!("{}[{index}]", path("containers")), number)
        })
        .collect();
    // Everything is read before anything that is missing ends it, so that all that is wrong is told at once.
    let unique_consignment_reference =
        found.text(path("unique_consignment_reference"), unique_consignment_reference, 35);
    let transport_documents = found.texts(path("transport_documents"), transport_documents, 20, 70);
    let certificates = certificates_in(found, path("certificates"), certificates);
    let port_of_loading = found.unlocode(path("port_of_loading"), &port_of_loading);
    let country_of_origin = found.country(path("country_of_origin"), &country_of_origin);
    let country_of_dispatch = found.country(path("country_of_dispatch"), &country_of_dispatch);
    let commodity_code = tariff_code(found, path("commodity_code"), &commodity_code);
    let description = found.text(path("description"), description, 1_000);
    let brand = found.text(path("brand"), brand, 200);
    let models = found.texts(path("models"), models, 20, 100);
    let gtins = found.gtins(path("gtins"), &gtins, 20);
    let lots = found.texts(path("lots"), lots, 50, 100);
    let quantity = found.not_negative(path("quantity"), quantity);
    let gross_mass_kg = found.not_negative(path("gross_mass_kg"), gross_mass_kg);
    let value_eur = found.not_negative(path("value_eur"), value_eur);
    let transport_mode = found.vocabulary(path("transport_mode"), transport_mode);
    let exporter = party_in(found, path("exporter"), exporter);
    let manufacturer = party_in(found, path("manufacturer"), manufacturer);
    let importer = party_in(found, path("importer"), importer);
    let seller = party_in(found, path("seller"), seller);
    let carrier = found.text(path("carrier"), carrier, 200);
    let listing_url = found.url(path("listing_url"), listing_url);
    let parcel_id = found.text(path("parcel_id"), parcel_id, 70);
    let features = features_in(found, path("features"), features);
    let previous_document =
        previous_document.map(|previous| previous_in(found, path("previous_document"), previous));
    let quantity_unit = found.text(path("quantity_unit"), quantity_unit, UNIT_LENGTH);
    let parsed = Consignment {
        entry_point: entry_point?,
        arrival: arrival?,
        movement_reference_number: reference,
        goods_item_number: number,
        unique_consignment_reference,
        transport_documents,
        containers,
        certificates,
        port_of_loading,
        country_of_origin,
        country_of_dispatch,
        commodity_code,
        description,
        brand,
        models,
        gtins,
        lots,
        quantity,
        gross_mass_kg,
        value_eur,
        transport_mode,
        exporter,
        manufacturer,
        importer,
        seller,
        carrier,
        listing_url,
        parcel_id,
        features,
        previous_document,
        quantity_unit,
    };
    Some(parsed)
}

/// An item of a declaration.
pub fn item_in(found: &mut Violations, field: impl Display, number: i32) -> u32 {
    let item = u32::try_from(number).ok().filter(|number| *number <= 99_999);
    if item.is_none() {
        found.add(field.to_string(), format!("wants 0 to 99999; got {number}"));
    }
    item.unwrap_or_default()
}

fn previous_in(
    found: &mut Violations,
    at: impl Display + Copy,
    previous: wire::PreviousDocument,
) -> PreviousDocument {
    let path = |name| Within(at, name);
    PreviousDocument {
        reference: found.required_text(path("reference"), previous.reference, 70),
        goods_item_number: item_in(found, path("goods_item_number"), previous.goods_item_number),
    }
}

fn required_place(found: &mut Violations, field: impl Display, text: &str) -> Option<Unlocode> {
    if text.is_empty() {
        found.add(field.to_string(), "is required");
    }
    found.unlocode(field, text)
}

/// A code of goods: HS, CN or TARIC. Chapters and headings name no goods, and would meet any inspection of their chapter.
pub(super) fn tariff_code(found: &mut Violations, field: impl Display, text: &str) -> Option<CommodityCode> {
    if !matches!(text.len(), 0 | 6 | 8 | 10) {
        found.add(field.to_string(), format!("wants 6, 8 or 10 digits; got {}", excerpt(text)));
        return None;
    }
    found.commodity_code(field, text)
}

/// The number of a declaration. One that is wrong is kept for people to see, and tells no declaration from another.
fn movement_reference(found: &mut Violations, field: impl Display + Copy, text: String) -> String {
    match found.parsed(field, &text, MovementReference::parse) {
        Some(reference) => reference.into(),
        None => found.text(field, text, MOVEMENT_REFERENCE_LENGTH),
    }
}

/// Parses somebody in the supply chain; unset is nobody.
pub fn party_in(found: &mut Violations, at: impl Display + Copy, party: Option<wire::Party>) -> Party {
    let Some(party) = party else { return Party::default() };
    let path = |name| Within(at, name);
    Party {
        name: found.text(path("name"), party.name, 200),
        address: found.text(path("address"), party.address, 500),
        country: found.country(path("country_code"), &party.country_code),
        credit_code: found.credit_code(path("unified_social_credit_code"), &party.unified_social_credit_code),
        eori: found.eori(path("eori"), &party.eori),
        external_id: found.text(path("external_id"), party.external_id, 100),
    }
}

fn certificates_in(
    found: &mut Violations,
    at: impl Display + Copy,
    certificates: Vec<wire::CertificateReference>,
) -> Vec<CertificateReference> {
    let certificates = found.bounded(at, certificates, 20).into_iter().enumerate();
    let parsed = certificates.filter_map(|(index, reference)| {
        let at = format!("{at}[{index}]");
        let body = found.parsed(format_args!("{at}.inspection_body"), &reference.inspection_body, str::parse);
        if reference.inspection_body.is_empty() {
            found.add(format!("{at}.inspection_body"), "is required");
        }
        let version = u32::try_from(reference.version);
        if version.is_err() {
            found.add(format!("{at}.version"), format!("wants 0 or more; got {}", reference.version));
        }
        let certificate =
            found.required_text(format_args!("{at}.certificate_id"), reference.certificate_id, 100);
        Some(CertificateReference { body: body?, certificate, version: version.ok().filter(|one| *one > 0) })
    });
    parsed.collect()
}

fn features_in(
    found: &mut Violations,
    at: impl Display + Copy,
    features: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    found.count(at, features.len(), 20);
    let mut parsed = BTreeMap::new();
    for (name, value) in features.into_iter().take(20) {
        let fits = (1..=40).contains(&name.len())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if !fits {
            found.add(
                at.to_string(),
                format!("names have 1 to 40 characters out of a-z, 0-9 and _; got {}", excerpt(&name)),
            );
            continue;
        }
        let value = found.text(format_args!("{at}.{name}"), value, 100);
        parsed.insert(name, value);
    }
    parsed
}

/// Parses tests of goods.
pub fn tests_in(found: &mut Violations, at: &str, tests: Vec<wire::TestResult>) -> Vec<TestResult> {
    let tests = found.bounded(at, tests, 50).into_iter().enumerate();
    tests.map(|(index, test)| test_in(found, &format!("{at}[{index}]"), test)).collect()
}

fn test_in(found: &mut Violations, at: &str, test: wire::TestResult) -> TestResult {
    let path = |name| Within(at, name);
    for (name, number) in [("value", test.value), ("limit", test.limit)] {
        if number.is_some_and(|number| !number.is_finite()) {
            found.add(path(name), "wants a finite number");
        }
    }
    if test.value.is_some() && test.unit.is_empty() {
        found.add(path("unit"), "is required with a value");
    }
    TestResult {
        standard: found.required_text(path("standard"), test.standard, 100),
        clause: found.text(path("clause"), test.clause, 100),
        laboratory: found.text(path("laboratory"), test.laboratory, 200),
        accreditation: found.text(path("accreditation"), test.accreditation, 100),
        parameter: found.text(path("parameter"), test.parameter, 200),
        value: test.value,
        uncertainty: found.not_negative(path("uncertainty"), test.uncertainty),
        unit: found.text(path("unit"), test.unit, 30),
        limit: test.limit,
        verdict: found.required_vocabulary(path("verdict"), test.verdict),
        test_date: found.date(path("test_date"), test.test_date),
    }
}
