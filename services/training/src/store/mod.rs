//! The domain's ports on SeaORM, the same code on SQLite and PostgreSQL. Every change of records goes through
//! [`Store::commit`]: one transaction that holds the records, the events and the answer to a repeated request.

mod activities;
pub mod alerts;
mod commit;
pub mod entities;
mod mails;
pub mod migrations;
mod records;
mod registrations;
pub mod reports;

use seamless_commit::fault;
use seamless_feed::FeedSignal;
use seamless_storage::Database;

use crate::domain::DomainError;

/// The service's database.
#[derive(Clone)]
pub struct Store {
    database: Database,
    signal: FeedSignal,
    /// Whether it is noted who may have to be told: not where nobody is written to.
    tells: bool,
}

/// Those that hold something of a person.
const TABLES: [&str; 5] = ["activity", "registration", "request", "record", "mail_outbox"];

impl Store {
    /// A store on a connected database; `signal` wakes the feed's followers after each commit.
    #[must_use]
    pub fn new(database: Database, signal: FeedSignal) -> Self {
        Self { database, signal, tells: false }
    }

    /// Notes with each change who may have to be told of it, if somebody is written to.
    #[must_use]
    pub fn telling(self, tells: bool) -> Self {
        Self { tells, ..self }
    }

    /// Leaves none of the bytes behind that were overwritten.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn scour(&self) -> Result<(), DomainError> {
        Ok(self.database.scour(&TABLES).await.map_err(fault)?)
    }

    /// The database beneath.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}
