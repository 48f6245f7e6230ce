//! A little ledger of alerts for the tests: how many each authority has sent, and which.

// Each test program uses a part of it.
#![allow(dead_code)]

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, Iden, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use sea_orm_migration::prelude::*;
use seamless_storage::{Database, DatabaseSettings, StorageError};
use seamless_testkit::TestDatabase;

#[derive(Iden)]
pub enum Authority {
    Table,
    Code,
    Sent,
}

#[derive(Iden)]
pub enum Alert {
    Table,
    Number,
    Sender,
}

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(seamless_storage::requests::Migration),
            Box::new(seamless_storage::proof::Migration),
            Box::new(CreateAuthorities),
            Box::new(CreateAlerts),
        ]
    }
}

pub struct CreateAuthorities;

impl MigrationName for CreateAuthorities {
    fn name(&self) -> &str {
        "m0001_create_authorities"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateAuthorities {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Authority::Table)
            .col(ColumnDef::new(Authority::Code).text().not_null().primary_key())
            .col(ColumnDef::new(Authority::Sent).big_integer().not_null())
            .take();
        manager.create_table(table).await
    }
}

pub struct CreateAlerts;

impl MigrationName for CreateAlerts {
    fn name(&self) -> &str {
        "m0002_create_alerts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateAlerts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut sender = ForeignKey::create();
        sender.name("alert_sender").from(Alert::Table, Alert::Sender).to(Authority::Table, Authority::Code);
        let table = Table::create()
            .table(Alert::Table)
            .col(ColumnDef::new(Alert::Number).big_integer().not_null().primary_key())
            .col(ColumnDef::new(Alert::Sender).text().not_null())
            .foreign_key(&mut sender)
            .take();
        manager.create_table(table).await
    }
}

/// The ledger with one authority, `ca-hc`, that has sent nothing.
pub async fn open_ledger(test: &TestDatabase) -> Database {
    test.database.migrate::<Migrator>().await.unwrap();
    let insert = Query::insert()
        .into_table(Authority::Table)
        .columns([Authority::Code, Authority::Sent])
        .values_panic(["ca-hc".into(), 0i64.into()])
        .take();
    let written: Result<(), StorageError> = test
        .database
        .write(move |tx| {
            let insert = insert.clone();
            async move { Ok(tx.execute(&insert).await.map(|_| ())?) }.boxed()
        })
        .await;
    written.unwrap();
    test.database.clone()
}

/// Another process's connections to the same ledger, with settings of its own.
pub async fn reopen(test: &TestDatabase, change: impl FnOnce(&mut DatabaseSettings)) -> Database {
    let mut settings = DatabaseSettings::new(test.url.clone());
    change(&mut settings);
    Database::connect(&settings).await.unwrap()
}

pub fn count_of_ca_hc() -> SelectStatement {
    let is_ca_hc = Expr::col(Authority::Code).eq("ca-hc");
    Query::select().column(Authority::Sent).from(Authority::Table).and_where(is_ca_hc).take()
}

pub async fn read_count<C: ConnectionTrait>(connection: &C, query: &SelectStatement) -> Result<i64, DbErr> {
    connection.query_one(query).await?.expect("ca-hc is in the ledger").try_get("", "sent")
}

pub async fn write_count(tx: &DatabaseTransaction, sent: i64) -> Result<(), DbErr> {
    let is_ca_hc = Expr::col(Authority::Code).eq("ca-hc");
    let update =
        Query::update().table(Authority::Table).value(Authority::Sent, sent).and_where(is_ca_hc).take();
    tx.execute(&update).await.map(|_| ())
}

/// Counts one more alert of ca-hc: reads under a lock, then writes what it read plus one.
pub fn count_one_more(tx: &DatabaseTransaction) -> BoxFuture<'_, Result<(), StorageError>> {
    async move {
        let sent = read_count(tx, &count_of_ca_hc().lock_exclusive().take()).await?;
        Ok(write_count(tx, sent + 1).await?)
    }
    .boxed()
}

pub async fn insert_alert(tx: &DatabaseTransaction, number: i64, sender: &str) -> Result<(), StorageError> {
    let insert = Query::insert()
        .into_table(Alert::Table)
        .columns([Alert::Number, Alert::Sender])
        .values_panic([number.into(), sender.into()])
        .take();
    Ok(tx.execute(&insert).await.map(|_| ())?)
}

pub async fn number_of_alerts(database: &Database) -> usize {
    let all = Query::select().column(Alert::Number).from(Alert::Table).take();
    database.read().query_all(&all).await.unwrap().len()
}
