//! The domain's ports on SeaORM, the same code on SQLite and PostgreSQL.

mod commit;
mod digests;
pub mod facts;
pub mod lapsed;
pub mod migrations;
pub mod rebuild;
mod recalls;
mod records;

use seamless_feed::FeedSignal;
use seamless_storage::Database;

/// The service's database.
#[derive(Clone)]
pub struct Store {
    database: Database,
    signal: FeedSignal,
}

impl Store {
    /// A store on a connected database; `signal` wakes the feed's followers after each commit.
    #[must_use]
    pub fn new(database: Database, signal: FeedSignal) -> Self {
        Self { database, signal }
    }

    /// The database beneath.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}
