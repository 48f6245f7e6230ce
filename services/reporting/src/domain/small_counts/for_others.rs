//! Answers and annual statistics for others than the side that notified the alerts: each count as they are told it.

use super::{Released, ReleasedTable};
use crate::domain::{
    content::{Content, Figure, Measured, Row, Section, Table, Text, Value, WITHHELD_CASES},
    figures::{
        Question, alerts, head,
        statistics::{Coordinate, Statistics, StatisticsQuery, StatisticsRow, columns, dimension_title},
        words::text,
    },
    model::{StatisticsDimension, StatisticsMeasure},
};

/// By what others are told of the alerts, in this order.
pub const PROPERTIES: [StatisticsDimension; 7] = [
    StatisticsDimension::RiskLevel,
    StatisticsDimension::Category,
    StatisticsDimension::RiskType,
    StatisticsDimension::Origin,
    StatisticsDimension::SoldOnline,
    StatisticsDimension::Notifier,
    StatisticsDimension::AlertMeasure,
];

/// What is counted, in both languages.
fn basis(question: &Question<'_>) -> Text {
    let period = question.period;
    let days = format!("{} – {} ({})", period.first, period.last, period.zone);
    text(
        &format!(
            "Alerts that the side of the owner itself notified, confirmed within {days}, by the time at which this was told; those that were \
             imported from another system by the day on which it notified them. Follow-ups to alerts of others are left out."
        ),
        &format!(
            "数据所有方自身发出、在 {days} 内确认的通报，按告知时间计；从其他系统导入的，按该系统的通报日期计。对他方通报的后续通报不计入。"
        ),
    )
}

/// The report, with least counts of so many.
#[must_use]
pub fn annual_for_others(question: &Question<'_>, released: &Released, least: u64) -> Content {
    let total = Figure {
        id: "total",
        title: text("Alerts", "通报数"),
        definition: basis(question),
        value: count(released.total),
        cases: released.total.unwrap_or(WITHHELD_CASES),
    };
    let tables = released.tables.iter().map(|table| table_of(table, released.total)).collect();
    let section = Section { id: "alerts", title: text("Alerts", "通报"), figures: vec![total], tables };
    let mut facts = head::facts(question);
    let last = least.saturating_sub(1);
    facts.push((
        Text::of("Small counts", "小计数"),
        Text::of(
            format!("Counts of 1 to {last}, and others from which they could be reckoned, are withheld."),
            format!("1 至 {last} 的计数以及可据以推算出它们的其他计数不予公布。"),
        ),
    ));
    Content {
        title: head::title(question, "Annual statistics", "年度统计"), facts, sections: vec![section]
    }
}

/// A count, or that it is withheld.
fn count(count: Option<u64>) -> Value {
    count.map_or(Value::Withheld, Value::Count)
}

/// The share of all of a count; withheld where one of both is.
fn share(count: Option<u64>, total: Option<u64>) -> Value {
    match count.zip(total) {
        Some((_, 0)) => Value::NoCases,
        Some((count, total)) => {
            Value::Share(Measured { value: count as f64 / total as f64, lower: None, upper: None })
        }
        None => Value::Withheld,
    }
}

/// The answer to a query about one property, or none.
pub fn statistics_for_others(
    question: &Question<'_>,
    query: &StatisticsQuery,
    released: &Released,
) -> Statistics {
    let row = |coordinates: Vec<Coordinate>, cases: Option<u64>| StatisticsRow {
        coordinates,
        values: query
            .measures
            .iter()
            .map(|measure| match measure {
                StatisticsMeasure::Alerts => count(cases),
                StatisticsMeasure::ShareOfAll => share(cases, released.total),
                // Not asked for others.
                _ => Value::Withheld,
            })
            .collect(),
        cases: cases.unwrap_or(WITHHELD_CASES),
    };
    let total = row(Vec::new(), released.total);
    let table = released.tables.first();
    let rows = table.and_then(|table| table.rows.as_ref()).into_iter().flatten();
    let is_left_out = table.is_some_and(|table| table.rows.is_none());
    Statistics {
        definition: basis(question),
        dimensions: query.dimensions.iter().map(|one| dimension_title(*one)).collect(),
        columns: columns(query),
        rows: rows.map(|(value, cases)| row(vec![value.clone()], *cases)).collect(),
        // That there are rows which are not told, and not how many.
        rest: is_left_out.then(|| (row(Vec::new(), None), 0)),
        total,
        overlapping: false,
    }
}

/// The most frequent first, what is not said behind it; last what is withheld, so that its place says nothing.
fn table_of(table: &ReleasedTable, total: Option<u64>) -> Table {
    let (id, title) = alerts::titled(table.property);
    let row = |(value, cases): &(Coordinate, Option<u64>)| Row {
        id: value.id.clone(),
        title: value.title.clone(),
        values: vec![count(*cases), share(*cases, total)],
    };
    let rows = match &table.rows {
        Some(rows) => {
            let mut rows: Vec<&(Coordinate, Option<u64>)> = rows.iter().collect();
            rows.sort_by_key(|(value, cases)| {
                (cases.is_none(), value.id.is_empty(), std::cmp::Reverse(*cases), value.id.clone())
            });
            rows.into_iter().map(row).collect()
        }
        // That there are such rows would tell too much.
        None => vec![Row {
            id: String::new(),
            title: text("withheld", "不予公布"),
            values: vec![Value::Withheld; 2],
        }],
    };
    Table {
        id,
        title,
        definition: text(
            "As the newest version says. Alerts of which several are said stand in one row of their own, and in no other.",
            "以最新版本为准。有多项的通报单列一行，不计入其他各行。",
        ),
        columns: vec![text("cases", "案例数"), text("share of all", "占比")],
        rows,
        cases: total.unwrap_or(WITHHELD_CASES),
        overlapping: false,
    }
}
