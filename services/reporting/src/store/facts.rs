//! What the feeds of each authority told. It is written in the transaction of its events.
//!
//! Invariants: each row belongs to the authority whose feed told it; of an alert that was taken from that authority nothing is left
//! but that it was; facts and how far the feed was read are of one moment.

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use seamless_commit::{ROWS_A_STATEMENT, fault};
use seamless_feed::standing::{build_anew, forget};
use seamless_identity::AuthorityId;
use seamless_storage::{Database, StorageError};

use super::Store;
use crate::domain::{
    DomainError,
    error::Refusal,
    facts::{Fact, RECALL, Said, alert_of},
    model::Input,
    ports::{FactReader, Known},
};

/// The service whose feed is read.
pub const NOTIFICATIONS: &str = "notifications";

/// What facts hold. It rises where they come to hold what those of before lack; these are then read anew from the feed's beginning.
pub const VERSION: i32 = 2;

/// Which facts are written. Where the service that is followed was restored, or an earlier version of this program wrote those that
/// stand, they are built anew beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Those that stand.
    InPlace,
    /// Those that are built anew beside.
    Anew,
}

impl Written {
    fn facts(self) -> &'static str {
        match self {
            Self::InPlace => "fact",
            Self::Anew => "fact_rebuilt",
        }
    }

    fn input(self) -> &'static str {
        match self {
            Self::InPlace => "fact_input",
            Self::Anew => "fact_input_rebuilt",
        }
    }
}

/// The name of the checkpoint of an authority's feed.
#[must_use]
pub fn source_of(authority: &AuthorityId) -> String {
    format!("{NOTIFICATIONS}:{authority}")
}

/// What was taken in with some events.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// In the order of the events.
    pub said: Vec<Said>,
    pub events: u64,
    pub position: i64,
    pub last_event_time: Option<Timestamp>,
}

/// The facts of one kind and name as they are written: none where they are to go.
type Touched = HashMap<(&'static str, String), Option<Fact>>;

/// Writes what events told. `digest` continues the digest of what was taken in before, 64 hexadecimal digits or nothing.
///
/// # Errors
/// Those of the database.
pub async fn write(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    taken: Taken,
    digest: impl FnOnce(&str) -> String + Send,
    written: Written,
) -> Result<(), StorageError> {
    let mut touched = known_of(tx, authority, &taken.said, written).await?;
    let mut lost: Vec<String> = Vec::new();
    for said in taken.said {
        let (kind, name) = said.key();
        let key = (kind, name.to_owned());
        if let Said::Lost(loss) = &said {
            let of_alert =
                |(kind, name): &(&'static str, String)| *kind != "loss" && alert_of(name) == loss.alert;
            touched.iter_mut().filter(|(key, _)| of_alert(key)).for_each(|(_, fact)| *fact = None);
            lost.push(loss.alert.clone());
        }
        let before = touched.get_mut(&key).and_then(Option::take);
        touched.insert(key, said.after(before));
    }
    let count = lost.len();
    for chunk in lost.chunks(ROWS_A_STATEMENT) {
        let mut delete = Query::delete();
        delete
            .from_table(Alias::new(written.facts()))
            .and_where(Expr::col("authority").eq(authority.as_str()))
            .and_where(Expr::col("alert").is_in(chunk.iter().map(String::as_str)));
        tx.execute(&delete).await?;
    }
    let mut rows: Vec<(String, Fact)> =
        touched.into_iter().filter_map(|((_, name), fact)| Some((name, fact?))).collect();
    rows.sort_by(|(name, fact), (other_name, other)| (fact.kind(), name).cmp(&(other.kind(), other_name)));
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        let columns = ["authority", "kind", "name", "alert", "document"];
        insert.into_table(Alias::new(written.facts())).columns(columns);
        for (name, fact) in chunk {
            let document = serde_json::to_string(fact)
                .map_err(|error| DbErr::Custom(format!("a fact has no document: {error}")))?;
            let alert = alert_of(name);
            insert.values_panic([
                authority.as_str().into(),
                fact.kind().into(),
                name.as_str().into(),
                alert.into(),
                document.into(),
            ]);
        }
        let mut replaced = OnConflict::columns(["authority", "kind", "name"]);
        replaced.update_column("document");
        insert.on_conflict(replaced);
        tx.execute(&insert).await?;
    }
    let table = written.input();
    let sql = format!("SELECT digest FROM {table} WHERE authority = $1");
    let row = tx.query_one_raw(statement(tx, &sql, [authority.as_str().into()])).await?;
    let before: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    let after = digest(&before.unwrap_or_default());
    let sql = format!(
        "INSERT INTO {table} (authority, events, position, last_time, digest, lost, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (authority) DO UPDATE SET events = {table}.events + excluded.events, position = excluded.position, \
         last_time = CASE WHEN excluded.last_time > {table}.last_time THEN excluded.last_time ELSE {table}.last_time END, \
         digest = excluded.digest, lost = {table}.lost + excluded.lost"
    );
    let values: [Value; 7] = [
        authority.as_str().into(),
        i64::try_from(taken.events).unwrap_or(i64::MAX).into(),
        taken.position.into(),
        taken.last_event_time.map_or(i64::MIN, Timestamp::as_microsecond).into(),
        after.into(),
        i64::try_from(count).unwrap_or(i64::MAX).into(),
        VERSION.into(),
    ];
    tx.execute_raw(statement(tx, &sql, values)).await?;
    Ok(())
}

/// What is known of all that is said something of.
async fn known_of(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    said: &[Said],
    written: Written,
) -> Result<Touched, StorageError> {
    let mut names: Vec<&str> = said.iter().map(|said| said.key().1).collect();
    names.sort_unstable();
    names.dedup();
    let mut touched = Touched::new();
    for chunk in names.chunks(ROWS_A_STATEMENT) {
        let mut select = Query::select();
        select
            .column("document")
            .from(Alias::new(written.facts()))
            .and_where(Expr::col("authority").eq(authority.as_str()))
            .and_where(Expr::col("name").is_in(chunk.iter().copied()));
        for row in tx.query_all(&select).await? {
            let document: String = row.try_get_by_index(0)?;
            let fact = parsed(&document).map_err(DbErr::Custom)?;
            touched.insert((fact.kind(), fact.name().to_owned()), Some(fact));
        }
    }
    Ok(touched)
}

/// Has the facts of an authority built anew, where an earlier version of this program wrote them: they lack what this one tells of, and
/// the feed tells it again. What stands is used until then. True where it is begun.
///
/// # Errors
/// Those of the database.
pub async fn renew(database: &Database, authority: &AuthorityId) -> Result<bool, StorageError> {
    let authority = authority.clone();
    let written = database.write(move |tx| {
        let authority = authority.clone();
        Box::pin(async move {
            let [stands, rebuilt] = [
                version(tx, &authority, "fact_input").await?,
                version(tx, &authority, "fact_input_rebuilt").await?,
            ];
            let is_old = stands.is_some_and(|version| version < VERSION);
            if !is_old || rebuilt == Some(VERSION) {
                return Ok(false);
            }
            clear_rebuilt(tx, &authority).await?;
            build_anew(tx, &source_of(&authority)).await
        })
    });
    written.await
}

/// Which version of the program began to write; none where nothing was written.
async fn version(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    table: &str,
) -> Result<Option<i32>, StorageError> {
    let sql = format!("SELECT version FROM {table} WHERE authority = $1");
    let row = tx.query_one_raw(statement(tx, &sql, [authority.as_str().into()])).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Forgets what was built anew so far.
///
/// # Errors
/// Those of the database.
pub async fn clear_rebuilt(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<(), StorageError> {
    for table in ["fact_rebuilt", "fact_input_rebuilt"] {
        let sql = format!("DELETE FROM {table} WHERE authority = $1");
        tx.execute_raw(statement(tx, &sql, [authority.as_str().into()])).await?;
    }
    Ok(())
}

/// Puts what was built anew in the place of what stands.
///
/// # Errors
/// Those of the database.
pub async fn replace(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<(), StorageError> {
    for (to, from, columns) in [
        ("fact", "fact_rebuilt", "authority, kind, name, alert, document"),
        ("fact_input", "fact_input_rebuilt", "authority, events, position, last_time, digest, lost, version"),
    ] {
        let delete = format!("DELETE FROM {to} WHERE authority = $1");
        tx.execute_raw(statement(tx, &delete, [authority.as_str().into()])).await?;
        let insert =
            format!("INSERT INTO {to} ({columns}) SELECT {columns} FROM {from} WHERE authority = $1");
        tx.execute_raw(statement(tx, &insert, [authority.as_str().into()])).await?;
    }
    clear_rebuilt(tx, authority).await
}

#[async_trait]
impl FactReader for Store {
    /// One statement, so that all is of one moment on both databases.
    async fn known(&self, authority: &AuthorityId) -> Result<Known, DomainError> {
        let connection = self.database.read();
        let sql = "SELECT document, 0, 0, 0, 0, '' FROM fact WHERE authority = $1 AND kind <> $2 UNION ALL \
                   SELECT '', events, position, last_time, lost, digest FROM fact_input WHERE authority = $1";
        let statement = statement(connection, sql, [authority.as_str().into(), RECALL.into()]);
        let mut known = Known::default();
        for row in connection.query_all_raw(statement).await.map_err(fault)? {
            let document: String = row.try_get_by_index(0).map_err(fault)?;
            if !document.is_empty() {
                known.facts.push(parsed(&document).map_err(Refusal::Fault)?);
                continue;
            }
            known.inputs.push(input_of(&row, 1).map_err(fault)?);
        }
        Ok(known)
    }
}

impl Store {
    /// Forgets what the feeds of authorities told that are followed no more: nobody would learn when a right to it ends. Gives whose it
    /// was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_facts_but_of(&self, followed: &[AuthorityId]) -> Result<Vec<String>, DomainError> {
        let connection = self.database.read();
        let known = "SELECT authority FROM fact_input UNION SELECT authority FROM fact_input_rebuilt";
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
                    for table in ["fact", "fact_rebuilt", "fact_input", "fact_input_rebuilt"] {
                        let sql = format!("DELETE FROM {table} WHERE authority = $1");
                        tx.execute_raw(statement(tx, &sql, [authority.as_str().into()])).await?;
                    }
                    forget(tx, &format!("{NOTIFICATIONS}:{authority}")).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        written.await.map_err(fault)?;
        Ok(gone)
    }

    /// How far the feed of an authority was read; none where nothing was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn input(&self, authority: &AuthorityId) -> Result<Option<Input>, DomainError> {
        let connection = self.database.read();
        let sql = "SELECT events, position, last_time, lost, digest FROM fact_input WHERE authority = $1";
        let statement = statement(connection, sql, [authority.as_str().into()]);
        let row = connection.query_one_raw(statement).await.map_err(fault)?;
        row.map(|row| input_of(&row, 0)).transpose().map_err(|error| fault(error).into())
    }
}

/// Of the columns events, position, last_time, lost and digest, from this one on.
pub(super) fn input_of(row: &QueryResult, first: usize) -> Result<Input, DbErr> {
    let events: i64 = row.try_get_by_index(first)?;
    let time: i64 = row.try_get_by_index(first + 2)?;
    let lost: i64 = row.try_get_by_index(first + 3)?;
    Ok(Input {
        source: NOTIFICATIONS.to_owned(),
        position: row.try_get_by_index(first + 1)?,
        events: events.unsigned_abs(),
        last_event_time: Timestamp::from_microsecond(time).ok(),
        content_sha256: row.try_get_by_index(first + 4)?,
        alerts_lost: lost.unsigned_abs(),
    })
}

pub(super) fn parsed(document: &str) -> Result<Fact, String> {
    serde_json::from_str(document).map_err(|error| format!("damaged fact: {error}"))
}

pub(super) fn statement<const N: usize>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: [Value; N],
) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}
