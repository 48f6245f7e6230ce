//! What arrivals have used of certificates.
//!
//! Invariant: whoever adds a use writes the balance at its next revision in the same transaction, so that two who saw the
//! same balance cannot both use it.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult, Statement, Value,
    sea_query::ArrayType,
};
use seamless_commit::CommitError;
use seamless_storage::StorageError;
use serde::Serialize;

use super::{Store, entities::certificate_balance, fault};
use crate::domain::{
    DomainError,
    model::{CertificateBalance, Goods, InspectionId, Used},
};

/// What goods have taken of a certificate by now, of each of its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateUse {
    pub inspection: InspectionId,
    pub goods: Goods,
    pub taken: Vec<Used>,
}

#[derive(FromQueryResult)]
struct BalanceRow {
    revision: i64,
    document: String,
}

#[derive(FromQueryResult)]
struct UseRow {
    inspection: String,
    consignment: String,
    item: i32,
    taken: String,
}

impl Store {
    /// The balance of a certificate; as unused where nothing is stored.
    ///
    /// # Errors
    /// Those of the database; `Fault` if it is damaged.
    pub async fn certificate_balance(
        &self,
        inspection: InspectionId,
    ) -> Result<CertificateBalance, DomainError> {
        let row = certificate_balance::Entity::find_by_id(inspection.to_string())
            .one(self.database.read())
            .await
            .map_err(fault)?;
        row.map_or_else(
            || Ok(CertificateBalance::unused(inspection)),
            |row| parse(&row.document, row.revision),
        )
    }

    /// The balances of these certificates that are stored.
    ///
    /// # Errors
    /// As for one.
    pub async fn certificate_balances(
        &self,
        inspections: &[InspectionId],
    ) -> Result<Vec<CertificateBalance>, DomainError> {
        let connection = self.database.read();
        let wanted: Vec<(String,)> = inspections.iter().map(|one| (one.to_string(),)).collect();
        let (given, values) = given(connection.get_database_backend(), &wanted, |wanted| {
            vec![texts(wanted.iter().map(|row| row.0.clone()))]
        })?;
        let sql = format!(
            "SELECT revision, document FROM certificate_balance \
             WHERE inspection IN (SELECT given.one FROM {given})"
        );
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        let rows = BalanceRow::find_by_statement(statement).all(connection).await.map_err(fault)?;
        rows.iter().map(|row| parse(&row.document, row.revision)).collect()
    }

    /// What the goods of these consignments have taken of the certificates beside them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn certificate_uses(
        &self,
        wanted: &[(InspectionId, String)],
    ) -> Result<Vec<CertificateUse>, DomainError> {
        let connection = self.database.read();
        let wanted: Vec<(String, String)> = wanted
            .iter()
            .map(|(inspection, consignment)| (inspection.to_string(), consignment.clone()))
            .collect();
        let (given, values) = given(connection.get_database_backend(), &wanted, |wanted| {
            vec![texts(wanted.iter().map(|row| row.0.clone())), texts(wanted.iter().map(|row| row.1.clone()))]
        })?;
        let sql = format!(
            "SELECT taken_of.inspection, taken_of.consignment, taken_of.item, taken_of.taken FROM {given} \
             CROSS JOIN certificate_use AS taken_of \
             WHERE taken_of.inspection = given.one AND taken_of.consignment = given.two"
        );
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        let rows = UseRow::find_by_statement(statement).all(connection).await.map_err(fault)?;
        let uses = rows.into_iter().map(|row| {
            let damaged =
                |what: &str| DomainError::Fault(format!("a certificate's use has a damaged {what}"));
            Ok(CertificateUse {
                inspection: row.inspection.parse().map_err(|_| damaged("inspection"))?,
                goods: Goods {
                    consignment: row.consignment,
                    item: u32::try_from(row.item).map_err(|_| damaged("item"))?,
                },
                taken: serde_json::from_str(&row.taken).map_err(|_| damaged("quantity"))?,
            })
        });
        uses.collect()
    }
}

/// Writes what a batch of screenings used of certificates, each balance if the stored one is still the one before.
pub(super) async fn write_used(
    tx: &DatabaseTransaction,
    balances: &[CertificateBalance],
    uses: &[CertificateUse],
) -> Result<(), CommitError> {
    let (new, known): (Vec<&CertificateBalance>, Vec<&CertificateBalance>) =
        balances.iter().partition(|balance| balance.revision == 1);
    if !new.is_empty() {
        let insert = |given: &str| {
            format!(
                "INSERT INTO certificate_balance (inspection, revision, document) \
                 SELECT given.one, given.two, given.three FROM {given}"
            )
        };
        // A balance that another replica began meanwhile is no repeated request.
        write_balances(tx, &new, insert).await.map_err(|error| match error {
            CommitError::Storage(StorageError::UniqueViolation { .. }) => CommitError::Stale,
            other => other,
        })?;
    }
    if !known.is_empty() {
        let update = |given: &str| {
            format!(
                "UPDATE certificate_balance SET revision = given.two, document = given.three FROM {given} \
                 WHERE certificate_balance.inspection = given.one \
                 AND certificate_balance.revision = given.two - 1"
            )
        };
        let updated = write_balances(tx, &known, update).await?;
        if updated != known.len() as u64 {
            return Err(CommitError::Stale);
        }
    }
    write_uses(tx, uses).await
}

async fn write_balances(
    tx: &DatabaseTransaction,
    balances: &[&CertificateBalance],
    sql: impl FnOnce(&str) -> String,
) -> Result<u64, CommitError> {
    let rows = balances.iter().map(|balance| {
        let document = serde_json::to_string(balance)
            .map_err(|error| DomainError::Fault(format!("a balance has no document: {error}")))?;
        Ok((balance.inspection.to_string(), balance.revision, document))
    });
    let rows: Vec<(String, i64, String)> = rows.collect::<Result<_, DomainError>>()?;
    let backend = tx.get_database_backend();
    let (given, values) = given(backend, &rows, |rows| {
        vec![
            texts(rows.iter().map(|row| row.0.clone())),
            numbers(rows.iter().map(|row| row.1)),
            texts(rows.iter().map(|row| row.2.clone())),
        ]
    })?;
    let written = tx.execute_raw(Statement::from_sql_and_values(backend, sql(&given), values)).await?;
    Ok(written.rows_affected())
}

async fn write_uses(tx: &DatabaseTransaction, uses: &[CertificateUse]) -> Result<(), CommitError> {
    if uses.is_empty() {
        return Ok(());
    }
    let rows = uses.iter().map(|one| {
        let taken = serde_json::to_string(&one.taken)
            .map_err(|error| DomainError::Fault(format!("a certificate's use has no document: {error}")))?;
        Ok((one.inspection.to_string(), one.goods.consignment.clone(), i64::from(one.goods.item), taken))
    });
    let rows: Vec<(String, String, i64, String)> = rows.collect::<Result<_, DomainError>>()?;
    let backend = tx.get_database_backend();
    let (given, values) = given(backend, &rows, |rows| {
        vec![
            texts(rows.iter().map(|row| row.0.clone())),
            texts(rows.iter().map(|row| row.1.clone())),
            numbers(rows.iter().map(|row| row.2)),
            texts(rows.iter().map(|row| row.3.clone())),
        ]
    })?;
    // The condition tells SQLite that a clause on conflicts is no join.
    let sql = format!(
        "INSERT INTO certificate_use (inspection, consignment, item, taken) \
         SELECT given.one, given.two, given.three, given.four FROM {given} WHERE true \
         ON CONFLICT (inspection, consignment, item) DO UPDATE SET taken = excluded.taken"
    );
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// Rows as a table `given` with the columns `one`, `two` and so on, of one text for any number of rows: on PostgreSQL an
/// array for each column, on SQLite all of them as JSON.
fn given<T: Serialize>(
    backend: DbBackend,
    rows: &[T],
    columns: impl FnOnce(&[T]) -> Vec<(&'static str, Value)>,
) -> Result<(String, Vec<Value>), DomainError> {
    const NAMES: [&str; 4] = ["one", "two", "three", "four"];
    if backend == DbBackend::Postgres {
        let columns = columns(rows);
        let arrays = (1..).zip(&columns).map(|(number, (kind, _))| format!("${number}::{kind}[]"));
        let arrays: Vec<String> = arrays.collect();
        let names: Vec<&str> = NAMES.into_iter().take(columns.len()).collect();
        let table = format!("UNNEST({}) AS given ({})", arrays.join(", "), names.join(", "));
        return Ok((table, columns.into_iter().map(|(_, values)| values).collect()));
    }
    let json = serde_json::to_string(rows)
        .map_err(|error| DomainError::Fault(format!("rows have no text: {error}")))?;
    let names = (0..).zip(NAMES).map(|(place, name)| format!("value->>{place} AS {name}"));
    let table = format!("(SELECT {} FROM json_each($1)) AS given", names.collect::<Vec<_>>().join(", "));
    Ok((table, vec![json.into()]))
}

fn texts(values: impl Iterator<Item = String>) -> (&'static str, Value) {
    let values = values.map(Value::from).collect();
    ("text", Value::Array(ArrayType::String, Some(Box::new(values))))
}

fn numbers(values: impl Iterator<Item = i64>) -> (&'static str, Value) {
    let values = values.map(Value::from).collect();
    ("int8", Value::Array(ArrayType::BigInt, Some(Box::new(values))))
}

fn parse(document: &str, revision: i64) -> Result<CertificateBalance, DomainError> {
    let balance: CertificateBalance = serde_json::from_str(document)
        .map_err(|error| DomainError::Fault(format!("damaged balance of a certificate: {error}")))?;
    Ok(CertificateBalance { revision, ..balance })
}
