//! Measures of Seamless, each with a baseline in the same run. A measure prints JSON lines; see the README.
//!
//! Invariant: everything is bounded in count and time, listens on 127.0.0.1 only, and leaves nothing behind.

mod alerts;
mod bare;
mod connection;
mod core_time;
mod descriptions;
mod fairness;
mod feed_latency;
mod feed_reading;
mod get;
mod import;
mod matching;
mod memory;
mod memory_feed;
mod outcome;
mod plain_table;
mod reporting;
mod running;
mod screening;
mod tally;
mod targeting;
mod timing;
mod training;

use std::{collections::HashMap, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use seamless_notifications::Config;

/// As in the programs of the services.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What goes wrong in a measure, which then has no result.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures Seamless, each measure against a baseline in the same run; one JSON line each.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to measure
    measure: Measure,
    /// Public labelled pairs for `matching`; a relative path counts from the root of the workspace
    #[arg(long, value_name = "DIR", default_value = "../shared/data/matching")]
    pairs: PathBuf,
    /// Public import declarations for `targeting` and `targeting-live`; a relative path counts from the root of the workspace
    #[arg(long, value_name = "DIR", default_value = "../shared/data/customs")]
    declarations: PathBuf,
    /// Instead of measuring: train the weights of `seamless-matching` on the labelled pairs and write them
    #[arg(long, value_name = "FILE")]
    train_weights: Option<PathBuf>,
    #[command(flatten)]
    screening: screening::Sizes,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Measure {
    /// GetNotification a second, against a bare handler on the same store
    Get,
    /// Imported alerts a second, against a bare bulk insert
    Import,
    /// Events a second and latency of the feed, against bare streams and calls
    Feed,
    /// Resident memory of `seamless up --empty`, against a bare runtime
    Memory,
    /// F1 of the product matching, against word overlap; time and memory of a search, against a scan
    Matching,
    /// Alerts that a goods description finds, and unrelated goods that match one; against word overlap
    Descriptions,
    /// Precision, recall, calibration and time of the risk model, against the plain beta-binomial and a look-up of copies
    Targeting,
    /// Precision of the running service over a month that it examines and learns from, against a random forest
    TargetingLive,
    /// Decisions on arriving goods: a second, latency, memory; against bare inserts and echoes. Takes minutes and gigabytes
    Screening,
    /// What an authority still gets while another, or a stranger, takes all that it can. Takes minutes
    Fairness,
    /// Whether the time of a refusal tells a stranger that a notification exists
    Timing,
    /// Registrations a second for one activity, against the same transaction in the plainest code
    Training,
    /// Events taken in a second, against a bare insert; a quarterly report over a million events, and a PDF. Takes minutes
    Reporting,
    /// All of them but `screening`, `reporting` and `fairness`
    All,
}

#[tokio::main]
async fn main() -> ExitCode {
    let at_start = memory::own();
    let arguments = Arguments::parse();
    match run(arguments, at_start).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            outcome::complain(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments, at_start: Result<memory::Resident, Failure>) -> Result<(), Failure> {
    let Arguments { measure, pairs, declarations, train_weights, screening: sizes } = arguments;
    if let Some(weights) = train_weights {
        return matching::train(&pairs, &weights);
    }
    let is_wanted = |one| matches!((measure, one), (Measure::All, _)) || measure as u8 == one as u8;
    if is_wanted(Measure::Memory) {
        memory::measure(&at_start?).await?;
    }
    if is_wanted(Measure::Matching) {
        matching::measure(&pairs)?;
    }
    if is_wanted(Measure::Descriptions) {
        descriptions::measure()?;
    }
    if is_wanted(Measure::Targeting) {
        targeting::measure(&declarations)?;
    }
    // Logs and spans as the service has them in production: they are a part of the chassis.
    let defaults = Config::load(None, HashMap::new(), Vec::new())?.settings;
    let telemetry = seamless_service::telemetry::init(&defaults.telemetry, env!("CARGO_PKG_VERSION"))?;
    if is_wanted(Measure::Get) {
        get::measure().await?;
    }
    if is_wanted(Measure::Import) {
        import::measure().await?;
    }
    if is_wanted(Measure::Feed) {
        feed_reading::measure().await?;
        feed_latency::measure().await?;
    }
    if is_wanted(Measure::Timing) {
        timing::measure().await?;
    }
    if is_wanted(Measure::Training) {
        training::measure().await?;
    }
    if is_wanted(Measure::TargetingLive) {
        targeting::measure_live(&declarations).await?;
    }
    if let Measure::Screening = measure {
        screening::measure(&sizes).await?;
    }
    if let Measure::Reporting = measure {
        reporting::measure().await?;
    }
    if let Measure::Fairness = measure {
        fairness::measure().await?;
    }
    telemetry.shutdown()?;
    Ok(())
}
