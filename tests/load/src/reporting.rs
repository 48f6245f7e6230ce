//! `reporting`: events taken in a second, a quarterly report and the situation page over a million of them, and a PDF of forty pages.

mod events;
mod pages;
mod situation;

use std::{collections::HashMap, time::Instant};

use sea_orm::{ConnectionTrait, Statement};
use seamless_calendar::Calendars;
use seamless_feed::FeedSignal;
use seamless_identity::{AuthorityId, Cooperation, SAMPLE_COOPERATION};
use seamless_proto::seamless::feed::v1::Event;
use seamless_reporting::{
    contract::{FeedReader, digest_of, taken_in},
    domain::{
        content::Text,
        figures::{Facts, Party, Question, content},
        model::{EventStatus, Period, ReportTemplate},
        ports::FactReader,
        source::Feed,
    },
    store::{
        Store,
        facts::{Written, write},
        migrations::Migrator,
    },
};
use seamless_storage::{Database, StorageError};
use seamless_testkit::TestDatabase;
use uuid::Uuid;

use crate::{
    Failure, memory,
    outcome::{Goal, Outcome},
    plain_table,
    tally::Rate,
};
use events::{EVENTS_OF_AN_ALERT, events_of};

/// Alerts, each sent, acknowledged, investigated, traced and measured: a million events.
const ALERTS: u32 = 200_000;
/// Events that a follower takes in within one transaction.
const BATCH: usize = 500;
/// Alerts between two slices of the baseline.
const SLICE: u32 = 40_000;

/// Measures on SQLite, and on PostgreSQL where there is one.
///
/// # Errors
/// If a database fails, or a figure is not what it must be.
pub async fn measure() -> Result<(), Failure> {
    pages::measure().await?;
    on("sqlite", TestDatabase::sqlite().await, TestDatabase::sqlite().await, Goal::None).await?;
    if let (Some(ours), Some(plain)) = (TestDatabase::postgres().await, TestDatabase::postgres().await) {
        on("postgres", ours, plain, Goal::AtLeast(20_000.0)).await?;
    }
    Ok(())
}

async fn on(kind: &'static str, ours: TestDatabase, plain: TestDatabase, goal: Goal) -> Result<(), Failure> {
    ours.database.migrate::<Migrator>().await?;
    plain_table::create(&plain.database).await?;
    let reader: AuthorityId = "cn-gacc".parse()?;
    let (mut taken, mut inserted) = (Rate::default(), Rate::default());
    let mut last = 0;
    for first in (0..ALERTS).step_by(usize::try_from(SLICE)?) {
        let events = events_of(first..first + SLICE, &mut last);
        let count = events.len() as u64;
        let begun = Instant::now();
        for batch in events.chunks(BATCH) {
            take_in(&ours.database, &reader, batch).await?;
        }
        taken.add(count, begun.elapsed());
        inserted.add(count, plainly(&plain.database, &ours.database, &reader, first).await?);
    }
    let facts = vec![
        ("events", (u64::from(ALERTS) * EVENTS_OF_AN_ALERT).into()),
        ("slices", taken.range()),
        ("baseline_slices", inserted.range()),
    ];
    let outcome = Outcome {
        measure: format!("reporting-take-in-{kind}"),
        value: taken.per_second(),
        unit: "events/s",
        baseline: inserted.per_second(),
        goal,
        note: format!(
            "transactions of {BATCH} events, digest and facts; baseline: the documents of the facts that came of them, each once, inserted \
             500 at a time into one table elsewhere"
        ),
        facts,
    };
    outcome.print()?;
    quarterly(kind, &ours, &reader).await?;
    situation::measure(kind, &ours, reader.as_str()).await
}

/// Takes events in, as a follower does.
async fn take_in(database: &Database, reader: &AuthorityId, events: &[Event]) -> Result<(), Failure> {
    let feed = Feed::of_alerts(reader);
    let (events, reader) = (events.to_vec(), FeedReader { feed, own: [reader.clone()].into() });
    let written = database.write(move |tx| {
        let (events, reader) = (events.clone(), reader.clone());
        Box::pin(async move {
            let taken = taken_in(&events, &reader);
            write(tx, &reader.feed, taken, |before| digest_of(before, &events), Written::InPlace).await?;
            Ok::<_, StorageError>(())
        })
    });
    Ok(written.await?)
}

/// Inserts the documents of the facts of a slice, in the plainest way.
async fn plainly(
    plain: &Database,
    ours: &Database,
    reader: &AuthorityId,
    first: u32,
) -> Result<std::time::Duration, Failure> {
    let sql = "SELECT name, document FROM fact WHERE authority = $1 AND source = 'notifications' AND alert >= $2 AND alert < $3";
    let (from, to) = (events::name(first), events::name(first + SLICE));
    let values = [reader.as_str().into(), from.into(), to.into()];
    let statement = Statement::from_sql_and_values(ours.read().get_database_backend(), sql, values);
    let rows = ours.read().query_all_raw(statement).await?;
    let documents: Vec<String> = rows.iter().map(|row| row.try_get_by_index(1)).collect::<Result<_, _>>()?;
    let rows = documents.into_iter().map(|document| plain_table::Model { id: Uuid::now_v7(), document });
    plain_table::insert(plain, rows.collect()).await
}

/// A report of one quarter over everything.
async fn quarterly(kind: &'static str, test: &TestDatabase, reader: &AuthorityId) -> Result<(), Failure> {
    let store = Store::new(test.database.clone(), FeedSignal::default());
    let before = memory::own()?;
    let begun = Instant::now();
    let known = store.known(reader).await?;
    let read = begun.elapsed();
    let (owner, partner) = (party("cn-gacc")?, party("eu-just")?);
    let period = Period { first: "2027-04-01".parse()?, last: "2027-06-30".parse()?, zone: "UTC".to_owned() };
    let cooperation = Cooperation::parse(SAMPLE_COOPERATION, &Calendars::embedded()?)?;
    let arrangements: Vec<_> = cooperation.arrangements().cloned().collect();
    let of_authorities = cooperation.authorities().map(|one| (one.id.clone(), one.jurisdiction.clone()));
    let jurisdictions = of_authorities.collect();
    let question = Question {
        template: ReportTemplate::QuarterlyPartner,
        owner: &owner,
        partner: Some(&partner),
        period: &period,
        zone: &jiff::tz::TimeZone::UTC,
        start: "2027-04-01T00:00:00Z".parse()?,
        cut: "2027-07-01T00:00:00Z".parse()?,
        status: EventStatus::Actual,
        arrangements: &arrangements,
        jurisdictions: &jurisdictions,
        names: &HashMap::new(),
    };
    let content = content(&question, Facts::of(known.facts, EventStatus::Actual));
    let all = begun.elapsed();
    let after = memory::own()?;
    let total = content.sections.first().and_then(|section| section.figures.first());
    let total = total.map(|figure| figure.cases).unwrap_or_default();
    if total == 0 {
        return Err("no alert was sent within the quarter".into());
    }
    let outcome = Outcome {
        measure: format!("reporting-quarterly-{kind}"),
        value: all.as_secs_f64(),
        unit: "s",
        baseline: read.as_secs_f64(),
        goal: Goal::Below(5.0),
        note: "a quarterly partner report of one quarter, from the database to its figures; baseline: reading the facts".to_owned(),
        facts: vec![
            ("cases_of_the_quarter", total.into()),
            ("memory_mib_before", (before.now / 1_024).into()),
            ("memory_peak_mib", (after.peak / 1_024).into()),
        ],
    };
    outcome.print()
}

fn party(id: &str) -> Result<Party, Failure> {
    let id: AuthorityId = id.parse()?;
    Ok(Party { names: Text::same(id.to_string()), members: vec![id.clone()], id })
}
