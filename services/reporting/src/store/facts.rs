//! What the feeds of each authority told. It is written in the transaction of its events.
//!
//! Invariants: each row belongs to the feed that told it; of an alert that was taken from its authority nothing is left but that it
//! was; facts and how far their feed was read are of one moment.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::TryStreamExt;
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement, StreamTrait, Value,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use seamless_commit::{ROWS_A_STATEMENT, fault};
use seamless_feed::standing::{build_anew, forget, standing};
use seamless_identity::AuthorityId;
use seamless_storage::{Database, StorageError};

use super::{Store, digests::DigestsOfFacts};
use crate::domain::{
    DomainError,
    error::Refusal,
    facts::{Fact, RECALL, Said, alert_of},
    model::Input,
    ports::{FactReader, Known},
    source::{Feed, Source},
};

/// What the facts of a feed hold. It rises where they come to hold what those of before lack; these are then read anew from the feed's
/// beginning.
fn version_of(source: Source) -> i32 {
    match source {
        Source::Notifications => 3,
        Source::Consignments | Source::Training => 2,
    }
}

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

/// Events of a feed after which PostgreSQL learns how its facts are spread.
const ENOUGH_TO_LEARN: i64 = 5_000;

/// What was taken in with some events.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// In the order of the events.
    pub said: Vec<Said>,
    /// How often the reader was shown less of an alert than before.
    pub narrowed: u64,
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
    feed: &Feed,
    taken: Taken,
    digest: impl FnOnce(&str) -> String + Send,
    written: Written,
) -> Result<(), StorageError> {
    let is_postgres = ConnectionTrait::get_database_backend(tx) == DbBackend::Postgres;
    if is_postgres {
        // A plan that was kept from when the table was small reads all of it each time.
        tx.execute_unprepared("SET LOCAL plan_cache_mode = force_custom_plan").await?;
    }
    let mut touched = known_of(tx, feed, &taken.said, written).await?;
    let stood: Vec<(&'static str, String)> = touched.keys().cloned().collect();
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
            .and_where(Expr::col("authority").eq(feed.reader.as_str()))
            .and_where(Expr::col("source").eq(feed.source.name()))
            .and_where(Expr::col("alert").is_in(chunk.iter().map(String::as_str)));
        tx.execute(&delete).await?;
    }
    // What is shown no more goes, though the right to its alert stands.
    let is_gone = |key: &&(&'static str, String)| {
        touched.get(*key).is_none_or(Option::is_none) && !lost.iter().any(|alert| alert_of(&key.1) == alert)
    };
    for (kind, name) in stood.iter().filter(is_gone) {
        let mut delete = Query::delete();
        delete
            .from_table(Alias::new(written.facts()))
            .and_where(Expr::col("authority").eq(feed.reader.as_str()))
            .and_where(Expr::col("source").eq(feed.source.name()))
            .and_where(Expr::col("kind").eq(*kind))
            .and_where(Expr::col("name").eq(name.as_str()));
        tx.execute(&delete).await?;
    }
    let mut rows: Vec<(String, Fact)> =
        touched.into_iter().filter_map(|((_, name), fact)| Some((name, fact?))).collect();
    rows.sort_by(|(name, fact), (other_name, other)| (fact.kind(), name).cmp(&(other.kind(), other_name)));
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        let columns = ["source", "authority", "kind", "name", "alert", "arrangement", "document"];
        insert.into_table(Alias::new(written.facts())).columns(columns);
        for (name, fact) in chunk {
            let document = serde_json::to_string(fact)
                .map_err(|error| DbErr::Custom(format!("a fact has no document: {error}")))?;
            let alert = alert_of(name);
            insert.values_panic([
                feed.source.name().into(),
                feed.reader.as_str().into(),
                fact.kind().into(),
                name.as_str().into(),
                alert.into(),
                fact.shown_under().map(ToString::to_string).into(),
                document.into(),
            ]);
        }
        let mut replaced = OnConflict::columns(["authority", "source", "kind", "name"]);
        replaced.update_columns(["arrangement", "document"]);
        insert.on_conflict(replaced);
        tx.execute(&insert).await?;
    }
    let table = written.input();
    let sql = format!("SELECT digest, events FROM {table} WHERE {OF_FEED}");
    let row = tx.query_one_raw(statement(tx, &sql, values_of(feed))).await?;
    let before: Option<(String, i64)> =
        row.map(|row| Ok::<_, DbErr>((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).transpose()?;
    let (before, events) = before.unwrap_or_default();
    let after = digest(&before);
    let sql = format!(
        "INSERT INTO {table} (authority, source, events, position, last_time, digest, lost, version, narrowed) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (authority, source) DO UPDATE \
         SET events = {table}.events + excluded.events, position = excluded.position, \
         last_time = CASE WHEN excluded.last_time > {table}.last_time THEN excluded.last_time ELSE {table}.last_time END, \
         digest = excluded.digest, lost = {table}.lost + excluded.lost, \
         narrowed = {table}.narrowed + excluded.narrowed"
    );
    let values: [Value; 9] = [
        feed.reader.as_str().into(),
        feed.source.name().into(),
        i64::try_from(taken.events).unwrap_or(i64::MAX).into(),
        taken.position.into(),
        taken.last_event_time.map_or(i64::MIN, Timestamp::as_microsecond).into(),
        after.into(),
        i64::try_from(count).unwrap_or(i64::MAX).into(),
        version_of(feed.source).into(),
        i64::try_from(taken.narrowed).unwrap_or(i64::MAX).into(),
    ];
    tx.execute_raw(statement(tx, &sql, values)).await?;
    let now = events.saturating_add(i64::try_from(taken.events).unwrap_or(i64::MAX));
    if is_postgres && events < ENOUGH_TO_LEARN && now >= ENOUGH_TO_LEARN {
        // What nobody has analysed is read by the wrong index, until the database comes to it by itself.
        tx.execute_unprepared(&format!("ANALYZE {}", written.facts())).await?;
    }
    Ok(())
}

/// What is known of all that is said something of.
async fn known_of(
    tx: &DatabaseTransaction,
    feed: &Feed,
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
            .and_where(Expr::col("authority").eq(feed.reader.as_str()))
            .and_where(Expr::col("source").eq(feed.source.name()))
            .and_where(Expr::col("name").is_in(chunk.iter().copied()));
        for row in tx.query_all(&select).await? {
            let document: String = row.try_get_by_index(0)?;
            let fact = parsed(&document).map_err(DbErr::Custom)?;
            touched.insert((fact.kind(), fact.name().to_owned()), Some(fact));
        }
    }
    Ok(touched)
}

/// Has the facts of a feed built anew, where an earlier version of this program wrote them: they lack what this one tells of, and the
/// feed tells it again. What stands is used until then. True where it is begun.
///
/// # Errors
/// Those of the database.
pub async fn renew(database: &Database, feed: &Feed) -> Result<bool, StorageError> {
    let feed = feed.clone();
    let written = database.write(move |tx| {
        let feed = feed.clone();
        Box::pin(async move {
            let newest = version_of(feed.source);
            let stands = version(tx, &feed, Written::InPlace).await?;
            if stands.is_none_or(|version| version >= newest) {
                return Ok(false);
            }
            // What somebody asked for may be cancelled; what is built anew of itself comes to stand.
            let is_begun = standing(tx, &feed.checkpoint()).await?.rebuild.is_some();
            if is_begun && version(tx, &feed, Written::Anew).await? == Some(newest) {
                return Ok(false);
            }
            clear_rebuilt(tx, &feed).await?;
            forget_rebuilds(tx, &feed).await?;
            build_anew(tx, &feed.checkpoint()).await
        })
    });
    written.await
}

/// Which version of the program began to write; none where nothing was written.
async fn version(
    tx: &DatabaseTransaction,
    feed: &Feed,
    written: Written,
) -> Result<Option<i32>, StorageError> {
    let sql = format!("SELECT version FROM {} WHERE {OF_FEED}", written.input());
    let row = tx.query_one_raw(statement(tx, &sql, values_of(feed))).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

/// Forgets what was built anew so far.
///
/// # Errors
/// Those of the database.
pub async fn clear_rebuilt(tx: &DatabaseTransaction, feed: &Feed) -> Result<(), StorageError> {
    for table in ["fact_rebuilt", "fact_input_rebuilt"] {
        let sql = format!("DELETE FROM {table} WHERE {OF_FEED}");
        tx.execute_raw(statement(tx, &sql, values_of(feed))).await?;
    }
    Ok(())
}

/// Forgets how far rebuilds came that somebody asked for: what they built is gone, or stands.
///
/// # Errors
/// Those of the database.
pub async fn forget_rebuilds(tx: &DatabaseTransaction, feed: &Feed) -> Result<(), StorageError> {
    let keys = format!("rebuild:{}:%", feed.checkpoint());
    let sql = "DELETE FROM feed_checkpoint WHERE source LIKE $1";
    tx.execute_raw(statement(tx, sql, [keys.into()])).await?;
    Ok(())
}

/// Puts what was built anew in the place of what stands. How much was lost never falls: what a feed shows no more is not lost in it a second
/// time, and a report made of it lacks it all the same.
///
/// # Errors
/// Those of the database.
pub async fn replace(tx: &DatabaseTransaction, feed: &Feed) -> Result<(), StorageError> {
    for count in ["lost", "narrowed"] {
        let sql = format!(
            "UPDATE fact_input_rebuilt SET {count} = (SELECT s.{count} FROM fact_input s WHERE {OF_FEED}) \
             WHERE {OF_FEED} AND {count} < (SELECT s.{count} FROM fact_input s WHERE {OF_FEED})"
        );
        tx.execute_raw(statement(tx, &sql, values_of(feed))).await?;
    }
    for (to, from, columns) in [
        ("fact", "fact_rebuilt", "source, authority, kind, name, alert, arrangement, document"),
        (
            "fact_input",
            "fact_input_rebuilt",
            "source, authority, events, position, last_time, digest, lost, version, narrowed",
        ),
    ] {
        let delete = format!("DELETE FROM {to} WHERE {OF_FEED}");
        tx.execute_raw(statement(tx, &delete, values_of(feed))).await?;
        let insert = format!("INSERT INTO {to} ({columns}) SELECT {columns} FROM {from} WHERE {OF_FEED}");
        tx.execute_raw(statement(tx, &insert, values_of(feed))).await?;
    }
    clear_rebuilt(tx, feed).await
}

#[async_trait]
impl FactReader for Store {
    /// One statement, so that all is of one moment on both databases.
    async fn known_of(&self, authority: &AuthorityId, sources: &[Source]) -> Result<Known, DomainError> {
        let connection = self.database.read();
        let names: Vec<String> = sources.iter().map(|source| format!("'{}'", source.name())).collect();
        let of = format!("authority = $1 AND source IN ({})", names.join(", "));
        // Each row that SQLite gives costs as much as what is done with it: there one holds all documents of an alert, a line each.
        let (documents, by) = match connection.get_database_backend() {
            DbBackend::Sqlite => ("group_concat(document, char(10))", "GROUP BY source, alert"),
            _ => ("document", ""),
        };
        let sql = format!(
            "SELECT {documents}, source, 0, 0, 0, 0, '', 0 FROM fact WHERE {of} AND kind <> $2 {by} UNION ALL \
             SELECT '', {INPUT} FROM fact_input WHERE {of}"
        );
        let statement = statement(connection, &sql, [authority.as_str().into(), RECALL.into()]);
        let mut known = Known::default();
        let mut digests = DigestsOfFacts::default();
        // Row by row: all at once would stand in memory twice.
        let mut rows = connection.stream_raw(statement).await.map_err(fault)?;
        while let Some(row) = rows.try_next().await.map_err(fault)? {
            let documents: String = row.try_get_by_index(0).map_err(fault)?;
            if documents.is_empty() {
                known.inputs.push(input_of(&row, 1).map_err(fault)?);
                continue;
            }
            let source: String = row.try_get_by_index(1).map_err(fault)?;
            for document in documents.lines() {
                digests.add(&source, document);
                known.facts.push(parsed(document).map_err(Refusal::Fault)?);
            }
        }
        drop(rows);
        for input in &mut known.inputs {
            input.facts_sha256 = digests.of(&input.source);
        }
        let order = |input: &Input| Source::of_name(&input.source);
        known.inputs.sort_by_key(order);
        Ok(known)
    }
}

impl Store {
    /// Forgets what feeds told that are followed no more: nobody would learn when a right to it ends. Gives whose it was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_facts_but_of(&self, followed: &[Feed]) -> Result<Vec<String>, DomainError> {
        let connection = self.database.read();
        let known =
            "SELECT source, authority FROM fact_input UNION SELECT source, authority FROM fact_input_rebuilt";
        let known = Statement::from_string(connection.get_database_backend(), known);
        let mut gone: Vec<(String, String)> = Vec::new();
        for row in connection.query_all_raw(known).await.map_err(fault)? {
            let source: String = row.try_get_by_index(0).map_err(fault)?;
            let authority: String = row.try_get_by_index(1).map_err(fault)?;
            let is_one = |feed: &Feed| feed.source.name() == source && feed.reader.as_str() == authority;
            if !followed.iter().any(is_one) {
                gone.push((source, authority));
            }
        }
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let feeds = gone.clone();
        let written = self.database.write(move |tx| {
            let feeds = feeds.clone();
            Box::pin(async move {
                for (source, authority) in &feeds {
                    for table in ["fact", "fact_rebuilt", "fact_input", "fact_input_rebuilt"] {
                        let sql = format!("DELETE FROM {table} WHERE {OF_FEED}");
                        let values = [authority.as_str().into(), source.as_str().into()];
                        tx.execute_raw(statement(tx, &sql, values)).await?;
                    }
                    forget(tx, &format!("{source}:{authority}")).await?;
                    let sql = "DELETE FROM feed_checkpoint WHERE source LIKE $1";
                    let keys = format!("rebuild:{source}:{authority}:%");
                    tx.execute_raw(statement(tx, sql, [keys.into()])).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        written.await.map_err(fault)?;
        Ok(gone.into_iter().map(|(source, authority)| format!("{source}:{authority}")).collect())
    }

    /// How far a feed was read; none where nothing was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn input(&self, feed: &Feed) -> Result<Option<Input>, DomainError> {
        let connection = self.database.read();
        let sql = format!("SELECT {INPUT} FROM fact_input WHERE {OF_FEED}");
        let statement = statement(connection, &sql, values_of(feed));
        let row = connection.query_one_raw(statement).await.map_err(fault)?;
        row.map(|row| input_of(&row, 0)).transpose().map_err(|error| fault(error).into())
    }
}

/// The columns that say how far a feed was read, in the order of [`input_of`].
pub(super) const INPUT: &str = "source, events, position, last_time, lost, digest, narrowed";

/// Of the columns of [`INPUT`], from this one on.
pub(super) fn input_of(row: &QueryResult, first: usize) -> Result<Input, DbErr> {
    let events: i64 = row.try_get_by_index(first + 1)?;
    let time: i64 = row.try_get_by_index(first + 3)?;
    let lost: i64 = row.try_get_by_index(first + 4)?;
    let narrowed: i64 = row.try_get_by_index(first + 6)?;
    Ok(Input {
        source: row.try_get_by_index(first)?,
        position: row.try_get_by_index(first + 2)?,
        events: events.unsigned_abs(),
        last_event_time: Timestamp::from_microsecond(time).ok(),
        content_sha256: row.try_get_by_index(first + 5)?,
        alerts_lost: lost.unsigned_abs(),
        rights_narrowed: Some(narrowed.unsigned_abs()),
        facts_sha256: String::new(),
    })
}

/// What is of one feed, by [`values_of`].
pub(super) const OF_FEED: &str = "authority = $1 AND source = $2";

pub(super) fn values_of(feed: &Feed) -> [Value; 2] {
    [feed.reader.as_str().into(), feed.source.name().into()]
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
