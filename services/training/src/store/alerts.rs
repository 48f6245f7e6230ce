//! Alerts, as the feed of each authority told them last. They are written in the transaction of their events.
//!
//! Invariant: each row belongs to the authority whose feed told it; what was withdrawn or taken from that authority has no row.

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use seamless_alerts::Written;
use seamless_commit::ROWS_A_STATEMENT;
use seamless_feed::standing::{forget, standing};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use super::{
    Store,
    entities::alert::{self, Column},
    fault,
};
use crate::domain::{
    DomainError,
    error::Refusal,
    model::EventStatus,
    needs::{AlertFacts, FeedStanding, KnownAlert},
    ports::{AlertQuery, AlertReader},
};

/// What the names of checkpoints begin with; the authority follows.
const SOURCE: &str = "alerts:";

/// What an event of the feed makes of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertChange {
    /// `notifications/{notification}`.
    pub name: String,
    /// None takes it out.
    pub alert: Option<ToldAlert>,
}

/// An alert, as an event tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldAlert {
    pub status: EventStatus,
    /// When the event happened.
    pub told: Timestamp,
    /// The day of another system from which on it counts, if that is earlier.
    pub dated: Option<Timestamp>,
    pub facts: AlertFacts,
}

/// The name of the checkpoint of an authority's feed.
#[must_use]
pub fn source_of(authority: &AuthorityId) -> String {
    format!("{SOURCE}{authority}")
}

/// What is left of several changes of one alert.
struct Settled<'a> {
    name: &'a str,
    /// It was out of force meanwhile, so that it is told as new.
    begins_anew: bool,
    first: Option<Timestamp>,
    alert: Option<&'a ToldAlert>,
}

fn settled(changes: &[AlertChange]) -> Vec<Settled<'_>> {
    let mut all: Vec<Settled<'_>> = Vec::with_capacity(changes.len());
    let mut places = std::collections::HashMap::new();
    for AlertChange { name, alert } in changes {
        let place = *places.entry(name.as_str()).or_insert_with(|| {
            all.push(Settled { name, begins_anew: false, first: None, alert: None });
            all.len() - 1
        });
        let Some(one) = all.get_mut(place) else { continue };
        one.alert = alert.as_ref();
        match alert {
            None => (one.begins_anew, one.first) = (true, None),
            Some(alert) => one.first = one.first.or(Some(alert.told)),
        }
    }
    all
}

/// Writes changes of an authority's alerts, in the order of their events.
///
/// # Errors
/// Those of the database.
pub async fn write_alerts(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    changes: &[AlertChange],
    written: Written,
) -> Result<(), StorageError> {
    let all = settled(changes);
    let table = written.table();
    let gone: Vec<&str> = all.iter().filter(|one| one.begins_anew).map(|one| one.name).collect();
    for chunk in gone.chunks(ROWS_A_STATEMENT) {
        let mut delete = Query::delete();
        delete
            .from_table(Alias::new(table))
            .and_where(Expr::col(Column::Authority).eq(authority.as_str()))
            .and_where(Expr::col(Column::Name).is_in(chunk.iter().copied()));
        tx.execute(&delete).await?;
    }
    let present: Vec<(&Settled<'_>, &ToldAlert)> =
        all.iter().filter_map(|one| Some((one, one.alert?))).collect();
    for chunk in present.chunks(ROWS_A_STATEMENT) {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(table)).columns([
            Column::Authority,
            Column::Name,
            Column::Status,
            Column::Told,
            Column::Time,
            Column::Document,
        ]);
        for (one, alert) in chunk {
            let document = serde_json::to_string(&alert.facts)
                .map_err(|error| DbErr::Custom(format!("an alert has no document: {error}")))?;
            let told = one.first.unwrap_or(alert.told);
            insert.values_panic([
                authority.as_str().into(),
                one.name.into(),
                (alert.status as i32).into(),
                told.as_microsecond().into(),
                alert.dated.unwrap_or(told).min(told).as_microsecond().into(),
                document.into(),
            ]);
        }
        let mut replaced = OnConflict::columns([Column::Authority, Column::Name]);
        replaced.update_columns([Column::Status, Column::Document]);
        // It was told first when it was; the day of another system may have been put right, and is never later than that.
        let earlier =
            format!("CASE WHEN excluded.time < {table}.told THEN excluded.time ELSE {table}.told END");
        replaced.value(Column::Time, Expr::cust(earlier));
        insert.on_conflict(replaced);
        tx.execute(&insert).await?;
    }
    Ok(())
}

/// Notes when the last event happened that took effect; it never goes back.
///
/// # Errors
/// Those of the database.
pub async fn note_told_until(
    tx: &DatabaseTransaction,
    authority: &AuthorityId,
    until: Timestamp,
) -> Result<(), StorageError> {
    let sql = "INSERT INTO alert_feed (authority, told_until) VALUES ($1, $2) ON CONFLICT (authority) \
               DO UPDATE SET told_until = excluded.told_until WHERE alert_feed.told_until < excluded.told_until";
    execute(tx, sql, [authority.as_str().into(), until.as_microsecond().into()]).await
}

/// Forgets what was built anew so far of an authority's alerts.
///
/// # Errors
/// Those of the database.
pub async fn clear_rebuilt(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<(), StorageError> {
    execute(tx, "DELETE FROM alert_rebuilt WHERE authority = $1", [authority.as_str().into()]).await
}

/// Puts what was built anew of an authority's alerts in the place of what stands.
///
/// # Errors
/// Those of the database.
pub async fn replace_alerts(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<(), StorageError> {
    for sql in [
        "DELETE FROM alert WHERE authority = $1",
        "INSERT INTO alert (authority, name, status, told, time, document) \
         SELECT authority, name, status, told, time, document FROM alert_rebuilt WHERE authority = $1",
        "DELETE FROM alert_rebuilt WHERE authority = $1",
    ] {
        execute(tx, sql, [authority.as_str().into()]).await?;
    }
    Ok(())
}

async fn execute<const N: usize>(
    tx: &DatabaseTransaction,
    sql: &str,
    values: [Value; N],
) -> Result<(), StorageError> {
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

impl Store {
    /// Forgets the alerts of authorities whose feeds are followed no more: nobody would learn when a right to them ends. Gives
    /// whose they were.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_alerts_but_of(&self, followed: &[AuthorityId]) -> Result<Vec<String>, DomainError> {
        let connection = self.database.read();
        let known = "SELECT authority FROM alert_feed UNION SELECT authority FROM alert \
                     UNION SELECT authority FROM alert_rebuilt";
        let statement = Statement::from_string(connection.get_database_backend(), known);
        let rows = connection.query_all_raw(statement).await.map_err(fault)?;
        let known: Vec<String> =
            rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>().map_err(fault)?;
        let is_followed = |authority: &String| followed.iter().any(|one| one.as_str() == authority);
        let gone: Vec<String> = known.into_iter().filter(|authority| !is_followed(authority)).collect();
        if gone.is_empty() {
            return Ok(gone);
        }
        let authorities = gone.clone();
        let written = self.database.write(move |tx| {
            let authorities = authorities.clone();
            Box::pin(async move {
                for authority in &authorities {
                    for table in ["alert", "alert_rebuilt", "alert_feed"] {
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
impl AlertReader for Store {
    async fn alert_list(&self, query: &AlertQuery) -> Result<Vec<KnownAlert>, DomainError> {
        let rows = alert::Entity::find()
            .filter(Column::Authority.eq(query.authority.as_str()))
            .filter(Column::Status.eq(query.status as i32))
            .filter(Column::Time.gte(query.from.as_microsecond()))
            .filter(Column::Time.lt(query.until.as_microsecond()))
            .limit(query.limit)
            .all(self.database.read())
            .await
            .map_err(fault)?;
        rows.into_iter().map(|row| known(row, query.status)).collect()
    }

    async fn alert_feed(
        &self,
        authority: &AuthorityId,
        status: EventStatus,
    ) -> Result<FeedStanding, DomainError> {
        let connection = self.database.read();
        let stands = standing(connection, &source_of(authority)).await.map_err(fault)?;
        let first = alert::Entity::find()
            .filter(Column::Authority.eq(authority.as_str()))
            .filter(Column::Status.eq(status as i32))
            .order_by_asc(Column::Time)
            .one(connection)
            .await
            .map_err(fault)?;
        let sql = "SELECT told_until FROM alert_feed WHERE authority = $1";
        let backend = connection.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [authority.as_str().into()]);
        let row = connection.query_one_raw(statement).await.map_err(fault)?;
        let until: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose().map_err(fault)?;
        Ok(FeedStanding {
            position: stands.place.position,
            told_until: until.and_then(|until| Timestamp::from_microsecond(until).ok()),
            source_restored: stands.rebuild.is_some(),
            first_alert: first.and_then(|row| Timestamp::from_microsecond(row.time).ok()),
        })
    }
}

fn known(row: alert::Model, status: EventStatus) -> Result<KnownAlert, DomainError> {
    let damaged = |why: &dyn std::fmt::Display| Refusal::Fault(format!("damaged alert: {why}"));
    let facts: AlertFacts = serde_json::from_str(&row.document).map_err(|error| damaged(&error))?;
    let time = Timestamp::from_microsecond(row.time).map_err(|error| damaged(&error))?;
    Ok(KnownAlert { name: row.name, status, time, facts })
}
