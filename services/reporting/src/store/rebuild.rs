//! What was read of the feeds, as it is built anew because somebody asked for it.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};
use seamless_commit::fault;
use seamless_feed::{
    beside::Wanted,
    standing::{Standing, standing},
};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use super::{
    Store,
    facts::{OF_FEED, clear_rebuilt, forget_rebuilds, statement, values_of},
};
use crate::domain::{
    DomainError,
    model::{ReadRebuild, ReadRebuildState, rebuild_name},
    ports::{FeedProgress, FeedStanding},
    records::Record,
    source::{Feed, Source},
};

#[async_trait]
impl FeedProgress for Store {
    async fn feed_standing(&self, feed: &Feed) -> Result<FeedStanding, DomainError> {
        let stands = standing(self.database.read(), &feed.checkpoint()).await.map_err(fault)?;
        Ok(FeedStanding {
            position: stands.place.position,
            generation: stands.generation,
            is_restored: stands.rebuild.is_some(),
        })
    }
}

/// A rebuild that runs until its record says otherwise.
pub struct RunningRebuild(pub ReadRebuild);

#[async_trait]
impl Wanted for RunningRebuild {
    async fn is_wanted(&self, tx: &DatabaseTransaction) -> Result<bool, StorageError> {
        let sql = "UPDATE record SET revision = revision \
                   WHERE kind = $1 AND name = $2 AND state = $3 AND revision = $4";
        let Self(rebuild) = self;
        let values = [
            ReadRebuild::KIND.into(),
            rebuild.name().into(),
            (ReadRebuildState::Running as i32).into(),
            rebuild.revision.into(),
        ];
        Ok(tx.execute_raw(statement(tx, sql, values)).await?.rows_affected() == 1)
    }
}

/// How many facts of a feed differ between those that stand and those that were built anew.
///
/// # Errors
/// Those of the database.
pub async fn changed_facts(tx: &DatabaseTransaction, feed: &Feed) -> Result<u64, StorageError> {
    // Those that are new or read otherwise, and those that are gone.
    let same = "o.authority = t.authority AND o.source = t.source AND o.name = t.name AND o.kind = t.kind";
    let of = "t.authority = $1 AND t.source = $2";
    let sql = format!(
        "SELECT (SELECT count(*) FROM fact_rebuilt t LEFT JOIN fact o ON {same} \
         WHERE {of} AND (o.document IS NULL OR o.document <> t.document)) + \
         (SELECT count(*) FROM fact t LEFT JOIN fact_rebuilt o ON {same} WHERE {of} AND o.document IS NULL)"
    );
    let row = tx.query_one_raw(statement(tx, &sql, values_of(feed))).await?;
    let count: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

impl Store {
    /// How far a rebuild came: position and events.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rebuilt(&self, feed: &Feed) -> Result<(i64, u64), DomainError> {
        let connection = self.database.read();
        let sql = format!("SELECT position, events FROM fact_input_rebuilt WHERE {OF_FEED}");
        let row = connection.query_one_raw(statement(connection, &sql, values_of(feed))).await;
        let Some(row) = row.map_err(fault)? else { return Ok((0, 0)) };
        let position: i64 = row.try_get_by_index(0).map_err(fault)?;
        let events: i64 = row.try_get_by_index(1).map_err(fault)?;
        Ok((position, events.unsigned_abs()))
    }

    /// Whether what a rebuild has built was put in place, where something was: it is kept still how far it came, which the restore of a
    /// service has forgotten.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_rebuild_kept(&self, rebuild: &ReadRebuild) -> Result<bool, DomainError> {
        let kept = standing(self.database.read(), &rebuild.key()).await.map_err(fault)?;
        Ok(kept != Standing::default())
    }

    /// Forgets how far rebuilds of a feed came.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_rebuild(&self, rebuild: &ReadRebuild) -> Result<(), DomainError> {
        let feed = rebuild.feed();
        let written = self.database.write(move |tx| {
            let feed = feed.clone();
            Box::pin(async move { forget_rebuilds(tx, &feed).await })
        });
        Ok(written.await.map_err(fault)?)
    }

    /// Deletes what rebuilds left that run no more: an authority may have lost the right to it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn clear_left_rebuilds(&self, running: &[ReadRebuild]) -> Result<(), DomainError> {
        let connection = self.database.read();
        let sql = "SELECT source, authority FROM fact_input_rebuilt";
        let known = Statement::from_string(connection.get_database_backend(), sql);
        for row in connection.query_all_raw(known).await.map_err(fault)? {
            let source: String = row.try_get_by_index(0).map_err(fault)?;
            let reader: String = row.try_get_by_index(1).map_err(fault)?;
            let (Some(source), Ok(reader)) = (Source::of_name(&source), reader.parse::<AuthorityId>()) else {
                continue;
            };
            let feed = Feed { source, reader };
            if running.iter().any(|one| one.feed() == feed) {
                continue;
            }
            let written = self.database.write(move |tx| {
                let feed = feed.clone();
                Box::pin(async move {
                    // What is built anew of a restored service is not what was left; and nobody begins meanwhile.
                    let sql = "UPDATE feed_checkpoint SET position = position WHERE source = $1 \
                               AND NOT EXISTS (SELECT 1 FROM feed_rebuild r WHERE r.source = $1) \
                               AND NOT EXISTS (SELECT 1 FROM record WHERE kind = $2 AND name = $3 AND state = $4)";
                    let values = [
                        feed.checkpoint().into(),
                        ReadRebuild::KIND.into(),
                        rebuild_name(&feed).into(),
                        (ReadRebuildState::Running as i32).into(),
                    ];
                    if tx.execute_raw(statement(tx, sql, values)).await?.rows_affected() == 1 {
                        clear_rebuilt(tx, &feed).await?;
                        forget_rebuilds(tx, &feed).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            });
            written.await.map_err(fault)?;
        }
        Ok(())
    }
}
