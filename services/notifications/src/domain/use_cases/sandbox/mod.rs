//! Use cases of the sandbox.

mod advance_clock;
mod inject_faults;

pub use advance_clock::AdvanceClock;
pub use inject_faults::InjectFaults;
