//! Authorities that want much at once, and what is left to others.

use std::time::Duration;

use futures::{FutureExt, StreamExt, stream};
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::reason_of;
use tonic::Code;
use tonic_types::StatusExt;

use crate::attacks::assert_over_quota;
use crate::desk::PATIENCE;
use crate::stack::{Stack, alert};

#[tokio::test]
async fn an_authority_has_half_of_the_places_and_another_still_gets_in() {
    let stack = Stack::with(|settings| {
        settings.limits.max_concurrent_calls = 8;
        settings.fairness.heavy_calls = Some(64);
    })
    .await;
    let greedy = stack.client_of("cn-gacc");
    let calls: Vec<_> = (0..4)
        .map(|_| {
            let greedy = greedy.clone();
            tokio::spawn(async move { greedy.file("never").await })
        })
        .collect();
    let refusal = async {
        loop {
            if let Err(refusal) = greedy.file("toy").await {
                return refusal;
            }
        }
    };
    let refusal = tokio::time::timeout(PATIENCE, refusal).await.unwrap();
    assert_over_quota(&refusal, "authority:cn-gacc");
    let colleague = stack.client_of("cn-gacc/officer-8").file("toy").await.unwrap_err();
    assert_over_quota(&colleague, "authority:cn-gacc");
    assert_eq!(stack.client().file("toy").await.unwrap(), "toy");

    calls.iter().for_each(|call| call.abort());
    let free = async {
        while greedy.file("toy").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.expect("calls that ended made room");
}

#[tokio::test]
async fn streams_are_counted_apart_from_calls() {
    let stack = Stack::with(|settings| settings.limits.max_concurrent_streams = 4).await;
    let greedy = stack.client_of("cn-gacc");
    let mut streams = Vec::new();
    for _ in 0..2 {
        streams.push(greedy.follow(alert("on and on")).await.unwrap());
    }
    let refusal = greedy.follow(alert("on and on")).await.unwrap_err();
    assert_over_quota(&refusal, "authority:cn-gacc");
    let refusal = greedy.take(stream::pending()).await.unwrap_err();
    assert_over_quota(&refusal, "authority:cn-gacc");
    assert_eq!(greedy.file("toy").await.unwrap(), "toy", "a call needs no place of a stream");
    let mut other = stack.client().follow(alert("on and on")).await.unwrap();
    assert_eq!(other.message().await.unwrap(), Some(alert("first")));
}

#[tokio::test]
async fn heavy_calls_of_one_wait_for_each_other_and_those_of_another_do_not_wait_for_them() {
    const CALLS: usize = 10;
    let stack = Stack::with(|settings| settings.fairness.heavy_calls = Some(2)).await;
    let greedy = stack.client_of("cn-gacc");
    let calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let greedy = greedy.clone();
            tokio::spawn(async move { greedy.file("wait").await })
        })
        .collect();
    stack.desk.arrived.notified().await;
    assert_eq!(stack.client().file("toy").await.unwrap(), "toy");
    assert!(stack.desk.arrived.notified().now_or_never().is_none(), "one of the ten runs");
    for call in 0..CALLS {
        stack.desk.go_on.notify_one();
        if call + 1 < CALLS {
            stack.desk.arrived.notified().await;
        }
    }
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), "waited", "whoever waited had its turn");
    }
}

#[tokio::test]
async fn a_stream_on_which_nothing_comes_is_ended_and_a_slow_one_is_not() {
    let stack = Stack::with(|settings| settings.limits.request_idle = Duration::from_millis(400)).await;
    let client = stack.client();
    stack.desk.go_on.notify_one();
    let silent = tokio::time::timeout(PATIENCE, client.take(stream::pending())).await.unwrap().unwrap_err();
    assert_eq!(
        (silent.code(), reason_of(&silent)),
        (Code::DeadlineExceeded, Some(ErrorReason::DeadlineExceeded)),
        "{silent:?}"
    );
    assert_eq!(silent.get_details_error_info().unwrap().metadata["request_idle"], "400ms");

    let slowly = stream::iter(0..5).then(|number| async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        alert(&format!("toy {number}"))
    });
    stack.desk.go_on.notify_one();
    assert_eq!(client.take(slowly).await.unwrap(), "5");
    // Nor does it count how long the service takes.
    let (desk, went_on) = (stack.desk.clone(), Duration::from_millis(900));
    tokio::spawn(async move {
        tokio::time::sleep(went_on).await;
        desk.go_on.notify_one();
    });
    assert_eq!(client.take(stream::iter([alert("toy")])).await.unwrap(), "1");
}

#[tokio::test]
async fn a_quota_counts_calls_and_what_answers_hold_for_each_principal() {
    let stack = Stack::with(|settings| {
        settings.fairness.quota_per_second = 2;
        settings.fairness.quota_burst = 3;
        settings.fairness.quota_unit_bytes = 100;
    })
    .await;
    let client = stack.client();
    for _ in 0..3 {
        client.file("toy").await.unwrap();
    }
    let refusal = client.file("toy").await.unwrap_err();
    assert_over_quota(&refusal, "principal:officer-7 of eu-just");
    let quota = &refusal.get_error_details().quota_failure().unwrap().violations[0].description.clone();
    assert_eq!(quota, "2 units a second, 3 at once");
    let wait = refusal.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(wait <= Duration::from_millis(501), "{wait:?}");

    let colleague = stack.client_of("eu-just/officer-8");
    colleague.file(&"x".repeat(1000)).await.unwrap();
    let refusal = colleague.file("toy").await.unwrap_err();
    let owed = refusal.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(owed > Duration::from_secs(3), "a large answer costs more: {owed:?}");

    tokio::time::sleep(wait).await;
    assert_eq!(client.file("toy").await.unwrap(), "toy", "after the time that it was told");
}
