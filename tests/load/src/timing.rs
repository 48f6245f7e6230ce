//! `timing`: whether the time of a refusal tells a stranger that a notification exists. Names of existing notifications and
//! invented ones are asked for by turns, in an order of chance, by an authority that has no part in them; both are refused
//! alike.

use std::time::{Duration, Instant};

use seamless_proto::seamless::notifications::v1::{
    GetNotificationRequest, notification_service_client::NotificationServiceClient,
};
use seamless_testkit::TestDatabase;
use tonic::Code;
use uuid::Uuid;

use crate::{
    Failure, alerts,
    connection::Connection,
    outcome::{Goal, ONE_PROCESS, Outcome},
    running::Running,
};

const STORED: usize = 2_000;
/// Of each kind.
const CALLS: usize = 2_500;
const WARM_UP: usize = 1_000;
/// Standard deviations by which the rank sum of two samples of the same times differs from its mean in one run of 500.
const TELLING: f64 = 3.09;

/// Measures, as an authority without any part in the notifications, one call at a time over a real socket.
///
/// # Errors
/// If a call is not refused.
pub async fn measure() -> Result<(), Failure> {
    for (name, database) in
        [("sqlite", Some(TestDatabase::sqlite().await)), ("postgres", TestDatabase::postgres().await)]
    {
        if let Some(database) = database {
            on(name, database).await?;
        }
    }
    Ok(())
}

async fn on(name: &str, database: TestDatabase) -> Result<(), Failure> {
    let running = Running::start(database).await?;
    let existing = running.import("eu-just", alerts::items(0..STORED)).await?;
    let mut client = NotificationServiceClient::new(running.connection("ca-hc"));
    let (mut there, mut invented) = (Vec::with_capacity(CALLS), Vec::with_capacity(CALLS));
    for call in 0..WARM_UP + 2 * CALLS {
        // The bits of a random UUID decide whose turn it is.
        let chance = Uuid::new_v4();
        let is_there = chance.as_bytes()[0] & 1 == 0;
        let asked = match is_there {
            true => existing
                [usize::from(u16::from_be_bytes([chance.as_bytes()[1], chance.as_bytes()[2]])) % STORED]
                .clone(),
            false => format!("notifications/{}", Uuid::now_v7()),
        };
        let took = refusal(&mut client, asked).await?;
        if call >= WARM_UP {
            if is_there { there.push(took) } else { invented.push(took) }
        }
    }
    let z = rank_sum(&there, &invented);
    let outcome = Outcome {
        measure: format!("timing-{name}"),
        value: z.abs(),
        unit: "standard deviations of the rank sum",
        baseline: TELLING,
        goal: Goal::Below(TELLING),
        note: format!(
            "refusals of existing and of invented names to a stranger, in an order of chance; {ONE_PROCESS}"
        ),
        facts: vec![
            ("existing_median_us", median(&mut there).into()),
            ("invented_median_us", median(&mut invented).into()),
            ("existing_calls", there.len().into()),
            ("invented_calls", invented.len().into()),
        ],
    };
    running.stop().await?;
    outcome.print()
}

async fn refusal(
    client: &mut NotificationServiceClient<Connection>,
    name: String,
) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let answer = client.get_notification(GetNotificationRequest { name }).await;
    let took = begun.elapsed();
    match answer {
        Err(status) if status.code() == Code::PermissionDenied => Ok(took),
        other => Err(format!("not refused: {other:?}").into()),
    }
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, |time| (time.as_secs_f64() * 1e7).round() / 10.0)
}

/// By how many standard deviations the rank sum of the first sample differs from that of two samples of the same times
/// [Mann and Whitney 1947]; positive where the first takes longer.
fn rank_sum(first: &[Duration], second: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> =
        first.iter().map(|time| (*time, true)).chain(second.iter().map(|time| (*time, false))).collect();
    all.sort_unstable();
    let mut sum = 0.0;
    let mut rank = 1.0;
    for equal in all.chunk_by(|one, next| one.0 == next.0) {
        let count = equal.len() as f64;
        let mean_rank = rank + (count - 1.0) / 2.0;
        sum += mean_rank * equal.iter().filter(|(_, is_first)| *is_first).count() as f64;
        rank += count;
    }
    let (n, m) = (first.len() as f64, second.len() as f64);
    let expected = n * (n + m + 1.0) / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    (sum - expected) / deviation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_sum_tells_samples_apart_and_no_sample_from_itself() {
        let times = |from: u64| (from..from + 1_000).map(Duration::from_micros).collect::<Vec<_>>();
        assert!(rank_sum(&times(0), &times(0)).abs() < 1e-9);
        // A sum of ranks by hand: {1, 4} against {2, 3} is 5, as expected; {3, 4} against {1, 2} is 7, two above.
        let of = |times: [u64; 2]| times.map(Duration::from_micros);
        assert!(rank_sum(&of([1, 4]), &of([2, 3])).abs() < 1e-9);
        assert!((rank_sum(&of([3, 4]), &of([1, 2])) - 2.0 / (5.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        assert!(rank_sum(&times(100), &times(0)) > TELLING);
        assert!(rank_sum(&times(0), &times(100)) < -TELLING);
    }
}
