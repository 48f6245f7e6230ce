//! Rows of an answer: grouped, ordered, cut at the limit, each calculated over its own cases.

use std::{cmp::Ordering, collections::BTreeMap};

use jiff::civil::Date;

use super::{
    Column, Coordinate, Statistics, StatisticsQuery, StatisticsRow, World, dimension, dimension::coordinates,
    measure, member::Member,
};
use crate::domain::{
    content::{Text, Value},
    figures::{Question, words::text},
    model::{StatisticsDimension, StatisticsMeasure, StatisticsSubject},
};

/// The members of a row, by its coordinates in their order.
type Groups<'m, 'a> = BTreeMap<Vec<(bool, String)>, (Vec<Coordinate>, Vec<&'m Member<'a>>)>;

/// The answer.
pub(super) fn table(
    question: &Question<'_>,
    query: &StatisticsQuery,
    members: &[Member<'_>],
    world: World<'_>,
) -> Statistics {
    let all: Vec<&Member<'_>> = members.iter().collect();
    let row = |coordinates: Vec<Coordinate>, members: &[&Member<'_>]| StatisticsRow {
        coordinates,
        values: query.measures.iter().map(|one| measure::value(*one, question, members, all.len())).collect(),
        cases: members.len() as u64,
    };
    let (groups, overlapping) = groups(question, query, members, world);
    let mut rows: Vec<(StatisticsRow, Vec<&Member<'_>>)> =
        groups.into_values().map(|(coordinates, members)| (row(coordinates, &members), members)).collect();
    if let Some(at) = query.order_by.and_then(|order| query.measures.iter().position(|one| *one == order)) {
        // Rows with the same value stay in the order of their coordinates.
        rows.sort_by(|(one, _), (other, _)| match (one.values.get(at), other.values.get(at)) {
            (Some(one), Some(other)) => compared(one, other, query.ascending),
            _ => Ordering::Equal,
        });
    }
    let beyond = rows.split_off(rows.len().min(query.limit));
    let rest = (!beyond.is_empty()).then(|| {
        let mut members: Vec<&Member<'_>> = beyond.iter().flat_map(|(_, members)| members.clone()).collect();
        // One that stands in several of these rows counts once.
        members.sort_by_key(|member| std::ptr::from_ref::<Member<'_>>(*member));
        members.dedup_by(|one, other| std::ptr::eq(*one, *other));
        (row(Vec::new(), &members), beyond.len())
    });
    Statistics {
        definition: definition(question, query.subject),
        dimensions: query.dimensions.iter().map(|one| dimension::title(*one)).collect(),
        columns: columns(query),
        rows: rows.into_iter().map(|(row, _)| row).collect(),
        rest,
        total: row(Vec::new(), &all),
        overlapping,
    }
}

/// What is said of each row.
pub(in crate::domain) fn columns(query: &StatisticsQuery) -> Vec<Column> {
    let column = |one: &StatisticsMeasure| Column {
        measure: *one,
        title: measure::title(*one),
        definition: measure::definition(*one),
    };
    query.measures.iter().map(column).collect()
}

/// Each member under all combinations of its values; and whether one stands in several rows.
fn groups<'m, 'a>(
    question: &Question<'_>,
    query: &StatisticsQuery,
    members: &'m [Member<'a>],
    world: World<'_>,
) -> (Groups<'m, 'a>, bool) {
    let mut groups = Groups::new();
    let mut overlapping = false;
    if query.dimensions.is_empty() {
        return (groups, overlapping);
    }
    if let ([dimension], None) = (query.dimensions.as_slice(), query.order_by) {
        for time in times(*dimension, question.period.first, question.period.last) {
            groups.insert(vec![key(&time)], (vec![time], Vec::new()));
        }
    }
    for member in members {
        let mut rows: Vec<Vec<Coordinate>> = vec![Vec::new()];
        for dimension in &query.dimensions {
            let values = coordinates(*dimension, member, question, world);
            let with_each = |row: Vec<Coordinate>| {
                let with = |value: &Coordinate| row.iter().chain([value]).cloned().collect::<Vec<_>>();
                values.iter().map(with).collect::<Vec<_>>()
            };
            rows = rows.into_iter().flat_map(with_each).collect();
        }
        overlapping |= rows.len() > 1;
        for row in rows {
            let at = row.iter().map(key).collect();
            groups.entry(at).or_insert_with(|| (row, Vec::new())).1.push(member);
        }
    }
    (groups, overlapping)
}

fn key(value: &Coordinate) -> (bool, String) {
    let (is_last, id) = value.order();
    (is_last, id.to_owned())
}

/// All values that a time dimension has within the period; none of another dimension.
pub(super) fn times(dimension: StatisticsDimension, first: Date, last: Date) -> Vec<Coordinate> {
    let mut times: Vec<Coordinate> = Vec::new();
    let mut day = first.first_of_month();
    while day <= last {
        let Some(time) = dimension::time_of(dimension, day) else { return times };
        if times.last() != Some(&time) {
            times.push(time);
        }
        let Ok(next) = day.last_of_month().tomorrow() else { return times };
        day = next;
    }
    times
}

/// The greater first, or the smaller; what has no value last.
fn compared(one: &Value, other: &Value, ascending: bool) -> Ordering {
    let number = |value: &Value| match value {
        Value::Count(count) => Some(*count as f64),
        Value::Share(measured) | Value::Days(measured) | Value::Number(measured) => Some(measured.value),
        Value::Word(_) | Value::NoCases | Value::FewerThanHalf | Value::NotYetKnown | Value::Withheld => None,
    };
    match (number(one), number(other)) {
        (Some(one), Some(other)) if ascending => one.total_cmp(&other),
        (Some(one), Some(other)) => other.total_cmp(&one),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// What is counted.
fn definition(question: &Question<'_>, subject: StatisticsSubject) -> Text {
    let period = question.period;
    let days = format!("{} – {} ({})", period.first, period.last, period.zone);
    match subject {
        StatisticsSubject::Alerts => text(
            &format!(
                "Alerts that were confirmed within {days}, by the time at which this was told; those that were imported from another system \
                 by the day on which it notified them. Follow-ups to alerts of others, and alerts to which the right was lost since, are \
                 left out. What alerts say is as the newest version that the owner of the figures is shown says."
            ),
            &format!(
                "在 {days} 内确认的通报，按告知时间计；从其他系统导入的，按该系统的通报日期计。对他方通报的后续通报以及其后丧失查看权的\
                 通报不计入。通报内容以数据所有者可见的最新版本为准。"
            ),
        ),
        StatisticsSubject::Cases => text(
            &format!(
                "Alerts that were sent within {days}, by the time of sending, each sending by itself. Those to which the right was lost since \
                 are left out. What alerts say is as the newest version that the owner of the figures is shown says."
            ),
            &format!(
                "在 {days} 内发送的通报，按发送时间计，每次发送分别计数。其后丧失查看权的不计入。通报内容以数据所有者可见的最新版本为准。"
            ),
        ),
    }
}
