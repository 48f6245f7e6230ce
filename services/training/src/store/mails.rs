//! What is to be told, and the outbox.

use std::collections::BTreeSet;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};
use seamless_commit::{CommitError, ROWS_A_STATEMENT, require_one};
use seamless_identity::AuthorityId;
use seamless_mail::{Mail, MailQuery};
use uuid::Uuid;

use super::{Store, fault};
use crate::domain::{
    DomainError,
    change::MailChange,
    model::{MailDue, RegistrationState, activity_name, registration_name},
    ports::{DueMailReader, MailReader, MailsQuery},
};

/// So many of the last mails to somebody about a registration are looked through.
const LAST: u64 = 1_000;

/// Notes that somebody may have to be told of these registrations: in one order everywhere, so that two that meet do not wait for
/// each other.
pub(super) async fn due(tx: &DatabaseTransaction, registrations: &BTreeSet<Uuid>) -> Result<(), CommitError> {
    let registrations: Vec<Uuid> = registrations.iter().copied().collect();
    for some in registrations.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<String> = (1..=some.len()).map(|number| format!("(${number}, 1)")).collect();
        let sql = format!(
            "INSERT INTO mail_due (registration, wanted) VALUES {} \
             ON CONFLICT (registration) DO UPDATE SET wanted = mail_due.wanted + 1",
            rows.join(", ")
        );
        execute(tx, &sql, some.iter().map(|registration| (*registration).into())).await?;
    }
    Ok(())
}

/// Notes that everybody whose registration for an activity goes on may have to be told.
pub(super) async fn due_of_activity(tx: &DatabaseTransaction, activity: Uuid) -> Result<(), CommitError> {
    use RegistrationState::{Confirmed, Offered, Pending, Waiting};
    let [first, second, third, last] = [Pending, Waiting, Offered, Confirmed].map(|state| state as i32);
    let sql = "INSERT INTO mail_due (registration, wanted) \
               SELECT id, 1 FROM registration WHERE activity = $1 AND state IN ($2, $3, $4, $5) \
               ON CONFLICT (registration) DO UPDATE SET wanted = mail_due.wanted + 1";
    let values = [activity.into(), first.into(), second.into(), third.into(), last.into()];
    execute(tx, sql, values).await.map(|_| ())
}

/// Does what was decided of the outbox.
pub(super) async fn write(tx: &DatabaseTransaction, changes: &[MailChange]) -> Result<(), CommitError> {
    for change in changes {
        match change {
            MailChange::Queue(mail) => seamless_mail::queue(tx, std::slice::from_ref(mail)).await?,
            MailChange::Settled(MailDue { registration, wanted }) => {
                let sql = "DELETE FROM mail_due WHERE registration = $1 AND wanted = $2";
                // Where anything happened since it was looked at, nothing of what was decided is written.
                require_one(execute(tx, sql, [(*registration).into(), (*wanted).into()]).await?)?;
            }
            MailChange::Again { id, revision, now } => {
                require_one(u64::from(seamless_mail::again(tx, *id, *revision, *now).await?))?;
            }
            MailChange::Bounced { id, revision, status, now } => {
                let is_noted = seamless_mail::bounced(tx, *id, *revision, status, *now).await?;
                require_one(u64::from(is_noted))?;
            }
            MailChange::ForgetAbout(registration) => seamless_mail::forget_subject(tx, registration).await?,
            MailChange::ForgetTo { owner, address } => {
                seamless_mail::forget_address(tx, owner, address).await?;
            }
        }
    }
    Ok(())
}

async fn execute(
    tx: &DatabaseTransaction,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, CommitError> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

#[async_trait]
impl DueMailReader for Store {
    async fn mails_due(&self, limit: u64) -> Result<Vec<MailDue>, DomainError> {
        let connection = self.database.read();
        let sql = "SELECT registration, wanted FROM mail_due ORDER BY wanted, registration LIMIT $1";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let statement =
            Statement::from_sql_and_values(connection.get_database_backend(), sql, [limit.into()]);
        let rows = connection.query_all_raw(statement).await.map_err(fault)?;
        let due = rows.iter().map(|row| {
            Ok(MailDue { registration: row.try_get_by_index(0)?, wanted: row.try_get_by_index(1)? })
        });
        Ok(due.collect::<Result<_, sea_orm::DbErr>>().map_err(fault)?)
    }
}

#[async_trait]
impl MailReader for Store {
    async fn mail_get(&self, id: Uuid) -> Result<Option<Mail>, DomainError> {
        Ok(seamless_mail::by_id(&self.database, id).await.map_err(fault)?)
    }

    async fn mail_by_token(&self, token: &str) -> Result<Option<Mail>, DomainError> {
        Ok(seamless_mail::by_token(&self.database, token).await.map_err(fault)?)
    }

    async fn mail_later(&self, mail: &Mail) -> Result<Vec<Mail>, DomainError> {
        Ok(seamless_mail::later(&self.database, mail, LAST).await.map_err(fault)?)
    }

    async fn mail_to(
        &self,
        owner: &AuthorityId,
        address: &str,
        limit: u64,
    ) -> Result<Vec<Mail>, DomainError> {
        let found = seamless_mail::of_address(&self.database, owner.as_str(), address, limit).await;
        Ok(found.map_err(fault)?)
    }

    async fn mail_list(&self, query: &MailsQuery) -> Result<Vec<Mail>, DomainError> {
        let query = MailQuery {
            owners: query.owners.iter().map(ToString::to_string).collect(),
            parent: Some(activity_name(query.activity)),
            subject: query.registration.map(|id| registration_name(query.activity, id)),
            states: query.states.clone(),
            before: query.before,
            limit: query.limit,
        };
        Ok(seamless_mail::list(&self.database, &query).await.map_err(fault)?)
    }
}
