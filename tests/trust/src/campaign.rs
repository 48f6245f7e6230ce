//! One class of trouble: rounds of it under load, then a kill, and a look at everything that had been acknowledged.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use seamless_testkit::{OwnPostgres, TestCredentials};

use crate::{
    Failure,
    audit::{self, Findings},
    chance::between,
    disk::{Disk, Fault, Kind},
    load::{Load, Memory},
    partner::Subject,
    program::Program,
};

/// How long a service may take to acknowledge a change after the disk was mended.
const BACK: Duration = Duration::from_secs(30);
/// PostgreSQL for a small disk, with everything on that outlives a crash.
const SMALL: &str =
    "shared_buffers=16MB max_wal_size=8MB min_wal_size=2MB max_connections=60 wal_buffers=256kB";

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The disk fails for a while.
    Disk(Fault),
    /// The disk is full, and the services are killed in that state.
    KilledWhileFull,
    /// The services are killed.
    Killed,
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file on the disk.
    Sqlite,
    /// A server with its files on the disk.
    Postgres,
}

/// A class of trouble.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// What it is called in the report.
    pub name: &'static str,
    pub disk: Kind,
    pub trouble: Trouble,
    pub database: Database,
    pub rounds: usize,
}

impl Class {
    /// Whether every write fails while it lasts, so that health must say so, and reads must go on.
    fn stops_all_writes(&self) -> bool {
        let flaky = self.trouble == Trouble::Disk(Fault::Refused('x'));
        self.database == Database::Sqlite && self.trouble != Trouble::Killed && !flaky
    }
}

/// What came of a class for one service.
pub struct Outcome {
    pub class: Class,
    pub subject: Subject,
    pub findings: Findings,
    pub refused: u64,
    pub internal: u64,
    pub reads: u64,
    pub failed_reads: u64,
    /// Rounds in which health said NOT_SERVING.
    pub not_serving: usize,
    /// Alarms in the log.
    pub alarms: usize,
    /// From the mending of the disk to the first acknowledged change, a round.
    pub back_after: Vec<Duration>,
}

impl Outcome {
    /// What must not be.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut must_be_none = |what: &str, count: u64| {
            if count > 0 {
                let (class, subject) = (self.class.name, self.subject.name());
                complaints.push(format!("{class}, {subject}: {count} {what}"));
            }
        };
        must_be_none("acknowledged and lost", self.findings.lost as u64);
        must_be_none("acknowledged and changed since", self.findings.different as u64);
        must_be_none("done twice", self.findings.doubled as u64);
        must_be_none("refusals that said INTERNAL", self.internal);
        must_be_none("rounds without a single acknowledgement", u64::from(self.findings.acknowledged == 0));
        if self.class.stops_all_writes() {
            must_be_none(
                "rounds in which health went on saying SERVING",
                (self.class.rounds - self.not_serving) as u64,
            );
            must_be_none("rounds without an alarm in the log", u64::from(self.alarms == 0));
            must_be_none("alarms too many in the log", self.alarms.saturating_sub(self.class.rounds) as u64);
            let is_killed = self.class.trouble != Trouble::Disk(Fault::Full)
                && !matches!(self.class.trouble, Trouble::Disk(Fault::Refused(_)));
            must_be_none("reads that failed", if is_killed { 0 } else { self.failed_reads });
        }
        complaints
    }
}

struct Service {
    program: Program,
    memory: Arc<Memory>,
    load: Load,
    not_serving: usize,
    back_after: Vec<Duration>,
}

/// Goes through the rounds of a class with both services.
///
/// # Errors
/// If something cannot be set up, or a service is not back in time.
pub async fn run(class: Class) -> Result<Vec<Outcome>, Failure> {
    let credentials = TestCredentials::new();
    let disk = Disk::new(class.disk)?;
    let cluster = match class.database {
        Database::Sqlite => None,
        Database::Postgres => Some(own_server(&disk)?),
    };
    let mut services = Vec::new();
    for subject in [Subject::Notifications, Subject::Consignments] {
        let url = match &cluster {
            None => format!("sqlite://{}", disk.folder().join(format!("{}.db", subject.name())).display()),
            Some(cluster) => {
                create_database(cluster, subject.name()).await?;
                cluster.url_of(subject.name())
            }
        };
        let program = Program::start(subject, &disk, &url, &credentials).await?;
        let load = Load::begin(&program.partner(&credentials));
        let memory = load.memory.clone();
        services.push(Service { program, memory, load, not_serving: 0, back_after: Vec::new() });
    }
    for _ in 0..class.rounds {
        round(class, &disk, cluster.as_ref(), &credentials, &mut services).await?;
    }
    let mut outcomes = Vec::new();
    for Service { mut program, load, not_serving, back_after, .. } in services {
        let memory = load.end().await?;
        program.kill();
        program.again(&credentials).await?;
        let findings = audit::compare(&program.partner(&credentials), &memory.changes()).await?;
        outcomes.push(Outcome {
            class,
            subject: program.subject,
            findings,
            refused: memory.refused.load(Ordering::Acquire),
            internal: memory.internal.load(Ordering::Acquire),
            reads: memory.reads.load(Ordering::Acquire),
            failed_reads: memory.failed_reads.load(Ordering::Acquire),
            not_serving,
            alarms: program.alarms()?,
            back_after,
        });
    }
    Ok(outcomes)
}

async fn round(
    class: Class,
    disk: &Disk,
    cluster: Option<&OwnPostgres>,
    credentials: &TestCredentials,
    services: &mut [Service],
) -> Result<(), Failure> {
    tokio::time::sleep(between(150, 900)).await;
    for service in &*services {
        service.memory.take_not_serving();
    }
    match class.trouble {
        Trouble::Killed => {}
        Trouble::KilledWhileFull => disk.fail(Fault::Full)?,
        Trouble::Disk(fault) => disk.fail(fault)?,
    }
    tokio::time::sleep(between(700, 2_500)).await;
    if class.trouble == Trouble::Disk(Fault::Full) && between(0, 2) < Duration::from_millis(1) {
        // Some room, for some writes.
        disk.free_a_little(100 << 10)?;
        tokio::time::sleep(between(300, 900)).await;
    }
    let wants_restart = !matches!(class.trouble, Trouble::Disk(Fault::Full | Fault::Refused(_)));
    for service in services.iter_mut() {
        service.not_serving += usize::from(service.memory.take_not_serving());
        if wants_restart {
            service.program.kill();
        }
    }
    match class.trouble {
        Trouble::Killed => {}
        Trouble::KilledWhileFull => disk.mend(Fault::Full)?,
        Trouble::Disk(fault) => disk.mend(fault)?,
    }
    let mended = Instant::now();
    if let Some(cluster) = cluster.filter(|cluster| !cluster.runs()) {
        // As its operator would.
        cluster.start()?;
    }
    for service in services.iter_mut() {
        if wants_restart {
            service.program.again(credentials).await?;
        }
        let back = loop {
            if let Some(time) = service.memory.last_acknowledged().filter(|time| *time > mended) {
                break time - mended;
            }
            if mended.elapsed() > BACK {
                let (subject, log) = (service.program.subject.name(), service.program.end_of_log()?);
                return Err(format!(
                    "{subject} acknowledges nothing after {BACK:?}; its log ends with\n{log}"
                )
                .into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        service.back_after.push(back);
    }
    Ok(())
}

fn own_server(disk: &Disk) -> Result<OwnPostgres, Failure> {
    let server = OwnPostgres::prepare_in(&disk.folder(), &disk.beside("postgres.log"), SMALL)?;
    server.start()?;
    Ok(server)
}

async fn create_database(cluster: &OwnPostgres, name: &str) -> Result<(), Failure> {
    use sea_orm::ConnectionTrait;
    let connection = sea_orm::Database::connect(cluster.url()).await?;
    connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    Ok(connection.close().await?)
}
