//! Plans of days.

use async_trait::async_trait;
use jiff::civil::Date;
use sea_orm::{EntityTrait, Set};
use seamless_identifiers::Unlocode;

use super::{Store, entities::plan, examinations::day_number, fault};
use crate::domain::{DomainError, model::Plan, ports::PlanReader};

pub(super) fn parse(row: &plan::Model) -> Result<Plan, DomainError> {
    let plan: Plan = serde_json::from_str(&row.document)
        .map_err(|error| DomainError::Fault(format!("damaged plan: {error}")))?;
    Ok(Plan { revision: row.revision, ..plan })
}

/// The row of a plan.
///
/// # Errors
/// `Fault` if it cannot be written as a document.
pub(super) fn plan_row(plan: &Plan) -> Result<plan::ActiveModel, DomainError> {
    let document = serde_json::to_string(plan)
        .map_err(|error| DomainError::Fault(format!("a plan has no document: {error}")))?;
    Ok(plan::ActiveModel {
        entry_point: Set(plan.entry_point.to_string()),
        day: Set(day_number(plan.date)),
        revision: Set(plan.revision),
        document: Set(document),
    })
}

#[async_trait]
impl PlanReader for Store {
    async fn plan_get(&self, entry_point: &Unlocode, date: Date) -> Result<Option<Plan>, DomainError> {
        let key = (entry_point.to_string(), day_number(date));
        let row = plan::Entity::find_by_id(key).one(self.database.read()).await.map_err(fault)?;
        row.as_ref().map(parse).transpose()
    }
}
