//! `seamless-notifications`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{process::ExitCode, sync::LazyLock};

use clap::{Parser, Subcommand};
use seamless_notifications::{Config, config::ENVIRONMENT_PREFIX, make_receipt_key};
use seamless_program::{Options, Program, environment};

/// A service takes and gives back many small pieces of memory in every call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static VERSION: LazyLock<String> = LazyLock::new(|| seamless_program::version(env!("CARGO_PKG_VERSION")));

/// Alerts on dangerous products, carried from one authority to another.
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
    /// Make a first key for receipts, and exit; a folder that has one stays as it is.
    MakeReceiptKey,
    /// Put a new key for receipts into use, and exit; the former public key stays published.
    RotateReceiptKey,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    #[allow(clippy::disallowed_methods, reason = "main reads the environment, for all others")]
    let environment = environment(std::env::vars_os(), ENVIRONMENT_PREFIX);
    let loaded = Config::load(options.config, environment, options.set);
    let aside = match &command {
        Command::Common(command) => command.aside(),
        Command::MakeReceiptKey | Command::RotateReceiptKey => None,
    };
    let carry_out = async |config: Config| {
        let key = |rotate| make_receipt_key(&config, rotate).map(|id| format!("{id}\n"));
        match command {
            Command::Common(command) => command.carry_out(config).await,
            Command::MakeReceiptKey => key(false),
            Command::RotateReceiptKey => key(true),
        }
    };
    let program = Program { name: "seamless-notifications", version: &VERSION };
    seamless_program::run(program, loaded, aside, carry_out).await
}
