//! Risk models. Lists read what is known of them, never what they learned.

use async_trait::async_trait;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use seamless_commit::{CommitError, update};
use seamless_identity::AuthorityId;

use super::{
    Store,
    entities::model::{self, Column},
    fault,
};
use crate::domain::{
    DomainError,
    change::ModelWrite,
    model::{ModelState, RiskModel},
    ports::{ModelQuery, ModelReader},
};

/// The rows of a change set, those that cease to decide before those that begin to: a side has one that decides, and
/// the database sees to it.
pub(super) fn model_rows(writes: Vec<ModelWrite>) -> Result<Vec<model::ActiveModel>, DomainError> {
    let mut rows = Vec::with_capacity(writes.len());
    let (begin, cease): (Vec<_>, Vec<_>) =
        writes.into_iter().partition(|write| write.model.state == ModelState::Deciding);
    for ModelWrite { model, content } in cease.into_iter().chain(begin) {
        let document = serde_json::to_string(&model)
            .map_err(|error| DomainError::Fault(format!("a risk model has no document: {error}")))?;
        let mut row = model::ActiveModel {
            side: Set(model.side.to_string()),
            number: Set(number_of(model.number)),
            state: Set(model.state as i32),
            revision: Set(model.revision),
            document: Set(document),
            ..model::ActiveModel::default()
        };
        if let Some(content) = content {
            row.content = Set(content);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Inserts the new ones, and changes the others if they are still the ones that were decided upon.
pub(super) async fn write(tx: &DatabaseTransaction, rows: &[model::ActiveModel]) -> Result<(), CommitError> {
    for row in rows {
        let revision = *row.revision.as_ref();
        if revision == 1 {
            model::Entity::insert(row.clone()).exec_without_returning(tx).await?;
            continue;
        }
        let key = Column::Side.eq(row.side.as_ref()).and(Column::Number.eq(*row.number.as_ref()));
        update(tx, row, key, Column::Revision, revision).await?;
    }
    Ok(())
}

fn number_of(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn parse(document: &str) -> Result<RiskModel, DomainError> {
    serde_json::from_str(document).map_err(|error| DomainError::Fault(format!("damaged risk model: {error}")))
}

#[async_trait]
impl ModelReader for Store {
    async fn model_get(&self, side: &AuthorityId, number: u32) -> Result<Option<RiskModel>, DomainError> {
        let row: Option<String> = model::Entity::find_by_id((side.to_string(), number_of(number)))
            .select_only()
            .column(Column::Document)
            .into_tuple()
            .one(self.database.read())
            .await
            .map_err(fault)?;
        row.as_deref().map(parse).transpose()
    }

    async fn model_content(&self, side: &AuthorityId, number: u32) -> Result<Option<Vec<u8>>, DomainError> {
        let content = model::Entity::find_by_id((side.to_string(), number_of(number)))
            .select_only()
            .column(Column::Content)
            .into_tuple()
            .one(self.database.read())
            .await;
        content.map_err(fault)
    }

    async fn model_list(&self, query: &ModelQuery) -> Result<Vec<RiskModel>, DomainError> {
        let mut select = model::Entity::find()
            .select_only()
            .column(Column::Document)
            .order_by_asc(Column::Side)
            .order_by_desc(Column::Number)
            .limit(query.limit);
        if let Some(side) = &query.side {
            select = select.filter(Column::Side.eq(side.as_str()));
        }
        if !query.states.is_empty() {
            select = select.filter(Column::State.is_in(query.states.iter().map(|state| *state as i32)));
        }
        if let Some(before) = query.before {
            select = select.filter(Column::Number.lt(number_of(before)));
        }
        let rows: Vec<String> = select.into_tuple().all(self.database.read()).await.map_err(fault)?;
        rows.iter().map(|document| parse(document)).collect()
    }
}
