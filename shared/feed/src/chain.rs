//! The chain of digests that makes the log tamper-evident.
//!
//! The chain digest of an entry is SHA-256 over the digest of the entry before it (32 bytes; zeros before the first)
//! and the canonical encoding of the entry: position (i64), event id (16 bytes), type, subject, occur time in
//! microseconds (i64), arrangement (empty if none), status (i16), data and traceparent (empty if none). Numbers are
//! big-endian; texts and bytes are preceded by their length in bytes (u64). Entitlements are not part of it, since a
//! right may be lost.

use sea_orm::{ConnectionTrait, Statement};
use seamless_storage::StorageError;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::stored_event::{EVENT_COLUMNS, StoredEvent};

/// Entries that the verification holds in memory at a time.
const ENTRIES_AT_A_TIME: i64 = 500;

/// The digest over an entry and all before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChainDigest(Vec<u8>);

/// What of an entry the chain covers.
pub(crate) struct Entry<'e> {
    pub position: i64,
    pub event_id: Uuid,
    pub event_type: &'e str,
    pub subject: &'e str,
    pub occur_time_us: i64,
    pub arrangement: Option<&'e str>,
    pub status: i16,
    pub data: &'e [u8],
    pub traceparent: Option<&'e str>,
}

impl<'e> From<&'e StoredEvent> for Entry<'e> {
    fn from(event: &'e StoredEvent) -> Self {
        Self {
            position: event.position,
            event_id: event.event_id,
            event_type: &event.event_type,
            subject: &event.subject,
            occur_time_us: event.occur_time_us,
            arrangement: event.arrangement.as_deref(),
            status: event.status,
            data: &event.data,
            traceparent: event.traceparent.as_deref(),
        }
    }
}

impl ChainDigest {
    /// Before the first entry.
    pub(crate) const GENESIS: [u8; 32] = [0; 32];

    pub(crate) fn from_stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.0.clone()
    }

    /// The digest of the next entry.
    pub(crate) fn extended_by(&self, entry: &Entry<'_>) -> Self {
        let mut hasher = Sha256::new_with_prefix(&self.0);
        hasher.update(entry.position.to_be_bytes());
        hasher.update(entry.event_id.as_bytes());
        add_bytes(&mut hasher, entry.event_type.as_bytes());
        add_bytes(&mut hasher, entry.subject.as_bytes());
        hasher.update(entry.occur_time_us.to_be_bytes());
        add_bytes(&mut hasher, entry.arrangement.unwrap_or_default().as_bytes());
        hasher.update(entry.status.to_be_bytes());
        add_bytes(&mut hasher, entry.data);
        add_bytes(&mut hasher, entry.traceparent.unwrap_or_default().as_bytes());
        Self(hasher.finalize().to_vec())
    }
}

fn add_bytes(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}

/// Checks the entries of a range, both ends included, against their digests, and gives the first position whose entry
/// is missing or was changed; `None` if the range is as it was written.
///
/// The entry before the range is trusted; a range from 1 to the head proves the whole log, the head included.
///
/// # Errors
/// Whatever the database says.
pub async fn verify_chain(
    connection: &impl ConnectionTrait,
    from: i64,
    to: i64,
) -> Result<Option<i64>, StorageError> {
    let backend = connection.get_database_backend();
    let mut expected = from.max(1);
    let mut digest = if expected == 1 {
        ChainDigest(ChainDigest::GENESIS.to_vec())
    } else {
        let sql = "SELECT chain_digest FROM feed_event WHERE position = $1";
        let statement = Statement::from_sql_and_values(backend, sql, [(expected - 1).into()]);
        match connection.query_one_raw(statement).await? {
            Some(row) => ChainDigest(row.try_get_by_index(0)?),
            None => return Ok(Some(expected - 1)),
        }
    };

    let sql = format!(
        "SELECT {EVENT_COLUMNS}, e.chain_digest FROM feed_event e \
         WHERE e.position >= $1 AND e.position <= $2 ORDER BY e.position LIMIT $3"
    );
    while expected <= to {
        let values = [expected.into(), to.into(), ENTRIES_AT_A_TIME.into()];
        let rows = connection.query_all_raw(Statement::from_sql_and_values(backend, &sql, values)).await?;
        if rows.is_empty() {
            return Ok(Some(expected));
        }
        for row in rows {
            let event = StoredEvent::from_row(&row)?;
            let stored = ChainDigest(row.try_get_by_index(StoredEvent::COLUMN_COUNT)?);
            digest = digest.extended_by(&Entry::from(&event));
            if event.position != expected || digest != stored {
                return Ok(Some(expected));
            }
            expected += 1;
        }
    }

    let sql = "SELECT chain_digest FROM feed_head WHERE id = 1 AND position = $1";
    let statement = Statement::from_sql_and_values(backend, sql, [to.into()]);
    if let Some(row) = connection.query_one_raw(statement).await?
        && digest != ChainDigest(row.try_get_by_index(0)?)
    {
        return Ok(Some(to));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by another implementation of the module's description: chains that are stored must stay provable.
    #[test]
    fn the_encoding_never_changes() {
        let first = Entry {
            position: 1,
            event_id: Uuid::from_u128(0x0199_a3c4_0000_7000_8000_0000_0000_0001),
            event_type: "seamless.trial.v1.Happened",
            subject: "trials/1",
            occur_time_us: -5,
            arrangement: Some("eu-cn"),
            status: 1,
            data: &[8, 1],
            traceparent: None,
        };
        let digest = ChainDigest(ChainDigest::GENESIS.to_vec()).extended_by(&first);
        assert_eq!(
            hex::encode(&digest.0),
            "5260455b474bf80a379cad01e3d757261b7d70eaaf74b858ceb151bbcacc4203"
        );
        let second = Entry {
            position: 2,
            arrangement: None,
            status: 3,
            data: &[],
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ..first
        };
        assert_eq!(
            hex::encode(digest.extended_by(&second).0),
            "b36d5c3fb59a77693e4f65b91f943776d9539f33c29f36c99719b867160d42e8"
        );
    }
}
