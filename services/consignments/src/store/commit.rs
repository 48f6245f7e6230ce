//! Writes a decision: all of it or nothing, each record only if it is still the one that was decided upon. The feed's
//! head row is touched last, so that writers wait for each other as briefly as can be.

use std::sync::Arc;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    Set,
};
use seamless_api::Answer;
use seamless_feed::NewEvent;
use seamless_storage::{StorageError, WriteError};

use super::{
    Store,
    entities::{examination, inspection, inspection_key, inspection_version, model, record},
    examinations::{self, examination_row},
    fault,
    inspections::{inspection_row, key_rows},
    models, plans,
};
use crate::domain::{
    ChangeSet, DomainError,
    change::Write,
    model::{Inspection, Plan},
    records::StoredRecord,
};

/// Rows of one insert statement; far below the 32,766 parameters of SQLite and the 65,535 of PostgreSQL.
pub(super) const ROWS_A_STATEMENT: usize = 500;

/// What is written in one transaction.
#[derive(Debug, Default)]
pub struct Commit {
    pub changes: ChangeSet,
    /// The change set's events in the form of the contract.
    pub events: Vec<NewEvent>,
    /// The answers to be given should their requests come again.
    pub answers: Vec<Answer>,
}

/// Why a commit did not happen.
#[derive(Debug)]
pub enum CommitError {
    /// A record is no more the one that was decided upon.
    Stale,
    /// The database's word.
    Storage(StorageError),
    /// A record that cannot be written or read.
    Damaged(DomainError),
}

impl From<DomainError> for CommitError {
    fn from(error: DomainError) -> Self {
        Self::Damaged(error)
    }
}

impl From<StorageError> for CommitError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<sea_orm::DbErr> for CommitError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Storage(error.into())
    }
}

impl WriteError for CommitError {
    fn storage(&self) -> Option<&StorageError> {
        match self {
            Self::Stale | Self::Damaged(_) => None,
            Self::Storage(error) => Some(error),
        }
    }
}

/// The rows of a commit, made once and written as often as the transaction is tried.
struct Rows {
    inspections: Inspections,
    new_records: Vec<record::ActiveModel>,
    changed_records: Vec<record::ActiveModel>,
    examinations: Vec<examination::ActiveModel>,
    plans: Vec<Plan>,
    models: Vec<model::ActiveModel>,
    events: Vec<NewEvent>,
    answers: Vec<Answer>,
}

#[derive(Default)]
struct Inspections {
    new: Vec<inspection::ActiveModel>,
    changed: Vec<inspection::ActiveModel>,
    keys: Vec<inspection_key::ActiveModel>,
}

impl Store {
    /// Writes a commit.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read or a key was taken meanwhile: decide anew.
    pub async fn commit(&self, commit: Commit) -> Result<(), DomainError> {
        let rows = Arc::new(Rows::of(commit)?);
        let written = self
            .database
            .write(move |tx| {
                let rows = rows.clone();
                Box::pin(async move {
                    rows.write(tx).await?;
                    Ok::<_, CommitError>(seamless_feed::log::append(tx, &rows.events).await?.last().copied())
                })
            })
            .await;
        match written {
            Ok(position) => {
                if let Some(position) = position {
                    self.signal.committed(position);
                }
                Ok(())
            }
            Err(CommitError::Stale | CommitError::Storage(StorageError::UniqueViolation { .. })) => {
                Err(DomainError::Conflict)
            }
            Err(CommitError::Storage(error)) => Err(fault(error)),
            Err(CommitError::Damaged(error)) => Err(error),
        }
    }
}

impl Rows {
    fn of(commit: Commit) -> Result<Self, DomainError> {
        let Commit { changes, events, answers } = commit;
        let mut inspections = Inspections::default();
        for Write { record, is_new } in &changes.inspections {
            inspections.add(record, *is_new)?;
        }
        let (new_records, changed_records): (Vec<_>, Vec<_>) =
            changes.records.into_iter().partition(|write| write.is_new);
        Ok(Self {
            inspections,
            new_records: new_records.into_iter().map(record_row).collect(),
            changed_records: changed_records.into_iter().map(record_row).collect(),
            examinations: changes.examinations.iter().map(examination_row).collect::<Result<_, _>>()?,
            plans: changes.plans,
            models: models::model_rows(changes.models)?,
            events,
            answers,
        })
    }

    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        for answer in &self.answers {
            answer.keep(tx).await?;
        }
        self.inspections.write(tx).await?;
        insert(tx, &self.new_records).await?;
        for row in &self.changed_records {
            let updated = record::Entity::update_many()
                .set(row.clone())
                .filter(record::Column::Kind.eq(row.kind.as_ref()))
                .filter(record::Column::Name.eq(row.name.as_ref()))
                .filter(record::Column::Revision.eq(*row.revision.as_ref() - 1))
                .exec(tx)
                .await?;
            require_one(updated.rows_affected)?;
        }
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
            let updated = inspection::Entity::update_many()
                .set(row.clone())
                .filter(
                    inspection::Column::Id
                        .eq(id)
                        .and(inspection::Column::Version.eq(*row.version.as_ref() - 1)),
                )
                .exec(tx)
                .await?;
            require_one(updated.rows_affected)?;
        }
        insert(tx, &self.new).await?;
        insert(tx, &self.keys).await
    }
}

fn record_row(write: Write<StoredRecord>) -> record::ActiveModel {
    let StoredRecord { kind, name, place, revision, document } = write.record;
    record::ActiveModel {
        kind: Set(kind.to_owned()),
        name: Set(name),
        owner: Set(place.owner.to_string()),
        party: Set(place.party.map(|party| party.to_string())),
        arrangement: Set(place.arrangement.map(|arrangement| arrangement.to_string())),
        parent: Set(place.group),
        state: Set(place.state),
        sort_order: Set(place.order),
        revision: Set(revision),
        document: Set(document),
    }
}

/// Inserts new rows, many in one statement.
pub(super) async fn insert<A>(tx: &DatabaseTransaction, rows: &[A]) -> Result<(), CommitError>
where
    A: ActiveModelTrait + Clone + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        A::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Refuses an update that found no row at the revision before.
pub(super) fn require_one(rows: u64) -> Result<(), CommitError> {
    if rows == 1 { Ok(()) } else { Err(CommitError::Stale) }
}
