//! `seamless feed --verify`: whether the feed is complete, and where not.

use std::{fs, path::Path};

use seamless_feed::RangeDigest;
use seamless_proto::seamless::feed::v1 as wire;
use serde_json::Value;

use crate::{cli, connection::Connection, error::Failure, import::unsound, output};

/// Positions that are proven with one digest, as long as all is well.
const RANGE: i64 = 10_000;

/// An event as far as it counts for completeness.
struct Seen {
    position: i64,
    previous: i64,
    event_id: String,
}

/// Checks the events after a position: as the service gives them now, or as a copy has them.
pub async fn run(connection: &Connection, arguments: &cli::Feed) -> Result<(), Failure> {
    // The head first: what comes meanwhile is not part of it.
    let head = digest(connection, arguments.after + 1, 0).await?.to_position;
    let seen = match &arguments.copy {
        Some(file) => copied(file, arguments.after)?,
        None => read(connection, arguments.after).await?,
    };
    let end = match &arguments.copy {
        // A copy is proven as far as it goes.
        Some(_) => seen.last().map_or(head, |last| last.position).min(head),
        None => head,
    };
    let seen: Vec<Seen> = seen.into_iter().filter(|event| event.position <= end).collect();
    for pair in seen.windows(2) {
        if let [before, event] = pair
            && event.previous != before.position
        {
            return Err(broken(format!(
                "position {} follows {}, but {} came before it",
                event.position, event.previous, before.position
            )));
        }
    }
    let mut from = arguments.after + 1;
    while from <= end {
        let to = (from + RANGE - 1).min(end);
        if !is_proven(connection, &seen, from, to).await? {
            let position = first_wrong(connection, &seen, from, to).await?;
            return Err(broken(format!(
                "position {position}: what is there is not what the service counts there"
            )));
        }
        from = to + 1;
    }
    output::line(format!("{} events after position {} up to {end}: complete", seen.len(), arguments.after));
    Ok(())
}

fn broken(why: String) -> Failure {
    Failure { exit: 4, message: format!("the feed is broken: {why}") }
}

async fn digest(connection: &Connection, from: i64, to: i64) -> Result<wire::GetDigestResponse, Failure> {
    let request =
        wire::GetDigestRequest { from_position: from, to_position: to, ..wire::GetDigestRequest::default() };
    Ok(connection.feed().get_digest(request).await?.into_inner())
}

/// Whether count and digest of a range are those of the service.
async fn is_proven(connection: &Connection, seen: &[Seen], from: i64, to: i64) -> Result<bool, Failure> {
    let mut own = RangeDigest::new();
    for event in seen.iter().filter(|event| (from..=to).contains(&event.position)) {
        own.add(event.position, &event.event_id);
    }
    let theirs = digest(connection, from, to).await?;
    Ok(theirs.count == own.count() && theirs.digest == own.finish())
}

/// The first position of a range that is not proven, by halves.
async fn first_wrong(connection: &Connection, seen: &[Seen], from: i64, to: i64) -> Result<i64, Failure> {
    let (mut from, mut to) = (from, to);
    while from < to {
        let middle = from + (to - from) / 2;
        match is_proven(connection, seen, from, middle).await? {
            true => from = middle + 1,
            false => to = middle,
        }
    }
    Ok(from)
}

async fn read(connection: &Connection, after: i64) -> Result<Vec<Seen>, Failure> {
    let mut client = connection.feed();
    let mut seen = Vec::new();
    let mut search_from = after;
    loop {
        let request = wire::ReadEventsRequest {
            after_position: search_from,
            max: 1_000,
            ..wire::ReadEventsRequest::default()
        };
        let page = client.read_events(request).await?.into_inner();
        search_from = page.next_after_position;
        seen.extend(page.events.into_iter().map(|event| Seen {
            position: event.position,
            previous: event.previous_position,
            event_id: event.event_id,
        }));
        if page.caught_up {
            return Ok(seen);
        }
    }
}

/// The events of a copy after a position, in the order of the file.
fn copied(file: &Path, after: i64) -> Result<Vec<Seen>, Failure> {
    let fail = |why: &dyn std::fmt::Display| Failure::usage(format!("{}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| fail(&error))?;
    let mut seen = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let event: Value = serde_json::from_str(line)
            .map_err(|error| fail(&format!("line {number}: {}", unsound(&error))))?;
        // 64-bit numbers are texts in proto3 JSON, and a 0 is left out.
        let place = |key: &str| event.get(key).and_then(Value::as_str).map_or(Ok(0), str::parse);
        let (position, previous) = (place("position"), place("previousPosition"));
        let event_id = event.get("eventId").and_then(Value::as_str);
        let (Ok(position), Ok(previous), Some(event_id)) = (position, previous, event_id) else {
            return Err(fail(&format!("line {number} is no event of the feed")));
        };
        if position > after {
            seen.push(Seen { position, previous, event_id: event_id.to_owned() });
        }
    }
    Ok(seen)
}
