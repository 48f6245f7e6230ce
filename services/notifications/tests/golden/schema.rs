//! What the migrations make of an empty database: a migration that was released is never changed.

use seamless_notifications::{domain::search::INDEX_VERSION, store::migrations::Migrator};
use seamless_testkit::{TestDatabase, on_each_database, same_schema_as_ever};

async fn the_migrations_make_the_same_as_ever(test: TestDatabase) {
    same_schema_as_ever::<Migrator>(&test, &crate::folder("")).await;
}

on_each_database!(the_migrations_make_the_same_as_ever);

/// Every search asks whether entries of an older version of the words are left.
#[test]
fn entries_of_an_older_version_of_the_words_have_an_index() {
    let of_older = format!("ON sight (viewer, notification) WHERE index_version < {INDEX_VERSION}");
    assert!(
        include_str!("sqlite/schema.sql").contains(&of_older),
        "a new version brings a migration with it"
    );
}
