//! For tests only: databases, and waiting without sleeping for luck.
//!
//! Invariant: what a test gets from here is its own, so that all tests may run at the same time, and goes away with it.

mod cluster;
mod databases;
mod eventually;

pub use databases::{TestDatabase, postgres_url_base};
pub use eventually::{Sight, eventually};
