//! Measures policies of deciding anew: many callers change one record at the same time, over
//! three replicas, on both databases.
//!
//! `cargo run --release -p seamless-api --example contention` prints, for each policy, how many calls were answered and how
//! many gave up, how many attempts those that were answered took, and how long all of it lasted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a measure, which fails loudly and prints"
)]

#[path = "../tests/counter/mod.rs"]
mod counter;

use std::time::{Duration, Instant};

use counter::{Counter, call};
use futures::future::join_all;
use seamless_api::Contention;
use seamless_testkit::TestDatabase;
use uuid::Uuid;

/// Callers at the same time.
const CALLERS: usize = 60;
/// Over which they are spread.
const REPLICAS: usize = 3;
/// Calls of each, one after the other.
const CALLS: usize = 10;
/// Attempts, first and longest pause in milliseconds.
const POLICIES: [(u32, u64, u64); 9] = [
    (5, 0, 0),
    (10, 2, 256),
    (12, 0, 0),
    (20, 2, 256),
    (20, 4, 256),
    (30, 2, 128),
    (30, 4, 64),
    (50, 0, 0),
    (50, 2, 64),
];

async fn measure(database: &str, counter: &Counter) {
    for (attempts, first, longest) in POLICIES {
        let policy = Contention {
            attempts,
            first_pause: Duration::from_millis(first),
            longest_pause: Duration::from_millis(longest),
        };
        let began = Instant::now();
        let replicas: Vec<Counter> = (0..REPLICAS).map(|_| counter.by(policy)).collect();
        let callers = (0..CALLERS).map(|caller| {
            let counter = replicas[caller % REPLICAS].clone();
            tokio::spawn(async move {
                let mut calls = Vec::with_capacity(CALLS);
                for _ in 0..CALLS {
                    let began = Instant::now();
                    let (counted, made) = counter.count_up(&call(Uuid::new_v4(), 1), true).await;
                    calls.push((counted.is_ok(), made, began.elapsed()));
                }
                calls
            })
        });
        let calls: Vec<_> = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
        let wall = began.elapsed();
        let mut made: Vec<u32> = calls.iter().filter(|call| call.0).map(|call| call.1).collect();
        let mut took: Vec<Duration> = calls.iter().filter(|call| call.0).map(|call| call.2).collect();
        made.sort_unstable();
        took.sort_unstable();
        let at = |share: usize| (made.len() - 1) * share / 100;
        println!(
            "{database:8} {attempts:3} attempts {first:2}..{longest:3} ms: {:3} answered, {:3} gave up; attempts p50 {:2} p99 \
             {:2} max {:2}; {:5} in all; p50 {:4} ms, p99 {:5} ms; {:5} ms",
            made.len(),
            calls.len() - made.len(),
            made[at(50)],
            made[at(99)],
            made[at(100)],
            calls.iter().map(|call| call.1).sum::<u32>(),
            took[at(50)].as_millis(),
            took[at(99)].as_millis(),
            wall.as_millis(),
        );
    }
}

#[tokio::main]
async fn main() {
    let any = Contention { attempts: 1, first_pause: Duration::ZERO, longest_pause: Duration::ZERO };
    let sqlite = TestDatabase::sqlite().await;
    measure("SQLite", &Counter::new(&sqlite, any).await).await;
    match TestDatabase::postgres().await {
        Some(postgres) => measure("Postgres", &Counter::new(&postgres, any).await).await,
        None => println!("PostgreSQL was not measured"),
    }
}
