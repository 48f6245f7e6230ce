//! What holds for any records.

use std::collections::{BTreeMap, HashSet};

use proptest::{collection::vec, prelude::*};
use seamless_matching::{
    Corpus, Description, Index, LabelledPair, Model, ModelError, Named, Prepared, Product, fit,
    fit_for_alerts, is_measure, phrase_key,
};

/// A text as records have them, or anything.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("kettle"),
        Just("Wasserkocher"),
        Just("电热水壶"),
        Just("KW-1500"),
        Just("kw1500a"),
        Just("2.5 in"),
        Just("72GB"),
        Just("black"),
        Just("schwarz"),
        Just("Kettwell"),
        Just("1,005"),
        Just("bear"),
        Just("Co., Ltd"),
    ];
    prop_oneof![3 => vec(word, 0..6).prop_map(|words| words.join(" ")), 1 => ".{0,40}", 1 => "[\\p{Han}\\p{Hangul}0-9٠-٩ ./-]{0,20}"]
}

fn gtin() -> impl Strategy<Value = String> {
    prop_oneof![Just("6291041500213".to_owned()), Just("4006381333931".to_owned()), text()]
}

prop_compose! {
    fn product()(
        brand in text(),
        names in vec(text(), 0..3),
        models in vec(text(), 0..3),
        gtins in vec(gtin(), 0..2),
        batches in vec(text(), 0..2),
        manufacturers in vec(text(), 0..2),
        description in text(),
        category in proptest::option::of(0_u32..3),
        country_of_origin in proptest::option::of(text()),
        additional_countries_of_origin in vec(text(), 0..2),
        price in proptest::option::of(any::<f64>()),
    ) -> Product {
        Product {
            brand,
            names,
            models,
            gtins,
            batches,
            manufacturers,
            description,
            category,
            country_of_origin,
            additional_countries_of_origin,
            price,
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_two_records_means_nothing(one in product(), two in product(), third in product()) {
        let model = Model::embedded().unwrap();
        let (one, two) = (Prepared::new(&one), Prepared::new(&two));
        let corpus = Corpus::of([&one, &two, &Prepared::new(&third)]);
        let (there, back) = (model.assess(&one, &two, &corpus), model.assess(&two, &one, &corpus));
        prop_assert!((0.0..=1.0).contains(&there.probability));
        prop_assert!((there.probability - back.probability).abs() < 1e-6, "{there:?} {back:?}");
        prop_assert!((there.probability - model.probability(&one, &two, &corpus)).abs() < 1e-4);
        let log_odds = there.base + there.reasons.iter().map(|reason| reason.contribution).sum::<f64>();
        prop_assert!((1.0 / (1.0 + (-log_odds).exp()) - there.probability).abs() < 1e-9);
        let strengths: Vec<f64> = there.reasons.iter().map(|reason| reason.contribution.abs()).collect();
        prop_assert!(strengths.is_sorted_by(|one, two| one >= two));
    }

    #[test]
    fn a_record_with_an_identifier_is_found_by_itself(
        mut record in product(), others in vec(product(), 0..4), by_model in any::<bool>()
    ) {
        if by_model {
            record.models.push("KW-1500".to_owned());
        } else {
            record.gtins = vec!["6291041500213".to_owned()];
        }
        let model = Model::embedded().unwrap();
        let mut index = Index::new(model.clone());
        for (number, other) in others.iter().enumerate() {
            index.insert(number + 1, other);
        }
        index.insert(0, &record);
        let hits = index.find(&record, 10, model.threshold(), |_| true);
        prop_assert!(hits.iter().any(|hit| hit.key == 0), "{hits:?}");
    }

    /// Every record gets a word in common, so that none is left out for want of a key.
    #[test]
    fn the_index_answers_as_a_look_at_every_record_does(
        steps in vec((0_u8..8, proptest::option::weighted(0.8, product())), 1..20),
        mut query in product(), limit in 0_usize..6, admitted in any::<u8>(),
    ) {
        let model = Model::embedded().unwrap();
        let common = "Gemeinsam".to_owned();
        query.brand.clone_from(&common);
        let mut index = Index::new(model.clone());
        let mut kept = BTreeMap::new();
        for (key, product) in steps {
            match product {
                Some(mut product) => {
                    product.names.insert(0, common.clone());
                    index.insert(key, &product);
                    kept.insert(key, product);
                }
                None => prop_assert_eq!(index.remove(&key), kept.remove(&key).is_some()),
            }
        }
        prop_assert_eq!(index.len(), kept.len());
        let admits = |key: &u8| admitted >> key & 1 == 1;
        let prepared: BTreeMap<u8, Prepared> = kept.iter().map(|(key, product)| (*key, Prepared::new(product))).collect();
        let corpus = Corpus::of(prepared.values());
        let query_prepared = Prepared::new(&query);
        let mut expected: Vec<(f64, u8)> = prepared
            .iter()
            .filter(|(key, _)| admits(key))
            .map(|(key, record)| (model.probability(&query_prepared, record, &corpus), *key))
            .filter(|(probability, _)| *probability >= 0.2)
            .collect();
        expected.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
        expected.truncate(limit);
        let found: Vec<u8> = index.find(&query, limit, 0.2, admits).into_iter().map(|hit| hit.key).collect();
        prop_assert_eq!(found, expected.into_iter().map(|(_, key)| key).collect::<Vec<_>>());
    }

    /// The existence of a record that the viewer may not see changes nothing in the viewer's answer.
    #[test]
    fn a_hidden_record_leaves_no_trace(seen in vec(product(), 1..5), hidden in product(), query in product()) {
        let mut index = Index::new(Model::embedded().unwrap());
        for (number, product) in seen.iter().enumerate() {
            index.insert(number, product);
        }
        // Below four records no count is told.
        prop_assume!(seen.len() < 4);
        let before = index.find(&query, 10, 0.0, |key| *key < 100);
        index.insert(100, &hidden);
        prop_assert_eq!(before, index.find(&query, 10, 0.0, |key| *key < 100));
    }

    #[test]
    fn damaged_weights_are_refused_or_work(at in 0_usize..10_000, byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = Model::embedded().unwrap().to_bytes();
        if cut {
            bytes.truncate(at);
            prop_assert!(Model::from_bytes(&bytes).is_err());
        } else {
            bytes[at] = byte;
            if let Ok(model) = Model::from_bytes(&bytes) {
                let record = Prepared::new(&Product::default());
                model.assess(&record, &record, &Corpus::default());
            }
        }
    }
}

/// Kettles of many models; pairs of one model in two spellings, and of two models.
fn pairs() -> Vec<LabelledPair> {
    let kettle = |number: usize, spelling: usize| {
        let name = match spelling {
            0 => format!("Kettwell electric kettle KW-{} {}W", 1_000 + number * 7, 900 + number),
            _ => format!("kettwell kw{} kettle", 1_000 + number * 7),
        };
        Product { names: vec![name], ..Product::default() }
    };
    let pair = |left, right, same| LabelledPair { left, right, same };
    let alike = (0..60).map(|number| pair(kettle(number, 0), kettle(number, 1), true));
    let unlike =
        (0..180).map(|number| pair(kettle(number, 0), kettle((number + 1 + number % 5) % 180, 1), false));
    alike.chain(unlike).collect()
}

#[test]
fn training_learns_and_gives_the_same_model_again() {
    let model = fit(&pairs());
    assert_eq!(model.to_bytes(), fit(&pairs()).to_bytes());
    assert_eq!(Model::from_bytes(&model.to_bytes()).unwrap(), model);
    let pairs = pairs();
    // The corpus that it was trained in: each record once.
    let mut seen = HashSet::new();
    let sides = pairs.iter().flat_map(|pair| [&pair.left, &pair.right]);
    let records: Vec<Prepared> =
        sides.filter(|side| seen.insert(side.names.clone())).map(Prepared::new).collect();
    let corpus = Corpus::of(&records);
    let right = pairs.iter().filter(|pair| {
        let probability = model.probability(&Prepared::new(&pair.left), &Prepared::new(&pair.right), &corpus);
        (probability >= model.threshold()) == pair.same
    });
    assert_eq!(right.count(), pairs.len());
}

#[test]
fn training_on_nothing_is_no_accident() {
    for pairs in [Vec::new(), pairs()[..1].to_vec(), pairs()[100..103].to_vec()] {
        for model in [fit(&pairs), fit_for_alerts(&[pairs])] {
            let record = Prepared::new(&Product::default());
            let probability = model.probability(&record, &record, &Corpus::default());
            assert!((0.0..=1.0).contains(&probability));
        }
    }
}

#[test]
fn weights_of_something_else_are_refused_by_name() {
    assert_eq!(Model::from_bytes(b"PNG"), Err(ModelError::Unknown));
    let mut others = Model::embedded().unwrap().to_bytes();
    others[4] ^= 1;
    assert!(matches!(Model::from_bytes(&others), Err(ModelError::OtherFeatures { .. })));
}

proptest! {
    /// What a description says of a record is a share, and no description makes anything panic.
    #[test]
    fn any_description_is_taken_apart(text in text(), anything in "\\PC{0,80}", record in product()) {
        let text = format!("{text} {anything}");
        let description = Description::new(&text);
        let mut phrases = 0;
        description.phrases(|phrase| {
            assert!(!description.text_of(&phrase).is_empty() && phrase.length > 0);
            phrases += 1;
        });
        prop_assert!(phrases <= 160 * 8, "the work is bounded by the text");
        let named = Named::new(&record);
        let (one, two) = (Prepared::new(&Product { names: vec![description.goods()], ..Product::default() }), Prepared::new(&record));
        let said = named.said(&description, &one, &two, &Corpus::default());
        prop_assert!((0.0..=1.0001).contains(&said.share) && said.for_name_alone().is_finite(), "{said:?}");
        prop_assert!(said.against() <= 0.0);
        let _ = is_measure(&text);
    }

    /// A brand of some words is a phrase of every description that says it, in either case, whatever stands around it.
    #[test]
    fn a_brand_is_a_phrase_of_a_description_that_says_it(
        brand in "[A-Za-zÀ-ÖØ-öø-ľŁ-ňŊ-ž]{2,9}([ '’-][A-Za-zÀ-ÖØ-öø-ľŁ-ňŊ-ž]{2,9}){0,2}",
        before in "(steel |blue, |6 |电热|\\(){0,3}",
        after in "( kettle|, 20 pcs|水壶|; new|\\)){0,3}",
    ) {
        let key = phrase_key(&brand);
        // A word such as `for` or `by` ends a stretch, as it does in any brand; accents do not tell `zà` from `za`.
        const MARKERS: [&str; 16] = ["for", "fur", "pour", "para", "per", "voor", "dla", "do", "til", "till", "pentru", "za", "pre", "by", "von", "tm"];
        let mut keys = brand.split([' ', '-', '\'', '’']).map(phrase_key);
        prop_assume!(key.is_some() && !keys.any(|word| MARKERS.iter().any(|marker| word == phrase_key(marker))));
        for written in [brand.clone(), brand.to_uppercase(), brand.to_lowercase()] {
            let description = Description::new(&format!("{before}{written}{after}"));
            let mut is_there = false;
            description.phrases(|phrase| is_there |= Some(phrase.key) == key);
            prop_assert!(is_there, "{written} in {before}{written}{after}");
        }
    }
}
