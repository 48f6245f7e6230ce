//! What an authority can do to a service, each at full speed.

use std::{future::pending, sync::Arc, time::Duration};

use futures::{
    FutureExt, StreamExt,
    future::{LocalBoxFuture, join_all},
    stream,
};
use http::uri::PathAndQuery;
use prost::Message;
use seamless_proto::seamless::{feed::v1 as feed, notifications::v1 as wire};
use tokio_util::sync::CancellationToken;
use tonic::{IntoStreamingRequest, Status, client::Grpc};

use super::{Scene, passing::Passing, strangers};
use crate::connection::Connection;

/// Calls that one abuser keeps in flight.
const IN_FLIGHT: usize = 64;
/// Connections that it spreads them over: one carries at most 200 calls.
const CONNECTIONS: usize = 8;
/// Streams that it tries to hold.
const STREAMS: usize = 1_023;
/// How long a refused abuser waits before it tries again.
const PAUSE: Duration = Duration::from_millis(5);
/// Events that are taken of a feed before it is read anew: there are at least as many.
const EVENTS: usize = 10_000;
/// A word of a quarter of all alerts.
const COMMON_WORD: &str = "kettle";

/// A kind of abuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Follow,
    HeldStreams,
    SilentImports,
    Lists,
    Search,
    Similar,
    Export,
    Digest,
    IdleConnections,
    MuteConnections,
}

/// All of them.
pub const KINDS: [Kind; 10] = [
    Kind::Follow,
    Kind::HeldStreams,
    Kind::SilentImports,
    Kind::Lists,
    Kind::Search,
    Kind::Similar,
    Kind::Export,
    Kind::Digest,
    Kind::IdleConnections,
    Kind::MuteConnections,
];

impl Kind {
    /// What its measure is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Follow => "follow",
            Self::HeldStreams => "held-streams",
            Self::SilentImports => "silent-imports",
            Self::Lists => "lists-of-500",
            Self::Search => "search",
            Self::Similar => "similar",
            Self::Export => "export",
            Self::Digest => "digest",
            Self::IdleConnections => "idle-connections",
            Self::MuteConnections => "mute-connections",
        }
    }

    /// How many times the quiet p99 another authority's may be.
    pub fn most_times(self) -> f64 {
        match self {
            Self::IdleConnections | Self::MuteConnections => 2.0,
            _ => 3.0,
        }
    }
}

/// What an abuser got done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done {
    /// Calls, or connections, that were answered.
    pub done: u64,
    /// Those that were refused.
    pub refused: u64,
    /// Streams or connections that it held at once.
    pub most_at_once: usize,
}

impl Done {
    pub fn add(&mut self, other: &Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.most_at_once = self.most_at_once.max(other.most_at_once);
    }
}

/// An authority, or a stranger, that abuses.
pub struct Abuser {
    pub kind: Kind,
    pub scene: Arc<Scene>,
    pub stop: CancellationToken,
}

impl Abuser {
    /// Abuses until it is told to stop; its connections belong to the runtime that it runs in.
    pub fn run(self) -> LocalBoxFuture<'static, Done> {
        let Self { kind, scene, stop } = self;
        let running = &scene.running;
        let address = running.address().to_owned();
        let channels = (0..CONNECTIONS).map(|_| running.connection("eu-just")).collect();
        let ca = running.credentials.issuer().ca_certificate();
        let caller = Caller { channels, stop, names: scene.names.clone() };
        match kind {
            Kind::Follow => Box::pin(caller.again_and_again(
                "/seamless.feed.v1.FeedService/FollowEvents",
                |_| feed::FollowEventsRequest { after_position: 0, ..Default::default() },
                EVENTS,
            )),
            Kind::Lists => Box::pin(caller.again_and_again(
                "/seamless.notifications.v1.NotificationService/ListNotifications",
                |_| wire::ListNotificationsRequest { page_size: 500, ..Default::default() },
                usize::MAX,
            )),
            Kind::Search => Box::pin(caller.again_and_again(
                "/seamless.notifications.v1.NotificationService/SearchNotifications",
                |_| wire::SearchNotificationsRequest {
                    query: COMMON_WORD.to_owned(),
                    page_size: 500,
                    ..Default::default()
                },
                usize::MAX,
            )),
            Kind::Similar => Box::pin(caller.again_and_again(
                "/seamless.notifications.v1.SimilarityService/FindSimilar",
                |name| wire::FindSimilarRequest {
                    name: name.to_owned(),
                    max_candidates: 50,
                    min_probability: Some(0.0),
                    ..Default::default()
                },
                usize::MAX,
            )),
            Kind::Export => Box::pin(caller.again_and_again(
                "/seamless.notifications.v1.EvidenceService/ExportEvidence",
                |name| wire::ExportEvidenceRequest { name: name.to_owned() },
                usize::MAX,
            )),
            Kind::Digest => Box::pin(caller.again_and_again(
                "/seamless.feed.v1.FeedService/GetDigest",
                |_| feed::GetDigestRequest { from_position: 1, ..Default::default() },
                usize::MAX,
            )),
            Kind::HeldStreams => Box::pin(caller.hold("/seamless.feed.v1.FeedService/FollowEvents", || {
                stream::iter([feed::FollowEventsRequest { after_position: 0, ..Default::default() }]).boxed()
            })),
            Kind::SilentImports => Box::pin(caller.hold::<wire::ImportNotificationsRequest>(
                "/seamless.notifications.v1.NotificationService/ImportNotifications",
                || stream::pending().boxed(),
            )),
            Kind::IdleConnections => strangers::idle(address, ca, caller.stop).boxed_local(),
            Kind::MuteConnections => strangers::mute(address, caller.stop).boxed_local(),
        }
    }
}

struct Caller {
    channels: Vec<Connection>,
    names: Arc<[String]>,
    stop: CancellationToken,
}

impl Caller {
    /// Keeps calls of a method in flight; of each answer so many messages are taken.
    async fn again_and_again<M: Message + 'static>(
        self,
        path: &'static str,
        message: impl Fn(&str) -> M + Copy,
        most: usize,
    ) -> Done {
        let work = join_all((0..IN_FLIGHT).map(|number| {
            let caller = &self;
            async move {
                let mut done = Done::default();
                let calls = async {
                    for name in caller.names.iter().cycle().skip(number) {
                        match caller.call(path, stream::iter([message(name)]), number, most).await {
                            Ok(()) => done.done += 1,
                            Err(status) => {
                                if done.refused == 0 {
                                    tracing::info!(%status, path, "the abuser is refused");
                                }
                                done.refused += 1;
                                tokio::time::sleep(PAUSE).await;
                            }
                        }
                    }
                };
                caller.stop.run_until_cancelled(calls).await;
                done
            }
        }));
        let mut all = Done { most_at_once: IN_FLIGHT, ..Done::default() };
        work.await.iter().for_each(|done| all.add(done));
        all
    }

    /// Opens streams as long as it gets any, and holds them without reading.
    async fn hold<M: Message + 'static>(
        self,
        path: &'static str,
        requests: impl Fn() -> stream::BoxStream<'static, M>,
    ) -> Done {
        let mut done = Done::default();
        let mut held = Vec::new();
        let opening = async {
            loop {
                if held.len() == STREAMS {
                    return pending::<()>().await;
                }
                match self.open(path, requests(), held.len()).await {
                    Ok(stream) => {
                        done.done += 1;
                        held.push(stream);
                        done.most_at_once = held.len();
                    }
                    Err(_) => {
                        done.refused += 1;
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        };
        self.stop.run_until_cancelled(opening).await;
        done
    }

    async fn call<M: Message + 'static>(
        &self,
        path: &'static str,
        requests: impl futures::Stream<Item = M> + Send + 'static,
        number: usize,
        most: usize,
    ) -> Result<(), Status> {
        let mut answer = self.open(path, requests, number).await?;
        let mut taken = 0;
        while taken < most && answer.message().await?.is_some() {
            taken += 1;
        }
        Ok(())
    }

    async fn open<M: Message + 'static>(
        &self,
        path: &'static str,
        requests: impl futures::Stream<Item = M> + Send + 'static,
        number: usize,
    ) -> Result<tonic::Streaming<()>, Status> {
        let channel = self.channels[number % self.channels.len()].clone();
        let mut grpc = Grpc::new(channel).max_decoding_message_size(usize::MAX);
        grpc.ready().await.map_err(|fault| Status::unavailable(fault.to_string()))?;
        let path = PathAndQuery::from_static(path);
        let requests = requests.into_streaming_request();
        Ok(grpc.streaming(requests, path, Passing::<M>::default()).await?.into_inner())
    }
}
