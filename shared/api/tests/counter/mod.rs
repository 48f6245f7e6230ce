//! A service that is nothing but one count, which everybody counts up: whoever decided by a count that is no more is
//! refused by the commit.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use async_trait::async_trait;
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, entity::prelude::*};
use sea_orm_migration::{MigratorTrait, prelude::*, schema::*};
use seamless_api::{Call, Commits, Contention, Deciding, Turns, run};
use seamless_calendar::SystemClock;
use seamless_commit::{Answer, CommitError, Rows, update};
use seamless_decision::{Decision, Refusal};
use seamless_feed::FeedSignal;
use seamless_identity::Caller;
use seamless_proto::seamless::notifications::v1::WithdrawNotificationRequest;
use seamless_service::error::ApiError;
use seamless_storage::{Database, requests};
use seamless_testkit::TestDatabase;
use uuid::Uuid;

mod count {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "count")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub revision: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

struct Count;

impl MigrationName for Count {
    fn name(&self) -> &'static str {
        "count"
    }
}

#[async_trait]
impl MigrationTrait for Count {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table(Alias::new("count"))
            .col(integer(Alias::new("id")).primary_key())
            .col(big_integer(Alias::new("revision")))
            .to_owned();
        manager.create_table(table).await?;
        manager.get_connection().execute_unprepared("INSERT INTO count VALUES (1, 1)").await?;
        Ok(())
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(requests::Migration), Box::new(Count)]
    }
}

/// The count as it is to be.
pub struct CountedUp(pub i64);

#[async_trait]
impl Rows for CountedUp {
    async fn write(&self, tx: &DatabaseTransaction) -> Result<(), CommitError> {
        use count::{ActiveModel, Column};
        let row = ActiveModel { id: sea_orm::Set(1), revision: sea_orm::Set(self.0) };
        update(tx, &row, Column::Id.eq(1), Column::Revision, self.0).await
    }
}

/// The service.
#[derive(Clone)]
pub struct Counter {
    database: Database,
    turns: Turns,
}

#[async_trait]
impl Commits for Counter {
    type Changes = CountedUp;
    type Error = Refusal;

    fn deciding(&self) -> Deciding<'_> {
        Deciding { database: &self.database, clock: &SystemClock, turns: &self.turns }
    }

    async fn commit(
        &self,
        _: Option<&Caller>,
        changes: CountedUp,
        answer: Option<Answer>,
    ) -> Result<(), Refusal> {
        seamless_commit::commit(&self.database, &FeedSignal::new(), Arc::new(changes), Vec::new(), answer)
            .await
    }
}

impl Counter {
    /// The service on a new database.
    pub async fn new(test: &TestDatabase, contention: Contention) -> Self {
        test.database.migrate::<Migrator>().await.expect("the tables can be made");
        Self { database: test.database.clone(), turns: contention.turns() }
    }

    /// The same service by another policy.
    pub fn by(&self, contention: Contention) -> Self {
        Self { turns: contention.turns(), ..self.clone() }
    }

    /// The count.
    pub async fn count(&self) -> i64 {
        let found = count::Entity::find_by_id(1).one(self.database.read()).await;
        found.expect("it can be read").expect("it is there").revision
    }

    /// Counts up by a call, and says with how many attempts; `may` is asked whether the caller still may.
    pub async fn count_up(&self, call: &Call, may: bool) -> (Result<i64, ApiError>, u32) {
        let attempts = AtomicU32::new(0);
        let decide = |_: Timestamp| {
            attempts.fetch_add(1, SeqCst);
            async move {
                if !may {
                    return Err(Refusal::Denied);
                }
                let next = self.count().await + 1;
                Ok(Decision { outcome: next, changes: CountedUp(next) })
            }
        };
        let counted =
            run(self, call, decide, |count| prost_types::Timestamp { seconds: count, nanos: 0 }).await;
        (counted.map(|answer| answer.seconds), attempts.load(SeqCst))
    }
}

/// A call with content, under a request id.
pub fn call(id: Uuid, content: i64) -> Call {
    let caller = Caller { authority: "nl-nvwa".parse().expect("an id"), principal: "a system".to_owned() };
    let request = WithdrawNotificationRequest {
        request_id: id.to_string(),
        name: content.to_string(),
        ..WithdrawNotificationRequest::default()
    };
    Call::of(caller, "/seamless.count.v1.CountService/CountUp", &request).expect("the id is one")
}
