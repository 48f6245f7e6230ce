//! Which records have a token: from a key to the slots of the records.
//!
//! Invariant: the slots of a key are sorted, each once; a key without slots is not kept.

use std::{collections::HashMap, hash::BuildHasherDefault};

use crate::corpus::AlreadyHashed;

/// The slots by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postings(HashMap<u32, Slots, BuildHasherDefault<AlreadyHashed>>);

/// Most keys belong to one record: then there is no list.
#[derive(Clone, Debug)]
enum Slots {
    One(u32),
    Many(Vec<u32>),
}

impl Postings {
    pub(crate) fn add(&mut self, key: u32, slot: u32) {
        let slots = self.0.entry(key).or_insert(Slots::One(slot));
        match slots {
            Slots::One(only) if *only == slot => {}
            Slots::One(only) => *slots = Slots::Many(vec![slot.min(*only), slot.max(*only)]),
            Slots::Many(many) => {
                if let Err(at) = many.binary_search(&slot) {
                    many.insert(at, slot);
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, key: u32, slot: u32) {
        let is_last = match self.0.get_mut(&key) {
            Some(Slots::One(only)) => *only == slot,
            Some(Slots::Many(many)) => {
                if let Ok(at) = many.binary_search(&slot) {
                    many.remove(at);
                }
                many.is_empty()
            }
            None => false,
        };
        if is_last {
            self.0.remove(&key);
        }
    }

    /// The slots of the records that have the key.
    pub(crate) fn slots(&self, key: u32) -> &[u32] {
        match self.0.get(&key) {
            Some(Slots::One(only)) => std::slice::from_ref(only),
            Some(Slots::Many(many)) => many,
            None => &[],
        }
    }

    /// Bytes that the lists take, about.
    pub(crate) fn bytes(&self) -> usize {
        let lists = self.0.values().map(|slots| match slots {
            Slots::One(_) => 0,
            Slots::Many(many) => many.capacity() * size_of::<u32>(),
        });
        lists.sum::<usize>() + self.0.capacity() * 8 / 7 * (size_of::<(u32, Slots)>() + 1)
    }
}
