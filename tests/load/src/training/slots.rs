//! Slots for eight people over six weeks.

use std::time::{Duration, Instant};

use seamless_proto::seamless::training::v1::{self as wire, schedule_service_client::ScheduleServiceClient};

use super::Service;
use crate::{
    Failure,
    connection::Connection,
    outcome::{Goal, Outcome},
};

const CALLS: usize = 50;
/// When the six weeks begin: 1 September 2036, in seconds.
const FROM: i64 = 2_104_358_400;
const QUARTER: i64 = 15 * 60;
const DAY: i64 = 24 * 60 * 60;

/// Asks by turns for slots, and for what a call costs by itself.
///
/// # Errors
/// If a call is refused, or there is no slot.
pub(super) async fn measure(service: &Service) -> Result<(), Failure> {
    let mut client = ScheduleServiceClient::new(service.of("eu-just"));
    let (all, bare) = (question(8, 42), question(1, 1));
    let (mut found, mut called) = (Vec::new(), Vec::new());
    let mut tried = 0;
    for _ in 0..CALLS {
        let (took, answer) = asked(&mut client, &all).await?;
        if answer.slots.is_empty() {
            return Err(format!("no slot: {:?}", answer.left_nothing).into());
        }
        tried = answer.tried;
        found.push(took);
        called.push(asked(&mut client, &bare).await?.0);
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[CALLS / 2].as_secs_f64() * 1_000.0
    };
    let longest = found.iter().max().map_or(0.0, Duration::as_secs_f64) * 1_000.0;
    let outcome = Outcome {
        measure: format!("training-slots-{}", service.kind),
        value: median(&mut found),
        unit: "ms",
        baseline: median(&mut called),
        goal: Goal::Below(50.0),
        note: format!(
            "median of {CALLS} calls, eight people in four zones with 200 appointments each, every quarter of an hour; baseline: one \
             person, one day; {}",
            service.note
        ),
        facts: vec![("tried", tried.into()), ("longest", longest.into())],
    };
    outcome.print()
}

async fn asked(
    client: &mut ScheduleServiceClient<Connection>,
    question: &wire::FindSlotsRequest,
) -> Result<(Duration, wire::FindSlotsResponse), Failure> {
    let question = question.clone();
    let begun = Instant::now();
    let answer = client.find_slots(question).await?.into_inner();
    Ok((begun.elapsed(), answer))
}

/// So many people, over so many days.
fn question(people: usize, days: i64) -> wire::FindSlotsRequest {
    let places = [
        ("Europe/Brussels", "EU"),
        ("Asia/Shanghai", "CN"),
        ("America/Toronto", "CA"),
        ("America/New_York", "US"),
    ];
    let instant = |seconds: i64| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let sides = (0..people).map(|person| {
        let (zone, calendar) = places[person % places.len()];
        let busy = (0..200_i64).map(|index| {
            let begins = FROM + (index * 19 + i64::try_from(person).unwrap_or_default()) * QUARTER;
            wire::BusyTime { start_time: instant(begins), end_time: instant(begins + 3 * QUARTER) }
        });
        wire::ScheduleSide {
            name: format!("person {person}"),
            stays: vec![wire::ScheduleStay {
                zone: zone.to_owned(),
                calendar: calendar.to_owned(),
                from: None,
            }],
            humane_hours: Some(wire::DayHours { from: "07:00".to_owned(), to: "22:00".to_owned() }),
            busy: busy.collect(),
            ..Default::default()
        }
    });
    wire::FindSlotsRequest {
        schedule: Some(wire::Schedule { sides: sides.collect(), ..Default::default() }),
        minutes: 90,
        start_time: instant(FROM),
        end_time: instant(FROM + days * DAY),
        step_minutes: 15,
        max_slots: 50,
    }
}
