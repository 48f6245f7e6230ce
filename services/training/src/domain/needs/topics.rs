//! Topics: what the alerts of a period are about.
//!
//! Invariant: an alert counts once for each pair of hazard and country of origin that it has, and once in all; the order of
//! topics does not depend on the order in which alerts came.

use std::{cmp::Reverse, collections::BTreeMap};

use jiff::{SignedDuration, Timestamp};
use seamless_identifiers::CountryCode;
use seamless_statistics::{EventCount, Rate, RateRatio, StatisticsError, Tally, rate_ratio, wilson};

use super::{KnownAlert, LEVEL, ProductAreas};
use crate::domain::model::{ProductAreaId, RiskType};

/// A period, and the one before it, which is as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicPeriod {
    /// The end, which is not in it.
    pub end: Timestamp,
    /// How long it is, in days of 24 hours; at least 1.
    pub days: u32,
}

/// Which topics are asked for.
#[derive(Clone, Debug)]
pub struct TopicQuestion {
    pub period: TopicPeriod,
    pub product_area: Option<ProductAreaId>,
    /// Empty for all.
    pub hazards: Vec<RiskType>,
    pub origin: Option<CountryCode>,
    /// At least 1.
    pub least: u64,
    /// How many alerts of each topic are named at most.
    pub named: usize,
}

/// What a topic is, in the order in which topics of equal counts stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TopicKey {
    pub product_area: ProductAreaId,
    pub hazard: RiskType,
    /// The country code; empty where it is not known.
    pub origin: String,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub key: TopicKey,
    /// In the period.
    pub alerts: u64,
    /// In the period before.
    pub before: u64,
    pub sold_online: u64,
    /// Of how many of the period, and of the one before, no day is known.
    pub day_unknown: [u64; 2],
    /// The newest alerts of the period, the newest first.
    pub newest: Vec<String>,
}

/// All that the alerts of a period say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// In their order.
    pub topics: Vec<Topic>,
    /// All alerts of the period.
    pub alerts: u64,
    /// All of the period before.
    pub before: u64,
    /// Those of the period that belong to no topic.
    pub without_topic: u64,
    /// Those of the period, and of the one before, of which no day is known: they count from the first of their month.
    pub day_unknown: [u64; 2],
}

impl TopicPeriod {
    /// The first instant of the period.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        self.back(1)
    }

    /// The first instant of the period before.
    #[must_use]
    pub fn start_before(&self) -> Timestamp {
        self.back(2)
    }

    fn back(&self, times: i64) -> Timestamp {
        let length = SignedDuration::from_hours(24 * i64::from(self.days) * times);
        self.end.checked_sub(length).unwrap_or(Timestamp::MIN)
    }
}

impl Topic {
    /// Where it stands: the most alerts first; of as many, the fewest in the period before.
    #[must_use]
    pub fn in_order(&self) -> (Reverse<u64>, u64, &TopicKey) {
        (Reverse(self.alerts), self.before, &self.key)
    }

    /// Its share of all alerts of the period.
    ///
    /// # Errors
    /// More alerts of the topic than there are in all.
    pub fn share(&self, of_all: u64) -> Result<Rate, StatisticsError> {
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        wilson(Tally { examinations: count(of_all), unsafe_found: count(self.alerts) }, LEVEL)
    }

    /// How many times as many as in the period before.
    ///
    /// # Errors
    /// Beyond 1e9 alerts.
    pub fn trend(&self) -> Result<Option<RateRatio>, StatisticsError> {
        let over_one_period = |events| EventCount { events, exposure: 1.0 };
        rate_ratio(over_one_period(self.alerts), over_one_period(self.before), LEVEL)
    }
}

/// Groups alerts; those outside of both periods are passed over.
#[must_use]
pub fn topics(alerts: &[KnownAlert], areas: &ProductAreas, question: &TopicQuestion) -> Grouped {
    let period = question.period;
    let (start_before, start) = (period.start_before(), period.start());
    let mut grouped = Grouped::default();
    let mut found: BTreeMap<TopicKey, Counted<'_>> = BTreeMap::new();
    for alert in alerts.iter().filter(|alert| (start_before..period.end).contains(&alert.time)) {
        let is_now = alert.time >= start;
        let area = alert.facts.category.and_then(|category| areas.of(category));
        match is_now {
            true => grouped.alerts += 1,
            false => grouped.before += 1,
        }
        grouped.day_unknown[usize::from(!is_now)] += u64::from(alert.facts.day_unknown);
        let Some(area) = area.filter(|_| !alert.facts.hazards.is_empty()) else {
            grouped.without_topic += u64::from(is_now);
            continue;
        };
        for key in keys_of(alert, area).filter(|key| question.wants(key)) {
            found.entry(key).or_default().count(alert, is_now);
        }
    }
    grouped.topics = found.into_iter().map(|(key, counted)| counted.topic(key, question.named)).collect();
    grouped.topics.retain(|topic| topic.alerts >= question.least.max(1));
    grouped.topics.sort_by(|one, other| one.in_order().cmp(&other.in_order()));
    grouped
}

impl TopicQuestion {
    fn wants(&self, key: &TopicKey) -> bool {
        self.product_area.as_ref().is_none_or(|area| *area == key.product_area)
            && (self.hazards.is_empty() || self.hazards.contains(&key.hazard))
            && self.origin.as_ref().is_none_or(|origin| origin.as_str() == key.origin)
    }
}

/// The topics of an alert, each once.
fn keys_of(alert: &KnownAlert, area: &ProductAreaId) -> impl Iterator<Item = TopicKey> {
    let mut origins: Vec<String> = alert.facts.origins.iter().map(ToString::to_string).collect();
    if origins.is_empty() {
        origins.push(String::new());
    }
    let key = |hazard: &RiskType, origin: &String| TopicKey {
        product_area: area.clone(),
        hazard: *hazard,
        origin: origin.clone(),
    };
    let hazards = alert.facts.hazards.iter();
    let keys: Vec<_> =
        hazards.flat_map(|hazard| origins.iter().map(move |origin| key(hazard, origin))).collect();
    keys.into_iter()
}

#[derive(Default)]
struct Counted<'a> {
    alerts: Vec<&'a KnownAlert>,
    before: u64,
    day_unknown: [u64; 2],
}

impl<'a> Counted<'a> {
    fn count(&mut self, alert: &'a KnownAlert, is_now: bool) {
        self.day_unknown[usize::from(!is_now)] += u64::from(alert.facts.day_unknown);
        match is_now {
            true => self.alerts.push(alert),
            false => self.before += 1,
        }
    }

    fn topic(mut self, key: TopicKey, named: usize) -> Topic {
        self.alerts.sort_by(|one, other| (other.time, &one.name).cmp(&(one.time, &other.name)));
        Topic {
            key,
            alerts: self.alerts.len() as u64,
            before: self.before,
            day_unknown: self.day_unknown,
            sold_online: self.alerts.iter().filter(|alert| alert.facts.sold_online).count() as u64,
            newest: self.alerts.iter().take(named).map(|alert| alert.name.clone()).collect(),
        }
    }
}
