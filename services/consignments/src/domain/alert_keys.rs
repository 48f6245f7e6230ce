//! What alerts and goods are looked up by: identifiers, models, brands and names, in fields of their own and in the
//! description.
//!
//! Invariant: equal brands, models, listings and GTINs have equal keys, in whatever spelling.

use std::{collections::BTreeSet, hash::Hasher};

use seamless_identifiers::{Barcodes, Gtin, identifies_nothing};
use seamless_matching::{Named, Product, is_measure, phrase_key};

/// A model number that finds an alert by itself has so many letters and digits, a digit among them.
const TELLING_MODEL: usize = 5;
/// Words of the names of an alert beside which a short model number is looked for at most.
const WORDS_BESIDE: usize = 24;
/// What stands before a number in the field of models and is no part of it.
const LABELS: &[&str] = &[
    "model",
    "models",
    "modell",
    "modele",
    "modelo",
    "modello",
    "type",
    "typ",
    "tipo",
    "art",
    "article",
    "artikel",
    "item",
    "ref",
    "reference",
    "no",
    "nr",
    "number",
    "code",
    "型号",
    "款号",
    "货号",
];
/// After which no model number follows.
const OTHER_NUMBERS: &[&str] = &[
    "size", "sizes", "grosse", "taille", "barcode", "barcodes", "bar", "ean", "gtin", "upc", "batch",
    "batches", "lot", "lots", "serial", "colour", "color", "age", "length", "width", "尺码", "批号", "条码",
];
/// What alerts and goods are looked up by, as one number: brands and models are those of `phrase_key`, words those of a
/// description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(u64);

impl Key {
    pub(super) fn gtin(gtin: &Gtin) -> Self {
        Self::gtin_number(gtin.as_str().parse().unwrap_or(0))
    }

    pub(super) fn gtin_number(number: u64) -> Self {
        Self::of(1, number, 0)
    }

    pub(super) fn listing(listing: &str) -> Self {
        let mut hash = Mixed::default();
        hash.write(listing.as_bytes());
        Self::of(2, hash.finish(), listing.len() as u64)
    }

    pub(super) fn brand_and_model(brand: u64, model: u64) -> Self {
        Self::of(3, brand, model)
    }

    /// A model that finds an alert by itself.
    pub(super) fn model(model: u64) -> Self {
        Self::of(4, model, 0)
    }

    /// Any model, together with a word of the name.
    pub(super) fn model_and_word(model: u64, word: u32) -> Self {
        Self::of(5, model, word.into())
    }

    pub(super) fn brand_and_word(brand: u64, word: u32) -> Self {
        Self::of(6, brand, word.into())
    }

    /// Says that there is such a brand.
    pub(super) fn brand(brand: u64) -> Self {
        Self::of(7, brand, 0)
    }

    /// Says that there is such a model.
    pub(super) fn any_model(model: u64) -> Self {
        Self::of(8, model, 0)
    }

    /// SplitMix64 over the parts [Steele, Lea and Flood 2014].
    fn of(kind: u64, one: u64, two: u64) -> Self {
        let mix = |sum: u64, part: u64| {
            let sum = sum.wrapping_add(part).wrapping_add(0x9e37_79b9_7f4a_7c15);
            let sum = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let sum = (sum ^ (sum >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            sum ^ (sum >> 31)
        };
        Self(mix(mix(mix(0, kind), one), two))
    }
}

/// For keys, which are mixed already; and FNV-1a of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mixed(u64);

impl Default for Mixed {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        for octet in octets {
            self.0 = (self.0 ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 ^= number;
    }
}

/// In which way an alert was found; the order is that in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    Gtin,
    /// A number that a shop gives as it likes.
    InStoreNumber,
    Listing,
    BrandAndModel,
    Model,
    BrandAndName,
    GtinSaid,
    InStoreNumberSaid,
    BrandAndModelSaid,
    ModelSaid,
    BrandAndNameSaid,
    /// The same of a brand that is a usual word too.
    UsualBrandAndNameSaid,
}

/// The ways in which an alert was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ways(u16);

impl Ways {
    const ALL: [Way; 11] = [
        Way::Gtin,
        Way::InStoreNumber,
        Way::Listing,
        Way::BrandAndModel,
        Way::Model,
        Way::BrandAndName,
        Way::GtinSaid,
        Way::InStoreNumberSaid,
        Way::BrandAndModelSaid,
        Way::ModelSaid,
        Way::BrandAndNameSaid,
    ];

    pub(super) fn add(&mut self, way: Way) {
        self.0 |= 1 << way as u16;
    }

    pub(super) fn has_any(self, ways: &[Way]) -> bool {
        ways.iter().any(|way| self.0 & (1 << *way as u16) != 0)
    }

    /// Those that there are, in the order in which they are told; a usual brand is told as any brand.
    pub(super) fn told(self) -> impl Iterator<Item = Way> {
        let named = [Way::BrandAndNameSaid, Way::UsualBrandAndNameSaid];
        Self::ALL.into_iter().filter(move |way| match way {
            Way::BrandAndNameSaid => self.has_any(&named),
            way => self.has_any(&[*way]),
        })
    }
}

impl Way {
    pub(super) fn told_as(self) -> &'static str {
        match self {
            Self::Gtin => "gtin",
            Self::InStoreNumber => "in-store number",
            Self::Listing => "listing",
            Self::BrandAndModel => "brand and model",
            Self::Model => "model",
            Self::BrandAndName => "brand and name",
            Self::GtinSaid => "gtin in the description",
            Self::InStoreNumberSaid => "in-store number in the description",
            Self::BrandAndModelSaid => "brand and model in the description",
            Self::ModelSaid => "model in the description",
            Self::BrandAndNameSaid | Self::UsualBrandAndNameSaid => "brand and name in the description",
        }
    }

    /// Whether the description tells it, and no field.
    pub(super) fn is_of_description(self) -> bool {
        self >= Self::GtinSaid
    }

    /// What it counts for when more alerts were found than are compared; a brand with a word of a name counts for less.
    pub(super) fn weight(self) -> f32 {
        match self {
            Self::Gtin | Self::GtinSaid | Self::Listing => 1_000.0,
            Self::BrandAndModel | Self::BrandAndModelSaid => 100.0,
            Self::Model | Self::ModelSaid => 30.0,
            Self::InStoreNumber | Self::InStoreNumberSaid => 3.0,
            Self::BrandAndName | Self::BrandAndNameSaid | Self::UsualBrandAndNameSaid => 1.0,
        }
    }
}

/// What an alert is looked up by, sorted, each once.
pub(super) fn keys_of(product: &Product, named: &Named, listings: &[String]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let read = product.gtins.iter().flat_map(|written| Barcodes::of_field(written).gtins);
    keys.extend(read.map(|gtin| Key::gtin(&gtin)));
    keys.extend(listings.iter().filter_map(|url| listing(url)).map(|url| Key::listing(&url)));
    let words = named.words();
    for brand in named.brands() {
        keys.push(Key::brand(*brand));
        keys.extend(words.iter().map(|word| Key::brand_and_word(*brand, *word)));
    }
    for model in product.models.iter().flat_map(|field| models_of(field)) {
        let Some(key) = phrase_key(model) else { continue };
        keys.push(Key::any_model(key));
        keys.extend(named.brands().iter().map(|brand| Key::brand_and_model(*brand, key)));
        if is_telling(model) {
            keys.push(Key::model(key));
        }
        if needs_a_word(model) {
            keys.extend(words.iter().take(WORDS_BESIDE).map(|word| Key::model_and_word(key, *word)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys of the brands and models of an alert, each once.
pub(super) fn phrases_of(product: &Product, named: &Named) -> Box<[u64]> {
    let models = product.models.iter().flat_map(|field| models_of(field)).filter_map(phrase_key);
    let phrases: BTreeSet<u64> = named.brands().iter().copied().chain(models).collect();
    phrases.into_iter().collect()
}

/// The model numbers that a field of an alert names: as a whole, and each of several.
fn models_of(field: &str) -> impl Iterator<Item = &str> {
    let parts = field.split([',', ';', '|', '\n', '、', '，', '；']).filter_map(|part| {
        let mut rest = part.trim();
        loop {
            let word = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
            let small = word.to_lowercase();
            if OTHER_NUMBERS.contains(&small.as_str()) {
                return None;
            }
            let after = rest.get(word.len()..).unwrap_or_default();
            // The number of `No. 7` may be a model; a word alone may be one too.
            if word.is_empty() || !LABELS.contains(&small.as_str()) || after.is_empty() {
                return Some(rest);
            }
            rest = after.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        }
    });
    [field].into_iter().chain(parts).filter(|model| !identifies_nothing(model))
}

/// Whether a model number says enough to find an alert by itself.
pub(super) fn is_telling(model: &str) -> bool {
    let letters = model.chars().filter(|letter| letter.is_alphanumeric()).count();
    letters >= TELLING_MODEL && model.chars().any(|letter| letter.is_ascii_digit()) && !is_measure(model)
}

/// Whether a text may be a model number: letters and digits that are no measure, or many digits.
pub(super) fn is_model(model: &str) -> bool {
    let digits = model.chars().filter(char::is_ascii_digit).count();
    let has_letters = model.chars().any(char::is_alphabetic);
    (digits >= TELLING_MODEL || (digits > 0 && has_letters)) && !is_measure(model)
}

/// Whether a model number is found in a description beside a word of the name only: it is short, or has digits alone.
pub(super) fn needs_a_word(model: &str) -> bool {
    is_model(model) && (!is_telling(model) || !model.chars().any(char::is_alphabetic))
}

/// An offer without what differs from visit to visit.
pub(super) fn listing(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_lowercase();
    let rest = rest.strip_prefix("www.").unwrap_or(&rest);
    (!rest.is_empty()).then(|| rest.to_owned())
}
