//! Gives up the uploads that nobody goes on with, and removes content that an interruption left behind. Any number of
//! replicas do so: each record is changed once.

use std::time::Duration;

use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{attachments::Attachments, domain::DomainError};

/// Between one look and the next.
const INTERVAL: Duration = Duration::from_secs(300);

/// Works until the token is cancelled.
pub async fn run(attachments: Attachments, token: CancellationToken) {
    let look = || async {
        let given_up = attachments.purge_uploads().await?;
        if given_up > 0 {
            tracing::info!(given_up, "uploads given up");
        }
        Ok::<_, DomainError>(())
    };
    every(INTERVAL, &token, "uploads not looked at", look).await
}
