//! What came in each month of the period.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{Question, words::text};
use crate::domain::{
    content::{Row, Table, Text, Value},
    facts::AlertFact,
};

/// How many there were, and how many of them are sold online.
type Counts = [u64; 2];

/// The months of the period up to its cut, those without a case too: how many cases there were, each on its day, and how many of them
/// are sold online.
pub(super) fn table<'a>(
    question: &Question<'_>,
    cases: impl IntoIterator<Item = (Date, Option<&'a AlertFact>)>,
    definition: Text,
) -> Table {
    let mut months: BTreeMap<String, Counts> = of_period(question);
    let mut all = 0;
    for (day, alert) in cases {
        let counts = months.entry(name(day)).or_default();
        all += 1;
        counts[0] += 1;
        counts[1] += u64::from(alert.is_some_and(|alert| alert.sold_online == Some(true)));
    }
    let rows = months.into_iter().map(|(month, counts)| Row {
        id: month.clone(),
        title: Text::same(month),
        values: counts.map(Value::Count).to_vec(),
    });
    Table {
        id: "by_month",
        title: text("By month", "按月份"),
        definition,
        columns: vec![text("alerts", "通报数"), text("of these sold online", "其中网上销售")],
        rows: rows.collect(),
        cases: all,
        overlapping: false,
    }
}

/// Nothing yet of each month of the period up to its cut.
pub(super) fn of_period<T: Default>(question: &Question<'_>) -> BTreeMap<String, T> {
    // The cut is the first instant that does not belong to it.
    let cut = question.cut.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(question.cut);
    let last = day_of(question, cut).min(question.period.last);
    let mut months = BTreeMap::new();
    let mut day = question.period.first.first_of_month();
    while day <= last {
        months.insert(name(day), T::default());
        let Ok(next) = day.last_of_month().tomorrow() else { break };
        day = next;
    }
    months
}

/// What the month of a day is called: `2026-11`.
pub(super) fn name(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The day of an instant in the zone of the period.
pub(super) fn day_of(question: &Question<'_>, time: Timestamp) -> Date {
    question.zone.to_datetime(time).date()
}
