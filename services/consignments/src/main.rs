//! `seamless-consignments`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use seamless_calendar::SystemClock;
use seamless_consignments::{Bound, Config, config::ENVIRONMENT_PREFIX, migrate};
use seamless_program::{Options, StartError, environment, restored, verify_feed};

/// A service takes and gives back many small pieces of memory in every call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What was inspected before export, what arrives, and which of it import control should examine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    options: Options,
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
    /// Say that the database was restored from a backup, and exit: its feed begins a new epoch, which all who follow it
    /// notice. To be done before anybody serves from it again.
    Restored {
        /// The position up to which nothing was lost, where somebody served from the restored database already; else it
        /// is the head. 0 if it is not known.
        #[arg(long, value_name = "POSITION")]
        agrees_up_to: Option<i64>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    #[allow(clippy::disallowed_methods, reason = "main reads the environment, for all others")]
    let environment = environment(std::env::vars_os(), ENVIRONMENT_PREFIX);
    let loaded = Config::load(options.config, environment, options.set);
    let is_check = matches!(command, Command::CheckConfig);
    let carry_out = async |config| carry_out(command, config).await;
    seamless_program::run("seamless-consignments", loaded, is_check, |config| &config.telemetry, carry_out)
        .await
}

/// Carries a command out, and gives what it has to say.
async fn carry_out(command: Command, config: Config) -> Result<String, StartError> {
    match command {
        Command::Migrate => migrate(&config).await.map(|_| String::new()),
        Command::Restored { agrees_up_to } => restored(&config.database, agrees_up_to, &SystemClock).await,
        Command::VerifyFeed => {
            verify_feed(&config.database).await.map(|count| format!("{count} events, intact\n"))
        }
        Command::Serve | Command::CheckConfig => {
            let token = seamless_service::run::shutdown_signal()
                .map_err(|error| StartError::Part { what: "signals", why: error.to_string() })?;
            Bound::bind(config, Arc::new(SystemClock)).await?.run(token).await.map(|()| String::new())
        }
    }
}
