//! Why a service did not start, and the files that every one reads before it does.

use std::path::Path;

use seamless_calendar::Calendars;
use seamless_identity::Cooperation;

/// Why the service did not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file that the configuration names cannot be read, or says what cannot be.
    #[error("{path}: {why}")]
    File {
        /// Where it lies.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// Anything else on the way to serving.
    #[error("{what}: {why}")]
    Part {
        /// Which part failed.
        what: &'static str,
        /// What happened, with its causes.
        why: String,
    },
}

/// A part of the service that failed, with all causes.
pub fn part(what: &'static str) -> impl Fn(&dyn std::error::Error) -> StartError {
    move |error| {
        let mut why = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            why = format!("{why}: {cause}");
            source = cause.source();
        }
        StartError::Part { what, why }
    }
}

/// Reads the authorities and arrangements from a file.
///
/// # Errors
/// Names the file and everything that is wrong with it.
pub fn read_cooperation(path: &Path, calendars: &Calendars) -> Result<Cooperation, StartError> {
    let failed = |why: String| StartError::File { path: path.display().to_string(), why };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    Cooperation::parse(&text, calendars).map_err(|errors| failed(errors.to_string()))
}
