//! The events of one subject, of all that lies below it and of what else is named after it, for one reader: what the file
//! of a case is made of.

use sea_orm::{ConnectionTrait, DbErr, Statement};
use seamless_identity::AuthorityId;
use seamless_proto::seamless::feed::v1::Event;
use seamless_storage::StorageError;

use crate::{
    reader,
    stored_event::{EVENT_COLUMNS, StoredEvent},
};

/// An event with its digest in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainedEvent {
    /// The event, whole.
    pub event: StoredEvent,
    /// The digest over it and all before it in the log, 32 octets.
    pub chain_digest: Vec<u8>,
}

/// The events after one position, up to and including another, of the subject, of every name below it (`{subject}/…`) and
/// of every name that begins with `beside`, that the reader has a right to; ascending, at most `limit`. They are whole:
/// redact them. Neither `subject` nor `beside` may hold `%` or `_`, and nothing is told of what lies beside before the
/// subject itself is.
///
/// # Errors
/// Whatever the database says.
pub async fn events_of_subject(
    connection: &impl ConnectionTrait,
    reader: &AuthorityId,
    subject: &str,
    beside: &str,
    after: i64,
    up_to: i64,
    limit: usize,
) -> Result<Vec<ChainedEvent>, StorageError> {
    let backend = connection.get_database_backend();
    // Nothing below the subject or beside it is told before the subject itself: so the search begins there, not at the
    // beginning.
    let sql = "SELECT MIN(position) FROM feed_event WHERE subject = $1";
    let first = Statement::from_sql_and_values(backend, sql, [subject.into()]);
    let first = connection.query_one_raw(first).await?;
    let first: Option<i64> = first.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    let Some(first) = first else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT {EVENT_COLUMNS}, e.chain_digest FROM feed_entitlement n JOIN feed_event e ON e.position = n.position \
         WHERE n.authority = $1 AND n.position > $2 AND n.position <= $3 AND \
         (e.subject = $4 OR e.subject LIKE $5 OR e.subject LIKE $6) ORDER BY n.position LIMIT $7"
    );
    let values = [
        reader.as_str().into(),
        after.max(first - 1).into(),
        up_to.into(),
        subject.into(),
        format!("{subject}/%").into(),
        format!("{beside}%").into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
    ];
    let rows = connection.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    let chained = rows.iter().map(|row| {
        let chain_digest = row.try_get_by_index(StoredEvent::COLUMN_COUNT)?;
        Ok(ChainedEvent { event: StoredEvent::from_row(row)?, chain_digest })
    });
    Ok(chained.collect::<Result<_, DbErr>>()?)
}

/// The event in the form of the contract: with the data that its reader may see, and the position of the event that the
/// reader was shown before it; in the epoch of the feed.
#[must_use]
pub fn shown(event: StoredEvent, previous_position: i64, data: Vec<u8>, epoch: String) -> Event {
    reader::message(event, previous_position, data, epoch)
}
