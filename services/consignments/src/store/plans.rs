//! Plans of days.

use async_trait::async_trait;
use jiff::civil::Date;
use sea_orm::EntityTrait;
use seamless_identifiers::Unlocode;

use super::{Store, entities::plan, examinations::day_number, fault};
use crate::domain::{DomainError, model::Plan, ports::PlanReader};

pub(super) fn parse(row: &plan::Model) -> Result<Plan, DomainError> {
    let plan: Plan = serde_json::from_str(&row.document)
        .map_err(|error| DomainError::Fault(format!("damaged plan: {error}")))?;
    Ok(Plan { revision: row.revision, ..plan })
}

#[async_trait]
impl PlanReader for Store {
    async fn plan_get(&self, entry_point: &Unlocode, date: Date) -> Result<Option<Plan>, DomainError> {
        let key = (entry_point.to_string(), day_number(date));
        let row = plan::Entity::find_by_id(key).one(self.database.read()).await.map_err(fault)?;
        row.as_ref().map(parse).transpose()
    }
}
