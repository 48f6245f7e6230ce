//! `screening`: decisions on arriving goods, each durable before it is answered, with many alerts and pre-inspections.
//!
//! The service runs as a process of its own; the caller, on the same cores, is this process.

mod echo;
mod freshness;
mod goods;
mod loading;
mod rows;
mod server;
mod stream;
mod unary;

use clap::{Args, ValueEnum};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_testkit::TestDatabase;
use serde_json::Value;

use crate::{
    Failure,
    bare::Bare,
    connection::Connection,
    core_time::process_time,
    memory::mebibytes,
    outcome::{Goal, Outcome, rounded},
    running::Running,
    tally::Rate,
};
use echo::Echo;
use server::Server;
use stream::Answered;

/// Slices of the stream, each followed by one of each baseline.
const SLICES: u64 = 4;
/// Decisions before the first slice.
const WARM_UP: u64 = 2_000;
/// Alerts that are told one by one, to see how soon they match.
const TOLD: u32 = 20;
/// Goals: decisions a second, milliseconds, MiB, milliseconds.
const DECISIONS: f64 = 20_000.0;
const P99: f64 = 5.0;
const RESIDENT: f64 = 1_536.0;
const FRESH: f64 = 1_000.0;
/// Cost with all alerts by cost with few: flat, but for noise.
const FLAT: f64 = 1.25;

/// How much is measured.
#[derive(Clone, Debug, Args)]
pub struct Sizes {
    /// `screening`: alerts in force, at least 1,000
    #[arg(long, default_value_t = 100_000)]
    alerts: u32,
    /// `screening`: pre-inspections in the database
    #[arg(long, default_value_t = 1_000_000)]
    inspections: u64,
    /// `screening`: decisions by the stream
    #[arg(long, default_value_t = 200_000)]
    decisions: u64,
    /// `screening`: streams at once
    #[arg(long, default_value_t = 4)]
    streams: usize,
    /// `screening`: single calls a second
    #[arg(long, default_value_t = 1_500)]
    calls_a_second: u64,
    /// `screening`: seconds of single calls
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// `screening`: on which databases
    #[arg(long, value_enum, default_values_t = [On::Sqlite, On::Postgres])]
    databases: Vec<On>,
}

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

impl On {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// A new one; none where there is no server, of which the testkit says so on standard error.
    async fn database(self) -> Option<TestDatabase> {
        match self {
            Self::Sqlite => Some(TestDatabase::sqlite().await),
            Self::Postgres => TestDatabase::postgres().await,
        }
    }
}

/// Measures.
///
/// # Errors
/// If the service is not built, or anything fails.
pub async fn measure(sizes: &Sizes) -> Result<(), Failure> {
    let notifications = Running::start(TestDatabase::sqlite().await).await?;
    loading::alerts(&notifications, 0..goods::WANTED_ALERTS).await?;
    let mut world = World { sizes, notifications, alerts: goods::WANTED_ALERTS, told: sizes.alerts };
    // Alerts do not go away again: what decisions cost with few is measured first, on databases of its own, so that as many decisions
    // are stored as when it is measured with all.
    let mut with_few = Vec::new();
    for on in &sizes.databases {
        let database = if world.alerts < sizes.alerts { on.database().await } else { None };
        with_few.push(match database {
            Some(database) => Some(world.first_slice(&database).await?),
            None => None,
        });
    }
    if world.alerts < sizes.alerts {
        loading::alerts(&world.notifications, world.alerts..sizes.alerts).await?;
        world.alerts = sizes.alerts;
    }
    for (on, with_few) in sizes.databases.iter().zip(with_few) {
        if let Some((ours, plain)) = on.database().await.zip(on.database().await) {
            world.measure(*on, &ours, &plain, with_few).await?;
        }
    }
    world.notifications.stop().await
}

/// What there is beside the service under measure.
struct World<'s> {
    sizes: &'s Sizes,
    notifications: Running,
    /// Alerts that were imported so far.
    alerts: u32,
    /// The number of the next alert to be told singly.
    told: u32,
}

/// What a course of decisions took.
#[derive(Default)]
struct Cost {
    decisions: u64,
    server: f64,
    database: f64,
    client: f64,
}

impl Cost {
    fn add(&mut self, other: &Self) {
        self.decisions += other.decisions;
        self.server += other.server;
        self.database += other.database;
        self.client += other.client;
    }

    fn each(&self, seconds: f64) -> Value {
        rounded(seconds * 1e6 / self.decisions as f64).into()
    }

    fn total_us(&self) -> f64 {
        (self.server + self.database) * 1e6 / self.decisions as f64
    }
}

impl World<'_> {
    async fn measure(
        &mut self,
        on: On,
        ours: &TestDatabase,
        plain: &TestDatabase,
        with_few: Option<Cost>,
    ) -> Result<(), Failure> {
        let name = on.name();
        loading::tables(&plain.database).await?;
        let (server, customs, mut next) = self.warmed_up(ours).await?;
        let with_all = self.stream(name, &server, &customs, &mut next, ours, plain).await?;
        if let Some(with_few) = with_few {
            flat(name, &with_few, &with_all, self.sizes.alerts)?;
        }
        self.unary(name, &server, &customs, &mut next).await?;
        self.memory(name, &server)?;
        self.freshness(name, &customs).await?;
        drop(customs);
        server.stop().await
    }

    /// The service on a new database with its pre-inspections, behind its first decisions; a connection to it, and the number of the
    /// goods that come next.
    async fn warmed_up(&self, database: &TestDatabase) -> Result<(Server, Connection, u64), Failure> {
        loading::tables(&database.database).await?;
        loading::inspections(&database.database, self.sizes.inspections, self.now()).await?;
        let server = Server::start(database, &self.notifications).await?;
        let customs = server.connection(&self.notifications);
        server.holds_inspections(&self.notifications).await;
        server.knows_alerts(&self.notifications, self.alerts).await?;
        let mut next = 0;
        self.decide(&customs, &mut next, WARM_UP).await?;
        Ok((server, customs, next))
    }

    /// What the decisions of the first slice cost with the alerts that there are.
    async fn first_slice(&self, database: &TestDatabase) -> Result<Cost, Failure> {
        let (server, customs, mut next) = self.warmed_up(database).await?;
        let (_, cost) = self.costed(&server, &customs, &mut next, self.sizes.decisions / SLICES).await?;
        drop(customs);
        server.stop().await?;
        Ok(cost)
    }

    fn now(&self) -> jiff::Timestamp {
        self.notifications.credentials.shared_clock().now()
    }

    /// Goods that come next, as items of a stream.
    fn items(&self, next: &mut u64, count: u64) -> Vec<wire::ScreenConsignmentsRequest> {
        self.goods(next, count).into_iter().map(goods::item).collect()
    }

    fn goods(&self, next: &mut u64, count: u64) -> Vec<wire::Consignment> {
        let arrival = self.now().as_second();
        let numbers = *next..*next + count;
        *next += count;
        numbers.map(|number| goods::goods(number, self.sizes.inspections, arrival)).collect()
    }

    async fn decide(&self, customs: &Connection, next: &mut u64, count: u64) -> Result<Answered, Failure> {
        stream::decide(customs, self.items(next, count), self.sizes.streams).await
    }

    async fn costed(
        &self,
        server: &Server,
        customs: &Connection,
        next: &mut u64,
        count: u64,
    ) -> Result<(Answered, Cost), Failure> {
        let items = self.items(next, count);
        let before = (server.core_seconds()?, server.database_core_seconds()?, process_time()?);
        let answered = stream::decide(customs, items, self.sizes.streams).await?;
        let cost = Cost {
            decisions: answered.count,
            server: server.core_seconds()? - before.0,
            database: server.database_core_seconds()? - before.1,
            client: (process_time()? - before.2).as_secs_f64(),
        };
        Ok((answered, cost))
    }

    /// Measures the stream, and gives what its first slice cost.
    async fn stream(
        &self,
        name: &str,
        server: &Server,
        customs: &Connection,
        next: &mut u64,
        ours: &TestDatabase,
        plain: &TestDatabase,
    ) -> Result<Cost, Failure> {
        let (mut decided, mut inserted, mut echoed) = (Rate::default(), Rate::default(), Rate::default());
        let (mut cost, mut with_alerts, mut with_inspections) = (Cost::default(), 0, 0);
        let (a_slice, mut first) = (self.sizes.decisions / SLICES, None);
        for _ in 0..SLICES {
            let (answered, own) = self.costed(server, customs, next, a_slice).await?;
            cost.add(&own);
            first.get_or_insert(own);
            decided.add(answered.count, answered.time);
            with_alerts += answered.with_alerts;
            with_inspections += answered.with_inspections;

            let rows = rows::last(&ours.database, a_slice).await?;
            inserted.add(rows.len() as u64, rows::insert(&plain.database, rows).await?);

            let bare = Bare::start(Echo::of(answered.kept.into())).await?;
            let connection = bare.connection().await?;
            let answered = self.decide(&connection, next, a_slice).await?;
            echoed.add(answered.count, answered.time);
            drop(connection);
            bare.stop().await?;
        }
        let share = |count: u64| rounded(count as f64 / cost.decisions as f64).into();
        let outcome = Outcome {
            measure: format!("screening-stream-{name}"),
            value: decided.per_second(),
            unit: "decisions/s",
            baseline: inserted.per_second(),
            goal: Goal::AtLeast(DECISIONS),
            note: format!(
                "by ScreenConsignments with TLS, each durable before it is answered; baseline: insert_many of the rows that \
                 the service wrote, in transactions of 10,000; echo: a bare tonic stream of the same messages without TLS, \
                 server and client in one process; caller, service and database share the cores; {}",
                durability(name)
            ),
            facts: vec![
                ("alerts", self.alerts.into()),
                ("inspections", self.sizes.inspections.into()),
                ("decisions", cost.decisions.into()),
                ("streams", self.sizes.streams.into()),
                ("server_core_us", cost.each(cost.server)),
                ("database_core_us", cost.each(cost.database)),
                ("client_core_us", cost.each(cost.client)),
                ("echo_per_s", echoed.per_second().round().into()),
                ("with_alerts", share(with_alerts)),
                ("with_inspections", share(with_inspections)),
                ("slices", decided.range()),
                ("baseline_slices", inserted.range()),
            ],
        };
        outcome.print()?;
        Ok(first.unwrap_or_default())
    }

    async fn unary(
        &self,
        name: &str,
        server: &Server,
        customs: &Connection,
        next: &mut u64,
    ) -> Result<(), Failure> {
        let Sizes { calls_a_second, seconds, .. } = *self.sizes;
        unary::call(customs, self.goods(next, calls_a_second), calls_a_second).await?;
        let count = calls_a_second * seconds;
        let goods = self.goods(next, count);
        let before = (server.core_seconds()?, server.database_core_seconds()?);
        let durations = unary::call(customs, goods, calls_a_second).await?;
        let each = |seconds: f64| rounded(seconds * 1e6 / count as f64).into();
        let server_us = each(server.core_seconds()? - before.0);
        let database_us = each(server.database_core_seconds()? - before.1);

        let kept = self.decide(customs, next, 1_000).await?.kept;
        let bare = Bare::start(Echo::of(kept.into())).await?;
        let connection = bare.connection().await?;
        let plain = unary::call(&connection, self.goods(next, count), calls_a_second).await?;
        drop(connection);
        bare.stop().await?;
        let outcome = Outcome {
            measure: format!("screening-unary-{name}"),
            value: durations.quantile_ms(0.99),
            unit: "ms",
            baseline: plain.quantile_ms(0.99),
            goal: Goal::Below(P99),
            note: format!(
                "99th percentile of ScreenConsignment at {calls_a_second} calls a second, from the moment at which a call \
                 was due; baseline: a bare unary echo of the same messages without TLS; {}",
                durability(name)
            ),
            facts: vec![
                ("calls", durations.count().into()),
                ("p50_ms", durations.fact(0.5)),
                ("p90_ms", durations.fact(0.9)),
                ("p999_ms", durations.fact(0.999)),
                ("baseline_p50_ms", plain.fact(0.5)),
                ("server_core_us", server_us),
                ("database_core_us", database_us),
            ],
        };
        outcome.print()
    }

    fn memory(&self, name: &str, server: &Server) -> Result<(), Failure> {
        let held = server.resident()?;
        let own = held.now - held.of_files;
        let outcome = Outcome {
            measure: format!("screening-memory-{name}"),
            value: mebibytes(held.now),
            unit: "MiB",
            baseline: mebibytes(own),
            goal: Goal::Below(RESIDENT),
            note: "VmRSS of the service after the stream and the calls; baseline: the same without pages of files, which \
                   the system takes back when it needs them"
                .to_owned(),
            facts: vec![
                ("alerts", self.alerts.into()),
                ("peak_mib", rounded(mebibytes(held.peak)).into()),
            ],
        };
        outcome.print()
    }

    async fn freshness(&mut self, name: &str, customs: &Connection) -> Result<(), Failure> {
        let numbers = self.told..self.told + TOLD;
        self.told += TOLD;
        self.alerts += TOLD;
        let fresh = freshness::measure(&self.notifications, customs, numbers, self.now().as_second()).await?;
        let outcome = Outcome {
            measure: format!("screening-freshness-{name}"),
            value: fresh.quantile_ms(1.0),
            unit: "ms",
            baseline: fresh.quantile_ms(0.0),
            goal: Goal::Below(FRESH),
            note: "the longest time from the answer to an import of an alert to the first match; baseline: the shortest"
                .to_owned(),
            facts: vec![("alerts", TOLD.into()), ("p50_ms", fresh.fact(0.5))],
        };
        outcome.print()
    }
}

fn flat(name: &str, few: &Cost, all: &Cost, alerts: u32) -> Result<(), Failure> {
    let (few_alerts, last) = (goods::WANTED_ALERTS, WARM_UP + all.decisions);
    let outcome = Outcome {
        measure: format!("screening-flat-{name}"),
        value: all.total_us(),
        unit: "us",
        baseline: few.total_us(),
        goal: Goal::RatioBelow(FLAT),
        note: format!(
            "core time of a decision, of service and database, with {alerts} alerts; baseline: with {few_alerts}; of both the \
             decisions from {WARM_UP} to {last} that a database holds"
        ),
        facts: Vec::new(),
    };
    outcome.print()
}

fn durability(name: &str) -> &'static str {
    match name {
        "sqlite" => "synchronous=full for both",
        _ => "a private server of the testkit runs with fsync=off, for both",
    }
}
