//! `feed`: how long after a commit its event reaches a follower.
//!
//! The moment of the commit is not visible from outside. It lies between the event's own time, which the service reads
//! before it writes, and the writer's answer: the value counts from the former, so it holds the whole transaction and
//! is an upper bound; the facts tell the rest.

use std::time::{Duration, Instant};

use futures::StreamExt;
use seamless_proto::seamless::{
    feed::v1::{self as feed, feed_service_client::FeedServiceClient},
    notifications::v1::{self as wire, notification_service_client::NotificationServiceClient},
};
use seamless_testkit::TestDatabase;
use tokio::sync::mpsc;

use crate::{
    Failure, alerts,
    bare::Bare,
    memory_feed::MemoryFeed,
    outcome::{Goal, ONE_PROCESS, Outcome},
    running::Running,
    tally::Durations,
};

const WRITES: usize = 500;
/// Writes before those that count.
const WARM_UP: usize = 20;
/// Milliseconds, of the median.
const GOAL: f64 = 10.0;
/// An event that does not come within this time never comes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Measures: a member state creates drafts one by one, and its contact point follows.
///
/// # Errors
/// If a call fails, or an event does not come.
pub async fn measure() -> Result<(), Failure> {
    let running = Running::start(TestDatabase::sqlite().await).await?;
    let bare = Bare::start(MemoryFeed::of(Vec::new())).await?;
    let mut echo = FeedServiceClient::new(bare.connection().await?);
    let mut writer = NotificationServiceClient::new(running.connection("nl-nvwa"));
    let mut follower = FeedServiceClient::new(running.connection("eu-just"));
    let clock = running.credentials.shared_clock();

    let mut events = follower
        .follow_events(feed::FollowEventsRequest {
            after_position: 0,
            ..feed::FollowEventsRequest::default()
        })
        .await?
        .into_inner();
    let (received, mut receipts) = mpsc::channel(1);
    let following = tokio::spawn(async move {
        while let Some(Ok(event)) = events.next().await {
            let receipt = (event, clock.now().as_microsecond(), Instant::now());
            if received.send(receipt).await.is_err() {
                return;
            }
        }
    });

    let (mut latencies, mut writes) = (Durations::new()?, Durations::new()?);
    let (mut lags, mut echoes) = (Durations::new()?, Durations::new()?);
    for number in 0..WARM_UP + WRITES {
        let request = wire::CreateNotificationRequest {
            notification: Some(alerts::draft(number)),
            request_id: sea_orm::prelude::Uuid::new_v4().to_string(),
            validate_only: false,
        };
        let begun = Instant::now();
        let created = writer.create_notification(request).await?.into_inner();
        let answered = Instant::now();
        let receipt = tokio::time::timeout(PATIENCE, receipts.recv()).await?;
        let (event, receipt_us, receipt) = receipt.ok_or("the follower's stream ended")?;
        if event.subject != created.name {
            return Err(
                format!("expected the event of {}, got that of {}", created.name, event.subject).into()
            );
        }
        let echo_begun = Instant::now();
        echo.acknowledge_position(feed::AcknowledgePositionRequest {
            position: event.position,
            ..feed::AcknowledgePositionRequest::default()
        })
        .await?;
        if number >= WARM_UP {
            let occurred = event.occur_time.ok_or("an event without its time")?;
            let occurred_us = occurred.seconds * 1_000_000 + i64::from(occurred.nanos / 1_000);
            latencies.add(Duration::from_micros(u64::try_from(receipt_us - occurred_us).unwrap_or_default()));
            writes.add(answered - begun);
            lags.add(receipt.saturating_duration_since(answered));
            echoes.add(echo_begun.elapsed());
        }
    }
    let outcome = Outcome {
        measure: "feed-latency".to_owned(),
        value: latencies.quantile_ms(0.5),
        unit: "ms",
        baseline: echoes.quantile_ms(0.5),
        goal: Goal::Below(GOAL),
        note: format!(
            "median from the event's time, before its transaction, to the follower's receipt: an upper bound of commit \
             to receipt; after_answer: how much later than the writer's answer the event came, 0 if before; baseline: \
             a bare unary echo without TLS; {ONE_PROCESS}"
        ),
        facts: vec![
            ("writes", latencies.count().into()),
            ("p50_ms", latencies.fact(0.5)),
            ("p99_ms", latencies.fact(0.99)),
            ("after_answer_p50_ms", lags.fact(0.5)),
            ("after_answer_p99_ms", lags.fact(0.99)),
            ("write_p50_ms", writes.fact(0.5)),
            ("write_p99_ms", writes.fact(0.99)),
            ("baseline_p99_ms", echoes.fact(0.99)),
        ],
    };
    following.abort();
    drop((echo, writer, follower));
    bare.stop().await?;
    running.stop().await?;
    outcome.print()
}
