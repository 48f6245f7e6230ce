//! Goods as the risk model sees them, and what it says of them: how likely they are to be found unsafe.
//!
//! Invariant: the same model gives the same goods the same score; a feature that is not known adds nothing.

use std::sync::Arc;

use seamless_identity::AuthorityId;
use seamless_risk::{BASE, Contribution, Feature, Item, Layout, Model, Settings};

use super::{
    error::DomainError,
    model::{Consignment, Counted, Evidence, Party, Score, ShadowScore, Tally, model_name},
};

/// What the model counts, from coarse to fine. The first chain is what a model with little experience goes by: the
/// tariff code, the origin, who exports and who imports. `declarant` and `tax_rate` are further features that customs
/// may give; others count in models that were imported with a layout that names them.
const CHAINS: [&str; 14] = [
    "hs/2 > hs/4 > hs/6 > origin > exporter > importer",
    "exporter > hs/4",
    "manufacturer > hs/4",
    "importer > hs/4",
    "seller > hs/4",
    "origin > dispatch",
    "carrier",
    "port > hs/2",
    "entry_point > mode",
    "hs/2 > hs/4 > value:mass^3",
    "hs/2 > hs/4 > value:quantity^3",
    "mass^3",
    "declarant > hs/4",
    "hs/2 > hs/4 > tax_rate",
];
/// The share of unsafe goods that is expected before any outcome is known. It counts for two outcomes only, so that the
/// first dozens outweigh it. Replays of screenings without a model rest on it: it is not changed.
const PRIOR_RATE: f64 = 0.1;
const PRIOR_COUNT: f64 = 2.0;
/// Contributions that scores of before evidence was kept hold.
const CONTRIBUTIONS: usize = 6;
/// Evidence that is kept of a score.
const EVIDENCE: usize = 5;
/// What moves a score by fewer log-odds, a twentieth of the odds, is no reason.
const LEAST: f64 = 0.05;
/// Of the interval of a score.
const LEVEL: f64 = 0.95;

/// A model without experience.
///
/// # Errors
/// `Fault` if layout and settings do not fit the model's crate.
pub fn untrained() -> Result<Model, DomainError> {
    let layout = Layout::new(&CHAINS).map_err(|error| DomainError::Fault(format!("risk layout: {error}")))?;
    let settings = Settings { prior_rate: PRIOR_RATE, prior_count: PRIOR_COUNT, ..Settings::default() };
    Model::new(layout, settings).map_err(|error| DomainError::Fault(format!("risk settings: {error}")))
}

/// The models of one side that score its arrivals.
#[derive(Clone, Debug)]
pub struct InUse {
    /// The name of the one that decides, and what it learned.
    pub deciding: (String, Arc<Model>),
    /// The one that scores beside it, without effect.
    pub shadow: Option<(String, Arc<Model>)>,
}

impl InUse {
    /// What a side without models goes by: `models/{side}.0`, which has learned nothing.
    #[must_use]
    pub fn nothing_learned(side: &AuthorityId, untrained: Arc<Model>) -> Self {
        Self { deciding: (model_name(side, 0), untrained), shadow: None }
    }

    /// The name of the model that decides, what it says of the goods, and what the one in shadow would have said.
    #[must_use]
    pub fn score(&self, consignment: &Consignment) -> (String, Score, Option<ShadowScore>) {
        let features = Features::of(consignment);
        let (name, model) = &self.deciding;
        let shadow = self.shadow.as_ref().map(|(name, model)| ShadowScore {
            model: name.clone(),
            score: model.score(&features.0).probability,
        });
        (name.clone(), explained(&model.score(&features.0)), shadow)
    }
}

/// What a model says of goods, with its reasons.
#[must_use]
pub fn score_by(model: &Model, consignment: &Consignment) -> Score {
    explained(&model.score(&item_of(consignment)))
}

/// The same in the form in which `recorded` was kept: scores of before evidence was kept are replayed as they were.
#[must_use]
pub fn score_again(model: &Model, consignment: &Consignment, recorded: &Score) -> Score {
    if recorded.contributions.is_empty() {
        return score_by(model, consignment);
    }
    let features = Features::of(consignment);
    let score = model.score(&features.0);
    let strongest = score.strongest().into_iter().take(CONTRIBUTIONS);
    let contributions = strongest.map(|one| (features.told(&one.key), one.log_odds, one.count)).collect();
    Score { contributions, evidence: Vec::new(), ..explained(&score) }
}

/// A score with what moved it most. What holds for all goods is no reason to think otherwise of these.
fn explained(score: &seamless_risk::Score) -> Score {
    let (lower, upper) = score.interval(LEVEL);
    let strongest = score.strongest().into_iter();
    let moving = strongest.filter(|one| &*one.key != BASE && one.log_odds.abs() >= LEAST);
    Score {
        probability: score.probability,
        lower,
        upper,
        observations: score.count,
        contributions: Vec::new(),
        evidence: moving.take(EVIDENCE).map(evidence_of).collect(),
    }
}

fn evidence_of(one: &Contribution) -> Evidence {
    let tally = |tally: seamless_risk::Tally| Tally { examined: tally.labels, found_unsafe: tally.bad };
    let compared = one.coarser.map(tally).unwrap_or_default();
    Evidence {
        key: one.key.to_string(),
        log_odds: one.log_odds,
        counted: one.tally.map(|alike| Counted { alike: tally(alike), compared }),
        coarser: one.coarser_key.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

/// The goods as the model sees them.
#[must_use]
pub fn item_of(consignment: &Consignment) -> Item {
    Features::of(consignment).0
}

/// The features of goods by the names that layouts call them by.
struct Features(Item);

impl Features {
    fn of(consignment: &Consignment) -> Self {
        // The known ones come last, so that a further feature of the same name does not stand in for them.
        let further = consignment.features.iter();
        let further = further.fold(Item::new(), |item, (name, value)| item.word(name.clone(), value.clone()));
        let text = |value: Option<String>| value.unwrap_or_default();
        let mode = consignment.transport_mode.map(|mode| <&str>::from(mode).to_ascii_lowercase());
        let words = further
            .word("hs", consignment.commodity_code.as_ref().map_or("", |code| code.as_str()))
            .word("origin", text(consignment.country_of_origin.as_ref().map(ToString::to_string)))
            .word("dispatch", text(consignment.country_of_dispatch.as_ref().map(ToString::to_string)))
            .word("exporter", identity_of(&consignment.exporter))
            .word("importer", identity_of(&consignment.importer))
            .word("seller", identity_of(&consignment.seller))
            .word("manufacturer", identity_of(&consignment.manufacturer))
            .word("carrier", cleaned(&consignment.carrier))
            .word("port", text(consignment.port_of_loading.as_ref().map(ToString::to_string)))
            .word("entry_point", consignment.entry_point.to_string())
            .word("mode", mode.unwrap_or_default());
        let numbers = [
            ("quantity", consignment.quantity),
            ("mass", consignment.gross_mass_kg),
            ("value", consignment.value_eur),
        ];
        let known = numbers.into_iter().filter_map(|(name, number)| Some((name, number?)));
        Self(known.fold(words, |item, (name, number)| item.number(name, number)))
    }

    /// A key of the layout with its values: `hs/4=9503, origin=CN`.
    fn told(&self, key: &str) -> String {
        if key == BASE {
            return key.to_owned();
        }
        let parts = key.split(" + ").map(|part| format!("{part}={}", self.value_of(part)));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// The value of a part of a key, as exactly as the part takes it.
    fn value_of(&self, part: &str) -> String {
        let (source, grain) = part.split_at(part.find(['/', '~', '^']).unwrap_or(part.len()));
        let number = |name: &str| match self.0.feature(name) {
            Some(Feature::Number(number)) => Some(*number),
            _ => None,
        };
        if let Some((over, under)) = source.split_once(':') {
            let ratio = number(over).zip(number(under)).map(|(over, under)| format!("{:.3}", over / under));
            return ratio.unwrap_or_default();
        }
        match self.0.feature(source) {
            Some(Feature::Number(number)) => number.to_string(),
            Some(Feature::Word(word)) => {
                let length = grain.strip_prefix('/').and_then(|digits| digits.parse().ok());
                word.chars().take(length.unwrap_or(usize::MAX)).collect()
            }
            None => String::new(),
        }
    }
}

/// What a party is known by: its best identifier, and its cleaned name where it has none. The kind stands before it, so
/// that an identifier is never taken for one of another register.
fn identity_of(party: &Party) -> String {
    if let Some(code) = &party.credit_code {
        return format!("uscc:{}", code.as_str());
    }
    if let Some(eori) = &party.eori {
        return format!("eori:{}", eori.as_str());
    }
    match (party.external_id.trim(), cleaned(&party.name)) {
        ("", name) if name.is_empty() => name,
        ("", name) => format!("name:{name}"),
        (id, _) => format!("id:{id}"),
    }
}

/// Lower case, words set off by one space, without punctuation: so that spellings of one name are one.
fn cleaned(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goods(more: &str) -> Consignment {
        let text = format!(r#"{{"entry_point":"NLRTM","arrival":"2026-11-02T08:00:00Z"{more}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn keys_are_told_with_the_values_that_they_stand_for() {
        let goods = goods(
            r#","commodity_code":"95030041","country_of_origin":"CN","gross_mass_kg":250.0,"value_eur":1000.0,
               "exporter":{"name":" NINGBO  Example-Toys Ltd."},"features":{"tax_rate":"4.7","hs":"forged"}"#,
        );
        let features = Features::of(&goods);
        assert_eq!(features.told(BASE), "all");
        assert_eq!(features.told("hs/4 + origin"), "hs/4=9503, origin=CN");
        assert_eq!(features.told("exporter"), "exporter=name:ningbo example toys ltd");
        assert_eq!(features.told("value:mass^3"), "value:mass^3=4.000");
        assert_eq!(features.told("tax_rate"), "tax_rate=4.7");
    }

    #[test]
    fn a_model_without_experience_says_the_prior_rate_of_whatever_arrives() {
        let side: AuthorityId = "eu-just".parse().unwrap();
        let in_use = InUse::nothing_learned(&side, Arc::new(untrained().unwrap()));
        for goods in [goods(""), goods(r#","commodity_code":"950300""#)] {
            let (model, score, shadow) = in_use.score(&goods);
            assert_eq!((model.as_str(), shadow), ("models/eu-just.0", None));
            assert!((score.probability - PRIOR_RATE).abs() < 1e-12);
            assert!(score.lower < 0.01 && score.upper > 0.4, "little is known: {score:?}");
        }
    }

    #[test]
    fn the_best_identifier_of_a_party_is_what_it_is_known_by() {
        let party = |text: &str| identity_of(&serde_json::from_str(text).unwrap());
        assert_eq!(party(r#"{"name":"A","eori":"NL123456789","external_id":"7"}"#), "eori:NL123456789");
        assert_eq!(party(r#"{"name":"A","external_id":"7"}"#), "id:7");
        assert_eq!(party(r#"{"name":" - "}"#), "");
    }
}
