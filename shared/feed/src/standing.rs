//! How far this service has applied the feed of another, in the tables of ours.
//!
//! Invariant: a place only moves on from where its mover knows it to be, and its row stays locked to the end of the
//! transaction; so of several replicas one applies an event, one begins to build anew, and one puts it in place.

use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};
use seamless_storage::StorageError;

/// A place in a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The position of the last event that was applied; 0 before the first.
    pub position: i64,
    /// The epoch that the position is of; none until the source has said one.
    pub epoch: Option<String>,
    /// The event at the position; none where it was applied before this was kept.
    pub event_id: Option<String>,
}

/// How far the feed of a source was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Up to where it stands in effect.
    pub place: Place,
    /// How often all of it was replaced by what was built anew.
    pub generation: i64,
    /// Up to where it is built anew beside, from the beginning, since the source was restored; none if it is not.
    pub rebuild: Option<Place>,
}

/// How far the feed of `source` was applied.
///
/// # Errors
/// Whatever the database says.
pub async fn standing(connection: &impl ConnectionTrait, source: &str) -> Result<Standing, StorageError> {
    // One statement, so that both are of one moment.
    let sql = "SELECT c.position, c.epoch, c.event_id, c.generation, r.position, r.epoch, r.event_id \
               FROM feed_checkpoint c LEFT JOIN feed_rebuild r ON r.source = c.source WHERE c.source = $1";
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, [source.into()]);
    let Some(row) = connection.query_one_raw(statement).await? else { return Ok(Standing::default()) };
    let place = Place {
        position: row.try_get_by_index(0)?,
        epoch: row.try_get_by_index(1)?,
        event_id: row.try_get_by_index(2)?,
    };
    let rebuilt: Option<i64> = row.try_get_by_index(4)?;
    let rebuild = match rebuilt {
        None => None,
        Some(position) => {
            Some(Place { position, epoch: row.try_get_by_index(5)?, event_id: row.try_get_by_index(6)? })
        }
    };
    Ok(Standing { place, generation: row.try_get_by_index(3)?, rebuild })
}

/// Moves the place that is in effect, unless it stands elsewhere than at `from`, or is built anew.
pub(crate) async fn move_on(
    tx: &DatabaseTransaction,
    source: &str,
    from: &Standing,
    to: &Place,
) -> Result<bool, StorageError> {
    make_row(tx, source).await?;
    let sql = "UPDATE feed_checkpoint SET position = $4, epoch = $5, event_id = $6 \
               WHERE source = $1 AND position = $2 AND generation = $3 \
               AND NOT EXISTS (SELECT 1 FROM feed_rebuild r WHERE r.source = $1)";
    let [position, epoch, event_id] = values(to);
    let stands = [source.into(), from.place.position.into(), from.generation.into()];
    changed(tx, sql, stands.into_iter().chain([position, epoch, event_id])).await
}

/// Begins to build anew from the beginning of an epoch; false if the feed does not stand as it is thought to.
pub(crate) async fn begin_rebuild(
    tx: &DatabaseTransaction,
    source: &str,
    from: &Standing,
    epoch: &str,
) -> Result<bool, StorageError> {
    make_row(tx, source).await?;
    let sql = "UPDATE feed_checkpoint SET position = position WHERE source = $1 AND position = $2 AND generation = $3";
    let stands: [Value; 3] = [source.into(), from.place.position.into(), from.generation.into()];
    if !changed(tx, sql, stands).await? {
        return Ok(false);
    }
    match &from.rebuild {
        None => {
            let sql = "INSERT INTO feed_rebuild (source, position, epoch) VALUES ($1, 0, $2) \
                       ON CONFLICT (source) DO NOTHING";
            changed(tx, sql, [source.into(), epoch.into()]).await
        }
        Some(rebuild) => {
            let begin = Place { epoch: Some(epoch.to_owned()), ..Place::default() };
            move_rebuild(tx, source, rebuild, &begin).await
        }
    }
}

/// Has the effects of `source` built anew from its beginning, beside those that stand: for effects that an earlier version of this
/// program made, and that lack what this one makes. What was built beside so far is to be forgotten in the same transaction. False
/// where nothing was applied yet, so that nothing is to be made anew.
///
/// # Errors
/// Whatever the database says.
pub async fn build_anew(tx: &DatabaseTransaction, source: &str) -> Result<bool, StorageError> {
    let sql = "INSERT INTO feed_rebuild (source, position, epoch) \
               SELECT source, 0, epoch FROM feed_checkpoint WHERE source = $1 AND epoch IS NOT NULL \
               ON CONFLICT (source) DO UPDATE SET position = 0, epoch = excluded.epoch, event_id = NULL";
    changed(tx, sql, [source.into()]).await
}

/// Moves the place up to which it is built anew, unless it stands elsewhere than at `from`.
pub(crate) async fn move_rebuild(
    tx: &DatabaseTransaction,
    source: &str,
    from: &Place,
    to: &Place,
) -> Result<bool, StorageError> {
    let sql = "UPDATE feed_rebuild SET position = $4, epoch = $5, event_id = $6 \
               WHERE source = $1 AND position = $2 AND epoch = $3";
    let stands = [source.into(), from.position.into(), from.epoch.clone().into()];
    changed(tx, sql, stands.into_iter().chain(values(to))).await
}

/// Has what was built anew up to `to` stand in effect.
pub(crate) async fn replace(tx: &DatabaseTransaction, source: &str, to: &Place) -> Result<(), StorageError> {
    let sql = "UPDATE feed_checkpoint SET position = $2, epoch = $3, event_id = $4, generation = generation + 1 \
               WHERE source = $1";
    changed(tx, sql, [source.into()].into_iter().chain(values(to))).await?;
    changed(tx, "DELETE FROM feed_rebuild WHERE source = $1", [source.into()]).await?;
    Ok(())
}

/// Keeps what stands from being replaced to the end of the transaction, if it is of this generation and is not about to be.
pub(crate) async fn hold(
    tx: &DatabaseTransaction,
    source: &str,
    generation: i64,
) -> Result<bool, StorageError> {
    make_row(tx, source).await?;
    let sql = "UPDATE feed_checkpoint SET position = position WHERE source = $1 AND generation = $2 \
               AND NOT EXISTS (SELECT 1 FROM feed_rebuild r WHERE r.source = $1)";
    changed(tx, sql, [source.into(), generation.into()]).await
}

/// Has what was built beside stand in effect, if nothing has taken effect behind `to`.
pub(crate) async fn overtake(
    tx: &DatabaseTransaction,
    source: &str,
    generation: i64,
    to: &Place,
) -> Result<bool, StorageError> {
    let sql = "UPDATE feed_checkpoint SET position = $3, epoch = $4, event_id = $5, generation = generation + 1 \
               WHERE source = $1 AND generation = $2 AND position <= $3 \
               AND NOT EXISTS (SELECT 1 FROM feed_rebuild r WHERE r.source = $1)";
    let stands: [Value; 2] = [source.into(), generation.into()];
    changed(tx, sql, stands.into_iter().chain(values(to))).await
}

async fn make_row(tx: &DatabaseTransaction, source: &str) -> Result<(), StorageError> {
    let sql = "INSERT INTO feed_checkpoint (source, position) VALUES ($1, 0) ON CONFLICT (source) DO NOTHING";
    changed(tx, sql, [source.into()]).await.map(|_| ())
}

/// Forgets that the feed of `source` was ever followed: whoever follows it again begins with its first event.
///
/// # Errors
/// Whatever the database says.
pub async fn forget(tx: &DatabaseTransaction, source: &str) -> Result<(), StorageError> {
    changed(tx, "DELETE FROM feed_rebuild WHERE source = $1", [source.into()]).await?;
    changed(tx, "DELETE FROM feed_checkpoint WHERE source = $1", [source.into()]).await?;
    Ok(())
}

fn values(place: &Place) -> [Value; 3] {
    [place.position.into(), place.epoch.clone().into(), place.event_id.clone().into()]
}

/// Whether a statement changed its row.
async fn changed(
    tx: &DatabaseTransaction,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<bool, StorageError> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() == 1)
}
