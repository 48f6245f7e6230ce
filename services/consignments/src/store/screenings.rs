//! Screenings, as they were decided.

use async_trait::async_trait;
use sea_orm::EntityTrait;

use super::{Store, entities::screening, fault};
use crate::domain::{
    DomainError,
    model::{Screening, ScreeningId},
    ports::ScreeningReader,
};

pub(super) fn parse(document: &str) -> Result<Screening, DomainError> {
    serde_json::from_str(document).map_err(|error| DomainError::Fault(format!("damaged screening: {error}")))
}

#[async_trait]
impl ScreeningReader for Store {
    async fn screening_get(&self, id: ScreeningId) -> Result<Option<Screening>, DomainError> {
        let row = screening::Entity::find_by_id(id).one(self.database.read()).await.map_err(fault)?;
        row.map(|row| parse(&row.document)).transpose()
    }
}
