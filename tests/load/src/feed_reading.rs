//! `feed`: events a second that one reader gets, by stream and by pages, as originator and as recipient.

use std::time::Instant;

use prost::{Message, Name};
use sea_orm::{ActiveValue::Set, EntityTrait};
use seamless_feed::NewEvent;
use seamless_identity::AuthorityId;
use seamless_notifications::store::entities::transmission;
use seamless_proto::seamless::{
    feed::v1::{self as wire, feed_service_client::FeedServiceClient},
    notifications::v1 as notifications,
};
use seamless_storage::StorageError;
use seamless_testkit::TestDatabase;

use crate::{
    Failure, alerts,
    bare::Bare,
    connection::Connection,
    memory_feed::MemoryFeed,
    outcome::{Goal, ONE_PROCESS, Outcome},
    running::Running,
    tally::Rate,
};

const EVENTS: usize = 20_000;
/// Events of a page.
const PAGE: i32 = 1_000;
/// Times that everything is read, by turns with the baseline.
const ROUNDS: usize = 4;
/// Events a second that one reader should get.
const GOAL: f64 = 50_000.0;

const ORIGINATOR: &str = "eu-just";
const RECIPIENT: &str = "cn-gacc";

#[derive(Clone, Copy)]
enum Way {
    Follow,
    Pages,
}

/// Measures all four.
///
/// # Errors
/// If a call fails, or a reader is not shown each event once and in order.
pub async fn measure() -> Result<(), Failure> {
    let running = Running::start(TestDatabase::sqlite().await).await?;
    running.import(ORIGINATOR, alerts::items(0..EVENTS)).await?;
    let mut originator = FeedServiceClient::new(running.connection(ORIGINATOR));
    let created = read_pages(&mut originator).await?;
    append_transmitted(&running, &created).await?;

    for reader in [ORIGINATOR, RECIPIENT] {
        let mut ours = FeedServiceClient::new(running.connection(reader));
        let messages = read_pages(&mut ours).await?;
        let bytes = messages.iter().map(Message::encoded_len).sum::<usize>() / messages.len().max(1);
        let bare = Bare::start(MemoryFeed::of(messages)).await?;
        let mut plain = FeedServiceClient::new(bare.connection().await?);
        for (way, words) in [(Way::Follow, "follow"), (Way::Pages, "pages")] {
            let (mut served, mut from_memory) = (Rate::default(), Rate::default());
            read(way, &mut plain).await?;
            for _ in 0..ROUNDS {
                let begun = Instant::now();
                served.add(read(way, &mut ours).await?, begun.elapsed());
                let begun = Instant::now();
                from_memory.add(read(way, &mut plain).await?, begun.elapsed());
            }
            let role = if reader == ORIGINATOR { "originator" } else { "recipient" };
            let outcome = Outcome {
                measure: format!("feed-{words}-{role}"),
                value: served.per_second(),
                unit: "events/s",
                baseline: from_memory.per_second(),
                goal: Goal::AtLeast(GOAL),
                note: format!("baseline: tonic without TLS, the same messages from memory; {ONE_PROCESS}"),
                facts: vec![
                    ("events", EVENTS.into()),
                    ("event_bytes", bytes.into()),
                    ("slices", served.range()),
                    ("baseline_slices", from_memory.range()),
                ],
            };
            outcome.print()?;
        }
        drop(plain);
        bare.stop().await?;
    }
    drop(originator);
    running.stop().await
}

/// Writes a transmission to the recipient for each notification and its event, as transmitting them would, into the
/// database itself: 20,000 calls would take minutes. What the reader is shown depends on nothing else.
async fn append_transmitted(running: &Running, created: &[wire::Event]) -> Result<(), Failure> {
    let (originator, recipient): (AuthorityId, AuthorityId) = (ORIGINATOR.parse()?, RECIPIENT.parse()?);
    for chunk in created.chunks(1_000) {
        let mut events = Vec::with_capacity(chunk.len());
        let mut sent = Vec::with_capacity(chunk.len());
        for event in chunk {
            sent.push(sent_row(&event.subject, &originator, &recipient)?);
            let data = event.data.as_ref().ok_or("an event without data")?;
            let notification =
                notifications::NotificationCreated::decode(data.value.as_slice())?.notification;
            let transmission = notifications::Transmission {
                name: format!("{}/transmissions/{recipient}", event.subject),
                notification: event.subject.clone(),
                recipient: recipient.to_string(),
                sender: originator.to_string(),
                originator: originator.to_string(),
                arrangement: "eu-cn".to_owned(),
                state: notifications::TransmissionState::Sent.into(),
                version: 1,
                send_time: event.occur_time,
                due_time: event.occur_time,
                deadline_rule: "online-reaction".to_owned(),
                etag: "\"1\"".to_owned(),
                status: wire::EventStatus::Actual.into(),
                ..notifications::Transmission::default()
            };
            let transmitted =
                notifications::NotificationTransmitted { notification, transmission: Some(transmission) };
            events.push(NewEvent {
                event_id: sea_orm::prelude::Uuid::now_v7(),
                event_type: notifications::NotificationTransmitted::full_name(),
                subject: event.subject.clone(),
                occur_time_us: running.credentials.shared_clock().now().as_microsecond(),
                arrangement: Some("eu-cn".parse()?),
                status: wire::EventStatus::Actual,
                data: transmitted.encode_to_vec(),
                traceparent: None,
                readers: vec![recipient.clone()],
            });
        }
        let appended = running.database.database.write(move |tx| {
            let (events, sent) = (events.clone(), sent.clone());
            Box::pin(async move {
                transmission::Entity::insert_many(sent).exec_without_returning(tx).await?;
                seamless_feed::log::append(tx, &events).await.map(|_| ())
            })
        });
        appended.await.map_err(|error: StorageError| error)?;
    }
    Ok(())
}

/// The row of a transmission: the right to read rests on it.
fn sent_row(
    notification: &str,
    originator: &AuthorityId,
    recipient: &AuthorityId,
) -> Result<transmission::ActiveModel, Failure> {
    let id = notification.rsplit('/').next().unwrap_or_default();
    Ok(transmission::ActiveModel {
        notification: Set(id.parse()?),
        recipient: Set(recipient.to_string()),
        sender: Set(originator.to_string()),
        originator: Set(originator.to_string()),
        arrangement: Set("eu-cn".to_owned()),
        state: Set(notifications::TransmissionState::Sent.into()),
        automatic: Set(false),
        version: Set(1),
        send_time: Set(0),
        acknowledge_time: Set(None),
        first_reaction_time: Set(None),
        deadline_rule: Set(None),
        due_time: Set(i64::MAX),
        status: Set(wire::EventStatus::Actual.into()),
        revision: Set(1),
        online_rank: Set(1),
        serious_rank: Set(1),
        closed_rank: Set(0),
    })
}

async fn read(way: Way, client: &mut FeedServiceClient<Connection>) -> Result<u64, Failure> {
    let count = match way {
        Way::Follow => follow(client).await?,
        Way::Pages => read_pages(client).await?.len(),
    };
    match count == EVENTS {
        true => Ok(count as u64),
        false => Err(format!("the reader was shown {count} of {EVENTS} events").into()),
    }
}

/// Follows from the beginning until all events have come.
async fn follow(client: &mut FeedServiceClient<Connection>) -> Result<usize, Failure> {
    let mut stream = client
        .follow_events(wire::FollowEventsRequest {
            after_position: 0,
            ..wire::FollowEventsRequest::default()
        })
        .await?
        .into_inner();
    let (mut count, mut last) = (0, 0);
    while count < EVENTS {
        let Some(event) = stream.message().await? else { break };
        in_order(&mut last, &event)?;
        count += 1;
    }
    Ok(count)
}

async fn read_pages(client: &mut FeedServiceClient<Connection>) -> Result<Vec<wire::Event>, Failure> {
    let mut events = Vec::with_capacity(EVENTS);
    let (mut after_position, mut last) = (0, 0);
    loop {
        let page = client
            .read_events(wire::ReadEventsRequest {
                after_position,
                max: PAGE,
                ..wire::ReadEventsRequest::default()
            })
            .await?
            .into_inner();
        for event in &page.events {
            in_order(&mut last, event)?;
        }
        events.extend(page.events);
        after_position = page.next_after_position;
        if page.caught_up {
            return Ok(events);
        }
    }
}

fn in_order(last: &mut i64, event: &wire::Event) -> Result<(), Failure> {
    if event.previous_position != *last {
        return Err(format!("after {last} came {} after {}", event.position, event.previous_position).into());
    }
    *last = event.position;
    Ok(())
}
