//! Takes apart the field that holds models, articles, batches and, now and then, a whole sentence.

use seamless_identifiers::{identifies_nothing, says_everything};

use super::text::{append, one_line, says_nothing};

/// A part longer than this is a sentence, not a model number; in characters.
const LONGEST_MODEL: usize = 60;
/// The most words of a model number.
const MOST_WORDS: usize = 7;
/// What may stand before a model number without saying more than the field does, in small letters.
const MODEL_LABELS: [&str; 7] =
    ["model number", "model name", "models", "model", "mod.", "type of model", "type"];
/// What stands before a batch number.
const BATCH_LABELS: [&str; 7] =
    ["batch number", "batch no", "batch code", "batch", "lot number", "lot no", "lot"];

/// What such a field says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Models {
    pub models: Vec<String>,
    pub batches: Vec<String>,
    /// What is more than a number: the whole text, where it is a sentence, or that all models or batches are meant.
    pub sentence: String,
    /// What stands there and identifies nothing: a voltage, a label without its number.
    pub others: Vec<String>,
}

impl Models {
    /// What stands in a field for batches is a batch, whatever it looks like.
    pub fn batches_only(mut self) -> Self {
        let models = std::mem::take(&mut self.models);
        for batch in models {
            if !self.batches.contains(&batch) {
                self.batches.push(batch);
            }
        }
        self
    }
}

/// Takes a field apart at commas, semicolons and line breaks. Where a part is a sentence, the text stays whole.
pub fn split(text: &str) -> Models {
    let mut found = Models::default();
    let between = [',', ';', '\n', '\t', '、', '，', '；'];
    let parts = || text.split(between).map(trimmed).filter(|part| !says_nothing(part));
    let is_sentence =
        |part: &String| part.chars().count() > LONGEST_MODEL || part.split(' ').count() > MOST_WORDS;
    if parts().any(|part| is_sentence(&part)) || parts().count() > 100 {
        found.sentence = one_line(text);
        return found;
    }
    for part in parts() {
        let (list, value) = match without_label(&part, &BATCH_LABELS) {
            Some(batch) => (&mut found.batches, batch),
            None => (&mut found.models, without_label(&part, &MODEL_LABELS).unwrap_or(&part)),
        };
        let list = match value {
            value if says_nothing(value) => continue,
            value if says_everything(value) || says_everything(&part) => {
                append(&mut found.sentence, &part);
                continue;
            }
            value if identifies_nothing(value) => &mut found.others,
            _ => list,
        };
        let value = value.to_owned();
        if !list.contains(&value) {
            list.push(value);
        }
    }
    found
}

/// Without blanks and stray signs at the ends.
fn trimmed(part: &str) -> String {
    let part = one_line(part);
    let part = part
        .trim_matches(|letter: char| matches!(letter, '.' | ':' | '-' | '–' | '/') || letter.is_whitespace());
    part.strip_prefix("and ").unwrap_or(part).to_owned()
}

/// The part after a label and the colon, point or blank that follows it.
fn without_label<'a>(part: &'a str, labels: &[&str]) -> Option<&'a str> {
    let label = labels
        .iter()
        .find(|label| part.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)))?;
    let after = &part[label.len()..];
    let value = after.trim_start_matches(['.', ':', ' ']);
    let value = value.strip_prefix("no.").or_else(|| value.strip_prefix("No.")).unwrap_or(value);
    let value = value.trim_start_matches(['.', ':', ' ']);
    (value.len() < after.len() && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_listed_and_sentences_kept_whole() {
        let found = split("Model No. 817-2, TS14906; Lot: B07, Unknown, model: 817-2, Art. No. 172510.");
        assert_eq!(found.models, ["817-2", "TS14906", "Art. No. 172510"]);
        assert_eq!(found.batches, ["B07"]);
        let sentence = "The recall concerns cars of 2008, made from May to July in the northern factory.";
        assert_eq!(split(sentence), Models { sentence: sentence.to_owned(), ..Models::default() });
        assert_eq!(split(" Unknown. "), Models::default());
        let found = split("K-7、K-8, 230V, N/A, EAN, All batches");
        assert_eq!(
            (found.models, found.sentence),
            (vec!["K-7".to_owned(), "K-8".to_owned()], "All batches".to_owned())
        );
        assert_eq!(found.others, ["230V", "EAN"]);
        assert_eq!(split("Lottery 5, Typewriter").models, ["Lottery 5", "Typewriter"]);
    }
}
