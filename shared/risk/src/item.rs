//! What is scored: named features, some of words and some of numbers.
//!
//! Invariant: a feature that is empty or no number is as if it had not been given.

use std::{borrow::Cow, collections::BTreeMap};

/// The features of one item, by name; which names count is the model's [`Layout`](crate::Layout)'s affair.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    features: BTreeMap<Cow<'static, str>, Feature>,
}

/// What is known of one feature.
#[derive(Clone, Debug, PartialEq)]
pub enum Feature {
    /// Never empty.
    Word(String),
    /// Always finite.
    Number(f64),
}

impl Item {
    /// An item of which nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a feature of words, such as a code or a party's identifier; compared byte by byte, so the caller makes
    /// spellings one. An empty value is not added.
    #[must_use]
    pub fn word(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.features.insert(name.into(), Feature::Word(value));
        }
        self
    }

    /// Adds a number, in whichever unit the caller always uses for it. Infinities and NaN are not added.
    #[must_use]
    pub fn number(mut self, name: impl Into<Cow<'static, str>>, value: f64) -> Self {
        if value.is_finite() {
            self.features.insert(name.into(), Feature::Number(value));
        }
        self
    }

    /// What is known of a feature.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.get(name)
    }
}
