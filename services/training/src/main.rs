//! `seamless-training`: serve, migrate, check-config. The only place of the service that touches globals: the
//! environment, the telemetry subscriber, signals.

use std::{process::ExitCode, sync::LazyLock};

use clap::{Parser, Subcommand};
use seamless_program::{Options, Program, environment};
use seamless_training::{Config, config::ENVIRONMENT_PREFIX, make_certificate_key};

/// A service takes and gives back many small pieces of memory in every call.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static VERSION: LazyLock<String> = LazyLock::new(|| seamless_program::version(env!("CARGO_PKG_VERSION")));

/// Workshops, webinars, visits and campaigns: who takes part, and what came of them.
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
    /// Make a first key for certificates, and exit; a folder that has one stays as it is.
    MakeCertificateKey,
    /// Put a new key for certificates into use, and exit; the former public key stays published.
    RotateCertificateKey,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    #[allow(clippy::disallowed_methods, reason = "main reads the environment, for all others")]
    let environment = environment(std::env::vars_os(), ENVIRONMENT_PREFIX);
    let loaded = Config::load(options.config, environment, options.set);
    let aside = match &command {
        Command::Common(command) => command.aside(),
        Command::MakeCertificateKey | Command::RotateCertificateKey => None,
    };
    let carry_out = async |config: Config| {
        let key = |rotate| make_certificate_key(&config, rotate).map(|id| format!("{id}\n"));
        match command {
            Command::Common(command) => command.carry_out(config).await,
            Command::MakeCertificateKey => key(false),
            Command::RotateCertificateKey => key(true),
        }
    };
    let program = Program { name: "seamless-training", version: &VERSION };
    seamless_program::run(program, loaded, aside, carry_out).await
}
