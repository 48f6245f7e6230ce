//! How much of a thing one authority may hold.
//!
//! Invariant: whoever holds nothing is let in while anything is free; whoever holds much is let in only as far as
//! enough is left to others, so that no number of greedy authorities takes all.

use std::collections::HashMap;
use std::sync::Arc;

/// A share of the whole, as the ratio of what is held to what is left free.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// Infinite for a share of 1.
    held_to_free: f64,
}

impl Share {
    /// The rule for a share of more than 0, to 1.
    pub(crate) fn new(share: f64) -> Self {
        Self { held_to_free: share / (1.0 - share).max(0.0) }
    }

    /// Whether an authority that holds `held` may have one more while `free` are free.
    pub(crate) fn allows(self, held: usize, free: usize) -> bool {
        free > 0 && (held == 0 || (held as f64) < (free as f64 * self.held_to_free))
    }
}

/// Who holds how many of a bounded number.
#[derive(Debug)]
pub(crate) struct Tally {
    capacity: usize,
    share: Share,
    taken: usize,
    held: HashMap<Arc<str>, usize>,
}

/// Why one more is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// None is free.
    Full,
    /// The authority has its share.
    ShareTaken,
}

impl Tally {
    pub(crate) fn new(capacity: usize, share: Share) -> Self {
        Self { capacity, share, taken: 0, held: HashMap::new() }
    }

    /// Takes one for an authority.
    pub(crate) fn take(&mut self, authority: &Arc<str>) -> Result<(), Denied> {
        let free = self.capacity.saturating_sub(self.taken);
        let held = self.held.get(authority).copied().unwrap_or_default();
        if free == 0 {
            return Err(Denied::Full);
        }
        if !self.share.allows(held, free) {
            return Err(Denied::ShareTaken);
        }
        *self.held.entry(Arc::clone(authority)).or_default() += 1;
        self.taken += 1;
        Ok(())
    }

    /// Gives one back that the authority took.
    pub(crate) fn give_back(&mut self, authority: &Arc<str>) {
        if let Some(held) = self.held.get_mut(authority) {
            *held -= 1;
            self.taken -= 1;
            if *held == 0 {
                self.held.remove(authority);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_gets_its_share_several_less_and_a_newcomer_always_one() {
        let mut places = Tally::new(12, Share::new(0.5));
        let [gacc, just, hc] = ["cn-gacc", "eu-just", "ca-hc"].map(Arc::<str>::from);
        let fill = |places: &mut Tally, authority: &Arc<str>| {
            let mut taken = 0;
            loop {
                match places.take(authority) {
                    Ok(()) => taken += 1,
                    Err(why) => return (taken, why),
                }
            }
        };
        assert_eq!(fill(&mut places, &gacc), (6, Denied::ShareTaken));
        assert_eq!(fill(&mut places, &just), (3, Denied::ShareTaken));
        assert_eq!(fill(&mut places, &hc).0, 2, "of the three that are left");
        places.give_back(&gacc);
        assert_eq!(places.take(&gacc), Err(Denied::ShareTaken), "it has more than it leaves");
        assert_eq!(places.take(&Arc::from("us-cpsc")), Ok(()));
    }

    #[test]
    fn a_share_of_one_is_all_and_a_single_place_goes_to_whoever_comes() {
        let gacc = Arc::<str>::from("cn-gacc");
        let mut all = Tally::new(3, Share::new(1.0));
        assert_eq!([(); 3].map(|()| all.take(&gacc)), [Ok(()); 3]);
        assert_eq!(all.take(&gacc), Err(Denied::Full));
        let mut one = Tally::new(1, Share::new(0.5));
        assert_eq!(one.take(&gacc), Ok(()));
        assert_eq!(one.take(&gacc), Err(Denied::Full));
    }
}
