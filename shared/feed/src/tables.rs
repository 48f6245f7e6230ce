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
#[derive(Clone, Copy, DeriveIden)]
pub(crate) enum FeedAcknowledgement {
    Table,
    Authority,
    Position,
    TimeUs,
    /// The number of the epoch that the reader named; none for one that names none.
    EpochNumber,
    /// Up to where what it said counts, of this statement and those before.
    CountedPosition,
}

/// Each step forward of an acknowledgement: the evidence of delivery.
#[derive(Clone, Copy, DeriveIden)]
pub(crate) enum FeedAcknowledgementLog {
    Table,
    Authority,
    Position,
    TimeUs,
    /// Who said it for the authority.
    Principal,
    /// The number of the epoch that the reader named.
    EpochNumber,
}

/// How far this service has applied the feeds that it follows.
#[derive(Clone, Copy, DeriveIden)]
pub(crate) enum FeedCheckpoint {
    Table,
    Source,
    Position,
    /// The epoch of the source that the position is of; none until the source has said one.
    Epoch,
    /// The event at the position: what the source is asked whether it has it still.
    EventId,
    /// How often what the events built was put in the place of what stood before.
    Generation,
}

/// Feeds whose effects are built anew beside those that stand, since their service was restored: a row while it lasts.
#[derive(DeriveIden)]
pub(crate) enum FeedRebuild {
    Table,
    Source,
    Position,
    Epoch,
    EventId,
}

/// The histories of the log, the one of now with the greatest number.
#[derive(DeriveIden)]
pub(crate) enum FeedEpoch {
    Table,
    Number,
    Epoch,
    /// The head when it began.
    BeginsAfterPosition,
    /// Up to where it has surely all in common with the ones before.
    CommonPosition,
    /// Why it began.
    Cause,
    /// Where the database was when it was served from first.
    Home,
    TimeUs,
}
