//! Nobody who knows every answer and every edition of a report that was ever given to others reckons a small count.

use std::{
    cell::Cell,
    collections::{BTreeSet, HashMap},
};

use proptest::{
    prelude::*,
    test_runner::{TestRng, TestRunner},
};
use seamless_reporting::domain::{
    facts::{AlertFact, Fact},
    figures::{Facts, statistics::Notified},
    model::{EventStatus, Release, RiskType, StatisticsDimension as By},
    small_counts::{Days, PROPERTIES, Released, news, release},
};
use seamless_suppression::{Budget, Rule};

use crate::{
    asked, by,
    fewest::hardly_more_than_must_be,
    plain_alert, published,
    reckoned::{OTHER, Population, Said},
};

/// The least count that is not small.
const LEAST: u64 = 3;
/// How many cooperations are looked at.
const CASES: u32 = 120;
/// By which two properties whoever reckons tells alerts apart.
const PAIRS: [[By; 2]; 3] =
    [[By::RiskType, By::SoldOnline], [By::Notifier, By::RiskType], [By::SoldOnline, By::Notifier]];

/// An alert, which may be known early, late, or at both times; and what it says late where that is another thing.
#[derive(Clone, Debug)]
struct Alert {
    month: i8,
    risks: usize,
    later_risks: usize,
    online: Option<bool>,
    notifier: Option<&'static str>,
    known: [bool; 2],
}

fn alert() -> impl Strategy<Value = Alert> {
    let known = prop_oneof![8 => Just([true, true]), 1 => Just([true, false]), 2 => Just([false, true])];
    let later = prop_oneof![9 => Just(None), 1 => (0..4_usize).prop_map(Some)];
    let notifier = prop_oneof![1 => Just(None), 4 => Just(Some("NL")), 3 => Just(Some("DE"))];
    let online = prop_oneof![1 => Just(None), 2 => Just(Some(true)), 3 => Just(Some(false))];
    let all = (1..=6_i8, 0..4_usize, later, online, notifier, known);
    all.prop_map(|(month, risks, later, online, notifier, known)| Alert {
        month,
        risks,
        later_risks: later.unwrap_or(risks),
        online,
        notifier,
        known,
    })
}

/// What is given to others: of which days, by these properties, of what was known early or late.
#[derive(Clone, Debug)]
struct Publication {
    late: usize,
    months: (i8, i8),
    properties: Vec<By>,
}

fn publication() -> impl Strategy<Value = Publication> {
    let months = prop_oneof![
        3 => (1..=6_i8).prop_map(|month| (month, month)),
        3 => prop_oneof![Just((1, 3)), Just((4, 6))],
        2 => Just((1, 6)),
    ];
    let one = prop::sample::select(vec![By::RiskType, By::SoldOnline, By::Notifier, By::Month]);
    let properties = prop_oneof![
        1 => Just(Vec::new()),
        6 => one.prop_map(|one| vec![one]),
        1 => Just(PROPERTIES.to_vec()),
    ];
    (prop::bool::weighted(0.6), months, properties).prop_map(|(late, months, properties)| Publication {
        late: usize::from(late),
        months,
        properties,
    })
}

impl Alert {
    fn fact(&self, id: usize, late: usize) -> AlertFact {
        let risks = if late == 1 { self.later_risks } else { self.risks };
        AlertFact {
            risks: [RiskType::Choking, RiskType::Fire]
                .into_iter()
                .enumerate()
                .filter(|(at, _)| risks & (1 << at) != 0)
                .map(|(_, risk)| risk)
                .collect(),
            sold_online: self.online,
            notifier: self.notifier.map(|country| country.parse().unwrap()),
            confirmed: Some(format!("2027-0{}-11T08:00:00Z", self.month).parse().unwrap()),
            ..plain_alert(id)
        }
    }

    /// Its one value of a property.
    fn value(&self, property: By, late: usize) -> &'static str {
        match property {
            By::RiskType => {
                ["", "CHOKING", "FIRE", "SEVERAL"][if late == 1 { self.later_risks } else { self.risks }]
            }
            By::SoldOnline => self.online.map_or("", |online| if online { "YES" } else { "NO" }),
            By::Notifier => self.notifier.unwrap_or(""),
            other => panic!("{other:?}"),
        }
    }

    /// All that can be known of it.
    fn kind(&self, late: usize) -> (i8, [&'static str; 3]) {
        (self.month, [By::RiskType, By::SoldOnline, By::Notifier].map(|one| self.value(one, late)))
    }
}

/// The month as it counts at a time; one name where it counts the same at both.
fn month(alerts: &[Alert], month: i8, late: usize) -> String {
    let of = |late: usize| {
        let known = alerts.iter().filter(|alert| alert.month == month && alert.known[late]);
        let mut all: Vec<_> = known.map(|alert| alert.kind(late)).collect();
        all.sort_unstable();
        all
    };
    if of(0) == of(1) { format!("{month}") } else { format!("{month} {late}") }
}

/// The first and the last month, and the value; empty of all.
type Group = ((i8, i8), String);

/// Whoever everything is given to.
struct Others<'a> {
    alerts: &'a [Alert],
    facts: [Facts; 2],
    before: Vec<Release>,
    population: Population,
    /// What was told of all alerts of some months, or of those with a value, early and late.
    told: HashMap<Group, [Option<u64>; 2]>,
}

impl Others<'_> {
    fn hear(&mut self, given: &Publication) {
        let Publication { late, months, properties } = given;
        let day = |month: i8| jiff::civil::date(2027, month, 1);
        let days: Days = (day(months.0), day(months.1).last_of_month());
        let released = asked(days, |question, world| {
            let notified = Notified::of(question, &self.facts[*late], world);
            let budget = Budget::default();
            let judged = by(&self.before, Rule::of_least(LEAST), &budget);
            release(&notified, EventStatus::Actual, days, properties, judged)
        });
        // What is too large to be judged is given to nobody either.
        let Ok(Some(released)) = released else { return };
        self.say(*late, *months, None, released.total);
        for table in &released.tables {
            let Some(rows) = &table.rows else { continue };
            let mut silent: BTreeSet<&str> = self.values(table.property);
            for (value, count) in rows {
                silent.remove(value.id.as_str());
                self.say(*late, *months, Some((table.property, &value.id)), *count);
            }
            // What is in no row is not there.
            silent
                .into_iter()
                .for_each(|value| self.say(*late, *months, Some((table.property, value)), Some(0)));
        }
        let Released { draft, verdict, .. } = released;
        hardly_more_than_must_be(&draft, &verdict, &self.before, Rule::of_least(LEAST));
        self.before.push(news(published(draft, &verdict.withheld), &self.before));
    }

    /// All values that an alert may have, early or late; none of the time.
    fn values(&self, property: By) -> BTreeSet<&'static str> {
        match property {
            By::RiskType | By::SoldOnline | By::Notifier => {
                let of = |alert: &Alert| [0, 1].map(|late| alert.value(property, late));
                self.alerts.iter().flat_map(of).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    /// What was said of some months: of those with a value, or of all.
    fn say(&mut self, late: usize, months: (i8, i8), of: Option<(By, &str)>, count: Option<u64>) {
        // Of a month by itself.
        let (months, of) = match of {
            Some((By::Month, value)) => {
                let month = value.strip_prefix("2027-").unwrap().parse().unwrap();
                ((month, month), None)
            }
            of => (months, of),
        };
        let is_of = |alert: &&Alert| {
            let is_of_value = of.is_none_or(|(property, value)| {
                !matches!(property, By::RiskType | By::SoldOnline | By::Notifier)
                    || alert.value(property, late) == value
            });
            (months.0..=months.1).contains(&alert.month) && alert.known[late] && is_of_value
        };
        let truth = self.alerts.iter().filter(is_of).count() as u64;
        assert!(count.is_none_or(|count| count == truth || of.is_some_and(|(_, value)| !value.is_empty())));
        let key = (months, of.map_or_else(String::new, |(property, value)| format!("{property:?} {value}")));
        let known = &mut self.told.entry(key).or_default()[late];
        *known = known.or(count);
        let in_months = (months.0..=months.1).map(|one| month(self.alerts, one, late)).collect();
        let mut said_of = vec![Some(in_months), None, None];
        if let Some((property, value)) = of {
            let Some(at) = self.population.properties.iter().position(|one| *one == property) else { return };
            said_of[at] = Some(vec![value.to_owned()]);
        }
        let said = Said { of: said_of, count, truth };
        if (count.is_some() || truth > 0) && !self.population.said.contains(&said) {
            self.population.said.push(said);
        }
    }

    /// What came or went between two editions is not few, where both told of the same.
    fn changes_are_kept(&self) {
        for (of, told) in &self.told {
            if let [Some(before), Some(after)] = told {
                let change = before.abs_diff(*after);
                assert!(change == 0 || change >= LEAST, "{before} and then {after}: {of:?}");
            }
        }
    }

    /// Nor is anything known of few that have two values at once, of which nobody asked.
    fn pairs_are_kept(&self) {
        let Population { properties, values, said } = &self.population;
        let asked: BTreeSet<&Vec<String>> = said.iter().filter_map(|said| said.of[0].as_ref()).collect();
        let pairs = values[1].iter().flat_map(|one| values[2].iter().map(move |other| (one, other)));
        for (months, (one, other)) in
            asked.iter().flat_map(|months| pairs.clone().map(move |pair| (*months, pair)))
        {
            let late = usize::from(!months.iter().any(|month| month.ends_with(" 0")));
            let has = |alert: &&Alert| {
                alert.known[late]
                    && months.contains(&month(self.alerts, alert.month, late))
                    && alert.value(properties[1], late) == one
                    && alert.value(properties[2], late) == other
            };
            let truth = self.alerts.iter().filter(has).count() as u64;
            if truth > 0 && truth < LEAST {
                let of = vec![Some(months.clone()), Some(vec![one.clone()]), Some(vec![other.clone()])];
                let pair = Said { of, count: None, truth };
                self.population.is_wide(&pair, LEAST).unwrap_or_else(|problem| panic!("{problem}"));
            }
        }
    }
}

/// Gives how many of the publications others were given.
fn nothing_is_reckoned(alerts: &[Alert], pair: [By; 2], publications: &[Publication]) -> usize {
    let facts = [0, 1].map(|late| {
        let known = alerts.iter().enumerate().filter(|(_, alert)| alert.known[late]);
        Facts::of(known.map(|(id, alert)| Fact::Alert(alert.fact(id, late))), EventStatus::Actual)
    });
    let months: BTreeSet<String> =
        (1..=6).flat_map(|one| [0, 1].map(|late| month(alerts, one, late))).collect();
    let values = |property: By| {
        let of = |alert: &Alert| [0, 1].map(|late| alert.value(property, late).to_owned());
        let known: BTreeSet<String> = alerts.iter().flat_map(of).collect();
        known.into_iter().chain([OTHER.to_owned()]).collect::<Vec<String>>()
    };
    let population = Population {
        properties: vec![By::Month, pair[0], pair[1]],
        values: vec![months.into_iter().collect(), values(pair[0]), values(pair[1])],
        said: Vec::new(),
    };
    let mut others = Others { alerts, facts, before: Vec::new(), population, told: HashMap::new() };
    let mut in_order: Vec<&Publication> = publications.iter().collect();
    in_order.sort_by_key(|publication| publication.late);
    in_order.into_iter().for_each(|publication| others.hear(publication));
    if let Err(problem) = others.population.is_kept(LEAST) {
        panic!("{pair:?}: {problem}, after {publications:#?}");
    }
    others.changes_are_kept();
    others.pairs_are_kept();
    others.before.len()
}

/// The same alerts and publications each time.
#[test]
fn nobody_reckons_a_small_count_from_all_answers_and_reports() {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let random = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, random);
    let alerts = prop::collection::vec(alert(), 0..60);
    let cases = (alerts, prop::sample::select(PAIRS.to_vec()), prop::collection::vec(publication(), 1..8));
    let (asked, given) = (Cell::new(0), Cell::new(0));
    let outcome = runner.run(&cases, |(alerts, pair, publications)| {
        asked.set(asked.get() + publications.len());
        given.set(given.get() + nothing_is_reckoned(&alerts, pair, &publications));
        Ok(())
    });
    outcome.unwrap();
    println!("{} publications of {}", given.get(), asked.get());
    assert!(2 * given.get() > asked.get(), "not all is refused: {} of {}", given.get(), asked.get());
}
