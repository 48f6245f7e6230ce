//! What a statement is given for many rows at once, of one text for any number of them: the database prepares it once.

use sea_orm::{DbBackend, Value, sea_query::ArrayType};
use serde::Serialize;

use crate::domain::DomainError;

/// The values of a column, one for each row.
pub(super) enum Column {
    Texts(Vec<String>),
    Numbers(Vec<i64>),
}

/// Rows as a table `given` of these columns: on PostgreSQL an array for each, on SQLite all of them as JSON.
///
/// # Errors
/// `Fault` for what has no text, which nothing has.
pub(super) fn given<const COLUMNS: usize>(
    backend: DbBackend,
    columns: [(&str, Column); COLUMNS],
) -> Result<(String, Vec<Value>), DomainError> {
    let names = columns.each_ref().map(|(name, _)| *name);
    let columns = columns.map(|(_, column)| column);
    if backend == DbBackend::Postgres {
        let arrays = (1..).zip(&columns).map(|(number, column)| match column {
            Column::Texts(_) => format!("${number}::text[]"),
            Column::Numbers(_) => format!("${number}::int8[]"),
        });
        let arrays: Vec<String> = arrays.collect();
        let table = format!("UNNEST({}) AS given ({})", arrays.join(", "), names.join(", "));
        return Ok((table, columns.into_iter().map(array).collect()));
    }
    let rows = columns.iter().map(Column::len).max().unwrap_or_default();
    let rows = (0..rows).map(|row| Vec::from(columns.each_ref().map(|column| column.cell(row))));
    let json = json(&rows.collect::<Vec<_>>())?;
    let names = (0..).zip(names).map(|(place, name)| format!("value->>{place} AS {name}"));
    let table = format!("(SELECT {} FROM json_each($1)) AS given", names.collect::<Vec<_>>().join(", "));
    Ok((table, vec![json]))
}

/// Texts as one value: on PostgreSQL an array, on SQLite JSON.
///
/// # Errors
/// As [`given`].
pub(super) fn listed(backend: DbBackend, texts: Vec<&str>) -> Result<Value, DomainError> {
    match backend {
        DbBackend::Postgres => Ok(array(Column::Texts(texts.into_iter().map(str::to_owned).collect()))),
        _ => json(&texts),
    }
}

/// A value of a row.
#[derive(Serialize)]
#[serde(untagged)]
enum Cell<'c> {
    Text(&'c str),
    Number(i64),
    Missing,
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Self::Texts(texts) => texts.get(row).map(|text| Cell::Text(text)),
            Self::Numbers(numbers) => numbers.get(row).map(|number| Cell::Number(*number)),
        };
        cell.unwrap_or(Cell::Missing)
    }
}

fn array(column: Column) -> Value {
    let (kind, values): (_, Vec<Value>) = match column {
        Column::Texts(texts) => (ArrayType::String, texts.into_iter().map(Value::from).collect()),
        Column::Numbers(numbers) => (ArrayType::BigInt, numbers.into_iter().map(Value::from).collect()),
    };
    Value::Array(kind, Some(Box::new(values)))
}

fn json(rows: &impl Serialize) -> Result<Value, DomainError> {
    let text = serde_json::to_string(rows);
    Ok(text.map_err(|error| DomainError::Fault(format!("rows have no text: {error}")))?.into())
}
