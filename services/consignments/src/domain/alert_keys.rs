//! What alerts and goods are looked up by: identifiers, models, brands and names, in fields of their own and in the
//! description.
//!
//! Invariant: how many keys goods have is bounded, whatever their description says.

use std::hash::Hasher;

use seamless_identifiers::{Barcodes, Gtin, gtins_within, identifies_nothing, says_nothing};
use seamless_matching::{Description, Named, Phrase, Product, is_measure, phrase_key};

use super::{alerts::AlertIndex, model::Consignment};

/// A model number that finds an alert by itself has so many letters and digits, a digit among them.
const TELLING_MODEL: usize = 5;
/// Brands of a description that are looked for at most, and models of goods.
const BRANDS: usize = 4;
const MODELS: usize = 16;
/// Words of a description that are looked for at most, and words of the names of an alert beside a short model number.
const WORDS: usize = 64;
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
/// Words that are brands too, and are read as brands only where a brand stands: for small collections of alerts, where no
/// names tell that they are usual.
const USUAL: &[&str] = &[
    "action",
    "air",
    "apple",
    "art",
    "baby",
    "basic",
    "best",
    "black",
    "blue",
    "classic",
    "club",
    "comfort",
    "cool",
    "crown",
    "dream",
    "eagle",
    "easy",
    "family",
    "fashion",
    "fox",
    "fresh",
    "gap",
    "global",
    "gold",
    "golden",
    "good",
    "green",
    "happy",
    "home",
    "house",
    "ideal",
    "joy",
    "kids",
    "kitchen",
    "life",
    "light",
    "lion",
    "little",
    "love",
    "luna",
    "magic",
    "master",
    "max",
    "mini",
    "modern",
    "moon",
    "natural",
    "nature",
    "new",
    "next",
    "one",
    "orange",
    "original",
    "panda",
    "party",
    "power",
    "premium",
    "pro",
    "pure",
    "quality",
    "rainbow",
    "red",
    "royal",
    "safe",
    "shell",
    "silver",
    "simple",
    "smart",
    "sport",
    "spring",
    "star",
    "style",
    "sun",
    "super",
    "target",
    "tiger",
    "top",
    "toy",
    "ultra",
    "universal",
    "white",
    "wonder",
    "world",
    "young",
    "中国",
    "家居",
    "生活",
    "宝宝",
    "儿童",
    "阳光",
    "星星",
    "苹果",
    "小熊",
];

/// What alerts and goods are looked up by, as one number: brands and models are those of `phrase_key`, words those of a
/// description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(u64);

impl Key {
    pub(super) fn gtin(gtin: &Gtin) -> Self {
        Self::gtin_number(gtin.as_str().parse().unwrap_or(0))
    }

    fn gtin_number(number: u64) -> Self {
        Self::of(1, number, 0)
    }

    fn listing(listing: &str) -> Self {
        let mut hash = Mixed::default();
        hash.write(listing.as_bytes());
        Self::of(2, hash.finish(), listing.len() as u64)
    }

    fn brand_and_model(brand: u64, model: u64) -> Self {
        Self::of(3, brand, model)
    }

    /// A model that finds an alert by itself.
    fn model(model: u64) -> Self {
        Self::of(4, model, 0)
    }

    /// Any model, together with a word of the name.
    fn model_and_word(model: u64, word: u32) -> Self {
        Self::of(5, model, word.into())
    }

    fn brand_and_word(brand: u64, word: u32) -> Self {
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

/// In which way an alert was found.
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
    fn weight(self) -> f32 {
        match self {
            Self::Gtin | Self::GtinSaid | Self::Listing => 1_000.0,
            Self::BrandAndModel | Self::BrandAndModelSaid => 100.0,
            Self::Model | Self::ModelSaid => 30.0,
            Self::InStoreNumber | Self::InStoreNumberSaid => 3.0,
            Self::BrandAndName | Self::BrandAndNameSaid | Self::UsualBrandAndNameSaid => 1.0,
        }
    }
}

/// What goods are looked up by.
#[derive(Default)]
pub(super) struct Sought {
    /// With the way that each is, and what it counts for.
    pub keys: Vec<(Key, Way, f32)>,
    /// That of its field, else the one that the description tells.
    pub brand: String,
    /// Those of their field, and those of alerts that the description tells.
    pub models: Vec<String>,
    /// The same of GTINs.
    pub gtins: Vec<String>,
    /// GTINs, brands and models that the description tells, with the key that an alert has that has them.
    pub said: Vec<(Key, String)>,
    words: Vec<u32>,
}

impl Sought {
    /// What is looked for: what the fields say, and what of the description any alert has.
    pub(super) fn of(consignment: &Consignment, description: &Description, alerts: &AlertIndex) -> Self {
        let words = description.word_keys().take(WORDS).collect();
        let mut sought = Self { words, ..Self::default() };
        sought.add_gtins(consignment, alerts);
        if let Some(listing) = listing(&consignment.listing_url) {
            sought.add(Key::listing(&listing), Way::Listing);
        }
        let field = (!says_nothing(&consignment.brand)).then(|| phrase_key(&consignment.brand)).flatten();
        if let Some(brand) = field {
            sought.brand.clone_from(&consignment.brand);
            sought.add_names(brand, Way::BrandAndName, alerts);
        }
        for model in consignment.models.iter().filter(|model| !identifies_nothing(model)).take(MODELS) {
            sought.add_model(model, field, [Way::BrandAndModel, Way::Model]);
        }
        sought.models.clone_from(&consignment.models);
        sought.read(description, field, alerts);
        sought
    }

    fn add(&mut self, key: Key, way: Way) {
        self.keys.push((key, way, way.weight()));
    }

    fn add_gtins(&mut self, consignment: &Consignment, alerts: &AlertIndex) {
        for gtin in &consignment.gtins {
            let way = if gtin.is_restricted() { Way::InStoreNumber } else { Way::Gtin };
            self.add(Key::gtin(gtin), way);
            self.gtins.push(gtin.to_string());
        }
        let said = gtins_within(&consignment.description, |number| alerts.knows(Key::gtin_number(number)));
        for gtin in said.into_iter().filter(|gtin| !consignment.gtins.contains(gtin)) {
            let key = Key::gtin(&gtin);
            let way = if gtin.is_restricted() { Way::InStoreNumberSaid } else { Way::GtinSaid };
            self.add(key, way);
            self.gtins.push(gtin.to_string());
            self.said.push((key, gtin.display_short().to_owned()));
        }
    }

    /// Looks for a brand with each word of the description.
    fn add_names(&mut self, brand: u64, way: Way, alerts: &AlertIndex) {
        let keys = self
            .words
            .iter()
            .map(|word| (Key::brand_and_word(brand, *word), way, way.weight() + alerts.weight_of(*word)));
        self.keys.extend(keys);
    }

    /// Looks for a model with its brands, alone, or with each word of the description.
    fn add_model(&mut self, model: &str, brands: impl IntoIterator<Item = u64>, ways: [Way; 2]) {
        let Some(key) = phrase_key(model) else { return };
        let [with_brand, alone] = ways;
        for brand in brands {
            self.add(Key::brand_and_model(brand, key), with_brand);
        }
        let is_of_field = !alone.is_of_description();
        if is_telling(model) && (is_of_field || model.chars().any(char::is_alphabetic)) {
            self.add(Key::model(key), alone);
        }
        if needs_a_word(model) {
            let keys = self.words.iter().map(|word| (Key::model_and_word(key, *word), alone, alone.weight()));
            self.keys.extend(keys);
        }
    }

    /// Looks for what of the description is a brand or a model of any alert.
    fn read(&mut self, description: &Description, field: Option<u64>, alerts: &AlertIndex) {
        let (brands, models) = named_in(description, alerts);
        let is_only = brands.len() == 1;
        for (brand, is_usual) in brands.iter().filter(|(brand, _)| Some(brand.key) != field) {
            let way = if *is_usual { Way::UsualBrandAndNameSaid } else { Way::BrandAndNameSaid };
            self.add_names(brand.key, way, alerts);
            let text = description.text_of(brand);
            if is_only && !is_usual && self.brand.is_empty() {
                self.brand.clone_from(&text);
            }
            self.said.push((Key::brand(brand.key), text));
        }
        for model in &models {
            let text = description.text_of(model);
            let named = brands.iter().map(|(brand, _)| brand.key).chain(field);
            // A word without a digit is a part of a name more often than a model.
            if is_model(&text) {
                self.add_model(&text, named, [Way::BrandAndModelSaid, Way::ModelSaid]);
                self.models.push(text.clone());
                self.said.push((Key::any_model(model.key), text));
            }
        }
    }
}

/// The brands of alerts that a description names, each with whether it is a usual word too, and the models. Of what stands
/// within a longer one only the longer one counts; what the goods are for is neither.
fn named_in(description: &Description, alerts: &AlertIndex) -> (Vec<(Phrase, bool)>, Vec<Phrase>) {
    let (mut brands, mut models): (Vec<Phrase>, Vec<Phrase>) = (Vec::new(), Vec::new());
    description.phrases(|phrase| {
        if phrase.is_purpose || phrase.length < 2 {
            return;
        }
        if alerts.knows(Key::brand(phrase.key)) {
            brands.push(phrase);
        }
        if phrase.has_digit && alerts.knows(Key::any_model(phrase.key)) {
            models.push(phrase);
        }
    });
    let brands = longest(&brands, BRANDS).into_iter().filter_map(|brand| {
        let text = description.text_of(&brand);
        let is_usual = USUAL.contains(&text.as_str())
            || !text.chars().any(char::is_alphabetic)
            || alerts.is_usual(brand.key, description.word_key_of(&brand));
        (!is_usual || brand.is_told_as_brand).then_some((brand, is_usual))
    });
    (brands.collect(), longest(&models, MODELS))
}

/// Each once, without those that stand within another.
fn longest(phrases: &[Phrase], most: usize) -> Vec<Phrase> {
    let mut kept: Vec<Phrase> = Vec::new();
    for phrase in phrases {
        let is_within = phrases.iter().any(|other| other.holds(phrase));
        if !is_within && kept.len() < most && !kept.iter().any(|other| other.key == phrase.key) {
            kept.push(*phrase);
        }
    }
    kept
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
fn is_telling(model: &str) -> bool {
    let letters = model.chars().filter(|letter| letter.is_alphanumeric()).count();
    letters >= TELLING_MODEL && model.chars().any(|letter| letter.is_ascii_digit()) && !is_measure(model)
}

/// Whether a text may be a model number: letters and digits that are no measure, or many digits.
fn is_model(model: &str) -> bool {
    let digits = model.chars().filter(char::is_ascii_digit).count();
    let has_letters = model.chars().any(char::is_alphabetic);
    (digits >= TELLING_MODEL || (digits > 0 && has_letters)) && !is_measure(model)
}

/// Whether a model number is found in a description beside a word of the name only: it is short, or has digits alone.
fn needs_a_word(model: &str) -> bool {
    is_model(model) && (!is_telling(model) || !model.chars().any(char::is_alphabetic))
}

/// An offer without what differs from visit to visit.
fn listing(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_lowercase();
    let rest = rest.strip_prefix("www.").unwrap_or(&rest);
    (!rest.is_empty()).then(|| rest.to_owned())
}
