//! How well hits fit: how many of the words they have, how rare these are among what the viewer may see, and where they
//! stand. Rarity is counted in the viewer's own entries, so that a score tells nothing of anybody else's.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Section;
use crate::domain::model::NotificationId;

/// The weight of a longer word that begins with the one asked for.
const BEGINNING: f64 = 0.6;
/// The weight of a part of a word.
const PART: f64 = 0.4;
/// What the whole question as one sequence adds.
const PHRASE: f64 = 2.0;
/// A word that so many entries have counts as nothing rare.
const EVERYWHERE: f64 = 1_000_000.0;
/// Scores are whole millionths, so that places in the list can be compared.
const UNIT: f64 = 1_000_000.0;

/// The place of a hit in the list; places sort as the list does, the first last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The score in millionths.
    pub score: i64,
    pub notification: NotificationId,
}

impl Place {
    /// The score, above 0.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "scores are far below 2^53 millionths")]
    pub fn score(self) -> f64 {
        self.score as f64 / UNIT
    }
}

/// Collects what the index finds.
#[derive(Debug)]
pub struct Ranking {
    /// For each term the weight with which an entry has it.
    terms: Vec<HashMap<NotificationId, f64>>,
    phrase: Vec<NotificationId>,
}

impl Ranking {
    /// Nothing found yet of so many terms.
    #[must_use]
    pub fn new(terms: usize) -> Self {
        Self { terms: vec![HashMap::new(); terms], phrase: Vec::new() }
    }

    /// Entries that have the term itself in this section.
    pub fn add_exact(&mut self, term: usize, section: Section, found: &[NotificationId]) {
        let weight = match section {
            Section::Keys => 4.0,
            Section::Names => 2.0,
            Section::Rest => 1.0,
        };
        self.add(term, weight, found);
    }

    /// Entries that have a longer word that begins with it.
    pub fn add_beginning(&mut self, term: usize, found: &[NotificationId]) {
        self.add(term, BEGINNING, found);
    }

    /// Entries that have it within a word.
    pub fn add_part(&mut self, term: usize, found: &[NotificationId]) {
        self.add(term, PART, found);
    }

    /// Entries that have the whole question as one sequence.
    pub fn add_phrase(&mut self, found: Vec<NotificationId>) {
        self.phrase = found;
    }

    /// True if nothing has the term so far.
    #[must_use]
    pub fn lacks(&self, term: usize) -> bool {
        self.terms.get(term).is_none_or(HashMap::is_empty)
    }

    fn add(&mut self, term: usize, weight: f64, found: &[NotificationId]) {
        let Some(term) = self.terms.get_mut(term) else { return };
        for notification in found {
            let best = term.entry(*notification).or_insert(weight);
            *best = best.max(weight);
        }
    }

    /// How rare each term is, from near 0 (everywhere) to 1 (once).
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "no store has 2^53 entries")]
    pub fn rarities(&self) -> Vec<f64> {
        let rarity = |found: usize| (1.0 + EVERYWHERE / found.max(1) as f64).ln() / (1.0 + EVERYWHERE).ln();
        self.terms.iter().map(|term| rarity(term.len())).collect()
    }

    /// The places of all hits, best first; `rarities` are those of the first page, so that later pages go by the same.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "few terms, and scores of less than a hundred"
    )]
    pub fn places(&self, rarities: &[f64]) -> Vec<Place> {
        let mut scores: HashMap<NotificationId, (f64, usize)> = HashMap::new();
        for (term, rarity) in self.terms.iter().zip(rarities) {
            for (notification, weight) in term {
                let (sum, count) = scores.entry(*notification).or_default();
                *sum += weight * rarity;
                *count += 1;
            }
        }
        for notification in &self.phrase {
            if let Some((sum, _)) = scores.get_mut(notification) {
                *sum += PHRASE;
            }
        }
        let all = self.terms.len().max(1) as f64;
        let place = |(notification, (sum, count)): (NotificationId, (f64, usize))| Place {
            score: ((sum * count as f64 / all * UNIT).round() as i64).max(1),
            notification,
        };
        let mut places: Vec<Place> = scores.into_iter().map(place).collect();
        places.sort_unstable_by(|one, other| other.cmp(one));
        places
    }
}
