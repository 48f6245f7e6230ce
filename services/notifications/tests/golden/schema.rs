//! What the migrations make of an empty database: a migration that was released is never changed.

use seamless_notifications::store::migrations::Migrator;
use seamless_testkit::{Golden, TestDatabase, schema_of};

use crate::folder;

async fn the_migrations_make_the_same_as_ever(test: TestDatabase, file: &str) {
    test.database.migrate::<Migrator>().await.unwrap();
    let mut golden = Golden::files_in(folder(file));
    golden.lines("schema.sql", &schema_of(&test).await);
    golden.finish();
}

#[tokio::test]
async fn sqlite() {
    the_migrations_make_the_same_as_ever(TestDatabase::sqlite().await, "sqlite").await;
}

#[tokio::test]
async fn postgres() {
    if let Some(test) = TestDatabase::postgres().await {
        the_migrations_make_the_same_as_ever(test, "postgres").await;
    }
}
