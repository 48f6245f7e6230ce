//! Single calls at a steady rate, whether earlier ones are answered or not. A call's time counts from the moment at which
//! it was due, so that waiting of the caller's own counts too.

use std::time::{Duration, Instant};

use seamless_proto::seamless::consignments::v1::{
    self as wire, screening_service_client::ScreeningServiceClient,
};
use tokio::sync::mpsc;

use crate::{Failure, connection::Connection, tally::Durations};

/// Calls with these goods, so many a second.
///
/// # Errors
/// If one is not answered well.
pub async fn call(
    connection: &Connection,
    goods: Vec<wire::Consignment>,
    a_second: u64,
) -> Result<Durations, Failure> {
    let client = ScreeningServiceClient::new(connection.clone());
    let count = goods.len();
    let (due, mut calls) = mpsc::unbounded_channel();
    // A thread sleeps more exactly than the runtime's timer, whose steps are a millisecond.
    let pacing = std::thread::spawn(move || {
        let begun = Instant::now();
        for (number, consignment) in (0_u64..).zip(goods) {
            let at = begun + Duration::from_nanos(number * 1_000_000_000 / a_second);
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if due.send((at, consignment)).is_err() {
                return;
            }
        }
    });
    let (told, mut answers) = mpsc::unbounded_channel();
    let calling = tokio::spawn(async move {
        while let Some((at, consignment)) = calls.recv().await {
            let (mut client, told) = (client.clone(), told.clone());
            tokio::spawn(async move {
                let request = wire::ScreenConsignmentRequest {
                    consignment: Some(consignment),
                    request_id: uuid::Uuid::now_v7().to_string(),
                    ..Default::default()
                };
                let answer = client.screen_consignment(request).await;
                // Nobody listens any more once one call has failed.
                let _ = told.send(answer.map(|_| at.elapsed()));
            });
        }
    });
    let mut durations = Durations::new()?;
    while let Some(answer) = answers.recv().await {
        durations.add(answer?);
    }
    calling.await?;
    pacing.join().map_err(|_| "the pacing thread panicked")?;
    match durations.count() == count as u64 {
        true => Ok(durations),
        false => Err(format!("{} of {count} calls have an answer", durations.count()).into()),
    }
}
