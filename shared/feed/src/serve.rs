//! The feed as its readers call it: `seamless.feed.v1.FeedService`.
//!
//! Invariant: a stream or a sequence of pages shows each event that the reader is entitled to once, in ascending
//! position, whatever is committed meanwhile. The gate has authenticated the caller and checked its scope.

use std::sync::Arc;

use futures::stream::BoxStream;
use seamless_calendar::Clock;
use seamless_identity::{AuthorityId, Principal};
use seamless_proto::seamless::feed::v1::{
    AcknowledgePositionRequest, AcknowledgePositionResponse, Event, FollowEventsRequest, GetDigestRequest,
    GetDigestResponse, ReadEventsRequest, ReadEventsResponse, feed_service_server::FeedService,
};
use seamless_service::{StreamShutdown, error::ApiError};
use seamless_storage::Database;
use tonic::{Request, Response, Status};

use crate::{
    FeedSignal, StoredEvent,
    acknowledge::{self, Outcome},
    failure,
    reader::{Reader, timestamp},
    stream,
};

const DEFAULT_PAGE: usize = 500;
const LARGEST_PAGE: usize = 1_000;

/// What a service knows of its events: how to redact them.
#[async_trait::async_trait]
pub trait Redactor: Send + Sync + 'static {
    /// The data of each event, in the same order, as the reader may see it now; `None` for an event of which it may
    /// see nothing any more. Such an event is not shown, and does not count as previous to another.
    ///
    /// The reader has an entitlement to each of them: what is left to decide is which fields it may see.
    ///
    /// # Errors
    /// Ends the call or stream of the reader.
    async fn redact(
        &self,
        reader: &AuthorityId,
        events: &[StoredEvent],
    ) -> Result<Vec<Option<Vec<u8>>>, ApiError>;
}

/// Serves the log of one service.
pub struct FeedServer<R> {
    database: Database,
    signal: FeedSignal,
    redactor: Arc<R>,
    clock: Arc<dyn Clock>,
}

impl<R: Redactor> FeedServer<R> {
    /// A server of the log in `database`, whose writers tell `signal` of their commits.
    pub fn new(database: Database, signal: FeedSignal, redactor: R, clock: Arc<dyn Clock>) -> Self {
        Self { database, signal, redactor: Arc::new(redactor), clock }
    }

    fn reader<T>(&self, request: &Request<T>) -> Result<Reader<R>, ApiError> {
        let principal = Principal::from_extensions(request.extensions())
            .ok_or_else(|| ApiError::internal(PrincipalMissing))?;
        Ok(Reader {
            authority: principal.authority.clone(),
            database: self.database.clone(),
            redactor: Arc::clone(&self.redactor),
        })
    }

    async fn acknowledge(
        &self,
        authority: AuthorityId,
        principal: String,
        position: i64,
    ) -> Result<AcknowledgePositionResponse, ApiError> {
        if position < 1 {
            return Err(ApiError::invalid_field("position", "1 or more"));
        }
        let time_us = self.clock.now().as_microsecond();
        let outcome = self
            .database
            .write(move |tx| {
                let (authority, principal) = (authority.clone(), principal.clone());
                Box::pin(async move {
                    acknowledge::acknowledge(tx, &authority, &principal, position, time_us).await
                })
            })
            .await
            .map_err(failure::of_storage)?;
        match outcome {
            Outcome::Acknowledged(acknowledgement) => Ok(AcknowledgePositionResponse {
                position: acknowledgement.position,
                acknowledge_time: Some(timestamp(acknowledgement.time_us)),
            }),
            Outcome::Earlier { acknowledged } => Err(ApiError::invalid_field(
                "position",
                format!("at least {acknowledged}, which was acknowledged before"),
            )),
            Outcome::BeyondHead { head } => {
                Err(ApiError::invalid_field("position", format!("at most {head}, the head of the feed")))
            }
        }
    }
}

/// The call did not pass the gate: a fault of the wiring.
#[derive(Debug, thiserror::Error)]
#[error("the request has no principal")]
struct PrincipalMissing;

/// Checks a position to go on from against the head. A position beyond it comes from another feed, or from before a
/// restored backup; to wait for it would silently pass over what comes until then.
async fn check_after<R: Redactor>(reader: &Reader<R>, after: i64) -> Result<(), ApiError> {
    if after < 0 {
        return Err(ApiError::invalid_field("after_position", "not negative"));
    }
    let head = reader.head().await?;
    if after > head {
        return Err(ApiError::invalid_field(
            "after_position",
            format!("at most {head}, the head of the feed"),
        ));
    }
    Ok(())
}

#[async_trait::async_trait]
impl<R: Redactor> FeedService for FeedServer<R> {
    type FollowEventsStream = BoxStream<'static, Result<Event, Status>>;

    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let reader = self.reader(&request)?;
        let ReadEventsRequest { after_position, max } = request.into_inner();
        let max = match usize::try_from(max) {
            Ok(0) => DEFAULT_PAGE,
            Ok(max) => max.min(LARGEST_PAGE),
            Err(_) => return Err(ApiError::invalid_field("max", "not negative").into()),
        };
        check_after(&reader, after_position).await?;
        let page = reader.page(after_position, None, max).await?;
        Ok(Response::new(ReadEventsResponse {
            events: page.events,
            next_after_position: page.next_after,
            caught_up: page.caught_up,
        }))
    }

    async fn follow_events(
        &self,
        request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let reader = self.reader(&request)?;
        let drain = request
            .extensions()
            .get::<StreamShutdown>()
            .map(|StreamShutdown(token)| token.clone())
            .unwrap_or_default();
        let turns = request.extensions().get().cloned();
        let after = request.into_inner().after_position;
        check_after(&reader, after).await?;
        Ok(Response::new(stream::following(reader, self.signal.clone(), after, drain, turns)))
    }

    async fn acknowledge_position(
        &self,
        request: Request<AcknowledgePositionRequest>,
    ) -> Result<Response<AcknowledgePositionResponse>, Status> {
        let authority = self.reader(&request)?.authority;
        let principal = request.extensions().get::<Principal>().map(|principal| principal.subject.clone());
        let position = request.into_inner().position;
        Ok(Response::new(self.acknowledge(authority, principal.unwrap_or_default(), position).await?))
    }

    async fn get_digest(
        &self,
        request: Request<GetDigestRequest>,
    ) -> Result<Response<GetDigestResponse>, Status> {
        let reader = self.reader(&request)?;
        let GetDigestRequest { from_position, to_position } = request.into_inner();
        if from_position < 1 {
            return Err(ApiError::invalid_field("from_position", "1 or more").into());
        }
        let head = reader.head().await?;
        let to_position = match to_position {
            0 => head,
            to if to < from_position => {
                return Err(ApiError::invalid_field("to_position", "not before from_position").into());
            }
            to if to > head => {
                let wanted = format!("at most {head}, the head of the feed");
                return Err(ApiError::invalid_field("to_position", wanted).into());
            }
            to => to,
        };
        let digest = reader.digest(from_position, to_position).await?;
        Ok(Response::new(GetDigestResponse {
            from_position,
            to_position,
            count: digest.count(),
            digest: digest.finish(),
        }))
    }
}
