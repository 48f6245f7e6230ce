//! `get`: GetNotification through the whole chassis, against a bare handler on the same store.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use seamless_api::ResourceName;
use seamless_feed::FeedSignal;
use seamless_notifications::{
    contract::{NotificationName, notification_out},
    domain::ports::NotificationReader,
    store::Store,
};
use seamless_proto::seamless::notifications::v1::{
    self as wire,
    notification_service_client::NotificationServiceClient,
    notification_service_server::{NotificationService, NotificationServiceServer},
};
use seamless_testkit::TestDatabase;
use tokio::task::JoinSet;
use tonic::{Request, Response, Status, Streaming};

use crate::{
    Failure, alerts,
    bare::Bare,
    connection::Connection,
    outcome::{Goal, ONE_PROCESS, Outcome},
    running::Running,
    tally::{Durations, Rate},
};

const STORED: usize = 10_000;
const IN_FLIGHT: u64 = 64;
const WARM_UP: Duration = Duration::from_secs(1);
const SLICE: Duration = Duration::from_secs(2);
const SLICES: u64 = 4;

/// Measures, as the originator of the notifications.
///
/// # Errors
/// If a call fails, or answers with another notification.
pub async fn measure() -> Result<(), Failure> {
    let running = Running::start(TestDatabase::sqlite().await).await?;
    let names: Arc<[String]> = running.import("eu-just", alerts::items(0..STORED)).await?.into();
    let store = Store::new(running.database.database.clone(), FeedSignal::new());
    let bare = Bare::start(NotificationServiceServer::new(BareGet { store })).await?;
    let mut ours = Caller::new(NotificationServiceClient::new(running.connection("eu-just")), &names)?;
    let mut plain = Caller::new(NotificationServiceClient::new(bare.connection().await?), &names)?;

    for caller in [&mut ours, &mut plain] {
        caller.slice(0, WARM_UP).await?;
        caller.forget()?;
    }
    for slice in 1..=SLICES {
        ours.slice(slice, SLICE).await?;
        plain.slice(slice, SLICE).await?;
    }
    let outcome = Outcome {
        measure: "get".to_owned(),
        value: ours.rate.per_second(),
        unit: "calls/s",
        baseline: plain.rate.per_second(),
        goal: Goal::RatioAtLeast(0.5),
        note: format!(
            "baseline: tonic without TLS, authorization and chassis on the same store; {ONE_PROCESS}"
        ),
        facts: vec![
            ("calls", ours.durations.count().into()),
            ("in_flight", IN_FLIGHT.into()),
            ("stored", STORED.into()),
            ("p50_ms", ours.durations.fact(0.5)),
            ("p99_ms", ours.durations.fact(0.99)),
            ("baseline_p50_ms", plain.durations.fact(0.5)),
            ("baseline_p99_ms", plain.durations.fact(0.99)),
            ("slices", ours.rate.range()),
            ("baseline_slices", plain.rate.range()),
        ],
    };
    drop((ours, plain));
    bare.stop().await?;
    running.stop().await?;
    outcome.print()
}

/// Calls by one connection.
struct Caller {
    client: NotificationServiceClient<Connection>,
    names: Arc<[String]>,
    rate: Rate,
    durations: Durations,
}

impl Caller {
    fn new(client: NotificationServiceClient<Connection>, names: &Arc<[String]>) -> Result<Self, Failure> {
        Ok(Self { client, names: names.clone(), rate: Rate::default(), durations: Durations::new()? })
    }

    fn forget(&mut self) -> Result<(), Failure> {
        self.rate = Rate::default();
        self.durations = Durations::new()?;
        Ok(())
    }

    /// Keeps the calls in flight for a time.
    async fn slice(&mut self, number: u64, length: Duration) -> Result<(), Failure> {
        let begun = Instant::now();
        let end = begun + length;
        let mut tasks = JoinSet::new();
        for task in 0..IN_FLIGHT {
            let keys = Keys(number * IN_FLIGHT + task);
            tasks.spawn(call_until(end, self.client.clone(), self.names.clone(), keys));
        }
        let mut durations = Durations::new()?;
        while let Some(called) = tasks.join_next().await {
            durations.merge(&called??)?;
        }
        self.rate.add(durations.count(), begun.elapsed());
        self.durations.merge(&durations)
    }
}

async fn call_until(
    end: Instant,
    mut client: NotificationServiceClient<Connection>,
    names: Arc<[String]>,
    mut keys: Keys,
) -> Result<Durations, Failure> {
    let mut durations = Durations::new()?;
    loop {
        let begun = Instant::now();
        if begun >= end {
            return Ok(durations);
        }
        let name = &names[keys.next(names.len())];
        let got = client.get_notification(wire::GetNotificationRequest { name: name.clone() }).await?;
        if got.get_ref().name != *name {
            return Err(format!("asked for {name}, got {}", got.get_ref().name).into());
        }
        durations.add(begun.elapsed());
    }
}

/// Keys in an order that is the same in each run (SplitMix64).
struct Keys(u64);

impl Keys {
    fn next(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % bound as u64) as usize
    }
}

/// The baseline's handler: the lookup and the answer, nothing else.
struct BareGet {
    store: Store,
}

/// The service with one method; the others are not called.
macro_rules! only_get {
    ($($other:ident: $request:ty => $response:ty;)+) => {
        #[tonic::async_trait]
        impl NotificationService for BareGet {
            async fn get_notification(
                &self,
                request: Request<wire::GetNotificationRequest>,
            ) -> Result<Response<wire::Notification>, Status> {
                let name = NotificationName::of(&request.get_ref().name);
                let name = name.ok_or_else(|| Status::invalid_argument("this names no notification"))?;
                let found = self.store.notification_get(name.0).await;
                let found = found.map_err(|error| Status::internal(error.to_string()))?;
                let found = found.ok_or_else(|| Status::not_found("there is none"))?;
                Ok(Response::new(notification_out(&found)))
            }

            $(async fn $other(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("not in the baseline"))
            })+

            type ImportNotificationsStream =
                futures::stream::Empty<Result<wire::ImportNotificationsResponse, Status>>;
        }
    };
}

only_get! {
    create_notification: wire::CreateNotificationRequest => wire::Notification;
    list_notifications: wire::ListNotificationsRequest => wire::ListNotificationsResponse;
    search_notifications: wire::SearchNotificationsRequest => wire::SearchNotificationsResponse;
    update_notification: wire::UpdateNotificationRequest => wire::Notification;
    submit_notification: wire::SubmitNotificationRequest => wire::Notification;
    validate_notification: wire::ValidateNotificationRequest => wire::ValidateNotificationResponse;
    transmit_notification: wire::TransmitNotificationRequest => wire::TransmitNotificationResponse;
    withdraw_notification: wire::WithdrawNotificationRequest => wire::Notification;
    import_notifications: Streaming<wire::ImportNotificationsRequest> => Self::ImportNotificationsStream;
}
