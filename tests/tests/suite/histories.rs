//! Random histories of several authorities, played on a running service. Whatever they do in whatever order: nobody ever
//! sees a text that is not meant for him, every clock is due when a slow calculation says so, ledgers never go back, and
//! no feed has a gap. What must hold is worked out in `model`, from the contract and the rules of the domain alone.

mod acts;
mod chance;
mod model;
mod slow_clock;
mod watch;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use crate::{assert_none, running::Running};
use acts::Player;
use chance::Chance;
use model::Case;
use watch::Watch;

/// Everybody who plays. The Dutch and the French stand behind the Commission.
const AUTHORITIES: [&str; 6] = ["nl-nvwa", "fr-dgccrf", "eu-just", "cn-gacc", "ca-hc", "us-cpsc"];
/// Histories that are played at once.
const AT_ONCE: u64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn no_history_shows_anybody_what_is_not_his() {
    play(120, 24).await;
}

/// The same with two thousand histories; continuous integration runs it too.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn none_of_two_thousand_histories_shows_anybody_what_is_not_his() {
    play(2_000, 24).await;
}

#[allow(clippy::print_stderr, reason = "how much was played tells what the test is worth")]
async fn play(histories: u64, acts: usize) {
    let running = Arc::new(Running::in_a_sandbox().await);
    let cases: Arc<Mutex<HashMap<u64, Case>>> = Arc::default();
    let mut players = tokio::task::JoinSet::new();
    for first in 0..AT_ONCE {
        let (running, cases) = (running.clone(), cases.clone());
        players.spawn(async move {
            let partners = acts::partners(&running);
            for number in (first..histories).step_by(AT_ONCE as usize) {
                let mut player = Player::new(partners.clone(), number, Chance::seeded(number));
                player.play(acts).await;
                cases.lock().unwrap().insert(number, player.into_case());
            }
        });
    }
    while let Some(played) = players.join_next().await {
        played.unwrap();
    }
    let cases = Arc::into_inner(cases).unwrap().into_inner().unwrap();
    let mut findings = Vec::new();
    let mut seen = 0;
    let cases = Arc::new(cases);
    // Reading opens what is read, which others are told: so all have read before anybody's feed is looked at.
    let mut reading = tokio::task::JoinSet::new();
    for authority in AUTHORITIES {
        let running = running.clone();
        reading.spawn(async move { Watch::of(&running, authority).await });
    }
    let mut looking = tokio::task::JoinSet::new();
    for mut watch in reading.join_all().await {
        let cases = cases.clone();
        looking.spawn(async move {
            watch.read_feed().await;
            (watch.findings(&cases).await, watch.texts())
        });
    }
    for (found, texts) in looking.join_all().await {
        findings.extend(found);
        seen += texts;
    }
    assert_none("what the histories brought to light", &findings);
    let done: usize = cases.values().map(|case| case.done).sum();
    assert!(
        done > cases.len() * 5 && seen > cases.len() * 20,
        "{done} acts, {seen} texts: look at this test"
    );
    eprintln!("{} histories, {done} acts that were allowed, {seen} texts seen by somebody", cases.len());
}
