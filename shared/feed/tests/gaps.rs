//! A follower notices that an event is missing, by the position that the next one names, and reads again.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{StreamExt, stream::BoxStream};
use sea_orm::DatabaseTransaction;
use seamless_feed::{Effect, Follower, follow};
use seamless_proto::seamless::feed::v1::{
    AcknowledgePositionRequest, AcknowledgePositionResponse, Event, FollowEventsRequest, GetDigestRequest,
    GetDigestResponse, ReadEventsRequest, ReadEventsResponse,
    feed_service_server::{FeedService, FeedServiceServer},
};
use seamless_storage::StorageError;
use seamless_testkit::{TestDatabase, eventually};
use support::{Feed, channel};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport::Server};

/// A source of five events that leaves out position 2 on the first connection, and position 4 on every one.
#[derive(Clone, Default)]
struct Forgetful {
    asked_after: Arc<Mutex<Vec<i64>>>,
}

#[async_trait::async_trait]
impl FeedService for Forgetful {
    type FollowEventsStream = BoxStream<'static, Result<Event, Status>>;

    async fn follow_events(
        &self,
        request: Request<FollowEventsRequest>,
    ) -> Result<Response<Self::FollowEventsStream>, Status> {
        let after = request.into_inner().after_position;
        let mut asked_after = self.asked_after.lock().unwrap();
        asked_after.push(after);
        let forgotten: &[i64] = if asked_after.len() == 1 { &[2, 4] } else { &[4] };
        let events: Vec<_> = (after + 1..=5)
            .filter(|position| !forgotten.contains(position))
            .map(|position| Ok(Event { position, previous_position: position - 1, ..Event::default() }))
            .collect();
        Ok(Response::new(futures::stream::iter(events).chain(futures::stream::pending()).boxed()))
    }

    async fn read_events(
        &self,
        _: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn acknowledge_position(
        &self,
        _: Request<AcknowledgePositionRequest>,
    ) -> Result<Response<AcknowledgePositionResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn get_digest(&self, _: Request<GetDigestRequest>) -> Result<Response<GetDigestResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[derive(Default)]
struct Seen(Mutex<Vec<i64>>);

#[async_trait::async_trait]
impl Effect for Seen {
    async fn apply(&self, _: &DatabaseTransaction, events: &[Event]) -> Result<(), StorageError> {
        self.0.lock().unwrap().extend(events.iter().map(|event| event.position));
        Ok(())
    }

    async fn begin_anew(&self, _: &DatabaseTransaction) -> Result<(), StorageError> {
        panic!("nothing is restored here");
    }

    async fn apply_anew(&self, _: &DatabaseTransaction, _: &[Event]) -> Result<(), StorageError> {
        panic!("nothing is restored here");
    }

    async fn replace(&self, _: &DatabaseTransaction) -> Result<(), StorageError> {
        panic!("nothing is restored here");
    }
}

#[tokio::test]
async fn a_missing_event_is_read_again_and_one_that_never_comes_does_not_stop_the_rest() {
    let source = Forgetful::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = Server::builder().add_service(FeedServiceServer::new(source.clone()));
    tokio::spawn(serving.serve_with_incoming(TcpListenerStream::new(listener)));

    let test = TestDatabase::sqlite().await;
    let database = Feed::create(&test.database).await.database;
    let (seen, token) = (Arc::new(Seen::default()), CancellationToken::new());
    let follower = Follower::new("forgetful", channel(address), database.clone());
    let run = tokio::spawn({
        let (seen, token) = (Arc::clone(&seen), token.clone());
        async move { follower.run(seen, token).await }
    });
    eventually("the last event is applied", Duration::from_secs(60), async || {
        follow::checkpoint(database.read(), "forgetful").await.unwrap() == 5
    })
    .await;
    token.cancel();
    run.await.unwrap();

    assert_eq!(*seen.0.lock().unwrap(), [1, 2, 3, 5]);
    let asked_after = source.asked_after.lock().unwrap();
    assert!(asked_after.len() >= 3, "{asked_after:?}");
}
