//! Each cell of an answer equals a slow, independent calculation over random histories, and has as many cases behind it.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use seamless_calendar::Zones;
use seamless_identity::AuthorityId;
use seamless_reporting::domain::{
    figures::{
        Facts,
        statistics::{Condition, StatisticsQuery, StatisticsRow, World, found, statistics},
    },
    model::{EventStatus, Period, StatisticsDimension as By, StatisticsMeasure as Of, StatisticsSubject},
};

use crate::{
    READERS, START, about_histories,
    history::{History, days},
    known, party,
    random::histories,
    slow::{Asker, One, month, risk, shown},
    slow_times::{self, Wanted},
    told::events_of,
};

/// By whose clocks months begin.
const ZONE: &str = "Asia/Shanghai";

fn query(subject: StatisticsSubject, dimensions: &[By], measures: &[Of]) -> StatisticsQuery {
    StatisticsQuery {
        subject,
        period: Period { first: days().0, last: days().1, zone: ZONE.to_owned() },
        status: EventStatus::Actual,
        filter: Vec::new(),
        dimensions: dimensions.to_vec(),
        measures: measures.to_vec(),
        order_by: None,
        ascending: false,
        limit: 1_000,
    }
}

/// A row by what it is of.
fn named(row: &StatisticsRow) -> String {
    row.coordinates.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join(" ")
}

/// A row says what it should.
fn is_as_wanted(row: &StatisticsRow, wanted: &[Wanted], of: &str) {
    assert_eq!(row.values.len(), wanted.len(), "{of}");
    for (at, (value, wanted)) in row.values.iter().zip(wanted).enumerate() {
        assert!(wanted.is(value), "measure {at} of {of}: {value:?} instead of {wanted:?}");
    }
}

fn compare(history: &History, reader: &'static str) {
    let id: AuthorityId = reader.parse().unwrap();
    let facts = Facts::of(known(&events_of(history, reader), &id), EventStatus::Actual);
    let owner = party(reader);
    let (zones, jurisdictions) = (Zones::bundled(), HashMap::new());
    let world = World { zones: &zones, jurisdictions: &jurisdictions };
    let measures = [
        Of::Cases,
        Of::Alerts,
        Of::Acknowledged,
        Of::Open,
        Of::Reactions,
        Of::Measured,
        Of::ShareOnTime,
        Of::MedianDays,
        Of::MedianDaysNet,
    ];
    let asked = query(StatisticsSubject::Cases, &[By::RiskType, By::Month], &measures);
    let question = about_histories(&owner, &asked.period, &jurisdictions);
    let asker = Asker { history, reader, is_exercise: false };
    let seen = asker.seen();
    let new: Vec<&One<'_>> = seen.iter().filter(|one| one.sent >= START).collect();
    let answer = statistics(&question, &asked, &facts, world);
    let mut wanted: BTreeMap<String, Vec<&One<'_>>> = BTreeMap::new();
    for one in &new {
        let risk = risk(shown(history, one.alert, reader).risk);
        wanted.entry(format!("{risk} {}", month(one.sent, ZONE))).or_default().push(one);
    }
    let mut rows: Vec<String> = answer.rows.iter().map(named).collect();
    rows.sort();
    assert_eq!(rows, wanted.keys().cloned().collect::<Vec<_>>(), "for {reader}");
    for row in &answer.rows {
        is_as_wanted(row, &slow_times::measures(&wanted[&named(row)]), &named(row));
    }
    is_as_wanted(&answer.total, &slow_times::measures(&new), "the total");

    // By the reason for no measure, and by the actions of the measures: of this sending alone.
    let by_reason = query(StatisticsSubject::Cases, &[By::NoMeasureReason], &[Of::Cases]);
    let by_reason = statistics(&question, &by_reason, &facts, world);
    let mut wanted: BTreeMap<String, u64> = BTreeMap::new();
    for one in &new {
        let reason = if one.is_without_measure() { one.reason() } else { "" };
        *wanted.entry(reason.to_owned()).or_default() += 1;
    }
    let rows = by_reason.rows.iter().map(|row| (named(row), row.cases));
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), wanted, "for {reader}");
    let by_action = query(StatisticsSubject::Cases, &[By::MeasureAction], &[Of::Cases]);
    let by_action = statistics(&question, &by_action, &facts, world);
    let mut wanted: BTreeMap<String, u64> = BTreeMap::new();
    for action in new.iter().flat_map(|one| one.actions()) {
        *wanted.entry(action).or_default() += 1;
    }
    let rows = by_action.rows.iter().map(|row| (named(row), row.cases));
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), wanted, "for {reader}");

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

    // Alerts are counted as annual statistics count them, each in its month; one that was imported on the day that it had elsewhere.
    let alerts = query(StatisticsSubject::Alerts, &[By::Month], &[Of::Alerts, Of::Withdrawn]);
    let answer = statistics(&question, &alerts, &facts, world);
    let mut months: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for (month, [_, is_withdrawn, _]) in
        asker.alerts(ZONE).into_iter().filter(|(_, [.., follows_up])| !follows_up)
    {
        let counts = months.entry(month).or_default();
        counts[0] += 1;
        counts[1] += u64::from(is_withdrawn);
    }
    for row in &answer.rows {
        let counts = months.remove(&named(row)).unwrap_or_default();
        is_as_wanted(row, &counts.map(Wanted::Count), &named(row));
    }
    // A trend tells of months without cases too.
    assert!(months.is_empty(), "{months:?} for {reader}");
    let annual: HashMap<String, u64> = asker.annual().into_iter().collect();
    let of = |id: &str| Wanted::Count(annual.get(id).copied().unwrap_or_default());
    is_as_wanted(&answer.total, &[of("total"), of("withdrawn")], "the alerts");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_answer_equals_a_slow_calculation(history in histories()) {
        READERS.into_iter().for_each(|reader| compare(&history, reader));
    }
}
