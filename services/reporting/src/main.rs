//! `seamless-reporting`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{process::ExitCode, sync::LazyLock};

use clap::{Parser, Subcommand};
use seamless_program::{Options, Program, environment};
use seamless_reporting::{Config, config::ENVIRONMENT_PREFIX, make_report_key};

/// A service takes and gives back many small pieces of memory in every call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static VERSION: LazyLock<String> = LazyLock::new(|| seamless_program::version(env!("CARGO_PKG_VERSION")));

/// Reports that can be made again and defended, in English and Chinese.
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
    #[command(flatten)]
    Common(seamless_program::Command),
    /// Make a first key for reports, and exit; a folder that has one stays as it is.
    MakeReportKey,
    /// Put a new key for reports into use, and exit; the former public key stays published.
    RotateReportKey,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    #[allow(clippy::disallowed_methods, reason = "main reads the environment, for all others")]
    let environment = environment(std::env::vars_os(), ENVIRONMENT_PREFIX);
    let loaded = Config::load(options.config, environment, options.set);
    let aside = match &command {
        Command::Common(command) => command.aside(),
        Command::MakeReportKey | Command::RotateReportKey => None,
    };
    let carry_out = async |config: Config| {
        let key = |rotate| make_report_key(&config, rotate).map(|id| format!("{id}\n"));
        match command {
            Command::Common(command) => command.carry_out(config).await,
            Command::MakeReportKey => key(false),
            Command::RotateReportKey => key(true),
        }
    };
    let program = Program { name: "seamless-reporting", version: &VERSION };
    seamless_program::run(program, loaded, aside, carry_out).await
}
