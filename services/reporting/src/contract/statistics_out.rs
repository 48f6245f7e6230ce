//! Answers to questions about numbers, in the form of the contract.

use jiff::Timestamp;
use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::reporting::v1 as wire;

use super::{
    content_out::{cases_out, count_out, text_out, value_out},
    report_out::day_out,
};
use crate::domain::{
    figures::statistics::{Coordinate, Found, Statistics, StatisticsRow},
    model::StatisticsDimension,
};

/// The figures, with up to when cases count and how far the feeds were read.
#[must_use]
pub fn statistics_out(
    statistics: &Statistics,
    dimensions: &[StatisticsDimension],
    cut: Timestamp,
    sources: Vec<wire::SourceStanding>,
) -> wire::Statistics {
    let column = |column: &crate::domain::figures::statistics::Column| wire::StatisticsColumn {
        measure: column.measure as i32,
        title: text_out(&column.title),
        definition: text_out(&column.definition),
    };
    let rest = statistics.rest.as_ref();
    wire::Statistics {
        definition: text_out(&statistics.definition),
        dimensions: statistics.dimensions.iter().filter_map(text_out).collect(),
        columns: statistics.columns.iter().map(column).collect(),
        rows: statistics.rows.iter().map(|row| row_out(row, dimensions)).collect(),
        rest: rest.map(|(row, _)| row_out(row, dimensions)),
        rest_rows: rest.map_or(0, |(_, rows)| count_out(*rows as u64)),
        total: Some(row_out(&statistics.total, dimensions)),
        overlapping: statistics.overlapping,
        cut_time: Some(timestamp_out(cut)),
        sources,
    }
}

fn row_out(row: &StatisticsRow, dimensions: &[StatisticsDimension]) -> wire::StatisticsRow {
    let coordinates = dimensions.iter().zip(&row.coordinates);
    wire::StatisticsRow {
        coordinates: coordinates.map(|(dimension, value)| coordinate_out(*dimension, value)).collect(),
        values: row.values.iter().map(|value| value_out(*value)).collect(),
        cases: cases_out(row.cases),
    }
}

fn coordinate_out(dimension: StatisticsDimension, value: &Coordinate) -> wire::StatisticsCoordinate {
    wire::StatisticsCoordinate {
        dimension: dimension as i32,
        value: value.id.clone(),
        title: text_out(&value.title),
    }
}

/// A case behind a figure.
#[must_use]
pub fn case_out(found: &Found) -> wire::StatisticsCase {
    wire::StatisticsCase {
        notification: found.alert.clone(),
        transmission: found.sending.clone(),
        date: Some(day_out(found.day)),
        send_time: found.sent.map(timestamp_out),
        acknowledge_time: found.acknowledged.map(timestamp_out),
        first_reaction_time: found.reacted.map(timestamp_out),
        coordinates: found
            .coordinates
            .iter()
            .map(|(dimension, value)| coordinate_out(*dimension, value))
            .collect(),
    }
}
