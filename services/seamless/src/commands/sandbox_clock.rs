//! `seamless clock`: the clock that all services of a sandbox share. It is moved at the notifications service; the others
//! follow its feed, and each says in its health how far ahead it is.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use seamless_calendar::{Clock, SystemClock};
use seamless_pause::Pause;
use seamless_program::SANDBOX_AHEAD;
use seamless_proto::seamless::notifications::v1 as wire;
use serde::Serialize;
use tonic_health::pb::HealthCheckRequest;

use super::{clocks::duration_out, request_id};
use crate::{
    cli::{self, Target},
    connection::Connection,
    error::Failure,
    output,
};

/// Between two looks at who is behind.
const BETWEEN: Pause = Pause::doubling(Duration::from_millis(50), Duration::from_millis(500));
/// A service that does not answer within this is asked again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Moves or shows the clock.
///
/// # Errors
/// The notifications service refuses; the clock was moved, and a service is behind at the end of the wait, or further ahead.
pub async fn run(
    connection: &Connection,
    target: &Target,
    command: cli::Clock,
    json: bool,
) -> Result<(), Failure> {
    let mut client = connection.sandbox();
    let (state, wait, also) = match command {
        cli::Clock::Show { also } => (client.get_sandbox(wire::GetSandboxRequest {}).await?, None, also),
        cli::Clock::Advance { by, wait, also } => {
            let request = wire::AdvanceClockRequest { by: Some(duration_out(by)), request_id: request_id() };
            (client.advance_clock(request).await?, Some(wait), also)
        }
    };
    let state = state.into_inner();
    let standings = match state.enabled {
        true => {
            let services = Connection::all(target, &also)?;
            Standings::once_there(&services, &state, wait.unwrap_or_default()).await
        }
        false => Standings::default(),
    };
    standings.tell(&state, json)?;
    if wait.is_some() { standings.verdict() } else { Ok(()) }
}

/// What time it is for the service: in a sandbox, by the sandbox's clock.
pub async fn now_at(connection: &Connection) -> Timestamp {
    let ahead = ahead_of(connection).await.unwrap_or_default();
    SystemClock.now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
}

/// The same, as it is sent.
pub async fn now_out(connection: &Connection) -> prost_types::Timestamp {
    let now = now_at(connection).await;
    prost_types::Timestamp { seconds: now.as_second(), nanos: now.subsec_nanosecond() }
}

/// How far ahead of real time the services are.
#[derive(Default)]
struct Standings {
    /// How far they are to be, and when that is.
    wanted: SignedDuration,
    now: Timestamp,
    services: Vec<Standing>,
}

struct Standing {
    service: String,
    /// How far it is, or why nobody knows.
    ahead: Result<SignedDuration, String>,
}

/// As programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    service: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Timestamp>,
    stands: &'a str,
}

impl Standings {
    /// How the services stand once all are as far as `state` says, or at the end of the wait.
    async fn once_there(services: &[(String, Connection)], state: &wire::Sandbox, wait: Duration) -> Self {
        let wanted = state.ahead.as_ref().map(|ahead| SignedDuration::new(ahead.seconds, ahead.nanos));
        let now = state.now.as_ref().and_then(|now| Timestamp::new(now.seconds, now.nanos).ok());
        let until = Instant::now() + wait;
        let mut pauses = BETWEEN;
        loop {
            let asked = services.iter().map(|(service, connection)| async move {
                Standing { service: service.clone(), ahead: ahead_of(connection).await }
            });
            let standings = Self {
                wanted: micros(wanted.unwrap_or_default()),
                now: now.unwrap_or_default(),
                services: futures::future::join_all(asked).await,
            };
            if standings.behind().next().is_none() || Instant::now() >= until {
                return standings;
            }
            pauses.wait().await;
        }
    }

    fn behind(&self) -> impl Iterator<Item = &Standing> {
        self.services.iter().filter(|one| one.ahead.as_ref().map_or(true, |ahead| *ahead < self.wanted))
    }

    /// What is said of one: the time that it goes by, and how that stands to the others.
    fn word(&self, one: &Standing) -> (Option<Timestamp>, String) {
        let ahead = match &one.ahead {
            Ok(ahead) => ahead,
            Err(why) => return (None, why.clone()),
        };
        let word = match ahead.cmp(&self.wanted) {
            std::cmp::Ordering::Less => format!("behind by {:#}", self.wanted - *ahead),
            std::cmp::Ordering::Equal => "there".to_owned(),
            std::cmp::Ordering::Greater => format!("further ahead, by {:#}", *ahead - self.wanted),
        };
        (self.now.checked_add(*ahead - self.wanted).ok(), word)
    }

    fn tell(&self, state: &wire::Sandbox, json: bool) -> Result<(), Failure> {
        if json {
            output::json(state)?;
            return self.services.iter().try_for_each(|one| {
                let (now, stands) = self.word(one);
                let told = Told { service: &one.service, now, stands: &stands };
                output::plain_json(&told).map(output::line)
            });
        }
        let hours = state.ahead.as_ref().map_or(0, |ahead| ahead.seconds / 3_600);
        let ahead = match (state.enabled, hours / 24, hours % 24) {
            (false, ..) => "real time: this is no sandbox".to_owned(),
            (true, days, hours) => format!("{days} days and {hours} hours ahead of real time"),
        };
        output::line(format!("it is {} UTC, {ahead}", output::time(state.now.as_ref())));
        if !self.services.is_empty() {
            let mut table = output::table(&["service", "its time (UTC)", "stands"]);
            for one in &self.services {
                let (now, stands) = self.word(one);
                let now = now.map(|now| now.strftime("%Y-%m-%d %H:%M").to_string());
                table.add_row([one.service.clone(), now.unwrap_or_default(), stands]);
            }
            output::line(table);
        }
        Ok(())
    }

    /// Fails where not all stand at one time.
    fn verdict(&self) -> Result<(), Failure> {
        let behind: Vec<&str> = self.behind().map(|one| one.service.as_str()).collect();
        if !behind.is_empty() {
            let message =
                format!("not all services have the time of the sandbox: behind is {}", behind.join(", "));
            return Err(Failure { exit: 1, message });
        }
        let furthest = self.services.iter().filter_map(|one| one.ahead.as_ref().ok()).max();
        match furthest.filter(|furthest| **furthest > self.wanted) {
            None => Ok(()),
            // A clock never goes back; the one that moves it may have, to a backup.
            Some(furthest) => Err(Failure {
                exit: 1,
                message: format!(
                    "a service is further ahead than the one that moves the clock; this makes them equal: seamless clock advance {}s",
                    (*furthest - self.wanted).as_secs() + 1
                ),
            }),
        }
    }
}

/// How far ahead of real time a service is, as it says in its health.
async fn ahead_of(connection: &Connection) -> Result<SignedDuration, String> {
    let mut client = connection.health();
    let asked = tokio::time::timeout(PATIENCE, client.check(HealthCheckRequest::default())).await;
    let answer = match asked {
        Err(_) => return Err("does not answer".to_owned()),
        Ok(Err(status)) => return Err(format!("does not answer: {}", status.message())),
        Ok(Ok(answer)) => answer,
    };
    let told = answer.metadata().get(SANDBOX_AHEAD).and_then(|told| told.to_str().ok()?.parse().ok());
    told.map(SignedDuration::from_micros).ok_or_else(|| "goes by real time: it is in no sandbox".to_owned())
}

/// In whole microseconds, as services keep it.
fn micros(duration: SignedDuration) -> SignedDuration {
    SignedDuration::from_micros(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
}
