//! `seamless-consignments`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{process::ExitCode, sync::LazyLock};

use clap::Parser;
use seamless_consignments::{Config, config::ENVIRONMENT_PREFIX};
use seamless_program::{Command, Options, Program, environment};

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

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    #[allow(clippy::disallowed_methods, reason = "main reads the environment, for all others")]
    let environment = environment(std::env::vars_os(), ENVIRONMENT_PREFIX);
    let loaded = Config::load(options.config, environment, options.set);
    let program = Program { name: "seamless-consignments", version: &VERSION };
    let aside = command.aside();
    seamless_program::run(program, loaded, aside, async |config| command.carry_out(config).await).await
}
