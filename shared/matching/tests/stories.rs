//! Alerts that an authority would recognise as one product, or not.
#![allow(clippy::unwrap_used)]

use seamless_matching::{Corpus, Index, Likeness, Model, Prepared, Product, ReasonKind};

fn product(name: &str, brand: &str, models: &[&str]) -> Product {
    Product {
        names: if name.is_empty() { Vec::new() } else { vec![name.to_owned()] },
        brand: brand.to_owned(),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        ..Product::default()
    }
}

fn with_gtins(mut product: Product, gtins: &[&str]) -> Product {
    product.gtins = gtins.iter().map(|gtin| (*gtin).to_owned()).collect();
    product
}

fn assess(one: &Product, two: &Product) -> Likeness {
    // The usual words of a collection of alerts are usual.
    let others: Vec<Prepared> = (0..300)
        .map(|number| {
            let name = ["plush toy bear", "electric kettle", "USB charger", "toy car with remote control"]
                [number % 4];
            Prepared::new(&product(name, &format!("Marke{number}"), &[&format!("ZZ-{}", 7_000 + number)]))
        })
        .collect();
    let corpus = Corpus::of(&others);
    Model::embedded().unwrap().assess(&Prepared::new(one), &Prepared::new(two), &corpus)
}

fn kinds(likeness: &Likeness) -> Vec<ReasonKind> {
    likeness.reasons.iter().map(|reason| reason.kind).collect()
}

fn threshold() -> f64 {
    Model::embedded().unwrap().threshold()
}

#[test]
fn the_same_toy_under_two_spellings_is_worth_a_question() {
    let one = product("Plush toy bear", "HappyKids", &["HK-2041B"]);
    let two = product("Plüsch-Bär (plush bear)", "HAPPY KIDS", &["hk 2041 b"]);
    let found = assess(&one, &two);
    assert!(found.probability > 0.8, "{found:?}");
    assert!(kinds(&found).contains(&ReasonKind::SameModel), "{found:?}");
    assert!(kinds(&found).contains(&ReasonKind::SameBrand), "{found:?}");
    let model = found.reasons.iter().find(|reason| reason.kind == ReasonKind::SameModel).unwrap();
    assert_eq!((model.left.as_str(), model.right.as_str()), ("hk2041b", "hk2041b"));
}

#[test]
fn one_model_number_of_two_brands_is_less_than_of_one() {
    let one = product("Plush toy bear", "HappyKids", &["HK-2041B"]);
    let same_brand = assess(&one, &product("Bear, brown", "HappyKids", &["HK-2041B"]));
    let other_brand = assess(&one, &product("Bear, brown", "Lumidor", &["HK-2041B"]));
    assert!(kinds(&other_brand).contains(&ReasonKind::DifferentBrand), "{other_brand:?}");
    assert!(same_brand.probability > other_brand.probability, "{same_brand:?} {other_brand:?}");
}

#[test]
fn two_models_of_one_brand_are_two_products() {
    let one = product("Electric kettle", "Kettwell", &["KW-1500"]);
    let two = product("Electric kettle", "Kettwell", &["PT-88X"]);
    let found = assess(&one, &two);
    assert!(found.probability < threshold(), "{found:?}");
    assert!(kinds(&found).contains(&ReasonKind::DifferentModel), "{found:?}");
}

#[test]
fn a_chinese_and_a_german_alert_meet_by_brand_and_model() {
    let chinese = product("便携式电热水壶", "Kettwell", &["KW-1500A"]);
    let german = product("Wasserkocher, tragbar", "KETTWELL", &["KW1500A"]);
    let found = assess(&chinese, &german);
    assert!(found.probability >= threshold(), "{found:?}");
    let names = [ReasonKind::SimilarName, ReasonKind::DifferentName];
    assert!(
        kinds(&found).iter().all(|kind| !names.contains(kind)),
        "no common script, so no word on names: {found:?}"
    );
}

#[test]
fn full_width_digits_are_digits() {
    let found =
        assess(&product("电热水壶", "", &["ＫＷ－１５００Ａ"]), &product("电热水壶", "", &["kw1500a"]));
    assert!(found.probability >= threshold(), "{found:?}");
    assert!(kinds(&found).contains(&ReasonKind::SameModel), "{found:?}");
}

#[test]
fn many_unlike_products_share_a_plain_name() {
    let found = assess(&product("Electric kettle", "", &[]), &product("Electric kettle", "", &[]));
    assert!(found.probability < threshold(), "{found:?}");
}

#[test]
fn a_barcode_decides_even_where_all_words_differ() {
    let one = with_gtins(product("Plush toy bear", "HappyKids", &["HK-2041B"]), &["6291041500213"]);
    let two = with_gtins(product("玩具", "", &["999-X1"]), &["06291041500213"]);
    let found = assess(&one, &two);
    assert!(found.probability > 0.9, "{found:?}");
    assert_eq!(found.reasons[0].kind, ReasonKind::SameGtin);
    assert_eq!(found.reasons[0].left, "06291041500213");
}

#[test]
fn a_barcode_that_identifies_nothing_is_no_evidence() {
    let bear = product("Plush toy bear", "HappyKids", &[]);
    let charger = product("USB charger", "Voltix", &[]);
    let without = assess(&bear, &charger);
    assert!(without.probability < threshold());
    let same = [
        "00000000000000",
        "1234567890128",
        "2012345678903",
        "0212345678909",
        "9810000000006",
        "6291041500214",
    ];
    for gtin in same {
        let with = assess(&with_gtins(bear.clone(), &[gtin]), &with_gtins(charger.clone(), &[gtin]));
        assert_eq!(with, without, "{gtin}");
    }
}

#[test]
fn an_in_store_number_is_evidence_where_brand_and_name_agree() {
    let bear = product("Plush toy bear", "HappyKids", &[]);
    let numbered = |record: &Product| with_gtins(record.clone(), &["2012345678903"]);
    let (without, with) = (assess(&bear, &bear), assess(&numbered(&bear), &numbered(&bear)));
    assert!(
        with.probability > without.probability && kinds(&with).contains(&ReasonKind::SameGtin),
        "{with:?}"
    );
    let others = [product("Plush toy bear", "Voltix", &[]), product("Charger", "HappyKids", &[])];
    for other in others {
        assert_eq!(assess(&numbered(&bear), &numbered(&other)), assess(&bear, &other), "{other:?}");
    }
}

#[test]
fn variants_of_one_product_have_barcodes_of_their_own() {
    let one = product("Plush toy bear", "HappyKids", &["HK-2041B"]);
    let found = assess(&with_gtins(one.clone(), &["6291041500213"]), &with_gtins(one, &["4006381333931"]));
    assert!(kinds(&found).contains(&ReasonKind::DifferentGtin));
    assert!(found.probability >= threshold(), "{found:?}");
}

#[test]
fn what_is_not_said_does_not_count_and_what_is_said_by_hand_does() {
    let named = |manufacturer: &str, batch: &str, origin: Option<&str>, category| Product {
        manufacturers: vec![manufacturer.to_owned()],
        batches: vec![batch.to_owned()],
        country_of_origin: origin.map(str::to_owned),
        category,
        ..product("Plush toy bear", "", &[])
    };
    let plain = assess(&product("Plush toy bear", "", &[]), &product("Plush toy bear", "", &[]));
    let one = named("Shenzhen Haomei Toys Co., Ltd.", "L-20391", Some("CN"), Some(33));
    assert_eq!(assess(&one, &product("Plush toy bear", "", &[])).probability, plain.probability);
    let same = assess(&one, &named("SHENZHEN HAOMEI TOYS CO LTD", "L20391", Some("cn"), Some(33)));
    assert!(
        kinds(&same).contains(&ReasonKind::SameManufacturer) && kinds(&same).contains(&ReasonKind::SameBatch)
    );
    assert!(same.probability > plain.probability);
    let other = assess(&one, &named("Voltix Electronics GmbH", "L77777", Some("DE"), Some(10)));
    for kind in
        [ReasonKind::DifferentManufacturer, ReasonKind::DifferentCategory, ReasonKind::DifferentOrigin]
    {
        assert!(kinds(&other).contains(&kind), "{kind:?}: {other:?}");
    }
    assert!(other.probability < plain.probability);
    let chinese = assess(
        &named("深圳市好美玩具有限公司", "", None, None),
        &named("好美玩具（深圳市）有限责任公司", "", None, None),
    );
    assert!(kinds(&chinese).contains(&ReasonKind::SameManufacturer), "{chinese:?}");
}

#[test]
fn of_several_countries_of_origin_one_in_common_is_enough() {
    let made_in = |first: &str, further: &[&str]| Product {
        country_of_origin: Some(first.to_owned()),
        additional_countries_of_origin: further.iter().map(|one| (*one).to_owned()).collect(),
        ..product("Plush toy bear", "HappyKids", &["HK-2041B"])
    };
    let differs = |one: &Product, two: &Product| {
        let (there, back) = (kinds(&assess(one, two)), kinds(&assess(two, one)));
        assert_eq!(there.contains(&ReasonKind::DifferentOrigin), back.contains(&ReasonKind::DifferentOrigin));
        there.contains(&ReasonKind::DifferentOrigin)
    };
    let several = made_in("SK", &["CN", "US"]);
    assert!(!differs(&several, &made_in("CN", &[])), "made in China too");
    assert!(!differs(&several, &made_in("VN", &["US"])));
    assert!(differs(&several, &made_in("VN", &["IN"])));
}

#[test]
fn the_index_finds_follow_ups_and_shows_only_what_the_viewer_may_see() {
    let mut index = Index::new(Model::embedded().unwrap());
    index.insert("eu/1", &product("Plush toy bear", "HappyKids", &["HK-2041B"]));
    index.insert("eu/2", &product("Electric kettle", "Kettwell", &["KW-1500"]));
    index.insert("cn/3", &with_gtins(product("毛绒熊", "HappyKids", &["HK2041B"]), &["6291041500213"]));
    let query = product("Bear", "Happykids", &["HK 2041B"]);
    let keys = |found: Vec<seamless_matching::Hit<&'static str>>| {
        found.into_iter().map(|hit| hit.key).collect::<Vec<_>>()
    };
    let mut all = keys(index.find(&query, 10, 0.5, |_| true));
    all.sort_unstable();
    assert_eq!(all, ["cn/3", "eu/1"]);
    assert_eq!(keys(index.find(&query, 1, 0.5, |key| key.starts_with("cn"))), ["cn/3"]);
    index.insert("eu/1", &product("Electric kettle", "Kettwell", &["KW-1500"]));
    assert_eq!(keys(index.find(&query, 10, 0.5, |_| true)), ["cn/3"]);
    assert!(index.remove(&"cn/3") && !index.remove(&"cn/3"));
    assert_eq!((keys(index.find(&query, 10, 0.5, |_| true)), index.len()), (Vec::new(), 2));
}

#[test]
fn barcodes_are_the_same_whatever_stands_between_them_and_words_for_not_known_are_no_models() {
    let alert = with_gtins(product("Rattle", "", &["N/A"]), &["6932173550102 (red) 6932173550119"]);
    let goods =
        with_gtins(product("plastic set in a box", "", &["n.a."]), &["\u{202d}6932173550119\u{202c}"]);
    assert!(kinds(&assess(&alert, &goods)).contains(&ReasonKind::SameGtin));
    for nothing in
        ["N/A", "Unknown.", "Not known", "All batches", "No information provided", "230V", "5 V DC", "EAN"]
    {
        let same = assess(&product("Rattle", "", &[nothing]), &product("Rattle", "", &[nothing]));
        assert!(!kinds(&same).contains(&ReasonKind::SameModel), "{nothing}: {same:?}");
    }
}

/// A collection in which so many brands, each with a kind of goods of its own, have the model number.
fn of_many_brands(model: &str, brands: usize) -> Corpus {
    let kinds = ["USB charger", "plush bear", "hair dryer", "bicycle helmet", "scented candle", "LED lamp"];
    let records: Vec<Prepared> = (0..300)
        .map(|number| {
            let own = format!("ZZ-{}", 7_000 + number);
            let models = if number < brands { [model] } else { [own.as_str()] };
            Prepared::new(&product(kinds[number % kinds.len()], &format!("Marke{number}"), &models))
        })
        .collect();
    Corpus::of(&records)
}

#[test]
fn a_model_number_that_many_brands_share_proves_little() {
    let model = Model::embedded().unwrap();
    let charger = Prepared::new(&product("USB charger", "Voltix", &["A100"]));
    let bear = Prepared::new(&product("plush bear", "HappyKids", &["A100"]));
    let among = |brands: usize| model.assess(&charger, &bear, &of_many_brands("A100", brands));
    assert!(among(3).probability > model.threshold(), "few have it: worth a question, {:?}", among(3));
    let of_many = among(10);
    assert!(of_many.probability < model.threshold(), "{of_many:?}");
    let reason = of_many.reasons.iter().find(|reason| reason.kind == ReasonKind::ModelOfManyBrands).unwrap();
    assert_eq!((reason.left.as_str(), reason.contribution), ("a100", -2.0));
    assert!(among(40).probability < of_many.probability);

    // One brand's own number stays its own, whoever else gives it.
    let same_brand = Prepared::new(&product("Charger with USB", "VOLTIX", &["A-100"]));
    let own = model.assess(&charger, &same_brand, &of_many_brands("A100", 10));
    assert!(own.probability > model.threshold(), "{own:?}");
    assert!(!kinds(&own).contains(&ReasonKind::ModelOfManyBrands), "{own:?}");

    // Counted as they come and go.
    let mut corpus = of_many_brands("A100", 10);
    for number in 0..10 {
        let kinds =
            ["USB charger", "plush bear", "hair dryer", "bicycle helmet", "scented candle", "LED lamp"];
        let gone = product(kinds[number % kinds.len()], &format!("Marke{number}"), &["A100"]);
        corpus.remove(&Prepared::new(&gone));
    }
    let left = model.assess(&charger, &bear, &corpus);
    assert!(!kinds(&left).contains(&ReasonKind::ModelOfManyBrands), "{left:?}");
}

#[test]
fn what_is_not_stated_is_no_reason_for_sameness() {
    let unsaid = |word: &str| {
        let one = product("Plush toy bear", word, &[word]);
        assess(&one, &product("Wooden train", word, &[word]))
    };
    for word in ["", "Unknown", "not stated", "N/A"] {
        let found = unsaid(word);
        assert!(found.probability < threshold(), "{word:?}: {found:?}");
        let for_it = found.reasons.iter().filter(|reason| reason.contribution > 0.0);
        assert_eq!(for_it.count(), 0, "{word:?}: {found:?}");
        assert_eq!(found, unsaid(""), "{word:?}");
    }
}
