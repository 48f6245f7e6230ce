//! Bulletins name alerts to others who are told numbers as well: neither tells more of the other than the list itself.

use std::{cell::Cell, collections::BTreeSet};

use proptest::{
    prelude::*,
    test_runner::{TestRng, TestRunner},
};
use seamless_reporting::domain::{
    facts::{AlertFact, Fact},
    figures::{Facts, statistics::Notified},
    model::{EventStatus, PublishedBulletin, Release, RiskType, StatisticsDimension as By},
    small_counts::{Days, Naming, Released, described, name_alerts, news, release},
};
use seamless_suppression::{Budget, Rule};

use crate::{
    asked, by, plain_alert, published,
    reckoned::{OTHER, Population, Said},
};

const LEAST: u64 = 3;
/// How many cooperations are looked at.
const CASES: u32 = 300;

/// The months of 2027 from the first to the last.
fn months(first: i8, last: i8) -> Days {
    (jiff::civil::date(2027, first, 1), jiff::civil::date(2027, last, 1).last_of_month())
}

/// An alert of a month.
#[derive(Clone, Debug)]
struct Alert {
    month: i8,
    origins: Vec<&'static str>,
    risks: Vec<RiskType>,
}

impl Alert {
    fn fact(&self, id: usize) -> AlertFact {
        AlertFact {
            origins: self.origins.iter().map(|country| country.parse().unwrap()).collect(),
            risks: self.risks.clone(),
            confirmed: Some(format!("2027-0{}-11T08:00:00Z", self.month).parse().unwrap()),
            ..plain_alert(id)
        }
    }

    /// Its one value of a property.
    fn value(&self, property: By) -> &'static str {
        let only = |values: Vec<&'static str>| match values[..] {
            [] => "",
            [one] => one,
            _ => "SEVERAL",
        };
        match property {
            By::Origin => only(self.origins.clone()),
            By::RiskType => only(self.risks.iter().map(|risk| (*risk).into()).collect()),
            other => panic!("{other:?}"),
        }
    }
}

/// Others who are told numbers, and given bulletins.
struct Others<'a> {
    alerts: &'a [Alert],
    before: Vec<Release>,
    named: BTreeSet<usize>,
}

impl<'a> Others<'a> {
    fn of(alerts: &'a [Alert]) -> Self {
        Self { alerts, before: Vec::new(), named: BTreeSet::new() }
    }

    fn notified<T>(&self, days: Days, ask: impl FnOnce(&Notified<'_>) -> T) -> T {
        let facts = self.alerts.iter().enumerate().map(|(id, alert)| Fact::Alert(alert.fact(id)));
        let facts = Facts::of(facts, EventStatus::Actual);
        asked(days, |question, world| ask(&Notified::of(question, &facts, world)))
    }

    /// What they are told; none where they are told nothing.
    fn told(&mut self, days: Days, properties: &[By]) -> Option<Released> {
        let budget = Budget::default();
        let judged = by(&self.before, Rule::of_least(LEAST), &budget);
        let released = self
            .notified(days, |alerts| release(alerts, EventStatus::Actual, days, properties, judged))
            .ok()
            .flatten()?;
        let kept = news(published(released.draft.clone(), &released.verdict.withheld), &self.before);
        self.before.push(kept);
        Some(released)
    }

    /// What they are told by one property, and of all; `-` where it is withheld.
    fn rows(&mut self, days: Days, property: By) -> Vec<String> {
        let Some(released) = self.told(days, &[property]) else { return Vec::new() };
        let shown = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
        let rows = released.tables[0].rows.iter().flatten();
        let rows = rows.map(|(value, count)| format!("{} {}", value.id, shown(*count)));
        rows.chain([format!("all {}", shown(released.total))]).collect()
    }

    /// Which alerts a bulletin lists.
    fn listed(&self, month: i8, origin: &str) -> Vec<usize> {
        let is_of = |alert: &Alert| alert.month == month && alert.origins.contains(&origin);
        self.alerts.iter().enumerate().filter(|(_, alert)| is_of(alert)).map(|(id, _)| id).collect()
    }

    /// They are given the bulletin of a month; which tables that would undo where they must not be.
    fn given(&mut self, month: i8, origin: &str) -> Result<(), Vec<String>> {
        let listed = self.listed(month, origin);
        let mut alerts: Vec<String> = listed.iter().map(|id| format!("notifications/{id}")).collect();
        alerts.sort();
        let days = months(month, month);
        let bulletin = PublishedBulletin {
            status: EventStatus::Actual,
            origin: origin.parse().unwrap(),
            month: days.0,
            days,
            alerts,
        };
        let budget = Budget::default();
        let judged = by(&self.before, Rule::of_least(LEAST), &budget);
        let id = uuid::Uuid::from_u128(self.before.len() as u128 + 1);
        let draft = match self.notified(days, |alerts| name_alerts(alerts, &bulletin, id, judged)).unwrap() {
            Naming::Kept(draft) => *draft,
            Naming::Undoes(tables) => return Err(tables.iter().map(described).collect()),
        };
        let kept = Release { bulletin: Some(bulletin), ..published(draft, &[]) };
        self.before.push(news(kept, &self.before));
        self.named.extend(listed);
        Ok(())
    }
}

/// So many alerts of a month from these countries.
fn from(month: i8, count: usize, origins: &[&'static str], risks: &[RiskType]) -> Vec<Alert> {
    vec![Alert { month, origins: origins.to_vec(), risks: risks.to_vec() }; count]
}

#[test]
fn a_bulletin_does_not_undo_what_was_withheld() {
    let alerts = [from(5, 8, &["CN"], &[]), from(5, 2, &["VN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN -", "VN -", "all 10"]);
    let undone = [
        "the numbers of alerts of 2027-05-01 to 2027-05-31".to_owned(),
        "the numbers of alerts by ORIGIN of 2027-05-01 to 2027-05-31".to_owned(),
    ];
    assert_eq!(others.given(5, "CN"), Err(undone.to_vec()), "ten less the eight that it lists are two");
    assert_eq!(others.given(5, "VN"), Err(undone[1..].to_vec()), "they were withheld, and so were the eight");
    // Of another month it tells nothing.
    let more = [alerts.clone(), from(6, 2, &["VN"], &[])].concat();
    others = Others { alerts: &more, ..others };
    assert_eq!(others.given(6, "VN"), Ok(()));
    // Nor where enough are left.
    let alerts = [from(5, 8, &["CN"], &[]), from(5, 5, &["VN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 5", "all 13"]);
    assert_eq!((others.given(5, "CN"), others.given(5, "VN")), (Ok(()), Ok(())));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 5", "all 13"], "what was told stays told");
    // By a longer time, too: two of the quarter would be left.
    let alerts = [from(4, 1, &["CN"], &[]), from(5, 9, &["CN"], &[]), from(6, 1, &["CN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.rows(months(4, 6), By::RiskType), [" 11", "all 11"]);
    assert_eq!(others.given(5, "CN").unwrap_err().len(), 2);
}

#[test]
fn what_is_told_after_a_bulletin_keeps_what_it_does_not_list() {
    let alerts = [from(5, 8, &["CN"], &[]), from(5, 2, &["VN"], &[])].concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.given(5, "CN"), Ok(()));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN -", "all -"]);
    // Those that are named are few for nobody: what everybody can count is told.
    assert_eq!(others.given(5, "VN").unwrap_err().len(), 2, "neither they nor all were told");
    let mut others = Others::of(&alerts);
    assert_eq!((others.given(5, "CN"), others.given(5, "VN")), (Ok(()), Ok(())));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 2", "all 10"]);
    // By another property as well: of the two that burn one is named.
    let burns = [RiskType::Burns];
    let alerts = [
        from(5, 6, &["CN"], &[]),
        from(5, 1, &["CN"], &burns),
        from(5, 6, &["VN"], &[]),
        from(5, 1, &["VN"], &burns),
    ]
    .concat();
    let mut others = Others::of(&alerts);
    assert_eq!(others.given(5, "CN"), Ok(()));
    assert_eq!(others.rows(months(5, 5), By::RiskType), ["BURNS -", " -", "all 14"]);
}

/// A later edition of a bulletin lists an alert that came since: it is named, so nobody need reckon it.
#[test]
fn a_later_edition_lists_what_came_since() {
    let at_first = [from(5, 8, &["CN"], &[]), from(5, 6, &["VN"], &[])].concat();
    let mut others = Others::of(&at_first);
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 8", "VN 6", "all 14"]);
    assert_eq!(others.given(5, "CN"), Ok(()));
    let later = [at_first.clone(), from(5, 1, &["CN"], &[])].concat();
    others = Others { alerts: &later, ..others };
    assert_eq!(others.given(5, "CN"), Ok(()));
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 9", "VN 6", "all 15"]);
    // One that is not named is few.
    let latest = [later.clone(), from(5, 1, &["VN"], &[])].concat();
    others = Others { alerts: &latest, ..others };
    assert_eq!(others.rows(months(5, 5), By::Origin), ["CN 9", "VN -", "all -"]);
}

/// What is given to others.
#[derive(Clone, Debug)]
enum Publication {
    Numbers { months: (i8, i8), property: Option<By> },
    Bulletin { month: i8, origin: &'static str },
}

fn publication() -> impl Strategy<Value = Publication> {
    let months = prop_oneof![3 => (1..=3_i8).prop_map(|month| (month, month)), 2 => Just((1, 3))];
    let property = prop_oneof![1 => Just(None), 3 => Just(Some(By::Origin)), 2 => Just(Some(By::RiskType))];
    let numbers = (months, property).prop_map(|(months, property)| Publication::Numbers { months, property });
    let origin = prop::sample::select(vec!["CN", "VN"]);
    let bulletin = (1..=3_i8, origin).prop_map(|(month, origin)| Publication::Bulletin { month, origin });
    prop_oneof![3 => numbers, 2 => bulletin]
}

fn alert() -> impl Strategy<Value = Alert> {
    let origins = prop_oneof![1 => Just(vec![]), 6 => Just(vec!["CN"]), 4 => Just(vec!["VN"]), 1 => Just(vec!["CN", "VN"])];
    let risks =
        prop_oneof![2 => Just(vec![RiskType::Fire]), 3 => Just(vec![RiskType::Choking]), 1 => Just(vec![])];
    (1..=3_i8, origins, risks).prop_map(|(month, origins, risks)| Alert { month, origins, risks })
}

/// Something that others heard of a group: how many of it were named by then.
struct Heard {
    months: (i8, i8),
    of: Option<(By, String)>,
    count: Option<u64>,
    named: u64,
}

impl Heard {
    fn is_of(&self, alert: &Alert) -> bool {
        let has = self.of.as_ref().is_none_or(|(property, value)| alert.value(*property) == value);
        (self.months.0..=self.months.1).contains(&alert.month) && has
    }
}

/// Whoever knows the named alerts reckons with the others alone. Gives how many publications there were, and how many bulletins.
fn nothing_is_reckoned(alerts: &[Alert], publications: &[Publication]) -> (usize, usize) {
    let mut others = Others::of(alerts);
    let mut heard: Vec<Heard> = Vec::new();
    let mut complete: Vec<(i8, &'static str)> = Vec::new();
    for publication in publications {
        match publication {
            Publication::Bulletin { month, origin } => {
                if others.given(*month, origin).is_ok() {
                    complete.push((*month, *origin));
                }
            }
            Publication::Numbers { months: days, property } => {
                let properties: Vec<By> = property.iter().copied().collect();
                let Some(released) = others.told(months(days.0, days.1), &properties) else { continue };
                let mut hear = |of: Option<(By, String)>, count: Option<u64>| {
                    let mut one = Heard { months: *days, of, count, named: 0 };
                    let named = others.named.iter().filter(|id| one.is_of(&alerts[**id])).count();
                    one.named = named as u64;
                    heard.push(one);
                };
                hear(None, released.total);
                for table in &released.tables {
                    let Some(rows) = &table.rows else { continue };
                    let mut silent: BTreeSet<&str> =
                        alerts.iter().map(|alert| alert.value(table.property)).collect();
                    for (value, count) in rows {
                        silent.remove(value.id.as_str());
                        hear(Some((table.property, value.id.clone())), *count);
                    }
                    silent
                        .into_iter()
                        .for_each(|value| hear(Some((table.property, value.to_owned())), Some(0)));
                }
            }
        }
    }
    let values = |property: By| {
        let known: BTreeSet<String> = alerts.iter().map(|alert| alert.value(property).to_owned()).collect();
        known.into_iter().chain([OTHER.to_owned()]).collect::<Vec<String>>()
    };
    let mut population = Population {
        properties: vec![By::Month, By::Origin, By::RiskType],
        values: vec![
            (1..=3).map(|month| month.to_string()).collect(),
            values(By::Origin),
            values(By::RiskType),
        ],
        said: Vec::new(),
    };
    let mut watched: Vec<Said> = Vec::new();
    for one in &heard {
        let all: Vec<usize> = (0..alerts.len()).filter(|id| one.is_of(&alerts[*id])).collect();
        let named = all.iter().filter(|id| others.named.contains(id)).count() as u64;
        let mut of =
            vec![Some((one.months.0..=one.months.1).map(|month| month.to_string()).collect()), None, None];
        if let Some((property, value)) = &one.of {
            let at = population.properties.iter().position(|known| known == property).unwrap();
            of[at] = Some(vec![value.clone()]);
        }
        let all = all.len() as u64;
        assert!(one.count.is_none_or(|count| count == all), "{:?}", one.of);
        let said = Said { of, count: one.count.map(|count| count - named), truth: all - named };
        // That some were not named by then says nothing of those that are not named by now.
        match one.count.is_some() || (one.named == named && said.truth > 0) {
            true if !population.said.contains(&said) => population.said.push(said),
            true => {}
            false => watched.push(said),
        }
    }
    // Of alerts from several countries nobody knows of which, so that another one may be among them.
    for (month, origin) in &complete {
        let of = vec![Some(vec![month.to_string()]), Some(vec![(*origin).to_owned()]), None];
        population.said.push(Said { of, count: Some(0), truth: 0 });
    }
    let kept = population
        .is_kept(LEAST)
        .and_then(|()| watched.iter().try_for_each(|said| population.is_wide(said, LEAST)));
    if let Err(problem) = kept {
        panic!("{problem}, after {publications:#?}");
    }
    (others.before.len(), complete.len())
}

/// The same alerts and publications each time.
#[test]
fn nobody_reckons_a_small_count_from_bulletins_and_numbers() {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let random = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, random);
    let cases = (prop::collection::vec(alert(), 0..60), prop::collection::vec(publication(), 1..8));
    let (asked, given, bulletins) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let outcome = runner.run(&cases, |(alerts, publications)| {
        let (all, of_bulletins) = nothing_is_reckoned(&alerts, &publications);
        asked.set(asked.get() + publications.len());
        given.set(given.get() + all);
        bulletins.set(bulletins.get() + of_bulletins);
        Ok(())
    });
    outcome.unwrap();
    assert!(2 * given.get() > asked.get(), "not all is refused: {} of {}", given.get(), asked.get());
    assert!(5 * bulletins.get() > given.get(), "nor are bulletins: {} of {}", bulletins.get(), given.get());
}
