//! The rules of consignments, pure: no transport, no database, no clock of its own.
//!
//! A use case is a struct with one `execute`: it reads through narrow ports, decides, and gives back a [`Decision`]:
//! the answer, and the [`ChangeSet`] that makes it true. Whoever executes it commits the change set in one
//! transaction, with the events and the answer to a repeated request in it.

pub mod aggregates;
mod alert_keys;
mod alert_search;
pub mod alerts;
pub mod certificate_use;
pub mod chance;
pub mod change;
mod choice;
pub mod closed_plans;
pub mod coverage;
pub mod criteria;
pub mod decide;
pub mod doubts;
pub mod error;
pub mod event;
pub mod hit_rates;
pub mod inspection_index;
mod key_table;
pub mod local_day;
pub mod model;
pub mod model_accuracy;
mod moment;
mod parties;
pub mod pilot;
pub mod plan_defaults;
pub mod ports;
pub mod records;
pub mod risk;
pub mod rules;
pub mod same_goods;
pub mod use_cases;
pub mod watched_alerts;

pub use change::{ChangeSet, Decision};
pub use error::{DomainError, Violation};
pub use rules::{ArrivalTimes, Rules};

pub use seamless_identity::Caller;
