//! Nobody who knows every answer that was ever given to others reckons a small count: one linear programme over everything that was told,
//! with the cases told apart by all properties at once.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use microlp::{ComparisonOp, Error, OptimizationDirection, Problem};
use proptest::prelude::*;
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::{Value, WITHHELD_CASES},
    figures::{
        Facts, Question,
        statistics::{Condition, StatisticsQuery, StatisticsRow, World, statistics},
    },
    model::{
        EventStatus, Period, Release, ReportTemplate, StatisticsDimension as By, StatisticsMeasure as Of,
        StatisticsSubject,
    },
    small_counts::release,
};
use seamless_suppression::Rule;

use crate::{
    CUT, START, arrangements,
    history::{History, histories, instant},
    known, party,
    told::events_of,
};

const LEAST: u64 = 3;
/// By what answers tell cases apart here.
const PROPERTIES: [By; 3] = [By::RiskType, By::FollowUpState, By::AlertState];

/// A query: of which properties, with a condition or without, with the acknowledged ones or without.
#[derive(Clone, Debug)]
struct Asked {
    dimensions: Vec<usize>,
    condition: Option<(usize, Vec<usize>)>,
    acknowledged: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    let dimensions = prop::sample::subsequence(vec![0, 1, 2], 0..=2);
    let condition = prop::option::weighted(0.3, (0..3_usize, prop::collection::vec(0..3_usize, 1..3)));
    (dimensions, condition, any::<bool>()).prop_map(|(dimensions, condition, acknowledged)| Asked {
        dimensions,
        condition,
        acknowledged,
    })
}

fn query() -> StatisticsQuery {
    StatisticsQuery {
        subject: StatisticsSubject::Cases,
        period: Period {
            first: "2027-01-01".parse().unwrap(),
            last: "2027-12-31".parse().unwrap(),
            zone: "UTC".to_owned(),
        },
        status: EventStatus::Actual,
        filter: Vec::new(),
        dimensions: Vec::new(),
        measures: vec![Of::Cases],
        order_by: None,
        ascending: false,
        limit: 1_000,
    }
}

/// Which values of each property there are.
type Values = Vec<Vec<String>>;

/// Something that was said of a group: its values of each property (none for whatever it may be), whether of the acknowledged alone, and
/// the count, if it was told.
struct Said {
    of: Vec<Option<Vec<String>>>,
    acknowledged: bool,
    count: Option<u64>,
    truth: u64,
}

/// Everything that a row says.
fn said(query: &StatisticsQuery, row: &StatisticsRow, truth: &StatisticsRow) -> Vec<Said> {
    let of = PROPERTIES.map(|property| {
        let coordinate = query.dimensions.iter().zip(&row.coordinates).find(|(one, _)| **one == property);
        let condition = query.filter.iter().find(|one| one.dimension == property);
        match (coordinate, condition) {
            (Some((_, value)), _) => Some(vec![value.id.clone()]),
            (None, Some(condition)) => Some(condition.values.clone()),
            (None, None) => None,
        }
    });
    let of = of.to_vec();
    let count = |value: &Value| if let Value::Count(count) = value { Some(*count) } else { None };
    let measured = query.measures.iter().zip(row.values.iter().zip(&truth.values));
    let mut all: Vec<Said> = measured
        .map(|(measure, (value, truth))| Said {
            of: of.clone(),
            acknowledged: *measure == Of::Acknowledged,
            count: count(value),
            truth: count(truth).unwrap(),
        })
        .collect();
    let cases = Some(row.cases).filter(|cases| *cases != WITHHELD_CASES);
    all.push(Said { of, acknowledged: false, count: cases, truth: truth.cases });
    all
}

/// All that cases can be: a value of each property, and acknowledged or not.
fn kinds(values: &Values) -> Vec<(Vec<String>, bool)> {
    let mut kinds: Vec<Vec<String>> = vec![Vec::new()];
    for values in values {
        let with_each = |kind: Vec<String>| {
            values.iter().map(move |value| kind.iter().chain([value]).cloned().collect()).collect::<Vec<_>>()
        };
        kinds = kinds.into_iter().flat_map(with_each).collect();
    }
    kinds.into_iter().flat_map(|kind| [(kind.clone(), false), (kind, true)]).collect()
}

impl Said {
    fn is_of(&self, (kind, acknowledged): &(Vec<String>, bool)) -> bool {
        let holds = self.of.iter().zip(kind);
        (*acknowledged || !self.acknowledged)
            && holds.into_iter().all(|(of, value)| of.as_ref().is_none_or(|of| of.contains(value)))
    }
}

/// Between which ends a group lies for whoever knows all that was said.
fn reckoned(said: &[Said], kinds: &[(Vec<String>, bool)], of: &Said) -> (f64, f64) {
    let end = |direction| {
        let mut problem = Problem::new(direction);
        let weight = |kind: &(Vec<String>, bool)| if of.is_of(kind) { 1.0 } else { 0.0 };
        let variables: Vec<_> =
            kinds.iter().map(|kind| problem.add_var(weight(kind), (0.0, f64::INFINITY))).collect();
        for one in said {
            let among = kinds.iter().zip(&variables).filter(|(kind, _)| one.is_of(kind));
            let sum: Vec<_> = among.map(|(_, variable)| (*variable, 1.0)).collect();
            match one.count {
                Some(count) => problem.add_constraint(sum, ComparisonOp::Eq, count as f64),
                None => problem.add_constraint(sum, ComparisonOp::Ge, 1.0),
            }
        }
        match problem.solve() {
            Ok(solution) => solution.objective(),
            Err(Error::Unbounded) => f64::INFINITY,
            Err(error) => panic!("{error}"),
        }
    };
    (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize))
}

fn nothing_is_reckoned(history: &History, queries: &[Asked]) {
    let id: AuthorityId = "eu-just".parse().unwrap();
    let facts = Facts::of(known(&events_of(history, "eu-just"), &id), EventStatus::Actual);
    let owner = party("eu-just");
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::new());
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let period = query().period;
    let question = Question {
        template: ReportTemplate::AnnualStatistics,
        owner: &owner,
        partner: None,
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: instant(START),
        cut: instant(CUT),
        status: EventStatus::Actual,
        arrangements: arrangements(),
    };
    let values: Values = PROPERTIES
        .iter()
        .map(|property| {
            let query = StatisticsQuery { dimensions: vec![*property], ..query() };
            let rows = statistics(&question, &query, &facts, world).rows;
            rows.into_iter().map(|row| row.coordinates[0].id.clone()).collect()
        })
        .collect();
    let kinds = kinds(&values);
    let (mut before, mut all): (Vec<Release>, Vec<Said>) = (Vec::new(), Vec::new());
    for asked in queries {
        let filter = asked.condition.iter().filter_map(|(property, chosen)| {
            let known = &values[*property];
            let chosen: BTreeSet<String> = chosen.iter().filter_map(|at| known.get(*at)).cloned().collect();
            let values: Vec<String> = chosen.into_iter().collect();
            (!values.is_empty()).then(|| Condition { dimension: PROPERTIES[*property], values })
        });
        let acknowledged = asked.acknowledged.then_some(Of::Acknowledged);
        let query = StatisticsQuery {
            filter: filter.collect(),
            dimensions: asked.dimensions.iter().map(|at| PROPERTIES[*at]).collect(),
            measures: std::iter::once(Of::Cases).chain(acknowledged).collect(),
            ..query()
        };
        let truth = statistics(&question, &query, &facts, world);
        let rule = Rule::of_least(LEAST);
        // Where it would tell of few whatever is withheld it is refused, and nobody gets anything.
        let released = release(&question, &query, &facts, world, (&before, rule)).unwrap();
        let Some(released) = released else { continue };
        let answer = released.statistics;
        for (row, truth) in answer.rows.iter().zip(&truth.rows) {
            all.extend(said(&query, row, truth));
        }
        all.extend(said(&query, &answer.total, &truth.total));
        // What is in no row is not there.
        if answer.rows.len() == truth.rows.len() && !query.dimensions.is_empty() {
            for kind in &kinds {
                let none = Said {
                    of: kind.0.iter().cloned().map(|value| Some(vec![value])).collect(),
                    acknowledged: false,
                    count: Some(0),
                    truth: 0,
                };
                let is_in = |condition: &Condition| {
                    let at = PROPERTIES.iter().position(|one| *one == condition.dimension).unwrap();
                    condition.values.contains(&kind.0[at])
                };
                let is_told = truth.rows.iter().any(|row| {
                    said(&query, row, row).last().is_some_and(|said| said.is_of(&(kind.0.clone(), true)))
                });
                if !is_told && query.filter.iter().all(is_in) && !kind.1 {
                    all.push(none);
                }
            }
        }
        let (cells, relations, tables) = released.draft.published(&released.verdict.withheld);
        before.push(Release {
            id: uuid::Uuid::from_u128(before.len() as u128),
            owner: id.clone(),
            published: true,
            cells,
            relations,
            tables,
            create_time: Timestamp::UNIX_EPOCH,
            revision: 1,
        });
    }
    for one in all.iter().filter(|one| one.truth > 0 && one.truth < LEAST) {
        assert_eq!(one.count, None, "a small count is told: {:?}", one.of);
    }
    for one in all.iter().filter(|one| one.count.is_none()) {
        let (lower, upper) = reckoned(&all, &kinds, one);
        let width = (LEAST - 1) as f64 - 1e-6;
        assert!(
            upper - lower >= width,
            "{} is from {lower} to {upper}: {:?} of {queries:?}",
            one.truth,
            one.of
        );
        let is_small = one.truth > 0 && one.truth < LEAST;
        assert!(!is_small || upper >= LEAST as f64 - 1e-6, "{} is at most {upper}: {:?}", one.truth, one.of);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nobody_reckons_a_small_count_from_all_answers(
        history in histories(),
        queries in prop::collection::vec(asked(), 1..6),
    ) {
        nothing_is_reckoned(&history, &queries);
    }
}
