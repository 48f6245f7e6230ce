//! What alerts say about training: grouping, ranking and comparing, against what is counted one by one.

#![allow(clippy::unwrap_used, reason = "a test that does not go on fails")]

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use seamless_training::domain::{
    model::{EventStatus, ProductAreaId, ProductCategory, RiskType},
    needs::{
        AlertFacts, ComparedTimes, KnownAlert, PRODUCT_AREAS, ProductAreas, TopicPeriod, TopicQuestion,
        compare, hazard_of, topics,
    },
};
use seamless_vocabulary::Vocabulary;

const NOW: i64 = 1_800_000_000;

fn areas() -> ProductAreas {
    ProductAreas::parse(PRODUCT_AREAS).unwrap()
}

fn id(area: &str) -> ProductAreaId {
    area.parse().unwrap()
}

fn hours_ago(hours: i64) -> Timestamp {
    Timestamp::from_second(NOW - hours * 3_600).unwrap()
}

fn question(days: u32) -> TopicQuestion {
    TopicQuestion {
        period: TopicPeriod { end: hours_ago(0), days },
        product_area: None,
        hazards: Vec::new(),
        origin: None,
        least: 1,
        named: 3,
    }
}

fn alert() -> impl Strategy<Value = KnownAlert> {
    let hazards = proptest::collection::btree_set(1..6_i32, 0..4);
    let origins = proptest::sample::subsequence(vec!["CN", "SK", "VN"], 0..3);
    let category = proptest::option::weighted(0.9, 1..35_i32);
    (any::<u32>(), -200..4_000_i64, hazards, category, origins, any::<bool>()).prop_map(
        |(key, hours, hazards, category, origins, sold_online)| KnownAlert {
            name: format!("notifications/{key:08x}"),
            status: EventStatus::Actual,
            time: hours_ago(hours),
            facts: AlertFacts {
                hazards: hazards.into_iter().filter_map(RiskType::from_number).collect(),
                category: category.and_then(ProductCategory::from_number),
                origins: origins
                    .into_iter()
                    .map(|country| seamless_identifiers::CountryCode::parse(country).unwrap())
                    .collect(),
                sold_online,
                day_unknown: key % 3 == 0,
            },
        },
    )
}

#[test]
fn the_areas_of_the_program_cover_every_category_and_those_that_samples_name() {
    let areas = areas();
    for number in (1..).take_while(|number| ProductCategory::from_number(*number).is_some()) {
        let category = ProductCategory::from_number(number).unwrap();
        assert!(areas.of(category).is_some(), "{category:?} belongs to no area");
    }
    for area in areas.iter() {
        assert!(!area.categories.is_empty() && !area.english.is_empty() && !area.chinese.is_empty());
        assert!(area.categories.iter().all(|category| areas.of(*category) == Some(&area.id)));
    }
    for area in ["toys", "electrical-appliances", "lighting-chains"] {
        assert!(areas.get(&id(area)).is_some(), "{area}");
    }
}

#[test]
fn areas_that_are_wrong_are_refused_with_everything_that_is() {
    let wrong = "[[product_area]]\nid = \"toys\"\nen = \"Toys\"\nzh = \"\"\ncategories = [\"toys\", \"dolls\"]\n\
                 [[product_area]]\nid = \"A b\"\nen = \"x\"\nzh = \"x\"\ncategories = [\"toys\"]\n\
                 [[product_area]]\nid = \"games\"\nen = \"x\"\nzh = \"x\"\ncategories = [\"toys\"]\n\
                 [[product_area]]\nid = \"games\"\nen = \"x\"\nzh = \"x\"\ncategories = []\n";
    let why = ProductAreas::parse(wrong).unwrap_err();
    for told in [
        "product_area toys: wants a name in en and in zh",
        "dolls is no category of notifications",
        "product_area A b: the id",
        "product_area games: toys belongs to toys already",
        "product_area games: there are two of this id",
        "product_area games: wants at least one category",
        "the category lifts belongs to no product_area",
    ] {
        assert!(why.contains(told), "{told}: {why}");
    }
    assert!(ProductAreas::parse("[[product_area]]\nid = 5\n").unwrap_err().contains("line 2"));
}

#[test]
fn a_hazard_is_known_by_its_word_however_it_is_spelled() {
    for text in ["electric shock", " Electric-Shock ", "ELECTRIC_SHOCK"] {
        assert_eq!(hazard_of(text), Some(RiskType::ElectricShock), "{text}");
    }
    assert_eq!(hazard_of("ingestion of magnets"), None);
}

/// What a configuration with these settings is, or why it is refused.
fn configured(settings: &[(&str, &str)]) -> Result<String, String> {
    let flags = settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let loaded = seamless_training::Config::load(None, HashMap::new(), flags);
    loaded.map(|loaded| loaded.effective().to_owned()).map_err(|error| error.to_string())
}

#[test]
fn feeds_are_configured_each_authority_once_and_no_token_is_shown() {
    let feed = |authority: &str| {
        format!(
            r#"{{ authority = "{authority}", channel = {{ address = "https://n:7401", ca = "ca.pem", token = "geheim" }} }}"#
        )
    };
    let two = format!("[{}, {}]", feed("eu-just"), feed("cn-gacc"));
    let shown = configured(&[("alerts", &two), ("sandbox.enabled", "true")]).unwrap();
    assert!(shown.contains("cn-gacc") && !shown.contains("geheim"), "{shown}");
    let twice = format!("[{}, {}]", feed("eu-just"), feed("eu-just"));
    let odd = format!("[{}]", feed("eu-just").replace("\"https://n:7401\"", "7"));
    for (settings, told) in [
        (("alerts", odd.as_str()), "text"),
        (("alerts", twice.as_str()), "each authority once"),
        (("alerts", &format!("[{}]", feed("E U"))), "the id of an authority"),
        (("sandbox.enabled", "true"), "false without alerts"),
        (("needs.most_alerts", "0"), "1 to 10000000"),
        (("needs.longest_days", "36501"), "1 to 36500"),
        (("needs.named", "101"), "0 to 100"),
        (("feedback.least_answers", "1"), "2 to 1000"),
    ] {
        let why = configured(&[settings]).unwrap_err();
        assert!(why.contains(told) && !why.contains("geheim"), "{settings:?}: {why}");
    }
}

proptest! {
    /// Every count is what counting one by one gives; the order does not depend on that of the alerts.
    #[test]
    fn topics_are_counted_ranked_and_named(
        mut alerts in proptest::collection::vec(alert(), 0..60), days in 1..70_u32, least in 1..4_u64
    ) {
        alerts.dedup_by(|one, other| one.name == other.name);
        let areas = areas();
        let asked = TopicQuestion { least, ..question(days) };
        let found = topics(&alerts, &areas, &asked);
        let start = hours_ago(24 * i64::from(days));
        let start_before = hours_ago(48 * i64::from(days));
        let is_now = |one: &&KnownAlert| one.time >= start && one.time < hours_ago(0);
        let was = |one: &&KnownAlert| one.time >= start_before && one.time < start;
        prop_assert_eq!(found.alerts, alerts.iter().filter(is_now).count() as u64);
        prop_assert_eq!(found.before, alerts.iter().filter(was).count() as u64);
        let is_of_none = |one: &&KnownAlert| one.facts.category.is_none() || one.facts.hazards.is_empty();
        let unknown = |one: &&KnownAlert| one.facts.day_unknown;
        let of_both = [
            alerts.iter().filter(is_now).filter(unknown).count() as u64,
            alerts.iter().filter(was).filter(unknown).count() as u64,
        ];
        prop_assert_eq!(found.day_unknown, of_both, "those of which no day is known are told");
        prop_assert_eq!(found.without_topic, alerts.iter().filter(is_now).filter(is_of_none).count() as u64);
        for topic in &found.topics {
            let is_about = |one: &&KnownAlert| {
                let area = one.facts.category.and_then(|category| areas.of(category));
                let is_from = match topic.key.origin.as_str() {
                    "" => one.facts.origins.is_empty(),
                    origin => one.facts.origins.iter().any(|one| one.as_str() == origin),
                };
                area == Some(&topic.key.product_area) && one.facts.hazards.contains(&topic.key.hazard) && is_from
            };
            let mut of_topic: Vec<_> = alerts.iter().filter(is_about).filter(is_now).collect();
            prop_assert_eq!(topic.alerts, of_topic.len() as u64);
            prop_assert!(topic.alerts >= least);
            prop_assert_eq!(topic.before, alerts.iter().filter(is_about).filter(was).count() as u64);
            of_topic.sort_by_key(|one| (std::cmp::Reverse(one.time), one.name.clone()));
            let newest: Vec<_> = of_topic.iter().take(3).map(|one| one.name.clone()).collect();
            prop_assert_eq!(&topic.newest, &newest);
            let share = topic.share(found.alerts).unwrap();
            prop_assert!(share.interval.lower <= share.value && share.value <= share.interval.upper);
            prop_assert!(topic.trend().unwrap().is_some());
        }
        let order: Vec<_> = found.topics.iter().map(|topic| topic.in_order()).collect();
        prop_assert!(order.is_sorted());
        alerts.reverse();
        prop_assert_eq!(topics(&alerts, &areas, &asked), found);
    }

    /// Each alert counts once, together or in the others; what is not known yet counts for nothing.
    #[test]
    fn alerts_before_and_after_are_counted_once(
        alerts in proptest::collection::vec(alert(), 0..60), days in 1..60_u32, ended in 0..2_000_i64, lag in -100..500_i64
    ) {
        let areas = areas();
        let (begins, ends) = (hours_ago(ended + 5), hours_ago(ended));
        let known_until = hours_ago(lag);
        let times = ComparedTimes::around(begins, ends, days, known_until);
        let (wanted, hazards) = ([id("toys"), id("cosmetics")], [RiskType::Burns, RiskType::Chemical]);
        let found = compare(&alerts, &areas, (&wanted, &hazards), &times);
        let length = SignedDuration::from_hours(24 * i64::from(days));
        let before = |one: &&KnownAlert| {
            one.time >= begins - length && one.time < begins && one.time < known_until
        };
        let after = |one: &&KnownAlert| {
            one.time >= ends && one.time < ends + length && one.time < known_until
        };
        prop_assert_eq!(found.together.before + found.others.before, alerts.iter().filter(before).count() as u64);
        prop_assert_eq!(found.together.after + found.others.after, alerts.iter().filter(after).count() as u64);
        let unknown = |one: &&KnownAlert| one.facts.day_unknown;
        prop_assert_eq!(found.together.day_unknown[1] + found.others.day_unknown[1],
            alerts.iter().filter(after).filter(unknown).count() as u64);
        prop_assert_eq!(found.each.len(), 4);
        let sum: u64 = found.each.iter().map(|one| one.after).sum();
        let most = found.each.iter().map(|one| one.after).max().unwrap_or_default();
        prop_assert!(most <= found.together.after && found.together.after <= sum);
        let known = times.known_after().days();
        prop_assert!((0.0..=f64::from(days)).contains(&known));
        prop_assert_eq!(found.together.rate_after(&times).is_some(), known > 0.0);
        if known <= 0.0 {
            prop_assert_eq!(found.together.after, 0);
            prop_assert_eq!(found.together.ratio(&times).unwrap(), None);
        }
    }
}
