//! For tests only: databases, credentials, golden files, and waiting without sleeping for luck.
//!
//! Invariant: what a test gets from here is its own, so that all tests may run at the same time, and goes away with it.

#![allow(clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod cluster;
mod credentials;
mod databases;
mod eventually;
mod filled;
mod golden;
mod https;
mod running;
mod schema;
pub mod sheets;
#[cfg(feature = "feed")]
mod told_feed;

pub use cluster::OwnPostgres;
pub use credentials::TestCredentials;
pub use databases::{TestDatabase, own_postgres, postgres_url_base};
pub use eventually::{Sight, eventually};
pub use golden::{Golden, golden_lines};
pub use https::{HttpsAnswer, https, https_stream};
pub use running::{Flags, Run, Running, TestedService};
pub use schema::same_schema_as_ever;
#[cfg(feature = "feed")]
pub use told_feed::ToldFeed;
