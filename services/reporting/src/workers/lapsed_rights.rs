//! Forgets what others showed under an arrangement that has ended, or that the authority has left: their feeds show it no more, and
//! no event says so.

use std::{sync::Arc, time::Duration};

use seamless_calendar::Clock;
use seamless_program::every;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{DomainError, Rules, source::Source},
    store::Store,
};

/// Looks until the token is cancelled.
pub async fn watch(
    store: Store,
    rules: Rules,
    clock: Arc<dyn Clock>,
    interval: Duration,
    token: CancellationToken,
) {
    every(interval, &token, "facts of ended arrangements not forgotten", || look(&store, &rules, &*clock))
        .await;
}

async fn look(store: &Store, rules: &Rules, clock: &dyn Clock) -> Result<(), DomainError> {
    // The service of alerts tells when a right to one ends.
    let feeds = rules.other_feeds.iter().filter(|feed| feed.source != Source::Notifications);
    for feed in feeds {
        for arrangement in store.arrangements_of(feed).await? {
            let open = arrangement
                .parse()
                .is_ok_and(|id| rules.cooperation.is_open_to_side(&id, &feed.reader, clock.now()));
            if !open {
                let count = store.forget_facts_under(feed, &arrangement).await?;
                let (source, reader) = (feed.source.name(), &feed.reader);
                tracing::info!(count, %arrangement, source, %reader, "facts of an ended arrangement were forgotten");
            }
        }
    }
    Ok(())
}
