//! `training`: registrations a second, files of attendance, and slots, on each database.

mod attendance;
mod registrations;
mod slots;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use futures::{StreamExt, TryStreamExt, stream};
use seamless_proto::seamless::{
    training::v1::{
        self as wire, activity_service_client::ActivityServiceClient,
        registration_service_client::RegistrationServiceClient,
    },
    r#type::v1::{LanguageVersion, LocalTime, LocalizedText},
};
use seamless_testkit::{TestCredentials, TestDatabase};
use seamless_training::{Bound, Config, api::authorization::SCOPES};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Failure,
    connection::{self, Connection},
    outcome::{Goal, ONE_PROCESS},
};

/// Calls in flight.
const AT_ONCE: usize = 64;

/// Measures on SQLite, and on PostgreSQL where there is one.
///
/// # Errors
/// If the service refuses something, or a database fails.
pub async fn measure() -> Result<(), Failure> {
    let sqlite = (TestDatabase::sqlite().await, TestDatabase::sqlite().await);
    let note = format!("synchronous=full for both; {ONE_PROCESS}");
    on("sqlite", sqlite, Goal::AtLeast(1_000.0), note).await?;
    // Where there is no server, the testkit says so on standard error.
    if let (Some(ours), Some(plain)) = (TestDatabase::postgres().await, TestDatabase::postgres().await) {
        let note = format!("a private server of the testkit runs with fsync=off, for both; {ONE_PROCESS}");
        on("postgres", (ours, plain), Goal::None, note).await?;
    }
    Ok(())
}

async fn on(
    kind: &'static str,
    (ours, plain): (TestDatabase, TestDatabase),
    registrations: Goal,
    note: String,
) -> Result<(), Failure> {
    let credentials = TestCredentials::new();
    let config = Config::load(None, HashMap::new(), credentials.service_flags(&ours.url))?.settings;
    let bound = Bound::bind(config, credentials.shared_clock()).await?;
    let address = format!("https://localhost:{}", bound.address().port());
    let token = CancellationToken::new();
    let serving = tokio::spawn(bound.run(token.clone()));
    let service = Service { credentials, address, kind, note };
    registrations::measure(&service, &plain.database, registrations).await?;
    attendance::measure(&service, &plain.database).await?;
    slots::measure(&service).await?;
    drop(service);
    token.cancel();
    serving.await??;
    Ok(())
}

/// The service, as it runs.
struct Service {
    credentials: TestCredentials,
    address: String,
    /// Of the database.
    kind: &'static str,
    /// How to read what is measured.
    note: String,
}

impl Service {
    /// A connection of an authority.
    fn of(&self, authority: &str) -> Connection {
        let token = self.credentials.token(authority, &SCOPES);
        connection::of(self.credentials.channel(&self.address, Some(token)))
    }
}

/// An activity with seats for all; gives its name.
async fn webinar(connection: Connection) -> Result<String, Failure> {
    let mut client = ActivityServiceClient::new(connection);
    let title = LanguageVersion {
        language_code: "en".to_owned(),
        text: "Toys for online sellers".to_owned(),
        ..Default::default()
    };
    let start =
        LocalTime { local: "2036-03-15T09:00".to_owned(), zone: "Asia/Shanghai".to_owned(), later: None };
    let session =
        wire::Session { id: "day-1".to_owned(), start: Some(start), minutes: 90, ..Default::default() };
    let activity = wire::Activity {
        kind: wire::ActivityKind::Webinar.into(),
        arrangement: "eu-cn".to_owned(),
        title: Some(LocalizedText { versions: vec![title] }),
        format: wire::ActivityFormat::Online.into(),
        sessions: vec![session],
        registration: Some(wire::RegistrationTerms { capacity: 100_000, ..Default::default() }),
        ..Default::default()
    };
    let request = wire::CreateActivityRequest {
        activity: Some(activity),
        request_id: Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let name = client.create_activity(request).await?.into_inner().name;
    let request = wire::PublishActivityRequest {
        name: name.clone(),
        request_id: Uuid::new_v4().to_string(),
        ..Default::default()
    };
    client.publish_activity(request).await?;
    Ok(name)
}

/// Registers so many people, and says how long it took.
async fn register(
    connection: &Connection,
    parent: &str,
    people: std::ops::Range<usize>,
) -> Result<Duration, Failure> {
    let client = RegistrationServiceClient::new(connection.clone());
    let begun = Instant::now();
    let calls = stream::iter(people).map(|number| {
        let mut client = client.clone();
        let request = wire::RegisterRequest {
            parent: parent.to_owned(),
            registration: Some(wire::Registration {
                people: vec![wire::Person {
                    full_name: format!("Li Number {number}"),
                    email: format!("li.{number}@example.cn"),
                    organisation: "Ningbo Example Toys".to_owned(),
                    language: "zh-Hans".to_owned(),
                    zone: "Asia/Shanghai".to_owned(),
                    ..Default::default()
                }],
                audience: wire::TargetAudience::OnlineSeller.into(),
                country: "CN".to_owned(),
                ..Default::default()
            }),
            request_id: Uuid::new_v4().to_string(),
            ..Default::default()
        };
        async move {
            let made = client.register(request).await?.into_inner();
            match made.state() {
                wire::RegistrationState::Confirmed => Ok::<_, Failure>(()),
                other => Err(format!("a registration is {other:?}").into()),
            }
        }
    });
    calls.buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    Ok(begun.elapsed())
}
