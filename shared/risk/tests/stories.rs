//! What the model is for, told with rules that the tests make up themselves.
#![allow(clippy::unwrap_used)] // clippy allows it in #[test] functions only, not beside them

use seamless_risk::{Item, Label, Layout, LayoutError, Model, PartError, Settings};

const CHAINS: [&str; 5] = ["hs/2 > hs/4 > hs > origin > seller", "origin", "seller", "price:mass^2", "mode"];

fn model() -> Model {
    Model::new(Layout::new(&CHAINS).unwrap(), Settings::default()).unwrap()
}

fn toy(origin: &str, seller: &str) -> Item {
    Item::new().word("hs", "950300").word("origin", origin).word("seller", seller)
}

/// Numbers that look random and are always the same [SplitMix64].
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn chance(&mut self, probability: f64) -> bool {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64 <= probability
    }
}

/// A trade with a rule: cheap goods of two origins are mostly bad, all else seldom; nothing else matters.
fn trade(draw: &mut Draw) -> (Item, f64) {
    let (hs, origin, mass) = (draw.below(60), draw.below(6), 1 + draw.below(50));
    let is_cheap = draw.chance(0.3);
    let price = mass as f64 * if is_cheap { 0.5 } else { 20.0 };
    let item = Item::new()
        .word("hs", format!("95{:04}", hs * 37))
        .word("origin", format!("origin-{origin}"))
        .word("seller", format!("seller-{}", draw.below(400)))
        .word("mode", format!("mode-{}", draw.below(4)))
        .number("mass", mass as f64)
        .number("price", price);
    (item, if is_cheap && origin < 2 { 0.9 } else { 0.05 })
}

#[test]
fn it_finds_a_hidden_rule_and_tells_the_truth_about_it() {
    let chains = ["hs/2 > hs/4 > hs", "origin > price:mass^2", "seller", "mode", "mass"];
    let mut model = Model::new(Layout::new(&chains).unwrap(), Settings::default()).unwrap();
    let mut draw = Draw(1);
    for _ in 0..6_000 {
        let (item, risk) = trade(&mut draw);
        let is_bad = draw.chance(risk);
        model.learn(&item, Label::new(is_bad)).unwrap();
    }
    let mut far = 0;
    for _ in 0..1_000 {
        let (item, risk) = trade(&mut draw);
        let score = model.score(&item);
        assert_eq!(score.probability > 0.5, risk > 0.5, "{score:?}");
        far += u32::from((score.probability - risk).abs() > 0.1);
        if risk > 0.5 {
            assert_eq!(&*score.strongest()[0].key, "origin + price:mass^2", "{score:?}");
        }
    }
    assert!(far < 100, "{far} of 1,000 probabilities lie more than 0.1 from the truth");
}

#[test]
fn one_finding_does_not_condemn_a_rare_seller() {
    let mut model = model();
    for number in 0..1_000 {
        model.learn(&toy("AA", &format!("seller-{}", number % 5)), Label::new(number % 10 == 0)).unwrap();
    }
    let unknown = model.score(&toy("AA", "nobody")).probability;
    let usual = model.score(&toy("AA", "seller-1"));
    model.learn(&toy("AA", "newcomer"), Label::new(true)).unwrap();
    let newcomer = model.score(&toy("AA", "newcomer"));
    assert!((0.05..0.2).contains(&unknown), "{unknown}");
    assert!(newcomer.probability > unknown && newcomer.probability < 0.75, "{newcomer:?}");
    let width = |(low, high): (f64, f64)| high - low;
    assert!(
        width(newcomer.interval(0.95)) > 3.0 * width(usual.interval(0.95)),
        "one label leaves much doubt"
    );
    let seller = newcomer.contributions.iter().find(|one| one.key.contains("hs + origin + seller")).unwrap();
    assert_eq!(seller.count, 1.0);
}

#[test]
fn a_draw_that_stands_for_many_counts_for_many() {
    // Of 100 suspected ones 90 were bad; of 10,000 others 10 were drawn, and none was.
    let (mut alike, mut weighed) = (model(), model());
    for number in 0..110 {
        let item = toy("AA", &format!("seller-{number}"));
        let is_bad = number % 11 != 0 && number % 11 <= 9;
        let weight = if number % 11 == 10 { 1_000.0 } else { 1.0 };
        alike.learn(&item, Label::new(is_bad)).unwrap();
        weighed.learn(&item, Label { is_bad, weight }).unwrap();
    }
    let rate = |model: &Model| model.score(&Item::new()).contributions[0].clone();
    assert!(rate(&alike).rate > 0.7);
    assert!(rate(&weighed).rate < 0.06, "{:?}", rate(&weighed));
    assert!(rate(&weighed).count < 15.0, "unequal weights say less than their number: {:?}", rate(&weighed));
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e4] {
        let before = alike.version();
        assert!(alike.learn(&toy("AA", "x"), Label { is_bad: true, weight }).is_err());
        assert_eq!(alike.version(), before);
    }
}

#[test]
fn what_is_forgotten_for_want_of_room_stays_counted_in_the_coarser_cells() {
    let settings = Settings { most_cells: 200, ..Settings::default() };
    let mut model = Model::new(Layout::new(&["hs/2 > hs > seller"]).unwrap(), settings).unwrap();
    for number in 0..5_000 {
        let item = Item::new().word("hs", "950300").word("seller", format!("seller-{number}"));
        model.learn(&item, Label::new(number % 4 == 0)).unwrap();
    }
    assert!(model.cells() <= 200);
    let score = model.score(&Item::new().word("hs", "950300").word("seller", "seller-0"));
    assert!(!score.is_familiar, "the oldest of the rarest went first");
    let kept: Vec<(&str, f64)> = score.contributions.iter().map(|one| (&*one.key, one.count)).collect();
    assert_eq!(kept, [("all", 5_000.0), ("hs/2", 5_000.0), ("hs", 5_000.0)]);
    assert!(model.score(&Item::new().word("hs", "950300").word("seller", "seller-4999")).is_familiar);
}

#[test]
fn however_much_speaks_for_it_nothing_is_certain() {
    let chains = ["hs/2 > hs/4 > hs > origin > seller > mode", "origin > mode", "seller > mode", "mode"];
    for learning_rate in [0.0, 1.0] {
        let settings = Settings { shrinkage: 0.01, learning_rate, ..Settings::default() };
        let mut model = Model::new(Layout::new(&chains).unwrap(), settings).unwrap();
        let (good, bad) = (toy("AA", "A").word("mode", "sea"), toy("BB", "B").word("mode", "air"));
        for _ in 0..20_000 {
            model.learn(&good, Label::new(false)).unwrap();
            model.learn(&bad, Label { is_bad: true, weight: 1_000.0 }).unwrap();
        }
        for (item, range) in [(&good, 0.0..0.001), (&bad, 0.999..1.0)] {
            let score = model.score(item);
            assert!(range.contains(&score.probability) && score.probability > 0.0, "{score:?}");
            let sum: f64 = score.contributions.iter().map(|one| one.log_odds).sum();
            let odds = score.probability / (1.0 - score.probability);
            assert!(sum.abs() <= 15.001 && (sum - odds.ln()).abs() < 1e-6, "{sum} {score:?}");
            assert!(score.contributions.iter().all(|one| one.rate > 0.0 && one.rate < 1.0), "{score:?}");
            let (low, high) = score.interval(0.95);
            assert!(low <= score.probability && score.probability <= high);
        }
    }
}

#[test]
fn a_version_names_what_was_learned() {
    let (mut one, mut other) = (model(), model());
    assert_eq!(one.version(), other.version());
    one.learn(&toy("AA", "B"), Label::new(true)).unwrap();
    assert_ne!(one.version(), other.version());
    other.learn(&toy("AA", "B"), Label::new(true)).unwrap();
    assert_eq!(one.version(), other.version());
    assert_eq!(one.score(&toy("AA", "B")), other.score(&toy("AA", "B")));
    one.learn(&toy("AA", "B"), Label::new(true)).unwrap();
    other.learn(&toy("AA", "B"), Label::new(false)).unwrap();
    assert_eq!(one.version().labels, other.version().labels);
    assert_ne!(one.version().digest, other.version().digest);
}

#[test]
fn a_layout_says_what_is_wrong_with_it() {
    assert_eq!(Layout::new(&[]), Err(LayoutError::Empty));
    let wrong = |chain: &str| match Layout::new(&["hs", chain]) {
        Err(LayoutError::Part { chain: 2, source }) => source,
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong("hs > "), PartError::Name(String::new()));
    assert_eq!(wrong("hs/0"), PartError::Amount("hs/0".to_owned()));
    assert_eq!(wrong("mass~"), PartError::Amount("mass~".to_owned()));
    assert_eq!(wrong("price:mass"), PartError::Ratio("price:mass".to_owned()));
    let many: Vec<String> = (0..200).map(|number| format!("field{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(Layout::new(&many), Err(LayoutError::TooMany(200)));
    assert_eq!(Layout::new(&["hs/2 > hs > origin", "hs > price"]), Err(LayoutError::Twice("hs".to_owned())));
    let layout = Layout::new(&["hs/2 > hs/4 > hs > origin", "hs/2 > hs/4 > mass^3 > mass~2"]).unwrap();
    let keys: Vec<&str> = layout.keys().collect();
    assert_eq!(keys, ["hs/2", "hs/4", "hs", "hs + origin", "hs/4 + mass^3", "hs/4 + mass~2"]);
}

#[test]
fn settings_out_of_bounds_are_refused() {
    let sound = Settings::default();
    for settings in [
        Settings { prior_rate: 0.0, ..sound },
        Settings { prior_rate: 1.0, ..sound },
        Settings { prior_count: f64::NAN, ..sound },
        Settings { shrinkage: 0.0, ..sound },
        Settings { learning_rate: -0.1, ..sound },
        Settings { most_cells: 0, ..sound },
    ] {
        assert!(Model::new(Layout::new(&CHAINS).unwrap(), settings).is_err(), "{settings:?}");
    }
}

#[test]
fn models_stored_by_earlier_versions_keep_their_meaning() {
    let mut model = model();
    model.learn(&toy("AA", "B").number("price", 12.5).number("mass", 3.0), Label::new(true)).unwrap();
    model.learn(&toy("CC", "店").word("mode", "sea"), Label { is_bad: false, weight: 2.5 }).unwrap();
    model.learn(&toy("AA", "D").number("price", -7.0).number("mass", 3.0), Label::new(false)).unwrap();
    let score = model.score(&toy("AA", "B").number("price", 120.0).number("mass", 29.0));
    // A change of these numbers makes what is stored unreadable in meaning: it goes with a new format number.
    let (digest, bits, stored) = (model.version().digest, score.probability.to_bits(), model.to_bytes());
    assert_eq!(
        format!("{digest:016x} {bits:016x} {}", stored.len()),
        "e8b97d6b5e6c8736 3fe272affb94b4d3 1407"
    );
    assert_eq!(Model::from_bytes(&stored).unwrap(), model);
}

/// Models are stored, sent and named by their digest: what is learned from the same is the same, byte by byte, for ever.
#[test]
fn what_is_learned_and_how_it_is_kept_never_change() {
    let model = taught_by_trades();
    let kept: &[u8] = include_bytes!("golden/model.bin");
    assert_eq!(
        Model::from_bytes(kept).unwrap().to_bytes(),
        kept,
        "what is stored is read, and written as it was"
    );
    assert_eq!(model.to_bytes(), kept, "the same trades teach the same");
}

/// Those of the first form kept no tallies: they score as ever, and tell no number of labels but where it is certain.
#[test]
fn a_model_of_the_first_form_scores_as_ever_and_tells_no_tally_that_it_does_not_know() {
    let (first, now) = (include_bytes!("golden/model.v1.bin"), taught_by_trades());
    let mut first = Model::from_bytes(first).unwrap();
    let mut draw = Draw(7);
    for _ in 0..20 {
        let (item, _) = trade(&mut draw);
        draw.next();
        let (before, after) = (first.score(&item), now.score(&item));
        assert_eq!((before.probability.to_bits(), before.count), (after.probability.to_bits(), after.count));
        for (before, after) in before.contributions.iter().zip(&after.contributions) {
            assert_eq!((&before.key, before.log_odds, before.rate), (&after.key, after.log_odds, after.rate));
            let known = after.tally.filter(|tally| tally.labels <= 14);
            assert_eq!(
                before.tally, known,
                "few labels of weight 1 are their number, of many it was not kept"
            );
        }
    }
    // A part of the labels is not their number: what was not counted from the beginning never is.
    first.learn(&Item::new(), Label::new(true)).unwrap();
    assert_eq!(first.score(&Item::new()).contributions[0].tally, None);
    assert_eq!(Model::from_bytes(&first.to_bytes()).unwrap(), first);
}

fn taught_by_trades() -> Model {
    let mut model = model();
    let mut draw = Draw(7);
    for _ in 0..20 {
        let (item, risk) = trade(&mut draw);
        model.learn(&item, Label::new(draw.chance(risk))).unwrap();
    }
    model
}
