//! Turns: how much work runs at a time, and whose comes next.
//!
//! Invariant: while anybody of another authority waits, an authority that has used more does not go first; one alone
//! never has all turns, so that another's call begins at once. A turn costs what it lasted.
//!
//! The order is that of start-time fair queueing, where the cost of a turn is known only at its end: an authority's
//! clock goes on by the time that its turns took, the one whose clock is furthest behind is next, and nobody saves up
//! time by staying away.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::share::Share;

/// A bounded number of turns. Clones are the same turns.
#[derive(Clone, Debug)]
pub(crate) struct Turns(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    capacity: usize,
    share: Share,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// As many as authorities ever called: few.
    lanes: HashMap<Arc<str>, Lane>,
    /// The clock of the authority that had the last turn.
    clock: Duration,
}

/// The turns of one authority.
#[derive(Debug, Default)]
struct Lane {
    running: usize,
    waiting: VecDeque<oneshot::Sender<Turn>>,
    clock: Duration,
}

/// The right to work until it is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    authority: Arc<str>,
    begun: Instant,
}

/// Turns that were granted to those who wait for them.
type Grants = Vec<(oneshot::Sender<Turn>, Turn)>;

impl Turns {
    pub(crate) fn new(capacity: usize, share: Share) -> Self {
        Self(Arc::new(Shared { capacity, share, state: Mutex::default() }))
    }

    /// Waits for a turn of an authority. Whoever gives up waiting loses nothing but its place in the queue.
    pub(crate) async fn take(&self, authority: &Arc<str>) -> Turn {
        loop {
            if let Some(turn) = self.try_take(authority) {
                return turn;
            }
            let granted = {
                let mut state = self.lock();
                let lane = state.lane(authority);
                let (sender, granted) = oneshot::channel();
                lane.waiting.push_back(sender);
                let grants = self.grant(&mut state);
                drop(state);
                hand_over(grants);
                granted
            };
            // The sender is dropped only after it was sent to.
            if let Ok(turn) = granted.await {
                return turn;
            }
        }
    }

    /// A turn that nobody has to be waited for. Whoever could have it was given it before, so no queue is jumped.
    pub(crate) fn try_take(&self, authority: &Arc<str>) -> Option<Turn> {
        let mut state = self.lock();
        let free = self.0.capacity - state.running;
        let lane = state.lane(authority);
        if !lane.waiting.is_empty() || !self.0.share.allows(lane.running, free) {
            return None;
        }
        lane.running += 1;
        state.running += 1;
        Some(Turn { turns: self.clone(), authority: Arc::clone(authority), begun: Instant::now() })
    }

    /// Gives out what is free, while the lock is held; to be handed over when it is not.
    fn grant(&self, state: &mut State) -> Grants {
        let Shared { capacity, share, .. } = *self.0;
        let mut grants = Vec::new();
        while state.running < capacity {
            let free = capacity - state.running;
            let next = state
                .lanes
                .iter_mut()
                .filter(|(_, lane)| !lane.waiting.is_empty() && share.allows(lane.running, free))
                .min_by_key(|(_, lane)| (lane.clock, lane.running));
            let Some((authority, lane)) = next else { break };
            let Some(waiting) = lane.waiting.pop_front() else { break };
            if waiting.is_closed() {
                continue;
            }
            lane.running += 1;
            state.running += 1;
            state.clock = state.clock.max(lane.clock);
            let turn = Turn { turns: self.clone(), authority: Arc::clone(authority), begun: Instant::now() };
            grants.push((waiting, turn));
        }
        grants
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The lane of an authority. Whoever comes back after a while has saved up nothing.
    fn lane(&mut self, authority: &Arc<str>) -> &mut Lane {
        let clock = self.clock;
        let lane = self.lanes.entry(Arc::clone(authority)).or_default();
        if lane.running == 0 && lane.waiting.is_empty() {
            lane.clock = lane.clock.max(clock);
        }
        lane
    }
}

/// A turn that nobody waits for any more is dropped here, and so goes to the next.
fn hand_over(grants: Grants) {
    for (waiting, turn) in grants {
        drop(waiting.send(turn));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.turns.lock();
        state.running -= 1;
        if let Some(lane) = state.lanes.get_mut(&self.authority) {
            lane.running -= 1;
            lane.clock += self.begun.elapsed();
        }
        let grants = self.turns.grant(&mut state);
        drop(state);
        hand_over(grants);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn authorities() -> [Arc<str>; 3] {
        ["cn-gacc", "eu-just", "ca-hc"].map(Arc::from)
    }

    #[tokio::test]
    async fn one_alone_leaves_a_turn_to_others_and_then_whoever_used_least_is_next() {
        let [gacc, just, hc] = authorities();
        let turns = Turns::new(2, Share::new(0.5));
        let greedy = turns.take(&gacc).await;
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(turns.take(&gacc))).collect();
        assert!(waiting.iter_mut().all(|next| next.now_or_never().is_none()), "half of two is one");
        let other = turns.take(&just).now_or_never().expect("a turn was left to others");

        let mut third = Box::pin(turns.take(&hc));
        assert!((&mut third).now_or_never().is_none(), "both are taken");
        while greedy.begun.elapsed().is_zero() {}
        drop(greedy);
        let third = third.await;
        assert!((&mut waiting[0]).now_or_never().is_none(), "it used more, so it comes after");
        drop((third, other));
        drop(waiting.remove(0).await);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_no_hole() {
        let [gacc, just, _] = authorities();
        let turns = Turns::new(1, Share::new(0.5));
        let first = turns.take(&gacc).await;
        let mut given_up = Box::pin(turns.take(&just));
        assert!((&mut given_up).now_or_never().is_none());
        let mut patient = Box::pin(turns.take(&just));
        assert!((&mut patient).now_or_never().is_none());
        // Granted, and never looked at.
        drop(first);
        drop(given_up);
        drop(patient.now_or_never().expect("the turn went on to the next"));
        assert_eq!(turns.lock().running, 0);
    }
}
