//! Answers to questions about numbers: alerts or cases of a period, told apart by what they say. Counted as reports count.
//!
//! Invariants: a share, a median or a count of alerts is calculated over the cases of its row, also in the total and in the rest,
//! and never over other rows; the cells of an answer and the list of their cases come of the same members.

mod counted;
mod dimension;
mod measure;
mod member;
mod notified;
mod rows;
mod text_of;

use std::collections::HashMap;

use seamless_calendar::Zones;
use seamless_identity::AuthorityId;

use super::{Facts, Question};
use crate::domain::{
    content::{Text, Value},
    error::Violation,
    model::{EventStatus, Period, StatisticsDimension, StatisticsMeasure, StatisticsSubject},
};

pub use counted::{CaseKey, Found};
pub(in crate::domain) use dimension::title as dimension_title;
pub use dimension::{Coordinate, wrong_value};
pub use notified::{Notified, Tally};
pub(in crate::domain) use rows::columns;

/// The most rows of an answer.
pub const MOST_ROWS: usize = 1_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsQuery {
    pub subject: StatisticsSubject,
    pub period: Period,
    pub status: EventStatus,
    /// What is counted at all: what all of these hold of.
    pub filter: Vec<Condition>,
    pub dimensions: Vec<StatisticsDimension>,
    pub measures: Vec<StatisticsMeasure>,
    pub order_by: Option<StatisticsMeasure>,
    pub ascending: bool,
    /// 1 to [`MOST_ROWS`].
    pub limit: usize,
}

/// That a property has one of some values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub dimension: StatisticsDimension,
    /// As rows name them; empty for what is not said.
    pub values: Vec<String>,
}

/// Figures by what they are told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    pub definition: Text,
    pub dimensions: Vec<Text>,
    pub columns: Vec<Column>,
    pub rows: Vec<StatisticsRow>,
    /// All rows beyond the limit as one, and how many they are.
    pub rest: Option<(StatisticsRow, usize)>,
    pub total: StatisticsRow,
    /// A case stands in several rows.
    pub overlapping: bool,
}

/// What is said of each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub measure: StatisticsMeasure,
    pub title: Text,
    pub definition: Text,
}

/// A row: one coordinate for each dimension, none in the total and in the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticsRow {
    pub coordinates: Vec<Coordinate>,
    pub values: Vec<Value>,
    pub cases: u64,
}

/// What is known of the world besides the facts.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub zones: &'a Zones,
    /// The jurisdiction of each authority's side.
    pub jurisdictions: &'a HashMap<AuthorityId, String>,
}

/// What is wrong with a query beyond its fields: properties that its subject does not have. By the field within it.
#[must_use]
pub fn wrong(query: &StatisticsQuery) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let mut add = |field: String, description: String| wrong.push(Violation { field, description });
    if query.subject == StatisticsSubject::Alerts {
        let foreign = "wants a property of alerts; of cases alone is";
        for (index, condition) in query.filter.iter().enumerate() {
            if dimension::is_of_cases(condition.dimension) {
                let word: &str = condition.dimension.into();
                add(format!("filter[{index}].dimension"), format!("{foreign} {word}"));
            }
        }
        for (index, dimension) in query.dimensions.iter().enumerate() {
            if dimension::is_of_cases(*dimension) {
                let word: &str = (*dimension).into();
                add(format!("dimensions[{index}]"), format!("{foreign} {word}"));
            }
        }
    }
    for (index, measure) in query.measures.iter().enumerate() {
        let word: &str = (*measure).into();
        match (query.subject, measure::is_of_cases(*measure), measure::is_of_alerts(*measure)) {
            (StatisticsSubject::Alerts, true, _) => {
                add(
                    format!("measures[{index}]"),
                    format!("wants a measure of alerts; of cases alone is {word}"),
                );
            }
            (StatisticsSubject::Cases, _, true) => {
                add(
                    format!("measures[{index}]"),
                    format!("wants a measure of cases; of alerts alone is {word}"),
                );
            }
            _ => {}
        }
    }
    if let Some(order) = query.order_by.filter(|order| !query.measures.contains(order)) {
        let word: &str = order.into();
        add("order_by".to_owned(), format!("wants one of the measures of the query; got {word}"));
    }
    wrong
}

/// The answer to a query. `question` has its period and cut.
#[must_use]
pub fn statistics(
    question: &Question<'_>,
    query: &StatisticsQuery,
    facts: &Facts,
    world: World<'_>,
) -> Statistics {
    let members = counted::members(question, query, facts, world);
    rows::table(question, query, &members, world)
}

/// The cases that a query counts, the newest first.
#[must_use]
pub fn found(
    question: &Question<'_>,
    query: &StatisticsQuery,
    facts: &Facts,
    world: World<'_>,
) -> Vec<Found> {
    let mut found: Vec<Found> = counted::members(question, query, facts, world)
        .iter()
        .map(|member| member.found(question, &query.dimensions, world))
        .collect();
    found.sort_by(|one, other| other.key.cmp(&one.key));
    found
}
