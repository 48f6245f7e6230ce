//! What an entry point screened in an hour: counts, no single parcel.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use seamless_identifiers::Unlocode;
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{
    model::{Lane, Selection},
    records::{Place, Record},
};

/// One hour.
pub const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The counts of one hour; without those that are zero.
#[derive(Clone, Debug, PartialEq)]
pub struct HourlyAggregate {
    pub entry_point: Unlocode,
    pub start: Timestamp,
    pub counts: Vec<ScreeningCount>,
}

/// How many screenings of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreeningCount {
    /// Empty for none.
    pub area: String,
    pub lane: Lane,
    /// The lane that they would have had without the lot.
    pub lane_otherwise: Lane,
    pub selection: Selection,
    /// Covered by a pre-inspection that passed the goods.
    pub inspected: bool,
    /// The country of origin; empty where the goods do not say; [`OTHER_ORIGINS`] for several.
    pub origin: String,
    pub alert_matched: bool,
    /// They should have been examined, and the day's capacity was used up.
    pub capacity_exhausted: bool,
    pub count: u64,
    /// The sum of their probabilities of being unsafe.
    pub expected_unsafe: f64,
}

/// What stands for the countries of origin that are counted together; ISO 3166 gives it to no country.
pub const OTHER_ORIGINS: &str = "ZZ";

/// The counts, of which there are to be no more than `most`: as many countries of origin as it takes are counted together,
/// those with the fewest screenings first. What goods do not say of their origin stays so. There are more all the same where
/// product areas, lanes and selections alone make more: these are few, and are what counts are for.
#[must_use]
pub fn bounded(counts: Vec<ScreeningCount>, most: usize) -> Vec<ScreeningCount> {
    if counts.len() <= most {
        return counts;
    }
    let mut screened: BTreeMap<&str, u64> = BTreeMap::new();
    for count in counts.iter().filter(|count| !count.origin.is_empty()) {
        *screened.entry(&count.origin).or_default() += count.count;
    }
    let mut origins: Vec<(&str, u64)> = screened.into_iter().collect();
    origins.sort_by_key(|(origin, count)| (*count, *origin));
    // One country by itself is told by its name.
    let joined = (2..origins.len()).map(|few| together(&counts, &origins[..few]));
    let fitting = joined.into_iter().find(|joined| joined.len() <= most);
    fitting.unwrap_or_else(|| together(&counts, &origins))
}

/// The counts, with these countries of origin in one.
fn together(counts: &[ScreeningCount], origins: &[(&str, u64)]) -> Vec<ScreeningCount> {
    let others: BTreeSet<&str> = origins.iter().map(|(origin, _)| *origin).collect();
    let mut joined: Vec<ScreeningCount> = Vec::new();
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    for count in counts {
        let origin = if others.contains(count.origin.as_str()) { OTHER_ORIGINS } else { &count.origin };
        let key = (
            &count.area,
            [count.lane as i32, count.lane_otherwise as i32, count.selection as i32],
            [count.inspected, count.alert_matched, count.capacity_exhausted],
            origin,
        );
        let place = *places.entry(key).or_insert(joined.len());
        match joined.get_mut(place) {
            Some(known) => {
                known.count += count.count;
                known.expected_unsafe += count.expected_unsafe;
            }
            None => joined.push(ScreeningCount { origin: origin.to_owned(), ..count.clone() }),
        }
    }
    joined
}

/// Up to when an entry point's hours were told: each once, whatever number of replicas tells them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AggregatedUntil {
    pub entry_point: Unlocode,
    pub authority: AuthorityId,
    pub until: Timestamp,
    pub revision: i64,
}

impl Record for AggregatedUntil {
    const KIND: &'static str = "aggregated-until";
    type Place = Place;

    fn name(&self) -> String {
        Self::name_of(&self.entry_point)
    }

    fn place(&self) -> Place {
        Place::of_owner(self.authority.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}

impl AggregatedUntil {
    /// The name of the record of an entry point.
    #[must_use]
    pub fn name_of(entry_point: &Unlocode) -> String {
        format!("entryPoints/{entry_point}/aggregatedUntil")
    }
}

/// The start of the hour in which an instant lies.
#[must_use]
pub fn hour_of(time: Timestamp) -> Timestamp {
    let second = time.as_second().div_euclid(3_600) * 3_600;
    Timestamp::from_second(second).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(origin: &str, lane: Lane, count: u64) -> ScreeningCount {
        ScreeningCount {
            area: "toys".to_owned(),
            lane,
            lane_otherwise: lane,
            selection: Selection::None,
            inspected: false,
            origin: origin.to_owned(),
            alert_matched: false,
            capacity_exhausted: false,
            count,
            expected_unsafe: count as f64 / 8.0,
        }
    }

    #[test]
    fn the_rarest_origins_are_counted_together_until_an_hour_is_bounded() {
        let mut hour =
            vec![count("", Lane::Green, 7), count("CN", Lane::Green, 90), count("CN", Lane::Blue, 9)];
        hour.extend(["AL", "BO", "CU"].map(|rare| count(rare, Lane::Green, 2)));
        hour.push(count("VN", Lane::Blue, 5));
        assert_eq!(bounded(hour.clone(), 7), hour, "as many as there may be");
        let told = |most| {
            let told = bounded(hour.clone(), most);
            assert_eq!(told.iter().map(|one| one.count).sum::<u64>(), 117, "nothing is lost");
            assert_eq!(told.iter().map(|one| one.expected_unsafe).sum::<f64>(), 117.0 / 8.0);
            told.into_iter().map(|one| (one.origin, one.lane, one.count)).collect::<Vec<_>>()
        };
        let green = |origin: &str, count| (origin.to_owned(), Lane::Green, count);
        let blue = |origin: &str, count| (origin.to_owned(), Lane::Blue, count);
        let common = [green("", 7), green("CN", 90), blue("CN", 9)];
        assert_eq!(told(6), [&common[..], &[green("ZZ", 4), green("CU", 2), blue("VN", 5)]].concat());
        assert_eq!(told(5), [&common[..], &[green("ZZ", 6), blue("VN", 5)]].concat());
        assert_eq!(told(1), [green("", 7), green("ZZ", 96), blue("ZZ", 14)], "lanes stay apart");
    }
}
