//! Gives up the uploads that nobody goes on with, and removes content that an interruption left behind. Any number of
//! replicas do so: each record is changed once.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::attachments::Attachments;

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(300);

/// Works until the token is cancelled.
pub async fn run(attachments: Attachments, token: CancellationToken) {
    loop {
        match attachments.purge_uploads().await {
            Ok(0) => {}
            Ok(given_up) => tracing::info!(given_up, "uploads given up"),
            Err(error) => tracing::warn!(%error, "uploads not looked at; tried again at the next interval"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
