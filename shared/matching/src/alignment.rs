//! Which tokens of one record are found in the other, and how surely.
//!
//! Invariant: a share lies between 0 (not found) and 1 (found as it is).

use crate::{
    corpus::Corpus,
    prepared::{Prepared, Section, Token},
    text::{self, Kind},
    words,
};

/// Less alike than this is not alike.
const LEAST_ALIKE: f64 = 0.9;
/// Shorter pieces are found in any text.
const LEAST_PART: usize = 4;

/// The tokens of one record's name beside the other record.
pub(crate) struct Aligned {
    /// The weight of each token of the name.
    pub weights: Vec<f32>,
    /// Whether each is in the other name.
    pub exact: Vec<bool>,
    /// How surely each is in the other's name, model, brand or manufacturer.
    pub in_name: Vec<f32>,
    /// The same, the other's description included.
    pub in_all: Vec<f32>,
}

/// Looks for the tokens of the name of `of` in `other`. Tokens in a script that `other` does not use weigh nothing.
pub(crate) fn align(of: &Prepared, other: &Prepared, corpus: &Corpus) -> Aligned {
    let name = of.section(Section::Name);
    let mut aligned = Aligned {
        weights: Vec::with_capacity(name.len()),
        exact: Vec::with_capacity(name.len()),
        in_name: Vec::with_capacity(name.len()),
        in_all: Vec::with_capacity(name.len()),
    };
    let other_name = other.section(Section::Name);
    let ideographs = other_name.iter().any(|token| token.kind == Kind::Ideographs);
    let letters = other_name.iter().any(|token| token.kind == Kind::Word);
    for token in name {
        let weight = match token.kind {
            Kind::Empty => 0.02,
            Kind::Ideographs if !ideographs && is_no_colour(of, token) => 0.0,
            Kind::Word if ideographs && !letters && is_no_colour(of, token) => 0.0,
            _ => corpus.weight(token.hash),
        };
        let exact = other_name.iter().any(|theirs| theirs.hash == token.hash);
        let in_name = if exact { 1.0 } else { in_name(of, token, other) };
        let in_all = if in_name < 1.0 && other.description().binary_search(&token.hash).is_ok() {
            1.0
        } else {
            in_name
        };
        aligned.weights.push(weight);
        aligned.exact.push(exact);
        aligned.in_name.push(in_name);
        aligned.in_all.push(in_all);
    }
    aligned
}

fn is_no_colour(of: &Prepared, token: &Token) -> bool {
    words::colour(of.text(token)).is_none()
}

/// How surely a token, that is not in the other's name as it is, is there in another form.
fn in_name(of: &Prepared, token: &Token, other: &Prepared) -> f32 {
    if other.all().iter().any(|theirs| theirs.hash == token.hash) {
        return 1.0;
    }
    let text = of.text(token);
    match token.kind {
        Kind::Word => {
            if text.len() < 3 {
                return 0.0;
            }
            if text.len() >= LEAST_PART && other.compact_name().contains(text) {
                return 0.9;
            }
            let words = other.section(Section::Name).iter().chain(other.section(Section::Brand));
            let best = words
                .filter(|theirs| theirs.kind == Kind::Word)
                .map(|theirs| words_alike(text, other.text(theirs)));
            best.fold(0.0, f32::max)
        }
        Kind::Code => {
            if text.len() >= LEAST_PART && other.compact_name().contains(text) {
                return 0.95;
            }
            let codes = other.codes().iter().map(|theirs| codes_alike(text, other.text(theirs)));
            let best = codes.fold(0.0, f32::max);
            if best >= 0.75 { best * 0.9 } else { 0.0 }
        }
        Kind::Number | Kind::Measure => {
            let number = |text: &str| text.trim_end_matches(|c: char| c.is_alphabetic()).to_owned();
            let theirs = other.section(Section::Name).iter().filter(|theirs| {
                matches!(
                    (token.kind, theirs.kind),
                    (Kind::Number, Kind::Measure) | (Kind::Measure, Kind::Number)
                )
            });
            let ours = number(text);
            if theirs.into_iter().any(|theirs| number(other.text(theirs)) == ours) { 0.7 } else { 0.0 }
        }
        Kind::Ideographs | Kind::Empty => 0.0,
    }
}

/// How alike two words are, with typing mistakes and shortened forms.
fn words_alike(one: &str, two: &str) -> f32 {
    if one.as_bytes().first() != two.as_bytes().first() {
        return 0.0;
    }
    let (short, long) = if (one.len(), one) < (two.len(), two) { (one, two) } else { (two, one) };
    if short.len() >= 3 && long.starts_with(short) {
        return 0.6 + 0.35 * short.len() as f32 / long.len() as f32;
    }
    if short.len() < LEAST_PART || long.len() > short.len() + 3 {
        return 0.0;
    }
    let alike = strsim::jaro_winkler(short, long);
    if alike >= LEAST_ALIKE { alike as f32 * 0.95 } else { 0.0 }
}

/// How alike two model numbers are: a common beginning or end counts by its share, else the distance of editing.
pub(crate) fn codes_alike(one: &str, two: &str) -> f32 {
    if one == two {
        return 1.0;
    }
    let (short, long) = if one.len() < two.len() { (one, two) } else { (two, one) };
    if short.is_empty() {
        return 0.0;
    }
    let share = short.len() as f32 / long.len() as f32;
    if short.len() >= 3 && (long.starts_with(short) || long.ends_with(short)) {
        return 0.7 + 0.3 * share;
    }
    if short.len() >= 5 && long.contains(short) {
        return 0.6 + 0.3 * share;
    }
    if share < 0.5 {
        return 0.0;
    }
    strsim::normalized_levenshtein(one, two) as f32 * 0.9
}

/// Whether a record has a model number somewhere in its text.
pub(crate) fn holds(record: &Prepared, code: &str, hash: u32) -> bool {
    record.all().iter().any(|token| token.hash == hash)
        || record.description().binary_search(&hash).is_ok()
        || (code.len() >= LEAST_PART && record.compact_name().contains(code))
}

/// The best pair of model numbers of two records: places in their `codes()` and how alike they are.
pub(crate) fn best_codes(one: &Prepared, two: &Prepared) -> Option<(usize, usize, f32)> {
    let mut best: Option<(usize, usize, f32)> = None;
    for (at, code) in one.codes().iter().enumerate() {
        for (other_at, other) in two.codes().iter().enumerate() {
            let alike =
                if code.hash == other.hash { 1.0 } else { codes_alike(one.text(code), two.text(other)) };
            if best.is_none_or(|(.., best)| alike > best) {
                best = Some((at, other_at, alike));
            }
        }
    }
    best
}

/// Dice coefficient of the runs of three characters of two texts, each run counted once, and the share of those of the
/// text that has fewer that the other has too.
pub(crate) fn trigrams_alike(one: &str, two: &str) -> Option<(f32, f32)> {
    let (one, two) = (trigrams(one), trigrams(two));
    if one.is_empty() || two.is_empty() {
        return None;
    }
    let common = shared(&one, &two) as f32;
    Some((2.0 * common / (one.len() + two.len()) as f32, common / one.len().min(two.len()) as f32))
}

fn trigrams(text: &str) -> Vec<u32> {
    let mut grams: Vec<u32> =
        text.as_bytes().windows(3).map(|gram| u32::from_be_bytes([0, gram[0], gram[1], gram[2]])).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// How many tokens, one after the other, the longest stretch has that stands in both names.
pub(crate) fn longest_run(one: &[Token], two: &[Token]) -> usize {
    let mut longest = 0;
    // Of each token of `two`, how long the stretch is that ends with it and the present token of `one`.
    let mut lengths = vec![0; two.len() + 1];
    for ours in one {
        for (at, theirs) in two.iter().enumerate().rev() {
            lengths[at + 1] = if ours.hash == theirs.hash { lengths[at] + 1 } else { 0 };
            longest = longest.max(lengths[at + 1]);
        }
    }
    longest
}

/// How many values two sorted lists share.
pub(crate) fn shared<T: Ord>(one: &[T], two: &[T]) -> usize {
    let (mut at, mut other, mut count) = (0, 0, 0);
    while let (Some(here), Some(there)) = (one.get(at), two.get(other)) {
        match here.cmp(there) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => other += 1,
            std::cmp::Ordering::Equal => {
                at += 1;
                other += 1;
                count += 1;
            }
        }
    }
    count
}

/// Measures of one unit: whether two records agree, and whether they contradict.
pub(crate) fn measures(one: &Prepared, two: &Prepared) -> (usize, usize) {
    fn of(record: &Prepared) -> Vec<(f64, &str)> {
        let tokens = record.section(Section::Name).iter().filter(|token| token.kind == Kind::Measure);
        tokens.filter_map(|token| text::measured(record.text(token))).collect()
    }
    let (ours, theirs) = (of(one), of(two));
    let ((agree, contradict), (agree_back, contradict_back)) =
        (measured(&ours, &theirs), measured(&theirs, &ours));
    (agree.min(agree_back), contradict + contradict_back)
}

fn measured(ours: &[(f64, &str)], theirs: &[(f64, &str)]) -> (usize, usize) {
    let (mut agree, mut contradict) = (0, 0);
    for (value, unit) in ours {
        let mut of_unit = theirs.iter().filter(|(_, other)| other == unit).peekable();
        let is_comparable = of_unit.peek().is_some();
        if of_unit.any(|(other, _)| (value - other).abs() <= value.max(*other) * 0.02) {
            agree += 1;
        } else if is_comparable {
            contradict += 1;
        }
    }
    (agree, contradict)
}

/// The weight of the tokens that two lists share, by that of the lighter list: 1 if one holds the other.
pub(crate) fn share_of_weight(one: &[Token], two: &[Token], corpus: &Corpus) -> f32 {
    // The least part of a weight keeps usual words from dividing nothing by nothing.
    let weight =
        |tokens: &[Token]| -> f32 { tokens.iter().map(|token| corpus.weight(token.hash) + 0.1).sum() };
    let common = |of: &[Token], and: &[Token]| -> f32 {
        let common = of.iter().filter(|token| and.iter().any(|other| other.hash == token.hash));
        weight(&common.copied().collect::<Vec<_>>())
    };
    // Sums depend on their order in the last digit: the lesser one is the same for both orders of the records.
    common(one, two).min(common(two, one)) / weight(one).min(weight(two)).max(0.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Product;

    fn named(name: &str) -> Prepared {
        Prepared::new(&Product { names: vec![name.to_owned()], ..Product::default() })
    }

    #[test]
    fn the_longest_run_is_of_tokens_that_follow_each_other_in_both_names() {
        let run = |one: &str, two: &str| {
            let (one, two) = (named(one), named(two));
            let (ours, theirs) = (one.section(Section::Name), two.section(Section::Name));
            let longest = longest_run(ours, theirs);
            assert_eq!(longest, longest_run(theirs, ours));
            longest
        };
        assert_eq!(run("Kettwell electric kettle, steel", "steel: electric kettle Kettwell"), 2);
        assert_eq!(
            run("electric steel kettle", "electric glass kettle"),
            1,
            "not those between which others stand"
        );
        assert_eq!(run("electric kettle", "electric kettle"), 2);
        assert_eq!((run("electric kettle", "plush bear"), run("", "plush bear")), (0, 0));
    }

    #[test]
    fn a_short_text_within_a_long_one_is_found_whole_though_they_are_not_alike() {
        let (alike, within) = trigrams_alike("kettle", "kettwellkettle").unwrap();
        assert_eq!(within, 1.0);
        assert!(alike < 0.6, "{alike}");
        assert_eq!(trigrams_alike("kettle", "kettwellkettle"), trigrams_alike("kettwellkettle", "kettle"));
        assert_eq!(trigrams_alike("", "kettle"), None);
    }
}
