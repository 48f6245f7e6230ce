//! What arriving goods are looked up by among the alerts: what their fields say, and what of their description any alert
//! has as a brand, a model or a GTIN.
//!
//! Invariant: how many keys goods have is bounded, whatever their description says.

use seamless_identifiers::{gtins_within, identifies_nothing, says_nothing};
use seamless_matching::{Description, Phrase, phrase_key};

use super::{
    alert_keys::{Key, Way, is_model, is_telling, listing, needs_a_word},
    alerts::AlertIndex,
    model::Consignment,
};

/// Brands of a description that are looked for at most, and models of goods.
const BRANDS: usize = 4;
const MODELS: usize = 20;
/// Words of a description that are looked for at most.
const WORDS: usize = 64;
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
        // A short number in its field is looked for beside its brand only: what a field tells may be examined before all.
        if needs_a_word(model) && !is_of_field {
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
        if phrase.is_purpose || phrase.length < 2 || !alerts.names_any(phrase.key) {
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
