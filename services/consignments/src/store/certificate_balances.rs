//! What arrivals have used of certificates.
//!
//! Invariant: whoever adds a use writes the balance at its next revision in the same transaction, so that two who saw the
//! same balance cannot both use it.

use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, Statement};
use seamless_commit::CommitError;
use seamless_storage::StorageError;

use super::{
    Store,
    entities::certificate_balance,
    fault,
    given::{
        Column::{Numbers, Texts},
        given,
    },
};
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
        let backend = connection.get_database_backend();
        let wanted = Texts(inspections.iter().map(ToString::to_string).collect());
        let (given, values) = given(backend, [("inspection", wanted)])?;
        let sql = format!(
            "SELECT revision, document FROM certificate_balance \
             WHERE inspection IN (SELECT given.inspection FROM {given})"
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
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
        let backend = connection.get_database_backend();
        let wanted =
            wanted.iter().map(|(inspection, consignment)| (inspection.to_string(), consignment.clone()));
        let (inspections, consignments) = wanted.unzip();
        let columns = [("inspection", Texts(inspections)), ("consignment", Texts(consignments))];
        let (given, values) = given(backend, columns)?;
        let sql = format!(
            "SELECT taken_of.inspection, taken_of.consignment, taken_of.item, taken_of.taken FROM {given} \
             CROSS JOIN certificate_use AS taken_of \
             WHERE taken_of.inspection = given.inspection AND taken_of.consignment = given.consignment"
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
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
                 SELECT given.inspection, given.revision, given.document FROM {given}"
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
                "UPDATE certificate_balance SET revision = given.revision, document = given.document FROM {given} \
                 WHERE certificate_balance.inspection = given.inspection \
                 AND certificate_balance.revision = given.revision - 1"
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
    let document = |balance: &&CertificateBalance| {
        serde_json::to_string(balance)
            .map_err(|error| DomainError::Fault(format!("a balance has no document: {error}")))
    };
    let documents = balances.iter().map(document).collect::<Result<_, DomainError>>()?;
    let backend = tx.get_database_backend();
    let columns = [
        ("inspection", Texts(balances.iter().map(|balance| balance.inspection.to_string()).collect())),
        ("revision", Numbers(balances.iter().map(|balance| balance.revision).collect())),
        ("document", Texts(documents)),
    ];
    let (given, values) = given(backend, columns)?;
    let written = tx.execute_raw(Statement::from_sql_and_values(backend, sql(&given), values)).await?;
    Ok(written.rows_affected())
}

async fn write_uses(tx: &DatabaseTransaction, uses: &[CertificateUse]) -> Result<(), CommitError> {
    if uses.is_empty() {
        return Ok(());
    }
    let taken = |one: &CertificateUse| {
        serde_json::to_string(&one.taken)
            .map_err(|error| DomainError::Fault(format!("a certificate's use has no document: {error}")))
    };
    let taken = uses.iter().map(taken).collect::<Result<_, DomainError>>()?;
    let backend = tx.get_database_backend();
    let columns = [
        ("inspection", Texts(uses.iter().map(|one| one.inspection.to_string()).collect())),
        ("consignment", Texts(uses.iter().map(|one| one.goods.consignment.clone()).collect())),
        ("item", Numbers(uses.iter().map(|one| one.goods.item.into()).collect())),
        ("taken", Texts(taken)),
    ];
    let (given, values) = given(backend, columns)?;
    // The condition tells SQLite that a clause on conflicts is no join.
    let sql = format!(
        "INSERT INTO certificate_use (inspection, consignment, item, taken) \
         SELECT given.inspection, given.consignment, given.item, given.taken FROM {given} WHERE true \
         ON CONFLICT (inspection, consignment, item) DO UPDATE SET taken = excluded.taken"
    );
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

fn parse(document: &str, revision: i64) -> Result<CertificateBalance, DomainError> {
    let balance: CertificateBalance = serde_json::from_str(document)
        .map_err(|error| DomainError::Fault(format!("damaged balance of a certificate: {error}")))?;
    Ok(CertificateBalance { revision, ..balance })
}
