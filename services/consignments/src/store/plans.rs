//! Plans of days.

use async_trait::async_trait;
use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Set, Statement,
};
use seamless_commit::CommitError;
use seamless_identifiers::Unlocode;
use seamless_storage::StorageError;

use super::{
    Store,
    entities::plan,
    examinations::day_number,
    fault,
    given::{
        Column::{self, Numbers, Texts},
        given,
    },
};
use crate::domain::{DomainError, model::Plan, ports::PlanReader};

pub(super) fn parse(row: &plan::Model) -> Result<Plan, DomainError> {
    let plan: Plan = serde_json::from_str(&row.document)
        .map_err(|error| DomainError::Fault(format!("damaged plan: {error}")))?;
    Ok(Plan { revision: row.revision, ..plan })
}

fn document_of(plan: &Plan) -> Result<String, DomainError> {
    serde_json::to_string(plan)
        .map_err(|error| DomainError::Fault(format!("a plan has no document: {error}")))
}

/// The row of a plan at its revision.
fn plan_row(plan: &Plan) -> Result<plan::ActiveModel, DomainError> {
    let document = document_of(plan)?;
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

/// Writes the plans that a batch of screenings used something of, each of them if the stored one is still the one before.
pub(super) async fn write_used(tx: &DatabaseTransaction, plans: &[Plan]) -> Result<(), CommitError> {
    let (new, known): (Vec<&Plan>, Vec<&Plan>) = plans.iter().partition(|plan| plan.revision == 1);
    for plan in new {
        // A plan that another replica made meanwhile is no repeated request.
        write(tx, plan).await.map_err(|error| match error {
            CommitError::Storage(StorageError::UniqueViolation { .. }) => CommitError::Stale,
            other => other,
        })?;
    }
    if known.is_empty() {
        return Ok(());
    }
    // All in one statement, of one text.
    let backend = tx.get_database_backend();
    let documents = known.iter().map(|plan| document_of(plan)).collect::<Result<_, DomainError>>()?;
    let revisions = known.iter().map(|plan| plan.revision).collect();
    let [entry_points, days] = keys(known.iter().map(|plan| (&plan.entry_point, plan.date)));
    let columns = [entry_points, days, ("revision", Numbers(revisions)), ("document", Texts(documents))];
    let (given, values) = given(backend, columns)?;
    let sql = format!(
        "UPDATE plan SET revision = given.revision, document = given.document FROM {given} \
         WHERE plan.entry_point = given.entry_point AND plan.day = given.day \
         AND plan.revision = given.revision - 1"
    );
    let updated = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    if updated.rows_affected() == known.len() as u64 { Ok(()) } else { Err(CommitError::Stale) }
}

/// The keys of plans, as columns.
fn keys<'k>(days: impl Iterator<Item = (&'k Unlocode, Date)>) -> [(&'static str, Column); 2] {
    let days = days.map(|(entry_point, date)| (entry_point.to_string(), i64::from(day_number(date))));
    let (entry_points, days) = days.unzip();
    [("entry_point", Texts(entry_points)), ("day", Numbers(days))]
}

/// False if the stored plan has not the revision before.
async fn update(tx: &DatabaseTransaction, plan: &Plan) -> Result<bool, CommitError> {
    let row = plan_row(plan)?;
    let updated = plan::Entity::update_many()
        .filter(plan::Column::EntryPoint.eq(row.entry_point.as_ref()))
        .filter(plan::Column::Day.eq(*row.day.as_ref()))
        .filter(plan::Column::Revision.eq(plan.revision - 1))
        .set(row)
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

impl Store {
    /// The stored plans of these days.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn plans_at(&self, days: &[&(Unlocode, Date)]) -> Result<Vec<Plan>, DomainError> {
        if days.is_empty() {
            return Ok(Vec::new());
        }
        let backend = self.database.read().get_database_backend();
        let (given, values) =
            given(backend, keys(days.iter().map(|(entry_point, date)| (entry_point, *date))))?;
        // In one statement of one text, by the key of each.
        let sql = format!(
            "SELECT plan.* FROM {given} JOIN plan \
             ON plan.entry_point = given.entry_point AND plan.day = given.day"
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = plan::Entity::find().from_raw_sql(statement).all(self.database.read()).await;
        rows.map_err(fault)?.iter().map(parse).collect()
    }
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
            .filter(plan::Column::EntryPoint.eq(entry_point.to_string()))
            .order_by_desc(plan::Column::Day)
            .limit(limit);
        if let Some(before) = before {
            select = select.filter(plan::Column::Day.lt(day_number(before)));
        }
        let rows = select.all(self.database.read()).await.map_err(fault)?;
        rows.iter().map(parse).collect()
    }
}
