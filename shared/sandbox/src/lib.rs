//! The clock that the services of a sandbox share: how far it is ahead of real time, as the feed of the notifications service
//! told it.
//!
//! Invariant: it only grows, also where that service went back to a backup: what was decided at a time is not followed by a
//! decision of before.

mod clock;
mod followed;
mod migration;
mod settings;

pub use clock::ahead;
pub use followed::{follow, keep};
pub use migration::Migration;
pub use settings::SandboxSettings;
