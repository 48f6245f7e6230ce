//! Writes a decision: all of it or nothing, each record only if it is still the one that was decided upon. The feed's
//! head row is touched last, so that writers wait for each other as briefly as can be.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel};
use seamless_commit::{Answer, CommitError, RecordRows, Rows, insert, own_records, update};
use seamless_feed::NewEvent;

use super::{
    Store,
    activities::activity_row,
    entities::{activity, registration},
    mails,
    registrations::registration_row,
};
use crate::domain::{
    ChangeSet, DomainError,
    change::{Forgotten, MailChange, Write},
    model::Activity,
};

/// The rows of a commit, made once and written as often as the transaction is tried.
struct ChangedRows {
    activities: Written<activity::ActiveModel>,
    registrations: Written<registration::ActiveModel>,
    records: RecordRows<own_records::Entity>,
    /// Answers that are forgotten, and what is left of them.
    forgotten: Vec<(Forgotten, Vec<u8>)>,
    due: Due,
    mails: Vec<MailChange>,
}

/// Of what somebody may have to be told.
#[derive(Default)]
struct Due {
    /// Those who are registered for them.
    activities: Vec<uuid::Uuid>,
    registrations: BTreeSet<uuid::Uuid>,
}

/// Rows of one table.
struct Written<A> {
    new: Vec<A>,
    changed: Vec<A>,
}

impl Store {
    /// Writes a change set with its events in the form of the contract, what is left of answers to earlier calls that are to be
    /// forgotten, and the answers to be given should their requests come
    /// again.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read or a key was taken meanwhile: decide anew.
    pub async fn commit(
        &self,
        changes: ChangeSet,
        events: Vec<NewEvent>,
        forgotten: Vec<(Forgotten, Vec<u8>)>,
        answers: Vec<Answer>,
    ) -> Result<(), DomainError> {
        let was_announced = |activity: &&Write<Activity>| activity.record.was_published;
        let activities = changes.activities.iter().filter(was_announced).map(|one| one.record.id);
        let registrations = changes.registrations.iter().map(|one| one.record.id);
        let due = match self.tells {
            true => Due { activities: activities.collect(), registrations: registrations.collect() },
            false => Due::default(),
        };
        let rows = Arc::new(ChangedRows {
            activities: Written::of(changes.activities, activity_row)?,
            registrations: Written::of(changes.registrations, registration_row)?,
            records: RecordRows::of(changes.records, own_records::row),
            forgotten,
            due,
            mails: changes.mails,
        });
        Ok(seamless_commit::commit_all(&self.database, &self.signal, rows, events, answers).await?)
    }
}

impl<A> Written<A>
where
    A: ActiveModelTrait + Clone + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    fn of<T>(writes: Vec<Write<T>>, row: impl Fn(&T) -> Result<A, DomainError>) -> Result<Self, DomainError> {
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for Write { record, is_new } in &writes {
            if *is_new { new.push(row(record)?) } else { changed.push(row(record)?) }
        }
        Ok(Self { new, changed })
    }

    async fn write<C: ColumnTrait>(
        &self,
        tx: &DatabaseTransaction,
        [id, revision]: [C; 2],
        key: impl Fn(&A) -> (uuid::Uuid, i64),
    ) -> Result<(), CommitError> {
        for row in &self.changed {
            let (key, next) = key(row);
            update(tx, row, id.eq(key), revision, next).await?;
        }
        insert(tx, &self.new).await
    }
}

#[async_trait]
impl Rows for ChangedRows {
    /// The seats are among the records, and come first: of two steps that want the same one, the second is stale there,
    /// before it takes an address.
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        self.records.write(tx).await?;
        for (Forgotten { name, naming }, left) in &self.forgotten {
            let containing: Vec<&[u8]> = std::iter::once(name).chain(naming).map(String::as_bytes).collect();
            seamless_storage::requests::replace(tx, &containing, left).await?;
        }
        self.activities
            .write(tx, [activity::Column::Id, activity::Column::Revision], |row| {
                (*row.id.as_ref(), *row.revision.as_ref())
            })
            .await?;
        self.registrations
            .write(tx, [registration::Column::Id, registration::Column::Revision], |row| {
                (*row.id.as_ref(), *row.revision.as_ref())
            })
            .await?;
        mails::due(tx, &self.due.registrations).await?;
        for activity in &self.due.activities {
            mails::due_of_activity(tx, *activity).await?;
        }
        mails::write(tx, &self.mails).await
    }
}
