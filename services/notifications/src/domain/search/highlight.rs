//! Where the words of a question stand in the texts that a viewer is shown. This is also the proof of a hit: what has
//! no place in a shown text is no hit, whatever the index says.

use super::{question::Question, text::ShownText, words::fold_char};

/// The most places that are told.
const MOST_PLACES: usize = 8;
/// The most characters of an excerpt.
pub const EXCERPT_LENGTH: usize = 160;
/// Characters before the word.
const BEFORE: usize = 50;

/// A place where a word stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    pub path: String,
    pub excerpt: String,
}

/// The places of the question's words, at most one a text; none if it has none of them.
#[must_use]
pub fn highlights(question: &Question, texts: &[ShownText]) -> Vec<Highlight> {
    let spellings: Vec<Vec<char>> =
        question.terms.iter().flat_map(|term| term.spellings()).map(|word| word.chars().collect()).collect();
    let places = texts.iter().filter_map(|shown| {
        let letters = Letters::of(&shown.text);
        let (start, end) = spellings.iter().find_map(|word| letters.find(word))?;
        Some(Highlight { path: shown.path.clone(), excerpt: excerpt(&shown.text, start, end) })
    });
    places.take(MOST_PLACES).collect()
}

/// The letters and digits of a text in the spelling of the index, each with the place of the character that it comes from.
struct Letters {
    letters: Vec<char>,
    places: Vec<usize>,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut found = Self { letters: Vec::new(), places: Vec::new() };
        for (place, character) in text.chars().enumerate() {
            fold_char(character, |part| {
                if part.is_alphanumeric() {
                    found.letters.push(part);
                    found.places.push(place);
                }
            });
        }
        found
    }

    /// The places of the first and the last character of the word: at the beginning of a word rather than within one.
    fn find(&self, word: &[char]) -> Option<(usize, usize)> {
        if word.is_empty() {
            return None;
        }
        let mut starts = (0..self.letters.len().checked_sub(word.len() - 1)?)
            .filter(|start| self.letters[*start..].starts_with(word));
        let first = starts.next()?;
        let begins = |start: &usize| *start == 0 || self.places[*start] > self.places[*start - 1] + 1;
        let start = if begins(&first) { first } else { starts.find(begins).unwrap_or(first) };
        Some((self.places[start], self.places[start + word.len() - 1]))
    }
}

/// At most [`EXCERPT_LENGTH`] characters around the word, with an ellipsis where text was left out.
fn excerpt(text: &str, start: usize, end: usize) -> String {
    let length = text.chars().count();
    if length <= EXCERPT_LENGTH {
        return text.to_owned();
    }
    let room = EXCERPT_LENGTH - 2;
    let latest = length.saturating_sub(room);
    let from = start.saturating_sub(BEFORE).max((end + 1).saturating_sub(room)).min(start).min(latest);
    let shown: String = text.chars().skip(from).take(room).collect();
    let head = if from > 0 { "…" } else { "" };
    let tail = if from + room < length { "…" } else { "" };
    format!("{head}{shown}{tail}")
}
