//! Plans of days.

use async_trait::async_trait;
use jiff::civil::Date;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use seamless_identifiers::Unlocode;

use super::{
    Store,
    commit::CommitError,
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
fn plan_row(plan: &Plan) -> Result<plan::ActiveModel, DomainError> {
    let document = serde_json::to_string(plan)
        .map_err(|error| DomainError::Fault(format!("a plan has no document: {error}")))?;
    Ok(plan::ActiveModel {
        entry_point: Set(plan.entry_point.to_string()),
        day: Set(day_number(plan.date)),
        revision: Set(plan.revision),
        document: Set(document),
    })
}

/// Inserts a plan at revision 1, and changes one at a later revision if it is still the one before. A setting of a plan
/// that was only drawn from meanwhile holds too: on a busy day no moment would be quiet enough for it.
pub(super) async fn write(tx: &DatabaseTransaction, plan: &Plan) -> Result<(), CommitError> {
    if plan.revision == 1 {
        plan::Entity::insert(plan_row(plan)?).exec_without_returning(tx).await?;
        return Ok(());
    }
    if update(tx, plan).await? {
        return Ok(());
    }
    let key = (plan.entry_point.to_string(), day_number(plan.date));
    let stored = plan::Entity::find_by_id(key).lock_exclusive().one(tx).await?;
    let stored = parse(&stored.ok_or(CommitError::Stale)?)?;
    let set = Plan { seed: stored.seed, used: stored.used, revision: stored.revision + 1, ..plan.clone() };
    let is_next = stored.setting + 1 == set.setting;
    if is_next && set.holds_its_use() && update(tx, &set).await? { Ok(()) } else { Err(CommitError::Stale) }
}

/// False if the stored plan has not the revision before.
async fn update(tx: &DatabaseTransaction, plan: &Plan) -> Result<bool, CommitError> {
    let row = plan_row(plan)?;
    let updated = plan::Entity::update_many()
        .filter(Column::EntryPoint.eq(row.entry_point.as_ref()))
        .filter(Column::Day.eq(*row.day.as_ref()))
        .filter(Column::Revision.eq(plan.revision - 1))
        .set(row)
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
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
