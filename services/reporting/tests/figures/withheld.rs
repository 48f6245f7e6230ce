//! Nobody who knows every answer and every edition of a report that was ever given to others reckons a small count.
//!
//! Alerts and cases are reckoned apart: who knows besides that nearly each alert was sent once is not reckoned with.

use std::{
    cell::Cell,
    collections::{BTreeSet, HashMap},
};

use jiff::Timestamp;
use proptest::{
    prelude::*,
    test_runner::{TestRng, TestRunner},
};
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::{Content, Row, Table, Text, Value, WITHHELD_CASES},
    facts::{AlertFact, Fact},
    figures::{
        Facts, Party, Question, content,
        statistics::{Condition, Coordinate, StatisticsQuery, StatisticsRow, World, statistics},
    },
    model::{
        EventStatus, Period, Release, ReportTemplate, RiskType, StatisticsDimension as By,
        StatisticsMeasure as Of, StatisticsSubject,
    },
    small_counts::{
        Draft, ReportScope, Verdict, draft_of_report, release, settle, shown_to_others, withheld_content,
        wrong_for_release,
    },
};
use seamless_suppression::{Budget, Rule};

use crate::{
    CUT, arrangements, by,
    fewest::hardly_more_than_must_be,
    history::{History, days, histories, instant},
    known, party, published,
    reckoned::{OTHER, Population, Said, named, sets_of},
    told::events_of,
};

/// The least count that is not small.
const LEAST: u64 = 3;
/// How many histories are looked at.
const CASES: u32 = 250;
/// The period here: from the first moment on, so that it has three months of two quarters.
const FIRST: i64 = 0;
/// When the earlier editions are made, of a period that goes on.
const EARLY: i64 = 130;

/// The months of the period.
const MONTHS: [&str; 3] = ["2027-02", "2027-03", "2027-04"];
/// What is given to others, of what was known early or at the end of the period.
#[derive(Clone, Debug)]
struct Publication {
    is_late: bool,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Answer(Asked),
    /// An edition of the annual statistics.
    Report,
}

/// A query: of which properties, with a condition or without, with what is counted of each row or without.
#[derive(Clone, Debug)]
struct Asked {
    of_alerts: bool,
    dimensions: Vec<usize>,
    by_quarter: bool,
    condition: Option<(usize, Vec<usize>)>,
    measured: bool,
}

fn publication() -> impl Strategy<Value = Publication> {
    let dimensions = prop::sample::subsequence(vec![0, 1, 2], 0..=2);
    let condition = prop::option::weighted(0.3, (0..3_usize, prop::collection::vec(0..3_usize, 1..3)));
    let asked = (any::<bool>(), dimensions, any::<bool>(), condition, any::<bool>());
    let asked = asked.prop_map(|(of_alerts, dimensions, by_quarter, condition, measured)| {
        // Alerts have one property besides the month.
        let is_known = |at: usize| at < 2 || !of_alerts;
        let dimensions: Vec<usize> = dimensions.into_iter().filter(|at| is_known(*at)).collect();
        let condition = condition.filter(|(of, _)| is_known(*of));
        What::Answer(Asked { of_alerts, by_quarter, condition, measured, dimensions })
    });
    let what = prop_oneof![4 => asked, 1 => Just(What::Report)];
    (prop::bool::weighted(0.6), what).prop_map(|(is_late, what)| Publication { is_late, what })
}

/// By what alerts and cases are told apart here: by the month, and by one or two other properties.
fn properties() -> impl Strategy<Value = [Vec<By>; 2]> {
    let with_month = |others: Vec<By>| std::iter::once(By::Month).chain(others).collect();
    let of_alerts = vec![By::RiskType, By::AlertState, By::SoldOnline, By::Notifier];
    let of_cases = vec![By::RiskType, By::SoldOnline, By::AlertState, By::Notifier, By::Recipient];
    let of_alerts = prop::sample::subsequence(of_alerts, 1).prop_map(with_month);
    let of_cases = prop::sample::subsequence(of_cases, 2).prop_map(with_month);
    (of_alerts, of_cases).prop_map(|(of_alerts, of_cases)| [of_alerts, of_cases])
}

/// What is known at a moment, and what was told of it.
struct Standing {
    facts: Facts,
    cut: Timestamp,
    /// Alerts, and cases.
    populations: [Population; 2],
}

/// Whoever everything is given to.
struct Others<'a> {
    owner: &'a Party,
    period: &'a Period,
    zone: &'a jiff::tz::TimeZone,
    world: World<'a>,
    /// Early, and late.
    standings: Vec<Standing>,
    before: Vec<Release>,
}

/// What is counted of each row besides.
fn measure(subject: StatisticsSubject) -> Of {
    if subject == StatisticsSubject::Alerts { Of::Withdrawn } else { Of::Reactions }
}

/// Some alerts are of two risks.
fn with_several(fact: Fact) -> Fact {
    match fact {
        Fact::Alert(alert) if alert.name.ends_with(['1', '2', '4']) && !alert.risks.is_empty() => {
            let mut risks = alert.risks;
            if !risks.contains(&RiskType::Burns) {
                risks.push(RiskType::Burns);
            }
            Fact::Alert(AlertFact { risks, ..alert })
        }
        other => other,
    }
}

/// The months of a quarter, out of these.
fn months_of<'m>(quarter: &str, months: &'m [String]) -> impl Iterator<Item = &'m String> {
    let last = if quarter.ends_with("Q1") { "2027-03" } else { "2027-12" };
    let first = if quarter.ends_with("Q1") { "2027-01" } else { "2027-04" };
    months.iter().filter(move |month| (first..=last).contains(&month.as_str()))
}

impl Population {
    /// Everything that a row says.
    fn row(&self, query: &StatisticsQuery, row: &StatisticsRow, truth: &StatisticsRow) -> Vec<Said> {
        let of = self.properties.iter().zip(&self.values).map(|(property, values)| {
            let is_it = |dimension: By| {
                dimension == *property || (dimension == By::Quarter && *property == By::Month)
            };
            let coordinate = query.dimensions.iter().zip(&row.coordinates).find(|(one, _)| is_it(**one));
            let condition = query.filter.iter().find(|one| one.dimension == *property);
            let may_be = |value: &&String| match coordinate {
                Some((By::Quarter, quarter)) => months_of(&quarter.id, values).any(|month| month == *value),
                Some((_, coordinate)) => named(value).any(|name| name == coordinate.id),
                None => true,
            };
            let is_in = |value: &&String| {
                let is_one =
                    |name: &str| condition.is_none_or(|one| one.values.iter().any(|value| value == name));
                named(value).any(is_one)
            };
            let is_open = coordinate.is_none() && condition.is_none();
            (!is_open).then(|| values.iter().filter(may_be).filter(is_in).cloned().collect())
        });
        let of: Vec<Option<Vec<String>>> = of.collect();
        let count = |value: &Value| if let Value::Count(count) = value { Some(*count) } else { None };
        let measured = query.measures.iter().zip(row.values.iter().zip(&truth.values));
        let mut all: Vec<Said> = measured
            .map(|(measure, (value, truth))| Said {
                of: of.clone(),
                holds: *measure != Of::Cases && *measure != Of::Alerts,
                count: count(value),
                truth: count(truth).unwrap(),
            })
            .collect();
        let cases = Some(row.cases).filter(|cases| *cases != WITHHELD_CASES);
        all.push(Said { of, holds: false, count: cases, truth: truth.cases });
        // A row may be there without a case in it: a month of a trend, or what is counted of each row.
        all.retain(|said| said.count.is_some() || said.truth > 0);
        all
    }

    /// What is in no row is not there.
    fn hear_of_none(&mut self, query: &StatisticsQuery, rows: &[StatisticsRow]) {
        let mut all: Vec<Vec<Coordinate>> = vec![Vec::new()];
        for dimension in &query.dimensions {
            let is_it = |one: &By| *one == *dimension || (*one == By::Month && *dimension == By::Quarter);
            let at = self.properties.iter().position(is_it).unwrap();
            let names: BTreeSet<&str> = match dimension {
                By::Quarter => ["2027-Q1", "2027-Q2"].into(),
                _ => self.values[at].iter().flat_map(|value| named(value)).collect(),
            };
            let with_each = |one: Vec<Coordinate>| {
                let with = |name: &&str| {
                    let coordinate = Coordinate { id: (*name).to_owned(), title: Text::same("") };
                    one.iter().cloned().chain([coordinate]).collect()
                };
                names.iter().map(with).collect::<Vec<Vec<Coordinate>>>()
            };
            all = all.into_iter().flat_map(with_each).collect();
        }
        let is_in = |row: &StatisticsRow, of: &[Coordinate]| {
            row.coordinates.iter().zip(of).all(|(one, other)| one.id == other.id)
        };
        all.retain(|of| !rows.iter().any(|row| is_in(row, of)));
        for coordinates in all {
            let none =
                StatisticsRow { coordinates, values: vec![Value::Count(0); query.measures.len()], cases: 0 };
            let said = self.row(query, &none, &none);
            self.said.extend(said);
        }
    }

    /// What a table of a report says, as its rows have these values of these properties; nothing where the properties are others.
    fn table(&mut self, told: &Table, truth: &Table, of: &[By], values: impl Fn(&Row) -> Vec<String>) {
        let any: Vec<Option<Vec<String>>> = vec![None; self.properties.len()];
        let total = Some(told.cases).filter(|cases| *cases != WITHHELD_CASES);
        self.said.push(Said { of: any.clone(), holds: false, count: total, truth: truth.cases });
        let places: Option<Vec<usize>> =
            of.iter().map(|one| self.properties.iter().position(|property| property == one)).collect();
        let Some(places) = places else { return };
        if told.rows.iter().any(|row| truth.rows.iter().all(|other| other.id != row.id)) {
            // That there are such rows would tell too much.
            return;
        }
        let mut known: Vec<Vec<String>> = Vec::new();
        for row in &told.rows {
            let truth = truth.rows.iter().find(|other| other.id == row.id).unwrap();
            let mut of = any.clone();
            for (at, value) in places.iter().zip(values(row)) {
                of[*at] = Some(
                    self.values[*at]
                        .iter()
                        .filter(|one| named(one).any(|name| name == value))
                        .cloned()
                        .collect(),
                );
            }
            known.push(values(row));
            for (column, (value, truth)) in row.values.iter().zip(&truth.values).enumerate() {
                let Value::Count(truth) = truth else { continue };
                let count = if let Value::Count(count) = value { Some(*count) } else { None };
                self.said.push(Said { of: of.clone(), holds: column > 0, count, truth: *truth });
            }
        }
        self.said.retain(|said| said.count.is_some() || said.truth > 0);
        if let [one, other] = places[..] {
            for (first, second) in self.values[one]
                .iter()
                .flat_map(|first| self.values[other].iter().map(move |second| (first, second)))
            {
                if !known.contains(&vec![first.clone(), second.clone()]) {
                    let mut of = any.clone();
                    (of[one], of[other]) = (Some(vec![first.clone()]), Some(vec![second.clone()]));
                    self.said.push(Said { of, holds: false, count: Some(0), truth: 0 });
                }
            }
        }
    }
}

impl<'a> Others<'a> {
    fn question(&self, cut: Timestamp) -> Question<'a> {
        Question {
            template: ReportTemplate::AnnualStatistics,
            owner: self.owner,
            partner: None,
            period: self.period,
            zone: self.zone,
            start: instant(FIRST),
            cut,
            status: EventStatus::Actual,
            arrangements: arrangements(),
        }
    }

    fn query(&self, subject: StatisticsSubject) -> StatisticsQuery {
        StatisticsQuery {
            subject,
            period: self.period.clone(),
            status: EventStatus::Actual,
            filter: Vec::new(),
            dimensions: Vec::new(),
            measures: vec![if subject == StatisticsSubject::Alerts { Of::Alerts } else { Of::Cases }],
            order_by: None,
            ascending: false,
            limit: 1_000,
        }
    }

    /// What is known when these acts have happened.
    fn stand(&mut self, history: &History, moment: i64, properties: &[Vec<By>; 2]) {
        let acts = history.acts.iter().filter(|act| act.at < moment).cloned().collect();
        let history = History { acts, made: history.made.clone() };
        let facts = known(&events_of(&history, "eu-just"), &self.owner.id).into_iter().map(with_several);
        let facts = Facts::of(facts, EventStatus::Actual);
        let cut = instant(moment);
        let subjects = [StatisticsSubject::Alerts, StatisticsSubject::Cases];
        let mut at = subjects.into_iter().zip(properties).map(|(subject, properties)| {
            let values = properties.iter().map(|property| {
                let query = StatisticsQuery { dimensions: vec![*property], ..self.query(subject) };
                let rows = statistics(&self.question(cut), &query, &facts, self.world).rows;
                let rows = rows.into_iter().filter(|row| row.cases > 0);
                let known: Vec<String> = rows.map(|row| row.coordinates[0].id.clone()).collect();
                match property {
                    By::Month => MONTHS.map(str::to_owned).to_vec(),
                    By::RiskType => sets_of(&known),
                    _ => known.into_iter().chain([OTHER.to_owned()]).collect(),
                }
            });
            Population { subject, properties: properties.clone(), values: values.collect(), said: Vec::new() }
        });
        let populations = [at.next().unwrap(), at.next().unwrap()];
        drop(at);
        self.standings.push(Standing { facts, cut, populations });
    }

    /// An answer; nobody gets anything where it would tell of few whatever is withheld.
    fn answer(&mut self, asked: &Asked, late: usize) {
        let standing = &self.standings[late];
        let population = &standing.populations[usize::from(!asked.of_alerts)];
        let filter = asked.condition.iter().filter_map(|(property, chosen)| {
            let known = &population.values[*property];
            let known: BTreeSet<&str> = known.iter().flat_map(|value| named(value)).collect();
            let known: Vec<&str> = known.into_iter().collect();
            let chosen: BTreeSet<String> = chosen
                .iter()
                .filter_map(|at| known.get(*at))
                .filter(|value| **value != OTHER)
                .map(|value| (*value).to_owned())
                .collect();
            let values: Vec<String> = chosen.into_iter().collect();
            (!values.is_empty()).then(|| Condition { dimension: population.properties[*property], values })
        });
        let dimension = |at: &usize| match population.properties[*at] {
            By::Month if asked.by_quarter => By::Quarter,
            other => other,
        };
        let plain = self.query(population.subject);
        let measured = asked.measured.then_some(measure(population.subject));
        let query = StatisticsQuery {
            filter: filter.collect(),
            dimensions: asked.dimensions.iter().map(dimension).collect(),
            measures: plain.measures.iter().copied().chain(measured).collect(),
            ..plain
        };
        if !wrong_for_release(&query).is_empty() {
            return;
        }
        let (question, rule) = (self.question(standing.cut), Rule::of_least(LEAST));
        let truth = statistics(&question, &query, &standing.facts, self.world);
        // What is too large to be judged is given to nobody either.
        let released = release(
            &question,
            &query,
            &standing.facts,
            self.world,
            by(&self.before, rule, &Budget::default()),
        );
        let Ok(Some(released)) = released else { return };
        let told = released.statistics;
        let population = &mut self.standings[late].populations[usize::from(!asked.of_alerts)];
        for (row, truth) in told.rows.iter().zip(&truth.rows).chain([(&told.total, &truth.total)]) {
            let said = population.row(&query, row, truth);
            population.said.extend(said);
        }
        if told.rows.len() == truth.rows.len() && !query.dimensions.is_empty() {
            population.hear_of_none(&query, &truth.rows);
        }
        self.publish(released.draft, &released.verdict);
    }

    /// An edition of the annual statistics; none where it would tell of few whatever is withheld.
    fn edition(&mut self, late: usize) {
        let (standing, rule) = (&self.standings[late], Rule::of_least(LEAST));
        let truth = shown_to_others(content(&self.question(standing.cut), standing.facts.clone()));
        let scope =
            ReportScope { template: "ANNUAL_STATISTICS", status: EventStatus::Actual, period: self.period };
        let (mut draft, places) = draft_of_report(&truth, scope);
        let Some(settled) =
            settle(&mut draft, &places.groups(), by(&self.before, rule, &Budget::default())).unwrap()
        else {
            return;
        };
        let told = withheld_content(truth.clone(), &places, &settled, rule);
        let [alerts, cases] = &mut self.standings[late].populations;
        for (id, holds) in [("total", false), ("withdrawn", true)] {
            let count = |content: &Content| {
                let figure = content.sections[0].figures.iter().find(|figure| figure.id == id).unwrap();
                if let Value::Count(count) = figure.value { Some(count) } else { None }
            };
            let truth = count(&truth).unwrap();
            alerts.said.push(Said {
                of: vec![None; alerts.properties.len()],
                holds,
                count: count(&told),
                truth,
            });
        }
        alerts.said.retain(|said| said.count.is_some() || said.truth > 0);
        let table = |content: &Content, section: usize, id: &str| {
            content.sections[section].tables.iter().find(|table| table.id == id).unwrap().clone()
        };
        for (id, property) in [
            ("by_risk_type", By::RiskType),
            ("by_sold_online", By::SoldOnline),
            ("by_notifying_country", By::Notifier),
        ] {
            let (told, truth) = (table(&told, 0, id), table(&truth, 0, id));
            alerts.table(&told, &truth, &[property], |row| vec![row.id.to_uppercase()]);
        }
        let (reactions, really) = (table(&told, 1, "reactions"), table(&truth, 1, "reactions"));
        cases.table(&reactions, &really, &[By::Notifier, By::Recipient], |row| {
            let (notifier, recipient) = row.id.split_once(' ').unwrap();
            // Where no country is said, the report names the authority.
            let notifier = if notifier.len() == 2 { notifier } else { "" };
            vec![notifier.to_owned(), recipient.to_owned()]
        });
        self.publish(draft, &settled.verdict);
    }

    fn publish(&mut self, draft: Draft, verdict: &Verdict) {
        hardly_more_than_must_be(&draft, verdict, &self.before, Rule::of_least(LEAST));
        self.before.push(published(draft, &verdict.withheld));
    }

    /// What came or went between two editions is not few, where both told of the same.
    fn changes_are_kept(&self) {
        for (early, late) in self.standings[0].populations.iter().zip(&self.standings[1].populations) {
            for one in &early.said {
                let same = late.said.iter().filter(|other| other.of == one.of && other.holds == one.holds);
                for (before, after) in same.filter_map(|other| one.count.zip(other.count)) {
                    let change = before.abs_diff(after);
                    assert!(change == 0 || change >= LEAST, "{before} and then {after}: {one:?}");
                }
            }
        }
    }
}

/// Gives how many of the publications others were given.
fn nothing_is_reckoned(history: &History, properties: &[Vec<By>; 2], publications: &[Publication]) -> usize {
    let owner = party("eu-just");
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::<AuthorityId, String>::new());
    let period = Period { first: jiff::civil::date(2027, 2, 12), last: days().1, zone: "UTC".to_owned() };
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let mut others = Others {
        owner: &owner,
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        world,
        standings: Vec::new(),
        before: Vec::new(),
    };
    others.stand(history, EARLY, properties);
    others.stand(history, CUT, properties);
    let mut in_order: Vec<&Publication> = publications.iter().collect();
    in_order.sort_by_key(|publication| publication.is_late);
    for publication in in_order {
        let late = usize::from(publication.is_late);
        match &publication.what {
            What::Answer(asked) => others.answer(asked, late),
            What::Report => others.edition(late),
        }
    }
    for population in others.standings.iter().flat_map(|standing| &standing.populations) {
        if let Err(problem) = population.is_kept(LEAST) {
            let by = &population.properties;
            panic!("{} {by:?}: {problem}, after {publications:#?}", Into::<&str>::into(population.subject));
        }
    }
    others.changes_are_kept();
    others.before.len()
}

/// The same histories and publications each time.
#[test]
fn nobody_reckons_a_small_count_from_all_answers_and_reports() {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let random = TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, random);
    let cases = (histories(), properties(), prop::collection::vec(publication(), 1..5));
    let (asked, given) = (Cell::new(0), Cell::new(0));
    let outcome = runner.run(&cases, |(history, properties, publications)| {
        asked.set(asked.get() + publications.len());
        given.set(given.get() + nothing_is_reckoned(&history, &properties, &publications));
        Ok(())
    });
    outcome.unwrap();
    println!("{} publications of {}", given.get(), asked.get());
    assert!(3 * given.get() > asked.get(), "not all is refused: {} of {}", given.get(), asked.get());
}
