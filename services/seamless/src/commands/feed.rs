//! `seamless feed`.

use std::time::Duration;

use futures::StreamExt;
use seamless_proto::{events, seamless::feed::v1 as wire};
use tokio_util::sync::CancellationToken;
use tonic::Code;

use super::feed_copy::{Copy, Restored};
use crate::{cli, connection::Connection, error::Failure, output};

/// The pause before the feed is asked for again after the service went away.
const RECONNECT: Duration = Duration::from_millis(500);

/// Prints events: to the end, or on and on until `stop`.
pub async fn run(
    connection: &Connection,
    arguments: cli::Feed,
    json: bool,
    stop: CancellationToken,
) -> Result<(), Failure> {
    let copy = Copy::beginning(arguments.after, arguments.epoch);
    let types = arguments.types.iter().map(|name| full_name(arguments.service, name));
    let types = types.collect::<Result<_, _>>()?;
    let (heartbeats, left) = (arguments.heartbeats, arguments.limit.unwrap_or(usize::MAX));
    let mut reader = Reader { connection, json, types, heartbeats, copy, left };
    let shown = match arguments.follow {
        // Ctrl-c ends it, and what was printed can still be acknowledged.
        true => tokio::select! {
            ended = reader.follow() => ended,
            () = stop.cancelled() => Ok(()),
        },
        false => reader.read().await,
    };
    let Copy { after, epoch, .. } = reader.copy;
    if arguments.acknowledge && after > arguments.after {
        let request = wire::AcknowledgePositionRequest { position: after, epoch };
        connection.feed().acknowledge_position(request).await?;
    }
    shown
}

/// The full name of a type of events; without package it is one of the service's own that this version knows.
fn full_name(service: cli::Service, name: &str) -> Result<String, Failure> {
    if name.contains('.') {
        return Ok(name.to_owned());
    }
    let known = match service {
        cli::Service::Notifications => events::notifications::EventType::FULL_NAMES,
        cli::Service::Consignments => events::consignments::EventType::FULL_NAMES,
        cli::Service::Training => events::training::EventType::FULL_NAMES,
        cli::Service::Reporting => events::reporting::EventType::FULL_NAMES,
    };
    let short = |full: &'static str| full.rsplit('.').next().unwrap_or(full);
    match known.iter().find(|full| short(full) == name) {
        Some(full) => Ok((*full).to_owned()),
        None => {
            let all: Vec<&str> = known.iter().map(|full| short(full)).collect();
            Err(Failure::usage(format!("no event is called {name}; there are {}", all.join(", "))))
        }
    }
}

struct Reader<'a> {
    connection: &'a Connection,
    json: bool,
    /// The types of events that are printed; empty for all.
    types: Vec<String>,
    heartbeats: bool,
    /// What was printed.
    copy: Copy,
    /// How many may still be printed.
    left: usize,
}

impl Reader<'_> {
    async fn read(&mut self) -> Result<(), Failure> {
        let mut client = self.connection.feed();
        let mut search_from = self.copy.after;
        loop {
            let request = wire::ReadEventsRequest {
                after_position: search_from,
                max: 1_000,
                epoch: self.copy.epoch.clone(),
                types: self.types.clone(),
            };
            let page = client.read_events(request).await?.into_inner();
            search_from = page.next_after_position;
            for event in &page.events {
                if !self.print(event)? {
                    return Ok(());
                }
            }
            if page.caught_up {
                return Ok(());
            }
        }
    }

    async fn follow(&mut self) -> Result<(), Failure> {
        let mut was_connected = false;
        loop {
            let request = wire::FollowEventsRequest {
                after_position: self.copy.after,
                epoch: self.copy.epoch.clone(),
                types: self.types.clone(),
                heartbeats: self.heartbeats,
            };
            let ended = match self.connection.feed().follow_events(request).await {
                Ok(stream) => {
                    was_connected = true;
                    let mut stream = stream.into_inner();
                    loop {
                        match stream.next().await {
                            Some(Ok(event)) if self.print(&event)? => {}
                            Some(Ok(_)) => return Ok(()),
                            Some(Err(status)) => break Some(status),
                            None => break None,
                        }
                    }
                }
                Err(status) => Some(status),
            };
            // Away or restarting: go on from the last event as soon as it is back.
            let passes = |status: &tonic::Status| {
                was_connected && matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Cancelled)
            };
            if let Some(status) = &ended
                && let Some(restored) = Restored::told_by(status)
                && self.copy.has_epoch()
            {
                let agrees_up_to = self.copy.go_back(self.connection, &restored).await?;
                output::complain(format!(
                    "the service was restored from a backup: what was printed agrees with it up to position \
                     {agrees_up_to}, and what was printed behind that is lost; going on behind {agrees_up_to} in the \
                     epoch {}",
                    restored.epoch
                ));
                continue;
            }
            match ended {
                Some(status) if !passes(&status) => return Err(status.into()),
                _ => output::complain(format!(
                    "interrupted after position {}; connecting again",
                    self.copy.after
                )),
            }
            tokio::time::sleep(RECONNECT).await;
        }
    }

    /// Prints an event; false when no further one may be printed.
    fn print(&mut self, event: &wire::Event) -> Result<bool, Failure> {
        if self.left == 0 {
            return Ok(false);
        }
        if let Some(heartbeat) = &event.heartbeat {
            if self.json {
                output::json(event)?;
            } else {
                let wire::Heartbeat { complete_to_position, head_position, head_time } = heartbeat;
                let (time, behind) = (output::time(head_time.as_ref()), head_position - complete_to_position);
                output::line(format!(
                    "{complete_to_position:>8}  {time}  complete up to here, {behind} behind"
                ));
            }
            return Ok(true);
        }
        self.copy.add(event);
        self.left -= 1;
        if self.json {
            output::json(event)?;
        } else {
            let kind = event.r#type.rsplit('.').next().unwrap_or_default();
            let time = output::time(event.occur_time.as_ref());
            output::line(format!("{:>8}  {time}  {kind:<26} {}", event.position, event.subject));
        }
        Ok(self.left > 0)
    }
}
