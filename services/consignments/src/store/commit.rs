//! Writes a decision: all of it or nothing, each record only if it is still the one that was decided upon. The feed's
//! head row is touched last, so that writers wait for each other as briefly as can be.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, Set};
use seamless_commit::{Answer, CommitError, RecordRows, Rows, insert, own_records, update};
use seamless_feed::NewEvent;

use super::{
    Store, declarations,
    entities::{examination, inspection, inspection_key, inspection_version, model},
    examinations::{self, examination_row},
    inspections::{inspection_row, key_rows},
    models, plans,
};
use crate::domain::{
    ChangeSet, DomainError,
    change::Write,
    model::{Inspection, Plan, Screening},
};

/// The rows of a commit, made once and written as often as the transaction is tried.
struct ChangedRows {
    inspections: Inspections,
    records: RecordRows<own_records::Entity>,
    examinations: Vec<examination::ActiveModel>,
    screenings: Vec<Screening>,
    plans: Vec<Plan>,
    models: Vec<model::ActiveModel>,
}

#[derive(Default)]
struct Inspections {
    new: Vec<inspection::ActiveModel>,
    changed: Vec<inspection::ActiveModel>,
    keys: Vec<inspection_key::ActiveModel>,
}

impl Store {
    /// Writes a change set with its events in the form of the contract, and the answers to be given should the requests come
    /// again.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read or a key was taken meanwhile: decide anew.
    pub async fn commit(
        &self,
        changes: ChangeSet,
        events: Vec<NewEvent>,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Result<(), DomainError> {
        let answers = answers.into_iter().collect();
        let rows = Arc::new(ChangedRows::of(changes)?);
        seamless_commit::commit_all(&self.database, &self.signal, rows, events, answers).await
    }
}

impl ChangedRows {
    fn of(changes: ChangeSet) -> Result<Self, DomainError> {
        let mut inspections = Inspections::default();
        for Write { record, is_new } in &changes.inspections {
            inspections.add(record, *is_new)?;
        }
        Ok(Self {
            inspections,
            records: RecordRows::of(changes.records, own_records::row),
            examinations: changes.examinations.iter().map(examination_row).collect::<Result<_, _>>()?,
            screenings: changes.screenings,
            plans: changes.plans,
            models: models::model_rows(changes.models)?,
        })
    }
}

#[async_trait]
impl Rows for ChangedRows {
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        self.inspections.write(tx).await?;
        self.records.write(tx).await?;
        declarations::write_overridden(tx, &self.screenings).await?;
        for plan in &self.plans {
            plans::write(tx, plan).await?;
        }
        models::write(tx, &self.models).await?;
        examinations::replace(tx, &self.examinations).await
    }
}

impl Inspections {
    fn add(&mut self, inspection: &Inspection, is_new: bool) -> Result<(), DomainError> {
        let row = inspection_row(inspection)?;
        self.keys.extend(key_rows(inspection.id, inspection.found_by().into_iter()));
        if is_new {
            self.new.push(row)
        } else {
            self.changed.push(row)
        }
        Ok(())
    }

    /// A changed one leaves its former version among the versions.
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        for row in &self.changed {
            let id = *row.id.as_ref();
            let former = inspection::Entity::find_by_id(id).one(tx).await?.ok_or(CommitError::Stale)?;
            let version = inspection_version::ActiveModel {
                inspection: Set(id),
                version: Set(former.version),
                document: Set(former.document),
            };
            inspection_version::Entity::insert(version).exec_without_returning(tx).await?;
            inspection_key::Entity::delete_many()
                .filter(inspection_key::Column::Inspection.eq(id))
                .exec(tx)
                .await?;
            let version = i64::from(*row.version.as_ref());
            update(tx, row, inspection::Column::Id.eq(id), inspection::Column::Version, version).await?;
        }
        insert(tx, &self.new).await?;
        insert(tx, &self.keys).await
    }
}
