//! `seamless-consignments`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{
    process::ExitCode,
    sync::{Arc, LazyLock},
};

use clap::{Parser, Subcommand};
use seamless_calendar::SystemClock;
use seamless_consignments::{Bound, Config, config::ENVIRONMENT_PREFIX, migrate};
use seamless_program::{Aside, Options, Probe, Program, StartError, environment, restored, verify_feed};

/// A service takes and gives back many small pieces of memory in every call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static VERSION: LazyLock<String> = LazyLock::new(|| seamless_program::version(env!("CARGO_PKG_VERSION")));

/// What was inspected before export, what arrives, and which of it import control should examine.
#[derive(Parser)]
#[command(version = VERSION.as_str())]
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
    /// Ask the server that runs by this configuration on this machine whether it serves; exit code 1 where it does not.
    Probe(Probe),
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
    let aside = match &command {
        Command::CheckConfig => Some(Aside::CheckConfig),
        Command::Probe(probe) => Some(Aside::Probe(probe.clone())),
        _ => None,
    };
    let carry_out = async |config| carry_out(command, config).await;
    let program = Program { name: "seamless-consignments", version: &VERSION };
    seamless_program::run(program, loaded, aside, carry_out).await
}

/// Carries a command out, and gives what it has to say.
async fn carry_out(command: Command, config: Config) -> Result<String, StartError> {
    match command {
        Command::Migrate => migrate(&config).await.map(|_| String::new()),
        Command::Restored { agrees_up_to } => restored(&config.database, agrees_up_to, &SystemClock).await,
        Command::VerifyFeed => {
            verify_feed(&config.database).await.map(|count| format!("{count} events, intact\n"))
        }
        Command::Serve | Command::CheckConfig | Command::Probe(_) => {
            let token = seamless_service::run::shutdown_signal()
                .map_err(|error| StartError::Part { what: "signals", why: error.to_string() })?;
            let bound = token.run_until_cancelled(Bound::bind(config, Arc::new(SystemClock))).await;
            match bound.transpose()? {
                Some(bound) => bound.run(token).await.map(|()| String::new()),
                None => Ok(String::new()),
            }
        }
    }
}
