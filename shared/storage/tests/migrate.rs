//! Schemas brought up to date, also by several at once, and never half.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failure is a failed test")]

mod ledger;

use std::process::{Command, Stdio};

use ledger::{CreateAlerts, Migrator, open_ledger};
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::prelude::*;
use seamless_storage::{Database, DatabaseSettings, StorageError};
use seamless_testkit::{TestDatabase, on_each_database};

on_each_database!(
    applies_each_migration_once,
    a_database_ahead_of_the_program_has_nothing_pending,
    a_migration_that_fails_leaves_nothing_behind,
    processes_that_migrate_at_once_share_the_work,
);

const ALL: [&str; 4] =
    ["storage_m0001_requests", "storage_m0002_proof", "m0001_create_authorities", "m0002_create_alerts"];

async fn applies_each_migration_once(test: TestDatabase) {
    let database = &test.database;
    assert_eq!(database.pending::<Migrator>().await.unwrap(), ALL);
    assert_eq!(database.pending::<Migrator>().await.unwrap(), ALL, "asking writes nothing");
    assert_eq!(database.migrate::<Migrator>().await.unwrap(), ALL);
    assert_eq!(database.pending::<Migrator>().await.unwrap(), [""; 0]);
    assert_eq!(database.migrate::<Migrator>().await.unwrap(), [""; 0]);
}

struct OlderMigrator;

impl MigratorTrait for OlderMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Migrator::migrations().into_iter().take(3).collect()
    }
}

async fn a_database_ahead_of_the_program_has_nothing_pending(test: TestDatabase) {
    let database = open_ledger(&test).await;
    assert_eq!(database.pending::<OlderMigrator>().await.unwrap(), [""; 0]);
    assert_eq!(database.migrate::<OlderMigrator>().await.unwrap(), [""; 0]);
}

struct BrokenMigrator;

impl MigratorTrait for BrokenMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(ledger::CreateAuthorities), Box::new(Broken), Box::new(CreateAlerts)]
    }
}

struct Broken;

impl MigrationName for Broken {
    fn name(&self) -> &str {
        "m0002_broken"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Broken {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("CREATE TABLE half_done (id INTEGER)").await?;
        manager.get_connection().execute_unprepared("INSERT INTO no_such_table VALUES (1)").await?;
        Ok(())
    }
}

async fn a_migration_that_fails_leaves_nothing_behind(test: TestDatabase) {
    let failed = test.database.migrate::<BrokenMigrator>().await;
    assert!(matches!(failed, Err(StorageError::Other(_))), "{failed:?}");
    let pending = test.database.pending::<BrokenMigrator>().await.unwrap();
    assert_eq!(pending, ["m0002_broken", "m0002_create_alerts"], "the one before it stays applied");
    assert!(!SchemaManager::new(test.database.read()).has_table("half_done").await.unwrap());
}

const URL_VARIABLE: &str = "SEAMLESS_STORAGE_MIGRATE_URL";

async fn processes_that_migrate_at_once_share_the_work(test: TestDatabase) {
    let start = |_| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "another_process", "--ignored", "--nocapture"]).env(URL_VARIABLE, &test.url);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let processes: Vec<_> = (0..4).map(start).collect();
    let mut applied = Vec::new();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        applied.extend(said.lines().filter_map(|line| line.strip_prefix("applied ")).map(str::to_owned));
    }
    applied.sort();
    let mut all = ALL;
    all.sort();
    assert_eq!(applied, all, "each migration by one of them");
    assert_eq!(test.database.pending::<Migrator>().await.unwrap(), [""; 0]);
}

/// What each process of the test above does.
#[tokio::test]
#[ignore = "started by processes_that_migrate_at_once_share_the_work"]
#[allow(clippy::disallowed_methods, reason = "how a test tells another process what to do")]
async fn another_process() {
    let url = std::env::var(URL_VARIABLE).expect("the test that starts this sets it");
    let database = Database::connect(&DatabaseSettings::new(url)).await.unwrap();
    for name in database.migrate::<Migrator>().await.unwrap() {
        println!("\napplied {name}");
    }
}
