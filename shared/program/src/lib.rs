//! How the program of every service starts, and what else it does: its options, its exit codes, its migrations, the check
//! of its feed, what it does where its database was lost or restored, and how it serves with its workers beside it.
//!
//! Invariant: whatever goes wrong is said in one line that names the file, the setting or the part, with its causes.

mod beginning;
mod check_files;
mod commands;
mod database;
mod every;
pub mod left_behind;
mod patience;
mod serving;
mod settings;
mod start;
mod upkeep;

use std::{
    collections::HashMap, ffi::OsString, fmt::Display, path::PathBuf, process::ExitCode, time::Duration,
};

pub use commands::{Command, Service};
pub use database::{close_database, migrate, restored, verify_feed};
pub use every::{Done, each_due, every};
use seamless_identity::IdentitySettings;
use seamless_service::{
    config::{ConfigError, Loaded, ServerSettings, TelemetrySettings, Validate},
    probe::Question,
};
pub use serving::{Opened, SANDBOX_AHEAD, Workers, ZONE_DATA};
pub use settings::{Looks, check_sections, check_within, files_of};
pub use start::{StartError, part};

/// Exit code where the configuration is wrong.
const WRONG_CONFIGURATION: u8 = 2;
/// Exit code of every other failure.
const FAILED: u8 = 1;

/// What every service takes on its command line, besides its command.
#[derive(clap::Args)]
pub struct Options {
    /// Configuration file (TOML); without it the defaults and the environment hold.
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
    /// A setting that overrides all others: server.listen=0.0.0.0:7400. May be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", global = true, value_parser = key_value)]
    pub set: Vec<(String, String)>,
}

/// What `probe` takes on its command line.
#[derive(clap::Args, Clone, Debug)]
pub struct Probe {
    /// Ask only whether the process runs, not whether it answers calls.
    #[arg(long)]
    liveness: bool,
    /// How long the answer may take, such as 500ms.
    #[arg(long, default_value = "2s", value_parser = time)]
    timeout: Duration,
}

fn time(text: &str) -> Result<Duration, String> {
    let time: jiff::SignedDuration = text.parse().map_err(|_| "wants a time such as 2s or 500ms")?;
    Duration::try_from(time).map_err(|_| "wants a time that is not negative".to_owned())
}

/// What `check-config` takes on its command line.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct CheckConfig {
    /// Do not look at the files that it names: they are elsewhere, where the service will run.
    #[arg(long)]
    without_files: bool,
}

/// What a program does with its configuration alone: it starts no telemetry, and opens nothing of the service.
#[derive(Clone, Debug)]
pub enum Aside {
    /// Show the configuration, and look at the files that it names.
    CheckConfig(CheckConfig),
    /// Ask the server that runs by this configuration on this machine how it is.
    Probe(Probe),
}

/// A program.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// As it is called.
    pub name: &'static str,
    /// As [`version`] gives it.
    pub version: &'static str,
}

/// The settings of a service, as far as every service has them.
pub trait Settings: Validate {
    /// Where it listens.
    fn server(&self) -> &ServerSettings;
    /// What is logged, and where traces and measures go.
    fn telemetry(&self) -> &TelemetrySettings;
    /// Who may call.
    fn identity(&self) -> &IdentitySettings;
}

/// A version with the commit that it was built from, if the build was told it by the variable `SEAMLESS_COMMIT`:
/// `0.1.0 (3f2c1ab)`.
pub fn version(package: &str) -> String {
    match option_env!("SEAMLESS_COMMIT") {
        Some(commit) if !commit.is_empty() => format!("{package} ({commit})"),
        _ => package.to_owned(),
    }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("wants KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// The variables that begin with a prefix. One that is no UTF-8 cannot be one of ours.
pub fn environment(
    variables: impl Iterator<Item = (OsString, OsString)>,
    prefix: &str,
) -> HashMap<String, String> {
    let texts =
        variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    texts.filter(|(name, _)| name.starts_with(prefix)).collect()
}

/// Runs a program with its configuration: does what is aside of the service, or carries its command out with telemetry
/// running, prints what that has to say, and flushes. Telemetry that does not reach its collector is a warning: the exit
/// code is that of the work.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to its user")]
pub async fn run<S: Settings>(
    program: Program,
    loaded: Result<Loaded<S>, ConfigError>,
    aside: Option<Aside>,
    carry_out: impl AsyncFnOnce(S) -> Result<String, StartError>,
) -> ExitCode {
    let Program { name, version } = program;
    let fail = |exit: u8, error: &dyn Display| {
        eprintln!("{name}: {error}");
        ExitCode::from(exit)
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return fail(WRONG_CONFIGURATION, &error),
    };
    match aside {
        Some(Aside::CheckConfig(CheckConfig { without_files })) => {
            print!("{}", loaded.effective());
            println!("\n# time zone data of the program: {}", seamless_calendar::zone_data_version());
            let wrong = if without_files { Vec::new() } else { check_files::wrong_in(&loaded.settings) };
            let exit = if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(WRONG_CONFIGURATION) };
            wrong.iter().for_each(|wrong| eprintln!("{name}: {wrong}"));
            return exit;
        }
        Some(Aside::Probe(Probe { liveness, timeout })) => {
            let question = if liveness { Question::Liveness } else { Question::Readiness };
            let listen = loaded.settings.server().listen;
            let answer = seamless_service::probe::probe(listen, question, timeout).await;
            return answer.map_or_else(|error| fail(FAILED, &error), |()| ExitCode::SUCCESS);
        }
        None => {}
    }
    seamless_service::install_crypto_provider();
    let telemetry = match seamless_service::telemetry::init(loaded.settings.telemetry(), version) {
        Ok(guard) => guard,
        Err(error) => return fail(FAILED, &error),
    };
    let done = carry_out(loaded.settings).await;
    let done = done.inspect_err(|error| tracing::error!(%error, "stopped by an error"));
    if let Err(error) = telemetry.shutdown() {
        eprintln!("{name}: warning: telemetry was lost: {error}");
    }
    match done {
        Ok(said) => {
            print!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(FAILED, &error),
    }
}
