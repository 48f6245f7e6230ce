//! When a process is asked to stop. Called by `main.rs` only: signal handlers are global to the process.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// A token that is cancelled by SIGINT (ctrl-c) or SIGTERM.
///
/// # Errors
/// If the system does not let us listen for signals.
pub fn shutdown_signal() -> std::io::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let asked = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => tracing::info!(signal = "SIGINT", "asked to stop"),
            _ = terminate.recv() => tracing::info!(signal = "SIGTERM", "asked to stop"),
        }
        asked.cancel();
    });
    Ok(token)
}
