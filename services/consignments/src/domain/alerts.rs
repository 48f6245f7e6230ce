//! Alerts in memory, and which of them goods match.
//!
//! Goods are compared only with alerts that share an identifier, a model number, a listing or a brand with them, and with
//! a bounded number of these: what a comparison costs does not grow with the number of alerts.

use std::collections::HashMap;

use seamless_identifiers::{Barcodes, identifies_nothing, says_nothing};
use seamless_matching::{Corpus, Model, Prepared, Product};
use serde::{Deserialize, Serialize};

use super::model::{Consignment, MatchedAlert};

/// Alerts that goods are compared with at most.
const COMPARED: usize = 24;
/// Alerts of one key that are looked at, the newest first: a key that many share says little.
const LOOKED_AT: usize = 32;
/// Matches that are told at most.
const TOLD: usize = 5;
/// A model number that finds an alert by itself has so many characters, a digit among them.
const TELLING_MODEL: usize = 5;
/// Goods whose offer is the one that an alert names are its product, but for a change of the page.
const SAME_LISTING: f64 = 0.98;

/// What is told of goods that share a brand with an alert; they are compared if a word of the name is the same too.
const BRAND: &str = "brand and name";

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
    by_key: HashMap<Key, Vec<Place>>,
    /// How many were put in so far.
    put: u64,
}

/// Stands for an alert in what it said last.
type Place = u64;

struct Entry {
    name: String,
    prepared: Prepared,
    keys: Vec<Key>,
}

/// What alerts and goods are looked up by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Gtin(String),
    Listing(String),
    BrandAndModel(String),
    Model(String),
    Brand(String),
}

impl Key {
    fn told_as(&self) -> &'static str {
        match self {
            Self::Gtin(_) => "gtin",
            Self::Listing(_) => "listing",
            Self::BrandAndModel(_) => "brand and model",
            Self::Model(_) => "model",
            Self::Brand(_) => BRAND,
        }
    }
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
            by_key: HashMap::new(),
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
        let prepared = Prepared::new(&Product {
            brand: alert.brand.clone(),
            names: alert.names.clone(),
            models: alert.models.clone(),
            gtins: alert.gtins.clone(),
            batches: alert.batches.clone(),
            manufacturers: alert.manufacturers.clone(),
            country_of_origin: alert.country_of_origin.clone(),
            additional_countries_of_origin: alert.additional_countries_of_origin.clone(),
            ..Product::default()
        });
        let keys = keys(&alert.brand, &alert.models, &alert.gtins, &alert.listings);
        self.put += 1;
        for key in &keys {
            self.by_key.entry(key.clone()).or_default().push(self.put);
        }
        self.corpus.add(&prepared);
        self.places.insert(alert.name.clone(), self.put);
        self.entries.insert(self.put, Entry { name: alert.name.clone(), prepared, keys });
    }

    /// Takes an alert out.
    pub fn remove(&mut self, name: &str) {
        let Some(place) = self.places.remove(name) else { return };
        let Some(entry) = self.entries.remove(&place) else { return };
        self.corpus.remove(&entry.prepared);
        for key in entry.keys {
            if let Some(places) = self.by_key.get_mut(&key) {
                places.retain(|known| *known != place);
                if places.is_empty() {
                    self.by_key.remove(&key);
                }
            }
        }
    }

    /// The alerts that the goods match with at least this probability, the most probable first.
    #[must_use]
    pub fn find(&self, consignment: &Consignment, least: f64) -> Vec<MatchedAlert> {
        let gtins: Vec<String> = consignment.gtins.iter().map(ToString::to_string).collect();
        let mut models = consignment.models.clone();
        if models.is_empty() {
            // Parcels say their model in the description, if at all.
            models.extend(model_words(&consignment.description).map(str::to_owned));
        }
        let listings = std::slice::from_ref(&consignment.listing_url);
        let mut found: Vec<(Place, Vec<&'static str>, bool)> = Vec::new();
        for key in keys(&consignment.brand, &models, &gtins, listings) {
            let Some(places) = self.by_key.get(&key) else { continue };
            for &place in places.iter().rev().take(LOOKED_AT) {
                let is_listed = matches!(key, Key::Listing(_));
                match found.iter().position(|(known, ..)| *known == place) {
                    Some(at) => {
                        let (_, by, listed) = &mut found[at];
                        *listed |= is_listed;
                        if !by.contains(&key.told_as()) {
                            by.push(key.told_as());
                        }
                    }
                    None if found.len() < COMPARED => found.push((place, vec![key.told_as()], is_listed)),
                    None => {}
                }
            }
        }
        if found.is_empty() {
            return Vec::new();
        }
        let query = Prepared::new(&Product {
            brand: consignment.brand.clone(),
            names: vec![consignment.description.clone()],
            models,
            gtins,
            batches: consignment.lots.clone(),
            manufacturers: vec![consignment.manufacturer.name.clone()],
            country_of_origin: consignment.country_of_origin.map(|country| country.to_string()),
            ..Product::default()
        });
        let mut matched: Vec<MatchedAlert> = found
            .into_iter()
            .filter_map(|(place, by, is_listed)| {
                let entry = self.entries.get(&place)?;
                if by == [BRAND] && !query.shares_a_name(&entry.prepared) {
                    return None;
                }
                let probability = self.model.probability(&query, &entry.prepared, &self.corpus);
                let probability = if is_listed { probability.max(SAME_LISTING) } else { probability };
                (probability >= least).then(|| MatchedAlert {
                    notification: entry.name.clone(),
                    probability,
                    matched_by: by.into_iter().map(str::to_owned).collect(),
                })
            })
            .collect();
        matched.sort_by(|one, two| {
            two.probability.total_cmp(&one.probability).then_with(|| one.notification.cmp(&two.notification))
        });
        matched.truncate(TOLD);
        matched
    }
}

/// What a product is looked up by, the most telling first.
fn keys(brand: &str, models: &[String], gtins: &[String], listings: &[String]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    let read = gtins.iter().flat_map(|written| Barcodes::of_field(written).gtins);
    keys.extend(read.map(|gtin| Key::Gtin(gtin.to_string())));
    keys.extend(listings.iter().filter_map(|url| listing(url)).map(Key::Listing));
    let brand = if says_nothing(brand) { String::new() } else { cleaned(brand) };
    let models = models.iter().filter(|model| !identifies_nothing(model));
    let models: Vec<String> = models.map(|model| cleaned(model)).filter(|model| !model.is_empty()).collect();
    if !brand.is_empty() {
        keys.extend(models.iter().map(|model| Key::BrandAndModel(format!("{brand}|{model}"))));
    }
    keys.extend(models.into_iter().filter(|model| is_telling(model)).map(Key::Model));
    if !brand.is_empty() {
        keys.push(Key::Brand(brand));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn is_telling(model: &str) -> bool {
    model.chars().count() >= TELLING_MODEL && model.chars().any(|letter| letter.is_ascii_digit())
}

/// Words that look like a model number: letters and digits together.
fn model_words(description: &str) -> impl Iterator<Item = &str> {
    let words = description.split(|letter: char| !(letter.is_alphanumeric() || letter == '-'));
    words.filter(|word| is_telling(word) && word.chars().any(char::is_alphabetic)).take(4)
}

/// An offer without what differs from visit to visit.
fn listing(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_lowercase();
    let rest = rest.strip_prefix("www.").unwrap_or(&rest);
    (!rest.is_empty()).then(|| rest.to_owned())
}

/// Lower case, letters and digits alone.
fn cleaned(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
