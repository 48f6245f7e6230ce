//! What the model knows of two records: numbers, missing (NaN) where one of the records does not say.
//!
//! Invariant: the features of (a, b) are those of (b, a).

use crate::{
    alignment::{self, Aligned},
    corpus::Corpus,
    prepared::{Prepared, Section, Token},
    text::Kind,
    words,
};

/// What a feature speaks of, for the reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Name,
    Model,
    Brand,
    Numbers,
    Colour,
    Price,
}

macro_rules! features {
    ($($name:ident: $topic:ident),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Feature { $($name),* }
        /// The topic of each feature.
        pub(crate) const TOPICS: &[Topic] = &[$(Topic::$topic),*];
        /// The name of each feature.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
        use Feature::*;
    };
}

features! {
    NAME_JACCARD: Name,
    NAME_PLAIN_JACCARD: Name,
    NAME_COSINE: Name,
    NAME_FOUND_LESS: Name,
    NAME_FOUND_MORE: Name,
    ALL_FOUND_LESS: Name,
    ALL_FOUND_MORE: Name,
    WORDS_FOUND_LESS: Name,
    WORDS_FOUND_MORE: Name,
    WORD_MISSED_LESS: Name,
    WORD_MISSED_MORE: Name,
    WORDS_MISSED_LESS: Name,
    WORDS_MISSED_MORE: Name,
    ANY_MISSED_LESS: Name,
    ANY_MISSED_MORE: Name,
    COUNT_MISSED_LESS: Name,
    COUNT_MISSED_MORE: Name,
    HEAD_FOUND_LESS: Name,
    HEAD_FOUND_MORE: Name,
    WORD_SHARED_RAREST: Name,
    WORDS_SHARED: Name,
    NAME_TRIGRAMS: Name,
    NAME_TRIGRAMS_WITHIN: Name,
    NAME_LENGTH_LESS: Name,
    NAME_LENGTH_MORE: Name,
    FIRST_WORD_SAME: Name,
    PAIRS_SHARED: Name,
    LONGEST_RUN: Name,
    DESCRIPTION_SHARED: Name,
    NAME_IN_DESCRIPTION: Name,
    CODE_BEST: Model,
    CODES_FOUND_LESS: Model,
    CODES_FOUND_MORE: Model,
    CODES_LESS: Model,
    CODES_MORE: Model,
    CODE_SHARED_WEIGHT: Model,
    CODE_SHARED_LENGTH: Model,
    CODE_MISSED_LESS: Model,
    CODE_MISSED_MORE: Model,
    MODEL_BEST: Model,
    NUMBERS_JACCARD: Numbers,
    NUMBERS_MISSED_LESS: Numbers,
    NUMBERS_MISSED_MORE: Numbers,
    NUMBERS_SHARED: Numbers,
    PLAIN_NUMBERS_MISSED_LESS: Numbers,
    PLAIN_NUMBERS_MISSED_MORE: Numbers,
    PLAIN_NUMBERS_SHARED: Numbers,
    MEASURES_AGREE: Numbers,
    MEASURES_CONTRADICT: Numbers,
    BRAND_SAME: Brand,
    BRAND_IN_NAME: Brand,
    COLOURS: Colour,
    PRICE_RATIO: Price,
}

/// Tokens with which a name begins.
const HEAD: usize = 4;

/// How many features there are.
pub(crate) const WIDTH: usize = TOPICS.len();

/// The features of two records.
pub(crate) type Row = [f32; WIDTH];

/// Compares two records.
pub(crate) fn compare(one: &Prepared, two: &Prepared, corpus: &Corpus) -> Row {
    let mut row = [f32::NAN; WIDTH];
    let (ours, theirs) = (alignment::align(one, two, corpus), alignment::align(two, one, corpus));
    names(&mut row, (one, &ours), (two, &theirs));
    codes(&mut row, one, two, corpus);
    numbers(&mut row, (one, &ours), (two, &theirs));
    brands(&mut row, one, two, corpus);
    colours(&mut row, one, two);
    if let (Some(ours), Some(theirs)) = (one.price(), two.price()) {
        row[PRICE_RATIO as usize] = ours.min(theirs) / ours.max(theirs);
    }
    row
}

/// What the reasons need to know of a comparison.
pub(crate) struct Facts {
    /// Whether the names can be compared at all.
    pub names: bool,
    /// How alike the most alike model numbers are.
    pub code: Option<f32>,
    /// How alike the brands are.
    pub brand: Option<f32>,
    /// Whether the brand of one is in the name of the other.
    pub brand_in_name: Option<f32>,
    /// Whether the colours agree.
    pub colours: Option<f32>,
    /// The lower price by the higher.
    pub price: Option<f32>,
}

/// Reads the facts from a row.
pub(crate) fn facts(row: &Row) -> Facts {
    let stated = |feature: Feature| Some(row[feature as usize]).filter(|value| !value.is_nan());
    Facts {
        names: stated(NAME_JACCARD).is_some(),
        code: stated(CODE_BEST),
        brand: stated(BRAND_SAME),
        brand_in_name: stated(BRAND_IN_NAME),
        colours: stated(COLOURS),
        price: stated(PRICE_RATIO),
    }
}

fn as_number(is_so: bool) -> f32 {
    if is_so { 1.0 } else { 0.0 }
}

/// Puts the less and the greater of two numbers into two features, so that the order of the records means nothing.
fn both(row: &mut Row, less: Feature, more: Feature, one: f32, two: f32) {
    row[less as usize] = one.min(two);
    row[more as usize] = one.max(two);
}

/// The found share of the weight, of those tokens that `which` takes.
fn found(side: (&Prepared, &Aligned), shares: &[f32], which: impl Fn(Kind) -> bool) -> (f32, f32) {
    let tokens = side.0.section(Section::Name).iter().zip(&side.1.weights).zip(shares);
    let (mut found, mut all) = (0.0, 0.0);
    for ((_, weight), share) in tokens.filter(|((token, _), _)| which(token.kind)) {
        found += weight * share;
        all += weight;
    }
    (found, all)
}

fn is_word(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Ideographs)
}

fn names(row: &mut Row, one: (&Prepared, &Aligned), two: (&Prepared, &Aligned)) {
    let weight = |side: &Aligned| side.weights.iter().sum::<f32>();
    let (our_weight, their_weight) = (weight(one.1), weight(two.1));
    // Two names without a common script say nothing of each other.
    if our_weight <= 0.1 || their_weight <= 0.1 {
        return;
    }
    let exact = |side: &Aligned, power: i32| -> f32 {
        side.weights
            .iter()
            .zip(&side.exact)
            .filter(|(_, exact)| **exact)
            .map(|(weight, _)| weight.powi(power))
            .sum()
    };
    let both_exact = exact(one.1, 1).min(exact(two.1, 1));
    row[NAME_JACCARD as usize] = both_exact / (our_weight + their_weight - both_exact);
    let counted = |side: &Aligned| side.weights.iter().filter(|weight| **weight > 0.02).count() as f32;
    let shared =
        one.1.exact.iter().zip(&one.1.weights).filter(|(exact, weight)| **exact && **weight > 0.02).count()
            as f32;
    let (our_count, their_count) = (counted(one.1), counted(two.1));
    row[NAME_PLAIN_JACCARD as usize] = shared / (our_count + their_count - shared).max(1.0);
    let squares = |side: &Aligned| side.weights.iter().map(|weight| weight * weight).sum::<f32>();
    row[NAME_COSINE as usize] =
        exact(one.1, 2).min(exact(two.1, 2)) / (squares(one.1) * squares(two.1)).sqrt();
    let share = |(found, all): (f32, f32)| if all > 0.0 { found / all } else { f32::NAN };
    let any = |_| true;
    both(
        row,
        NAME_FOUND_LESS,
        NAME_FOUND_MORE,
        share(found(one, &one.1.in_name, any)),
        share(found(two, &two.1.in_name, any)),
    );
    both(
        row,
        ALL_FOUND_LESS,
        ALL_FOUND_MORE,
        share(found(one, &one.1.in_all, any)),
        share(found(two, &two.1.in_all, any)),
    );
    let (our_words, their_words) = (found(one, &one.1.in_all, is_word), found(two, &two.1.in_all, is_word));
    both(row, WORDS_FOUND_LESS, WORDS_FOUND_MORE, share(our_words), share(their_words));
    both(row, WORDS_MISSED_LESS, WORDS_MISSED_MORE, our_words.1 - our_words.0, their_words.1 - their_words.0);
    both(
        row,
        WORD_MISSED_LESS,
        WORD_MISSED_MORE,
        heaviest_missed(one, is_word),
        heaviest_missed(two, is_word),
    );
    let any_missed = |side| heaviest_missed(side, any);
    both(row, ANY_MISSED_LESS, ANY_MISSED_MORE, any_missed(one), any_missed(two));
    both(row, COUNT_MISSED_LESS, COUNT_MISSED_MORE, count_missed(one.1), count_missed(two.1));
    both(row, HEAD_FOUND_LESS, HEAD_FOUND_MORE, head_found(one.1), head_found(two.1));
    let shared_weights =
        one.1.weights.iter().zip(&one.1.exact).filter(|(_, exact)| **exact).map(|(weight, _)| *weight);
    row[WORD_SHARED_RAREST as usize] = shared_weights.fold(0.0, f32::max);
    row[WORDS_SHARED as usize] = both_exact;
    both(row, NAME_LENGTH_LESS, NAME_LENGTH_MORE, our_count, their_count);
    if let Some((alike, within)) = alignment::trigrams_alike(one.0.compact_name(), two.0.compact_name()) {
        row[NAME_TRIGRAMS as usize] = alike;
        row[NAME_TRIGRAMS_WITHIN as usize] = within;
    }
    let (ours, theirs) = (one.0.section(Section::Name), two.0.section(Section::Name));
    if let (Some(first), Some(other)) = (ours.first(), theirs.first()) {
        row[FIRST_WORD_SAME as usize] = as_number(first.hash == other.hash);
    }
    let shorter = ours.len().min(theirs.len()).max(1) as f32;
    row[LONGEST_RUN as usize] = alignment::longest_run(ours, theirs) as f32 / shorter;
    let pairs = |tokens: &[Token]| -> Vec<(u32, u32)> {
        let mut pairs: Vec<(u32, u32)> = tokens.windows(2).map(|pair| (pair[0].hash, pair[1].hash)).collect();
        pairs.sort_unstable();
        pairs
    };
    let (our_pairs, their_pairs) = (pairs(ours), pairs(theirs));
    if !our_pairs.is_empty() && !their_pairs.is_empty() {
        let least = our_pairs.len().min(their_pairs.len()) as f32;
        row[PAIRS_SHARED as usize] = alignment::shared(&our_pairs, &their_pairs) as f32 / least;
    }
    descriptions(row, one.0, two.0);
}

fn descriptions(row: &mut Row, one: &Prepared, two: &Prepared) {
    let (ours, theirs) = (one.description(), two.description());
    if !ours.is_empty() && !theirs.is_empty() {
        row[DESCRIPTION_SHARED as usize] =
            alignment::shared(ours, theirs) as f32 / ours.len().min(theirs.len()) as f32;
    }
    let within = |name: &Prepared, description: &[u32]| -> Option<f32> {
        let name = name.section(Section::Name);
        let found = name.iter().filter(|token| description.binary_search(&token.hash).is_ok()).count();
        (!description.is_empty() && !name.is_empty()).then(|| found as f32 / name.len() as f32)
    };
    let best = within(one, theirs).into_iter().chain(within(two, ours)).reduce(f32::max);
    if let Some(best) = best {
        row[NAME_IN_DESCRIPTION as usize] = best;
    }
}

/// The weight of the heaviest token that the other record does not have.
fn heaviest_missed(side: (&Prepared, &Aligned), which: impl Fn(Kind) -> bool) -> f32 {
    let tokens = side.0.section(Section::Name).iter().zip(&side.1.weights).zip(&side.1.in_all);
    let missed =
        tokens.filter(|((token, _), _)| which(token.kind)).map(|((_, weight), share)| weight * (1.0 - share));
    missed.fold(0.0, f32::max)
}

/// How many tokens, that weigh something, the other record does not have.
fn count_missed(side: &Aligned) -> f32 {
    let tokens = side.weights.iter().zip(&side.in_all);
    tokens.filter(|(weight, share)| **weight > 0.02 && **share < 0.5).count() as f32
}

/// The found share of the weight where the name begins: there it says what the product is, at its end what else there is.
fn head_found(side: &Aligned) -> f32 {
    let (mut found, mut all) = (0.0, 0.0);
    for (weight, share) in side.weights.iter().zip(&side.in_all).take(HEAD) {
        // The least part of a weight keeps usual words from dividing nothing by nothing.
        found += (weight + 0.1) * share;
        all += weight + 0.1;
    }
    if all > 0.0 { found / all } else { f32::NAN }
}

fn codes(row: &mut Row, one: &Prepared, two: &Prepared, corpus: &Corpus) {
    let count = |record: &Prepared| record.codes().len() as f32;
    both(row, CODES_LESS, CODES_MORE, count(one), count(two));
    let best_of = |side: &Prepared, code: &Token, other: &Prepared| -> f32 {
        if other.all().iter().any(|theirs| theirs.hash == code.hash) {
            return 1.0;
        }
        let text = side.text(code);
        if other.description().binary_search(&code.hash).is_ok() {
            return 1.0;
        }
        if text.len() >= 4 && other.compact_name().contains(text) {
            return 0.97;
        }
        let alike = other.codes().iter().map(|theirs| alignment::codes_alike(text, other.text(theirs)));
        alike.fold(0.0, f32::max)
    };
    let mut sides = Vec::with_capacity(2);
    for (side, other) in [(one, two), (two, one)] {
        let (mut found, mut all, mut best, mut missed) = (0.0, 0.0, f32::NAN, 0.0_f32);
        let (mut shared_weight, mut shared_length) = (0.0_f32, 0.0_f32);
        for code in side.codes() {
            let (weight, share) = (corpus.weight(code.hash), best_of(side, code, other));
            found += weight * share;
            all += weight;
            best = best.max(share);
            missed = missed.max(weight * (1.0 - share));
            if share >= 0.97 {
                shared_weight = shared_weight.max(weight);
                shared_length = shared_length.max(f32::from(side.text(code).len() as u8));
            }
        }
        let share = if all > 0.0 { found / all } else { f32::NAN };
        sides.push((share, best, missed, shared_weight, shared_length, all));
    }
    let (ours, theirs) = (sides[0], sides[1]);
    if ours.5 > 0.0 || theirs.5 > 0.0 {
        row[CODE_BEST as usize] = ours.1.max(theirs.1);
        row[CODE_SHARED_WEIGHT as usize] = ours.3.max(theirs.3);
        row[CODE_SHARED_LENGTH as usize] = ours.4.max(theirs.4);
    }
    if ours.5 > 0.0 && theirs.5 > 0.0 {
        both(row, CODES_FOUND_LESS, CODES_FOUND_MORE, ours.0, theirs.0);
        both(row, CODE_MISSED_LESS, CODE_MISSED_MORE, ours.2, theirs.2);
    } else if ours.5 > 0.0 || theirs.5 > 0.0 {
        row[CODES_FOUND_MORE as usize] = if ours.5 > 0.0 { ours.0 } else { theirs.0 };
        row[CODE_MISSED_MORE as usize] = ours.2.max(theirs.2);
    }
    let (our_models, their_models) = (one.section(Section::Models), two.section(Section::Models));
    if !our_models.is_empty() && !their_models.is_empty() {
        let pairs = our_models.iter().flat_map(|ours| their_models.iter().map(move |theirs| (ours, theirs)));
        let best = pairs.map(|(ours, theirs)| alignment::codes_alike(one.text(ours), two.text(theirs)));
        row[MODEL_BEST as usize] = best.fold(0.0, f32::max);
    }
}

fn numbers(row: &mut Row, one: (&Prepared, &Aligned), two: (&Prepared, &Aligned)) {
    let is_number = |kind: Kind| matches!(kind, Kind::Number | Kind::Measure | Kind::Code);
    let count = |side: (&Prepared, &Aligned)| {
        side.0.section(Section::Name).iter().filter(|t| is_number(t.kind)).count()
    };
    let (our_count, their_count) = (count(one), count(two));
    if our_count == 0 && their_count == 0 {
        return;
    }
    let (ours, theirs) = (found(one, &one.1.in_all, is_number), found(two, &two.1.in_all, is_number));
    let shared = ours.0.min(theirs.0);
    let all = ours.1 + theirs.1 - shared;
    if our_count > 0 && their_count > 0 && all > 0.0 {
        row[NUMBERS_JACCARD as usize] = shared / all;
    }
    row[NUMBERS_SHARED as usize] = shared;
    // Years and versions, that neither have a unit nor are model numbers.
    let is_plain = |kind: Kind| kind == Kind::Number;
    let (our_plain, their_plain) = (found(one, &one.1.in_all, is_plain), found(two, &two.1.in_all, is_plain));
    let missed = |(found, all): (f32, f32)| all - found;
    both(row, PLAIN_NUMBERS_MISSED_LESS, PLAIN_NUMBERS_MISSED_MORE, missed(our_plain), missed(their_plain));
    row[PLAIN_NUMBERS_SHARED as usize] = our_plain.0.min(their_plain.0);
    both(row, NUMBERS_MISSED_LESS, NUMBERS_MISSED_MORE, ours.1 - ours.0, theirs.1 - theirs.0);
    let (agree, contradict) = alignment::measures(one.0, two.0);
    if agree + contradict > 0 {
        row[MEASURES_AGREE as usize] = agree as f32;
        row[MEASURES_CONTRADICT as usize] = contradict as f32;
    }
}

fn brands(row: &mut Row, one: &Prepared, two: &Prepared, corpus: &Corpus) {
    let glued = |record: &Prepared, section| record.words(section).replace(' ', "");
    let (our_brand, their_brand) = (one.section(Section::Brand), two.section(Section::Brand));
    if !our_brand.is_empty() && !their_brand.is_empty() {
        let (ours, theirs) = (glued(one, Section::Brand), glued(two, Section::Brand));
        let written_alike = if ours == theirs {
            1.0
        } else {
            strsim::jaro_winkler(ours.as_str().min(&theirs), ours.as_str().max(&theirs)) as f32 * 0.9
        };
        row[BRAND_SAME as usize] =
            alignment::share_of_weight(our_brand, their_brand, corpus).max(written_alike);
    }
    let within = |brand: &Prepared, other: &Prepared| -> Option<f32> {
        let glued = glued(brand, Section::Brand);
        (!glued.is_empty() && !other.section(Section::Name).is_empty()).then(|| {
            let tokens = brand.section(Section::Brand);
            let is_there = tokens.iter().all(|token| other.all().iter().any(|t| t.hash == token.hash));
            as_number(is_there || other.compact_name().contains(&glued))
        })
    };
    // What the record with the brand says of itself says nothing of the other.
    let found: Vec<f32> = within(one, two).into_iter().chain(within(two, one)).collect();
    if !found.is_empty() {
        row[BRAND_IN_NAME as usize] = found.iter().sum::<f32>() / found.len() as f32;
    }
}

/// 1 if the colours of the names agree, 0 if they contradict.
fn colours(row: &mut Row, one: &Prepared, two: &Prepared) {
    let (ours, theirs) = (colours_of(one), colours_of(two));
    if !ours.is_empty() && !theirs.is_empty() {
        let shared = alignment::shared(&ours, &theirs) as f32;
        row[COLOURS as usize] = 2.0 * shared / (ours.len() + theirs.len()) as f32;
    }
}

/// The colours that a name states, in English, sorted.
pub(crate) fn colours_of(record: &Prepared) -> Vec<&'static str> {
    let name = record.section(Section::Name);
    let mut colours: Vec<_> = name.iter().filter_map(|token| words::colour(record.text(token))).collect();
    colours.sort_unstable();
    colours.dedup();
    colours
}
