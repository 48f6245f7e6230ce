//! Goods that are asked about one by one are looked up together: while some are being looked up, those that come meanwhile
//! wait, and are the next. Alone, goods wait for nobody.

use std::collections::BTreeMap;

use seamless_service::error::ApiError;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::desk::{Outcome, RETRY_AFTER, ScreeningDesk};
use crate::{contract::HandedIn, domain::Caller};

/// Goods that are looked up together at most.
const TOGETHER: usize = 256;
/// Goods that wait at most; whoever comes then waits to be let in.
const WAITING: usize = 4_096;

/// One call.
struct Asked {
    caller: Caller,
    goods: HandedIn,
    reply: oneshot::Sender<Result<Outcome, Status>>,
}

/// Where single calls wait.
#[derive(Clone)]
pub struct ScreeningQueue(mpsc::Sender<Asked>);

/// Where they are taken from.
pub struct Waiting(mpsc::Receiver<Asked>);

impl ScreeningQueue {
    /// The queue, and its other end.
    #[must_use]
    pub fn new() -> (Self, Waiting) {
        let (queue, waiting) = mpsc::channel(WAITING);
        (Self(queue), Waiting(waiting))
    }

    /// Hands over the goods of a single call.
    ///
    /// # Errors
    /// As [`ScreeningDesk::hand_over`].
    pub async fn hand_over(&self, caller: Caller, goods: HandedIn) -> Result<Outcome, Status> {
        let stopped = || ApiError::dependency_unavailable(RETRY_AFTER);
        let (reply, outcome) = oneshot::channel();
        self.0.send(Asked { caller, goods, reply }).await.map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }
}

impl Waiting {
    /// Looks up what waits, until the token is cancelled.
    pub async fn run(self, desk: ScreeningDesk, token: CancellationToken) {
        let Self(mut waiting) = self;
        let mut asked = Vec::with_capacity(TOGETHER);
        loop {
            let received = tokio::select! {
                received = waiting.recv_many(&mut asked, TOGETHER) => received,
                () = token.cancelled(), if waiting.is_empty() => return,
            };
            if received == 0 {
                return;
            }
            // Each caller sees with its own eyes.
            let mut callers: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
            for one in asked.drain(..) {
                callers.entry(one.caller.authority.to_string()).or_default().push(one);
            }
            for of_one in callers.into_values() {
                look_up(&desk, of_one).await;
            }
        }
    }
}

async fn look_up(desk: &ScreeningDesk, asked: Vec<Asked>) {
    let Some(caller) = asked.first().map(|one| one.caller.clone()) else { return };
    let (goods, replies): (Vec<_>, Vec<_>) = asked.into_iter().map(|one| (one.goods, one.reply)).unzip();
    // Whoever asked may have gone; the goods are decided all the same.
    match desk.hand_over(&caller, goods).await {
        Ok(outcomes) => outcomes.into_iter().zip(replies).for_each(|(outcome, reply)| {
            let _ = reply.send(Ok(outcome));
        }),
        Err(status) => replies.into_iter().for_each(|reply| {
            let _ = reply.send(Err(status.clone()));
        }),
    }
}
