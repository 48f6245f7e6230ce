//! `fairness`: what an authority still gets while another takes all that it can, or strangers take connections.

mod abuse;
mod passing;
mod strangers;
mod victim;

use std::{future::Future, sync::Arc, thread, time::Duration};

use seamless_testkit::TestDatabase;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::{
    Failure, alerts,
    outcome::{Goal, Outcome, rounded},
    running::Running,
    tally::{Durations, Rate},
};

const STORED: usize = 10_000;
/// Alerts of the authority that is to be served.
const OWN: usize = 200;
const ROUNDS: usize = 3;
const SLICE: Duration = Duration::from_secs(2);
/// How long an abuser abuses before it is looked at what that does.
const RAMP: Duration = Duration::from_secs(1);
/// What an authority is due of a machine that two want.
const FAIR_SHARE: f64 = 0.5;
const NOTE: &str = "GetNotification of one authority, 2 calls in flight, while another abuses; baseline: without, by turns in \
                    the same run; service, abuser and caller have threads of their own, and share the cores";

/// What runs beside the measured calls.
struct Scene {
    running: Running,
    /// Alerts of the abuser.
    names: Arc<[String]>,
    /// Alerts of the authority that is to be served.
    own: Arc<[String]>,
}

/// Measures each abuser.
///
/// # Errors
/// If the authority that is to be served is refused or not answered.
pub async fn measure() -> Result<(), Failure> {
    let running = Running::start(TestDatabase::sqlite().await).await?;
    let names: Arc<[String]> = running.import("eu-just", alerts::items(0..STORED)).await?.into();
    let own: Arc<[String]> = running.import("ca-hc", alerts::items(STORED..STORED + OWN)).await?.into();
    let scene = Arc::new(Scene { running, names, own });
    for abuse in abuse::KINDS {
        measure_one(&scene, abuse).await?;
    }
    let Scene { running, .. } = Arc::into_inner(scene).ok_or("an abuser has not stopped")?;
    running.stop().await
}

async fn measure_one(scene: &Arc<Scene>, abuse: abuse::Kind) -> Result<(), Failure> {
    let (mut quiet, mut quiet_rate) = (Durations::new()?, Rate::default());
    let (mut attacked, mut attacked_rate) = (Durations::new()?, Rate::default());
    let mut done = abuse::Done::default();
    for _ in 0..ROUNDS {
        served(scene, &mut quiet, &mut quiet_rate).await?;
        let stop = CancellationToken::new();
        let abuser = abuse::Abuser { kind: abuse, scene: scene.clone(), stop: stop.clone() };
        let abuser = on_own_thread(move || abuser.run())?;
        tokio::time::sleep(RAMP).await;
        let result = served(scene, &mut attacked, &mut attacked_rate).await;
        stop.cancel();
        done.add(&abuser.await?);
        result?;
        tokio::time::sleep(RAMP / 2).await;
    }
    let share = attacked_rate.per_second() / (quiet_rate.per_second() * FAIR_SHARE);
    let outcome = Outcome {
        measure: format!("fairness-{}", abuse.name()),
        value: attacked.quantile_ms(0.99),
        unit: "ms",
        baseline: quiet.quantile_ms(0.99),
        goal: Goal::RatioBelow(abuse.most_times()),
        note: NOTE.to_owned(),
        facts: vec![
            ("quiet_p50_ms", quiet.fact(0.5)),
            ("quiet_p99_ms", quiet.fact(0.99)),
            ("attacked_p50_ms", attacked.fact(0.5)),
            ("attacked_p99_ms", attacked.fact(0.99)),
            ("quiet_per_s", rounded(quiet_rate.per_second()).into()),
            ("attacked_per_s", rounded(attacked_rate.per_second()).into()),
            ("of_fair_share", rounded(share).into()),
            ("of_fair_share_goal", "> 0.5".into()),
            ("of_fair_share_met", (share > 0.5).into()),
            ("abuser_done", done.done.into()),
            ("abuser_refused", done.refused.into()),
            ("abuser_most_at_once", done.most_at_once.into()),
        ],
    };
    outcome.print()
}

/// A slice of the calls that are measured.
async fn served(scene: &Arc<Scene>, durations: &mut Durations, rate: &mut Rate) -> Result<(), Failure> {
    let scene = scene.clone();
    let work = move || async move {
        victim::call(scene.running.connection("ca-hc"), scene.own.clone(), SLICE).await
    };
    let (found, took) = on_own_thread(work)?.await??;
    rate.add(found.count(), took);
    durations.merge(&found)
}

/// Runs on a thread and a runtime of its own, so that what a client has to do holds up nobody else, and all its connections
/// end with it.
fn on_own_thread<T: Send + 'static, W: Future<Output = T>>(
    work: impl FnOnce() -> W + Send + 'static,
) -> Result<oneshot::Receiver<T>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (result, given) = oneshot::channel();
    thread::spawn(move || {
        let done = runtime.block_on(async { work().await });
        drop(runtime);
        // Nobody waits for it any more if that fails.
        let _ = result.send(done);
    });
    Ok(given)
}
