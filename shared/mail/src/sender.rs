//! Sends what is in the outbox. Any number of replicas look; each mail is tried by one of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany};
use seamless_calendar::Clock;
use seamless_program::every;
use seamless_storage::{Database, StorageError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::attempt::{Attempt, Handed};
use crate::row::{Column, Entity};
use crate::{Carrier, MailSettings, MailState};

/// The worker.
#[derive(Clone)]
pub struct MailSender {
    /// Where the outbox is.
    pub database: Database,
    /// How mails leave; none where nobody is written to.
    pub carrier: Option<Carrier>,
    /// How often, and how long.
    pub settings: MailSettings,
    /// By which it is told what is due.
    pub clock: Arc<dyn Clock>,
}

impl MailSender {
    /// Works until the token is cancelled; what was begun is ended within the time limit.
    pub async fn run(self, token: CancellationToken) {
        every(self.settings.interval, &token, "mails not looked at", || self.look(&token)).await
    }

    async fn look(&self, token: &CancellationToken) -> Result<(), StorageError> {
        self.give_up_lost().await?;
        self.clean().await?;
        let Some(carrier) = &self.carrier else { return Ok(()) };
        while !token.is_cancelled() {
            let due = self.due().await?;
            let is_last = (due.len() as u64) < self.settings.batch;
            let sent = self.tried_all(carrier, due, token).await?;
            if sent > 0 {
                tracing::info!(sent, "mails were sent");
            }
            if is_last || sent == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Tries them, some at the same time; gives how many were taken. Once the end has come no other is begun, and those that
    /// were begun come to their ends.
    async fn tried_all(
        &self,
        carrier: &Carrier,
        due: Vec<Uuid>,
        token: &CancellationToken,
    ) -> Result<usize, StorageError> {
        let (mut due, mut tried) = (due.into_iter(), JoinSet::new());
        let (mut sent, mut failed) = (0, None);
        loop {
            while tried.len() < self.settings.connections && !token.is_cancelled() && failed.is_none() {
                let Some(id) = due.next() else { break };
                let (sender, carrier) = (self.clone(), carrier.clone());
                tried.spawn(async move { sender.tried(&carrier, id).await });
            }
            match tried.join_next().await {
                None => return failed.map_or(Ok(sent), Err),
                Some(Ok(Ok(is_taken))) => sent += usize::from(is_taken),
                Some(Ok(Err(error))) => failed = Some(error),
                Some(Err(error)) => tracing::error!(%error, "an attempt at a mail was broken off"),
            }
        }
    }

    /// What was being handed over when its replica ended: nobody knows whether it was taken.
    async fn give_up_lost(&self) -> Result<(), StorageError> {
        let now = self.clock.now().as_microsecond();
        let lost = changed(MailState::Unknown, now)
            .filter(Column::State.eq(MailState::Sending as i32))
            .filter(Column::Lease.lte(now));
        let lost = self.write(lost).await?;
        if lost > 0 {
            tracing::warn!(mails = lost, "of mails nobody knows whether they were taken; a person decides");
        }
        Ok(())
    }

    /// Takes out what does not move any more and was kept long enough.
    async fn clean(&self) -> Result<(), StorageError> {
        let days = SignedDuration::from_hours(24 * i64::from(self.settings.retention_days));
        let until = self.clock.now().checked_sub(days).unwrap_or(Timestamp::MIN).as_microsecond();
        use MailState::{Bounced, Refused, Sent, Superseded, Unknown};
        let ended = [Sent, Refused, Bounced, Unknown, Superseded].map(|state| state as i32);
        let old = Condition::all().add(Column::State.is_in(ended)).add(Column::UpdateTime.lt(until));
        let any = Entity::find().select_only().column(Column::Id).filter(old.clone()).limit(1);
        if any.into_tuple::<Uuid>().one(self.database.read()).await?.is_none() {
            return Ok(());
        }
        self.database
            .write(move |tx| {
                let old = Entity::delete_many().filter(old.clone());
                Box::pin(async move { Ok::<_, StorageError>(old.exec(tx).await.map(|_| ())?) })
            })
            .await
    }

    async fn due(&self) -> Result<Vec<Uuid>, StorageError> {
        let now = self.clock.now().as_microsecond();
        let due = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Due.lte(now))
            .filter(is_free(now))
            .order_by_asc(Column::Due)
            .order_by_asc(Column::Id)
            .limit(self.settings.batch);
        Ok(due.into_tuple().all(self.database.read()).await?)
    }

    /// Tries one; true if it was taken.
    async fn tried(&self, carrier: &Carrier, id: Uuid) -> Result<bool, StorageError> {
        let (now, claim) = (self.clock.now(), Uuid::new_v4());
        let twice =
            SignedDuration::try_from(self.settings.time_limit * 2).unwrap_or(SignedDuration::from_mins(20));
        let lease = now.checked_add(twice).unwrap_or(Timestamp::MAX).as_microsecond();
        let claimed = Entity::update_many()
            .col_expr(Column::Claim, Expr::value(claim))
            .col_expr(Column::Lease, Expr::value(lease))
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.eq(id))
            .filter(Column::Due.lte(now.as_microsecond()))
            .filter(is_free(now.as_microsecond()));
        if self.write(claimed).await? == 0 {
            return Ok(false);
        }
        let row = Entity::find_by_id(id).filter(Column::Claim.eq(claim)).one(self.database.read()).await?;
        let Some(row) = row else { return Ok(false) };
        let attempts = u32::try_from(row.attempts).unwrap_or(u32::MAX);
        let mail = Handed { id, sender: row.sender, recipient: row.recipient, content: row.content };
        let attempt = carrier.carry(&mail, self.mark(id, claim)).await;
        self.note(id, claim, &attempt, attempts).await?;
        Ok(attempt == Attempt::Taken)
    }

    /// Notes that the content is handed over from now on. False where the mail is no more this one's to send.
    async fn mark(&self, id: Uuid, claim: Uuid) -> bool {
        let sending = changed(MailState::Sending, self.clock.now().as_microsecond())
            .filter(Column::Id.eq(id))
            .filter(Column::Claim.eq(claim))
            .filter(Column::State.eq(MailState::Queued as i32));
        match self.write(sending).await {
            Ok(rows) => rows == 1,
            Err(error) => {
                tracing::warn!(mail = %id, %error, "a mail was not marked as being sent, and is not sent");
                false
            }
        }
    }

    async fn note(
        &self,
        id: Uuid,
        claim: Uuid,
        attempt: &Attempt,
        attempts: u32,
    ) -> Result<(), StorageError> {
        let now = self.clock.now();
        let (state, status, due) = match attempt {
            Attempt::LeftAlone => return Ok(()),
            Attempt::Taken => (MailState::Sent, String::new(), None),
            Attempt::Unheard => (MailState::Unknown, String::new(), None),
            Attempt::Refused(codes) => (MailState::Refused, codes.clone(), None),
            Attempt::Later(codes) if attempts >= self.settings.attempts => {
                let given_up = if codes.is_empty() { "no answer" } else { codes };
                (MailState::Refused, given_up.to_owned(), None)
            }
            Attempt::Later(codes) => {
                let pause = SignedDuration::try_from(self.settings.pause(attempts));
                let due = pause.ok().and_then(|pause| now.checked_add(pause).ok()).unwrap_or(Timestamp::MAX);
                (MailState::Queued, codes.clone(), Some(due.as_microsecond()))
            }
        };
        // Where it was given up as lost meanwhile, this is the truth of it.
        use MailState::{Queued, Sending, Unknown};
        let noted = changed(state, now.as_microsecond())
            .col_expr(Column::Status, Expr::value(status))
            .col_expr(Column::Due, Expr::value(due))
            .col_expr(Column::Claim, Expr::value(None::<Uuid>))
            .col_expr(Column::Lease, Expr::value(None::<i64>))
            .filter(Column::Id.eq(id))
            .filter(Column::Claim.eq(claim))
            .filter(Column::State.is_in([Queued, Sending, Unknown].map(|state| state as i32)));
        self.write(noted).await?;
        if !matches!(state, MailState::Sent | MailState::Queued) {
            tracing::warn!(mail = %id, state = state.word(), attempts, "a mail was not sent");
        }
        Ok(())
    }

    async fn write(&self, update: UpdateMany<Entity>) -> Result<u64, StorageError> {
        self.database
            .write(move |tx| {
                let update = update.clone();
                Box::pin(async move { Ok::<_, StorageError>(update.exec(tx).await?.rows_affected) })
            })
            .await
    }
}

/// Waits for an attempt, and nobody is at it.
fn is_free(now: i64) -> Condition {
    let left = Condition::any().add(Column::Lease.is_null()).add(Column::Lease.lte(now));
    Condition::all().add(Column::State.eq(MailState::Queued as i32)).add(left)
}

fn changed(state: MailState, now: i64) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state as i32))
        .col_expr(Column::UpdateTime, Expr::value(now))
        .col_expr(Column::Revision, Expr::col(Column::Revision).add(1))
}
