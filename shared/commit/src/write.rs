//! One transaction for a decision.

use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::IntoCondition,
};
use seamless_decision::Refusal;
use seamless_feed::{FeedSignal, NewEvent};
use seamless_storage::{
    Database,
    requests::{self, RequestRecord},
};
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
    /// The row that keeps it.
    fn kept(&self) -> (String, Uuid, RequestRecord) {
        let answer = RequestRecord {
            method: self.method.clone(),
            fingerprint: self.fingerprint,
            response: self.response.clone(),
            create_time_us: self.time_us,
        };
        (self.caller.clone(), self.request_id, answer)
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
    commit_all(database, signal, rows, events, answer.into_iter().collect()).await
}

/// As [`commit`], for a decision on several calls at once, each with the answer to be given should its request come again.
///
/// # Errors
/// As [`commit`]; then nothing of any call was written.
pub async fn commit_all(
    database: &Database,
    signal: &FeedSignal,
    rows: Arc<dyn Rows>,
    events: Vec<NewEvent>,
    answers: Vec<Answer>,
) -> Result<(), Refusal> {
    Ok(commit_rows(database, signal, rows, events, answers).await?)
}

/// As [`commit_all`], for whoever must tell a record that changed from a key that was taken.
///
/// # Errors
/// `Stale` if a record changed since it was read; those of the database.
pub async fn commit_rows(
    database: &Database,
    signal: &FeedSignal,
    rows: Arc<dyn Rows>,
    events: Vec<NewEvent>,
    answers: Vec<Answer>,
) -> Result<(), CommitError> {
    let written = Arc::new((rows, events, answers));
    let last = database.write(move |tx| {
        let written = written.clone();
        Box::pin(async move {
            let (rows, events, answers) = &*written;
            requests::record_all(tx, answers.iter().map(Answer::kept).collect()).await?;
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
