//! Alerts as a Safety Gate export has them: about 1.5 kB each, in the words of such alerts.

use std::ops::Range;

use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1 as wire,
    r#type::v1::{CivilDate, LanguageVersion, LocalizedText, TranslationState},
};

/// One of them carries an audience of the originator's own, as some do.
const OWN_AUDIENCE_EVERY: usize = 10;

const PRODUCTS: [(&str, &str, wire::ProductCategory, wire::RiskType); 4] = [
    (
        "Electric kettle",
        "Boilwell",
        wire::ProductCategory::ElectricalAppliances,
        wire::RiskType::ElectricShock,
    ),
    ("Wooden toy train", "Lokki", wire::ProductCategory::Toys, wire::RiskType::Choking),
    (
        "Women's sandals",
        "Strandgang",
        wire::ProductCategory::ClothingTextilesFashion,
        wire::RiskType::Chemical,
    ),
    ("Hair straightener", "Glattina", wire::ProductCategory::ElectricalAppliances, wire::RiskType::Burns),
];

/// Import items of validated alerts; each number is another alert.
#[must_use]
pub fn items(numbers: Range<usize>) -> Vec<wire::ImportNotificationsRequest> {
    numbers.map(item).collect()
}

/// The import item of this number.
#[must_use]
pub fn item(number: usize) -> wire::ImportNotificationsRequest {
    let reference = format!("SR/{number:05}/26");
    wire::ImportNotificationsRequest {
        item_id: reference.clone(),
        notification: Some(alert(number, reference)),
        stage: wire::ImportStage::Validated.into(),
    }
}

/// An alert without a key of another system, for a draft.
#[must_use]
pub fn draft(number: usize) -> wire::Notification {
    let mut alert = alert(number, format!("SR/{number:05}/26"));
    if let Some(general) = &mut alert.general {
        general.source.clear();
        general.source_reference.clear();
    }
    alert
}

fn alert(number: usize, reference: String) -> wire::Notification {
    let (product_name, brand, category, risk) = PRODUCTS[number % PRODUCTS.len()];
    wire::Notification {
        general: Some(wire::General {
            source: "safety-gate".to_owned(),
            source_reference: reference.clone(),
            source_url: format!(
                "https://ec.europa.eu/safety-gate-alerts/screen/webReport/alertDetail/{number}"
            ),
            title: format!("{product_name} presenting a serious risk to consumers"),
            reference,
            r#type: wire::NotificationType::SeriousRisk.into(),
            notifying_country: "NL".to_owned(),
            notification_date: date(5, 1 + number % 28),
            publication_date: date(6, 1 + number % 28),
            case_handler: "Market surveillance desk 4, +31 70 000 0000".to_owned(),
            ..wire::General::default()
        }),
        product: Some(wire::Product {
            product_name: english(product_name),
            brand: brand.to_owned(),
            models: vec![format!("{brand} 1700-{number}")],
            batch_numbers: vec![format!("LOT 26/{:04}", number % 10_000)],
            gtins: vec!["6291041500213".to_owned()],
            category: category.into(),
            description: english(
                "White product with a detachable base and a blue switch on the handle, sold in a cardboard box with a \
                 picture of the product, a marking of conformity and instructions in several languages.",
            ),
            packaging_description: english(
                "Cardboard box with a picture of the product on four of its sides.",
            ),
            pictures: (1..=2).map(|side| picture(number, side)).collect(),
            ..wire::Product::default()
        }),
        traceability: Some(wire::Traceability {
            country_of_origin: "CN".to_owned(),
            operators: vec![wire::EconomicOperator {
                role: wire::OperatorRole::Manufacturer.into(),
                operator_name: format!("Ningbo Example Manufacturing Company No. {}", number % 997),
                country: "CN".to_owned(),
                address: "88 Example Road, Beilun District, Ningbo, Zhejiang".to_owned(),
                contact: "sales@example.invalid".to_owned(),
                ..wire::EconomicOperator::default()
            }],
            ..wire::Traceability::default()
        }),
        online: Some(wire::Online {
            sold_online: Some(number.is_multiple_of(2)),
            listings: vec![wire::Listing {
                url: format!("https://market.example.invalid/item/{number}"),
                marketplace: "market.example.invalid".to_owned(),
                ..wire::Listing::default()
            }],
        }),
        risk: Some(wire::Risk {
            types: vec![risk.into()],
            level: wire::RiskLevel::Serious.into(),
            description: english(
                "The product does not withstand the conditions of normal use: parts that should stay enclosed become \
                 accessible after the drop test. A user may touch them, or a child may put them into its mouth, and be \
                 seriously injured. The product does not comply with the requirements of the relevant European \
                 standards.",
            ),
            provisions_not_met: vec!["Regulation (EU) 2023/988".to_owned(), "EN 60335-2-15".to_owned()],
            ..wire::Risk::default()
        }),
        measures: vec![wire::Measure {
            action: wire::MeasureAction::RecallFromEndUsers.into(),
            obligation: wire::MeasureObligation::Voluntary.into(),
            ordered_by: "Example Retail B.V.".to_owned(),
            effective_date: date(5, 1),
            consumer_url: format!("https://recall.example.invalid/{number}"),
            ..wire::Measure::default()
        }],
        disclosures: own_audience(number),
        internal_note: "the importer was visited and keeps no technical file".to_owned(),
        ..wire::Notification::default()
    }
}

fn own_audience(number: usize) -> Vec<FieldDisclosure> {
    if !number.is_multiple_of(OWN_AUDIENCE_EVERY) {
        return Vec::new();
    }
    vec![FieldDisclosure {
        path: "general.case_handler".to_owned(),
        audience: Audience::Originator.into(),
        reason: "the desk is closed".to_owned(),
    }]
}

fn picture(number: usize, side: usize) -> wire::Picture {
    wire::Picture {
        uri: format!("https://ec.europa.eu/safety-gate-alerts/public/api/notification/image/{number}-{side}"),
        caption: String::new(),
    }
}

fn date(month: i32, day: usize) -> Option<CivilDate> {
    Some(CivilDate { year: 2026, month, day: i32::try_from(day).ok()? })
}

/// A text in English.
#[must_use]
pub fn english(text: &str) -> Option<LocalizedText> {
    let version = LanguageVersion {
        language_code: "en".to_owned(),
        text: text.to_owned(),
        state: TranslationState::Original.into(),
    };
    Some(LocalizedText { versions: vec![version] })
}
