//! Facts of arrangements that are open no more: they are forgotten, and it is noted how many they were.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use seamless_commit::fault;
use seamless_storage::StorageError;

use super::{
    Store,
    facts::{OF_FEED, statement, values_of},
};
use crate::domain::{DomainError, source::Feed};

/// Forgets what others showed under arrangements that are open no more, in the transaction that puts something else in its place: how much
/// was lost is known by what stands alone. Gives how much it was.
///
/// # Errors
/// Those of the database.
pub async fn forget_lapsed(
    tx: &DatabaseTransaction,
    feed: &Feed,
    is_open: impl Fn(&str) -> bool + Send,
) -> Result<u64, StorageError> {
    let mut lapsed = arrangements(tx, feed).await?;
    lapsed.retain(|arrangement| !is_open(arrangement));
    let mut count = 0;
    for arrangement in &lapsed {
        count += forget_under(tx, feed, arrangement).await?;
    }
    Ok(count)
}

impl Store {
    /// The arrangements under which others show what is kept of a feed.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn arrangements_of(&self, feed: &Feed) -> Result<Vec<String>, DomainError> {
        Ok(arrangements(self.database.read(), feed).await.map_err(fault)?)
    }

    /// Forgets what others showed under an arrangement, with all that is about the same, and notes how much it was.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_facts_under(&self, feed: &Feed, arrangement: &str) -> Result<u64, DomainError> {
        let (feed, arrangement) = (feed.clone(), arrangement.to_owned());
        let written = self.database.write(move |tx| {
            let (feed, arrangement) = (feed.clone(), arrangement.clone());
            Box::pin(async move { forget_under(tx, &feed, &arrangement).await })
        });
        Ok(written.await.map_err(fault)?)
    }
}

async fn arrangements(connection: &impl ConnectionTrait, feed: &Feed) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT DISTINCT arrangement FROM fact WHERE {OF_FEED} AND arrangement IS NOT NULL ORDER BY arrangement"
    );
    let rows = connection.query_all_raw(statement(connection, &sql, values_of(feed))).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn forget_under(tx: &DatabaseTransaction, feed: &Feed, arrangement: &str) -> Result<u64, StorageError> {
    let [authority, source] = values_of(feed);
    let sql = format!(
        "DELETE FROM fact WHERE {OF_FEED} AND alert IN \
         (SELECT alert FROM fact WHERE {OF_FEED} AND arrangement = $3)"
    );
    let values = [authority, source, arrangement.into()];
    let count = tx.execute_raw(statement(tx, &sql, values)).await?.rows_affected();
    let [authority, source] = values_of(feed);
    let sql = format!("UPDATE fact_input SET lost = lost + $3 WHERE {OF_FEED}");
    let lost = i64::try_from(count).unwrap_or(i64::MAX);
    tx.execute_raw(statement(tx, &sql, [authority, source, lost.into()])).await?;
    Ok(count)
}
