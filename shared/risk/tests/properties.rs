//! What holds for any labels and items.
#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use proptest::{collection::vec, prelude::*};
use seamless_risk::{
    BASE, Item, Label, Layout, LayoutError, Model, Score, Settings, StoredError, Tally, Version,
};

const CHAINS: [&str; 5] =
    ["hs/2 > hs/4 > hs > origin > mass~2 + price", "origin > hs/2", "price:mass^3", "mass^2", "seller"];

fn model(settings: Settings) -> Model {
    Model::new(Layout::new(&CHAINS).unwrap(), settings).unwrap()
}

/// Few different values, so that items meet in cells, and now and then anything.
fn item() -> impl Strategy<Value = Item> {
    let code =
        prop_oneof![Just("950300"), Just("950341"), Just("851679"), Just("85"), Just("玩具"), Just("")];
    let party = prop_oneof![3 => "[A-C]", 1 => ".{0,6}"];
    let number = || prop_oneof![3 => (0_i32..4).prop_map(f64::from), 1 => any::<f64>()];
    (code, "[A-C]?", party, number(), number()).prop_map(|(hs, origin, seller, mass, price)| {
        let item = Item::new().word("hs", hs).word("origin", &origin).word("seller", &seller);
        item.number("mass", mass).number("price", price)
    })
}

fn label() -> impl Strategy<Value = Label> {
    let weight = prop_oneof![4 => Just(1.0), 1 => 0.001..1000.0];
    (any::<bool>(), weight).prop_map(|(is_bad, weight)| Label { is_bad, weight })
}

fn settings() -> impl Strategy<Value = Settings> {
    (1e-6..0.999_999, 0.01..100.0, 0.01..100.0, 0.0..=1.0, 16_usize..200).prop_map(
        |(prior_rate, prior_count, shrinkage, learning_rate, most_cells)| Settings {
            prior_rate,
            prior_count,
            shrinkage,
            learning_rate,
            most_cells,
        },
    )
}

fn assert_sound(score: &Score) -> Result<(), TestCaseError> {
    prop_assert!(score.probability > 0.0 && score.probability < 1.0, "{score:?}");
    let sum: f64 = score.contributions.iter().map(|one| one.log_odds).sum();
    let probability = 1.0 / (1.0 + (-sum).exp());
    prop_assert!((probability - score.probability).abs() <= 1e-9 * score.probability, "{sum} {score:?}");
    prop_assert_eq!(&*score.contributions[0].key, BASE);
    for one in &score.contributions {
        prop_assert!(one.rate > 0.0 && one.rate < 1.0 && one.count >= 0.0, "{:?}", one);
    }
    let (mut lower, mut upper) = (score.probability, score.probability);
    for level in [0.5, 0.8, 0.95, 0.999] {
        let (low, high) = score.interval(level);
        prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high), "{low} {high} {score:?}");
        prop_assert!(
            low <= lower && upper <= high,
            "a surer interval is no narrower: {low} {high} {score:?}"
        );
        (lower, upper) = (low, high);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_score_is_a_probability_with_reasons_that_add_up(
        settings in settings(),
        history in vec((item(), label()), 0..120),
        asked in vec(item(), 1..8),
    ) {
        let mut model = model(settings);
        for (item, label) in &history {
            model.learn(item, *label).unwrap();
            prop_assert!(model.cells() <= settings.most_cells, "{} cells", model.cells());
        }
        prop_assert_eq!(model.version().labels, history.len() as u64);
        for item in &asked {
            assert_sound(&model.score(item))?;
        }
    }

    #[test]
    fn nothing_known_of_an_item_means_the_rate_of_all(history in vec((item(), any::<bool>()), 0..80)) {
        let mut model = model(Settings::default());
        for (item, is_bad) in &history {
            model.learn(item, Label::new(*is_bad)).unwrap();
        }
        let bad = history.iter().filter(|(_, is_bad)| *is_bad).count() as f64;
        let expected = (bad + 0.5) / (history.len() as f64 + 1.0);
        let score = model.score(&Item::new());
        prop_assert!((score.probability - expected).abs() < 1e-12, "{} {expected}", score.probability);
        prop_assert!(score.contributions.len() == 1 && !score.is_familiar);
    }

    #[test]
    fn a_stored_model_goes_on_as_if_it_had_never_stopped(
        settings in settings(),
        before in vec((item(), label()), 0..80),
        after in vec((item(), label()), 0..40),
    ) {
        let mut kept = model(settings);
        before.iter().for_each(|(item, label)| kept.learn(item, *label).unwrap());
        let bytes = kept.to_bytes();
        let mut restored = Model::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&restored, &kept);
        for (item, label) in &after {
            prop_assert_eq!(restored.score(item), kept.score(item));
            kept.learn(item, *label).unwrap();
            restored.learn(item, *label).unwrap();
        }
        prop_assert_eq!(restored.version(), kept.version());
        prop_assert_eq!(restored.to_bytes(), kept.to_bytes());
    }

    /// Counted again from the whole history: each label once, whatever its weight; of a key, and of what it is compared with.
    #[test]
    fn a_tally_counts_each_label_once(history in vec((item(), label()), 0..60), asked in item()) {
        let mut model = Model::new(Layout::new(&["origin > seller", "seller"]).unwrap(), Settings::default()).unwrap();
        history.iter().for_each(|(item, label)| model.learn(item, *label).unwrap());
        let model = Model::from_bytes(&model.to_bytes()).unwrap();
        let alike = |features: &[&str]| {
            let is_alike = |item: &Item| features.iter().all(|name| {
                item.feature(name).is_some() && item.feature(name) == asked.feature(name)
            });
            let found: Vec<&Label> =
                history.iter().filter(|(item, _)| is_alike(item)).map(|(_, label)| label).collect();
            let bad = found.iter().filter(|label| label.is_bad).count();
            Some(Tally { labels: found.len() as u32, bad: bad as u32 })
        };
        for one in &model.score(&asked).contributions {
            let (tally, coarser) = match &*one.key {
                "origin" => (alike(&["origin"]), alike(&[])),
                "origin + seller" => (alike(&["origin", "seller"]), alike(&["origin"])),
                "seller" => (alike(&["seller"]), alike(&[])),
                _ => (alike(&[]), alike(&[])),
            };
            prop_assert_eq!((one.tally, one.coarser), (tally, coarser), "{}", one.key);
        }
    }

    #[test]
    fn late_labels_in_another_order_count_the_same(
        (history, late) in vec((item(), any::<bool>()), 1..60).prop_flat_map(|history| (Just(history.clone()), Just(history).prop_shuffle())),
        asked in vec(item(), 1..8),
    ) {
        let (mut in_time, mut delayed) = (model(Settings::default()), model(Settings::default()));
        history.iter().for_each(|(item, is_bad)| in_time.learn(item, Label::new(*is_bad)).unwrap());
        late.iter().for_each(|(item, is_bad)| delayed.learn(item, Label::new(*is_bad)).unwrap());
        let evidence = |model: &Model, item: &Item| -> Vec<(String, f64, f64)> {
            let score = model.score(item);
            score.contributions.iter().map(|one| (one.key.to_string(), one.count, one.rate)).collect()
        };
        for item in &asked {
            prop_assert_eq!(evidence(&in_time, item), evidence(&delayed, item));
        }
    }

    #[test]
    fn an_unweighed_chain_is_the_hierarchical_beta_binomial(
        history in vec((item(), any::<bool>()), 0..60),
        asked in item(),
        shrinkage in 0.1..20.0,
    ) {
        let settings = Settings { learning_rate: 0.0, shrinkage, ..Settings::default() };
        let mut model = Model::new(Layout::new(&["origin > seller > mass"]).unwrap(), settings).unwrap();
        history.iter().for_each(|(item, is_bad)| model.learn(item, Label::new(*is_bad)).unwrap());
        // Counted again from the whole history, level by level.
        let mut alike: Vec<&(Item, bool)> = history.iter().collect();
        let bad = |items: &[&(Item, bool)]| items.iter().filter(|(_, is_bad)| *is_bad).count() as f64;
        let mut expected = (bad(&alike) + 0.5) / (alike.len() as f64 + 1.0);
        for chain in ["origin", "seller", "mass"] {
            let key = Layout::new(&[chain]).unwrap();
            let same = |one: &Item, other: &Item| {
                let mut single = Model::new(key.clone(), Settings::default()).unwrap();
                single.learn(one, Label::new(true)).unwrap();
                single.score(other).is_familiar
            };
            alike.retain(|(item, _)| same(item, &asked));
            expected = (bad(&alike) + shrinkage * expected) / (alike.len() as f64 + shrinkage);
        }
        let score = model.score(&asked);
        prop_assert!((score.probability - expected).abs() < 1e-9, "{} {expected}", score.probability);
    }

    #[test]
    fn damaged_bytes_are_an_error(
        history in vec((item(), label()), 0..20),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        noise in vec(any::<u8>(), 0..200),
    ) {
        let mut model = model(Settings::default());
        history.iter().for_each(|(item, label)| model.learn(item, *label).unwrap());
        let mut bytes = model.to_bytes();
        prop_assert!(Model::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(Model::from_bytes(&bytes).is_err());
        prop_assert_eq!(Model::from_bytes(&noise).err(), Some(StoredError::Unknown));
    }

    #[test]
    fn a_layout_reads_back(chains in vec("[a-c](/[1-9]|~3|\\^2|:d~2)?( ?[>+] ?[a-c](/[1-9]|~3|\\^2)?){0,3}", 1..6)) {
        let chains: Vec<&str> = chains.iter().map(String::as_str).collect();
        let layout = match Layout::new(&chains) {
            Err(LayoutError::Twice(_)) => return Ok(()),
            layout => layout.unwrap(),
        };
        let again = Layout::new(&layout.chains().collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(layout, again);
    }

    #[test]
    fn an_interval_leaves_out_what_it_says(
        probability in prop_oneof![2 => 0.001..0.999, 1 => 1e-7..0.001, 1 => 0.999..0.999_999_9],
        count in 0.5..3_000.0, level in 0.5..0.999) {
        let version = Version { labels: 0, digest: 0 };
        let score = Score { probability, count, is_familiar: true, version, contributions: Vec::new() };
        let (low, high) = score.interval(level);
        prop_assert!(low <= probability && probability <= high, "{low} {high}");
        // The beta density over log-odds, summed in small steps; what it is multiplied with cancels out.
        let (one, other) = (count * probability + 0.5, count * (1.0 - probability) + 0.5);
        let peak = (one / other).ln();
        let log_density = |at: f64| -one * (-at).exp().ln_1p() - other * at.exp().ln_1p();
        let spread = (1.0 / one + 1.0 / other).sqrt();
        let mut shares = [0.0; 3];
        for step in -30_000..=30_000 {
            let at = peak + f64::from(step) * spread / 1_500.0;
            let value = 1.0 / (1.0 + (-at).exp());
            let part = usize::from(value > low) + usize::from(value > high);
            shares[part] += (log_density(at) - log_density(peak)).exp();
        }
        let all: f64 = shares.iter().sum();
        let tail = (1.0 - level) / 2.0;
        if low < probability {
            prop_assert!((shares[0] / all - tail).abs() < 0.001, "{} {tail} {low}", shares[0] / all);
        }
        if high > probability {
            prop_assert!((shares[2] / all - tail).abs() < 0.001, "{} {tail} {high}", shares[2] / all);
        }
    }
}
