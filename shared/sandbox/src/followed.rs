//! It is followed in the feed, and every replica is kept at what was written down.

use std::time::Duration;

use jiff::SignedDuration;
use prost::{Message, Name};
use sea_orm::DatabaseTransaction;
use seamless_calendar::Ahead;
use seamless_program::{SANDBOX_AHEAD, every};
use seamless_proto::seamless::{feed::v1::Event, notifications::v1::SandboxClockAdvanced};
use seamless_service::health::Health;
use seamless_storage::{Database, StorageError};
use tokio_util::sync::CancellationToken;

use crate::clock::{ahead, move_clock};

/// Between one look and the next: what is set at one service holds at all within a second.
const INTERVAL: Duration = Duration::from_millis(250);

/// Notes how far the clock of the sandbox is ahead, where it was moved, in the transaction of the effects of these events.
///
/// # Errors
/// Those of the database.
pub async fn follow(tx: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
    match events.iter().filter_map(advance_of).max() {
        Some(ahead) => move_clock(tx, ahead).await,
        None => Ok(()),
    }
}

/// Keeps this replica at the clock that was written down, by it or by another one, until the token is cancelled; `health`
/// tells how far ahead it is.
pub async fn keep(database: Database, clock: Ahead, health: Health, token: CancellationToken) {
    let look = || async {
        let ahead = ahead(&database).await?;
        clock.reach(ahead);
        health.tells(SANDBOX_AHEAD, &ahead.as_micros().to_string());
        Ok::<_, StorageError>(())
    };
    every(INTERVAL, &token, "the sandbox's clock was not read", look).await
}

/// How far ahead an event says that the clock of the sandbox is; none for any other event.
fn advance_of(event: &Event) -> Option<SignedDuration> {
    if event.r#type != SandboxClockAdvanced::full_name() {
        return None;
    }
    let data = event.data.as_ref()?.value.as_slice();
    let ahead = SandboxClockAdvanced::decode(data).ok()?.ahead?;
    (0..1_000_000_000).contains(&ahead.nanos).then(|| SignedDuration::new(ahead.seconds, ahead.nanos))
}
