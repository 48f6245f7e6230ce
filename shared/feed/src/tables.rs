//! The names of the columns by which the log is asked for more than a page. What the tables have says the migration that makes them.
//!
//! All times are microseconds since 1970 in UTC.

use sea_orm_migration::prelude::*;

/// The events. Rows are never changed or removed.
#[derive(DeriveIden)]
pub(crate) enum FeedEvent {
    Table,
    Position,
    EventType,
    Subject,
    OccurTimeUs,
    Arrangement,
}
