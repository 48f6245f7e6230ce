//! `seamless stats`: numbers, and the cases behind them.

use seamless_proto::seamless::reporting::v1 as wire;

use super::{
    event_status, number, numbered, pages,
    report_figures::{title, value},
    reports::{day, days_of},
    request_id,
};
use crate::{
    cli::{self, Counted, Language, StatsQuery, StatsRelease, Times},
    connection::Connection,
    error::Failure,
    output,
};

const DIMENSION: &str = "STATISTICS_DIMENSION_";
const MEASURE: &str = "STATISTICS_MEASURE_";

/// Carries the step out.
pub async fn run(connection: &Connection, step: cli::Stats, json: bool) -> Result<(), Failure> {
    match step {
        cli::Stats::Query(asked) => query(connection, asked, json).await,
        cli::Stats::Release(asked) => release(connection, asked, json).await,
        cli::Stats::Cases { counted, by, limit } => {
            let authority = counted.times.whose.clone();
            let asked = wire::StatisticsQuery { dimensions: dimensions(&by)?, ..query_of(counted)? };
            let mut total = 0;
            let cases = pages(limit, async |page_size, page_token| {
                let (query, authority) = (Some(asked.clone()), authority.clone());
                let request = wire::ListCasesRequest { query, authority, page_size, page_token };
                let page = connection.statistics().list_cases(request).await?.into_inner();
                total = page.total;
                Ok((page.cases, page.next_page_token))
            })
            .await?;
            list(&cases, total, &by, connection.language(), json)
        }
    }
}

async fn query(connection: &Connection, asked: StatsQuery, json: bool) -> Result<(), Failure> {
    let StatsQuery { counted, by, measure, top, ascending, limit, csv, definitions } = asked;
    let authority = counted.times.whose.clone();
    let query = query_of(counted)?;
    let measure = match (measure.is_empty(), query.subject()) {
        (false, _) => measure,
        (true, wire::StatisticsSubject::Cases) => vec!["cases".to_owned()],
        (true, _) => vec!["alerts".to_owned()],
    };
    let query = wire::StatisticsQuery {
        dimensions: dimensions(&by)?,
        measures: measures(&measure)?,
        order_by: numbered(top.as_deref(), MEASURE, wire::StatisticsMeasure::from_str_name)?,
        ascending,
        limit,
        ..query
    };
    let request = wire::QueryStatisticsRequest { query: Some(query), authority };
    let answer = connection.statistics().query_statistics(request).await?.into_inner();
    told(&answer, (&by, &measure), connection.language(), Printed { json, csv, definitions })
}

async fn release(connection: &Connection, asked: StatsRelease, json: bool) -> Result<(), Failure> {
    let StatsRelease { times, by, share, csv, definitions } = asked;
    let authority = times.whose.clone();
    let by: Vec<String> = by.into_iter().collect();
    let measure = ["alerts".to_owned(), "share-of-all".to_owned()];
    let measure = if share { &measure[..] } else { &measure[..1] };
    let query = wire::StatisticsQuery {
        subject: wire::StatisticsSubject::Alerts.into(),
        dimensions: dimensions(&by)?,
        measures: measures(measure)?,
        ..of_times(times, true)?
    };
    let (query, request_id) = (Some(query), request_id());
    let request = wire::ReleaseStatisticsRequest { query, authority, request_id, validate_only: false };
    let answer = connection.statistics().release_statistics(request).await?.into_inner();
    told(&answer, (&by, measure), connection.language(), Printed { json, csv, definitions })
}

/// How an answer is printed.
struct Printed {
    json: bool,
    csv: bool,
    definitions: bool,
}

fn told(
    answer: &wire::Statistics,
    (by, measures): (&[String], &[String]),
    language: Language,
    printed: Printed,
) -> Result<(), Failure> {
    match printed {
        Printed { json: true, .. } => output::json(answer),
        Printed { csv: true, .. } => comma_separated(answer, by, measures),
        Printed { definitions, .. } => {
            shown(answer, language, definitions);
            Ok(())
        }
    }
}

/// The query without dimensions and measures.
fn query_of(counted: Counted) -> Result<wire::StatisticsQuery, Failure> {
    let Counted { of, times, filter } = counted;
    let filter: Result<Vec<_>, Failure> = filter.iter().map(|one| condition(one)).collect();
    Ok(wire::StatisticsQuery {
        subject: number(&of, "STATISTICS_SUBJECT_", wire::StatisticsSubject::from_str_name)?,
        filter: filter?,
        ..of_times(times, false)?
    })
}

/// A query of these days; without any of the year that runs, or for others of the one before.
fn of_times(times: Times, for_others: bool) -> Result<wire::StatisticsQuery, Failure> {
    let Times { period, from, to, zone, status, whose: _ } = times;
    let (start, end) = match (from, to) {
        (Some(from), Some(to)) => (day("--from", &from)?, day("--to", &to)?),
        _ => days_of(period.as_deref(), wire::ReportTemplate::AnnualStatistics.into(), for_others, &zone)?,
    };
    Ok(wire::StatisticsQuery {
        period: Some(wire::ReportPeriod { start_date: Some(start), end_date: Some(end), time_zone: zone }),
        status: event_status(status).into(),
        ..wire::StatisticsQuery::default()
    })
}

fn measures(words: &[String]) -> Result<Vec<i32>, Failure> {
    words.iter().map(|word| number(word, MEASURE, wire::StatisticsMeasure::from_str_name)).collect()
}

fn dimensions(words: &[String]) -> Result<Vec<i32>, Failure> {
    words.iter().map(|word| dimension(word)).collect()
}

fn dimension(word: &str) -> Result<i32, Failure> {
    number(word, DIMENSION, wire::StatisticsDimension::from_str_name)
}

/// `origin=CN,VN`.
fn condition(text: &str) -> Result<wire::StatisticsCondition, Failure> {
    let wanted =
        || Failure::usage(format!("--where wants a property and its values: origin=CN,VN; got {text}"));
    let (property, values) = text.split_once('=').ok_or_else(wanted)?;
    Ok(wire::StatisticsCondition {
        dimension: dimension(property)?,
        values: values.split(',').map(|value| value.trim().to_owned()).collect(),
    })
}

fn shown(answer: &wire::Statistics, language: Language, definitions: bool) {
    let dimensions = answer.dimensions.iter().map(|one| title(Some(one), language));
    let columns = answer.columns.iter().map(|one| title(one.title.as_ref(), language));
    let head: Vec<String> = dimensions.chain(columns).collect();
    let names = answer.dimensions.len();
    let mut table = output::table(&head.iter().map(String::as_str).collect::<Vec<_>>());
    let values = |row: &wire::StatisticsRow| {
        row.values.iter().map(|one| value(Some(one), language)).collect::<Vec<_>>()
    };
    let named = |name: String| {
        let rest = std::iter::repeat_n(String::new(), names.saturating_sub(1));
        std::iter::once(name).take(names).chain(rest)
    };
    for row in &answer.rows {
        let names = row.coordinates.iter().map(|one| title(one.title.as_ref(), language));
        table.add_row(names.chain(values(row)));
    }
    let (rest, total) = match (language, answer.rest_rows) {
        (Language::En, 0) => ("others".to_owned(), "total"),
        (Language::En, rows) => (format!("{rows} others"), "total"),
        (Language::Zh, 0) => ("其余".to_owned(), "合计"),
        (Language::Zh, rows) => (format!("其余 {rows} 行"), "合计"),
    };
    if let Some(row) = &answer.rest {
        table.add_row(named(rest).chain(values(row)));
    }
    if let Some(row) = &answer.total {
        table.add_row(named(total.to_owned()).chain(values(row)));
    }
    output::line(table);
    if definitions {
        output::line(title(answer.definition.as_ref(), language));
        for column in &answer.columns {
            let (name, meaning) = (column.title.as_ref(), column.definition.as_ref());
            output::line(format!("  {}: {}", title(name, language), title(meaning, language)));
        }
    }
    if answer.overlapping {
        output::line(match language {
            Language::En => "one may stand in several rows: they do not add up to the total",
            Language::Zh => "同一项可列入多行，各行之和不等于合计",
        });
    }
    output::line(format!("as known at {} (UTC)", output::time(answer.cut_time.as_ref())));
}

/// A heading, a row each, the rest and the total last: `rest` and `total` stand where the first property would.
fn comma_separated(answer: &wire::Statistics, by: &[String], measures: &[String]) -> Result<(), Failure> {
    let fault = |error: csv::Error| Failure::while_doing("writing CSV", error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let row_word = by.is_empty().then_some("row");
    let head = by.iter().map(String::as_str).chain(row_word).chain(measures.iter().map(String::as_str));
    writer.write_record(head).map_err(fault)?;
    let names = by.len().max(1);
    let summary = |name: &str| {
        let empty = std::iter::repeat_n(String::new(), names - 1);
        std::iter::once(name.to_owned()).chain(empty).collect::<Vec<_>>()
    };
    let rows = answer
        .rows
        .iter()
        .map(|row| (row.coordinates.iter().map(|one| one.value.clone()).collect::<Vec<_>>(), row));
    let last = [("rest", &answer.rest), ("total", &answer.total)];
    let last = last.into_iter().filter_map(|(name, row)| Some((summary(name), row.as_ref()?)));
    for (names, row) in rows.chain(last) {
        writer.write_record(names.into_iter().chain(row.values.iter().map(plain))).map_err(fault)?;
    }
    let text = writer.into_inner().map_err(|error| Failure::while_doing("writing CSV", error))?;
    output::text(&text);
    Ok(())
}

/// A value for programs: a number, or nothing.
fn plain(value: &wire::Value) -> String {
    match &value.value {
        Some(wire::value::Value::Count(count)) => count.to_string(),
        Some(wire::value::Value::Share(share)) => share.value.to_string(),
        Some(wire::value::Value::Days(days)) => days.value.to_string(),
        Some(wire::value::Value::Number(number)) => number.value.to_string(),
        Some(wire::value::Value::Word(word)) => word.id.clone(),
        None if value.missing() == wire::MissingValue::Withheld => "withheld".to_owned(),
        None => String::new(),
    }
}

fn list(
    cases: &[wire::StatisticsCase],
    total: i64,
    by: &[String],
    language: Language,
    json: bool,
) -> Result<(), Failure> {
    if json {
        return cases.iter().try_for_each(output::json);
    }
    let head = ["case", "day", "sent (UTC)", "acknowledged (UTC)", "reacted (UTC)"];
    let head: Vec<&str> = head.into_iter().chain(by.iter().map(String::as_str)).collect();
    let mut table = output::table(&head);
    for case in cases {
        let name = if case.transmission.is_empty() { &case.notification } else { &case.transmission };
        let facts = [
            name.clone(),
            output::day(case.date.as_ref()),
            output::time(case.send_time.as_ref()),
            output::time(case.acknowledge_time.as_ref()),
            output::time(case.first_reaction_time.as_ref()),
        ];
        let property = |word: &String| {
            let of = dimension(word).unwrap_or_default();
            let values = case.coordinates.iter().filter(|one| one.dimension == of);
            values.map(|one| title(one.title.as_ref(), language)).collect::<Vec<_>>().join(", ")
        };
        table.add_row(facts.into_iter().chain(by.iter().map(property)));
    }
    output::line(table);
    output::line(format!("{} of {total} shown", cases.len()));
    Ok(())
}
