//! Use cases of obligations.

mod read_obligations;
mod watch_obligations;

pub use read_obligations::ReadObligations;
pub use watch_obligations::WatchObligations;
