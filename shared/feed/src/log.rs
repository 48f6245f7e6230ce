//! Writing the log, and proving that nobody else did.
//!
//! # The chain
//! Each entry has a chain digest: SHA-256 over the digest of the entry before it (32 bytes; zeros before the first) and
//! the canonical encoding of the entry. The encoding is the concatenation of position (i64), event id (16 bytes), type,
//! subject, occur time in microseconds (i64), arrangement (empty if none), status (i16), data and traceparent (empty if
//! none); numbers are big-endian, texts and bytes are preceded by their length in bytes (u64). Entitlements are not part
//! of it, since a right may be lost.

use std::collections::BTreeSet;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement, TransactionTrait as _, Value,
    sea_query::{Expr, InsertStatement, Query},
};
use seamless_identity::{AuthorityId, ids::ArrangementId};
use seamless_proto::seamless::feed::v1::EventStatus;
use seamless_storage::StorageError;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::tables::{FeedEntitlement, FeedEvent};

/// The chain digest before the first entry.
pub(crate) const GENESIS_DIGEST: [u8; 32] = [0; 32];

/// Rows an insert: at most 10,000 binds a statement, well below 32,766 (SQLite) and 65,535 (PostgreSQL).
const EVENTS_PER_INSERT: usize = 1_000;
const ENTITLEMENTS_PER_INSERT: usize = 5_000;

/// Entries that the verification holds in memory at a time.
const ENTRIES_PER_VERIFICATION: i64 = 500;

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Unique over all services.
    pub event_id: Uuid,
    /// The full name of the message in `data`: `seamless.notifications.v1.NotificationTransmitted`.
    pub event_type: String,
    /// The resource that it happened to: `notifications/0199…`.
    pub subject: String,
    /// When it happened, in microseconds since 1970 UTC.
    pub occur_time_us: i64,
    /// The arrangement under which it concerns its readers; none within one jurisdiction.
    pub arrangement: Option<ArrangementId>,
    /// Whether it is meant.
    pub status: EventStatus,
    /// The event's own message, encoded, with everything that anybody may see.
    pub data: Vec<u8>,
    /// W3C trace context of the call that caused it.
    pub traceparent: Option<String>,
    /// Who is entitled to see it. An event without readers is kept all the same.
    pub readers: Vec<AuthorityId>,
}
