//! Those who want something of the same thing are served together: while some are being served, those who come meanwhile wait,
//! and are the next. Alone, nobody waits.
//!
//! Invariants: in the order of their coming; of one thing a process serves one crowd after the other. They are served in a task of
//! their own: who goes away while waiting is left out, who goes away later changes nothing for the others.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::oneshot;

/// Serves those who came for one thing.
#[async_trait]
pub trait Host: Send + Sync + 'static {
    /// What each of them wants.
    type Guest: Send + 'static;
    /// What each of them gets.
    type Answer: Send + 'static;
    /// What is held while they are served.
    type Turn: Send;

    /// Waits until it may serve. Whoever comes until then is served as well.
    async fn turn(&self) -> Self::Turn;

    /// Serves them: an answer for each, in their order. An answer that lacks is one that its guest never gets.
    async fn serve(&self, guests: Vec<Self::Guest>) -> Vec<Self::Answer>;
}

/// Those who wait, by what they came for. Clones share them.
pub struct Crowds<K, G, A> {
    most: usize,
    waiting: Arc<Mutex<Rooms<K, G, A>>>,
}

/// A room is there as long as it has a host.
type Rooms<K, G, A> = HashMap<K, VecDeque<Waiting<G, A>>>;

/// Who waits.
struct Waiting<G, A> {
    guest: G,
    reply: oneshot::Sender<A>,
}

impl<K, G, A> Clone for Crowds<K, G, A> {
    fn clone(&self) -> Self {
        Self { most: self.most, waiting: Arc::clone(&self.waiting) }
    }
}

impl<K, G, A> Crowds<K, G, A>
where
    K: Clone + Eq + Hash + Send + 'static,
    G: Send + 'static,
    A: Send + 'static,
{
    /// Nobody is there yet; `most` are served together at most, at least one.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), waiting: Arc::default() }
    }

    /// What the guest gets of this thing; `host` gives who serves, and is asked where nobody does at the moment. None where
    /// whoever served failed.
    pub async fn join<H>(&self, key: K, guest: G, host: impl FnOnce() -> H) -> Option<A>
    where
        H: Host<Guest = G, Answer = A>,
    {
        let (reply, answer) = oneshot::channel();
        if self.enter(&key, Waiting { guest, reply }) {
            let room = Room { crowds: self.clone(), key, is_left: false };
            tokio::spawn(room.serve(host()));
        }
        answer.await.ok()
    }

    /// True for the first, who needs a host.
    fn enter(&self, key: &K, one: Waiting<G, A>) -> bool {
        let mut rooms = self.rooms();
        match rooms.get_mut(key) {
            Some(room) => {
                room.push_back(one);
                false
            }
            None => {
                rooms.insert(key.clone(), VecDeque::from([one]));
                true
            }
        }
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms<K, G, A>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where those wait who came for one thing, as its host has it.
struct Room<K: Eq + Hash, G, A> {
    crowds: Crowds<K, G, A>,
    key: K,
    is_left: bool,
}

impl<K, G, A> Room<K, G, A>
where
    K: Clone + Eq + Hash + Send + 'static,
    G: Send + 'static,
    A: Send + 'static,
{
    /// Serves until nobody waits.
    async fn serve<H: Host<Guest = G, Answer = A>>(mut self, host: H) {
        while !self.is_over() {
            let turn = host.turn().await;
            let (guests, replies): (Vec<G>, Vec<_>) =
                self.next().into_iter().map(|one| (one.guest, one.reply)).unzip();
            if guests.is_empty() {
                continue;
            }
            let answers = host.serve(guests).await;
            drop(turn);
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Whoever asked may have gone.
                let _ = reply.send(answer);
            }
        }
    }

    /// True where nobody waits: then the room is closed.
    fn is_over(&mut self) -> bool {
        let mut rooms = self.crowds.rooms();
        self.is_left = rooms.get(&self.key).is_none_or(VecDeque::is_empty);
        if self.is_left {
            rooms.remove(&self.key);
        }
        self.is_left
    }

    /// The first of those who wait, without those who have gone.
    fn next(&self) -> Vec<Waiting<G, A>> {
        let mut rooms = self.crowds.rooms();
        let room = rooms.get_mut(&self.key).into_iter();
        let waiting = room.flat_map(|room| std::iter::from_fn(|| room.pop_front()));
        waiting.filter(|one| !one.reply.is_closed()).take(self.crowds.most).collect()
    }
}

impl<K: Eq + Hash, G, A> Drop for Room<K, G, A> {
    /// A host that failed leaves nobody waiting for it.
    fn drop(&mut self) {
        if !self.is_left {
            let mut rooms = self.crowds.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let waiting = rooms.remove(&self.key);
            drop(rooms);
            drop(waiting);
        }
    }
}
