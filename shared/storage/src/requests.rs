//! Idempotent requests (AIP-155): what was answered to a request id is kept with the work that it did, and answered
//! again. A service has [`Migration`] in its migrator, calls [`find`] before the work, [`record`] within it, and
//! [`purge`] now and then.

use std::collections::HashMap;

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use sea_orm_migration::{prelude::*, schema::*};
use uuid::Uuid;

use crate::StorageError;

/// Rows of one statement; far below the 32,766 parameters of SQLite.
const ROWS_A_STATEMENT: usize = 500;

/// An answered request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRecord {
    /// The RPC.
    pub method: String,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
    /// The bytes of the response.
    pub response: Vec<u8>,
    /// When it was answered, in microseconds since 1970 UTC.
    pub create_time_us: i64,
}

mod request {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "request")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub caller: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub request_id: Uuid,
        pub method: String,
        pub fingerprint: Vec<u8>,
        pub response: Vec<u8>,
        pub create_time: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What was answered to the caller's request, if it was made.
///
/// # Errors
/// Those of the database.
pub async fn find(
    connection: &impl ConnectionTrait,
    caller: &str,
    request_id: &Uuid,
) -> Result<Option<RequestRecord>, StorageError> {
    let row = request::Entity::find_by_id((caller.to_owned(), *request_id)).one(connection).await?;
    Ok(row.map(answered))
}

/// What was answered to those of the caller's requests that were made, by their ids.
///
/// # Errors
/// Those of the database.
pub async fn find_all(
    connection: &impl ConnectionTrait,
    caller: &str,
    request_ids: &[Uuid],
) -> Result<HashMap<Uuid, RequestRecord>, StorageError> {
    let mut found = HashMap::new();
    for chunk in request_ids.chunks(ROWS_A_STATEMENT) {
        let rows = request::Entity::find()
            .filter(request::Column::Caller.eq(caller))
            .filter(request::Column::RequestId.is_in(chunk.iter().copied()))
            .all(connection)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.request_id, answered(row))));
    }
    Ok(found)
}

fn answered(row: request::Model) -> RequestRecord {
    RequestRecord {
        method: row.method,
        // A digest of another length is that of no request.
        fingerprint: row.fingerprint.try_into().unwrap_or_default(),
        response: row.response,
        create_time_us: row.create_time,
    }
}

/// Keeps the answer to a request, in the transaction that does its work. Do it first: of two that come at the same time
/// the second then waits here.
///
/// # Errors
/// `UniqueViolation` if the request was answered meanwhile: fail with it, then [`find`] the answer; those of the
/// database.
pub async fn record(
    transaction: &sea_orm::DatabaseTransaction,
    caller: &str,
    request_id: &Uuid,
    method: &str,
    fingerprint: &[u8; 32],
    response: &[u8],
    create_time_us: i64,
) -> Result<(), StorageError> {
    let (method, fingerprint, response) = (method.to_owned(), *fingerprint, response.to_vec());
    let answer = RequestRecord { method, fingerprint, response, create_time_us };
    record_all(transaction, vec![(caller.to_owned(), *request_id, answer)]).await
}

/// Keeps the answers to several requests, each with its caller and id, in the transaction that does the work of all.
///
/// # Errors
/// As [`record`], if any was answered meanwhile.
pub async fn record_all(
    transaction: &sea_orm::DatabaseTransaction,
    mut answers: Vec<(String, Uuid, RequestRecord)>,
) -> Result<(), StorageError> {
    // In one order everywhere, so that two that meet do not wait for each other.
    answers.sort_by(|(caller, id, _), (other, other_id, _)| (caller, id).cmp(&(other, other_id)));
    let rows = answers.into_iter().map(|(caller, request_id, answer)| request::ActiveModel {
        caller: Set(caller),
        request_id: Set(request_id),
        method: Set(answer.method),
        fingerprint: Set(answer.fingerprint.to_vec()),
        response: Set(answer.response),
        create_time: Set(answer.create_time_us),
    });
    let rows: Vec<request::ActiveModel> = rows.collect();
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        request::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Puts another answer in the place of every one that contains all of these bytes; gives how many. For answers that hold what is to be
/// erased: whoever repeats such a call gets what is left of its answer, and nothing is done twice.
///
/// # Errors
/// Those of the database.
pub async fn replace(
    transaction: &sea_orm::DatabaseTransaction,
    containing: &[&[u8]],
    response: &[u8],
) -> Result<u64, StorageError> {
    let backend = transaction.get_database_backend();
    let holds = (2..).take(containing.len()).map(|at| match backend {
        sea_orm::DatabaseBackend::Sqlite => format!("instr(response, ${at}) > 0"),
        _ => format!("position(${at} in response) > 0"),
    });
    let sql = format!("UPDATE request SET response = $1 WHERE {}", holds.collect::<Vec<_>>().join(" AND "));
    let values =
        std::iter::once(response).chain(containing.iter().copied()).map(|bytes| bytes.to_vec().into());
    let statement = sea_orm::Statement::from_sql_and_values(backend, sql, values);
    Ok(transaction.execute_raw(statement).await?.rows_affected())
}

/// Forgets answers from before a time (microseconds since 1970 UTC), the oldest `batch` at most; gives how many. Call
/// it again until it gives less than `batch`.
///
/// # Errors
/// Those of the database.
pub async fn purge(
    transaction: &sea_orm::DatabaseTransaction,
    before_us: i64,
    batch: u64,
) -> Result<u64, StorageError> {
    let oldest = Query::select()
        .columns([request::Column::Caller, request::Column::RequestId])
        .from(request::Entity)
        .and_where(request::Column::CreateTime.lt(before_us))
        .order_by(request::Column::CreateTime, Order::Asc)
        .limit(batch)
        .take();
    let key = Expr::tuple([Expr::col(request::Column::Caller), Expr::col(request::Column::RequestId)]);
    let forgotten = request::Entity::delete_many().filter(key.in_subquery(oldest)).exec(transaction).await?;
    Ok(forgotten.rows_affected)
}

/// The table as it was when it was made; the entity above may grow.
#[derive(DeriveIden)]
enum Requests {
    #[sea_orm(iden = "request")]
    Table,
    Caller,
    RequestId,
    Method,
    Fingerprint,
    Response,
    CreateTime,
}

/// Creates the table; belongs into the migrator of each service that takes changing requests.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "storage_m0001_requests"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Requests::Table)
                    .col(string(Requests::Caller))
                    .col(uuid(Requests::RequestId))
                    .col(string(Requests::Method))
                    .col(binary(Requests::Fingerprint))
                    .col(binary(Requests::Response))
                    .col(big_integer(Requests::CreateTime))
                    .primary_key(Index::create().col(Requests::Caller).col(Requests::RequestId))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("request_create_time")
                    .table(Requests::Table)
                    .col(Requests::CreateTime)
                    .to_owned(),
            )
            .await
    }
}
