//! Which history the log is: its epoch.
//!
//! A database that goes back to a backup is another history from there on, and gives the positions of what was lost to
//! other events. Invariants: an epoch is a fresh UUID, so no two histories share one; the rows of `feed_epoch` are never
//! changed but for the home of the last one; `common_position` is never larger than what the epoch has in common with
//! every one before it, 0 where that is not known.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement};
use seamless_storage::{Database, StorageError};
use uuid::Uuid;

use crate::home::Home;

/// A history of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// What its readers call it.
    pub id: Uuid,
    /// Its place in the order of epochs: 1 or more.
    pub number: i64,
}

/// The last position of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The position; 0 for an empty log.
    pub position: i64,
    /// The history.
    pub epoch: Epoch,
}

/// Why an epoch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The operator says that the database was restored.
    Told,
    /// The database is not the one that was served from: a copy, or one put back elsewhere.
    Elsewhere,
    /// The database has less than was served.
    Behind,
}

impl Cause {
    fn stored_as(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Elsewhere => "elsewhere",
            Self::Behind => "behind",
        }
    }
}

/// What is known of a database that may have been put back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// The furthest that was served.
    pub served: Option<Head>,
    /// Where the database is now.
    pub home: Option<Home>,
    /// True if nothing can have been appended since it was put back: nobody has served from it.
    pub is_untouched: bool,
}

impl Head {
    fn from_row(row: &QueryResult) -> Result<Self, DbErr> {
        let epoch = Epoch { id: row.try_get_by_index(1)?, number: row.try_get_by_index(2)? };
        Ok(Self { position: row.try_get_by_index(0)?, epoch })
    }
}

/// The head of the log and its epoch, as they are at one moment.
///
/// # Errors
/// Whatever the database says.
pub async fn head(connection: &impl ConnectionTrait) -> Result<Head, StorageError> {
    let sql = "SELECT h.position, e.epoch, e.number FROM feed_head h CROSS JOIN feed_epoch e WHERE h.id = 1 \
               ORDER BY e.number DESC LIMIT 1";
    let row =
        connection.query_one_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the head and the epoch of the feed".to_owned()))?;
    Ok(Head::from_row(&row)?)
}

/// Up to where everything is surely the same in an epoch and in the one of now; 0 where nothing is known, as of an epoch
/// that this database has never heard of.
///
/// # Errors
/// Whatever the database says.
pub async fn common_position(connection: &impl ConnectionTrait, epoch: Uuid) -> Result<i64, StorageError> {
    let sql = "SELECT MIN(common_position) FROM feed_epoch \
               WHERE number > (SELECT number FROM feed_epoch WHERE epoch = $1)";
    smallest(connection, sql, epoch.into()).await.map(Option::unwrap_or_default)
}

/// Up to where statements on the history of this number count in the one of now; `None` if they count wherever they go.
pub(crate) async fn counts_up_to(
    connection: &impl ConnectionTrait,
    number: i64,
) -> Result<Option<i64>, StorageError> {
    smallest(connection, "SELECT MIN(common_position) FROM feed_epoch WHERE number > $1", number.into()).await
}

async fn smallest(
    connection: &impl ConnectionTrait,
    sql: &str,
    value: sea_orm::Value,
) -> Result<Option<i64>, StorageError> {
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, [value]);
    match connection.query_one_raw(statement).await? {
        Some(row) => Ok(row.try_get_by_index(0)?),
        None => Ok(None),
    }
}

/// Begins an epoch because the operator says that the database was restored; gives it, with the head behind which it
/// begins. `common_position` is up to where nothing was lost: the head, if nobody has served from the database since it
/// was restored. At `time_us`, in microseconds since 1970 UTC.
///
/// # Errors
/// Whatever the database says.
pub async fn restored(
    database: &Database,
    common_position: Option<i64>,
    time_us: i64,
) -> Result<Head, StorageError> {
    let home = Home::of(database.read()).await?;
    database
        .write(move |tx| {
            let home = home.clone();
            Box::pin(async move {
                let present = lock_head(tx).await?;
                let common = common_position.unwrap_or(present.position).clamp(0, present.position);
                begin(tx, &present, present.epoch.number + 1, common, Cause::Told, home.as_ref(), time_us)
                    .await
            })
        })
        .await
}

/// Looks whether the database was put back, and begins an epoch if so; gives the head, and why the epoch began if one did.
/// Any number of replicas may look at the same time: one of them begins it.
pub(crate) async fn settle(
    database: &Database,
    evidence: Evidence,
    time_us: i64,
) -> Result<(Head, Option<Cause>), StorageError> {
    database
        .write(move |tx| {
            let evidence = evidence.clone();
            Box::pin(async move { settle_in(tx, &evidence, time_us).await })
        })
        .await
}

async fn settle_in(
    tx: &DatabaseTransaction,
    evidence: &Evidence,
    time_us: i64,
) -> Result<(Head, Option<Cause>), StorageError> {
    let present = lock_head(tx).await?;
    let home = evidence.home.as_ref();
    let behind = match &evidence.served {
        None => false,
        Some(served) if served.epoch.id == present.epoch.id => present.position < served.position,
        // Of an epoch before the one of now it is known how much was lost; one that is not there was lost itself.
        Some(served) => !is_known(tx, served.epoch.id).await?,
    };
    let known = home_of(tx, present.epoch).await?;
    let is_elsewhere = match (home, &known) {
        (Some(now), Some(known)) => now.is_elsewhere_than(known),
        _ => false,
    };
    let cause = match (behind, is_elsewhere) {
        (true, _) => Cause::Behind,
        (false, true) => Cause::Elsewhere,
        (false, false) => {
            if known.is_none()
                && let Some(home) = home
            {
                let sql = "UPDATE feed_epoch SET home = $1 WHERE number = $2";
                let values = [home.as_str().into(), present.epoch.number.into()];
                tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
                    .await?;
            }
            return Ok((present, None));
        }
    };
    // Numbers that were lost are not given again.
    let last = evidence.served.map_or(0, |served| served.epoch.number).max(present.epoch.number);
    let common = if evidence.is_untouched { present.position } else { 0 };
    let head = begin(tx, &present, last + 1, common, cause, home, time_us).await?;
    Ok((head, Some(cause)))
}

/// The head; nobody appends, and no epoch begins, until the transaction ends.
async fn lock_head(tx: &DatabaseTransaction) -> Result<Head, StorageError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // In a statement of its own: the next one sees what was committed while this one waited.
        tx.execute_unprepared("SELECT position FROM feed_head WHERE id = 1 FOR UPDATE").await?;
    }
    head(tx).await
}

async fn is_known(tx: &DatabaseTransaction, epoch: Uuid) -> Result<bool, StorageError> {
    let sql = "SELECT number FROM feed_epoch WHERE epoch = $1";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [epoch.into()]);
    Ok(tx.query_one_raw(statement).await?.is_some())
}

/// Where the database was when the epoch was served from it first; none before.
pub(crate) async fn home_of(
    connection: &impl ConnectionTrait,
    epoch: Epoch,
) -> Result<Option<Home>, StorageError> {
    let sql = "SELECT home FROM feed_epoch WHERE number = $1";
    let statement =
        Statement::from_sql_and_values(connection.get_database_backend(), sql, [epoch.number.into()]);
    let home: Option<String> = match connection.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    Ok(home.map(Home::from_stored))
}

async fn begin(
    tx: &DatabaseTransaction,
    present: &Head,
    number: i64,
    common: i64,
    cause: Cause,
    home: Option<&Home>,
    time_us: i64,
) -> Result<Head, StorageError> {
    let epoch = Epoch { id: Uuid::new_v4(), number };
    let sql = "INSERT INTO feed_epoch \
               (number, epoch, begins_after_position, common_position, cause, home, time_us) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        number.into(),
        epoch.id.into(),
        present.position.into(),
        common.into(),
        cause.stored_as().into(),
        home.map(|home| home.as_str().to_owned()).into(),
        time_us.into(),
    ];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(Head { position: present.position, epoch })
}
