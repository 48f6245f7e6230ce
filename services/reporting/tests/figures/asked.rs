//! Each cell of an answer equals a slow, independent calculation over random histories, and has as many cases behind it.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    content::Value,
    figures::{
        Facts, Question,
        statistics::{Condition, StatisticsQuery, StatisticsRow, World, found, statistics},
    },
    model::{
        EventStatus, Period, ReportTemplate, StatisticsDimension as By, StatisticsMeasure as Of,
        StatisticsSubject,
    },
};

use crate::{
    CUT, START, arrangements,
    history::{Act, events_of, histories},
    hour, known, party, slow,
};

fn query(subject: StatisticsSubject, dimensions: &[By], measures: &[Of]) -> StatisticsQuery {
    StatisticsQuery {
        subject,
        period: Period {
            first: "2027-01-01".parse().unwrap(),
            last: "2027-12-31".parse().unwrap(),
            zone: "Asia/Shanghai".to_owned(),
        },
        status: EventStatus::Actual,
        filter: Vec::new(),
        dimensions: dimensions.to_vec(),
        measures: measures.to_vec(),
        order_by: None,
        ascending: false,
        limit: 1_000,
    }
}

/// The counts of a row.
fn counts(row: &StatisticsRow) -> Vec<u64> {
    let count = |value: &Value| match value {
        Value::Count(count) => *count,
        other => panic!("{other:?} is no count"),
    };
    row.values.iter().map(count).collect()
}

/// A row by what it is of.
fn named(row: &StatisticsRow) -> String {
    row.coordinates.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(" ")
}

fn compare(acts: &[Act], reader: &str) {
    let id: AuthorityId = reader.parse().unwrap();
    let facts = Facts::of(known(&events_of(acts, reader), &id), EventStatus::Actual);
    let owner = party(reader);
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::new());
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let measures = [Of::Cases, Of::Alerts, Of::Acknowledged, Of::Open];
    let asked = query(StatisticsSubject::Cases, &[By::RiskType, By::Month], &measures);
    let question = Question {
        template: ReportTemplate::AnnualStatistics,
        owner: &owner,
        partner: None,
        period: &asked.period,
        zone: &jiff::tz::TimeZone::UTC,
        start: hour(START),
        cut: hour(CUT),
        status: EventStatus::Actual,
        arrangements: arrangements(),
    };
    let answer = statistics(&question, &asked, &facts, world);
    let rows: BTreeMap<String, Vec<u64>> = answer.rows.iter().map(|row| (named(row), counts(row))).collect();
    let wanted = slow::cases_by_risk_and_month(acts, reader);
    let all = wanted
        .values()
        .fold(vec![0; 4], |sum, row| sum.iter().zip(row).map(|(one, more)| one + more).collect());
    let distinct = slow::alerts_sent(acts, reader);
    assert_eq!(rows, wanted, "for {reader}");
    assert_eq!(counts(&answer.total), [all[0], distinct, all[2], all[3]], "the total for {reader}");

    // As many cases stand behind each cell.
    for row in &answer.rows {
        let conditions = asked.dimensions.iter().zip(&row.coordinates);
        let filter = conditions
            .map(|(dimension, value)| Condition { dimension: *dimension, values: vec![value.id.clone()] })
            .collect();
        let behind = found(&question, &StatisticsQuery { filter, ..asked.clone() }, &facts, world);
        assert_eq!(behind.len() as u64, row.cases, "behind {}", named(row));
        assert!(behind.windows(2).all(|pair| pair[0].key > pair[1].key), "the newest first, each once");
    }

    // The rows beyond the limit are told as one, and nothing is lost by it.
    let top = StatisticsQuery { order_by: Some(Of::Cases), limit: 1, ..asked.clone() };
    let top = statistics(&question, &top, &facts, world);
    let rest = top.rest.as_ref().map_or(0, |(row, _)| row.cases);
    assert_eq!(top.rows.iter().map(|row| row.cases).sum::<u64>() + rest, answer.total.cases);
    assert_eq!(top.rows.len() + top.rest.as_ref().map_or(0, |(_, rows)| *rows), answer.rows.len());
    assert_eq!(top.rows.first().map(|row| row.cases), answer.rows.iter().map(|row| row.cases).max());

    // Alerts are counted as annual statistics count them.
    let alerts = query(StatisticsSubject::Alerts, &[], &[Of::Alerts, Of::Withdrawn]);
    let total = statistics(&question, &alerts, &facts, world).total;
    let annual: HashMap<String, u64> = slow::annual(acts, reader).into_iter().collect();
    let of = |id: &str| annual.get(id).copied().unwrap_or_default();
    assert_eq!(counts(&total), [of("total"), of("withdrawn")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_answer_equals_a_slow_calculation(acts in histories()) {
        compare(&acts, "cn-gacc");
        compare(&acts, "eu-just");
    }
}
