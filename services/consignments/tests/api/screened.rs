//! Screenings as they stand in the database, for stories that begin where goods were screened.

use jiff::{Timestamp, civil::Date};
use sea_orm::EntityTrait;
use seamless_consignments::{
    domain::model::{
        Draw, EventStatus, Facts, InspectionOutcome, Lane, MatchedInspection, Probability, Screening,
        Selection, Verdict,
    },
    store::{entities::screening, screening_row},
};
use seamless_identifiers::Unlocode;
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_storage::StorageError;
use seamless_vocabulary::Vocabulary;
use uuid::Uuid;

use crate::running::Running;

/// How goods were chosen, and where they came in.
#[derive(Clone, Copy)]
pub struct Chosen {
    pub selection: Selection,
    pub entry_point: &'static str,
    pub status: EventStatus,
}

/// Drawn by lot at Rotterdam.
pub const DRAWN: Chosen =
    Chosen { selection: Selection::Random, entry_point: "NLRTM", status: EventStatus::Actual };

/// A screening of toys, covered by the pre-inspection or by none, as the service would have stored it.
pub fn screening(chosen: Chosen, cover: Option<&wire::Inspection>, time: Timestamp) -> Screening {
    let inspections = cover.map(|inspection| MatchedInspection {
        id: inspection.name.trim_start_matches("inspections/").parse().unwrap(),
        version: 1,
        body: inspection.inspection_body.parse().unwrap(),
        outcome: InspectionOutcome::from_number(inspection.outcome).unwrap(),
        matched_by: "certificate".to_owned(),
        verdict: Verdict::NotEnoughEvidence,
        ratio: None,
        doubt: None,
        coverage: None,
    });
    let goods = serde_json::json!({
        "entry_point": chosen.entry_point,
        "arrival": time.to_string(),
        "commodity_code": "950300",
        "description": "bath ducks of soft plastic",
    });
    Screening {
        id: Uuid::now_v7(),
        authority: "nl-customs".parse().unwrap(),
        consignment: serde_json::from_value(goods).unwrap(),
        area: Some("toys".parse().unwrap()),
        status: chosen.status,
        time,
        facts: Facts { inspections: inspections.into_iter().collect(), ..Facts::default() },
        lane: Lane::Red,
        lane_otherwise: Lane::Green,
        probability: Probability { mean: 0.1, lower: 0.05, upper: 0.2, observations: 40.0 },
        reasons: Vec::new(),
        draw: Draw {
            entry_point: Unlocode::parse(chosen.entry_point).unwrap(),
            date: Date::constant(2026, 11, 2),
            selection: chosen.selection,
            probability: 0.125,
            expected_harm: 0.1,
            threshold: f64::INFINITY,
            share_at: 0.0,
            yellow: None,
            blue: None,
            targeted_left: 30,
            random_left: 4,
            expected_to_come: 1_000.0,
            lot: None,
            kept: None,
        },
        overrides: Vec::new(),
        earlier_word: None,
        superseded_by: None,
        revision: 1,
    }
}

/// Stores such screenings; gives their names.
pub async fn screened(
    running: &Running,
    chosen: Chosen,
    cover: Option<&wire::Inspection>,
    count: usize,
) -> Vec<String> {
    use seamless_calendar::Clock;
    let now = running.credentials.clock().now();
    let all: Vec<Screening> = (0..count).map(|_| screening(chosen, cover, now)).collect();
    let rows: Vec<_> = all.iter().map(|one| screening_row(one, 0).unwrap()).collect();
    let written = running.database.database.write(move |tx| {
        let rows = rows.clone();
        Box::pin(async move {
            screening::Entity::insert_many(rows).exec_without_returning(tx).await?;
            Ok::<(), StorageError>(())
        })
    });
    written.await.unwrap();
    all.iter().map(Screening::name).collect()
}
