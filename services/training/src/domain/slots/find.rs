//! The best slots, or what leaves none.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Availability, Ranked};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best first.
    pub slots: Vec<Ranked>,
    /// How many beginnings were tried.
    pub tried: usize,
    /// Where there is no slot: what together leaves none, what refuses most first.
    pub left_nothing: Vec<LeftNothing>,
}

/// One rule of one side that leaves nothing, by itself or with those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftNothing {
    /// The name of the side or resource; empty for the question itself.
    pub side: String,
    /// What says no: `hours`, `weekend`, `holidays`, `travel`, `busy`, `notice`, `window`.
    pub rule: &'static str,
    /// How many of the beginnings that were tried it refuses.
    pub refused: usize,
}

impl Availability<'_> {
    /// The best slots, at most so many.
    #[must_use]
    pub fn find(&self, most: usize) -> Found {
        let mut found = Found::default();
        let mut refused: BTreeMap<(String, &'static str), BTreeSet<usize>> = BTreeMap::new();
        for start in self.candidates() {
            let index = found.tried;
            found.tried += 1;
            match self.fits(start) {
                Ok(slot) => found.slots.push(slot),
                // Where there is a slot, nobody asks what leaves none.
                Err(_) if !found.slots.is_empty() => {}
                Err(refusals) => {
                    for refusal in refusals {
                        refused.entry((refusal.side, refusal.rule.kind())).or_default().insert(index);
                    }
                }
            }
        }
        if found.slots.is_empty() {
            found.left_nothing = left_nothing(refused, found.tried);
        }
        found.slots.sort_by_cached_key(Ranked::order);
        found.slots.truncate(most);
        found
    }

    /// The beginnings that are tried, on a grid of so many minutes from the beginning of time on.
    fn candidates(&self) -> impl Iterator<Item = Timestamp> {
        let (from, to) = self.question.window;
        let step = i64::from(self.question.step.max(1)) * 60;
        let first = from.as_second().div_euclid(step) * step;
        let first =
            if first < from.as_second() || from.subsec_nanosecond() > 0 { first + step } else { first };
        let last = to.as_second() - i64::from(self.question.minutes) * 60;
        let mut next = first;
        std::iter::from_fn(move || {
            let start = (next <= last).then(|| Timestamp::from_second(next).ok())?;
            next += step;
            start
        })
    }
}

/// Of the rules that refuse something the one that refuses most, then the one that refuses most of the rest, until nothing is
/// left.
fn left_nothing(
    refused: BTreeMap<(String, &'static str), BTreeSet<usize>>,
    tried: usize,
) -> Vec<LeftNothing> {
    if tried == 0 {
        return vec![LeftNothing { side: String::new(), rule: "window", refused: 0 }];
    }
    let mut left: BTreeSet<usize> = (0..tried).collect();
    let mut found = Vec::new();
    while !left.is_empty() {
        let of_rest = |of: &BTreeSet<usize>| of.intersection(&left).count();
        // Of equal ones the first by name, so that the answer is the same each time.
        let Some(((side, rule), of)) = refused.iter().rev().max_by_key(|(_, of)| of_rest(of)) else { break };
        if of_rest(of) == 0 {
            break;
        }
        found.push(LeftNothing { side: side.clone(), rule, refused: of.len() });
        left = left.difference(of).copied().collect();
    }
    found
}
