//! A description of goods as customs gets it, taken apart once: the words that may be a brand, a model number or a part of
//! a name, each with what it speaks of.
//!
//! Invariant: the work grows with the length of the description alone, and at most its first [`MOST_UNITS`] words or
//! ideographs are read.

use std::{borrow::Cow, cell::OnceCell};

use crate::{
    accessories,
    roles::{self, Role, Unit},
    text::{self, Kind},
};

const MOST_UNITS: usize = 160;
/// Words of a brand or model number, at most.
const MOST_WORDS: usize = 5;
/// Ideographs of a brand, at most.
const MOST_IDEOGRAPHS: usize = 8;
/// Octets of a brand or model number, at most.
const MOST_OCTETS: usize = 48;
/// Left out of brands, which are written with and without: `Black & Decker`, `Black and Decker`.
const JOINING: &[&str] = &["and", "und", "et"];
const APOSTROPHES: [char; 6] = ['\'', '’', '‘', '`', '´', 'ʼ'];
/// What a word for another product differs by from the same word for the goods.
const PURPOSE: u32 = 0x5bd1_e995;

/// A description, taken apart.
#[derive(Clone, Debug)]
pub struct Description {
    folded: String,
    units: Vec<Unit>,
    words: Vec<Word>,
    accessories: OnceCell<u32>,
}

/// A word of a description that says something.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub hash: u32,
    pub text: String,
    pub kind: Kind,
}

/// Words that follow each other and may be a brand or a model number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Equal for all spellings: letters and digits alone.
    pub key: u64,
    /// It stands where a brand stands: where the description begins, or after a word such as `brand`.
    pub is_told_as_brand: bool,
    /// It stands for another product, which the goods are for.
    pub is_purpose: bool,
    /// A digit is in it.
    pub has_digit: bool,
    /// How many letters and digits it has.
    pub length: usize,
    /// The first and the last word, and the end of it.
    first: usize,
    last: usize,
}

impl Phrase {
    /// Whether all of the other is within it, and it is longer.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        self.first <= other.first && other.last <= self.last && self.length > other.length
    }
}

impl Description {
    /// Takes a description apart. Any text will do.
    #[must_use]
    pub fn new(description: &str) -> Self {
        let folded = roles::folded(description);
        let mut units = roles::read(&folded);
        units.truncate(MOST_UNITS);
        let words = words(&folded, &units);
        Self { folded, units, words, accessories: OnceCell::new() }
    }

    /// Tells each run of words that may be a brand or a model number.
    pub fn phrases(&self, mut tell: impl FnMut(Phrase)) {
        for (first, begin) in self.units.iter().enumerate() {
            let most = if begin.is_ideograph { MOST_IDEOGRAPHS } else { MOST_WORDS };
            let mut hash = Hash::default();
            let stretch = self.units.iter().enumerate().skip(first).take(most);
            for (last, unit) in stretch.take_while(|(_, unit)| unit.stretch == begin.stretch) {
                hash.add(self.folded.get(unit.at.clone()).unwrap_or_default());
                if hash.octets > MOST_OCTETS {
                    break;
                }
                if hash.letters > 0 {
                    tell(Phrase {
                        key: hash.sum,
                        is_told_as_brand: begin.is_told_as_brand,
                        is_purpose: begin.role == Role::Purpose,
                        has_digit: hash.has_digit,
                        length: hash.letters,
                        first,
                        last,
                    });
                }
            }
        }
    }

    /// The text of a phrase, as it is compared.
    #[must_use]
    pub fn text_of(&self, phrase: &Phrase) -> String {
        let units = self.units.get(phrase.first..=phrase.last).unwrap_or_default();
        let mut text = String::new();
        for (at, unit) in units.iter().enumerate() {
            if at > 0 && !unit.is_ideograph {
                text.push(' ');
            }
            text.push_str(self.folded.get(unit.at.clone()).unwrap_or_default());
        }
        text
    }

    /// The key of the word that a phrase is; none of several words.
    #[must_use]
    pub fn word_key_of(&self, phrase: &Phrase) -> Option<u32> {
        let text = self.text_of(phrase);
        let mut pieces = text::pieces(&text.replace(APOSTROPHES, "")).pieces.into_iter();
        let first = pieces.next()?;
        pieces.next().is_none().then(|| text::hash_of(&first.text, first.kind))
    }

    /// Whether it tells another product that the goods are for.
    #[must_use]
    pub fn has_purpose(&self) -> bool {
        self.units.iter().any(|unit| unit.role == Role::Purpose)
    }

    /// The description without what the goods are for, as it is compared.
    #[must_use]
    pub fn goods(&self) -> String {
        if !self.has_purpose() {
            return self.folded.clone();
        }
        let mut goods = String::new();
        for stretch in self.units.chunk_by(|one, two| one.stretch == two.stretch) {
            let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
            if first.role != Role::Purpose {
                goods.push_str(self.folded.get(first.at.start..last.at.end).unwrap_or_default());
                goods.push(' ');
            }
        }
        goods
    }

    /// By what names are looked up: a key for each word.
    pub fn word_keys(&self) -> impl Iterator<Item = u32> {
        self.words.iter().map(|word| word.hash)
    }

    /// The texts of those of its words that have one of these keys, in their order.
    #[must_use]
    pub fn texts_of(&self, keys: &[u32]) -> Vec<&str> {
        let words = self.words.iter().filter(|word| keys.contains(&word.hash));
        words.map(|word| word.text.as_str()).collect()
    }

    /// The words that say something, in their order.
    pub(crate) fn words(&self) -> &[Word] {
        &self.words
    }

    /// The kinds of accessories that the goods are said to be.
    pub(crate) fn accessories(&self) -> u32 {
        *self.accessories.get_or_init(|| {
            let goods: Vec<&Unit> = self.units.iter().filter(|unit| unit.role == Role::Goods).collect();
            let text = |unit: &Unit| self.folded.get(unit.at.clone()).unwrap_or_default();
            let words = goods.iter().enumerate().filter(|(_, unit)| !unit.is_ideograph);
            let of_words = words.map(|(at, unit)| {
                let next =
                    goods.get(at + 1).filter(|next| next.stretch == unit.stretch).map(|next| text(next));
                accessories::of_word(text(unit), next)
            });
            let run: String = goods.iter().filter(|unit| unit.is_ideograph).map(|unit| text(unit)).collect();
            let of_runs = if run.is_empty() { 0 } else { accessories::of_ideographs(&run) };
            of_words.fold(of_runs, |all, one| all | one)
        })
    }
}

/// The words of each stretch, in the pieces in which records are compared.
fn words(folded: &str, units: &[Unit]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for stretch in units.chunk_by(|one, two| one.stretch == two.stretch && one.role == two.role) {
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
        let text = folded.get(first.at.start..last.at.end).unwrap_or_default();
        // An apostrophe within a name is none of its letters, as in `phrases`.
        let text = match text.contains(APOSTROPHES) {
            true => Cow::Owned(text.replace(APOSTROPHES, "")),
            false => Cow::Borrowed(text),
        };
        for piece in text::pieces(&text).pieces {
            if piece.kind == Kind::Empty {
                continue;
            }
            let hash = text::hash_of(&piece.text, piece.kind);
            let hash = if first.role == Role::Purpose { hash ^ PURPOSE } else { hash };
            if !words.iter().any(|word| word.hash == hash) {
                words.push(Word { hash, text: piece.text, kind: piece.kind });
            }
        }
    }
    words
}

/// The key of a brand or model number as a field holds it; none of one without a letter or digit.
#[must_use]
pub fn phrase_key(field: &str) -> Option<u64> {
    let mut hash = Hash::default();
    let ends = |letter: char| !letter.is_alphanumeric() && !APOSTROPHES.contains(&letter);
    for word in roles::folded(field).split(ends) {
        hash.add(word);
    }
    (hash.letters > 0 && hash.octets <= MOST_OCTETS).then_some(hash.sum)
}

/// Whether a text is a number with its unit, such as `13 cm` or `1500W`, and no model number.
#[must_use]
pub fn is_measure(text: &str) -> bool {
    text::pieces(&text::normalised(text))
        .pieces
        .iter()
        .all(|piece| matches!(piece.kind, Kind::Measure | Kind::Empty))
}

/// FNV-1a over letters and digits, mixed at no step, so that it grows with each word.
struct Hash {
    sum: u64,
    letters: usize,
    octets: usize,
    has_digit: bool,
}

impl Default for Hash {
    fn default() -> Self {
        Self { sum: 0xcbf2_9ce4_8422_2325, letters: 0, octets: 0, has_digit: false }
    }
}

impl Hash {
    fn add(&mut self, word: &str) {
        if JOINING.contains(&word) {
            return;
        }
        for letter in word.chars().filter(|letter| letter.is_alphanumeric()) {
            self.letters += 1;
            self.octets += letter.len_utf8();
            self.has_digit |= letter.is_ascii_digit();
            let mut octets = [0; 4];
            for octet in letter.encode_utf8(&mut octets).bytes() {
                self.sum = (self.sum ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
}
