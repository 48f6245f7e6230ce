//! How long a thread has had a core, for measures that other work on the machine should not change.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Failure;

/// The time that this thread has had of a core: other work on the machine does not add to it.
///
/// # Errors
/// If the system has no such clock.
pub fn core_time() -> Result<Duration, Failure> {
    Ok(Duration::try_from(clock_gettime(ClockId::ThreadCPUTime))?)
}

/// The time that all threads of this process have had of the cores.
///
/// # Errors
/// If the system has no such clock.
pub fn process_time() -> Result<Duration, Failure> {
    Ok(Duration::try_from(clock_gettime(ClockId::ProcessCPUTime))?)
}
