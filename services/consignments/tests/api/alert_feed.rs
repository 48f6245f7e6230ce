//! The feed of alerts that screening follows, told by the test.

use seamless_testkit::ToldFeed;

use crate::running::Running;

/// Serves an empty feed until the test ends; gives it, and the service that follows it.
pub async fn followed_by(running: Running) -> (ToldFeed, Running) {
    let feed = ToldFeed::served(&running.credentials).await;
    let settings = [
        ("alerts.authority", "eu-just"),
        ("alerts.channel.address", feed.address()),
        ("alerts.channel.ca", feed.ca()),
    ];
    let running = running.with(&settings).await;
    (feed, running)
}
