//! The feed as its readers call it: `seamless.feed.v1.FeedService`.
//!
//! Invariant: a stream or a sequence of pages shows each event that the reader is entitled to once, in ascending
//! position, whatever is committed meanwhile; nothing of two epochs stands in one answer or stream. The gate has
//! authenticated the caller and checked its scope.

use std::{sync::Arc, time::Duration};

use futures::stream::BoxStream;
use seamless_calendar::Clock;
use seamless_identity::Principal;
use seamless_proto::seamless::feed::v1::{
    AcknowledgePositionRequest, AcknowledgePositionResponse, Event, FollowEventsRequest, GetDigestRequest,
    GetDigestResponse, ReadEventsRequest, ReadEventsResponse, feed_service_server::FeedService,
};
use seamless_service::{
    StreamShutdown,
    error::{ApiError, FieldViolation},
};
use seamless_storage::Database;
use tonic::{Request, Response, Status};

use crate::{
    FeedSignal, Redactor,
    acknowledge::{self, Outcome},
    failure,
    lost::{self, Followed},
    reader::{Reader, timestamp},
    stream::{self, Heartbeats},
    types::{self, Types, UnknownTypes},
};

const DEFAULT_PAGE: usize = 500;
const LARGEST_PAGE: usize = 1_000;
/// How long a stream with heartbeats is silent at most, where the service does not say otherwise.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Serves the log of one service.
pub struct FeedServer<R> {
    database: Database,
    signal: FeedSignal,
    redactor: Arc<R>,
    clock: Arc<dyn Clock>,
    heartbeat: Duration,
}

impl<R: Redactor> FeedServer<R> {
    /// A server of the log in `database`, whose writers tell `signal` of their commits.
    pub fn new(database: Database, signal: FeedSignal, redactor: R, clock: Arc<dyn Clock>) -> Self {
        Self { database, signal, redactor: Arc::new(redactor), clock, heartbeat: HEARTBEAT }
    }

    /// Sets how long a stream that was asked for heartbeats is silent at most.
    #[must_use]
    pub fn heartbeat(mut self, longest_silence: Duration) -> Self {
        self.heartbeat = longest_silence;
        self
    }

    fn reader<T>(&self, request: &Request<T>) -> Result<Reader<R>, ApiError> {
        let principal = Principal::from_extensions(request.extensions())
            .ok_or_else(|| ApiError::internal(PrincipalMissing))?;
        Ok(Reader {
            authority: principal.authority.clone(),
            types: Types::default(),
            database: self.database.clone(),
            signal: self.signal.clone(),
            redactor: Arc::clone(&self.redactor),
            clock: Arc::clone(&self.clock),
        })
    }

    async fn acknowledge(
        &self,
        reader: &Reader<R>,
        principal: String,
        request: AcknowledgePositionRequest,
    ) -> Result<AcknowledgePositionResponse, ApiError> {
        let AcknowledgePositionRequest { position, epoch } = request;
        let followed = followed(&epoch, vec![(position < 1, "position", "1 or more")])?;
        let head = lost::check(reader, followed, "position", position).await?;
        let authority = reader.authority.clone();
        let time_us = self.clock.now().as_microsecond();
        let outcome = self
            .database
            .write(move |tx| {
                let (authority, principal) = (authority.clone(), principal.clone());
                Box::pin(async move {
                    acknowledge::acknowledge(tx, &authority, &principal, followed, position, time_us).await
                })
            })
            .await
            .map_err(failure::of_storage)?;
        match outcome {
            Outcome::Acknowledged(acknowledgement) => Ok(AcknowledgePositionResponse {
                position: acknowledgement.position,
                acknowledge_time: Some(timestamp(acknowledgement.time_us)),
                epoch: head.epoch.id.to_string(),
            }),
            Outcome::Earlier { acknowledged } => Err(ApiError::invalid_field(
                "position",
                format!("at least {acknowledged}, which was acknowledged before"),
            )),
            // It was put back between the look at the head and the transaction.
            Outcome::Elsewhere(_) => Err(lost::changed(reader, followed, position).await?),
        }
    }
}

/// The call did not pass the gate: a fault of the wiring.
#[derive(Debug, thiserror::Error)]
#[error("the request has no principal")]
struct PrincipalMissing;

/// The epoch that a request names, if it is one and no other field is wrong: of each whether it is, its name, and what it
/// wants.
fn followed(epoch: &str, wrong: Vec<(bool, &'static str, &'static str)>) -> Result<Followed, ApiError> {
    asked(epoch, wrong, Ok(Types::default())).map(|(followed, _)| followed)
}

/// As [`followed`], with the types of events that the request names.
fn asked(
    epoch: &str,
    wrong: Vec<(bool, &'static str, &'static str)>,
    types: Result<Types, UnknownTypes>,
) -> Result<(Followed, Types), ApiError> {
    let wrong = wrong.into_iter().filter(|(is_wrong, ..)| *is_wrong);
    let mut violations: Vec<FieldViolation> =
        wrong.map(|(_, field, wanted)| FieldViolation::new(field, wanted)).collect();
    let followed = Followed::parse(epoch);
    if let Err(wanted) = followed {
        violations.push(FieldViolation::new("epoch", wanted));
    }
    match (followed, types) {
        (Ok(followed), Ok(types)) if violations.is_empty() => Ok((followed, types)),
        (_, types) => {
            let Err(UnknownTypes { violations: unknown, told }) = types else {
                return Err(ApiError::invalid_fields(violations));
            };
            violations.extend(unknown);
            Err(ApiError::invalid_fields(violations).metadata(types::TOLD, told.join(",")))
        }
    }
}

#[async_trait::async_trait]
impl<R: Redactor> FeedService for FeedServer<R> {
    type FollowEventsStream = BoxStream<'static, Result<Event, Status>>;

    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let mut reader = self.reader(&request)?;
        let ReadEventsRequest { after_position, max, epoch, types } = request.into_inner();
        let wrong =
            vec![(after_position < 0, "after_position", "not negative"), (max < 0, "max", "not negative")];
        let (followed, types) = asked(&epoch, wrong, Types::parse(&types, self.redactor.types()))?;
        reader.types = types;
        let max = match usize::try_from(max).unwrap_or_default() {
            0 => DEFAULT_PAGE,
            max => max.min(LARGEST_PAGE),
        };
        let head = lost::check(&reader, followed, "after_position", after_position).await?;
        let page = reader.page(after_position, None, max).await?;
        if page.head.epoch.id != head.epoch.id {
            return Err(lost::changed(&reader, followed, after_position).await?.into());
        }
        Ok(Response::new(ReadEventsResponse {
            events: page.events,
            next_after_position: page.next_after,
            caught_up: page.caught_up,
            epoch: page.head.epoch.id.to_string(),
        }))
    }

    async fn follow_events(
        &self,
        request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let mut reader = self.reader(&request)?;
        let drain = request
            .extensions()
            .get::<StreamShutdown>()
            .map(|StreamShutdown(token)| token.clone())
            .unwrap_or_default();
        let turns = request.extensions().get().cloned();
        let FollowEventsRequest { after_position, epoch, types, heartbeats } = request.into_inner();
        let wrong = vec![(after_position < 0, "after_position", "not negative")];
        let (followed, types) = asked(&epoch, wrong, Types::parse(&types, self.redactor.types()))?;
        reader.types = types;
        let head = lost::check(&reader, followed, "after_position", after_position).await?;
        let heartbeats = heartbeats.then(|| Heartbeats::every(self.heartbeat));
        Ok(Response::new(stream::following(reader, head.epoch, after_position, heartbeats, drain, turns)))
    }

    async fn acknowledge_position(
        &self,
        request: Request<AcknowledgePositionRequest>,
    ) -> Result<Response<AcknowledgePositionResponse>, Status> {
        let reader = self.reader(&request)?;
        let principal = request.extensions().get::<Principal>().map(|principal| principal.subject.clone());
        let acknowledged = self.acknowledge(&reader, principal.unwrap_or_default(), request.into_inner());
        Ok(Response::new(acknowledged.await?))
    }

    async fn get_digest(
        &self,
        request: Request<GetDigestRequest>,
    ) -> Result<Response<GetDigestResponse>, Status> {
        let mut reader = self.reader(&request)?;
        let GetDigestRequest { from_position, to_position, epoch, types } = request.into_inner();
        let wrong = vec![
            (from_position < 1, "from_position", "1 or more"),
            (to_position != 0 && to_position < from_position, "to_position", "not before from_position"),
        ];
        let (followed, types) = asked(&epoch, wrong, Types::parse(&types, self.redactor.types()))?;
        reader.types = types;
        let (field, furthest) = match to_position {
            // Behind the head there is nothing yet, and nothing to be proven.
            0 => (lost::DIGESTED_FROM, from_position - 1),
            to_position => (lost::DIGESTED, to_position),
        };
        let head = lost::check(&reader, followed, field, furthest).await?;
        let to_position = if to_position == 0 { head.position } else { to_position };
        let (digest, content) = reader.digest(from_position, to_position).await?;
        Ok(Response::new(GetDigestResponse {
            from_position,
            to_position,
            count: digest.count(),
            digest: digest.finish(),
            epoch: head.epoch.id.to_string(),
            content_digest: content.finish(),
        }))
    }
}
