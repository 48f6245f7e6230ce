//! Inserts many screenings: on PostgreSQL with one array for each column, on SQLite many rows at a time.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value, sea_query::ArrayType};

use seamless_commit::CommitError;
use seamless_storage::insert_rows;
use uuid::Uuid;

use super::entities::screening::Model;

/// In the order in which rows give their values.
const COLUMNS: [(&str, &str); 26] = [
    ("id", "uuid"),
    ("authority", "text"),
    ("entry_point", "text"),
    ("day", "int4"),
    ("area", "text"),
    ("lane", "int2"),
    ("lane_otherwise", "int2"),
    ("selection", "int2"),
    ("inspected", "bool"),
    ("status", "int2"),
    ("time", "int8"),
    ("probability", "float8"),
    ("expected_harm", "float8"),
    ("fingerprint", "int8"),
    ("document", "text"),
    ("origin", "text"),
    ("alerted", "bool"),
    ("exhausted", "bool"),
    ("declared", "text"),
    ("version", "int4"),
    ("first", "uuid"),
    ("superseded_by", "uuid"),
    ("revision", "int8"),
    ("without_chance", "bool"),
    ("arrives_at", "text"),
    ("arrives_day", "int4"),
];

/// Inserts new screenings.
///
/// # Errors
/// Those of the database: that of a taken key if one of them was decided before.
pub(super) async fn insert(tx: &DatabaseTransaction, rows: &[Model]) -> Result<(), CommitError> {
    if rows.is_empty() {
        return Ok(());
    }
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(by_columns(rows)).await?;
        return Ok(());
    }
    let names = COLUMNS.map(|(name, _)| name);
    Ok(insert_rows(tx, "screening", names, rows.iter().map(values)).await?)
}

/// One array for each column: the statement is the same for any number of rows.
fn by_columns(rows: &[Model]) -> Statement {
    let names = COLUMNS.map(|(name, _)| name).join(", ");
    let (mut arrays, mut taken) = (String::new(), String::new());
    for (number, (name, kind)) in (1..).zip(COLUMNS) {
        let comma = if number > 1 { ", " } else { "" };
        // An array has no place for what is missing.
        let given = match name {
            "area" => "NULLIF(area, '')",
            "origin" => "NULLIF(origin, '')",
            "declared" => "NULLIF(declared, '')",
            "arrives_at" => "NULLIF(arrives_at, '')",
            "arrives_day" => "NULLIF(arrives_day, -1)",
            "first" => "NULLIF(first, '00000000-0000-0000-0000-000000000000')",
            "superseded_by" => "NULLIF(superseded_by, '00000000-0000-0000-0000-000000000000')",
            _ => name,
        };
        // Writing to a string does not fail.
        let _ = write!(arrays, "{comma}${number}::{kind}[]");
        let _ = write!(taken, "{comma}{given}");
    }
    let sql =
        format!("INSERT INTO screening ({names}) SELECT {taken} FROM UNNEST({arrays}) AS given ({names})");
    let mut columns: Vec<Vec<Value>> = COLUMNS.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(values(row)) {
            column.push(match value {
                Value::String(None) => String::new().into(),
                Value::Uuid(None) => Uuid::nil().into(),
                // No day on which goods arrive.
                Value::Int(None) => (-1_i32).into(),
                value => value,
            });
        }
    }
    let kinds = COLUMNS.map(|(_, kind)| match kind {
        "uuid" => ArrayType::Uuid,
        "int2" => ArrayType::SmallInt,
        "int4" => ArrayType::Int,
        "int8" => ArrayType::BigInt,
        "bool" => ArrayType::Bool,
        "float8" => ArrayType::Double,
        _ => ArrayType::String,
    });
    let arrays = kinds.into_iter().zip(columns);
    let arrays = arrays.map(|(kind, column)| Value::Array(kind, Some(Box::new(column))));
    Statement::from_sql_and_values(DbBackend::Postgres, sql, arrays)
}

fn values(row: &Model) -> [Value; 26] {
    [
        row.id.into(),
        row.authority.clone().into(),
        row.entry_point.clone().into(),
        row.day.into(),
        row.area.clone().into(),
        row.lane.into(),
        row.lane_otherwise.into(),
        row.selection.into(),
        row.inspected.into(),
        row.status.into(),
        row.time.into(),
        row.probability.into(),
        row.expected_harm.into(),
        row.fingerprint.into(),
        row.document.clone().into(),
        row.origin.clone().into(),
        row.alerted.into(),
        row.exhausted.into(),
        row.declared.clone().into(),
        row.version.into(),
        row.first.into(),
        row.superseded_by.into(),
        row.revision.into(),
        row.without_chance.into(),
        row.arrives_at.clone().into(),
        row.arrives_day.into(),
    ]
}
