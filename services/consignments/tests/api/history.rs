//! What happened at an entry point before a story begins, written as the service writes it.

use jiff::{SignedDuration, Timestamp, civil::Date};
use sea_orm::EntityTrait;
use seamless_consignments::{
    domain::{
        ChangeSet,
        model::{
            Consignment, Draw, EventStatus, Examination, Facts, Lane, Party, Plan, Probability, Screening,
            Selection,
        },
    },
    store::{Store, entities::screening, screening_row},
};
use seamless_feed::FeedSignal;
use seamless_identifiers::{CommodityCode, CountryCode, Unlocode};
use seamless_storage::StorageError;
use uuid::Uuid;

use crate::running::Running;

/// The database of a running service, beside the service.
pub fn store(running: &Running) -> Store {
    Store::new(running.database.database.clone(), FeedSignal::new())
}

pub fn rotterdam() -> Unlocode {
    Unlocode::parse("NLRTM").unwrap()
}

/// A number from 0 (included) to 1 (excluded), as good as drawn by lot, the same in every run.
pub fn lot(number: u64) -> f64 {
    let mixed = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Goods of an exporter.
pub fn goods(exporter: &str, code: &str) -> Consignment {
    let party = |name: &str| Party {
        name: name.to_owned(),
        address: String::new(),
        country: None,
        credit_code: None,
        eori: None,
        external_id: String::new(),
    };
    Consignment {
        entry_point: rotterdam(),
        arrival: "2026-11-02T08:00:00Z".parse().unwrap(),
        movement_reference_number: String::new(),
        goods_item_number: 0,
        unique_consignment_reference: String::new(),
        transport_documents: Vec::new(),
        containers: Vec::new(),
        certificates: Vec::new(),
        port_of_loading: Unlocode::parse("CNSHA").ok(),
        country_of_origin: CountryCode::parse("CN").ok(),
        country_of_dispatch: None,
        commodity_code: CommodityCode::parse(code).ok(),
        description: "toys".to_owned(),
        brand: String::new(),
        models: Vec::new(),
        gtins: Vec::new(),
        lots: Vec::new(),
        quantity: Some(1_000.0),
        gross_mass_kg: Some(250.0),
        value_eur: Some(4_000.0),
        transport_mode: None,
        exporter: party(exporter),
        manufacturer: party(""),
        importer: party("Importer B.V."),
        seller: party(""),
        carrier: String::new(),
        listing_url: String::new(),
        parcel_id: String::new(),
        features: std::collections::BTreeMap::new(),
        previous_document: None,
        quantity_unit: String::new(),
    }
}

/// The outcome number `number` of a side whose goods of `Reckless Toys` are mostly unsafe, and others rarely.
pub fn outcome(number: u64, known_time: Timestamp) -> Examination {
    let is_reckless = number.is_multiple_of(4);
    let exporter =
        if is_reckless { "Reckless Toys".to_owned() } else { format!("Careful Toys {}", number % 7) };
    let is_random = lot(number) < 0.6;
    Examination {
        control: format!("controls/{number:06}"),
        side: "eu-just".parse().unwrap(),
        entry_point: rotterdam(),
        date: "2026-11-02".parse().unwrap(),
        examine_time: known_time,
        known_time,
        area: Some("toys".parse().unwrap()),
        body: None,
        passed: false,
        selection: if is_random { Selection::Random } else { Selection::Targeted },
        probability: if is_random { 0.02 + 0.1 * lot(number + 1_000_000) } else { 1.0 },
        lane_otherwise: Some(if is_random { Lane::Green } else { Lane::Red }),
        is_unsafe: lot(number + 2_000_000) < if is_reckless { 0.8 } else { 0.05 },
        screening: None,
        consignment: goods(&exporter, if number.is_multiple_of(3) { "95030041" } else { "950300" }),
    }
}

/// The outcomes of these numbers, a second apart, the first two days before `now`.
pub fn outcomes(numbers: std::ops::Range<u64>, now: Timestamp) -> Vec<Examination> {
    let start = now - SignedDuration::from_hours(48);
    let at = |number: u64| start + SignedDuration::from_secs(number.try_into().unwrap());
    numbers.map(|number| outcome(number, at(number))).collect()
}

/// Writes examinations, as controls do.
pub async fn examined(store: &Store, examinations: Vec<Examination>) {
    let changes = ChangeSet { examinations, ..ChangeSet::default() };
    store.commit(changes, Vec::new(), None).await.unwrap();
}

/// Writes a plan at its revision, as draws do.
pub async fn planned(store: &Store, plan: Plan) {
    let changes = ChangeSet { plans: vec![plan], ..ChangeSet::default() };
    store.commit(changes, Vec::new(), None).await.unwrap();
}

/// A screening of a day.
pub fn screening(
    date: Date,
    selection: Selection,
    probability: f64,
    expected_harm: f64,
    lane: Lane,
) -> Screening {
    Screening {
        id: Uuid::now_v7(),
        authority: "nl-customs".parse().unwrap(),
        consignment: goods("Careful Toys", "950300"),
        area: Some("toys".parse().unwrap()),
        status: EventStatus::Actual,
        time: date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_hours(12),
        facts: Facts { model: "models/eu-just.0".to_owned(), ..Facts::default() },
        lane: if selection == Selection::None { lane } else { Lane::Red },
        lane_otherwise: lane,
        probability: Probability { mean: expected_harm, lower: 0.0, upper: 1.0, observations: 3.0 },
        reasons: Vec::new(),
        draw: Draw {
            entry_point: rotterdam(),
            date,
            selection,
            probability,
            expected_harm,
            threshold: 0.4,
            share_at: 1.0,
            yellow: None,
            blue: None,
            targeted_left: 3,
            random_left: 1,
            expected_to_come: 100.0,
            lot: None,
            kept: None,
        },
        overrides: Vec::new(),
        earlier_word: None,
        superseded_by: None,
        revision: 1,
    }
}

/// Writes screenings.
pub async fn screened(store: &Store, screenings: &[Screening]) {
    let rows: Vec<screening::ActiveModel> =
        screenings.iter().map(|one| screening_row(one, 0).unwrap()).collect();
    let written = store.database().write(move |tx| {
        let rows = rows.clone();
        Box::pin(async move {
            screening::Entity::insert_many(rows).exec_without_returning(tx).await?;
            Ok::<_, StorageError>(())
        })
    });
    written.await.unwrap();
}
