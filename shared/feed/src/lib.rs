//! The event log: append, serve, follow, prove.
//!
//! A service writes its events with [`log::append`] in the transaction of the change that they tell of; [`serve`]
//! gives them to those who are entitled to see them, redacted as of now; [`follow`] applies the feed of another service
//! exactly once. Invariants: positions are 1, 2, 3, … without gaps in the order of commits; whoever sees a position
//! committed sees all before it; an entry cannot be changed or removed without breaking the chain of digests; within an
//! [`epoch`] a position never changes its event.

pub mod acknowledge;
pub mod beside;
pub mod chain;
pub mod digest;
pub mod epoch;
mod failure;
pub mod follow;
pub mod guard;
mod home;
pub mod log;
mod lost;
pub mod migration;
mod page;
mod proof;
mod reader;
mod rebuild;
mod redactor;
pub mod serve;
pub mod standing;
mod stored_event;
mod stream;
pub mod subject;
mod tables;
mod trace_link;
mod types;
mod wake;

pub use digest::{ContentDigest, RangeDigest};
pub use follow::{Effect, Follower};
pub use home::mark_of;
pub use log::NewEvent;
pub use redactor::Redactor;
pub use serve::FeedServer;
pub use stored_event::StoredEvent;
pub use wake::FeedSignal;
