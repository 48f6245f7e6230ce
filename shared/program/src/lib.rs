//! How the program of every service starts, and what else it does: its options, its exit codes, its migrations, the check
//! of its feed, and what it does where its database was lost or restored.
//!
//! Invariant: whatever goes wrong is said in one line that names the file, the setting or the part, with its causes.

mod beginning;
mod database;
mod start;

use std::{collections::HashMap, ffi::OsString, fmt::Display, path::PathBuf, process::ExitCode};

pub use database::{close_database, migrate, open_database, restored, verify_feed};
use seamless_service::config::{ConfigError, Loaded, TelemetrySettings};
pub use start::{StartError, part, read_cooperation};

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

/// Runs a program with its configuration: shows it where `is_check` asks for no more, or carries its command out with
/// telemetry running, prints what that has to say, and flushes.
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to its user")]
pub async fn run<S>(
    program: &str,
    loaded: Result<Loaded<S>, ConfigError>,
    is_check: bool,
    telemetry: impl Fn(&S) -> &TelemetrySettings,
    carry_out: impl AsyncFnOnce(S) -> Result<String, StartError>,
) -> ExitCode {
    let fail = |exit: u8, error: &dyn Display| {
        eprintln!("{program}: {error}");
        ExitCode::from(exit)
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return fail(WRONG_CONFIGURATION, &error),
    };
    if is_check {
        print!("{}", loaded.effective());
        return ExitCode::SUCCESS;
    }
    let telemetry = match seamless_service::telemetry::init(telemetry(&loaded.settings)) {
        Ok(guard) => guard,
        Err(error) => return fail(FAILED, &error),
    };
    let done = carry_out(loaded.settings).await;
    let done = done.inspect_err(|error| tracing::error!(%error, "stopped by an error"));
    let flushed = telemetry.shutdown().map_err(|error| error.to_string());
    done.map_err(|error| error.to_string())
        .and_then(|said| flushed.map(|()| print!("{said}")))
        .map_or_else(|error| fail(FAILED, &error), |()| ExitCode::SUCCESS)
}
