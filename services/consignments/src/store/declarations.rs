//! Goods by what they are declared as, and what a later screening or an officer does to an earlier one. Two that do so at once
//! meet in the version of the declaration or in the revision of the screening: one of them decides anew.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, Statement,
    sea_query::{Expr, ExprTrait},
};
use seamless_commit::CommitError;

use super::{
    Store,
    entities::{screening, screening::Column},
    fault,
    given::listed,
    screening_documents::screening_of,
};
use crate::domain::{
    DomainError,
    model::{DeclarationKey, Screening, ScreeningId},
};

/// A screening that another one holds in the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Superseded {
    pub id: ScreeningId,
    pub by: ScreeningId,
    /// What it was at when this was decided.
    pub revision: i64,
}

impl Store {
    /// The last version of each of these declarations that is stored, with what it was stored as.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn declared_last(
        &self,
        keys: &[&DeclarationKey],
    ) -> Result<Vec<(DeclarationKey, Screening)>, DomainError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let backend = self.database.read().get_database_backend();
        let given = match backend {
            DbBackend::Postgres => "= ANY($1::text[])",
            _ => "IN (SELECT value FROM json_each($1))",
        };
        let keys = listed(backend, keys.iter().map(|key| key.as_str()).collect())?;
        // In one statement of one text, which looks at one document of each declaration.
        let sql = format!(
            "SELECT screening.* FROM (SELECT declared, MAX(version) AS version FROM screening \
             WHERE declared {given} GROUP BY declared) AS final JOIN screening \
             ON screening.declared = final.declared AND screening.version = final.version"
        );
        let statement = Statement::from_sql_and_values(backend, sql, [keys]);
        let rows = screening::Entity::find().from_raw_sql(statement).all(self.database.read()).await;
        let rows = rows.map_err(fault)?.into_iter();
        let declared = rows.filter_map(|row| Some((DeclarationKey::stored(row.declared.clone()?), row)));
        declared.map(|(key, row)| Ok((key, screening_of(&row)?))).collect()
    }

    /// These screenings, as far as they are stored.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn screenings_at(&self, ids: &[ScreeningId]) -> Result<Vec<Screening>, DomainError> {
        let stored = self.screenings_stored(ids).await?;
        Ok(stored.into_values().map(|(_, screening)| screening).collect())
    }
}

/// Marks those of the rows that are superseded as they come; gives the others, in an order that is the same for all who write.
pub(super) fn within(rows: &mut [screening::Model], superseded: Vec<Superseded>) -> Vec<Superseded> {
    let mut others: HashMap<ScreeningId, Superseded> =
        superseded.into_iter().map(|one| (one.id, one)).collect();
    if others.is_empty() {
        return Vec::new();
    }
    for row in rows {
        if let Some(one) = others.remove(&row.id) {
            row.superseded_by = Some(one.by);
            row.revision = one.revision + 1;
        }
    }
    let mut others: Vec<Superseded> = others.into_values().collect();
    others.sort_unstable_by_key(|one| one.id);
    others
}

/// Marks stored screenings as superseded, if each is still what was decided upon.
pub(super) async fn supersede(
    tx: &DatabaseTransaction,
    superseded: &[Superseded],
) -> Result<(), CommitError> {
    for one in superseded {
        let marked = screening::Entity::update_many()
            .col_expr(Column::SupersededBy, Expr::value(one.by))
            .col_expr(Column::Revision, Expr::col(Column::Revision).add(1))
            .filter(Column::Id.eq(one.id))
            .filter(Column::Revision.eq(one.revision))
            .exec(tx)
            .await?;
        if marked.rows_affected != 1 {
            return Err(CommitError::Stale);
        }
    }
    Ok(())
}

/// Writes what officers said of screenings, if each is still what was decided upon.
pub(super) async fn write_overridden(
    tx: &DatabaseTransaction,
    screenings: &[Screening],
) -> Result<(), CommitError> {
    for one in screenings {
        let document = serde_json::to_string(one)
            .map_err(|error| DomainError::Fault(format!("a screening has no document: {error}")))?;
        let written = screening::Entity::update_many()
            .col_expr(Column::Lane, Expr::value(one.lane as i16))
            .col_expr(Column::Document, Expr::value(document))
            .col_expr(Column::Revision, Expr::value(one.revision))
            .filter(Column::Id.eq(one.id))
            .filter(Column::Revision.eq(one.revision - 1))
            .exec(tx)
            .await?;
        if written.rows_affected != 1 {
            return Err(CommitError::Stale);
        }
    }
    Ok(())
}
