//! What can be reckoned by what stands in no table: what lacks a value, what is named several times, counts of other authorities of
//! a side and of other editions, and tables that hang together by a third.

use std::collections::HashMap;

use jiff::Timestamp;
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::Value,
    facts::{AlertFact, Fact},
    figures::{
        Facts, Question,
        statistics::{Condition, Statistics, StatisticsQuery, World},
    },
    model::{
        EventStatus, NotificationState, Period, PublishedCell, PublishedTable, Release, ReportTemplate,
        StatisticsDimension as By, StatisticsMeasure as Of, StatisticsSubject,
    },
    small_counts::{Draft, Key, Unjudged, release, settle, wrong_for_release},
};
use seamless_suppression::{Budget, Rule};

use crate::{by, party, plain_alert, published};

const LEAST: u64 = 5;

fn quarter() -> Period {
    Period {
        first: "2027-04-01".parse().unwrap(),
        last: "2027-06-30".parse().unwrap(),
        zone: "UTC".to_owned(),
    }
}

/// Alerts of some days.
fn alerts(first: &str, last: &str) -> Key {
    let period = Period { first: first.parse().unwrap(), last: last.parse().unwrap(), ..quarter() };
    Key::of("ALERTS", EventStatus::Actual, &period)
}

/// What an authority of the side told others, or withheld from them.
fn told_by(owner: &str, key: &Key, count: u64, told: bool) -> Release {
    let cells = vec![PublishedCell { key: key.to_string(), count, told: Some(told) }];
    Release { owner: owner.parse().unwrap(), cells, ..published(Draft::new(), &[]) }
}

/// Whether the alerts of June are withheld from others who were told this.
fn is_june_withheld(before: &[Release]) -> bool {
    let mut draft = Draft::new();
    let june = draft.open(&alerts("2027-06-01", "2027-06-30"), 15);
    let judged = settle(&mut draft, &[], by(before, Rule::of_least(LEAST), &Budget::default()));
    judged.unwrap().unwrap().verdict.withheld[june]
}

#[test]
fn a_later_count_of_the_quarter_hides_no_month() {
    let (quarter, april, may) = (
        alerts("2027-04-01", "2027-06-30"),
        alerts("2027-04-01", "2027-04-30"),
        alerts("2027-05-01", "2027-05-31"),
    );
    let told = vec![
        told_by("eu-just", &quarter, 30, true),
        told_by("eu-just", &may, 12, true),
        told_by("eu-just", &april, 3, false),
    ];
    assert!(is_june_withheld(&told), "thirty less twelve less fifteen are April's three");
    let other = [told.clone(), vec![told_by("nl-nvwa", &quarter, 24, true)]].concat();
    assert!(is_june_withheld(&other), "another authority of the side counts its own");
    let later = [told.clone(), vec![told_by("eu-just", &quarter, 24, true)]].concat();
    assert!(is_june_withheld(&later), "nor what was lost since");
    assert!(!is_june_withheld(&told[1..]), "of what the quarter was nobody knows");
}

/// So many alerts, each as these say it.
fn alerts_of<T>(all: &[(usize, T)], say: impl Fn(&T, AlertFact) -> AlertFact) -> Facts {
    let each = all.iter().flat_map(|(times, of)| std::iter::repeat_n(of, *times));
    let alert = |(id, of)| Fact::Alert(say(of, plain_alert(id)));
    Facts::of(each.enumerate().map(alert), EventStatus::Actual)
}

/// Alerts of these countries of origin.
fn of_origins(all: &[(usize, &[&str])]) -> Facts {
    alerts_of(all, |origins, alert| AlertFact {
        origins: origins.iter().map(|country| country.parse().unwrap()).collect(),
        ..alert
    })
}

fn query(dimensions: &[By], filter: Vec<Condition>) -> StatisticsQuery {
    StatisticsQuery {
        subject: StatisticsSubject::Alerts,
        period: quarter(),
        status: EventStatus::Actual,
        filter,
        dimensions: dimensions.to_vec(),
        measures: vec![Of::Alerts],
        order_by: None,
        ascending: false,
        limit: 1_000,
    }
}

/// What others are told, who were told this before.
fn answer(
    facts: &Facts,
    query: &StatisticsQuery,
    before: &[Release],
) -> Result<Option<(Statistics, Release)>, Unjudged> {
    let owner = party("eu-just");
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::<AuthorityId, String>::new());
    let question = Question {
        template: ReportTemplate::AnnualStatistics,
        owner: &owner,
        partner: None,
        period: &query.period,
        zone: &jiff::tz::TimeZone::UTC,
        start: query.period.start(&zones).unwrap(),
        cut: query.period.end(&zones).unwrap(),
        status: EventStatus::Actual,
        arrangements: &[],
    };
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let given =
        release(&question, query, facts, world, by(before, Rule::of_least(LEAST), &Budget::default()))?;
    Ok(given.map(|given| (given.statistics, published(given.draft, &given.verdict.withheld))))
}

/// What is told of each country, and of all.
fn counts(statistics: &Statistics) -> Vec<(&str, Option<u64>)> {
    let count = |value: &Value| if let Value::Count(count) = value { Some(*count) } else { None };
    let rows = statistics.rows.iter().map(|row| (row.coordinates[0].id.as_str(), count(&row.values[0])));
    rows.chain([("all", count(&statistics.total.values[0]))]).collect()
}

#[test]
fn what_lacks_a_value_and_what_has_several_is_counted() {
    let by_origin = query(&[By::Origin], Vec::new());
    let told = |of: &[(usize, &[&str])]| {
        let (statistics, _) = answer(&of_origins(of), &by_origin, &[]).unwrap().unwrap();
        assert!(statistics.overlapping, "whether any is of several countries is not told");
        let told = counts(&statistics).into_iter().map(|(of, count)| (of.to_owned(), count));
        told.collect::<HashMap<String, Option<u64>>>()
    };
    // Two of forty do not come from China.
    let two = told(&[(26, &["CN"]), (12, &["CN", "VN"]), (2, &["VN"])]);
    assert!(two["CN"].is_none() || two["all"].is_none(), "{two:?}");
    // Two of thirty-three come from both.
    let both = told(&[(18, &["CN"]), (2, &["CN", "VN"]), (13, &["VN"])]);
    assert!(both.values().any(Option::is_none), "{both:?}");
    // Of neither there are few.
    let many = told(&[(18, &["CN"]), (9, &["CN", "VN"]), (13, &["VN"])]);
    assert!(many.values().all(Option::is_some), "{many:?}");
}

#[test]
fn what_is_not_counted_of_those_that_have_several_is_counted() {
    let all: [(usize, (&[&str], bool)); 6] = [
        (7, (&["CN"], true)),
        (10, (&["CN"], false)),
        (6, (&["VN"], true)),
        (10, (&["VN"], false)),
        (6, (&["CN", "VN"], true)),
        (2, (&["CN", "VN"], false)),
    ];
    let facts = alerts_of(&all, |(origins, is_withdrawn), alert| AlertFact {
        origins: origins.iter().map(|country| country.parse().unwrap()).collect(),
        withdrawn: is_withdrawn.then(|| "2027-05-04T08:00:00Z".parse().unwrap()),
        state: if *is_withdrawn { NotificationState::Withdrawn } else { NotificationState::Transmitted },
        ..alert
    });
    let both =
        StatisticsQuery { measures: vec![Of::Alerts, Of::Withdrawn], ..query(&[By::Origin], Vec::new()) };
    let (statistics, _) = answer(&facts, &both, &[]).unwrap().unwrap();
    let mut values = statistics.rows.iter().chain([&statistics.total]).flat_map(|row| &row.values);
    assert!(
        values.any(|value| *value == Value::Withheld),
        "12 and 12 less 22 that were not withdrawn are two of both countries: {statistics:?}"
    );
}

#[test]
fn what_a_condition_of_several_values_leaves_out_is_counted() {
    let facts = alerts_of(&[(12, "CN"), (3, "VN"), (7, "IN")], |country, alert| AlertFact {
        notifier: Some(country.parse().unwrap()),
        ..alert
    });
    let (by_notifier, given) = answer(&facts, &query(&[By::Notifier], Vec::new()), &[]).unwrap().unwrap();
    assert_eq!(counts(&by_notifier)[2], ("VN", None));
    let values = ["CN", "VN"].map(str::to_owned).to_vec();
    let two = query(&[], vec![Condition { dimension: By::Notifier, values }]);
    let told = answer(&facts, &two, &[given]).unwrap();
    let told = told.and_then(|(told, _)| counts(&told)[0].1);
    assert_ne!(told, Some(15), "less twelve are three");
}

#[test]
fn what_says_the_same_twice_is_not_asked_for_others() {
    let of = |dimension: By, values: &[&str]| Condition {
        dimension,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let fields = |query: StatisticsQuery| {
        let mut fields: Vec<String> = wrong_for_release(&query).into_iter().map(|one| one.field).collect();
        fields.sort();
        fields
    };
    let twice = query(&[By::RiskLevel], vec![of(By::Origin, &["CN", "VN", "CN"]), of(By::Origin, &["CN"])]);
    assert_eq!(fields(twice), ["filter[0].values", "filter[0].values[2]", "filter[1].dimension"]);
    let again = query(&[By::RiskType], vec![of(By::RiskType, &["FIRE"])]);
    assert_eq!(fields(again), ["filter[0].dimension"]);
    let many = [By::Category, By::RiskLevel, By::NotificationType, By::Notifier, By::SoldOnline];
    assert_eq!(fields(query(&many, Vec::new())), [] as [String; 0]);
    assert_eq!(fields(query(&many, vec![of(By::Origin, &["CN"])])), ["filter"], "one property more");
    let handled = StatisticsQuery {
        subject: StatisticsSubject::Cases,
        measures: vec![Of::Cases, Of::Measured, Of::Acknowledged, Of::Open, Of::Reactions],
        ..query(&[By::FollowUpState, By::Standing, By::Sender], vec![of(By::NoMeasureReason, &["OTHER"])])
    };
    let of_handling = ["dimensions[0]", "dimensions[1]", "dimensions[2]", "filter[0].dimension"];
    assert_eq!(fields(handled), [&of_handling[..], &["measures[1]", "measures[2]", "measures[3]"]].concat());
}

/// Of those that have none of two values, and of those that have another set of them, such questions would tell.
#[test]
fn of_what_a_case_may_have_several_there_is_one_property_with_one_value() {
    let of = |dimension: By, values: &[&str]| Condition {
        dimension,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    for (query, fields) in [
        (query(&[By::Origin, By::Category, By::RiskType], Vec::new()), vec!["dimensions[2]"]),
        (
            query(&[By::Category, By::AlertMeasure], vec![of(By::Origin, &["CN"])]),
            vec!["filter[0].dimension"],
        ),
        (query(&[], vec![of(By::RiskType, &["FIRE"]), of(By::Origin, &["CN"])]), vec!["filter[1].dimension"]),
        (query(&[], vec![of(By::Origin, &["CN", "VN"])]), vec!["filter[0].values"]),
        (query(&[By::Category], vec![of(By::Origin, &["CN"])]), Vec::new()),
        (query(&[By::Origin], vec![of(By::Category, &["TOYS", "COSMETICS"])]), Vec::new()),
    ] {
        let wrong: Vec<String> = wrong_for_release(&query).into_iter().map(|one| one.field).collect();
        assert_eq!(wrong, fields);
    }
}

/// That others were told of these properties together, of these days.
fn table(days: (&str, &str), dimensions: &[By]) -> Release {
    let table = PublishedTable {
        population: "ALERTS ACTUAL".to_owned(),
        days: Some((days.0.parse().unwrap(), days.1.parse().unwrap())),
        dimensions: dimensions.to_vec(),
        counted: Vec::new(),
    };
    Release { tables: vec![table], create_time: Timestamp::UNIX_EPOCH, ..published(Draft::new(), &[]) }
}

#[test]
fn what_hangs_together_by_too_many_properties_is_refused() {
    let facts = of_origins(&[(12, &["CN"]), (13, &["VN"])]);
    let asked = query(&[By::Origin, By::Notifier], Vec::new());
    let of_quarter = ("2027-04-01", "2027-06-30");
    let chain = [
        table(of_quarter, &[By::Origin, By::Category]),
        table(of_quarter, &[By::Category, By::RiskType, By::RiskLevel]),
        table(of_quarter, &[By::RiskLevel, By::SoldOnline]),
    ];
    let refused = answer(&facts, &asked, &chain).map(|_| ()).unwrap_err();
    assert_eq!(refused, Unjudged::Properties(6));
    assert!(answer(&facts, &asked, &chain[..2]).unwrap().is_some());
    // What has no property in common with it, and what is of other days, hangs together with it by totals alone.
    let apart = [
        table(of_quarter, &[By::Category, By::RiskType]),
        table(of_quarter, &[By::RiskLevel, By::SoldOnline]),
        table(("2026-01-01", "2026-12-31"), &[By::Origin, By::Category, By::RiskType]),
        table(("2026-01-01", "2026-12-31"), &[By::Category, By::RiskLevel, By::SoldOnline]),
    ];
    assert!(answer(&facts, &asked, &apart).unwrap().is_some());
}
