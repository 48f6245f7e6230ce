//! The words of the stories: a dangerous bath duck, a kettle, a boat, and goods that arrive.

use prost_types::Timestamp;
use seamless_proto::seamless::{
    consignments::v1 as wire,
    notifications::v1 as alert,
    r#type::v1::{CivilDate, LanguageVersion, LocalizedText},
};

use super::world::World;

/// A product as its alert and its declaration name it.
#[derive(Clone, Copy)]
pub struct Product {
    pub name: &'static str,
    pub brand: &'static str,
    pub model: &'static str,
    pub gtin: &'static str,
    pub commodity_code: &'static str,
    pub maker: &'static str,
}

pub const DUCK: Product = Product {
    name: "bath duck of soft plastic",
    brand: "Duckling",
    model: "DK-1100",
    gtin: "06291041500213",
    commodity_code: "950300",
    maker: "Ningbo Example Toys",
};
pub const KETTLE: Product = Product {
    name: "electric kettle",
    brand: "Boilwell",
    model: "BW-1700",
    gtin: "04006381333931",
    commodity_code: "851610",
    maker: "Foshan Example Appliances",
};
pub const BOAT: Product = Product {
    name: "wooden sailing boat",
    brand: "Regatta",
    model: "RG-77",
    gtin: "",
    commodity_code: "950300",
    maker: "Yiwu Example Woodwork",
};

fn english(text: &str) -> Option<LocalizedText> {
    let version = LanguageVersion { language_code: "en".to_owned(), text: text.to_owned(), state: 0 };
    Some(LocalizedText { versions: vec![version] })
}

/// A complete alert on a product that was made in China.
pub fn alert_on(product: Product, reference: &str, country: &str) -> alert::Notification {
    alert::Notification {
        general: Some(alert::General {
            reference: reference.to_owned(),
            r#type: alert::NotificationType::SeriousRisk.into(),
            notifying_country: country.to_owned(),
            ..Default::default()
        }),
        product: Some(alert::Product {
            product_name: english(product.name),
            brand: product.brand.to_owned(),
            models: vec![product.model.to_owned()],
            gtins: vec![product.gtin.to_owned()],
            category: alert::ProductCategory::Toys.into(),
            description: english(product.name),
            ..Default::default()
        }),
        traceability: Some(alert::Traceability {
            country_of_origin: "CN".to_owned(),
            operators: vec![alert::EconomicOperator {
                role: alert::OperatorRole::Manufacturer.into(),
                operator_name: product.maker.to_owned(),
                ..Default::default()
            }],
            ..Default::default()
        }),
        online: Some(alert::Online { sold_online: Some(false), ..Default::default() }),
        risk: Some(alert::Risk {
            types: vec![alert::RiskType::Choking.into()],
            level: alert::RiskLevel::Serious.into(),
            description: english("small parts come off"),
            ..Default::default()
        }),
        measures: vec![alert::Measure {
            action: alert::MeasureAction::RecallFromEndUsers.into(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn party(name: &str) -> Option<wire::Party> {
    Some(wire::Party { name: name.to_owned(), country_code: "CN".to_owned(), ..Default::default() })
}

/// The product as it arrives in Rotterdam a day from now.
pub fn goods(world: &World, product: Product) -> wire::Consignment {
    let arrival = world.now().as_second() + 24 * 3_600;
    let gtin = (!product.gtin.is_empty()).then(|| product.gtin.to_owned());
    wire::Consignment {
        entry_point: "NLRTM".to_owned(),
        arrival_time: Some(Timestamp { seconds: arrival, nanos: 0 }),
        country_of_origin: "CN".to_owned(),
        commodity_code: product.commodity_code.to_owned(),
        description: product.name.to_owned(),
        brand: product.brand.to_owned(),
        models: vec![product.model.to_owned()],
        gtins: gtin.into_iter().collect(),
        quantity: Some(1.0),
        exporter: party("Example Export Trading"),
        manufacturer: party(product.maker),
        ..Default::default()
    }
}

/// What Shanghai found on a consignment of the product before export: it passed.
pub fn inspection_of(
    world: &World,
    product: Product,
    certificate: &str,
    container: &str,
) -> wire::Inspection {
    wire::Inspection {
        arrangement: "eu-cn".to_owned(),
        inspection_body: "cn-ciq-shanghai".to_owned(),
        certificate_id: certificate.to_owned(),
        containers: vec![wire::SealedContainer { number: container.to_owned(), ..Default::default() }],
        exporter: party("Example Export Trading"),
        manufacturer: party(product.maker),
        items: vec![wire::InspectedItem {
            commodity_code: product.commodity_code.to_owned(),
            description: product.name.to_owned(),
            brand: product.brand.to_owned(),
            models: vec![product.model.to_owned()],
            quantity: Some(10_000.0),
            ..Default::default()
        }],
        outcome: wire::InspectionOutcome::Pass.into(),
        inspect_time: Some(Timestamp { seconds: world.now().as_second() - 3_600, nanos: 0 }),
        inspector: "Li Hua".to_owned(),
        internal_note: "second visit this year".to_owned(),
        ..Default::default()
    }
}

/// What import control says of the goods of a screening; suspended where the outcome is unspecified.
pub fn control_of(world: &World, screening: &str, outcome: wire::ControlOutcome) -> wire::Control {
    wire::Control {
        screening: screening.to_owned(),
        outcome: outcome.into(),
        findings: "a small part came off".to_owned(),
        examine_time: Some(Timestamp { seconds: world.now().as_second() - 60, nanos: 0 }),
        follow_up_reference: "NL-4711".to_owned(),
        internal_note: "the importer was nervous".to_owned(),
        ..Default::default()
    }
}

/// A day of the world's, so many days from now.
pub fn day(world: &World, days_from_now: i64) -> (String, Option<CivilDate>) {
    let amsterdam = seamless_calendar::Zones::bundled().get("Europe/Amsterdam").unwrap();
    let later = world.now() + jiff::SignedDuration::from_hours(24 * days_from_now);
    let date = later.to_zoned(amsterdam).date();
    let civil = CivilDate { year: date.year().into(), month: date.month().into(), day: date.day().into() };
    (date.to_string(), Some(civil))
}
