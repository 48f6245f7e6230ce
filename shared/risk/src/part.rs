//! A part of a key: what is taken of a feature, and how exactly.
//!
//! Invariant: a part's text reads back as the same part.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{
    hashing,
    item::{Feature, Item},
};

/// Why a part of a layout is not understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PartError {
    /// The name of a feature is missing or has characters that mean something here.
    #[error("expected the name of a feature, of letters, digits, _ - and ., got '{0}'")]
    Name(String),
    /// The number after `/`, `~` or `^` is missing or out of bounds.
    #[error("expected a number from 1 to 15 after / ~ or ^, got '{0}'")]
    Amount(String),
    /// A ratio without `~` or `^` would be of no two items the same.
    #[error("expected ~ or ^ with a number after the ratio '{0}'")]
    Ratio(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    feature: String,
    /// The ratio's denominator.
    over: Option<String>,
    grain: Grain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grain {
    Whole,
    /// The first characters.
    Prefix(u8),
    /// Significant digits.
    Digits(u8),
    /// Steps a factor of ten.
    Steps(u8),
}

impl Part {
    /// Whether the part says all that `coarser` says, and more.
    pub(crate) fn refines(&self, coarser: &Self) -> bool {
        let finer = match (self.grain, coarser.grain) {
            (Grain::Whole, grain) => grain != Grain::Whole,
            (Grain::Prefix(long), Grain::Prefix(short)) => long > short,
            (Grain::Digits(many), Grain::Digits(few)) => many > few,
            (Grain::Digits(_), Grain::Steps(_)) => true,
            _ => false,
        };
        finer && self.feature == coarser.feature && self.over == coarser.over
    }

    /// What the item has of it.
    pub(crate) fn hash(&self, item: &Item) -> Option<u64> {
        match (item.feature(&self.feature)?, &self.over) {
            (Feature::Word(word), None) => {
                let taken = match self.grain {
                    Grain::Whole => word.as_str(),
                    Grain::Prefix(length) => prefix(word, length)?,
                    Grain::Digits(_) | Grain::Steps(_) => return None,
                };
                Some(hashing::bytes(hashing::EMPTY, taken.as_bytes()))
            }
            (Feature::Number(number), None) => self.number(*number),
            (Feature::Number(number), Some(over)) => match item.feature(over)? {
                Feature::Number(over) if *over != 0.0 => self.number(number / over),
                _ => None,
            },
            (Feature::Word(_), Some(_)) => None,
        }
    }

    fn number(&self, number: f64) -> Option<u64> {
        let (digits, exponent) = match self.grain {
            Grain::Prefix(_) => return None,
            // Adding zero makes the negative zero a positive one.
            Grain::Whole => ((number + 0.0).to_bits(), 0),
            Grain::Digits(_) | Grain::Steps(_) if number == 0.0 => (0, 0),
            Grain::Digits(count) => {
                let exponent = libm::floor(libm::log10(number.abs()));
                let unit = libm::pow(10.0, exponent - f64::from(count) + 1.0);
                (libm::round(number / unit).to_bits(), exponent as i64)
            }
            Grain::Steps(count) => {
                let step = libm::floor(libm::log10(number.abs()) * f64::from(count));
                (libm::copysign(1.0, number).to_bits(), step as i64)
            }
        };
        Some(hashing::join(digits, exponent as u64))
    }
}

fn prefix(word: &str, length: u8) -> Option<&str> {
    let length = usize::from(length);
    match word.char_indices().nth(length) {
        Some((end, _)) => Some(&word[..end]),
        None => (word.chars().count() == length).then_some(word),
    }
}

/// The numbers that a part takes for one and the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    /// This number alone.
    Exactly(f64),
    /// From the first (included) to the second.
    Between(f64, f64),
}

/// The span that `part`, such as `mass^3` or `price:mass~2`, puts the item's number into; `None` if it is no part, of words,
/// or of a number that the item has not.
#[must_use]
pub fn span(part: &str, item: &Item) -> Option<Span> {
    let part: Part = part.parse().ok()?;
    let number_of = |name: &str| match item.feature(name)? {
        Feature::Number(number) => Some(*number),
        Feature::Word(_) => None,
    };
    let number = match &part.over {
        None => number_of(&part.feature)?,
        Some(over) => number_of(&part.feature)? / number_of(over).filter(|over| *over != 0.0)?,
    };
    let between = |low: f64, high: f64| match number < 0.0 {
        true => Span::Between(-high, -low),
        false => Span::Between(low, high),
    };
    match part.grain {
        Grain::Prefix(_) => None,
        Grain::Digits(_) | Grain::Steps(_) if number == 0.0 => Some(Span::Exactly(0.0)),
        Grain::Whole => Some(Span::Exactly(number)),
        Grain::Digits(count) => {
            let exponent = libm::floor(libm::log10(number.abs()));
            let unit = libm::pow(10.0, exponent - f64::from(count) + 1.0);
            let middle = libm::round(number.abs() / unit);
            Some(between((middle - 0.5) * unit, (middle + 0.5) * unit))
        }
        Grain::Steps(count) => {
            let step = libm::floor(libm::log10(number.abs()) * f64::from(count));
            let end = |step: f64| libm::pow(10.0, step / f64::from(count));
            Some(between(end(step), end(step + 1.0)))
        }
    }
}

impl FromStr for Part {
    type Err = PartError;

    fn from_str(text: &str) -> Result<Self, PartError> {
        let text = text.trim();
        let (source, grain) = match text.find(['/', '~', '^']) {
            None => (text, Grain::Whole),
            Some(at) => {
                let amount = text[at + 1..].parse().ok().filter(|amount| (1..=15).contains(amount));
                let amount = amount.ok_or_else(|| PartError::Amount(text.to_owned()))?;
                let grain = match &text[at..=at] {
                    "/" => Grain::Prefix(amount),
                    "~" => Grain::Digits(amount),
                    _ => Grain::Steps(amount),
                };
                (&text[..at], grain)
            }
        };
        let (feature, over) = match source.split_once(':') {
            None => (source, None),
            Some((feature, over)) => (feature, Some(over)),
        };
        for name in [Some(feature), over].into_iter().flatten() {
            let is_plain = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
            if name.is_empty() || !name.chars().all(is_plain) {
                return Err(PartError::Name(name.to_owned()));
            }
        }
        if over.is_some() && !matches!(grain, Grain::Digits(_) | Grain::Steps(_)) {
            return Err(PartError::Ratio(text.to_owned()));
        }
        Ok(Self { feature: feature.to_owned(), over: over.map(str::to_owned), grain })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.feature)?;
        if let Some(over) = &self.over {
            write!(formatter, ":{over}")?;
        }
        match self.grain {
            Grain::Whole => Ok(()),
            Grain::Prefix(amount) => write!(formatter, "/{amount}"),
            Grain::Digits(amount) => write!(formatter, "~{amount}"),
            Grain::Steps(amount) => write!(formatter, "^{amount}"),
        }
    }
}
