//! Where the scheme applies, as data: entry points, product areas, inspection bodies, and the numbers by which goods and
//! bodies are judged. Read from a file at start; every mistake is named.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use seamless_calendar::{Calendars, DeadlineRule, DeadlineUnit, Zones};
use seamless_identifiers::{CommodityCode, Unlocode, toml_fault};
use seamless_identity::{AuthorityId, Cooperation};
use seamless_statistics::ReliabilityRule;
use serde::Deserialize;

use super::model::{InspectionBodyId, Numbers, ProductAreaId};

/// A pilot to start from, explained by comments.
pub const SAMPLE_PILOT: &str = include_str!("../../config/pilot.toml");

/// Where the scheme applies.
#[derive(Clone, Debug)]
pub struct Pilot {
    pub entry_points: BTreeMap<Unlocode, EntryPoint>,
    pub product_areas: BTreeMap<ProductAreaId, ProductArea>,
    pub inspection_bodies: BTreeMap<InspectionBodyId, InspectionBody>,
    pub reliability: Reliability,
    pub decision: Decision,
    pub suspension: Suspension,
}

/// A place where goods enter.
#[derive(Clone, Debug)]
pub struct EntryPoint {
    pub id: Unlocode,
    pub name: String,
    pub authority: AuthorityId,
    /// Its IANA name.
    pub zone_name: String,
    pub time_zone: TimeZone,
    pub calendar: String,
    /// Examinations a day.
    pub capacity: u32,
    /// Consignments expected a day.
    pub arrivals: u64,
    pub checks: Checks,
}

/// The lesser checks that an entry point has in a day. Where there is no number of one, goods get it from so many times the mean
/// expected harm of the day on; where there is none of these either, from the probability of [`Decision`] on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Checks {
    /// Of documents (yellow).
    pub documents: Option<u32>,
    /// After release (blue).
    pub after_release: Option<u32>,
    pub documents_from: Option<f64>,
    pub after_release_from: Option<f64>,
}

/// From how many times the mean on documents are checked, where the scheme states no probability: at most a third of all goods
/// have as much.
const DOCUMENTS_FROM: f64 = 3.0;
/// From how many times the mean on goods are checked after release.
const AFTER_RELEASE_FROM: f64 = 1.5;
/// How many goods are taken for unsafe before enough scores of a day are known, where the scheme states no probabilities.
const STATED_RATE: f64 = 0.10;

/// A product area.
#[derive(Clone, Debug)]
pub struct ProductArea {
    pub id: ProductAreaId,
    pub name: String,
    pub commodity_prefixes: Vec<String>,
    pub harm_weight: f64,
}

/// An inspection body of the exporting side.
#[derive(Clone, Debug)]
pub struct InspectionBody {
    pub id: InspectionBodyId,
    pub name: String,
    pub authority: AuthorityId,
    pub group: String,
}

/// The rule by which a body's data is judged.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reliability {
    pub minimum_examinations: u32,
    pub highest_false_pass_rate: f64,
    pub credibility: f64,
    pub useful_ratio: f64,
    pub shrinkage: f64,
}

impl Reliability {
    /// The rule as the statistics take it.
    #[must_use]
    pub fn rule(&self) -> ReliabilityRule {
        ReliabilityRule {
            minimum_examinations: self.minimum_examinations,
            highest_false_pass_rate: self.highest_false_pass_rate,
            credibility: self.credibility,
            useful_ratio: self.useful_ratio,
            shrinkage_strength: self.shrinkage,
        }
    }

    /// The rule in words.
    #[must_use]
    pub fn words(&self) -> String {
        let percent = |share: f64| format!("{} %", (share * 10_000.0).round() / 100.0);
        format!(
            "a verdict wants {} random examinations of goods that the body passed and a probability of {}; reliable: fewer \
             than {} of them unsafe; useful: also fewer than {} times the share among goods that nobody checked; the rest \
             of its group counts for at most {} examinations",
            self.minimum_examinations,
            percent(self.credibility),
            percent(self.highest_false_pass_rate),
            self.useful_ratio,
            self.shrinkage,
        )
    }
}

/// The numbers by which goods are decided.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    pub random_floor: f64,
    pub mandatory_match: f64,
    pub least_match: f64,
    pub alerted_unsafe: f64,
    pub failed_unsafe: f64,
    /// None where it follows the goods that arrive.
    pub yellow_from: Option<f64>,
    /// None where it follows the goods that arrive.
    pub blue_from: Option<f64>,
}

impl Decision {
    /// Those that a decision is recorded with.
    #[must_use]
    pub fn numbers(&self) -> Numbers {
        Numbers {
            mandatory_match: self.mandatory_match,
            alerted_unsafe: self.alerted_unsafe,
            failed_unsafe: self.failed_unsafe,
            yellow_from: self.yellow_from.unwrap_or(DOCUMENTS_FROM * STATED_RATE),
            blue_from: self.blue_from.unwrap_or(AFTER_RELEASE_FROM * STATED_RATE),
        }
    }
}

/// How long goods may be suspended.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    pub working_days: u32,
    pub legal_basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    entry_point: Vec<EntryPointIn>,
    #[serde(default)]
    product_area: Vec<ProductAreaIn>,
    #[serde(default)]
    inspection_body: Vec<InspectionBodyIn>,
    reliability: Reliability,
    decision: Decision,
    suspension: Suspension,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryPointIn {
    id: String,
    name: String,
    authority: String,
    time_zone: String,
    calendar: String,
    capacity: u32,
    arrivals: u64,
    document_checks: Option<u32>,
    release_checks: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductAreaIn {
    id: String,
    name: String,
    commodity_prefixes: Vec<String>,
    harm_weight: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InspectionBodyIn {
    id: String,
    name: String,
    authority: String,
    group: String,
}

impl Pilot {
    /// Reads a pilot.
    ///
    /// # Errors
    /// Every mistake, one a line: where it is, what is wanted, what was got.
    pub fn parse(text: &str, cooperation: &Cooperation, calendars: &Calendars) -> Result<Self, String> {
        let document: Document = toml::from_str(text).map_err(|error| toml_fault(text, &error))?;
        let mut mistakes = Mistakes::default();
        let authority = |mistakes: &mut Mistakes, at: &str, text: &str| {
            let id = text.parse::<AuthorityId>().ok().filter(|id| cooperation.authority(id).is_some());
            mistakes.want(id, at, "an authority of the cooperation", text)
        };

        let mut entry_points = BTreeMap::new();
        for one in document.entry_point {
            let at = format!("entry_point {}", one.id);
            let id = mistakes.want(Unlocode::parse(&one.id).ok(), &at, "a UN/LOCODE as id", &one.id);
            let examiner = authority(&mut mistakes, &at, &one.authority);
            let zone = Zones::bundled().get(&one.time_zone).ok();
            let zone = mistakes.want(zone, &at, "an IANA time zone", &one.time_zone);
            let calendar = calendars.get(&one.calendar).ok();
            mistakes.want(calendar, &at, "a calendar", &one.calendar);
            mistakes.check(one.capacity <= 1_000_000, &at, "a capacity of at most 1000000");
            let checks = checks_in(&mut mistakes, &at, &one);
            mistakes.check((1..=100_000_000).contains(&one.arrivals), &at, "arrivals of 1 to 100000000");
            if let (Some(id), Some(authority), Some(time_zone)) = (id, examiner, zone) {
                let entry_point = EntryPoint {
                    id: id.clone(),
                    name: one.name,
                    authority,
                    zone_name: one.time_zone,
                    time_zone,
                    calendar: one.calendar,
                    capacity: one.capacity,
                    arrivals: one.arrivals,
                    checks,
                };
                mistakes.check(entry_points.insert(id, entry_point).is_none(), &at, "each id once");
            }
        }

        let mut product_areas = BTreeMap::new();
        let mut prefixes = BTreeSet::new();
        for one in document.product_area {
            let at = format!("product_area {}", one.id);
            let id: Option<ProductAreaId> = mistakes.want(one.id.parse().ok(), &at, "an id", &one.id);
            mistakes.check(
                one.harm_weight > 0.0 && one.harm_weight <= 100.0,
                &at,
                "a harm_weight above 0, up to 100",
            );
            for prefix in &one.commodity_prefixes {
                let fits =
                    (2..=10).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_digit());
                mistakes.check(fits, &at, "commodity_prefixes of 2 to 10 digits");
                mistakes.check(prefixes.insert(prefix.clone()), &at, "each prefix in one area");
            }
            if let Some(id) = id {
                let area = ProductArea {
                    id: id.clone(),
                    name: one.name,
                    commodity_prefixes: one.commodity_prefixes,
                    harm_weight: one.harm_weight,
                };
                mistakes.check(product_areas.insert(id, area).is_none(), &at, "each id once");
            }
        }

        let mut inspection_bodies = BTreeMap::new();
        for one in document.inspection_body {
            let at = format!("inspection_body {}", one.id);
            let id: Option<InspectionBodyId> = mistakes.want(one.id.parse().ok(), &at, "an id", &one.id);
            let sharer = authority(&mut mistakes, &at, &one.authority);
            if let (Some(id), Some(authority)) = (id, sharer) {
                let body = InspectionBody { id: id.clone(), name: one.name, authority, group: one.group };
                mistakes.check(inspection_bodies.insert(id, body).is_none(), &at, "each id once");
            }
        }

        let Document { reliability, decision, suspension, .. } = document;
        let share = |number: f64| number > 0.0 && number < 1.0;
        mistakes.check(
            reliability.minimum_examinations >= 1,
            "reliability",
            "minimum_examinations of 1 or more",
        );
        let stated =
            [("decision.yellow_from", decision.yellow_from), ("decision.blue_from", decision.blue_from)];
        let stated = stated.into_iter().filter_map(|(key, number)| Some((key, number?)));
        let always = [
            ("reliability.highest_false_pass_rate", reliability.highest_false_pass_rate),
            ("reliability.useful_ratio", reliability.useful_ratio),
            ("decision.random_floor", decision.random_floor),
            ("decision.mandatory_match", decision.mandatory_match),
            ("decision.least_match", decision.least_match),
            ("decision.alerted_unsafe", decision.alerted_unsafe),
            ("decision.failed_unsafe", decision.failed_unsafe),
        ];
        for (key, number) in always.into_iter().chain(stated) {
            mistakes.check(share(number), key, "a share between 0 and 1");
        }
        let credible = (0.5..1.0).contains(&reliability.credibility);
        mistakes.check(credible, "reliability.credibility", "0.5 or more, below 1");
        let lends = reliability.shrinkage > 0.0 && reliability.shrinkage <= 1e6;
        mistakes.check(lends, "reliability.shrinkage", "above 0, up to 1000000");
        mistakes.check((1..=60).contains(&suspension.working_days), "suspension.working_days", "1 to 60");
        for entry_point in entry_points.values_mut() {
            let checks = &mut entry_point.checks;
            checks.documents_from = decision.yellow_from.is_none().then_some(DOCUMENTS_FROM);
            checks.after_release_from = decision.blue_from.is_none().then_some(AFTER_RELEASE_FROM);
        }
        mistakes.finish(Self {
            entry_points,
            product_areas,
            inspection_bodies,
            reliability,
            decision,
            suspension,
        })
    }

    /// The product area of goods with this code: that of the longest matching prefix.
    #[must_use]
    pub fn area_of(&self, code: Option<&CommodityCode>) -> Option<&ProductArea> {
        let code = code?.as_str();
        let matching = |area: &ProductArea| {
            let prefixes = area.commodity_prefixes.iter().filter(|prefix| code.starts_with(prefix.as_str()));
            prefixes.map(String::len).max()
        };
        let areas = self.product_areas.values();
        areas
            .filter_map(|area| Some((matching(area)?, area)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, area)| area)
    }

    /// The deadline rule of a suspension at an entry point.
    #[must_use]
    pub fn suspension_rule(&self, entry_point: &EntryPoint) -> DeadlineRule {
        DeadlineRule {
            id: "suspension".to_owned(),
            start_event: "suspended".to_owned(),
            stop_event: "decided".to_owned(),
            length: self.suspension.working_days,
            unit: DeadlineUnit::WorkingDays { calendar: entry_point.calendar.clone() },
            time_zone: entry_point.zone_name.clone(),
            warn_before_days: 0,
            legal_basis: self.suspension.legal_basis.clone(),
            pauses: false,
            applies_to: "all".to_owned(),
        }
    }
}

/// The lesser checks of an entry point.
fn checks_in(mistakes: &mut Mistakes, at: &str, one: &EntryPointIn) -> Checks {
    for (key, checks) in [("document_checks", one.document_checks), ("release_checks", one.release_checks)] {
        let fits = checks.is_none_or(|checks| checks <= 1_000_000);
        mistakes.check(fits, at, &format!("{key} of at most 1000000"));
    }
    Checks {
        documents: one.document_checks,
        after_release: one.release_checks,
        documents_from: None,
        after_release_from: None,
    }
}

#[derive(Default)]
struct Mistakes(Vec<String>);

impl Mistakes {
    fn want<T>(&mut self, value: Option<T>, at: &str, wanted: &str, got: &str) -> Option<T> {
        if value.is_none() {
            self.0.push(format!("{at}: wants {wanted}; got {got:?}"));
        }
        value
    }

    fn check(&mut self, holds: bool, at: &str, wanted: &str) {
        if !holds {
            self.0.push(format!("{at}: wants {wanted}"));
        }
    }

    fn finish<T>(self, value: T) -> Result<T, String> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0.join("\n")) }
    }
}
