//! The program as an operator and an orchestrator meet it: its exit codes, its probe, what it waits for and what not.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait;
use seamless_notifications::api::authorization::SCOPES;
use seamless_program::ZONE_DATA;
use seamless_proto::seamless::notifications::v1::ListInboxRequest;
use seamless_testkit::{TestCredentials, TestDatabase, eventually, own_postgres};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt;

use crate::running::Partner;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a drain without calls and a flush take at most, as set here, and as much again for a busy machine.
const END: Duration = Duration::from_secs(6);

/// What a program says that waits for its database.
const WAITS: &str = "the database is waited for";

/// The program with its settings.
struct Program {
    credentials: TestCredentials,
    port: u16,
    settings: Vec<String>,
}

impl Program {
    fn on(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let credentials = TestCredentials::new();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let receipt_keys = credentials.receipt_keys();
        seamless_receipts::generate(&receipt_keys).unwrap();
        let mut all = credentials.service_flags(database_url);
        let mut set = |key: &str, value: &str| all.push((key.to_owned(), value.to_owned()));
        set("server.listen", &format!("127.0.0.1:{port}"));
        set("database.migrate_at_start", "false");
        set("receipts.keys", &receipt_keys.display().to_string());
        settings.iter().for_each(|(key, value)| set(key, value));
        let settings =
            all.into_iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]);
        Self { credentials, port, settings: settings.collect() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seamless-notifications"));
        command.args(arguments).args(&self.settings);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn serve(&self) -> Running {
        Running::of(self.command(&["serve"]))
    }

    /// The exit code of a probe.
    fn probe(&self, arguments: &[&str]) -> i32 {
        self.run(&[&["probe"], arguments].concat()).status.code().unwrap()
    }

    async fn eventually_ready(&self) {
        eventually("the probe says that it serves", PATIENCE, async || self.probe(&[]) == 0).await;
    }

    fn address(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    fn partner(&self, authority: &str) -> Partner {
        let token = self.credentials.token(authority, &SCOPES);
        Partner::on(self.credentials.channel(&self.address(), Some(token)))
    }
}

/// The process, listened to; killed with the test.
struct Running {
    process: Child,
    /// What it wrote to its terminal so far.
    said: Arc<Mutex<String>>,
    listener: Option<JoinHandle<()>>,
}

impl Running {
    fn of(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(process.stderr.take().unwrap());
        let said: Arc<Mutex<String>> = Arc::default();
        let hears = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                *hears.lock().unwrap() += &format!("{line}\n");
            }
        });
        Self { process, said, listener: Some(listener) }
    }

    /// Waits for a line with these words, the `count`th of them, and gives it.
    async fn eventually_says(&self, words: &str, count: usize) -> String {
        eventually(words, PATIENCE, async || {
            let said = self.said.lock().unwrap().clone();
            said.lines().filter(|line| line.contains(words)).nth(count - 1).map(str::to_owned).ok_or(said)
        })
        .await
    }

    /// Asks it to stop, and gives how it ended and what it wrote to its terminal.
    fn stop(self) -> (ExitStatus, String) {
        let asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.end()
    }

    fn end(mut self) -> (ExitStatus, String) {
        let ended = self.process.wait().unwrap();
        self.listener.take().unwrap().join().unwrap();
        let said = self.said.lock().unwrap().clone();
        (ended, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A collector that takes every connection and never says a word.
fn hanging_collector() -> (SocketAddr, Arc<Mutex<Vec<TcpStream>>>) {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let held: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
    let holds = Arc::clone(&held);
    std::thread::spawn(move || socket.incoming().for_each(|each| holds.lock().unwrap().extend(each)));
    (address, held)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_holds_nothing_up_and_changes_no_exit_code() {
    let (collector, connections) = hanging_collector();
    let database = TestDatabase::sqlite().await;
    let endpoint = format!("http://{collector}");
    let program = Program::on(&database.url, &[("telemetry.otlp_endpoint", &endpoint)]);

    let began = Instant::now();
    let migrated = program.run(&["migrate"]);
    assert!(migrated.status.success(), "{migrated:?}");
    assert!(
        String::from_utf8_lossy(&migrated.stderr).contains("warning: telemetry was lost"),
        "{migrated:?}"
    );
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
    assert!(!connections.lock().unwrap().is_empty(), "the collector was asked");

    let serving = program.serve();
    program.eventually_ready().await;
    let mut gacc = program.partner("cn-gacc");
    gacc.transmissions.list_inbox(ListInboxRequest::default()).await.unwrap();
    let began = Instant::now();
    for _ in 0..200 {
        gacc.transmissions.list_inbox(ListInboxRequest::default()).await.unwrap();
    }
    assert!(began.elapsed() < Duration::from_secs(10), "200 calls took {:?}", began.elapsed());

    let began = Instant::now();
    let (ended, said) = serving.stop();
    assert!(ended.success(), "{ended}: {said}");
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
}

/// Local times are read by the data of the program; which version that is can be asked of the file of settings, the log and a
/// probe alike, and nothing of it depends on the machine.
#[tokio::test(flavor = "multi_thread")]
async fn which_time_zone_data_is_in_force_is_told_wherever_one_looks() {
    let database = TestDatabase::sqlite().await;
    let program = Program::on(&database.url, &[]);
    let version = seamless_calendar::zone_data_version();

    let checked = program.command(&["check-config"]).env("TZDIR", "/nonsense").output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    let checked = String::from_utf8(checked.stdout).unwrap();
    let told = format!("# time zone data of the program: {version}");
    assert_eq!(checked.lines().last(), Some(told.as_str()), "{checked}");
    let file = program.credentials.receipt_keys().with_extension("toml");
    std::fs::write(&file, checked).unwrap();
    let again = program.run(&["check-config", "--config", &file.display().to_string()]);
    assert!(again.status.success(), "what it prints can be read as settings: {again:?}");

    assert!(program.run(&["migrate"]).status.success());
    let mut serve = program.command(&["serve"]);
    serve.env("TZDIR", "/nonsense");
    let serving = Running::of(serve);
    program.eventually_ready().await;
    let mut probe = HealthClient::new(program.credentials.channel(&program.address(), None));
    let answer = probe.check(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(answer.metadata().get(ZONE_DATA).unwrap(), version);
    let (ended, said) = serving.stop();
    assert!(ended.success(), "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("time zone data")).collect();
    assert!(lines.len() == 1 && lines[0].contains(version), "{said}");
}

/// What a start would fail on is found before: every file that cannot be read, by its key, and what is wrong within those that
/// can.
#[tokio::test(flavor = "multi_thread")]
async fn the_files_that_settings_name_are_looked_at() {
    let database = TestDatabase::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let (nowhere, empty) = (folder.path().join("nowhere.pem"), folder.path().join("empty.pem"));
    std::fs::write(&empty, "").unwrap();
    let with = |paths: &[(&str, &Path)]| {
        let values: Vec<String> = paths.iter().map(|(_, path)| path.display().to_string()).collect();
        let settings: Vec<(&str, &str)> =
            paths.iter().zip(&values).map(|((key, _), value)| (*key, value.as_str())).collect();
        Program::on(&database.url, &settings)
    };
    let check = |paths: &[(&str, &Path)]| {
        let checked = with(paths).run(&["check-config"]);
        (checked.status.code(), String::from_utf8(checked.stderr).unwrap())
    };
    assert_eq!(check(&[]), (Some(0), String::new()));

    let (exit, said) = check(&[
        ("server.tls.key", &nowhere),
        ("server.tls.client_ca", &empty),
        ("identity.cooperation", folder.path()),
        ("receipts.keys", &empty),
    ]);
    let wanted = [
        format!("server.tls.key: {} is not there", nowhere.display()),
        format!("server.tls.client_ca: {} is empty", empty.display()),
        format!("identity.cooperation: {} is a folder; a file is wanted", folder.path().display()),
        format!("receipts.keys: {} is a file; a folder is wanted", empty.display()),
    ];
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        wanted.map(|line| format!("seamless-notifications: {line}"))
    );
    assert_eq!(exit, Some(2));

    let certificate = folder.path().join("certificate.pem");
    let cooperation = folder.path().join("cooperation.toml");
    std::fs::write(&certificate, "no certificate").unwrap();
    std::fs::write(&cooperation, "authorities = 3").unwrap();
    let (exit, said) =
        check(&[("server.tls.certificate", &certificate), ("identity.cooperation", &cooperation)]);
    assert_eq!(exit, Some(2), "{said}");
    assert!(said.contains("server.tls: ") && said.contains("identity.cooperation: "), "{said}");
    let elsewhere = with(&[("identity.cooperation", &nowhere)]);
    assert!(elsewhere.run(&["check-config", "--without-files"]).status.success());
}

/// A replica of the next release on the database of the last: alive, not ready, and it refuses calls until somebody has
/// migrated.
async fn waits_for_migrations(database: TestDatabase) {
    let program = Program::on(&database.url, &[]);
    assert_eq!(program.probe(&["--liveness"]), 1, "nothing runs");
    let serving = program.serve();
    eventually("it lives", PATIENCE, async || program.probe(&["--liveness"]) == 0).await;
    assert_eq!(program.probe(&[]), 1, "it is not ready");

    let mut gacc = program.partner("cn-gacc");
    let refused = gacc.transmissions.list_inbox(ListInboxRequest::default()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
    assert_eq!(refused.get_details_error_info().unwrap().reason, "NOT_SERVING");

    assert!(program.run(&["migrate"]).status.success());
    program.eventually_ready().await;
    gacc.transmissions.list_inbox(ListInboxRequest::default()).await.unwrap();

    let (ended, said) = serving.stop();
    assert!(ended.success(), "{said}");
    assert_eq!(said.matches("pending migrations (run seamless-notifications migrate)").count(), 1, "{said}");
    assert!(!said.contains("no such table") && !said.contains("does not exist"), "workers waited: {said}");
    assert_eq!(program.probe(&["--timeout", "500ms"]), 1, "nothing runs any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_on_sqlite_without_its_migrations_serves_nobody() {
    waits_for_migrations(TestDatabase::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_on_postgres_without_its_migrations_serves_nobody() {
    if let Some(database) = TestDatabase::postgres().await {
        waits_for_migrations(database).await;
    }
}

/// Whoever was taken out of the cooperation, and has left something, is named at the start.
async fn names_who_left(test: TestDatabase) {
    let program = Program::on(&test.url, &[]);
    assert!(program.run(&["migrate"]).status.success());
    let written = test.database.write(|tx| {
        Box::pin(async move {
            let left = "INSERT INTO feed_acknowledgement (authority, position, time_us) \
                        VALUES ('cn-gacc', 3, 0), ('xx-gone', 3, 0)";
            tx.execute_unprepared(left).await?;
            Ok::<_, seamless_storage::StorageError>(())
        })
    });
    written.await.unwrap();
    let serving = program.serve();
    let told = serving.eventually_says("has left records", 1).await;
    assert!(told.contains("WARN") && told.contains("xx-gone"), "{told}");
    assert!(told.contains("1 positions acknowledged"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_something_on_sqlite_is_named_at_the_start() {
    names_who_left(TestDatabase::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_something_on_postgres_is_named_at_the_start() {
    if let Some(database) = TestDatabase::postgres().await {
        names_who_left(database).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_starts_late_is_waited_for_and_a_wrong_password_is_not() {
    let Some(server) = own_postgres() else { return };
    let program = Program::on(&server.url(), &[("database.acquire_timeout", "500ms")]);
    let began = Instant::now();
    let mut migrating = Running::of(program.command(&["migrate"]));
    let serving = program.serve();
    for waiting in [&migrating, &serving] {
        waiting.eventually_says(WAITS, 2).await;
    }
    assert_eq!(migrating.process.try_wait().unwrap(), None, "it waits");
    server.start().unwrap();

    let (ended, said) = migrating.end();
    assert!(ended.success(), "{said}");
    assert!(
        said.contains("WARN") && !said.contains('\u{1B}'),
        "a log in a file has no colour codes: {said:?}"
    );
    let told = said.matches(WAITS).count() as u64;
    assert!(told <= began.elapsed().as_secs() + 1, "{told} lines, one a second at most: {said}");
    program.eventually_ready().await;
    assert!(serving.stop().0.success());

    for (wrong, url) in [
        ("password", server.url().replacen("//postgres:", "//postgres:not-", 1)),
        ("database", format!("{}_of_nobody", server.url())),
    ] {
        let began = Instant::now();
        let output = Program::on(&url, &[]).run(&["migrate"]);
        assert_eq!(output.status.code(), Some(1), "{wrong}");
        assert!(began.elapsed() < Duration::from_secs(20), "{wrong}: {:?}", began.elapsed());
        assert!(!String::from_utf8_lossy(&output.stderr).contains("waited for"), "{wrong}: {output:?}");
    }
}

#[tokio::test]
async fn whoever_stops_a_program_that_waits_is_not_kept_waiting() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let program = Program::on(&format!("postgres://nobody:x@{unused}/none"), &[]);
    let serving = program.serve();
    serving.eventually_says(WAITS, 1).await;
    let began = Instant::now();
    let (ended, said) = serving.stop();
    assert!(ended.success(), "{said}");
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
}
