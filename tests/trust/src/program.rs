//! A service as a process of its own, on the disk that fails.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use seamless_testkit::TestCredentials;

use crate::{
    Failure,
    disk::Disk,
    partner::{Partner, Subject},
};

/// How long it may take to answer.
const UP: Duration = Duration::from_secs(60);
/// Lines of the log that are told where something goes wrong.
const LINES: usize = 12;
/// What the log says, once, when the database takes no writes.
const ALARM: &str = "the database takes no writes: free space";

/// The running program.
pub struct Program {
    pub subject: Subject,
    child: Child,
    arguments: Vec<String>,
    variables: Vec<(&'static str, PathBuf)>,
    log: PathBuf,
    address: String,
}

impl Program {
    /// Starts it; its database is at `url`, its files lie on the disk.
    ///
    /// # Errors
    /// If it is not built, or does not answer.
    pub async fn start(
        subject: Subject,
        disk: &Disk,
        url: &str,
        credentials: &TestCredentials,
    ) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut settings = credentials.service_flags(url);
        settings.retain(|(key, _)| key != "files.url");
        let files = disk.folder().join(format!("{}-files", subject.name()));
        for (key, value) in [
            ("server.listen", format!("127.0.0.1:{port}")),
            ("files.url", files.display().to_string()),
            ("telemetry.log_filter", "info".to_owned()),
        ] {
            settings.push((key.to_owned(), value));
        }
        let mut arguments = vec!["serve".to_owned()];
        arguments
            .extend(settings.iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]));
        let log = disk.beside(&format!("{}.log", subject.name()));
        fs::write(&log, "")?;
        let address = format!("https://localhost:{port}");
        let (variables, child) = (disk.variables(), spawn(subject, &arguments, &disk.variables(), &log)?);
        let mut program = Self { subject, child, arguments, variables, log, address };
        program.wait(credentials).await?;
        Ok(program)
    }

    /// How a partner calls it.
    #[must_use]
    pub fn partner(&self, credentials: &TestCredentials) -> Partner {
        Partner::new(self.subject, credentials, &self.address)
    }

    /// kill -9: no drain, no word to anybody.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again on what is there.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn again(&mut self, credentials: &TestCredentials) -> Result<(), Failure> {
        self.child = spawn(self.subject, &self.arguments, &self.variables, &self.log)?;
        self.wait(credentials).await
    }

    /// How often its log has raised the alarm so far.
    ///
    /// # Errors
    /// If there is no log.
    pub fn alarms(&self) -> Result<usize, Failure> {
        Ok(fs::read_to_string(&self.log)?.matches(ALARM).count())
    }

    /// The last lines of its log.
    ///
    /// # Errors
    /// If there is no log.
    pub fn end_of_log(&self) -> Result<String, Failure> {
        let log = fs::read_to_string(&self.log)?;
        let lines: Vec<&str> = log.lines().collect();
        Ok(lines[lines.len().saturating_sub(LINES)..].join("\n"))
    }

    async fn wait(&mut self, credentials: &TestCredentials) -> Result<(), Failure> {
        let partner = self.partner(credentials);
        let began = Instant::now();
        while !partner.is_serving().await {
            let ended = self.child.try_wait()?;
            if ended.is_some() || began.elapsed() > UP {
                let (subject, log) = (self.subject.name(), self.end_of_log()?);
                return Err(format!("{subject} does not come up: {ended:?}; its log ends with\n{log}").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(
    subject: Subject,
    arguments: &[String],
    variables: &[(&'static str, PathBuf)],
    log: &PathBuf,
) -> Result<Child, Failure> {
    let program = std::env::current_exe()?.with_file_name(format!("seamless-{}", subject.name()));
    if !program.exists() {
        let program = program.display();
        return Err(format!("{program} is missing; build it first: cargo build --bins").into());
    }
    let log = File::options().append(true).open(log)?;
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?)
}
