//! `seamless`: all services in one process, and the operator's client.

mod cli;
mod commands;
mod connection;
mod error;
mod import;
mod local;
mod names;
mod output;
mod table;
mod up;

use std::{process::ExitCode, sync::LazyLock};

use clap::CommandFactory;

use cli::{Cli, Command};
use connection::Connection;
use error::Failure;

/// As in the services, which `up` runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static VERSION: LazyLock<String> = LazyLock::new(|| seamless_program::version(env!("CARGO_PKG_VERSION")));

#[tokio::main]
async fn main() -> ExitCode {
    let cli = cli::parse();
    seamless_service::install_crypto_provider();
    #[allow(clippy::disallowed_methods, reason = "the program's main reads the environment")]
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        table::without_colour();
    }
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(format!("seamless: {}", failure.message));
            ExitCode::from(failure.exit)
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { target, command } = cli;
    let json = target.json;
    let mut command = match command {
        Command::Up(arguments) => {
            // Keys, tokens and databases are made for their owner alone.
            #[cfg(unix)]
            rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
            return up::run(&target, arguments).await;
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "seamless", &mut script);
            output::text(&script);
            return Ok(());
        }
        Command::VerifyReceipt(arguments) => return commands::verify_receipt::run(&arguments, json),
        Command::Report(cli::Report::Verify(saved)) | Command::Bulletin(cli::Bulletin::Verify(saved)) => {
            return commands::report_check::run(&saved, json);
        }
        other => other,
    };
    let connection = Connection::open(&target, command.service())?;
    names::resolve(&connection, &mut command).await?;
    match command {
        Command::Up(_) | Command::Completions { .. } | Command::VerifyReceipt(_) => Ok(()),
        Command::Inspections(step) => commands::inspections::run(&connection, step, json).await,
        Command::Screen(arguments) => commands::screen::run(&connection, arguments, json).await,
        Command::Screening(step) => commands::screenings::run(&connection, step, json).await,
        Command::Controls(step) => commands::controls::run(&connection, step, json).await,
        Command::Trust(arguments) => commands::trust::run(&connection, arguments, json).await,
        Command::Approvals(step) => commands::approvals::run(&connection, step, json).await,
        Command::Plan(step) => commands::plans::run(&connection, step, json).await,
        Command::Models(step) => commands::models::run(&connection, step, json).await,
        Command::Criteria(step) => commands::criteria::run(&connection, step, json).await,
        Command::Import(arguments) => commands::import::run(&connection, arguments, json).await,
        Command::List(arguments) => commands::list::run(&connection, arguments, json).await,
        Command::Search(arguments) => commands::search::run(&connection, arguments, json).await,
        Command::Similar(arguments) => commands::similar::run(&connection, arguments, json).await,
        Command::Submit(arguments) => commands::steps::submit(&connection, arguments, json).await,
        Command::Validate(arguments) => commands::steps::validate(&connection, arguments, json).await,
        Command::Transmit(arguments) => commands::transmit::run(&connection, arguments, json).await,
        Command::Withdraw(arguments) => commands::steps::withdraw(&connection, arguments, json).await,
        Command::Inbox(arguments) => commands::inbox::run(&connection, arguments, json).await,
        Command::Show(arguments) => commands::show::run(&connection, arguments, json).await,
        Command::Acknowledge(arguments) => commands::steps::acknowledge(&connection, arguments, json).await,
        Command::FollowUp(step) => commands::follow_up::run(&connection, step, json).await,
        Command::Clocks(arguments) => commands::clocks::run(&connection, arguments, json).await,
        Command::Clock(command) => commands::sandbox_clock::run(&connection, &target, command, json).await,
        Command::Fault(command) => commands::sandbox::fault(&connection, command, json).await,
        Command::Trace(step) => commands::trace::run(&connection, step, json).await,
        Command::Evidence(arguments) => commands::evidence::run(&connection, arguments, json).await,
        Command::ReportUnreadable(arguments) => {
            commands::evidence::report_unreadable(&connection, arguments, json).await
        }
        Command::ReceiptKeys => commands::evidence::keys(&connection).await,
        Command::Feed(arguments) if arguments.verify => {
            commands::verify_feed::run(&connection, &arguments).await
        }
        Command::Flag(step) => commands::conversations::flag(&connection, step, json).await,
        Command::Message(step) => commands::conversations::message(&connection, step, json).await,
        Command::Listing(step) => commands::listings::run(&connection, step, json).await,
        Command::Revoke(arguments) => commands::rights::revoke(&connection, arguments, json).await,
        Command::Holders(arguments) => commands::rights::holders(&connection, arguments, json).await,
        Command::Removals(arguments) => commands::rights::removals(&connection, arguments, json).await,
        Command::Propose(arguments) => commands::proposals::propose(&connection, arguments, json).await,
        Command::Proposals(step) => commands::proposals::run(&connection, step, json).await,
        Command::Attach(arguments) => commands::attachments::attach(&connection, arguments, json).await,
        Command::Attachments(arguments) => commands::attachments::list(&connection, arguments, json).await,
        Command::Download(arguments) => commands::download::run(&connection, arguments, json).await,
        Command::Feed(arguments) => {
            let stop = seamless_service::run::shutdown_signal();
            let stop = stop.map_err(|error| Failure::while_doing("signals", error))?;
            commands::feed::run(&connection, arguments, json, stop).await
        }
        Command::Activities(step) => commands::activities::run(&connection, step, json).await,
        Command::Register(arguments) => commands::registrations::register(&connection, arguments, json).await,
        Command::Registrations(step) => commands::registrations::run(&connection, step, json).await,
        Command::Slots(arguments) => commands::slots::run(&connection, arguments, json).await,
        Command::Attendance(step) => commands::attendance::run(&connection, step, json).await,
        Command::Certificates(step) => commands::certificates::run(&connection, step, json).await,
        Command::Materials(step) => commands::materials::run(&connection, step, json).await,
        Command::Calendars(step) => commands::calendars::run(&connection, step, json).await,
        Command::Obligations(arguments) => commands::obligations::run(&connection, arguments, json).await,
        Command::Mails(step) => commands::mails::run(&connection, step, json).await,
        Command::Needs(arguments) => commands::needs::topics(&connection, arguments, json).await,
        Command::Effect(arguments) => commands::needs::effect(&connection, arguments, json).await,
        Command::Feedback(step) => commands::feedback::run(&connection, step, json).await,
        Command::Situation(step) => commands::situation::run(&connection, step, json).await,
        Command::Report(step) => commands::reports::run(&connection, step, json).await,
        Command::Bulletin(step) => commands::bulletins::run(&connection, step, json).await,
        Command::Stats(step) => commands::stats::run(&connection, step, json).await,
        Command::Whoami(_) => commands::whoami::run(&connection, json).await,
    }
}
