//! Which combinations of features the model counts, and which of them refines which.
//!
//! Invariant: a key comes after its parent, and no two keys have the same name.

use std::{collections::BTreeSet, fmt, sync::Arc};

use thiserror::Error;

use crate::{
    hashing,
    item::Item,
    part::{Part, PartError},
};

/// The most keys a layout may have: each costs a look-up at every score.
const MOST_KEYS: usize = 128;

/// Why a layout cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LayoutError {
    /// A part of a step is not understood.
    #[error("chain {chain}: {source}")]
    Part {
        /// The chain, counted from 1.
        chain: usize,
        /// What is wrong with it.
        source: PartError,
    },
    /// No key at all.
    #[error("expected at least one chain, got none")]
    Empty,
    /// Two keys are of the same features: their chains should begin alike, so that they share it.
    #[error("expected each key once, got '{0}' from two beginnings")]
    Twice(String),
    /// Too many keys.
    #[error("expected at most {MOST_KEYS} keys, got {0}")]
    TooMany(usize),
}

/// The keys of a model: trees of ever finer combinations of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    chains: Vec<String>,
    pub(crate) parts: Vec<Part>,
    pub(crate) keys: Vec<Key>,
}

/// A combination of features that the model counts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    /// The next coarser key; `None` stands for all items together.
    pub parent: Option<usize>,
    /// What it adds to its parent: places in the layout's parts.
    pub added: Vec<usize>,
    pub name: Arc<str>,
    /// Keeps cells of different keys apart.
    pub salt: u64,
    /// Keys of the first chain begin with the full say, others with none.
    pub is_first_chain: bool,
}

impl Layout {
    /// Reads chains such as `hs/2 > hs/4 > hs/6 > origin > mass~2 + price~2`. Each step, set off by `>`, refines the
    /// one before by further parts, set off by `+`; chains that begin alike share those keys. A part is
    ///
    /// - `origin`: the feature, words or number, as it is;
    /// - `hs/4`: the first four characters of words (too short: missing);
    /// - `mass~2`: the number to two significant digits;
    /// - `mass^3`: the number in three equal steps a factor of ten;
    /// - `price:mass~2`: the ratio of two numbers, with either of these.
    ///
    /// The first chain is what a model without experience goes by: the plain hierarchical beta-binomial.
    ///
    /// # Errors
    /// If there is no chain, a part is not understood, two chains come to the same key from different beginnings, or there
    /// are more than 128 keys.
    pub fn new(chains: &[&str]) -> Result<Self, LayoutError> {
        let mut layout = Self { chains: Vec::new(), parts: Vec::new(), keys: Vec::new() };
        for (at, chain) in chains.iter().enumerate() {
            layout.add(chain, at == 0).map_err(|source| LayoutError::Part { chain: at + 1, source })?;
        }
        for (at, key) in layout.keys.iter().enumerate() {
            if layout.keys[..at].iter().any(|other| other.name == key.name) {
                return Err(LayoutError::Twice(key.name.to_string()));
            }
        }
        match layout.keys.len() {
            0 => Err(LayoutError::Empty),
            keys if keys > MOST_KEYS => Err(LayoutError::TooMany(keys)),
            _ => Ok(layout),
        }
    }

    fn add(&mut self, chain: &str, is_first_chain: bool) -> Result<(), PartError> {
        let mut parent = None;
        let mut named: Vec<Part> = Vec::new();
        let mut canonical = Vec::new();
        for step in chain.split('>') {
            let parts = step.split('+').map(str::parse).collect::<Result<BTreeSet<Part>, _>>()?;
            canonical.push(joined(&parts.iter().collect::<Vec<_>>()));
            // A finer part of the same feature says all that the coarser one said.
            named.retain(|old| !parts.iter().any(|new| new.refines(old)));
            named.extend(parts.iter().cloned());
            let added: Vec<usize> = parts.into_iter().map(|part| self.place(part)).collect();
            let known = self.keys.iter().position(|key| key.parent == parent && key.added == added);
            parent = Some(known.unwrap_or_else(|| {
                let name = joined(&named.iter().collect::<Vec<_>>());
                let salt = hashing::bytes(hashing::EMPTY, canonical.join(" > ").as_bytes());
                self.keys.push(Key { parent, added, name: name.into(), salt, is_first_chain });
                self.keys.len() - 1
            }));
        }
        self.chains.push(canonical.join(" > "));
        Ok(())
    }

    fn place(&mut self, part: Part) -> usize {
        self.parts.iter().position(|known| *known == part).unwrap_or_else(|| {
            self.parts.push(part);
            self.parts.len() - 1
        })
    }

    /// The chains, as [`Layout::new`] takes them.
    pub fn chains(&self) -> impl Iterator<Item = &str> {
        self.chains.iter().map(String::as_str)
    }

    /// The names of the keys, such as `hs/6 + origin`, in the order of contributions.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| &*key.name)
    }

    /// For each key the cell of the item, `None` where a feature is missing.
    pub(crate) fn cells(&self, item: &Item) -> Vec<Option<u64>> {
        let parts: Vec<Option<u64>> = self.parts.iter().map(|part| part.hash(item)).collect();
        let mut values: Vec<Option<u64>> = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            let start = key.parent.map_or(Some(hashing::EMPTY), |parent| values[parent]);
            let value = start.and_then(|start| {
                key.added.iter().try_fold(start, |hash, part| Some(hashing::join(hash, parts[*part]?)))
            });
            values.push(value);
        }
        values
            .iter()
            .zip(&self.keys)
            .map(|(value, key)| value.map(|it| hashing::join(key.salt, it)))
            .collect()
    }
}

fn joined(parts: &[&Part]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
}

impl fmt::Display for Layout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.chains.join("\n"))
    }
}
