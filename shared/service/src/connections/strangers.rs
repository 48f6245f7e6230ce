//! The connections of which nobody knows yet whose they are, by peer, in the order in which they came.
//!
//! Invariant: whoever has to go is the oldest of the peer that has most of them; so a peer that floods pushes out its
//! own, and one connection from elsewhere has all the time that the limits give it.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::peer::Peer;

/// Numbers of connections: a higher one came later.
pub(super) type Number = u64;

#[derive(Debug, Default)]
pub(super) struct Strangers {
    by_peer: HashMap<Peer, OfPeer>,
    total: usize,
    handshaking: usize,
}

#[derive(Debug, Default)]
struct OfPeer {
    /// Those in their handshake are among them.
    all: BTreeSet<Number>,
    handshaking: BTreeSet<Number>,
}

impl Strangers {
    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn handshaking(&self) -> usize {
        self.handshaking
    }

    pub(super) fn of(&self, peer: Peer) -> usize {
        self.by_peer.get(&peer).map_or(0, |of_peer| of_peer.all.len())
    }

    /// A connection that begins its handshake.
    pub(super) fn add(&mut self, peer: Peer, number: Number) {
        let of_peer = self.by_peer.entry(peer).or_default();
        self.total += usize::from(of_peer.all.insert(number));
        self.handshaking += usize::from(of_peer.handshaking.insert(number));
    }

    /// Its handshake is over.
    pub(super) fn handshaken(&mut self, peer: Peer, number: Number) {
        if let Some(of_peer) = self.by_peer.get_mut(&peer) {
            self.handshaking -= usize::from(of_peer.handshaking.remove(&number));
        }
    }

    /// It is gone, or no stranger any more.
    pub(super) fn remove(&mut self, peer: Peer, number: Number) {
        self.handshaken(peer, number);
        if let Some(of_peer) = self.by_peer.get_mut(&peer) {
            self.total -= usize::from(of_peer.all.remove(&number));
            if of_peer.all.is_empty() {
                self.by_peer.remove(&peer);
            }
        }
    }

    /// The oldest of a peer.
    pub(super) fn oldest_of(&self, peer: Peer) -> Option<Number> {
        self.by_peer.get(&peer)?.all.first().copied()
    }

    /// Who has to go of all.
    pub(super) fn next_to_go(&self) -> Option<Number> {
        self.oldest_of_most(|of_peer| &of_peer.all)
    }

    /// Who has to go of those in their handshake.
    pub(super) fn next_handshake_to_go(&self) -> Option<Number> {
        self.oldest_of_most(|of_peer| &of_peer.handshaking)
    }

    fn oldest_of_most(&self, which: impl Fn(&OfPeer) -> &BTreeSet<Number>) -> Option<Number> {
        let firsts = self.by_peer.values().filter_map(|of_peer| {
            let numbers = which(of_peer);
            numbers.first().map(|first| (numbers.len(), Reverse(*first)))
        });
        firsts.max().map(|(_, Reverse(first))| first)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn the_oldest_of_the_peer_with_most_goes_first_and_counts_stay_right() {
        let [one, many] = ["192.0.2.1", "192.0.2.2"].map(|text| Peer::from(text.parse::<IpAddr>().unwrap()));
        let mut strangers = Strangers::default();
        strangers.add(one, 1);
        for number in 2..5 {
            strangers.add(many, number);
        }
        strangers.handshaken(many, 2);
        assert_eq!((strangers.next_to_go(), strangers.next_handshake_to_go()), (Some(2), Some(3)));
        strangers.remove(many, 2);
        strangers.remove(many, 3);
        assert_eq!(strangers.next_to_go(), Some(1), "as many each: the oldest of all");
        strangers.remove(one, 1);
        strangers.remove(one, 1);
        strangers.remove(many, 4);
        assert_eq!((strangers.total(), strangers.handshaking(), strangers.of(many)), (0, 0, 0));
        assert_eq!(strangers.next_to_go(), None);
    }
}
