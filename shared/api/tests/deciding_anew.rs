//! Many change one record at the same time: each decides anew until its decision is by what is there, and nothing is done
//! twice.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure is a failed test")]

mod counter;

use std::time::Duration;

use counter::{Counter, call};
use futures::{FutureExt, future::join_all};
use seamless_api::Contention;
use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::config::Validate;
use seamless_testkit::{TestDatabase, on_each_database};
use tonic::Code;
use uuid::Uuid;

on_each_database!(
    all_of_many_rivals_count_and_none_twice,
    a_crowd_takes_turns_so_that_few_attempts_do,
    whoever_decides_within_a_decision_waits_for_no_turn,
    whoever_gives_up_says_so_and_has_done_nothing,
    a_repeated_call_gets_its_first_answer,
);

const POLICY: Contention = Contention {
    attempts: 40,
    first_pause: Duration::from_millis(4),
    longest_pause: Duration::from_millis(256),
};

async fn all_of_many_rivals_count_and_none_twice(test: TestDatabase) {
    let counter = Counter::new(&test, POLICY).await;
    let rivals = (0..16).map(|_| {
        let counter = counter.clone();
        tokio::spawn(async move { counter.count_up(&call(Uuid::new_v4(), 1), true).await })
    });
    let mut counted = Vec::new();
    let mut attempts = 0;
    for rival in join_all(rivals).await {
        let (count, made) = rival.unwrap();
        counted.push(count.unwrap());
        attempts += made;
    }
    counted.sort_unstable();
    assert_eq!(counted, (2..=17).collect::<Vec<i64>>());
    assert_eq!(counter.count().await, 17);
    assert!(attempts > 16, "nobody met anybody, so nothing was tested");
}

async fn a_crowd_takes_turns_so_that_few_attempts_do(test: TestDatabase) {
    // Each would win one time in many if all tried again whenever they like.
    let policy = Contention { attempts: 4, ..POLICY };
    let counter = Counter::new(&test, policy).await;
    let rivals = (0..200).map(|_| {
        let counter = counter.clone();
        tokio::spawn(async move { counter.count_up(&call(Uuid::new_v4(), 1), true).await })
    });
    let counted = join_all(rivals).await.into_iter().map(|rival| rival.unwrap());
    let (counted, attempts): (Vec<_>, Vec<u32>) = counted.unzip();
    assert_eq!(counted.iter().filter(|count| count.is_err()).count(), 0, "{attempts:?}");
    assert_eq!(counter.count().await, 201);
    assert!(attempts.iter().sum::<u32>() > 200, "nobody met anybody, so nothing was tested");
}

async fn whoever_decides_within_a_decision_waits_for_no_turn(_: TestDatabase) {
    let turns = POLICY.turns();
    let mut outer = turns.attempts("a call");
    assert!(outer.another().await && outer.another().await, "the second attempt takes the turn");
    let mut within = turns.attempts_within();
    for _ in 0..POLICY.attempts.min(4) {
        assert!(within.another().await);
    }
    let mut of_another_kind = turns.attempts("another call");
    assert!(
        of_another_kind.another().await && of_another_kind.another().await,
        "which waits for nobody here"
    );
    let mut waiting = turns.attempts("a call");
    assert!(waiting.another().await, "the first attempt needs no turn");
    assert!(waiting.another().now_or_never().is_none(), "the turn is taken");
    // Whoever lost again goes to the end of the queue.
    let second = async {
        assert!(waiting.another().await);
        drop(waiting);
    };
    let (third, ()) = futures::join!(outer.another(), second);
    assert!(third && outer.made() == 3);
}

async fn whoever_gives_up_says_so_and_has_done_nothing(test: TestDatabase) {
    let counter = Counter::new(&test, POLICY).await;
    let hasty = counter.by(Contention { attempts: 1, ..POLICY });
    // One attempt each: of those that read the same count, one alone counts up.
    let rivals = (0..16).map(|_| {
        let hasty = hasty.clone();
        tokio::spawn(async move { hasty.count_up(&call(Uuid::new_v4(), 1), true).await })
    });
    let mut successes = 0;
    for rival in join_all(rivals).await {
        match rival.unwrap() {
            (Ok(_), made) => {
                assert_eq!(made, 1);
                successes += 1;
            }
            (Err(error), made) => {
                assert_eq!(made, 1);
                assert_eq!((error.code(), error.error_reason()), (Code::Aborted, ErrorReason::Contention));
            }
        }
    }
    assert!((1..16).contains(&successes), "nobody met anybody, so nothing was tested");
    assert_eq!(counter.count().await, 1 + successes);
}

async fn a_repeated_call_gets_its_first_answer(test: TestDatabase) {
    let counter = Counter::new(&test, POLICY).await;
    let id = Uuid::new_v4();
    assert_eq!(counter.count_up(&call(id, 1), true).await.0.unwrap(), 2);
    assert_eq!(counter.count_up(&call(Uuid::new_v4(), 1), true).await.0.unwrap(), 3);
    assert_eq!(counter.count_up(&call(id, 1), true).await.0.unwrap(), 2);
    // Whoever has lost the right since gets no old answer either, and other content is another request.
    let denied = counter.count_up(&call(id, 1), false).await.0.unwrap_err();
    assert_eq!(denied.error_reason(), ErrorReason::ResourceDenied);
    let reused = counter.count_up(&call(id, 2), true).await.0.unwrap_err();
    assert_eq!(reused.error_reason(), ErrorReason::RequestIdReused);
    assert_eq!(counter.count().await, 3);
}

#[test]
fn a_policy_that_cannot_be_is_refused_by_its_key() {
    let wrong = |policy: Contention| policy.validate().unwrap_err().to_string();
    assert!(POLICY.validate().is_ok());
    for attempts in [0, 101] {
        let text = wrong(Contention { attempts, ..POLICY });
        assert!(text.contains("attempts") && text.contains("1 to 100"), "{text}");
    }
    let text = wrong(Contention { first_pause: Duration::from_millis(1_001), ..POLICY });
    assert!(text.contains("first_pause") && text.contains("0ms to 1s"), "{text}");
    for longest_pause in [Duration::from_millis(1), Duration::from_secs(11)] {
        let text = wrong(Contention { longest_pause, ..POLICY });
        assert!(text.contains("longest_pause") && text.contains("4ms to 10s"), "{text}");
    }
}
