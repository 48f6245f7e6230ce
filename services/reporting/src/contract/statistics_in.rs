//! Questions about numbers, parsed.

use seamless_api::Violations;
use seamless_identity::AuthorityId;
use seamless_proto::seamless::reporting::v1 as wire;

use super::report_in::period_in;
use crate::domain::{
    figures::statistics::{Condition, MOST_ROWS, StatisticsQuery, wrong_value},
    model::{EventStatus, StatisticsDimension, StatisticsMeasure, StatisticsSubject},
    use_cases::StatisticsRequest,
};

/// The most conditions of a filter.
const MOST_CONDITIONS: usize = 20;
/// The most values of a condition.
const MOST_VALUES: usize = 200;
/// The most dimensions.
const MOST_DIMENSIONS: usize = 3;
/// The most measures.
const MOST_MEASURES: usize = 8;

/// What is asked, and of whose facts; what is wrong is added. `with_measures` where measures count.
pub fn statistics_in(
    found: &mut Violations,
    query: Option<wire::StatisticsQuery>,
    authority: &str,
    with_measures: bool,
) -> Option<StatisticsRequest> {
    let authority = found.parsed("authority", authority, str::parse::<AuthorityId>);
    let Some(query) = query else {
        found.add("query", "is required");
        return None;
    };
    Some(StatisticsRequest { query: query_in(found, query, with_measures)?, authority })
}

fn query_in(
    found: &mut Violations,
    query: wire::StatisticsQuery,
    with_measures: bool,
) -> Option<StatisticsQuery> {
    let subject = found.required_vocabulary::<StatisticsSubject>("query.subject", query.subject);
    let status = match query.status {
        0 => EventStatus::Actual,
        number => found.required_vocabulary("query.status", number),
    };
    let period = match query.period {
        Some(period) => period_in(found, "query.period", period),
        None => {
            found.add("query.period", "is required");
            None
        }
    };
    let filter = found.bounded("query.filter", query.filter, MOST_CONDITIONS);
    let filter = filter.into_iter().enumerate().map(|(index, one)| condition_in(found, index, one)).collect();
    let dimensions =
        found.vocabularies::<StatisticsDimension>("query.dimensions", &query.dimensions, MOST_DIMENSIONS);
    each_once(found, "query.dimensions", &query.dimensions);
    let mut measures = Vec::new();
    let mut order_by = None;
    if with_measures {
        if query.measures.is_empty() {
            found.add("query.measures", "wants at least one measure");
        }
        measures = found.vocabularies::<StatisticsMeasure>("query.measures", &query.measures, MOST_MEASURES);
        each_once(found, "query.measures", &query.measures);
        order_by = found.vocabulary::<StatisticsMeasure>("query.order_by", query.order_by);
    }
    let limit = match usize::try_from(query.limit) {
        Ok(0) => MOST_ROWS,
        Ok(limit) if limit <= MOST_ROWS => limit,
        _ => {
            found.add("query.limit", format!("wants 0 to {MOST_ROWS}; got {}", query.limit));
            MOST_ROWS
        }
    };
    let ascending = query.ascending;
    Some(StatisticsQuery {
        subject,
        period: period?,
        status,
        filter,
        dimensions,
        measures,
        order_by,
        ascending,
        limit,
    })
}

/// That none of these is named again.
fn each_once(found: &mut Violations, field: &str, numbers: &[i32]) {
    for (at, number) in numbers.iter().enumerate().take(MOST_CONDITIONS) {
        if let Some(first) = numbers.iter().take(at).position(|one| one == number) {
            found.add(format!("{field}[{at}]"), format!("wants each once; it stands in {field}[{first}]"));
        }
    }
}

fn condition_in(found: &mut Violations, index: usize, condition: wire::StatisticsCondition) -> Condition {
    let field = format!("query.filter[{index}]");
    let wire::StatisticsCondition { dimension, values } = condition;
    let known = dimension;
    let dimension = found.required_vocabulary::<StatisticsDimension>(format!("{field}.dimension"), dimension);
    if values.is_empty() {
        found.add(format!("{field}.values"), "wants at least one value");
    }
    let values = found.bounded(format!("{field}.values"), values, MOST_VALUES);
    // Of a dimension that is not known no value is.
    if known == dimension as i32 {
        for (at, value) in values.iter().enumerate() {
            if let Some(wanted) = wrong_value(dimension, value) {
                found.add(format!("{field}.values[{at}]"), wanted);
            }
        }
    }
    Condition { dimension, values }
}
