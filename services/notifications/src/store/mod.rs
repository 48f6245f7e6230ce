//! The domain's ports on SeaORM, the same code on SQLite and PostgreSQL. Every change goes through
//! [`Store::commit`]: one transaction that holds the records, the events and the answer to a repeated request.

mod attachments;
mod case_events;
mod clocks;
mod commit;
mod deliveries;
mod dialect;
pub mod entities;
mod evidence;
mod file_references;
mod files;
mod follow_ups;
pub mod migrations;
mod notifications;
mod operators;
mod reach;
mod records;
mod redaction;
mod removals;
mod rows;
mod sandbox;
mod sandbox_clock;
mod search;
mod similar;
mod transmissions;

use std::sync::Arc;

use seamless_calendar::Clock;
use seamless_feed::FeedSignal;
use seamless_storage::{Database, StorageError};

pub use commit::Commit;
pub use deliveries::{Delivered, Deliveries, DeliveryCheckpoint};
pub use evidence::{Unsigned, UnsignedPlace};
pub use file_references::StaleReference;
pub use files::Files;
pub use redaction::RedactionFacts;
pub use removals::Delivery;
pub use sandbox_clock::Sandbox;
pub use similar::SimilarIndex;

use crate::domain::{DomainError, Rules};
use reach::Reach;

/// The service's database.
#[derive(Clone)]
pub struct Store {
    database: Database,
    signal: FeedSignal,
    reach: Reach,
}

impl Store {
    /// A store on a connected database; `signal` wakes the feed's followers after each commit. To recipients it shows
    /// nothing before [`Store::reaching`].
    #[must_use]
    pub fn new(database: Database, signal: FeedSignal) -> Self {
        Self { database, signal, reach: Reach::default() }
    }

    /// Shows recipients what the arrangements in force by this clock let them read.
    #[must_use]
    pub fn reaching(self, rules: Rules, clock: Arc<dyn Clock>) -> Self {
        Self { reach: Reach::new(rules, clock), ..self }
    }

    /// The database beneath.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// A database error as the domain sees it.
fn fault(error: impl Into<StorageError>) -> DomainError {
    seamless_commit::fault(error).into()
}
