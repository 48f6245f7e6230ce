//! The domain's ports on SeaORM, the same code on SQLite and PostgreSQL. Every change of records goes through
//! [`Store::commit`]: one transaction that holds the records, the events and the answer to a repeated request.

mod aggregates;
pub mod alerts;
mod certificate_balances;
mod closed_plans;
mod commit;
pub mod declarations;
pub mod entities;
mod examinations;
mod given;
mod inspections;
mod known_inspections;
mod matches;
pub mod migrations;
mod models;
mod models_in_use;
mod plans;
mod read_ahead;
pub mod rebuilt_alerts;
mod records;
mod screening_documents;
mod screening_rows;
pub mod screenings;
mod targeting;

use seamless_commit::fault;
use seamless_feed::FeedSignal;
use seamless_storage::Database;

pub use certificate_balances::CertificateUse;
pub use known_inspections::KnownInspections;
pub use models_in_use::RiskModels;
pub use screenings::screening_row;

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
