//! Goods, pre-inspections and alerts that nobody has, with the variety of real ones.
//!
//! Invariant: each depends on its number alone, and goods on how many pre-inspections there are too. Of the goods a
//! quarter was inspected before export, a quarter comes in containers of which nothing is known, and half are parcels; a
//! twentieth is the product of one of the first alerts, and of the others many share a brand with some alert.

use prost_types::Timestamp;
use seamless_consignments::domain::model::{
    EventStatus, InspectedItem, Inspection, InspectionContent, InspectionOutcome, InspectionState, Party,
    SealedContainer, TestResult, TestVerdict,
};
use seamless_identifiers::{CommodityCode, ContainerNumber, Gtin, MovementReference, Unlocode};
use seamless_proto::seamless::{consignments::v1 as wire, notifications::v1 as alerts};
use uuid::Uuid;

use crate::{Failure, matching::synthetic};
use synthetic::Draw;

/// Alerts whose products arrive: the same in every run, however many alerts there are.
pub const WANTED_ALERTS: u32 = 1_000;
/// Pre-inspections that share a container.
const A_CONTAINER: u64 = 3;
const BODIES: [&str; 2] = ["cn-ciq-shanghai", "cn-ciq-shenzhen"];
const COMMODITIES: [(&str, &str); 4] = [
    ("950300", "toys of plastics, other than construction sets, in retail boxes"),
    ("850440", "chargers with a USB plug, 5 V"),
    ("940541", "lighting chains with light-emitting diodes, for indoor use"),
    ("420292", "travelling bags of textile materials"),
];
const PORTS: [&str; 4] = ["CNSHA", "CNNGB", "CNSZX", "CNYTN"];

/// What a pre-inspection and the goods that it covers have in common.
struct Inspected {
    body: &'static str,
    certificate: String,
    container: String,
    reference: String,
    transport_document: String,
    commodity: (&'static str, &'static str),
    exporter: String,
    port: &'static str,
}

fn inspected(number: u64) -> Inspected {
    let pick = number as usize;
    Inspected {
        body: BODIES[pick % BODIES.len()],
        certificate: format!("SH-26-{number:07}"),
        container: container("CSQU", number / A_CONTAINER),
        reference: format!("6CN91310000{number:010}"),
        transport_document: format!("MAEU{:09}", number / (2 * A_CONTAINER)),
        commodity: COMMODITIES[pick % COMMODITIES.len()],
        exporter: format!("Ningbo Example Export Company No. {}", number % 9_973),
        port: PORTS[pick % PORTS.len()],
    }
}

/// The pre-inspection of this number, made at `now`. Every tenth is for further consignments of the same products.
///
/// # Errors
/// Never: its parts are right.
pub fn inspection(number: u64, now: jiff::Timestamp) -> Result<Inspection, Failure> {
    let mut draw = Draw(number << 20);
    let of = inspected(number);
    let reusable = number.is_multiple_of(10);
    let tests = ["migration of lead", "migration of cadmium", "small parts", "phthalates"];
    let party = |name: String| Party {
        name,
        address: "88 Example Road, Beilun District, Ningbo, Zhejiang".to_owned(),
        ..Party::default()
    };
    let content = InspectionContent {
        arrangement: "eu-cn".parse()?,
        body: of.body.parse()?,
        certificate: of.certificate,
        valid_until: Some(jiff::civil::date(2099, 12, 31)),
        reusable,
        unique_consignment_reference: of.reference,
        transport_documents: vec![of.transport_document],
        containers: vec![SealedContainer {
            number: ContainerNumber::parse(&of.container)?,
            seals: vec![format!("CN{:06}", draw.below(1_000_000))],
        }],
        port_of_loading: Some(Unlocode::parse(of.port)?),
        port_of_destination: Some(Unlocode::parse("NLRTM")?),
        exporter: party(of.exporter),
        manufacturer: party(format!("Ningbo Example Works No. {}", draw.below(5_000))),
        items: vec![InspectedItem {
            commodity_code: CommodityCode::parse(of.commodity.0)?,
            description: of.commodity.1.to_owned(),
            brand: synthetic::brand(draw.below(60_000)),
            models: vec![synthetic::model(&mut draw)],
            gtins: vec![Gtin::parse(&synthetic::gtin(&mut draw))?],
            lots: vec![format!("L{:05}", draw.below(100_000))],
            quantity: Some((100 + draw.below(20_000)) as f64),
            tests: tests.iter().map(|parameter| test(parameter, &mut draw)).collect(),
            quantity_unit: String::new(),
        }],
        outcome: match draw.below(100) {
            0..2 => InspectionOutcome::Fail,
            2..5 => InspectionOutcome::Conditional,
            _ => InspectionOutcome::Pass,
        },
        conditions: String::new(),
        inspect_time: now,
        inspector: "Li Hua".to_owned(),
        internal_note: String::new(),
        documents: Vec::new(),
        disclosures: Vec::new(),
        status: EventStatus::Actual,
        reuse: None,
    };
    Ok(Inspection {
        id: Uuid::now_v7(),
        originator: "cn-gacc".parse()?,
        state: InspectionState::Active,
        version: 1,
        content,
        revoke_reason: String::new(),
        create_time: now,
        update_time: now,
    })
}

fn test(parameter: &str, draw: &mut Draw) -> TestResult {
    TestResult {
        standard: "EN 71-3:2019".to_owned(),
        clause: "4.2".to_owned(),
        laboratory: "Ningbo Example Testing".to_owned(),
        accreditation: "CNAS L0000".to_owned(),
        parameter: parameter.to_owned(),
        value: Some(draw.below(200) as f64 / 100.0),
        uncertainty: Some(0.1),
        unit: "mg/kg".to_owned(),
        limit: Some(2.0),
        verdict: TestVerdict::Pass,
        test_date: None,
    }
}

/// The goods of this number, which arrive at Rotterdam at `arrival` (seconds since 1970) or on one of the two days after.
pub fn goods(number: u64, inspections: u64, arrival: i64) -> wire::Consignment {
    let mut draw = Draw((number << 20) ^ 0x60_0d5);
    let party =
        |name: String| Some(wire::Party { name, country_code: "CN".to_owned(), ..Default::default() });
    let (commodity, description) = *draw.of(&COMMODITIES);
    let mut goods = wire::Consignment {
        entry_point: "NLRTM".to_owned(),
        arrival_time: Some(Timestamp { seconds: arrival + 86_400 * (number % 3) as i64, nanos: 0 }),
        movement_reference_number: MovementReference::of_body(&format!("26NL{number:013}"))
            .map_or_else(|_| String::new(), String::from),
        goods_item_number: 1 + draw.below(20) as i32,
        port_of_loading: (*draw.of(&PORTS)).to_owned(),
        country_of_origin: "CN".to_owned(),
        country_of_dispatch: "CN".to_owned(),
        commodity_code: commodity.to_owned(),
        description: description.to_owned(),
        quantity: Some((1 + draw.below(20_000)) as f64),
        gross_mass_kg: Some((1 + draw.below(9_000)) as f64 / 10.0),
        value_eur: Some((1 + draw.below(50_000)) as f64),
        exporter: party(format!("Ningbo Example Export Company No. {}", draw.below(9_973))),
        importer: party(format!("Example Import No. {} B.V.", draw.below(20_000))),
        carrier: "Example Line".to_owned(),
        ..wire::Consignment::default()
    };
    match draw.below(100) {
        0..25 if inspections > 0 => cover(&mut goods, inspected(draw.next() % inspections), &mut draw),
        0..50 => {
            goods.transport_mode = wire::TransportMode::Maritime.into();
            goods.containers = vec![container("TGHU", draw.next() % 1_000_000)];
            goods.transport_documents = vec![format!("ONEY{:09}", draw.below(1_000_000_000))];
        }
        _ => parcel(&mut goods, &mut draw),
    }
    if draw.percent(5) {
        recalled(&mut goods, number as u32);
    }
    goods
}

fn cover(goods: &mut wire::Consignment, of: Inspected, draw: &mut Draw) {
    goods.transport_mode = wire::TransportMode::Maritime.into();
    goods.commodity_code = of.commodity.0.to_owned();
    goods.description = of.commodity.1.to_owned();
    goods.containers = vec![of.container];
    if draw.percent(60) {
        goods.certificates = vec![wire::CertificateReference {
            inspection_body: of.body.to_owned(),
            certificate_id: of.certificate,
            version: 0,
        }];
    }
    if draw.percent(50) {
        goods.unique_consignment_reference = of.reference;
    }
    goods.transport_documents = vec![of.transport_document];
    // Of the inspected goods, of which there are a hundred at least: honest ones leave some to those behind them.
    goods.quantity = Some(1.0);
    goods.exporter =
        Some(wire::Party { name: of.exporter, country_code: "CN".to_owned(), ..Default::default() });
}

fn parcel(goods: &mut wire::Consignment, draw: &mut Draw) {
    goods.transport_mode = wire::TransportMode::Air.into();
    goods.parcel_id = format!("RR{:09}CN", draw.below(1_000_000_000));
    let product = synthetic::alert(draw.next() as u32 | 1 << 31);
    goods.description = product.names.join(" ");
    goods.listing_url = format!("https://market.example.invalid/item/{}", draw.below(1_000_000_000));
    goods.seller = Some(wire::Party { name: format!("shop {}", draw.below(200_000)), ..Default::default() });
    // Half of the brands are among those of alerts.
    goods.brand = match draw.below(100) {
        0..30 => product.brand,
        30..60 => synthetic::brand(6_000 + draw.below(60_000)),
        _ => String::new(),
    };
    goods.models = product.models;
    goods.gtins = product.gtins;
}

fn recalled(goods: &mut wire::Consignment, number: u32) {
    let (_, product) = synthetic::query(number, WANTED_ALERTS);
    goods.description = product.names.join(" ");
    goods.brand = product.brand;
    goods.models = product.models;
    goods.gtins = product.gtins;
}

/// An item of the stream; its request is new each time.
pub fn item(consignment: wire::Consignment) -> wire::ScreenConsignmentsRequest {
    wire::ScreenConsignmentsRequest {
        consignment: Some(consignment),
        request_id: Uuid::now_v7().to_string(),
        ..Default::default()
    }
}

/// The alert of this number as the notifications service imports it.
pub fn alert(number: u32) -> alerts::ImportNotificationsRequest {
    let product = synthetic::alert(number);
    let mut item = crate::alerts::item(number as usize);
    if let Some(notification) = &mut item.notification {
        if let Some(told) = &mut notification.product {
            told.product_name = crate::alerts::english(&product.names[0]);
            told.brand = product.brand;
            told.models = product.models;
            told.gtins = product.gtins;
            told.batch_numbers = product.batches;
        }
        if let Some(operators) = notification.traceability.as_mut().map(|told| &mut told.operators) {
            match product.manufacturers.into_iter().next() {
                Some(name) => operators[0].operator_name = name,
                None => operators.clear(),
            }
        }
    }
    item
}

/// A container number with its check digit [ISO 6346].
fn container(owner: &str, number: u64) -> String {
    let body = format!("{owner}{:06}", number % 1_000_000);
    let value = |letter: u8| match letter {
        b'0'..=b'9' => u32::from(letter - b'0'),
        // 10, 12, 13 …: multiples of 11 are left out.
        _ => {
            let place = u32::from(letter - b'A');
            10 + place + place.div_ceil(10)
        }
    };
    let sum: u32 = body.bytes().zip(0..).map(|(letter, place)| value(letter) << place).sum();
    format!("{body}{}", sum % 11 % 10)
}
