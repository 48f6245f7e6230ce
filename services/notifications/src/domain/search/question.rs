//! What is asked: words, and the patterns by which the index is asked for each.

use super::{
    text::{Section, variant_of},
    words::{Run, fold, runs, squeeze, tokens_of},
};

/// The most words of a question.
pub const MOST_TERMS: usize = 12;
/// From so many letters on, a word also matches longer ones that begin with it, and is looked for within words.
const LETTERS_OF_A_PART: usize = 3;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The words, each once.
    pub terms: Vec<Term>,
    /// The whole as one sequence, where it is more than one word.
    pub phrase: Option<Sequence>,
}

/// One word of a question: what stands between two spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// In the spelling of the index.
    pub folded: String,
    sequence: Sequence,
    variant: Option<String>,
}

/// Tokens that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    pub tokens: Vec<String>,
    /// True if the last token may go on.
    pub is_open: bool,
}

/// What the index is asked for: an entry that has one of the sequences in the section, or in any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub section: Option<Section>,
    pub alternatives: Vec<Sequence>,
}

impl Question {
    /// The question in a text.
    ///
    /// # Errors
    /// What is wrong with it, for the caller.
    pub fn parse(text: &str) -> Result<Self, String> {
        let folded = fold(text);
        let mut terms: Vec<Term> = Vec::new();
        for word in folded.split_whitespace() {
            if let Some(term) = Term::of(word)
                && !terms.iter().any(|known| known.sequence == term.sequence)
            {
                terms.push(term);
            }
        }
        if terms.is_empty() {
            return Err("is required: at least one letter or digit".to_owned());
        }
        if terms.len() > MOST_TERMS {
            return Err(format!("has {} words, at most {MOST_TERMS} are allowed", terms.len()));
        }
        let phrase = if terms.len() > 1 { sequence_of(&folded) } else { None };
        Ok(Self { terms, phrase })
    }
}

impl Term {
    fn of(word: &str) -> Option<Self> {
        Some(Self { folded: word.to_owned(), sequence: sequence_of(word)?, variant: variant_of(word) })
    }

    /// Entries that have the word itself, in the section or anywhere.
    #[must_use]
    pub fn exact(&self, section: Option<Section>) -> Pattern {
        let variant = self.variant.clone().map(|token| Sequence { tokens: vec![token], is_open: false });
        Pattern { section, alternatives: [self.sequence.clone()].into_iter().chain(variant).collect() }
    }

    /// Entries that have a longer word that begins with it; none where that is not asked for.
    #[must_use]
    pub fn beginning(&self) -> Option<Pattern> {
        let last = self.sequence.tokens.last()?;
        let is_word = !last.chars().any(super::words::is_ideographic);
        (is_word && last.chars().count() >= LETTERS_OF_A_PART).then(|| Pattern {
            section: None,
            alternatives: vec![Sequence { tokens: self.sequence.tokens.clone(), is_open: true }],
        })
    }

    /// What to look for within words, where the index knows nothing of it.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        (self.folded.chars().count() >= LETTERS_OF_A_PART).then_some(self.folded.as_str())
    }

    /// The spellings of the word by which it is recognised in a text: letters and digits alone.
    pub fn spellings(&self) -> impl Iterator<Item = String> + '_ {
        [squeeze(&self.folded)].into_iter().chain(self.variant.clone())
    }
}

/// The tokens of a text; none if it has neither letter nor digit. Where the last run is of ideographs, its last token would
/// stand for the end of the run, which is not asked for.
fn sequence_of(folded: &str) -> Option<Sequence> {
    let mut tokens = Vec::new();
    let mut last = None;
    for run in runs(folded) {
        tokens_of(run, |token| tokens.push(token.to_owned()));
        last = Some(run);
    }
    let is_open = match last? {
        Run::Word(_) => false,
        Run::Ideographs(run) if run.chars().nth(1).is_none() => true,
        Run::Ideographs(_) => {
            tokens.pop();
            false
        }
    };
    Some(Sequence { tokens, is_open })
}
