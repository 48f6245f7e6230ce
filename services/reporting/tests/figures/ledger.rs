//! What others were told before is reckoned with: counts of other days, at other times, of other authorities of the side, and by other
//! rules.

use jiff::Timestamp;
use seamless_calendar::Zones;
use seamless_reporting::domain::{
    content::Value,
    facts::{AlertFact, Fact},
    figures::{
        Facts,
        statistics::{Condition, Notified, StatisticsQuery},
    },
    model::{
        EventStatus, Input, NotificationType, Period, ProductCategory, PublishedCell, PublishedRelation,
        Release, StatisticsDimension as By, StatisticsMeasure as Of, StatisticsSubject,
    },
    small_counts::{
        Days, Draft, Key, PROPERTIES, Released, annual_for_others, judged_by, news, release, settle,
        tells_news, wrong_for_release, wrong_period_for_release,
    },
};
use seamless_suppression::{Budget, Rule, SuppressionError};

use crate::{asked, by, plain_alert, published};

const LEAST: u64 = 5;

fn period(first: &str, last: &str) -> Period {
    Period { first: first.parse().unwrap(), last: last.parse().unwrap(), zone: "UTC".to_owned() }
}

/// Months of 2027, from the first to the last.
fn months(first: i8, last: i8) -> Days {
    (jiff::civil::date(2027, first, 1), jiff::civil::date(2027, last, 1).last_of_month())
}

/// So many alerts of a month, each as this says it.
fn of_month(month: i8, count: usize, say: impl Fn(AlertFact) -> AlertFact) -> Vec<AlertFact> {
    let confirmed = format!("2027-{month:02}-03T08:00:00Z").parse().unwrap();
    let alert = |_| say(AlertFact { confirmed: Some(confirmed), ..plain_alert(0) });
    (0..count).map(alert).collect()
}

/// So many of a month on toys, and on lighters.
fn products(month: i8, toys: usize, lighters: usize) -> Vec<AlertFact> {
    let on =
        |category, count| of_month(month, count, |alert| AlertFact { category: Some(category), ..alert });
    [on(ProductCategory::Toys, toys), on(ProductCategory::Lighters, lighters)].concat()
}

/// What others are told of these alerts, who were told this before; none where they are told nothing.
fn told(alerts: &[AlertFact], days: Days, properties: &[By], before: &[Release]) -> Option<Released> {
    let named = alerts
        .iter()
        .enumerate()
        .map(|(id, alert)| Fact::Alert(AlertFact { name: format!("notifications/{id}"), ..alert.clone() }));
    let facts = Facts::of(named, EventStatus::Actual);
    asked(days, |question, world| {
        let budget = Budget::default();
        let judged = by(before, Rule::of_least(LEAST), &budget);
        let alerts = Notified::of(question, &facts, world);
        release(&alerts, EventStatus::Actual, days, properties, judged).unwrap()
    })
}

/// What is told of each value of the first property, and of all.
fn counts(released: &Released) -> Vec<(String, Option<u64>)> {
    let rows = released.tables.first().into_iter().flat_map(|table| table.rows.iter().flatten());
    let rows = rows.map(|(value, count)| (value.id.clone(), *count));
    rows.chain([("all".to_owned(), released.total)]).collect()
}

/// Others who are told one thing after the other.
#[derive(Default)]
struct Others {
    before: Vec<Release>,
}

impl Others {
    fn told(&mut self, alerts: &[AlertFact], days: Days, properties: &[By]) -> Vec<(String, Option<u64>)> {
        let Some(released) = told(alerts, days, properties, &self.before) else { return Vec::new() };
        let counts = counts(&released);
        let kept = news(published(released.draft, &released.verdict.withheld), &self.before);
        self.before.push(kept);
        counts
    }

    /// What they are told of all alerts of some months.
    fn total(&mut self, alerts: &[AlertFact], days: Days) -> Option<u64> {
        self.told(alerts, days, &[]).pop().and_then(|(_, count)| count)
    }

    /// What they are told of toys.
    fn toys(&mut self, alerts: &[AlertFact], days: Days) -> Option<u64> {
        let told = self.told(alerts, days, &[By::Category]);
        told.into_iter().find(|(of, _)| of == "TOYS").and_then(|(_, count)| count)
    }
}

#[test]
fn a_quarter_of_which_all_months_are_known_leaves_nothing_over() {
    let alerts = [products(4, 3, 9), products(5, 16, 9), products(6, 21, 9)].concat();
    let mut others = Others::default();
    assert_eq!(others.toys(&alerts, months(4, 6)), Some(40));
    assert_eq!(others.toys(&alerts, months(4, 4)), None, "three are few");
    assert_eq!(others.toys(&alerts, months(5, 5)), Some(16));
    assert_eq!(others.toys(&alerts, months(6, 6)), None, "forty less sixteen less those of June are three");
    // Whatever was told by another property, and of all alerts, is reckoned with.
    let mut others = Others::default();
    let alerts = [products(4, 3, 0), products(5, 16, 0), products(6, 21, 0)].concat();
    assert_eq!(others.toys(&alerts, months(4, 6)), Some(40));
    assert_eq!(others.told(&alerts, months(5, 5), &[By::RiskLevel])[0].1, Some(16));
    assert_eq!(others.total(&alerts, months(6, 6)), None, "they are all toys");
}

#[test]
fn a_year_leaves_over_what_is_in_none_of_its_quarters() {
    let alerts =
        |in_autumn: usize| [products(4, 12, 9), products(5, 18, 9), products(10, in_autumn, 9)].concat();
    for (in_autumn, in_year) in [(2, None), (6, Some(36)), (0, Some(30))] {
        let mut others = Others::default();
        assert_eq!(others.toys(&alerts(in_autumn), months(4, 6)), Some(30));
        assert_eq!(others.toys(&alerts(in_autumn), months(1, 12)), in_year);
    }
    let mut others = Others::default();
    assert_eq!(others.toys(&alerts(2), months(4, 4)), Some(12));
    assert_eq!(others.toys(&alerts(2), months(1, 12)), Some(32), "of the other twenty nobody knows more");
    assert_eq!(others.toys(&alerts(2), months(5, 5)), None, "then two are left");
}

#[test]
fn the_months_of_a_quarter_stand_in_one_table_too() {
    let alerts = [products(4, 12, 0), products(5, 2, 0), products(6, 20, 0)].concat();
    let rows = Others::default().told(&alerts, months(4, 6), &[By::Month]);
    let is_withheld: Vec<bool> = rows.iter().map(|(_, count)| count.is_none()).collect();
    assert_eq!(
        rows.iter().map(|(of, _)| of.as_str()).collect::<Vec<_>>(),
        ["2027-04", "2027-05", "2027-06", "all"]
    );
    assert!(is_withheld[1] && is_withheld.iter().filter(|one| **one).count() == 2, "{rows:?}");
    // A month without any is told to have none.
    let rows = Others::default().told(&products(4, 12, 0), months(4, 6), &[By::Month]);
    assert_eq!(rows[1], ("2027-05".to_owned(), Some(0)));
}

/// What was counted at different times hangs together by what did not change in between.
#[test]
fn a_later_count_of_a_month_hides_nothing_of_the_others() {
    let at_first = [products(4, 12, 9), products(5, 25, 9), products(6, 3, 9)].concat();
    let mut others = Others::default();
    assert_eq!(others.toys(&at_first, months(4, 6)), Some(40));
    assert_eq!(others.toys(&at_first, months(4, 4)), Some(12));
    assert_eq!(others.toys(&at_first, months(6, 6)), None);
    // Eight older ones come.
    let later = [at_first, products(4, 8, 0)].concat();
    assert_eq!(others.toys(&later, months(4, 4)), Some(20));
    assert_eq!(
        others.toys(&later, months(5, 5)),
        None,
        "forty less twelve less twenty-five are June's three"
    );
    assert_eq!(others.toys(&later, months(6, 6)), None);
}

#[test]
fn what_came_or_went_since_is_not_few() {
    let of = |toys: usize| products(4, toys, 9);
    let mut others = Others::default();
    assert_eq!(others.toys(&of(20), months(4, 4)), Some(20));
    for (toys, is_told) in [(21, false), (24, false), (16, false), (25, true), (15, true), (20, true)] {
        let mut others = Others { before: others.before.clone() };
        assert_eq!(others.toys(&of(toys), months(4, 4)).is_some(), is_told, "{toys}");
    }
    // Nor by a quarter that is told later, or by its months.
    let of = |in_june: usize| [products(4, 10, 9), products(5, 10, 9), products(6, in_june, 9)].concat();
    let mut others = Others::default();
    for month in 4..=6 {
        assert_eq!(others.toys(&of(10), months(month, month)), Some(10));
    }
    for (in_june, quarter) in [(8, None), (12, None), (10, Some(30)), (16, Some(36))] {
        let mut others = Others { before: others.before.clone() };
        assert_eq!(others.toys(&of(in_june), months(4, 6)), quarter);
    }
}

/// The authorities of a side see nearly the same alerts, and what one tells is judged by what the others told.
#[test]
fn another_authority_of_the_side_counts_its_own() {
    let alerts = [products(4, 3, 9), products(5, 12, 9), products(6, 15, 9)].concat();
    let mut others = Others::default();
    assert_eq!(others.toys(&alerts, months(4, 6)), Some(30));
    assert_eq!(others.toys(&alerts, months(5, 5)), Some(12));
    // One that is shown six of June less.
    let of_netherlands = [products(4, 3, 9), products(5, 12, 9), products(6, 9, 9)].concat();
    assert_eq!(others.toys(&of_netherlands, months(4, 6)), Some(24));
    assert_eq!(others.toys(&alerts, months(6, 6)), None, "thirty less twelve less fifteen are April's three");
    assert_eq!(
        others.toys(&of_netherlands, months(6, 6)),
        None,
        "and so are twenty-four less twelve less nine"
    );
}

/// Whoever tells others of a year by every property, of each of its times, tells all of it, and keeps nothing twice.
#[test]
fn a_whole_year_is_told_by_every_property() {
    let categories = [ProductCategory::Toys, ProductCategory::Lighters, ProductCategory::Cosmetics];
    let of = |month: i8| {
        (0..30_usize).map(move |at| {
            let alert = of_month(month, 1, |alert| AlertFact {
                category: categories.get((at * usize::from(month.unsigned_abs())) % 4).copied(),
                sold_online: (at % 5 > 0).then_some(at % 3 == 0),
                notifier: ["NL", "DE", "FR"].get(at % 7).map(|country| country.parse().unwrap()),
                origins: ["CN", "VN"].iter().take(at % 4).map(|country| country.parse().unwrap()).collect(),
                ..alert
            });
            alert.into_iter().next().unwrap()
        })
    };
    let alerts: Vec<AlertFact> = (1..=12).flat_map(of).collect();
    let times = (1..=12).map(|month| months(month, month));
    let times = times.chain([1, 4, 7, 10].map(|month| months(month, month + 2)));
    let times: Vec<Days> = times.chain([months(1, 6), months(7, 12), months(1, 12)]).collect();
    let mut others = Others::default();
    for property in PROPERTIES {
        for days in &times {
            assert!(!others.told(&alerts, *days, &[property]).is_empty(), "{property:?} of {days:?}");
        }
    }
    let (kept, again) = (others.before.clone(), others.told(&alerts, months(4, 6), &[By::Category]));
    assert!(!again.is_empty());
    let last = others.before.last().unwrap();
    assert!(last.relations.is_empty() && last.tables.is_empty() && !tells_news(last, &kept), "{last:?}");
    let relations: usize = kept.iter().map(|release| release.relations.len()).sum();
    assert!(relations < 1_500, "each sum is kept once: {relations}");
}

#[test]
fn others_are_told_of_what_the_side_itself_notified() {
    let follow_up = |alert| AlertFact { kind: Some(NotificationType::FollowUp), ..alert };
    let foreign = |alert| AlertFact { originator: "ca-hc".parse().unwrap(), ..alert };
    let unconfirmed = |alert| AlertFact { confirmed: None, ..alert };
    let alerts = [
        products(4, 12, 0),
        of_month(4, 7, follow_up),
        of_month(4, 9, foreign),
        of_month(4, 8, unconfirmed),
        of_month(5, 6, |alert| AlertFact { dated: Some(jiff::civil::date(2027, 4, 30)), ..alert }),
    ]
    .concat();
    assert_eq!(Others::default().total(&alerts, months(4, 4)), Some(18));
}

#[test]
fn what_says_several_things_stands_by_itself() {
    let from = |count: usize, origins: &'static [&'static str]| {
        of_month(4, count, move |alert| AlertFact {
            origins: origins.iter().map(|country| country.parse().unwrap()).collect(),
            ..alert
        })
    };
    let alerts =
        [from(20, &["CN"]), from(15, &["VN"]), from(7, &["CN", "VN"]), from(6, &[]), from(5, &["IN"])]
            .concat();
    let rows = Others::default().told(&alerts, months(4, 6), &[By::Origin]);
    let wanted = [("CN", 20), ("IN", 5), ("SEVERAL", 7), ("VN", 15), ("", 6), ("all", 53)];
    assert_eq!(rows, wanted.map(|(of, count)| (of.to_owned(), Some(count))));
    let few = [from(20, &["CN"]), from(15, &["VN"]), from(3, &["CN", "VN"])].concat();
    let rows = Others::default().told(&few, months(4, 6), &[By::Origin]);
    let withheld: Vec<&str> =
        rows.iter().filter(|(_, count)| count.is_none()).map(|(of, _)| of.as_str()).collect();
    assert_eq!(withheld, ["SEVERAL", "VN"], "by all and by two countries three would be known");
}

#[test]
fn a_report_for_others_is_judged_as_a_whole_and_tells_no_more() {
    let level = |count: usize, online: bool| {
        of_month(4, count, move |alert| AlertFact {
            category: Some(ProductCategory::Toys),
            sold_online: Some(online),
            ..alert
        })
    };
    let alerts = [level(20, true), level(2, false)].concat();
    let properties = [By::Category, By::SoldOnline];
    let released = told(&alerts, months(4, 6), &properties, &[]).unwrap();
    let content = asked(months(4, 6), |question, _| annual_for_others(question, &released, LEAST));
    let section = &content.sections[0];
    let [category, online] = &section.tables[..] else { panic!("{section:?}") };
    let first = |at: usize| online.rows[at].values[0];
    assert_eq!([first(0), first(1)], [Value::Withheld; 2], "each would tell of the other by the total");
    assert_eq!(category.rows[0].values[0], Value::Count(22));
    assert_eq!(section.figures[0].value, Value::Count(22));
    assert!(online.rows.iter().all(|row| row.values[1] == Value::Withheld), "nor is a share told");
    assert!(matches!(category.rows[0].values[1], Value::Share(share) if share.value == 1.0));
    let ids: Vec<&str> = online.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["NO", "YES"], "what is withheld stands by its name, not by its count");
}

#[test]
fn others_are_told_of_whole_times_of_the_calendar_that_are_over() {
    let zones = Zones::bundled();
    let now: Timestamp = "2027-08-01T00:00:59Z".parse().unwrap();
    let wrong = |first: &str, last: &str| {
        let wrong = wrong_period_for_release(&period(first, last), &zones, now);
        wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()
    };
    for (first, last) in [
        ("2027-02-01", "2027-02-28"),
        ("2027-04-01", "2027-06-30"),
        ("2027-01-01", "2027-06-30"),
        ("2026-07-01", "2026-12-31"),
        ("2026-01-01", "2026-12-31"),
    ] {
        assert!(wrong(first, last).is_empty(), "{first} to {last}");
    }
    assert_eq!(wrong("2027-04-02", "2027-06-30"), ["start_date"]);
    for (first, last) in [
        ("2027-04-01", "2027-06-29"),
        ("2027-02-01", "2027-04-30"),
        ("2027-04-01", "2027-05-31"),
        ("2026-04-01", "2027-03-31"),
        ("2025-01-01", "2026-12-31"),
        ("2027-05-01", "2027-04-30"),
    ] {
        assert_eq!(wrong(first, last), ["end_date"], "{first} to {last}");
    }
    assert_eq!(wrong("2027-01-01", "2027-12-31"), ["end_date"], "it goes on");
    assert_eq!(wrong("2027-07-01", "2027-07-31"), ["end_date"], "what happened last may be told still");
}

/// By two properties, by what became of alerts, or by what says nearly the same, few could be told apart in ways that nobody judges.
#[test]
fn others_are_told_of_one_property_at_a_time() {
    let query = |dimensions: &[By], measures: &[Of]| StatisticsQuery {
        subject: StatisticsSubject::Alerts,
        period: period("2027-04-01", "2027-06-30"),
        status: EventStatus::Actual,
        filter: Vec::new(),
        dimensions: dimensions.to_vec(),
        measures: measures.to_vec(),
        order_by: None,
        ascending: false,
        limit: 1_000,
    };
    let fields = |query: &StatisticsQuery| {
        wrong_for_release(query).into_iter().map(|one| one.field).collect::<Vec<String>>()
    };
    for property in [By::Category, By::Origin, By::RiskType, By::RiskLevel, By::Notifier, By::Month] {
        assert_eq!(fields(&query(&[property], &[Of::Alerts, Of::ShareOfAll])), [] as [String; 0]);
    }
    assert_eq!(fields(&query(&[], &[Of::Alerts])), [] as [String; 0]);
    assert_eq!(fields(&query(&[By::Category, By::RiskLevel], &[Of::Alerts])), ["dimensions[1]"]);
    assert_eq!(fields(&query(&[By::AlertState], &[Of::Withdrawn])), ["measures[0]", "dimensions[0]"]);
    assert_eq!(fields(&query(&[By::NotificationType], &[Of::Alerts])), ["dimensions[0]"]);
    let condition = Condition { dimension: By::Category, values: vec!["TOYS".to_owned()] };
    let all = StatisticsQuery {
        subject: StatisticsSubject::Cases,
        filter: vec![condition],
        order_by: Some(Of::Cases),
        limit: 10,
        ..query(&[By::Recipient], &[Of::Cases, Of::Reactions, Of::MedianDays])
    };
    let wanted = [
        "subject",
        "order_by",
        "limit",
        "filter",
        "measures[0]",
        "measures[1]",
        "measures[2]",
        "dimensions[0]",
    ];
    assert_eq!(fields(&all), wanted);
}

/// Something that others were given.
fn given(cells: &[(&Key, u64, Option<bool>)], relations: Vec<PublishedRelation>) -> Release {
    let cell = |(key, count, told): &(&Key, u64, Option<bool>)| PublishedCell {
        key: key.to_string(),
        count: *count,
        told: *told,
    };
    Release { cells: cells.iter().map(cell).collect(), relations, ..published(Draft::new(), &[]) }
}

#[test]
fn what_does_not_fit_together_is_not_published() {
    let key = Key::of(EventStatus::Actual, months(4, 6));
    let parts = ["TOYS", "LIGHTERS"].map(|one| key.clone().with(By::Category, one));
    let judged = |mut draft: Draft| {
        settle(&mut draft, &[], by(&[], Rule::of_least(3), &Budget::default()))
            .map(|settled| settled.is_some())
    };
    let mut twice = Draft::new();
    twice.open(&key, 12);
    twice.open(&key, 13);
    assert_eq!(judged(twice), Err(SuppressionError::Unequal { whole: 12, parts: 13 }));
    for (counts, fits) in [([6, 6], true), ([7, 6], false), ([5, 6], false)] {
        let mut draft = Draft::new();
        let whole = draft.open(&key, 12);
        let parts = parts.iter().zip(counts).map(|(part, count)| draft.open(part, count)).collect();
        draft.adds_up(whole, parts);
        assert_eq!(judged(draft).is_ok(), fits, "{counts:?}");
    }
}

/// Two and three of five are withheld by an earlier rule, which a later one would not have told apart at all.
#[test]
fn what_can_be_reckoned_already_is_not_reckoned_more_narrowly() {
    let total = Key::of(EventStatus::Actual, months(4, 6));
    let [toys, lighters, cosmetics] =
        ["TOYS", "LIGHTERS", "COSMETICS"].map(|one| total.clone().with(By::Category, one));
    let [yes, no] = ["YES", "NO"].map(|one| total.clone().with(By::SoldOnline, one));
    let relation = PublishedRelation { whole: 0, parts: vec![1, 2] };
    let cells = [(&toys, 5, Some(true)), (&yes, 2, Some(false)), (&no, 3, Some(false))];
    let before = [given(&cells, vec![relation]), given(&[(&lighters, 9, Some(true))], Vec::new())];
    let rule = Rule::of_least(LEAST);
    // Twelve are those that were not sold online, and the lighters.
    let draft = || {
        let mut draft = Draft::new();
        let both = draft.open(&total, 12);
        let parts = vec![draft.implied(&no, 3), draft.implied(&lighters, 9)];
        draft.adds_up(both, parts);
        (draft, both)
    };
    let (mut alone, _) = draft();
    assert!(
        settle(&mut alone, &[], by(&before, rule, &Budget::default())).unwrap().is_none(),
        "three are not online, so two are"
    );
    let (mut in_rows, both) = draft();
    let settled =
        settle(&mut in_rows, &[vec![both]], by(&before, rule, &Budget::default())).unwrap().unwrap();
    assert!(settled.left_out[0] && settled.verdict.withheld[both]);
    // What tells nothing more of it is told.
    let mut others = Draft::new();
    let at = others.open(&cosmetics, 12);
    let settled = settle(&mut others, &[], by(&before, rule, &Budget::default())).unwrap().unwrap();
    assert!(!settled.verdict.withheld[at]);
}

#[test]
fn what_is_kept_back_is_in_nothing_that_is_published() {
    let key = Key::of(EventStatus::Actual, months(4, 6));
    let lighters = key.clone().with(By::Category, "LIGHTERS");
    let ledger = |few: u64| {
        vec![given(&[(&key, 21, Some(true)), (&lighters, few, Some(false)), (&key, few, None)], Vec::new())]
    };
    let digested = |ledger: &[Release]| judged_by(ledger, Rule::of_least(5)).unwrap();
    assert_eq!(digested(&ledger(2)), digested(&ledger(3)), "neither is told");
    assert_eq!(
        digested(&ledger(2)),
        digested(&[ledger(2), ledger(3)].concat()),
        "nor that something was withheld again"
    );
    assert_ne!(digested(&ledger(2)), digested(&[]));
    let told = Input {
        source: "notifications".to_owned(),
        position: 17,
        events: 9,
        last_event_time: Some(Timestamp::UNIX_EPOCH),
        content_sha256: "ab".repeat(32),
        alerts_lost: 1,
        rights_narrowed: Some(1),
        facts_sha256: "cd".repeat(32),
    };
    let wanted = Input { source: "notifications".to_owned(), ..Input::default() };
    assert_eq!(told.for_others(), wanted);
}
