//! Alerts in memory, and which of them goods match.
//!
//! Goods are compared only with alerts that share an identifier, a model number, a listing, or a brand and a word of the
//! name with them, in their fields or in their description, and with a bounded number of these: what a comparison costs
//! does not grow with the number of alerts.

use std::{
    cell::OnceCell,
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hash},
};

use seamless_matching::{Corpus, Description, Model, Named, Prepared, Product, Said};
use serde::{Deserialize, Serialize};

use super::{
    alert_keys::{Key, Mixed, Way, Ways, keys_of, phrases_of},
    alert_search::Sought,
    model::{Consignment, MatchedAlert},
};

/// Alerts that goods are compared with at most.
const COMPARED: usize = 24;
/// Alerts of one key that are looked at, the newest first: a key that many share says little.
const LOOKED_AT: usize = 32;
/// Matches that are told at most.
const TOLD: usize = 5;
/// Goods whose offer is the one that an alert names are its product, but for a change of the page.
const SAME_LISTING: f64 = 0.98;
/// What brand and name in a description prove at most: a brand has many products of one name.
const MOST_BY_TEXT: f64 = 0.85;
/// Of less of a name than this a description proves nothing.
const LEAST_SHARE: f32 = 0.4;
/// All of a name, but for what a sum of weights rounds away.
const WHOLE: f32 = 0.999;

/// From which probability on a match is told, and from which one goods must be examined for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Less probable matches are not told.
    pub least: f64,
    /// What a description without an identifier says stays below this.
    pub mandatory: f64,
}

/// An alert, as it is kept: what goods can be recognised by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// `notifications/{notification}`.
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gtins: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batches: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manufacturers: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listings: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_of_origin: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional_countries_of_origin: Vec<String>,
}

/// The alerts in force.
pub struct AlertIndex {
    model: Model,
    corpus: Corpus,
    places: HashMap<String, Place>,
    entries: HashMap<Place, Entry>,
    /// The newest last.
    by_key: HashMap<Key, Places, BuildHasherDefault<Mixed>>,
    /// How many alerts have a brand or a model with this key: few enough to be asked for each phrase of a description.
    named: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    /// How many alerts have a word in a name that is not of their brand.
    name_words: HashMap<u32, u32>,
    /// How many were put in so far.
    put: u64,
}

/// Stands for an alert in what it said last.
type Place = u64;

/// Most keys belong to one alert: then there is no list.
#[allow(clippy::box_collection, reason = "there are millions of keys, and few of them have a list")]
enum Places {
    One(Place),
    Many(Box<Vec<Place>>),
}

impl Places {
    fn all(&self) -> &[Place] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::Many(places) => places,
        }
    }

    fn add(&mut self, place: Place) {
        match self {
            Self::One(first) => *self = Self::Many(Box::new(vec![*first, place])),
            Self::Many(places) => places.push(place),
        }
    }

    /// Takes one out; whether none is left.
    fn remove(&mut self, place: Place) -> bool {
        match self {
            Self::One(only) => *only == place,
            Self::Many(places) => {
                places.retain(|known| *known != place);
                places.is_empty()
            }
        }
    }
}

struct Entry {
    name: String,
    prepared: Prepared,
    named: Named,
    /// Sorted.
    keys: Box<[Key]>,
    /// The keys of its brands and models.
    phrases: Box<[u64]>,
}

impl AlertIndex {
    /// An index without alerts.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self {
            model,
            corpus: Corpus::default(),
            places: HashMap::new(),
            entries: HashMap::new(),
            by_key: HashMap::default(),
            named: HashMap::default(),
            name_words: HashMap::new(),
            put: 0,
        }
    }

    /// How many alerts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Puts an alert in, in the place of what it said before.
    pub fn put(&mut self, alert: &Alert) {
        self.remove(&alert.name);
        let product = Product {
            brand: alert.brand.clone(),
            names: alert.names.clone(),
            models: alert.models.clone(),
            gtins: alert.gtins.clone(),
            batches: alert.batches.clone(),
            manufacturers: alert.manufacturers.clone(),
            country_of_origin: alert.country_of_origin.clone(),
            additional_countries_of_origin: alert.additional_countries_of_origin.clone(),
            ..Product::default()
        };
        let (prepared, named) = (Prepared::new(&product), Named::new(&product));
        let keys = keys_of(&product, &named, &alert.listings);
        self.put += 1;
        for key in &keys {
            let place = self.put;
            self.by_key.entry(*key).and_modify(|places| places.add(place)).or_insert(Places::One(place));
        }
        for word in named.words() {
            *self.name_words.entry(word).or_default() += 1;
        }
        let phrases = phrases_of(&product, &named);
        for phrase in &phrases {
            *self.named.entry(*phrase).or_default() += 1;
        }
        self.corpus.add(&prepared);
        self.places.insert(alert.name.clone(), self.put);
        let entry = Entry { name: alert.name.clone(), prepared, named, keys: keys.into(), phrases };
        self.entries.insert(self.put, entry);
    }

    /// Takes an alert out.
    pub fn remove(&mut self, name: &str) {
        let Some(place) = self.places.remove(name) else { return };
        let Some(entry) = self.entries.remove(&place) else { return };
        self.corpus.remove(&entry.prepared);
        for word in entry.named.words() {
            take_one(&mut self.name_words, word);
        }
        for phrase in &entry.phrases {
            take_one(&mut self.named, *phrase);
        }
        for key in entry.keys {
            if self.by_key.get_mut(&key).is_some_and(|places| places.remove(place)) {
                self.by_key.remove(&key);
            }
        }
    }

    /// Whether an alert has this key.
    pub(super) fn knows(&self, key: Key) -> bool {
        self.by_key.contains_key(&key)
    }

    /// Whether a brand or a model of any alert has this key.
    pub(super) fn names_any(&self, phrase: u64) -> bool {
        self.named.contains_key(&phrase)
    }

    /// What a word of a name weighs: 1 if it is rare, near 0 if all alerts have it.
    pub(super) fn weight_of(&self, word: u32) -> f32 {
        self.corpus.weight(word)
    }

    /// Whether a brand is a usual word too: more alerts have it in the name of some product than as their brand.
    pub(super) fn is_usual(&self, brand: u64, word: Option<u32>) -> bool {
        let in_names = word.and_then(|word| self.name_words.get(&word)).copied().unwrap_or(0);
        let as_brand = self.by_key.get(&Key::brand(brand)).map_or(0, |places| places.all().len());
        in_names as usize > as_brand.max(2)
    }

    /// The alerts that the goods match with at least the least probability, the most probable first.
    #[must_use]
    pub fn find(&self, consignment: &Consignment, bounds: &Bounds) -> Vec<MatchedAlert> {
        let description = Description::new(&consignment.description);
        let sought = Sought::of(consignment, &description, self);
        let found = self.looked_up(&sought);
        if found.is_empty() {
            return Vec::new();
        }
        let query = |name: String| {
            Prepared::new(&Product {
                brand: sought.brand.clone(),
                names: vec![name],
                models: sought.models.clone(),
                gtins: sought.gtins.clone(),
                batches: consignment.lots.clone(),
                manufacturers: vec![consignment.manufacturer.name.clone()],
                country_of_origin: consignment.country_of_origin.map(|country| country.to_string()),
                ..Product::default()
            })
        };
        // What the goods are for is no part of what they are, unless the alert is on something for it too.
        let goods = query(description.goods());
        let whole = OnceCell::new();
        let mut matched: Vec<MatchedAlert> = found
            .into_iter()
            .filter_map(|(place, ways)| {
                let entry = self.entries.get(&place)?;
                let query = match entry.named.has_purpose() && description.has_purpose() {
                    true => whole.get_or_init(|| query(consignment.description.clone())),
                    false => &goods,
                };
                let said = entry.named.said(&description, query, &entry.prepared, &self.corpus);
                let probability = self.probability(query, entry, &said, ways, bounds)?;
                (probability >= bounds.least).then(|| MatchedAlert {
                    notification: entry.name.clone(),
                    probability,
                    matched_by: told(entry, ways, &description.texts_of(&said.words), &sought),
                })
            })
            .collect();
        matched.sort_by(|one, two| {
            two.probability.total_cmp(&one.probability).then_with(|| one.notification.cmp(&two.notification))
        });
        matched.truncate(TOLD);
        matched
    }

    /// The alerts that share the most telling keys, each with the ways in which it was found.
    fn looked_up(&self, sought: &Sought) -> Vec<(Place, Ways)> {
        let mut found: HashMap<Place, (f32, Ways), BuildHasherDefault<Mixed>> = HashMap::default();
        for (key, way, weight) in &sought.keys {
            let Some(places) = self.by_key.get(key) else { continue };
            for &place in places.all().iter().rev().take(LOOKED_AT) {
                let (all, ways) = found.entry(place).or_default();
                *all += weight;
                ways.add(*way);
            }
        }
        let mut found: Vec<(f32, Place, Ways)> =
            found.into_iter().map(|(place, (weight, ways))| (weight, place, ways)).collect();
        // Of those that share as much the newest.
        found.sort_by(|one, two| two.0.total_cmp(&one.0).then(two.1.cmp(&one.1)));
        found.truncate(COMPARED);
        found.into_iter().map(|(_, place, ways)| (place, ways)).collect()
    }

    /// The probability that goods are the product of an alert that was found in these ways; none if the ways say nothing.
    fn probability(
        &self,
        query: &Prepared,
        entry: &Entry,
        said: &Said,
        ways: Ways,
        bounds: &Bounds,
    ) -> Option<f64> {
        let by_any = |of: &[Way]| ways.has_any(of);
        let is_listed = by_any(&[Way::Listing]);
        let has_brand = by_any(&[Way::BrandAndName, Way::BrandAndNameSaid]);
        let is_in_store = by_any(&[Way::InStoreNumber, Way::InStoreNumberSaid]);
        let is_identified = is_listed || by_any(&[Way::Gtin, Way::GtinSaid]) || (is_in_store && has_brand);
        let is_modelled = by_any(&[Way::BrandAndModel, Way::BrandAndModelSaid, Way::Model, Way::ModelSaid]);
        if !(is_identified || is_modelled || by_any(&[Way::BrandAndName])) && said.share < LEAST_SHARE {
            return None;
        }
        // A usual word is a brand only beside the whole name; an in-store number alone says nothing.
        let is_usual_brand = by_any(&[Way::UsualBrandAndNameSaid]) && said.share >= WHOLE;
        if !(is_identified || is_modelled || has_brand || is_usual_brand) {
            return None;
        }
        let has_brand_and_model = by_any(&[Way::BrandAndModel, Way::BrandAndModelSaid]);
        let evidence = if is_identified {
            0.0
        } else if has_brand_and_model || by_any(&[Way::Model, Way::BrandAndName]) {
            said.against()
        } else {
            // A model number of no brand is another firm's too: then the name must be there as well.
            said.against() + said.for_name_alone()
        };
        // What is told of the same listing does not depend on how little else agrees.
        let least = if is_listed { 0.0 } else { bounds.least };
        let likeness = self.model.probability_from(query, &entry.prepared, &self.corpus, evidence, least)?;
        let is_proved = is_identified || has_brand_and_model || by_any(&[Way::Model, Way::BrandAndName]);
        Some(if is_listed {
            likeness.max(SAME_LISTING)
        } else if is_proved {
            likeness
        } else {
            likeness.min(MOST_BY_TEXT).min(bounds.mandatory.next_down())
        })
    }
}

/// Counts one less.
fn take_one<K: Eq + Hash, S: BuildHasher>(counts: &mut HashMap<K, u32, S>, key: K) {
    if let Some(count) = counts.get_mut(&key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

/// How a match was found, in words; where the description tells it, with the words of it that agree.
fn told(entry: &Entry, ways: Ways, words: &[&str], sought: &Sought) -> Vec<String> {
    let mut told: Vec<String> = ways.told().map(|way| way.told_as().to_owned()).collect();
    if ways.told().any(Way::is_of_description) {
        let identifiers = sought.said.iter().filter(|(key, _)| entry.keys.binary_search(key).is_ok());
        let mut all: Vec<&str> = identifiers.map(|(_, text)| text.as_str()).collect();
        all.extend(words);
        told.push(format!("words of the description: {}", all.join(" ")));
    }
    told
}
