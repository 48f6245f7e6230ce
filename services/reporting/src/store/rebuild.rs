//! What was read of the feeds, as it is built anew because somebody asked for it.

use std::collections::HashSet;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement};
use seamless_commit::fault;
use seamless_feed::{
    beside::Wanted,
    standing::{Standing, standing},
};
use seamless_identity::AuthorityId;
use seamless_storage::StorageError;

use super::{
    Store,
    facts::{NOTIFICATIONS, clear_rebuilt, forget_rebuilds, source_of, statement},
};
use crate::domain::{
    DomainError,
    model::{ReadRebuild, ReadRebuildState},
    ports::{FeedProgress, FeedStanding},
    records::Record,
};

/// The services whose feeds are read.
const SOURCES: [&str; 1] = [NOTIFICATIONS];

#[async_trait]
impl FeedProgress for Store {
    fn sources(&self) -> &'static [&'static str] {
        &SOURCES
    }

    async fn feed_standing(&self, authority: &AuthorityId) -> Result<FeedStanding, DomainError> {
        let stands = standing(self.database.read(), &source_of(authority)).await.map_err(fault)?;
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

/// How many facts of an authority differ between those that stand and those that were built anew.
///
/// # Errors
/// Those of the database.
pub async fn changed_facts(tx: &DatabaseTransaction, authority: &AuthorityId) -> Result<u64, StorageError> {
    // Those that are new or read otherwise, and those that are gone.
    let sql = "SELECT (SELECT count(*) FROM fact_rebuilt r LEFT JOIN fact f ON f.authority = r.authority \
               AND f.name = r.name AND f.kind = r.kind \
               WHERE r.authority = $1 AND (f.document IS NULL OR f.document <> r.document)) + \
               (SELECT count(*) FROM fact f LEFT JOIN fact_rebuilt r ON r.authority = f.authority \
               AND r.name = f.name AND r.kind = f.kind WHERE f.authority = $1 AND r.document IS NULL)";
    let row = tx.query_one_raw(statement(tx, sql, [authority.as_str().into()])).await?;
    let count: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

impl Store {
    /// How far a rebuild came: position and events.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn rebuilt(&self, authority: &AuthorityId) -> Result<(i64, u64), DomainError> {
        let connection = self.database.read();
        let sql = "SELECT position, events FROM fact_input_rebuilt WHERE authority = $1";
        let row = connection.query_one_raw(statement(connection, sql, [authority.as_str().into()])).await;
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

    /// Forgets how far rebuilds of an authority came.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_rebuild(&self, rebuild: &ReadRebuild) -> Result<(), DomainError> {
        let owner = rebuild.owner.clone();
        let written = self.database.write(move |tx| {
            let owner = owner.clone();
            Box::pin(async move { forget_rebuilds(tx, &owner).await })
        });
        Ok(written.await.map_err(fault)?)
    }

    /// Deletes what rebuilds left that run no more: an authority may have lost the right to it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn clear_left_rebuilds(&self, running: &[ReadRebuild]) -> Result<(), DomainError> {
        let connection = self.database.read();
        let sql = "SELECT authority FROM fact_input_rebuilt";
        let known = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(known).await.map_err(fault)?;
        let known: Result<HashSet<String>, DbErr> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
        for authority in known.map_err(fault)? {
            let Ok(authority) = authority.parse::<AuthorityId>() else { continue };
            if running.iter().any(|one| one.owner == authority) {
                continue;
            }
            let (source, authority) = (source_of(&authority), authority.clone());
            let written = self.database.write(move |tx| {
                let (source, authority) = (source.clone(), authority.clone());
                Box::pin(async move {
                    // What is built anew of a restored service is not what was left; and nobody begins meanwhile.
                    let sql = "UPDATE feed_checkpoint SET position = position WHERE source = $1 \
                               AND NOT EXISTS (SELECT 1 FROM feed_rebuild r WHERE r.source = $1) \
                               AND NOT EXISTS (SELECT 1 FROM record WHERE kind = $2 AND owner = $3 AND state = $4)";
                    let values = [
                        source.into(),
                        ReadRebuild::KIND.into(),
                        authority.as_str().into(),
                        (ReadRebuildState::Running as i32).into(),
                    ];
                    if tx.execute_raw(statement(tx, sql, values)).await?.rows_affected() == 1 {
                        clear_rebuilt(tx, &authority).await?;
                        forget_rebuilds(tx, &authority).await?;
                    }
                    Ok::<_, StorageError>(())
                })
            });
            written.await.map_err(fault)?;
        }
        Ok(())
    }
}
