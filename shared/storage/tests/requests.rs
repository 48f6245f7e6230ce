//! A partner's back end that did not hear our answer asks again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure is a failed test")]

mod ledger;

use futures::FutureExt;
use futures::future::join_all;
use ledger::*;
use seamless_storage::{Database, StorageError, requests};
use seamless_testkit::{TestDatabase, on_each_database};
use uuid::Uuid;

on_each_database!(gives_the_first_answer_again, forgets_old_answers_batch_by_batch);

const CREATE: &str = "seamless.notifications.v1.NotificationService/CreateNotification";

/// Sends one alert, and keeps `answer` as what was said to the request.
async fn send(database: &Database, caller: &'static str, id: Uuid, answer: i64) -> Result<(), StorageError> {
    database
        .write(move |tx| {
            async move {
                requests::record(tx, caller, &id, CREATE, &[7; 32], &answer.to_be_bytes(), answer).await?;
                count_one_more(tx).await
            }
            .boxed()
        })
        .await
}

async fn gives_the_first_answer_again(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let id = Uuid::new_v4();
    assert_eq!(requests::find(database.read(), "ca-hc", &id).await.unwrap(), None);

    // The partner's retries arrive all at once.
    let answered = join_all((1..=8).map(|answer| send(&database, "ca-hc", id, answer))).await;
    let (first, refused): (Vec<_>, Vec<_>) =
        answered.into_iter().zip(1i64..).partition(|(sent, _)| sent.is_ok());
    let [(Ok(()), answer)] = first[..] else { panic!("{first:?}") };
    assert!(
        refused.iter().all(|(sent, _)| matches!(sent, Err(StorageError::UniqueViolation { constraint, .. })
        if constraint.contains("request"))),
        "{refused:?}"
    );

    let record = requests::find(database.read(), "ca-hc", &id).await.unwrap().unwrap();
    assert_eq!(record.response, answer.to_be_bytes());
    assert_eq!(
        (record.method.as_str(), record.fingerprint, record.create_time_us),
        (CREATE, [7; 32], answer)
    );
    assert_eq!(read_count(database.read(), &count_of_ca_hc()).await, Ok(1), "the work was done once");

    // The same id of another caller is another request.
    assert_eq!(requests::find(database.read(), "eu-just", &id).await.unwrap(), None);
    send(&database, "eu-just", id, 9).await.unwrap();
}

async fn forgets_old_answers_batch_by_batch(test: TestDatabase) {
    let database = open_ledger(&test).await;
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::new_v4()).collect();
    for (time, id) in (1..).zip(&ids) {
        send(&database, "ca-hc", *id, time).await.unwrap();
    }
    let purge = || database.write(|tx| requests::purge(tx, 4, 2).boxed());
    assert_eq!([purge().await.unwrap(), purge().await.unwrap(), purge().await.unwrap()], [2, 1, 0]);
    let mut kept = Vec::new();
    for id in &ids {
        kept.push(requests::find(database.read(), "ca-hc", id).await.unwrap().is_some());
    }
    assert_eq!(kept, [false, false, false, true, true]);
}
