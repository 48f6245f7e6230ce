//! Plans of days.

use async_trait::async_trait;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use seamless_identifiers::Unlocode;

use super::{
    Store,
    commit::{CommitError, require_one},
    entities::plan::{self, Column},
    examinations::day_number,
    fault,
};
use crate::domain::{DomainError, model::Plan, ports::PlanReader};

pub(super) fn parse(row: &plan::Model) -> Result<Plan, DomainError> {
    let plan: Plan = serde_json::from_str(&row.document)
        .map_err(|error| DomainError::Fault(format!("damaged plan: {error}")))?;
    Ok(Plan { revision: row.revision, ..plan })
}

/// The row of a plan at its revision.
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

/// Inserts a plan at revision 1, and changes one at a later revision if it is still the one before.
pub(super) async fn write(tx: &DatabaseTransaction, row: &plan::ActiveModel) -> Result<(), CommitError> {
    let revision = *row.revision.as_ref();
    if revision == 1 {
        plan::Entity::insert(row.clone()).exec_without_returning(tx).await?;
        return Ok(());
    }
    let updated = plan::Entity::update_many()
        .set(row.clone())
        .filter(Column::EntryPoint.eq(row.entry_point.as_ref()))
        .filter(Column::Day.eq(*row.day.as_ref()))
        .filter(Column::Revision.eq(revision - 1))
        .exec(tx)
        .await?;
    require_one(updated.rows_affected)
}

#[async_trait]
impl PlanReader for Store {
    async fn plan_get(&self, entry_point: &Unlocode, date: Date) -> Result<Option<Plan>, DomainError> {
        let key = (entry_point.to_string(), day_number(date));
        let row = plan::Entity::find_by_id(key).one(self.database.read()).await.map_err(fault)?;
        row.as_ref().map(parse).transpose()
    }

    async fn plan_list(
        &self,
        entry_point: &Unlocode,
        before: Option<Date>,
        limit: u64,
    ) -> Result<Vec<Plan>, DomainError> {
        let mut select = plan::Entity::find()
            .filter(Column::EntryPoint.eq(entry_point.to_string()))
            .order_by_desc(Column::Day)
            .limit(limit);
        if let Some(before) = before {
            select = select.filter(Column::Day.lt(day_number(before)));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.iter().map(parse).collect()
    }
}
