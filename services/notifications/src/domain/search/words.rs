//! Text to tokens, the same for what is stored and for what is asked.
//!
//! A word is a run of letters and digits, in lower case and without accents. Scripts that write without spaces (Chinese,
//! Japanese, Korean) have no words to go by: there each character begins a token, which holds the next one too, so that
//! any part of a text is a sequence of neighbouring tokens.

use unicode_normalization::UnicodeNormalization;

/// Longer words are cut after so many bytes, in the index as in the question.
const WORD_LENGTH: usize = 40;

/// One character in the spelling of the index; it may become none (an accent) or several (a ligature).
pub fn fold_char(character: char, mut put: impl FnMut(char)) {
    if character.is_ascii() {
        return put(character.to_ascii_lowercase());
    }
    if is_hangul(character) {
        return put(character);
    }
    for part in character.nfkd().flat_map(char::to_lowercase) {
        if !is_accent(part) {
            put(part);
        }
    }
}

/// The text in the spelling of the index: compatible forms made one, lower case, no accents.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold_char(character, |part| folded.push(part));
    }
    folded
}

/// Letters and digits alone.
#[must_use]
pub fn squeeze(folded: &str) -> String {
    folded.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// True for a character of a script that writes without spaces.
#[must_use]
pub fn is_ideographic(character: char) -> bool {
    matches!(character,
        '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
        || is_hangul(character)
}

fn is_hangul(character: char) -> bool {
    ('\u{AC00}'..='\u{D7AF}').contains(&character)
}

fn is_accent(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}')
}

/// A run of one kind of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run<'t> {
    Word(&'t str),
    Ideographs(&'t str),
}

/// The runs of a folded text, in their order.
pub fn runs(folded: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        rest = &rest[start..];
        let ideographs = rest.chars().next().is_some_and(is_ideographic);
        let belongs =
            |character: char| character.is_alphanumeric() && is_ideographic(character) == ideographs;
        let end = rest.find(|character: char| !belongs(character)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(if ideographs { Run::Ideographs(run) } else { Run::Word(cut(run)) })
    })
}

/// Gives each token of a run to `put`: a word, or for each ideograph it and its neighbour.
pub fn tokens_of<'t>(run: Run<'t>, mut put: impl FnMut(&'t str)) {
    match run {
        Run::Word(word) => put(word),
        Run::Ideographs(run) => {
            for (start, character) in run.char_indices() {
                let next = run[start + character.len_utf8()..].chars().next().map_or(0, char::len_utf8);
                put(&run[start..start + character.len_utf8() + next]);
            }
        }
    }
}

fn cut(word: &str) -> &str {
    if word.len() <= WORD_LENGTH {
        return word;
    }
    let end = (0..=WORD_LENGTH).rev().find(|end| word.is_char_boundary(*end)).unwrap_or(0);
    &word[..end]
}
