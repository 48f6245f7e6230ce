//! One authority takes all that it gets; what others still have.

use std::time::Duration;

use futures::{future::join_all, stream};
use seamless_proto::seamless::{
    error::v1::ErrorReason,
    feed::v1::FollowEventsRequest,
    notifications::v1::{self as wire, ImportOutcome},
};
use seamless_service::error::reason_of;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{running::Running, words::item};

/// A long time, in which nothing that works is still waiting.
const PATIENCE: Duration = Duration::from_secs(20);

#[track_caller]
fn over_its_share(refusal: &Status, authority: &str) {
    assert_eq!(
        (refusal.code(), reason_of(refusal)),
        (Code::ResourceExhausted, Some(ErrorReason::QuotaExceeded)),
        "{refusal:?}"
    );
    let details = refusal.get_error_details();
    assert_eq!(details.quota_failure().unwrap().violations[0].subject, format!("authority:{authority}"));
    assert!(details.retry_info().unwrap().retry_delay.is_some());
}

pub async fn silent_imports(running: Running) {
    let settings = [("server.limits.max_concurrent_streams", "8"), ("server.limits.request_idle", "1s")];
    let running = running.with(&settings).await;
    let (gacc, mut just) = (running.partner("cn-gacc"), running.partner("eu-just"));
    let silent = || {
        let mut notifications = gacc.notifications.clone();
        async move {
            let mut results = notifications.import_notifications(stream::pending()).await?.into_inner();
            tokio::time::timeout(PATIENCE, results.message()).await.expect("it is ended")
        }
    };
    let begun = std::time::Instant::now();
    let ends = join_all((0..5).map(|_| silent()));
    let (ends, imported) = tokio::join!(ends, just.import(vec![item("1")]));
    assert_eq!(imported[0].outcome(), ImportOutcome::Created, "while another holds what it can get");

    let (refused, idle): (Vec<Status>, Vec<Status>) = ends
        .into_iter()
        .map(|end| end.expect_err("who sends nothing gets nothing"))
        .partition(|end| end.code() == Code::ResourceExhausted);
    assert_eq!((refused.len(), idle.len()), (1, 4), "half of the streams are its share");
    over_its_share(&refused[0], "cn-gacc");
    for end in idle {
        assert_eq!(reason_of(&end), Some(ErrorReason::DeadlineExceeded), "{end:?}");
        assert_eq!(end.get_details_error_info().unwrap().metadata["request_idle"], "1s");
    }
    assert!(begun.elapsed() >= Duration::from_secs(1));
    let mut notifications = gacc.notifications.clone();
    let empty = stream::iter(Vec::<wire::ImportNotificationsRequest>::new());
    let mut results =
        notifications.import_notifications(empty).await.expect("its places are free again").into_inner();
    assert_eq!(results.message().await.unwrap(), None);
}

pub async fn followers(running: Running) {
    let running = running.with(&[("server.limits.max_concurrent_streams", "4")]).await;
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    let from_the_start = FollowEventsRequest { after_position: 0, ..FollowEventsRequest::default() };
    let mut streams = Vec::new();
    for _ in 0..2 {
        streams.push(just.feed.follow_events(from_the_start.clone()).await.unwrap().into_inner());
    }
    over_its_share(&just.feed.follow_events(from_the_start.clone()).await.unwrap_err(), "eu-just");
    let mut heard = gacc.feed.follow_events(from_the_start.clone()).await.unwrap().into_inner();
    let first = tokio::time::timeout(PATIENCE, heard.message()).await.unwrap().unwrap();
    assert!(first.is_some_and(|event| event.subject.starts_with(&name)), "another hears what concerns it");
    for stream in &mut streams {
        let own = tokio::time::timeout(PATIENCE, stream.message()).await.unwrap().unwrap();
        assert!(own.is_some(), "and so do those that were let in");
    }
}
