//! What an officer reads: fifty reasons of a model, each with its field in words, its value, and counts that are counted
//! again from the history itself.

use jiff::{Timestamp, civil::Date};
use seamless_consignments::{
    contract::screening_out,
    domain::{
        decide::{Draft, Moment, decide, replay},
        model::{Consignment, EventStatus, Facts, Reason, ReasonKind, Screening},
        risk::{score_again, score_by},
    },
};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_risk::Model;
use seamless_targeting::Threshold;
use uuid::Uuid;

use crate::{
    memory::rules,
    port::{Chance, Outcomes, arriving, examined, taught},
};

/// Nothing is left of the day: what is known of the goods decides alone.
fn moment() -> Moment {
    Moment {
        entry_point: "NLRTM".parse().unwrap(),
        date: Date::constant(2026, 11, 2),
        seed: [3; 32],
        targeted_left: 0,
        random_left: 0,
        expected_to_come: 1.0,
        threshold: Threshold::NOTHING,
        yellow: None,
        blue: None,
    }
}

fn screened(model: &Model, goods: &Consignment, number: u128) -> Screening {
    let facts = Facts {
        model: "models/eu-just.1".to_owned(),
        score: score_by(model, goods),
        harm_weight: 1.0,
        ..Facts::default()
    };
    let draft = Draft {
        id: Uuid::from_u128(number),
        authority: "nl-customs".parse().unwrap(),
        consignment: goods.clone(),
        area: None,
        status: EventStatus::Actual,
        facts,
        declared: None,
        previous: None,
        lot: None,
        kept: None,
    };
    decide(rules().pilot.decision.numbers(), draft, &moment(), Timestamp::UNIX_EPOCH).unwrap()
}

/// Whether earlier goods have what the feature says, read as an officer would.
fn has(goods: &Consignment, told: &wire::ReasonFeature) -> bool {
    use wire::GoodsFeature as F;
    let within = |number: Option<f64>, unit: &str| {
        let (low, high) = told.value.trim_end_matches(unit).trim().split_once(" to ").unwrap();
        // The ends are told to three digits, and are three in a factor of ten.
        let [low, high] =
            [low, high].map(|end| 10_f64.powf((end.parse::<f64>().unwrap().log10() * 3.0).round() / 3.0));
        number.is_some_and(|number| low <= number && number < high)
    };
    let same_name = |name: &str| {
        let plain = |name: &str| name.to_lowercase().replace('.', "").split_whitespace().collect::<String>();
        plain(name) == plain(&told.value)
    };
    let is = |value: Option<String>| value.as_deref() == Some(told.value.as_str());
    let (mass, value, quantity) = (goods.gross_mass_kg, goods.value_eur, goods.quantity);
    match told.feature() {
        F::HsChapter | F::HsHeading | F::HsSubheading => {
            goods.commodity_code.as_ref().unwrap().as_str().starts_with(&told.value)
        }
        F::CountryOfOrigin => is(goods.country_of_origin.as_ref().map(ToString::to_string)),
        F::CountryOfDispatch => is(goods.country_of_dispatch.as_ref().map(ToString::to_string)),
        F::PortOfLoading => is(goods.port_of_loading.as_ref().map(ToString::to_string)),
        F::EntryPoint => is(Some(goods.entry_point.to_string())),
        F::TransportMode => is(goods.transport_mode.map(|mode| <&str>::from(mode).to_lowercase())),
        F::Exporter => same_name(&goods.exporter.name),
        F::Manufacturer => same_name(&goods.manufacturer.name),
        F::Carrier => same_name(&goods.carrier),
        F::Importer => {
            told.value == format!("Import House (EORI {})", goods.importer.eori.as_ref().unwrap().as_str())
        }
        F::Declarant => is(goods.features.get("declarant").cloned()),
        F::TaxRate => is(goods.features.get("tax_rate").cloned()),
        F::GrossMass => within(mass, " kg"),
        F::ValuePerKilogram => within(value.zip(mass).map(|(value, mass)| value / mass), " EUR"),
        F::ValuePerPiece => within(value.zip(quantity).map(|(value, pieces)| value / pieces), " EUR"),
        other => panic!("nobody counts by {other:?}"),
    }
}

/// All earlier goods that are alike in the features, and those of them that were unsafe.
fn counted(history: &Outcomes, features: &[wire::ReasonFeature]) -> (i64, i64) {
    let alike = history.iter().filter(|(goods, _, _)| features.iter().all(|one| has(goods, one)));
    alike.fold((0, 0), |(all, bad), (_, is_unsafe, _)| (all + 1, bad + i64::from(*is_unsafe)))
}

/// `cargo test --test domain fifty -- --nocapture` prints them, to be read.
#[test]
fn fifty_reasons_say_what_an_officer_can_check() {
    let mut chance = Chance(38);
    let history = examined(&mut chance, 700, 0.12);
    let model = taught(&history);
    let mut read = 0;
    let mut kinds = std::collections::BTreeSet::new();
    for number in 0..40 {
        let (goods, _) = arriving(&mut chance, 0.12);
        let shown = screening_out(&screened(&model, &goods, number));
        for reason in shown.reasons.iter().filter(|reason| reason.kind() == wire::ReasonKind::Model) {
            println!("{:+.2}  {}", reason.weight, reason.explanation);
            let text = format!("{} | {}", reason.explanation, reason.subject);
            for raw in ["^", "~", "=", "/", "_", " + ", "name:", "eori:", "hs ", "bias", "intercept"] {
                assert!(!text.contains(raw), "{raw:?} is no officer's word: {text}");
            }
            assert!(!reason.features.is_empty(), "{text}");
            for one in &reason.features {
                let told = format!("{} {}", one.display_name, one.value);
                assert!(!one.display_name.is_empty() && !one.value.is_empty(), "{text}");
                assert!(
                    reason.explanation.contains(&told) && reason.subject.contains(&told),
                    "{told}: {text}"
                );
                assert!(has(&goods, one), "of these goods: {told}");
                kinds.insert(one.feature());
            }
            let told = (reason.earlier_examined.unwrap(), reason.earlier_unsafe.unwrap());
            let compared = (reason.compared_examined.unwrap(), reason.compared_unsafe.unwrap());
            assert_eq!(told, counted(&history, &reason.features), "{text}");
            assert_eq!(compared, counted(&history, &reason.compared_features), "{text}");
            assert_eq!(reason.observations, told.0 as f64, "of these goods, and of no others: {text}");
            let direction = if reason.weight > 0.0 { "raises the risk" } else { "lowers the risk" };
            assert!(reason.explanation.contains(direction), "{text}");
            read += 1;
        }
    }
    assert!(read >= 50, "{read} reasons");
    assert!(kinds.len() >= 10, "{kinds:?}");
}

/// A model of before outcomes were counted has no counts to tell, and a screening that it decided is replayed as it was.
#[test]
fn what_was_decided_before_outcomes_were_counted_is_replayed_and_told_in_words() {
    let mut chance = Chance(7);
    let history = examined(&mut chance, 300, 0.12);
    let model = taught(&history);
    let (goods, _) = arriving(&mut chance, 0.12);
    let mut before = screened(&model, &goods, 1);
    // As it was kept: features with their values, and the rate of all goods among them.
    before.facts.score.evidence.clear();
    before.facts.score.contributions = vec![("all".to_owned(), -2.0, 300.0)];
    let as_it_was = score_again(&model, &goods, &before.facts.score);
    assert!(as_it_was.evidence.is_empty() && as_it_was.contributions.iter().any(|(key, _, _)| key == "all"));
    assert!(as_it_was.contributions.iter().any(|(key, _, _)| key.contains('=')), "{as_it_was:?}");
    before.facts.score = as_it_was;
    let before = replay(&before, [3; 32]).unwrap();
    let stored: Screening = serde_json::from_str(&serde_json::to_string(&before).unwrap()).unwrap();
    let mut again = stored.clone();
    again.facts.score = score_again(&model, &goods, &stored.facts.score);
    assert_eq!(replay(&again, [3; 32]).unwrap(), stored, "from what was recorded, in its form");
    assert!(stored.reasons.iter().any(|reason: &Reason| reason.subject == "all"));
    let shown = screening_out(&stored);
    let of_model: Vec<_> = shown.reasons.iter().filter(|one| one.kind() == wire::ReasonKind::Model).collect();
    assert_eq!(of_model.len(), 4, "the rate of all goods is no reason: {:?}", shown.reasons);
    for reason in of_model {
        assert!(reason.earlier_examined.is_none() && !reason.features.is_empty(), "{reason:?}");
        assert!(reason.explanation.contains("what earlier examinations found"), "{reason:?}");
        assert!(!reason.explanation.contains('='), "{reason:?}");
    }
}

/// Before any model exists nothing is known that sets goods apart, and the number is stated.
#[test]
fn before_any_model_exists_goods_are_drawn_among_equals_and_the_number_is_stated() {
    let (goods, _) = arriving(&mut Chance(1), 0.1);
    let untaught = taught(&Vec::new());
    let mut draft = Draft::of(screened(&untaught, &goods, 1));
    draft.facts.model = "models/eu-just.0".to_owned();
    let at_the_tie = Moment {
        targeted_left: 5,
        threshold: Threshold { expected_harm: draft.facts.score.probability, share_at: 0.5 },
        ..moment()
    };
    let chosen = (0..64).find_map(|number| {
        let draft = Draft { id: Uuid::from_u128(number), ..draft.clone() };
        let numbers = rules().pilot.decision.numbers();
        let screening = decide(numbers, draft, &at_the_tie, Timestamp::UNIX_EPOCH).unwrap();
        let is_targeted = screening.reasons.iter().any(|reason| reason.kind == ReasonKind::Targeted);
        is_targeted.then_some(screening)
    });
    let shown = screening_out(&chosen.unwrap());
    assert!(shown.reasons[0].explanation.starts_with("drawn among equals"), "{:?}", shown.reasons);
    assert!(
        shown.reasons.iter().all(|reason| reason.kind() != wire::ReasonKind::Model),
        "{:?}",
        shown.reasons
    );
    let stated = wire::Probability { mean: 0.1, lower: 0.0, upper: 1.0, observations: 0.0, stated: true };
    let told = shown.unsafe_probability.unwrap();
    assert_eq!(wire::Probability { mean: 0.1, ..told }, stated);
    assert!((told.mean - 0.1).abs() < 1e-12);
}
