//! `descriptions`: whether a goods description finds the alert on the goods, and leaves other goods alone.

mod written;

use std::collections::BTreeSet;

use seamless_consignments::domain::{
    alerts::{Alert, AlertIndex, Bounds},
    model::{Consignment, MatchedAlert},
};
use seamless_matching::Model;

use crate::{
    Failure,
    core_time::core_time,
    matching::{baselines, synthetic::Draw},
    outcome::{Goal, Outcome, rounded},
};

const ALERTS: u32 = 20_000;
/// Descriptions of each kind, each of another alert.
const DESCRIPTIONS: u32 = 2_000;
const UNRELATED: u32 = 20_000;
/// The baseline looks at every alert, so it is asked less often.
const BASELINE: u32 = 100;
/// From this share of common words on the baseline says that it is the product.
const OVERLAP: f64 = 0.5;
/// Of brands and names, of GTINs and of models that are found; of unrelated goods that match.
const NAMES: f64 = 0.9;
const IDENTIFIERS: f64 = 0.98;
const FALSE: f64 = 0.001;
/// As in the pilot that is embedded.
const BOUNDS: Bounds = Bounds { least: 0.3, mandatory: 0.9 };

/// How many of the goods of one kind were asked for, and what was found.
#[derive(Default)]
struct Counted {
    all: u32,
    found: u32,
    mandatory: u32,
}

impl Counted {
    fn add(&mut self, matched: &[MatchedAlert], is_found: impl Fn(&MatchedAlert) -> bool) {
        self.all += 1;
        self.found += u32::from(matched.iter().any(&is_found));
        let is_mandatory = |alert: &MatchedAlert| alert.probability >= BOUNDS.mandatory;
        self.mandatory += u32::from(matched.iter().any(|alert| is_found(alert) && is_mandatory(alert)));
    }

    fn share(&self) -> f64 {
        f64::from(self.found) / f64::from(self.all.max(1))
    }
}

/// Measures.
///
/// # Errors
/// If the embedded weights cannot be read, or there is no clock of the core.
pub fn measure() -> Result<(), Failure> {
    let alerts: Vec<Alert> = (0..ALERTS).map(written::alert).collect();
    let mut index = AlertIndex::new(Model::embedded()?);
    alerts.iter().for_each(|alert| index.put(alert));
    let [mut names, mut gtins, mut models, mut accessories, mut fields] =
        std::array::from_fn(|_| Counted::default());
    let mut draw = Draw(0xde5c);
    let step = (ALERTS / DESCRIPTIONS) as usize;
    for alert in alerts.iter().step_by(step) {
        let is_it = |matched: &MatchedAlert| is_same(matched, alert, &alerts);
        let said = written::brand_and_name(alert, &mut draw);
        names.add(&find(&index, &said)?, is_it);
        // As it was before descriptions were read: by fields, of which these goods have none.
        fields.add(&index.find(&goods("")?, &BOUNDS), is_it);
        if let Some(said) = written::with_gtin(alert, &mut draw) {
            gtins.add(&find(&index, &said)?, is_it);
        }
        if let Some(said) = written::with_model(alert, &mut draw) {
            models.add(&find(&index, &said)?, is_it);
        }
        accessories.add(&find(&index, &written::accessory(alert, &mut draw))?, is_it);
    }
    let mut unrelated = Counted::default();
    let begun = core_time()?;
    for number in 0..UNRELATED {
        unrelated.add(&find(&index, &written::unrelated(number))?, |_| true);
    }
    let each = (core_time()? - begun).as_secs_f64() * 1e6 / f64::from(UNRELATED);
    let are_met = names.share() >= NAMES
        && gtins.share().min(models.share()) >= IDENTIFIERS
        && unrelated.share() <= FALSE
        && unrelated.mandatory + names.mandatory == 0;
    let outcome = Outcome {
        measure: "descriptions".to_owned(),
        value: names.share(),
        unit: "share of alerts found",
        baseline: by_overlap(&alerts),
        goal: Goal::AtLeast(NAMES),
        note: "brand and name of one of 20,000 alerts as a declaration writes them, in English, German and Chinese: how \
               often that alert (or one of the same brand and name) is a match; gtin_found and model_found (>= 0.98): \
               the same of a description that holds its GTIN, or a model with brand or name; unrelated_matched (<= \
               0.001): titles of other goods, a quarter with the brand of some alert, that match any; *_mandatory (0): \
               from MANDATORY_MATCH on; accessory_matched: accessories for the product that match its alert; \
               fields_alone: what is found without the description; baseline: word overlap of half with every alert"
            .to_owned(),
        facts: vec![
            ("gtin_found", rounded(gtins.share()).into()),
            ("model_found", rounded(models.share()).into()),
            ("unrelated_matched", unrelated.share().into()),
            ("unrelated", unrelated.all.into()),
            ("unrelated_mandatory", unrelated.mandatory.into()),
            ("brand_and_name_mandatory", names.mandatory.into()),
            ("accessory_matched", rounded(accessories.share()).into()),
            ("fields_alone", rounded(fields.share()).into()),
            ("goals_met", are_met.into()),
            ("lookup_core_us", rounded(each).into()),
            ("alerts", ALERTS.into()),
        ],
    };
    outcome.print()
}

fn find(index: &AlertIndex, description: &str) -> Result<Vec<MatchedAlert>, Failure> {
    Ok(index.find(&goods(description)?, &BOUNDS))
}

fn goods(description: &str) -> Result<Consignment, Failure> {
    Ok(serde_json::from_value(serde_json::json!({
        "entry_point": "NLRTM", "arrival": "2026-01-19T08:00:00Z", "description": description,
    }))?)
}

/// Whether a match is the alert, or one whose brand and names are the same, which no description tells apart.
fn is_same(matched: &MatchedAlert, alert: &Alert, alerts: &[Alert]) -> bool {
    let number = matched.notification.rsplit('/').next().and_then(|number| number.parse::<usize>().ok());
    let found = number.and_then(|number| alerts.get(number));
    found.is_some_and(|found| {
        found.name == alert.name || (found.brand == alert.brand && found.names == alert.names)
    })
}

/// How often the alert is among those that share the most words with brand and name, and at least half of them.
fn by_overlap(alerts: &[Alert]) -> f64 {
    let words = |text: &str| -> BTreeSet<String> {
        let small = text.to_lowercase();
        small
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let all: Vec<BTreeSet<String>> =
        alerts.iter().map(|alert| words(&format!("{} {}", alert.brand, alert.names.join(" ")))).collect();
    let mut draw = Draw(0xba5e);
    let (mut asked, mut found) = (0_u32, 0_u32);
    for (alert, own) in alerts.iter().zip(&all).step_by((ALERTS / BASELINE) as usize) {
        let said = words(&written::brand_and_name(alert, &mut draw));
        let overlap = baselines::overlap(&said, own);
        let better = all.iter().filter(|other| baselines::overlap(&said, other) > overlap).count();
        asked += 1;
        found += u32::from(overlap >= OVERLAP && better < 5);
    }
    f64::from(found) / f64::from(asked.max(1))
}
