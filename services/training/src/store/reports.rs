//! Quarterly partner reports that were published, as the feeds of reports told them. They are written in the transaction of their
//! events.
//!
//! Invariant: each row belongs to the authority whose feed told it; of one that is followed no more there is none.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, Value};
use seamless_feed::standing::forget;
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use super::{Store, fault};
use crate::domain::{DomainError, error::Refusal, model::PublishedReport, ports::ReportReader};

/// What the names of checkpoints begin with; the authority follows.
const SOURCE: &str = "reports:";

/// Which reports are written: those that stand, or those that are built anew beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenReports {
    /// Those that stand.
    InPlace,
    /// Those that are built anew beside.
    Anew,
}

impl WrittenReports {
    fn table(self) -> &'static str {
        match self {
            Self::InPlace => "partner_report",
            Self::Anew => "partner_report_rebuilt",
        }
    }
}

/// The name of the checkpoint of an authority's feed of reports.
#[must_use]
pub fn source_of(authority: &AuthorityId) -> String {
    format!("{SOURCE}{authority}")
}

/// Writes reports that an authority was told of.
///
/// # Errors
/// Those of the database.
pub async fn write_reports(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    reports: &[PublishedReport],
    written: WrittenReports,
) -> Result<(), StorageError> {
    let sql = format!(
        "INSERT INTO {} (authority, name, owner, document) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (authority, name) DO UPDATE SET document = excluded.document",
        written.table()
    );
    for report in reports {
        let document = serde_json::to_string(report)
            .map_err(|error| DbErr::Custom(format!("a report has no document: {error}")))?;
        let values: [Value; 4] = [
            authority.as_str().into(),
            report.name.as_str().into(),
            report.owner.as_str().into(),
            document.into(),
        ];
        execute(tx, &sql, values).await?;
    }
    Ok(())
}

/// Forgets what was built anew so far.
///
/// # Errors
/// Those of the database.
pub async fn clear_rebuilt(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<(), StorageError> {
    execute(tx, "DELETE FROM partner_report_rebuilt WHERE authority = $1", [authority.as_str().into()]).await
}

/// Puts what was built anew in the place of what stands.
///
/// # Errors
/// Those of the database.
pub async fn replace_reports(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<(), StorageError> {
    for sql in [
        "DELETE FROM partner_report WHERE authority = $1",
        "INSERT INTO partner_report (authority, name, owner, document) \
         SELECT authority, name, owner, document FROM partner_report_rebuilt WHERE authority = $1",
        "DELETE FROM partner_report_rebuilt WHERE authority = $1",
    ] {
        execute(tx, sql, [authority.as_str().into()]).await?;
    }
    Ok(())
}

impl Store {
    /// Forgets the reports that were told to authorities that are followed no more. Gives whose they were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_reports_but_of(&self, followed: &[AuthorityId]) -> Result<Vec<String>, DomainError> {
        let connection = self.database.read();
        let known = "SELECT authority FROM partner_report UNION SELECT authority FROM partner_report_rebuilt \
                     UNION SELECT substr(source, 9) FROM feed_checkpoint WHERE source LIKE 'reports:%'";
        let known = Statement::from_string(connection.get_database_backend(), known);
        let rows = connection.query_all_raw(known).await.map_err(fault)?;
        let known: Result<Vec<String>, DbErr> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
        let is_followed = |authority: &String| followed.iter().any(|one| one.as_str() == authority);
        let gone: Vec<String> =
            known.map_err(fault)?.into_iter().filter(|authority| !is_followed(authority)).collect();
        if gone.is_empty() {
            return Ok(gone);
        }
        let authorities = gone.clone();
        let written = self.database.write(move |tx| {
            let authorities = authorities.clone();
            Box::pin(async move {
                for authority in &authorities {
                    for table in ["partner_report", "partner_report_rebuilt"] {
                        let sql = format!("DELETE FROM {table} WHERE authority = $1");
                        execute(tx, &sql, [authority.as_str().into()]).await?;
                    }
                    forget(tx, &format!("{SOURCE}{authority}")).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        written.await.map_err(fault)?;
        Ok(gone)
    }
}

#[async_trait]
impl ReportReader for Store {
    async fn report_list(&self, owners: &[AuthorityId]) -> Result<Vec<PublishedReport>, DomainError> {
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let connection = self.database.read();
        let places: Vec<String> = (1..=owners.len()).map(|place| format!("${place}")).collect();
        let sql = format!("SELECT document FROM partner_report WHERE owner IN ({})", places.join(", "));
        let values: Vec<Value> = owners.iter().map(|owner| owner.as_str().into()).collect();
        let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        let mut reports = Vec::new();
        for row in connection.query_all_raw(statement).await.map_err(fault)? {
            let document: String = row.try_get_by_index(0).map_err(fault)?;
            let report: PublishedReport = serde_json::from_str(&document)
                .map_err(|error| Refusal::Fault(format!("damaged report: {error}")))?;
            reports.push(report);
        }
        // Both sides may have been told of one.
        reports.sort_by(|one, other| (one.published, &one.name).cmp(&(other.published, &other.name)));
        reports.dedup_by(|one, other| one.name == other.name);
        Ok(reports)
    }
}

async fn execute<const N: usize>(
    tx: &DatabaseTransaction,
    sql: &str,
    values: [Value; N],
) -> Result<(), StorageError> {
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}
