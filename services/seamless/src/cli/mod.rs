//! The command line.

mod attachments;
mod clocks;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use attachments::{Attach, Attachments, Download};
pub use clocks::{Clock, Clocks, Fault, FaultKind};

use crate::import::Format;

/// Seamless: product-safety authorities keep unsafe products out of consumers' hands together.
///
/// `seamless up` runs all services in one process; the other commands are the operator's client.
/// Exit codes: 0 done; 1 failed; 2 wrong usage or configuration; 3 refused for lack of credentials or rights;
/// 4 refused because of the state or content of a record; 5 service out of reach; 6 done, but some rows were rejected.
#[derive(Debug, Parser)]
#[command(name = "seamless", version, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub target: Target,
    #[command(subcommand)]
    pub command: Command,
}

/// Where to call, and as whom.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// The data folder of a local `seamless up`, where addresses and credentials are found
    #[arg(long, global = true, env = "SEAMLESS_DATA", default_value = "seamless-data", value_name = "DIR")]
    pub data: PathBuf,
    /// The authority to act for: eu-just, cn-gacc, …
    #[arg(long = "as", global = true, env = "SEAMLESS_AS", value_name = "AUTHORITY")]
    pub authority: Option<String>,
    /// The address of the notifications service, instead of that of the local `up`: https://host:7401
    #[arg(long, global = true, value_name = "URL")]
    pub address: Option<String>,
    /// PEM file of the certificate authority of the service
    #[arg(long, global = true, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// File with the bearer token
    #[arg(long, global = true, value_name = "FILE")]
    pub token: Option<PathBuf>,
    /// PEM file with a client certificate, instead of a token
    #[arg(long, global = true, value_name = "FILE", requires = "key")]
    pub cert: Option<PathBuf>,
    /// PEM file with the client certificate's key
    #[arg(long, global = true, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    /// Print JSON (one document a line) for programs, instead of tables
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run all services in one process on SQLite, with own certificates and sample alerts
    Up(Up),
    /// Import alerts of another system from a file
    Import(Import),
    /// List the notifications that the authority may see, newest first
    List(List),
    /// Hand a draft to the contact point
    Submit(Name),
    /// Decide on a submission, as the contact point
    Validate(Validate),
    /// Send notifications to another authority
    Transmit(Transmit),
    /// Take a notification back
    Withdraw(Withdraw),
    /// Show the inbox: products sold online first, then serious risks, then the nearest deadline
    Inbox(Inbox),
    /// Show a notification with its transmissions and follow-ups
    Show(Name),
    /// Acknowledge a notification from the inbox
    Acknowledge(Name),
    /// Investigate a notification, step by step
    #[command(subcommand)]
    FollowUp(FollowUp),
    /// List by when who has to act, or explain the clocks of one notification
    Clocks(Clocks),
    /// Move the clock of a sandbox
    #[command(subcommand)]
    Clock(Clock),
    /// Have feeds of a sandbox go wrong on purpose
    #[command(subcommand)]
    Fault(Fault),
    /// Attach a file to a notification: announce, send, go on after each cut
    Attach(Attach),
    /// List the files attached to a notification
    Attachments(Attachments),
    /// Download an attached file, or a part of it
    Download(Download),
    /// Read the feed of events
    Feed(Feed),
    /// Show on whose behalf the commands run, and whether the service agrees
    Whoami,
    /// Print the completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct Up {
    /// Load no sample alerts
    #[arg(long)]
    pub empty: bool,
    /// Run with the real clock, which nobody can move: no sandbox
    #[arg(long)]
    pub no_sandbox: bool,
    /// The port of the notifications service; 0 takes a free one
    #[arg(long, default_value_t = 7401)]
    pub port: u16,
    /// How much to log: error, warn, info, debug, or target=level
    #[arg(long, default_value = "warn", env = "SEAMLESS_LOG")]
    pub log: String,
    /// Send traces, metrics and logs to this OpenTelemetry collector (OTLP over gRPC)
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otlp: Option<String>,
}

#[derive(Debug, Args)]
pub struct Import {
    /// The form of the file
    pub format: Format,
    /// The file; - reads standard input
    pub file: PathBuf,
    /// Import as drafts, instead of validated alerts
    #[arg(long)]
    pub draft: bool,
    /// Name every value that was kept as text only, such as a country that is not known
    #[arg(long)]
    pub remarks: bool,
    /// Where rejected rows go, with the reasons [default: FILE.rej.jsonl in the working folder]
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Name {
    /// notifications/UUID, or the UUID alone
    #[arg(value_name = "NOTIFICATION")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    pub filter: Filter,
    /// How many to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

#[derive(Debug, Clone, Default, Args)]
pub struct Filter {
    /// Only those made in this country (ISO 3166-1 alpha-2); may be repeated
    #[arg(long, value_name = "COUNTRY")]
    pub origin: Vec<String>,
    /// Only those in this state: draft, submitted, validated, transmitted, withdrawn; may be repeated
    #[arg(long, value_name = "STATE")]
    pub state: Vec<String>,
    /// Only those with these words
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    /// Only products sold online
    #[arg(long)]
    pub online: bool,
}

#[derive(Debug, Args)]
pub struct Validate {
    #[command(flatten)]
    pub name: Name,
    /// Return it to its originator: what is to be mended, as FIELD=TEXT; may be repeated
    #[arg(long = "return", value_name = "FIELD=TEXT")]
    pub returned: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Transmit {
    /// notifications/UUID, or the UUID alone; several, or none with a filter
    #[arg(value_name = "NOTIFICATION")]
    pub names: Vec<String>,
    /// The authority that is to have them; may be repeated
    #[arg(long, required = true, value_name = "AUTHORITY")]
    pub to: Vec<String>,
    /// The arrangement, where more than one is in force
    #[arg(long)]
    pub arrangement: Option<String>,
    /// All validated notifications made in this country (ISO 3166-1 alpha-2); may be repeated
    #[arg(long, value_name = "COUNTRY", conflicts_with = "names")]
    pub origin: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    pub name: Name,
    /// Why; every recipient reads it
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Inbox {
    /// How many to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Only those in this state: sent, acknowledged, reacted, withdrawn; may be repeated
    #[arg(long, value_name = "STATE")]
    pub state: Vec<String>,
    /// Drills or tests instead of real alerts
    #[arg(long, value_enum, default_value_t = Status::Actual)]
    pub status: Status,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Status {
    Actual,
    Exercise,
    Test,
}

/// Steps of an investigation.
#[derive(Debug, Subcommand)]
pub enum FollowUp {
    /// Begin the investigation of an acknowledged notification
    Start(Step),
    /// The manufacturer was traced
    Traced {
        #[command(flatten)]
        step: Step,
        /// The manufacturer's name
        #[arg(long)]
        manufacturer: String,
        /// Its postal address
        #[arg(long, default_value = "")]
        manufacturer_address: String,
        /// Its country (ISO 3166-1 alpha-2)
        #[arg(long, default_value = "")]
        country: String,
        /// Its Chinese unified social credit code
        #[arg(long, default_value = "")]
        credit_code: String,
    },
    /// The manufacturer could not be traced
    NotTraced {
        #[command(flatten)]
        step: Step,
        /// Why: insufficient-identification, company-not-found, company-closed, counterfeit, not-made-here, other
        #[arg(long)]
        reason: String,
        /// A field whose absence stood in the way: product.gtins; may be repeated
        #[arg(long, value_name = "FIELD")]
        missing: Vec<String>,
    },
    /// A measure was adopted
    Measure {
        #[command(flatten)]
        step: Step,
        /// Which: corrective-action-at-factory, export-ban, stop-of-sales, … (the contract's MeasureAction)
        #[arg(long)]
        action: String,
        /// What is done, in words
        #[arg(long, default_value = "")]
        description: String,
        /// Taken by the operator of its own accord
        #[arg(long)]
        voluntary: bool,
    },
    /// There will be no measure
    NoMeasure {
        #[command(flatten)]
        step: Step,
        /// Why: manufacturer-not-traced, already-corrected, production-ceased, conforms-at-origin,
        /// insufficient-evidence, no-powers, risk-not-confirmed, other
        #[arg(long)]
        reason: String,
    },
    /// End the follow-up
    Close(Step),
    /// Open a closed follow-up again because of new facts (say them with --note)
    Reopen(Step),
    /// List the follow-ups that the authority may see
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
}

#[derive(Debug, Args)]
pub struct Step {
    #[command(flatten)]
    pub name: Name,
    /// What is said with it, for the other side
    #[arg(long, default_value = "")]
    pub note: String,
    /// For the own authority alone
    #[arg(long, default_value = "")]
    pub internal_note: String,
}

#[derive(Debug, Args)]
pub struct Feed {
    /// The position after which to begin
    #[arg(long, default_value_t = 0)]
    pub after: i64,
    /// Go on as events come, over restarts of the service, until ctrl-c
    #[arg(long)]
    pub follow: bool,
    /// Acknowledge what was printed: the evidence of delivery
    #[arg(long)]
    pub acknowledge: bool,
    /// How many to print at most
    #[arg(long)]
    pub limit: Option<usize>,
}
