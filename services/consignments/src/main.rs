//! `seamless-consignments`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use seamless_calendar::SystemClock;
use seamless_consignments::{Bound, Config, StartError, config::ENVIRONMENT_PREFIX, migrate, verify_feed};

/// What was inspected before export, what arrives, and which of it import control should examine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Configuration file (TOML); without it the defaults and the environment hold.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// A setting that overrides all others: server.listen=0.0.0.0:7402. May be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", global = true, value_parser = key_value)]
    set: Vec<(String, String)>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or ctrl-c, then drain.
    Serve,
    /// Apply the migrations of the database, and exit.
    Migrate,
    /// Print the effective configuration with secrets hidden, and exit; a wrong one is exit code 2.
    CheckConfig,
    /// Check the feed in the database against its chain of digests, and exit; what is broken is named, exit code 1.
    VerifyFeed,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("wants KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[tokio::main]
#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to its user")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let fail = |exit: u8, error: &dyn std::fmt::Display| {
        eprintln!("seamless-consignments: {error}");
        ExitCode::from(exit)
    };
    // A variable that is no UTF-8 cannot be one of ours.
    #[allow(clippy::disallowed_methods, reason = "main reads the environment, for all others")]
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let environment = texts.filter(|(name, _)| name.starts_with(ENVIRONMENT_PREFIX)).collect();
    let loaded = match Config::load(arguments.config, environment, arguments.set) {
        Ok(loaded) => loaded,
        Err(error) => return fail(2, &error),
    };
    if let Command::CheckConfig = arguments.command {
        print!("{}", loaded.effective());
        return ExitCode::SUCCESS;
    }
    let telemetry = match seamless_service::telemetry::init(&loaded.settings.telemetry) {
        Ok(guard) => guard,
        Err(error) => return fail(1, &error),
    };
    let done = run(arguments.command, loaded.settings).await;
    let done = done.inspect_err(|error| tracing::error!(%error, "stopped by an error"));
    let flushed = telemetry.shutdown().map_err(|error| error.to_string());
    done.map_err(|error| error.to_string())
        .and_then(|said| flushed.map(|()| print!("{said}")))
        .map_or_else(|error| fail(1, &error), |()| ExitCode::SUCCESS)
}

/// Carries a command out, and gives what it has to say.
async fn run(command: Command, config: Config) -> Result<String, StartError> {
    match command {
        Command::Migrate => migrate(&config).await.map(|_| String::new()),
        Command::VerifyFeed => verify_feed(&config).await.map(|count| format!("{count} events, intact\n")),
        Command::Serve | Command::CheckConfig => {
            let token = seamless_service::run::shutdown_signal()
                .map_err(|error| StartError::Part { what: "signals", why: error.to_string() })?;
            Bound::bind(config, Arc::new(SystemClock)).await?.run(token).await.map(|()| String::new())
        }
    }
}
