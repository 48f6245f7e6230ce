//! Registrations a second for one activity.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Statement};
use seamless_storage::{Database, StorageError};

use super::{Service, register, webinar};
use crate::{
    Failure,
    outcome::{Goal, Outcome},
    tally::Rate,
};

/// Slices of registrations, each followed by one of the baseline.
const SLICES: usize = 4;
const REGISTRATIONS_PER_SLICE: usize = 1_000;
/// Before the first slice, so that pools and caches are there.
const WARM_UP: usize = 100;

/// Registers by single calls, and by turns writes the same in the plainest code.
///
/// # Errors
/// If a registration is refused, or a database fails.
pub(super) async fn measure(service: &Service, plain: &Database, goal: Goal) -> Result<(), Failure> {
    Plain::create(plain).await?;
    let parent = webinar(service.of("eu-just")).await?;
    let connection = service.of("cn-gacc");
    register(&connection, &parent, 0..WARM_UP).await?;
    let (mut registered, mut inserted) = (Rate::default(), Rate::default());
    for slice in 0..SLICES {
        let first = WARM_UP + slice * REGISTRATIONS_PER_SLICE;
        let wanted = first..first + REGISTRATIONS_PER_SLICE;
        let count = wanted.len() as u64;
        registered.add(count, register(&connection, &parent, wanted.clone()).await?);
        inserted.add(count, Plain::insert(plain, wanted).await?);
    }
    let outcome = Outcome {
        measure: format!("training-register-{}", service.kind),
        value: registered.per_second(),
        unit: "registrations/s",
        baseline: inserted.per_second(),
        goal,
        note: format!(
            "one activity, {} calls in flight; baseline: seats, registration, event and answer in one transaction each, one after \
             the other; {}",
            super::AT_ONCE,
            service.note
        ),
        facts: vec![
            ("registrations", (SLICES * REGISTRATIONS_PER_SLICE).into()),
            ("slices", registered.range()),
            ("baseline_slices", inserted.range()),
        ],
    };
    outcome.print()
}

/// The same work in the plainest code: four tables, four statements, one transaction for each registration.
struct Plain;

impl Plain {
    async fn create(database: &Database) -> Result<(), Failure> {
        let tables = [
            "CREATE TABLE plain_seats (id INTEGER PRIMARY KEY, confirmed BIGINT NOT NULL)",
            "INSERT INTO plain_seats (id, confirmed) VALUES (1, 0)",
            "CREATE TABLE plain_registration (id BIGINT PRIMARY KEY, address TEXT NOT NULL UNIQUE, document TEXT NOT NULL)",
            "CREATE TABLE plain_event (id BIGINT PRIMARY KEY, document TEXT NOT NULL)",
            "CREATE TABLE plain_answer (id BIGINT PRIMARY KEY, response TEXT NOT NULL)",
        ];
        for sql in tables {
            run(database, vec![(sql.to_owned(), Vec::new())]).await?;
        }
        Ok(())
    }

    async fn insert(database: &Database, people: std::ops::Range<usize>) -> Result<Duration, Failure> {
        let begun = Instant::now();
        for number in people {
            let id: sea_orm::Value = i64::try_from(number)?.into();
            let address = format!("li.{number}@example.cn");
            let document = format!(
                r#"{{"id":"{number}","people":[{{"full_name":"Li Number {number}","email":"{address}","organisation":"Ningbo Example Toys","language":"zh-Hans","zone":"Asia/Shanghai"}}],"seats":1,"state":"confirmed"}}"#
            );
            let document: sea_orm::Value = document.into();
            run(
                database,
                vec![
                    ("UPDATE plain_seats SET confirmed = confirmed + 1 WHERE id = 1".to_owned(), Vec::new()),
                    (
                        "INSERT INTO plain_registration (id, address, document) VALUES ($1, $2, $3)"
                            .to_owned(),
                        vec![id.clone(), address.into(), document.clone()],
                    ),
                    (
                        "INSERT INTO plain_event (id, document) VALUES ($1, $2)".to_owned(),
                        vec![id.clone(), document.clone()],
                    ),
                    (
                        "INSERT INTO plain_answer (id, response) VALUES ($1, $2)".to_owned(),
                        vec![id, document],
                    ),
                ],
            )
            .await?;
        }
        Ok(begun.elapsed())
    }
}

/// Runs statements in one transaction.
async fn run(database: &Database, statements: Vec<(String, Vec<sea_orm::Value>)>) -> Result<(), Failure> {
    let written = database.write(move |tx| {
        let statements = statements.clone();
        Box::pin(async move {
            let backend = tx.get_database_backend();
            for (sql, values) in statements {
                tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
            }
            Ok::<_, StorageError>(())
        })
    });
    Ok(written.await?)
}
