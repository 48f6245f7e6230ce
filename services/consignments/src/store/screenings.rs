//! Screenings, as they were decided.

use async_trait::async_trait;
use sea_orm::{EntityTrait, Set};

use super::{Store, entities::screening, examinations::day_number, fault};
use crate::domain::{
    DomainError,
    model::{InspectionOutcome, Screening, ScreeningId},
    ports::ScreeningReader,
};

pub(super) fn parse(document: &str) -> Result<Screening, DomainError> {
    serde_json::from_str(document).map_err(|error| DomainError::Fault(format!("damaged screening: {error}")))
}

/// The row of a screening; `fingerprint` tells its request from another with the same id.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub fn screening_row(screening: &Screening, fingerprint: i64) -> Result<screening::ActiveModel, DomainError> {
    let document = serde_json::to_string(screening)
        .map_err(|error| DomainError::Fault(format!("a screening has no document: {error}")))?;
    let passed =
        screening.covering_inspection().is_some_and(|cover| cover.outcome == InspectionOutcome::Pass);
    Ok(screening::ActiveModel {
        id: Set(screening.id),
        authority: Set(screening.authority.to_string()),
        entry_point: Set(screening.draw.entry_point.to_string()),
        day: Set(day_number(screening.draw.date)),
        area: Set(screening.area.as_ref().map(ToString::to_string)),
        lane: Set(screening.lane as i16),
        lane_otherwise: Set(screening.lane_otherwise as i16),
        selection: Set(screening.draw.selection as i16),
        inspected: Set(passed),
        status: Set(screening.status as i16),
        time: Set(screening.time.as_microsecond()),
        probability: Set(screening.probability.mean),
        expected_harm: Set(screening.draw.expected_harm),
        fingerprint: Set(fingerprint),
        document: Set(document),
    })
}

#[async_trait]
impl ScreeningReader for Store {
    async fn screening_get(&self, id: ScreeningId) -> Result<Option<Screening>, DomainError> {
        let row = screening::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.map(|row| parse(&row.document)).transpose()
    }
}
