//! What the migrations make of an empty database: a migration that was released is never changed.

use seamless_reporting::store::migrations::Migrator;
use seamless_testkit::{TestDatabase, on_each_database, same_schema_as_ever};

async fn the_migrations_make_the_same_as_ever(test: TestDatabase) {
    same_schema_as_ever::<Migrator>(&test, &crate::folder("")).await;
}

on_each_database!(the_migrations_make_the_same_as_ever);
