//! The glossary: which Chinese words stand for an English term of product safety, as people reviewed it.
//!
//! Invariant: no English form stands for two terms; each term has a Chinese word.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Deserialize;

/// A term.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// In English: `choking`.
    pub english: String,
    /// Other forms and words for it: `choke`, `chokes`.
    #[serde(default)]
    pub english_variants: Vec<String>,
    /// In Chinese: 窒息.
    pub chinese: String,
    /// Other words that are accepted for it.
    #[serde(default)]
    pub chinese_variants: Vec<String>,
    /// Who reviewed it; empty where nobody has.
    #[serde(default)]
    pub reviewed_by: String,
    /// When.
    #[serde(default)]
    pub reviewed_on: Option<Date>,
}

/// The terms, and the file that they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glossary {
    terms: Vec<Term>,
    /// SHA-256 of the file, in hexadecimal digits.
    sha256: String,
    /// By the first word of an English form: its words, and the number of its term; the longest first.
    forms: HashMap<String, Vec<(Vec<String>, usize)>>,
}

/// A term that an English text uses, and the Chinese one does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed<'g> {
    pub term: &'g Term,
    /// As the English text has it.
    pub found: String,
}

impl Glossary {
    /// A glossary of these terms.
    ///
    /// # Errors
    /// All that is wrong with them, a line each.
    pub fn new(terms: Vec<Term>, sha256: String) -> Result<Self, Vec<String>> {
        let (mut forms, mut wrong): (HashMap<String, Vec<_>>, _) = (HashMap::new(), Vec::new());
        let mut owners: HashMap<Vec<String>, usize> = HashMap::new();
        for (number, term) in terms.iter().enumerate() {
            let of = format!("term {} ({:?})", number + 1, term.english);
            for form in std::iter::once(&term.english).chain(&term.english_variants) {
                let words: Vec<String> = words(form).map(|(_, word)| word).collect();
                let Some(first) = words.first().cloned() else {
                    wrong.push(format!("{of}: an English form wants a word; got {form:?}"));
                    continue;
                };
                if let Some(known) = owners.insert(words.clone(), number) {
                    wrong.push(format!("{of}: {form:?} stands for term {} already", known + 1));
                }
                forms.entry(first).or_default().push((words, number));
            }
            if std::iter::once(&term.chinese).chain(&term.chinese_variants).any(|word| word.trim().is_empty())
            {
                wrong.push(format!("{of}: a Chinese word is empty"));
            }
            if term.reviewed_by.is_empty() != term.reviewed_on.is_none() {
                wrong.push(format!("{of}: reviewed_by and reviewed_on want each other"));
            }
        }
        for of_word in forms.values_mut() {
            of_word.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        if wrong.is_empty() { Ok(Self { terms, sha256, forms }) } else { Err(wrong) }
    }

    /// The terms, in their order.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// SHA-256 of the file, in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// How many terms somebody reviewed.
    #[must_use]
    pub fn reviewed(&self) -> usize {
        self.terms.iter().filter(|term| !term.reviewed_by.is_empty()).count()
    }

    /// The terms that the English text uses, of which the Chinese one has none of the words; each once, in the order of the text.
    /// Where several forms begin at a word, the longest counts: an electric shock is no other shock.
    #[must_use]
    pub fn missed(&self, english: &str, chinese: &str) -> Vec<Missed<'_>> {
        let text: Vec<(&str, String)> = words(english).collect();
        let (mut missed, mut seen, mut at): (Vec<Missed<'_>>, Vec<usize>, usize) =
            (Vec::new(), Vec::new(), 0);
        while let Some((_, word)) = text.get(at) {
            let begins = |form: &[String]| {
                let rest = text.get(at..at + form.len()).unwrap_or_default();
                rest.len() == form.len() && rest.iter().zip(form).all(|((_, word), wanted)| word == wanted)
            };
            let found = self.forms.get(word).and_then(|forms| forms.iter().find(|(form, _)| begins(form)));
            let Some((form, number)) = found else {
                at += 1;
                continue;
            };
            let written = text.iter().skip(at).take(form.len()).map(|(written, _)| *written);
            let written = written.collect::<Vec<_>>().join(" ");
            at += form.len();
            let Some(term) = self.terms.get(*number) else { continue };
            let mut wanted = std::iter::once(&term.chinese).chain(&term.chinese_variants);
            if !seen.contains(number) && !wanted.any(|word| chinese.contains(word.as_str())) {
                missed.push(Missed { term, found: written });
            }
            seen.push(*number);
        }
        missed
    }
}

impl Term {
    /// The Chinese words that stand for it.
    #[must_use]
    pub fn wanted(&self) -> Vec<String> {
        std::iter::once(&self.chinese).chain(&self.chinese_variants).cloned().collect()
    }
}

/// The words of a text, as they are written and in small letters.
fn words(text: &str) -> impl Iterator<Item = (&str, String)> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| (word, word.to_lowercase()))
}
