//! What migrations make of a database, one line for each thing, in an order that is always the same.

use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;

use crate::TestDatabase;
use crate::golden::{Golden, declared_kinds};

const MIGRATIONS: &str = "SELECT 'migration ' || version FROM seaql_migrations ORDER BY version";
/// Tables, indexes and triggers as SQLite keeps them: the statements that made them.
const SQLITE: &str = "SELECT replace(sql, char(10), ' ') FROM sqlite_master WHERE sql IS NOT NULL \
                      AND name NOT LIKE 'sqlite_%' \
                      AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') \
                      ORDER BY type, name";
/// Columns, indexes, constraints, triggers and settings of tables.
const POSTGRES: &str = "SELECT line FROM (\
    SELECT 'column ' || table_name || '.' || column_name || ': ' || data_type \
        || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END \
        || coalesce(' default ' || column_default, '') AS line, 1 AS part \
    FROM information_schema.columns WHERE table_schema = current_schema() \
    UNION ALL SELECT 'index ' || replace(indexdef, current_schema() || '.', ''), 2 FROM pg_indexes \
        WHERE schemaname = current_schema() \
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ': ' \
        || pg_get_constraintdef(oid), 3 \
        FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n' \
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid), 4 FROM pg_trigger WHERE NOT tgisinternal \
    UNION ALL SELECT 'settings of ' || relname || ': ' || array_to_string(reloptions, ', '), 5 FROM pg_class \
        WHERE relnamespace = current_schema()::regnamespace AND reloptions IS NOT NULL\
    ) AS lines ORDER BY part, line COLLATE \"C\"";
/// Tables that have a column of one of these names.
const SQLITE_TABLES: &str = "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                             WHERE m.type = 'table' AND c.name = $1 ORDER BY m.name";

impl Golden {
    /// Wants a document of everything that a service stores as one to have been compared: of each kind of record that its
    /// sources declare, and of each other table with a column `document`, which stand in the files of their names. `records`
    /// is the table of the records.
    pub async fn covers_stored<M: MigratorTrait>(&mut self, sources: &str, records: &str) {
        let declared = declared_kinds(Path::new(sources));
        assert!(!declared.is_empty(), "{sources} declare no kind of record: look at this test");
        self.covers("the kind of record", declared);
        let test = TestDatabase::sqlite().await;
        test.database.migrate::<M>().await.expect("the migrations can be applied");
        let tables = tables_with(&test, "document").await;
        assert!(tables.iter().any(|table| table == records), "{tables:?}: look at this test");
        self.covers("the table", tables.into_iter().filter(|table| table != records));
    }
}

/// The migrations make of an empty database what they always made, which `schema.sql` says in the folder of that kind of
/// database, `sqlite` or `postgres`: a migration that was released is never changed.
///
/// # Panics
/// If they do not.
pub async fn same_schema_as_ever<M: MigratorTrait>(test: &TestDatabase, folders: &str) {
    test.database.migrate::<M>().await.expect("the migrations can be applied");
    let is_postgres = test.database.read().get_database_backend() == DbBackend::Postgres;
    let mut golden =
        Golden::files_in(Path::new(folders).join(if is_postgres { "postgres" } else { "sqlite" }));
    golden.lines("schema.sql", &schema_of(test).await);
    golden.finish();
}

/// What the database has, in lines: its migrations by name, and what they made.
///
/// # Panics
/// If the database cannot be read.
async fn schema_of(test: &TestDatabase) -> Vec<String> {
    let backend = test.database.read().get_database_backend();
    let sql = if backend == DbBackend::Postgres { POSTGRES } else { SQLITE };
    let mut found = lines(test, Statement::from_string(backend, MIGRATIONS)).await;
    found.sort();
    found.extend(lines(test, Statement::from_string(backend, sql)).await);
    found
}

/// The tables of a database on SQLite that have a column of this name.
///
/// # Panics
/// If the database cannot be read.
async fn tables_with(test: &TestDatabase, column: &str) -> Vec<String> {
    lines(test, Statement::from_sql_and_values(DbBackend::Sqlite, SQLITE_TABLES, [column.into()])).await
}

async fn lines(test: &TestDatabase, statement: Statement) -> Vec<String> {
    let rows = test.database.read().query_all_raw(statement).await.expect("the schema can be read");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a line is a text")).collect()
}
