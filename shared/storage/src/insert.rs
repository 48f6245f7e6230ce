//! Inserts many rows with few statements of few shapes, so that the database prepares each shape once.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

use crate::StorageError;

/// Rows of a statement: as many of the first as fit, then of the next; the rest, fewer than the last, together.
const SHAPES: [usize; 4] = [1_024, 256, 64, 16];

/// Inserts rows into these columns of a table: 31 at most, so that the binds of a statement are fewer than SQLite's 32,766 and
/// PostgreSQL's 65,535.
///
/// # Errors
/// Those of the database.
pub async fn insert_rows<const COLUMNS: usize>(
    tx: &DatabaseTransaction,
    table: &str,
    columns: [&str; COLUMNS],
    mut rows: impl ExactSizeIterator<Item = [Value; COLUMNS]> + Send,
) -> Result<(), StorageError> {
    const { assert!(SHAPES[0] * COLUMNS <= 32_766, "more binds than a statement of SQLite has") };
    let backend = tx.get_database_backend();
    let mut left = rows.len();
    while left > 0 {
        let shape = SHAPES.into_iter().find(|shape| *shape <= left).unwrap_or(left);
        let sql = text_of(backend, table, columns, shape);
        let values = rows.by_ref().take(shape).flatten();
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        left -= shape;
    }
    Ok(())
}

fn text_of<const COLUMNS: usize>(
    backend: DbBackend,
    table: &str,
    columns: [&str; COLUMNS],
    rows: usize,
) -> String {
    let names = columns.join(", ");
    if backend != DbBackend::Postgres {
        let row = format!("({})", ["?"; COLUMNS].join(", "));
        return format!("INSERT INTO {table} ({names}) VALUES {}", vec![row; rows].join(", "));
    }
    let mut sql = format!("INSERT INTO {table} ({names}) VALUES ");
    for number in 0..rows * COLUMNS {
        let before = match number % COLUMNS {
            0 if number == 0 => "(",
            0 => "), (",
            _ => ", ",
        };
        // Writing to a string does not fail.
        let _ = write!(sql, "{before}${}", number + 1);
    }
    sql.push(')');
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_has_its_marks() {
        let of = |backend| text_of(backend, "one", ["first", "second"], 2);
        assert_eq!(of(DbBackend::Sqlite), "INSERT INTO one (first, second) VALUES (?, ?), (?, ?)");
        assert_eq!(of(DbBackend::Postgres), "INSERT INTO one (first, second) VALUES ($1, $2), ($3, $4)");
    }
}
