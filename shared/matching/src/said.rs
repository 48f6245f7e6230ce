//! What a description says of a record: its brand, its name, and whether it means an accessory or another model.
//!
//! Invariant: what a description says is weighed by the same model as fields; what is added to it here is set by hand,
//! since the public training data have no descriptions of customs.

use std::collections::BTreeSet;

use seamless_identifiers::says_nothing;

use crate::{
    alignment,
    corpus::Corpus,
    description::{Description, phrase_key},
    prepared::Prepared,
    product::Product,
    text::Kind,
};

const MOST_NAMES: usize = 16;
const MOST_WORDS: usize = 24;
const MOST_BRANDS: usize = 8;
/// A word that is usual says something still.
const LEAST_WEIGHT: f32 = 0.15;
/// In log-odds: one of the two is a part or an accessory that the other is not.
const ACCESSORY: f64 = -6.0;
/// In log-odds for a whole name that is missing, and by its share for a part of it.
const MISSING: f64 = -6.0;
/// In log-odds: the brand and several words of a name that are all there say more in declarations than in the offers that
/// the model learned from, where both are seldom left out.
const WHOLE_NAME: f64 = 3.0;
const NEARLY_WHOLE: f32 = 0.85;
/// Model numbers that are less alike are of two models.
const SAME_MODEL: f32 = 0.97;
/// In log-odds: a single word of the name is in a description of many other words.
const ONE_WORD: f64 = -3.0;
const ONE_OF_MANY: f32 = 0.34;

/// What the names, brand and models of a record are, as descriptions are compared with them.
#[derive(Clone, Debug)]
pub struct Named {
    brands: Box<[u64]>,
    brand_words: Box<[u32]>,
    names: Box<[Box<[u32]>]>,
    accessories: u32,
    has_purpose: bool,
}

impl Named {
    /// Takes a record apart.
    #[must_use]
    pub fn new(product: &Product) -> Self {
        let brands = brands(&product.brand);
        let brand_words: BTreeSet<u32> = Description::new(&product.brand).word_keys().collect();
        let mut names: Vec<Box<[u32]>> = Vec::new();
        let (mut accessories, mut has_purpose) = (0, false);
        for name in product.names.iter().filter(|name| !says_nothing(name)).take(MOST_NAMES) {
            let read = Description::new(name);
            accessories |= read.accessories();
            has_purpose |= read.has_purpose();
            let words = read.word_keys().filter(|word| !brand_words.contains(word)).take(MOST_WORDS);
            let words: Box<[u32]> = words.collect();
            if !words.is_empty() && !names.contains(&words) {
                names.push(words);
            }
        }
        let brand_words = brand_words.into_iter().collect();
        Self { brands: brands.into(), brand_words, names: names.into(), accessories, has_purpose }
    }

    /// The keys of its brand, in each spelling.
    #[must_use]
    pub fn brands(&self) -> &[u64] {
        &self.brands
    }

    /// The keys of the words of its names, each once, without those of its brand.
    #[must_use]
    pub fn words(&self) -> BTreeSet<u32> {
        self.names.iter().flat_map(|name| name.iter().copied()).collect()
    }

    /// Whether it is for another product, by one of its names.
    #[must_use]
    pub fn has_purpose(&self) -> bool {
        self.has_purpose
    }

    /// What a description says of it; `one` and `two` are the goods of the description and the record, as they are compared.
    #[must_use]
    pub fn said(&self, description: &Description, one: &Prepared, two: &Prepared, corpus: &Corpus) -> Said {
        let words = description.words();
        let weight = |word: &u32| corpus.weight(*word) + LEAST_WEIGHT;
        let mut said = Said::default();
        for name in &self.names {
            let found = name.iter().filter(|word| words.iter().any(|other| other.hash == **word));
            let found: Vec<u32> = found.copied().collect();
            let share = found.iter().map(weight).sum::<f32>() / name.iter().map(weight).sum::<f32>();
            if share > said.share {
                said.share = share;
                said.words = found;
            }
        }
        let own = description.accessories();
        // Who does not say what the goods are does not say that they are no accessory.
        said.is_accessory =
            own & !self.accessories != 0 || (self.accessories & !own != 0 && said.share > 0.0);
        let others = words.iter().filter(|word| {
            matches!(word.kind, Kind::Word | Kind::Ideographs) && !self.brand_words.contains(&word.hash)
        });
        let others: Vec<u32> = others.map(|word| word.hash).collect();
        let known = others.iter().filter(|word| self.names.iter().any(|name| name.contains(word)));
        said.is_other_model = said.share >= NEARLY_WHOLE
            && alignment::best_codes(one, two).is_some_and(|(.., alike)| alike < SAME_MODEL);
        said.of_description =
            known.map(weight).sum::<f32>() / others.iter().map(weight).sum::<f32>().max(LEAST_WEIGHT);
        said
    }
}

/// A brand as it is looked for: as a whole, and each of several that one field names, such as `海尔 Haier` or `A / B`.
fn brands(field: &str) -> Vec<u64> {
    if says_nothing(field) {
        return Vec::new();
    }
    let mut parts: Vec<String> = field
        .split(['/', ',', ';', '|', '(', ')', '，', '、', '（', '）'])
        .map(|part| part.trim().to_owned())
        .collect();
    let is_ideographs = |letter: char| crate::text::is_ideograph(letter);
    let (in_chinese, in_letters): (String, String) = (
        field.chars().filter(|letter| is_ideographs(*letter)).collect(),
        field.chars().map(|letter| if is_ideographs(letter) { ' ' } else { letter }).collect(),
    );
    if in_chinese.chars().count() > 1 && in_letters.chars().any(char::is_alphanumeric) {
        parts.extend([in_chinese, in_letters]);
    }
    parts.push(field.to_owned());
    // Systems without these letters write two.
    let without = field.to_lowercase();
    if without.contains(['ä', 'ö', 'ü', 'å', 'ø']) {
        let pairs = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("å", "aa"), ("ø", "oe")];
        parts.push(pairs.iter().fold(without, |text, (one, two)| text.replace(one, two)));
    }
    let is_whole = |part: &String| part.trim() == field.trim();
    let letters = |part: &String| part.chars().filter(|letter| letter.is_alphabetic()).count();
    // A part that has digits, or hardly a letter, is a remark and no brand.
    let is_brand = |part: &&String| {
        !says_nothing(part)
            && match is_whole(part) {
                true => part.chars().filter(|letter| letter.is_alphanumeric()).count() > 1,
                false => letters(part) > 1 && !part.contains(|letter: char| letter.is_ascii_digit()),
            }
    };
    let mut brands: Vec<u64> = parts.iter().filter(is_brand).filter_map(|part| phrase_key(part)).collect();
    brands.sort_unstable();
    brands.dedup();
    brands.truncate(MOST_BRANDS);
    brands
}

/// What a description says of a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// How much of one of its names is in the description, 0 to 1, usual words weighing less.
    pub share: f32,
    /// How much of the description is in its names.
    pub of_description: f32,
    /// The keys of the words of that name that agree.
    pub words: Vec<u32>,
    /// One is a part or an accessory that the other is not.
    pub is_accessory: bool,
    /// The name is there, both have model numbers, and none is in both.
    pub is_other_model: bool,
}

impl Said {
    /// What speaks against one product whatever else agrees, in log-odds.
    #[must_use]
    pub fn against(&self) -> f64 {
        if self.is_accessory { ACCESSORY } else { 0.0 }
    }

    /// What a name proves beside a brand, or a model number without one, where nothing else is known: in log-odds, for
    /// several words of a name that are all there, against a name of which much is missing.
    #[must_use]
    pub fn for_name_alone(&self) -> f64 {
        let missing = MISSING * f64::from((1.0 - self.share).max(0.0));
        match self.words.len() {
            0 | 1 if self.of_description < ONE_OF_MANY => missing + ONE_WORD,
            2.. if self.share >= NEARLY_WHOLE && !self.is_other_model && !self.is_accessory => {
                missing + WHOLE_NAME
            }
            _ => missing,
        }
    }
}
