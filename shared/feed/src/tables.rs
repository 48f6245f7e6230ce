//! The names of the tables of the log and their columns, for the migration and the bulk inserts.
//!
//! All times are microseconds since 1970 in UTC.

use sea_orm_migration::prelude::*;

/// One row: the position of the last event and its chain digest. Appending locks it, which makes positions gap-free
/// and commit-ordered.
#[derive(DeriveIden)]
pub(crate) enum FeedHead {
    Table,
    /// Always 1.
    Id,
    Position,
    ChainDigest,
}

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

/// How far each reader has stored the feed.
#[derive(DeriveIden)]
pub(crate) enum FeedAcknowledgement {
    Table,
    Authority,
    Position,
    TimeUs,
}

/// Each step forward of an acknowledgement: the evidence of delivery.
#[derive(DeriveIden)]
pub(crate) enum FeedAcknowledgementLog {
    Table,
    Authority,
    Position,
    TimeUs,
    /// Who said it for the authority.
    Principal,
}

/// How far this service has applied the feeds that it follows.
#[derive(DeriveIden)]
pub(crate) enum FeedCheckpoint {
    Table,
    Source,
    Position,
}
