//! The names of the tables of the log that are read and written by their columns. What the other tables have says the
//! migration that makes them.
//!
//! All times are microseconds since 1970 in UTC.

use sea_orm_migration::prelude::*;

/// The events. Rows are never changed or removed.
#[derive(DeriveIden)]
pub(crate) enum FeedEvent {
    Table,
    Position,
    EventId,
    EventType,
    Subject,
    OccurTimeUs,
    Arrangement,
    Status,
    Data,
    Traceparent,
    ChainDigest,
}

/// Who may see which event. A row is removed when the right is lost.
#[derive(DeriveIden)]
pub(crate) enum FeedEntitlement {
    Table,
    Authority,
    Position,
}
