//! The consignments service as a process of its own, so that its memory and its time are its own.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use seamless_consignments::api::authorization::SCOPES;
use seamless_proto::seamless::consignments::v1::{
    GetScreeningStatusRequest, ScreeningStatus, screening_service_client::ScreeningServiceClient,
};
use seamless_testkit::{TestDatabase, eventually};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    Failure,
    connection::{self, Connection},
    memory::{self, Resident},
    running::Running,
};

/// How long it may take to answer, and to know all alerts.
const UP: Duration = Duration::from_secs(120);
/// The authority that screens.
const CUSTOMS: &str = "nl-customs";
/// Seconds that the system counts a process's time in.
const TICK: f64 = 0.01;
/// Of the log, what is told should it not come up.
const TOLD: usize = 2_000;

/// The running service.
pub struct Server {
    child: Child,
    address: String,
    database_url: String,
    folder: TempDir,
}

impl Server {
    /// Starts it on a migrated database, with its default settings and the alerts of the notifications service.
    ///
    /// # Errors
    /// If the program is missing or does not come up.
    pub async fn start(database: &TestDatabase, notifications: &Running) -> Result<Self, Failure> {
        let program = program()?;
        let credentials = &notifications.credentials;
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let text = |path: &Path| path.display().to_string();
        let mut settings = credentials.service_flags(&database.url);
        let alerts_token = credentials.token("eu-just", &seamless_notifications::api::authorization::SCOPES);
        for (key, value) in [
            ("server.listen", format!("127.0.0.1:{port}")),
            ("files.url", text(&folder.path().join("files"))),
            ("alerts.authority", "eu-just".to_owned()),
            ("alerts.channel.address", notifications.address().to_owned()),
            ("alerts.channel.ca", text(&credentials.issuer().ca_certificate())),
            ("alerts.channel.token", alerts_token),
        ] {
            settings.retain(|(known, _)| known != key);
            settings.push((key.to_owned(), value));
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        let child = Command::new(program)
            .args(settings.iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]))
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let address = format!("https://localhost:{port}");
        let mut server = Self { child, address, database_url: database.url.clone(), folder };
        server.wait_until_up(notifications).await?;
        Ok(server)
    }

    async fn wait_until_up(&mut self, notifications: &Running) -> Result<(), Failure> {
        let connection = self.connection(notifications);
        let up = eventually("the service answers, or has ended", UP, async || {
            if let Ok(Some(_)) = self.child.try_wait() {
                return Some(false);
            }
            status(connection.clone()).await.ok().map(|_| true)
        });
        if up.await {
            return Ok(());
        }
        let log = std::fs::read_to_string(self.folder.path().join("log"))?;
        let tail: String = log.chars().rev().take(TOLD).collect::<Vec<_>>().into_iter().rev().collect();
        Err(format!("seamless-consignments ended: {tail}").into())
    }

    /// A connection of customs at Rotterdam, with every scope. It connects with its first call.
    #[must_use]
    pub fn connection(&self, notifications: &Running) -> Connection {
        let credentials = &notifications.credentials;
        let token = credentials.token(CUSTOMS, &SCOPES);
        connection::of(credentials.channel(&self.address, Some(token)))
    }

    /// Waits until it knows so many alerts, and gives what it says of itself.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn knows_alerts(
        &self,
        notifications: &Running,
        alerts: u32,
    ) -> Result<ScreeningStatus, Failure> {
        let connection = self.connection(notifications);
        let known = eventually("all alerts are known", UP, async || match status(connection.clone()).await {
            Ok(told) if told.alerts >= i64::from(alerts) => Ok(told),
            Ok(told) => Err(format!("{told:?}").into()),
            Err(failure) => Err::<_, Failure>(failure),
        });
        Ok(known.await)
    }

    /// Waits until it holds all pre-inspections in memory.
    pub async fn holds_inspections(&self, notifications: &Running) {
        let connection = self.connection(notifications);
        let held = eventually("all pre-inspections are held", UP, async || {
            status(connection.clone()).await.is_ok_and(|told| told.inspections_in_memory).then_some(())
        });
        held.await;
    }

    /// The time that it has had of the cores, in seconds.
    ///
    /// # Errors
    /// If it has ended.
    pub fn core_seconds(&self) -> Result<f64, Failure> {
        core_seconds(&self.id()?.to_string())
    }

    /// The same of the sessions of PostgreSQL that serve it; 0 on SQLite, where the service does that work itself.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn database_core_seconds(&self) -> Result<f64, Failure> {
        let Some(name) = self.database_url.strip_prefix("postgres://").and_then(|url| url.rsplit('/').next())
        else {
            return Ok(0.0);
        };
        let name = name.split('?').next().unwrap_or_default();
        let mut seconds = 0.0;
        for process in std::fs::read_dir("/proc")?.flatten() {
            let title = std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default();
            if title.starts_with("postgres: ") && title.contains(name) {
                // A session may end in the meantime.
                seconds += core_seconds(&process.file_name().to_string_lossy()).unwrap_or_default();
            }
        }
        Ok(seconds)
    }

    /// What it holds of the memory.
    ///
    /// # Errors
    /// If it has ended.
    pub fn resident(&self) -> Result<Resident, Failure> {
        memory::resident(&self.id()?.to_string())
    }

    fn id(&self) -> Result<u32, Failure> {
        Ok(self.child.id().ok_or("seamless-consignments has ended")?)
    }

    /// Ends it.
    ///
    /// # Errors
    /// If it does not end in time.
    pub async fn stop(mut self) -> Result<(), Failure> {
        memory::end(&mut self.child).await.map(|_| ())
    }
}

async fn status(connection: Connection) -> Result<ScreeningStatus, Failure> {
    let mut client = ScreeningServiceClient::new(connection);
    Ok(client.get_screening_status(GetScreeningStatusRequest::default()).await?.into_inner())
}

fn program() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?.with_file_name("seamless-consignments");
    if program.exists() {
        return Ok(program);
    }
    let program = program.display();
    Err(format!("{program} is missing; build it first: cargo build --release -p seamless-consignments")
        .into())
}

/// User and system time of a process, in seconds.
fn core_seconds(process: &str) -> Result<f64, Failure> {
    let told = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program may hold anything; after its bracket the fields are numbered from 3.
    let fields = told.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: Vec<u64> = fields.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
    match ticks.as_slice() {
        [user, system] => Ok((user + system) as f64 * TICK),
        _ => Err(format!("/proc/{process}/stat says no times").into()),
    }
}
