//! Decisions by the stream: as fast as they come, on so many streams at once.

use std::time::{Duration, Instant};

use seamless_proto::seamless::consignments::v1::{
    self as wire, screening_service_client::ScreeningServiceClient,
};
use tokio::task::JoinSet;

use crate::{Failure, connection::Connection};

/// Answers that are kept, for the baseline to give.
const KEPT: usize = 1_000;

/// What came back.
#[derive(Default)]
pub struct Answered {
    pub count: u64,
    pub time: Duration,
    /// Of the goods, those that matched an alert.
    pub with_alerts: u64,
    /// Those that matched a pre-inspection.
    pub with_inspections: u64,
    /// Some of the answers.
    pub kept: Vec<wire::ScreenConsignmentsResponse>,
}

/// Sends the items on so many streams of one connection, and reads all answers.
///
/// # Errors
/// If an item is not decided, or an answer is out of turn.
pub async fn decide(
    connection: &Connection,
    items: Vec<wire::ScreenConsignmentsRequest>,
    streams: usize,
) -> Result<Answered, Failure> {
    let share = items.len().div_ceil(streams);
    let shares: Vec<Vec<_>> = items.chunks(share).map(<[_]>::to_vec).collect();
    drop(items);
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for items in shares {
        running.spawn(one_stream(ScreeningServiceClient::new(connection.clone()), items));
    }
    let mut all = Answered::default();
    while let Some(answered) = running.join_next().await {
        let answered = answered??;
        all.count += answered.count;
        all.with_alerts += answered.with_alerts;
        all.with_inspections += answered.with_inspections;
        all.kept.extend(answered.kept);
    }
    all.time = begun.elapsed();
    Ok(all)
}

async fn one_stream(
    mut client: ScreeningServiceClient<Connection>,
    items: Vec<wire::ScreenConsignmentsRequest>,
) -> Result<Answered, Failure> {
    let wanted = items.len() as u64;
    let mut answers = client.screen_consignments(tokio_stream::iter(items)).await?.into_inner();
    let mut answered = Answered::default();
    while let Some(answer) = answers.message().await? {
        let Some(screening) = &answer.screening else {
            return Err(format!("an item was not decided: {:?}", answer.violations).into());
        };
        if answer.index != answered.count as i64 {
            return Err(format!("answer {} came in place of {}", answer.index, answered.count).into());
        }
        answered.count += 1;
        answered.with_alerts += u64::from(!screening.matched_notifications.is_empty());
        answered.with_inspections += u64::from(!screening.matched_inspections.is_empty());
        if answered.kept.len() < KEPT {
            answered.kept.push(answer);
        }
    }
    match answered.count == wanted {
        true => Ok(answered),
        false => Err(format!("{} of {wanted} items have an answer", answered.count).into()),
    }
}
