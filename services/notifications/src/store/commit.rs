//! Writes a decision: all of it or nothing, each record only if it is still the one that was decided upon. The feed's
//! head row is touched last, so that writers wait for each other as briefly as can be.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter};
use seamless_commit::{Answer, CommitError, RecordRows, Rows, insert, update};
use seamless_feed::{NewEvent, acknowledge};
use uuid::Uuid;

use super::{
    Store,
    deliveries::DeliveryCheckpoint,
    dialect::{self, TextEntry},
    entities::{
        case_record, clock, evidence, follow_up, notification, operator_key, sandbox, sight, transmission,
    },
    evidence::entry_row,
    rows,
};
use crate::domain::{
    ChangeSet, DomainError, Refusal,
    access::Sight,
    change::LostRight,
    model::{FollowUp, NotificationId, TransmissionState},
};

/// What is written in one transaction.
#[derive(Debug, Default)]
pub struct Commit {
    pub changes: ChangeSet,
    /// The change set's events in the form of the contract.
    pub events: Vec<NewEvent>,
    /// The answer to be given should the request come again.
    pub answer: Option<Answer>,
    /// Up to where a reader's acknowledgements are entered with it.
    pub checkpoint: Option<DeliveryCheckpoint>,
}

/// The rows of a commit, made once and written as often as the transaction is tried.
struct ChangedRows {
    new_notifications: Vec<notification::ActiveModel>,
    changed_notifications: Vec<notification::ActiveModel>,
    sights: Vec<sight::ActiveModel>,
    texts: Vec<TextEntry>,
    new_transmissions: Vec<transmission::ActiveModel>,
    changed_transmissions: Vec<transmission::ActiveModel>,
    new_follow_ups: Vec<follow_up::ActiveModel>,
    changed_follow_ups: Vec<follow_up::ActiveModel>,
    /// The recipients whose cases now stand among the open (0) or the closed (1) ones of their inboxes.
    closed_ranks: Vec<(NotificationId, String, i16)>,
    new_clocks: Vec<clock::ActiveModel>,
    changed_clocks: Vec<clock::ActiveModel>,
    records: RecordRows<case_record::Entity>,
    sandbox: Option<(sandbox::ActiveModel, bool)>,
    operator_keys: Vec<operator_key::ActiveModel>,
    /// Notification and source whose operator keys are replaced.
    replaced_keys: Vec<(Uuid, String)>,
    evidence: Vec<evidence::ActiveModel>,
    lost_rights: Vec<LostRight>,
    checkpoint: Option<DeliveryCheckpoint>,
}

impl Store {
    /// Writes a commit.
    ///
    /// # Errors
    /// `Conflict` if a record changed since it was read or a key was taken meanwhile: decide anew.
    pub async fn commit(&self, commit: Commit) -> Result<(), DomainError> {
        let Commit { changes, events, answer, checkpoint } = commit;
        let rows = Arc::new(ChangedRows::of(changes, checkpoint)?);
        Ok(seamless_commit::commit(&self.database, &self.signal, rows, events, answer).await?)
    }
}

impl ChangedRows {
    fn of(changes: ChangeSet, checkpoint: Option<DeliveryCheckpoint>) -> Result<Self, DomainError> {
        if !changes.facts.is_empty() {
            return Err(Refusal::Fault("facts were not entered into their ledgers".to_owned()).into());
        }
        let mut rows = Self {
            new_notifications: Vec::new(),
            changed_notifications: Vec::new(),
            sights: Vec::new(),
            texts: Vec::new(),
            new_transmissions: Vec::new(),
            changed_transmissions: Vec::new(),
            new_follow_ups: Vec::new(),
            changed_follow_ups: Vec::new(),
            closed_ranks: Vec::new(),
            new_clocks: Vec::new(),
            changed_clocks: Vec::new(),
            records: RecordRows::of(changes.records, |record| rows::record_row(&record)),
            sandbox: None,
            operator_keys: Vec::new(),
            replaced_keys: Vec::new(),
            evidence: changes.evidence.iter().map(entry_row).collect(),
            lost_rights: changes.lost_rights,
            checkpoint,
        };
        for change in &changes.notifications {
            let row = rows::notification_row(&change.write.record)?;
            match change.write.is_new {
                true => rows.new_notifications.push(row),
                false => rows.changed_notifications.push(row),
            }
            let sights = change.sights.iter().map(|sight| rows::sight_row(&change.write.record, sight));
            rows.sights.extend(sights);
            let keys = change.sights.iter();
            rows.operator_keys
                .extend(keys.flat_map(|sight| rows::operator_key_rows(&change.write.record, sight)));
            let texts = change.sights.iter().map(|sight| rows::text_entry(&change.write.record, sight));
            rows.texts.extend(texts);
        }
        for write in &changes.transmissions {
            let notification = changes
                .notifications
                .iter()
                .find(|change| change.write.record.id == write.record.notification);
            let sight = notification.and_then(|change| {
                change.sights.iter().find(|sight: &&Sight| sight.viewer == write.record.recipient)
            });
            let row = rows::transmission_row(&write.record, sight.map(|sight| rows::ranks(&sight.facets)));
            match write.is_new {
                true => rows.new_transmissions.push(row),
                false => rows.changed_transmissions.push(row),
            }
        }
        for write in &changes.follow_ups {
            let row = rows::follow_up_row(&write.record)?;
            let FollowUp { notification, authority, .. } = &write.record;
            let rank = rows::closed_rank(&write.record);
            rows.closed_ranks.push((*notification, authority.to_string(), rank));
            match write.is_new {
                true => rows.new_follow_ups.push(row),
                false => rows.changed_follow_ups.push(row),
            }
        }
        for write in &changes.clocks {
            let row = rows::clock_row(&write.record)?;
            match write.is_new {
                true => rows.new_clocks.push(row),
                false => rows.changed_clocks.push(row),
            }
        }
        if let Some(write) = &changes.sandbox {
            rows.sandbox = Some((rows::sandbox_row(&write.record)?, write.is_new));
        }
        for keys in &changes.company_keys {
            rows.replaced_keys.push((keys.notification, keys.source.clone()));
            rows.operator_keys.extend(rows::company_key_rows(keys));
        }
        Ok(rows)
    }
}

#[async_trait]
impl Rows for ChangedRows {
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        for row in &self.changed_notifications {
            self.replace_notification(tx, row).await?;
        }
        insert(tx, &self.new_notifications).await?;
        insert(tx, &self.sights).await?;
        dialect::insert_texts(tx, &self.texts).await?;
        insert(tx, &self.new_transmissions).await?;
        for row in &self.changed_transmissions {
            let key = transmission::Column::Notification
                .eq(*row.notification.as_ref())
                .and(transmission::Column::Recipient.eq(row.recipient.as_ref()));
            update(tx, row, key, transmission::Column::Revision, *row.revision.as_ref()).await?;
        }
        insert(tx, &self.new_follow_ups).await?;
        for row in &self.changed_follow_ups {
            let key = follow_up::Column::Notification
                .eq(*row.notification.as_ref())
                .and(follow_up::Column::Authority.eq(row.authority.as_ref()));
            update(tx, row, key, follow_up::Column::Revision, *row.revision.as_ref()).await?;
        }
        for (notification, recipient, rank) in &self.closed_ranks {
            set_closed_rank(tx, *notification, recipient, *rank).await?;
        }
        insert(tx, &self.new_clocks).await?;
        for row in &self.changed_clocks {
            let key = clock::Column::Notification
                .eq(*row.notification.as_ref())
                .and(clock::Column::Recipient.eq(row.recipient.as_ref()))
                .and(clock::Column::Rule.eq(row.rule.as_ref()));
            update(tx, row, key, clock::Column::Revision, *row.revision.as_ref()).await?;
        }
        match &self.sandbox {
            None => {}
            Some((row, true)) => insert(tx, std::slice::from_ref(row)).await?,
            Some((row, false)) => {
                let key = sandbox::Column::Id.eq(*row.id.as_ref());
                update(tx, row, key, sandbox::Column::Revision, *row.revision.as_ref()).await?;
            }
        }
        self.records.write(tx).await?;
        for (notification, source) in &self.replaced_keys {
            delete_keys(tx, *notification, source).await?;
        }
        insert(tx, &self.operator_keys).await?;
        insert(tx, &self.evidence).await?;
        if let Some(checkpoint) = &self.checkpoint
            && !checkpoint.advance(tx).await?
        {
            return Err(CommitError::Stale);
        }
        // Before the events: what tells of the loss is not lost with it.
        for LostRight { authority, subject, entered } in &self.lost_rights {
            if acknowledge::hold(tx, authority).await? > *entered {
                return Err(CommitError::Stale);
            }
            seamless_feed::log::revoke_below(tx, authority, subject).await?;
        }
        Ok(())
    }
}

impl ChangedRows {
    async fn replace_notification(
        &self,
        tx: &DatabaseTransaction,
        row: &notification::ActiveModel,
    ) -> Result<(), CommitError> {
        let id = *row.id.as_ref();
        update(
            tx,
            row,
            notification::Column::Id.eq(id),
            notification::Column::Revision,
            *row.revision.as_ref(),
        )
        .await?;
        delete_keys(tx, id, "").await?;
        remove_sights(tx, id).await
    }
}

/// Puts a case among the open or the closed ones of its inbox; what is withdrawn stays among the closed ones.
async fn set_closed_rank(
    tx: &DatabaseTransaction,
    notification: NotificationId,
    recipient: &str,
    rank: i16,
) -> Result<(), CommitError> {
    use transmission::Column;
    transmission::Entity::update_many()
        .col_expr(Column::ClosedRank, rank.into())
        .filter(Column::Notification.eq(notification))
        .filter(Column::Recipient.eq(recipient))
        .filter(Column::State.ne(TransmissionState::Withdrawn as i32))
        .filter(Column::ClosedRank.ne(rank))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes the operator keys that a record of a notification gave; the notification itself is the empty source.
async fn delete_keys(tx: &DatabaseTransaction, notification: Uuid, source: &str) -> Result<(), CommitError> {
    use operator_key::Column;
    operator_key::Entity::delete_many()
        .filter(Column::Notification.eq(notification))
        .filter(Column::Source.eq(source))
        .exec(tx)
        .await?;
    Ok(())
}

/// Removes the entries of a notification from all lists, and with them those from the index of words.
async fn remove_sights(tx: &DatabaseTransaction, id: NotificationId) -> Result<(), CommitError> {
    sight::Entity::delete_many().filter(sight::Column::Notification.eq(id)).exec(tx).await?;
    Ok(())
}

/// Writes the entries of a notification anew, with the keys by which its makers are found.
pub(super) async fn replace_sights(
    tx: &DatabaseTransaction,
    id: NotificationId,
    sights: &[sight::ActiveModel],
    texts: &[TextEntry],
    keys: &[operator_key::ActiveModel],
) -> Result<(), CommitError> {
    delete_keys(tx, id, "").await?;
    insert(tx, keys).await?;
    remove_sights(tx, id).await?;
    insert(tx, sights).await?;
    Ok(dialect::insert_texts(tx, texts).await?)
}
