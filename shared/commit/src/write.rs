//! One transaction for a decision.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::IntoCondition,
};
use seamless_decision::Refusal;
use seamless_feed::{FeedSignal, NewEvent};
use seamless_storage::{Database, StorageError, requests};
use uuid::Uuid;

use crate::CommitError;

/// Rows of one insert statement; far below the 32,766 parameters of SQLite and the 65,535 of PostgreSQL.
pub const ROWS_A_STATEMENT: usize = 500;

/// The answer to a call, to be kept in the transaction that does the call's work.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The authority whose request id it is.
    pub caller: String,
    /// The caller's id of the call.
    pub request_id: Uuid,
    /// Which RPC: `/package.Service/Method`.
    pub method: String,
    /// SHA-256 of method and request.
    pub fingerprint: [u8; 32],
    /// The bytes of the response.
    pub response: Vec<u8>,
    /// When it was given, in microseconds since 1970 UTC.
    pub time_us: i64,
}

impl Answer {
    /// Keeps it.
    async fn keep(&self, tx: &DatabaseTransaction) -> Result<(), StorageError> {
        let Self { caller, request_id, method, fingerprint, response, time_us } = self;
        requests::record(tx, caller, request_id, method, fingerprint, response, *time_us).await
    }
}

/// The rows of a decision, made once and written as often as the transaction is tried.
#[async_trait]
pub trait Rows: Send + Sync {
    /// Writes them, all but answers and events.
    ///
    /// # Errors
    /// `Stale` if one of them is no more the one that was decided upon; those of the database.
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError>;
}

/// Writes a decision: the answer to be given should its request come again, then its rows, then its events in the form of
/// the contract; and tells the feed's followers. The answer comes first: of two calls with one request id that come at the
/// same time, the second waits there.
///
/// # Errors
/// `Conflict` if a record changed since it was read, or a key was taken meanwhile: decide anew.
pub async fn commit(
    database: &Database,
    signal: &FeedSignal,
    rows: Arc<dyn Rows>,
    events: Vec<NewEvent>,
    answer: Option<Answer>,
) -> Result<(), Refusal> {
    let written = Arc::new((rows, events, answer));
    let last = database.write(move |tx| {
        let written = written.clone();
        Box::pin(async move {
            let (rows, events, answer) = &*written;
            if let Some(answer) = answer {
                answer.keep(tx).await?;
            }
            rows.write(tx).await?;
            Ok::<_, CommitError>(seamless_feed::log::append(tx, events).await?.last().copied())
        })
    });
    if let Some(position) = last.await? {
        signal.committed(position);
    }
    Ok(())
}

/// Inserts new rows, many in one statement.
///
/// # Errors
/// Those of the database.
pub async fn insert<A>(tx: &DatabaseTransaction, rows: &[A]) -> Result<(), CommitError>
where
    A: ActiveModelTrait + Clone + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        A::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Replaces the row that the key finds, if its revision is the one before `revision`.
///
/// # Errors
/// `Stale` if it is not; those of the database.
pub async fn update<A>(
    tx: &DatabaseTransaction,
    row: &A,
    key: impl IntoCondition,
    column: impl ColumnTrait,
    revision: i64,
) -> Result<(), CommitError>
where
    A: ActiveModelTrait + Clone + Send,
{
    let update = A::Entity::update_many().set(row.clone()).filter(key).filter(column.eq(revision - 1));
    require_one(update.exec(tx).await?.rows_affected)
}

/// Refuses an update that found no row at the revision before.
///
/// # Errors
/// `Stale`.
pub fn require_one(rows: u64) -> Result<(), CommitError> {
    if rows == 1 { Ok(()) } else { Err(CommitError::Stale) }
}
