//! The command line.

mod attachments;
mod bulletins;
mod calendars;
mod certificates;
mod clocks;
mod conversations;
mod evidence;
mod feedback;
mod follow_up;
mod goods;
mod language;
mod mails;
mod materials;
mod models;
mod named;
mod needs;
mod plain_numbers;
mod reports;
mod rights;
mod schedules;
mod service;
mod situation;
mod stats;
mod targeting;
mod trace;
mod training;
mod trust;
mod up;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use attachments::{Attach, Attachments, Download};
pub use bulletins::{Bulletin, BulletinName};
pub use calendars::Calendars;
pub use certificates::Certificates;
pub use clocks::{Clock, Clocks, Fault, FaultKind};
pub use conversations::{Flag, Listing, Message, Text};
pub use evidence::{Evidence, Feed, ReportUnreadable, VerifyReceipt, Whoami};
pub use feedback::{Feedback, GiveFeedback};
pub use follow_up::{FollowUp, Step};
pub use goods::{
    Controls, ControlsFile, Declared, Inspections, Results, Rows, Screen, Screening, Watched, WorkList,
};
pub use language::Language;
pub use mails::Mails;
pub use materials::{Materials, NewEdition};
pub use models::Models;
pub use needs::{Effect, Needs};
pub use plain_numbers::parse;
pub use reports::{CasesOf, Report, ReportFormat, ReportName, ReportStep, SavedReport};
pub use rights::{Proposals, Propose, RemovalStep, Removals};
pub use schedules::{ScheduleName, Schedules};
pub use service::Service;
pub use situation::Situation;
pub use stats::{Counted, Stats, StatsQuery, StatsRelease, Times};
pub use targeting::{Criteria, Plan, PlanOf};
pub use trace::*;
pub use training::{Activities, Attendance, ImportAttendance, Obligations, Register, Registrations, Slots};
pub use trust::{Approvals, Trust, TrustStep};
pub use up::Up;

use crate::import::Format;

/// Seamless: product-safety authorities keep unsafe products out of consumers' hands together.
///
/// `seamless up` runs all services in one process; the other commands are the operator's client.
/// Exit codes: 0 done; 1 failed; 2 wrong usage or configuration; 3 refused for lack of credentials or rights;
/// 4 refused because of the state or content of a record; 5 service out of reach; 6 done, but some rows were rejected;
/// 7 the service was restored from a backup, and the position that was given is of what was lost.
#[derive(Debug, Parser)]
#[command(name = "seamless", version = crate::VERSION.as_str(), max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    pub target: Target,
    #[command(subcommand)]
    pub command: Command,
}

/// Where to call, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of all commands")]
pub struct Target {
    /// The data folder of a local `seamless up`, where addresses and credentials are found
    #[arg(long, global = true, env = "SEAMLESS_DATA", default_value = "seamless-data", value_name = "DIR")]
    pub data: PathBuf,
    /// The authority to act for: eu-just, cn-gacc, …
    #[arg(long = "as", global = true, env = "SEAMLESS_AS", value_name = "AUTHORITY")]
    pub authority: Option<String>,
    /// The address of the service, instead of that of the local `up`: https://host:7401
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
    /// The language in which categories, risks, measures, remedies and counts are called
    #[arg(long, global = true, env = "SEAMLESS_LANGUAGE", value_enum, default_value_t = Language::En)]
    pub language: Language,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run all services in one process on SQLite, with own certificates and samples
    Up(Up),
    /// Import alerts of another system from a file
    Import(Import),
    /// List the notifications that the authority may see, newest first
    List(List),
    /// Find notifications by words, in English, Chinese or any other language, best first
    Search(Search),
    /// Show which notifications are probably on the same product
    Similar(Similar),
    /// Hand a draft to the contact point
    Submit(Submit),
    /// Decide on a submission, as the contact point
    Validate(Validate),
    /// Send notifications to another authority
    Transmit(Transmit),
    /// Take a notification back
    Withdraw(Withdraw),
    /// Show the inbox: products sold online first, then by risk level, then the nearest deadline; closed cases last
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
    /// Search for the manufacturer, step by step
    #[command(subcommand)]
    Trace(Trace),
    /// Raise, answer and settle flags on notifications
    #[command(subcommand)]
    Flag(Flag),
    /// Exchange messages with the other side of a notification
    #[command(subcommand)]
    Message(Message),
    /// Follow the offers of a product on the web
    #[command(subcommand)]
    Listing(Listing),
    /// Take a recipient off a notification: it reads nothing of it any more, and has to remove what it has
    Revoke(Revoke),
    /// Show who still holds which versions of a notification
    Holders(Name),
    /// List what holders are to remove, or confirm that it is removed
    Removals(Removals),
    /// Propose a change to another authority's notification
    Propose(Propose),
    /// List proposals, and decide on them
    #[command(subcommand)]
    Proposals(Proposals),
    /// Attach a file to a notification: announce, send, go on after each cut
    Attach(Attach),
    /// List the files attached to a notification
    Attachments(Attachments),
    /// Download an attached file, or a part of it
    Download(Download),
    /// Read the feed of events
    Feed(Feed),
    /// Show the ledgers of a notification: sent, delivered, opened, acknowledged, acted; or save the file of the case
    Evidence(Evidence),
    /// Say that a version that was received cannot be used, and why
    ReportUnreadable(ReportUnreadable),
    /// Print the public keys of receipts (JWKS); keep them with the receipts
    ReceiptKeys,
    /// Check receipts offline, with the public keys alone
    VerifyReceipt(VerifyReceipt),
    /// Share pre-inspections, and see those that are shared
    #[command(subcommand)]
    Inspections(Inspections),
    /// Screen arriving goods from a file: what to examine, and why
    Screen(Screen),
    /// Look at what was screened, or decide it again from what was recorded
    #[command(subcommand)]
    Screening(Screening),
    /// Record what import control found, and see what was recorded
    #[command(subcommand)]
    Controls(Controls),
    /// Show how far the results of inspection bodies can be trusted
    Trust(Trust),
    /// Approve pre-export controls of an inspection body, and end approvals
    #[command(subcommand)]
    Approvals(Approvals),
    /// Spend the examinations that an entry point has in a day
    #[command(subcommand)]
    Plan(Plan),
    /// Train, compare, activate and move the risk models that score arriving goods
    #[command(subcommand)]
    Models(Models),
    /// Write rules of customs' own, try them on the past, put them into force
    #[command(subcommand)]
    Criteria(Criteria),
    /// Prepare, announce, move and hold workshops, webinars, visits and campaigns
    #[command(subcommand)]
    Activities(Activities),
    /// Register people for an activity
    Register(Register),
    /// See who takes part and who waits, and decide on registrations
    #[command(subcommand)]
    Registrations(Registrations),
    /// Find times that suit every side, by their clocks, hours and holidays
    Slots(Slots),
    /// Take in who was at an activity, from the files of meeting platforms
    #[command(subcommand)]
    Attendance(Attendance),
    /// Issue certificates to who was there, verify a code, take one back
    #[command(subcommand)]
    Certificates(Certificates),
    /// Keep and find what is taught with: slides, guides, films, in several languages
    #[command(subcommand)]
    Materials(Materials),
    /// Make, list and revoke links to calendars that people subscribe to
    #[command(subcommand)]
    Calendars(Calendars),
    /// Show what the parties of an arrangement promised each other, and whether it is on its way
    Obligations(Obligations),
    /// Show mails to those who are registered, have them go again, and hand over what comes back
    #[command(subcommand)]
    Mails(Mails),
    /// Propose topics for training: what the alerts of one's own authority are about, and what covers it
    Needs(Needs),
    /// Compare the alerts before and after an activity: a comparison, and not causal
    Effect(Effect),
    /// Give or show what those who took part thought of an activity
    #[command(subcommand)]
    Feedback(Feedback),
    /// Make, read, publish and check reports
    #[command(subcommand)]
    Report(Report),
    /// Make, read, publish and check monthly hazard bulletins
    #[command(subcommand)]
    Bulletin(Bulletin),
    /// Open the page that says how things stand, in a browser
    #[command(subcommand)]
    Situation(Situation),
    /// Count alerts and cases, and list the cases behind a figure
    #[command(subcommand)]
    Stats(Stats),
    /// Show on whose behalf the commands run, and whether the service agrees
    Whoami(Whoami),
    /// Print the completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// The service that the command speaks to.
    pub fn service(&self) -> Service {
        match self {
            Self::Feed(Feed { service, .. }) | Self::Whoami(Whoami { service }) => *service,
            Self::Inspections(_)
            | Self::Screen(_)
            | Self::Screening(_)
            | Self::Controls(_)
            | Self::Trust(_)
            | Self::Approvals(_)
            | Self::Plan(_)
            | Self::Models(_)
            | Self::Criteria(_) => Service::Consignments,
            Self::Activities(_)
            | Self::Register(_)
            | Self::Registrations(_)
            | Self::Slots(_)
            | Self::Attendance(_)
            | Self::Certificates(_)
            | Self::Materials(_)
            | Self::Calendars(_)
            | Self::Mails(_)
            | Self::Obligations(_)
            | Self::Needs(_)
            | Self::Effect(_)
            | Self::Feedback(_) => Service::Training,
            Self::Report(_) | Self::Bulletin(_) | Self::Situation(_) | Self::Stats(_) => Service::Reporting,
            _ => Service::Notifications,
        }
    }
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
    /// How long to try again when the connection breaks in the middle: 30s, 5min
    #[arg(long, value_name = "TIME", value_parser = clocks::duration, default_value = "30s")]
    pub patience: Duration,
}

#[derive(Debug, Args)]
pub struct Name {
    /// Its reference, its id, or a beginning of the id that no other has
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
    #[command(flatten)]
    pub statuses: Statuses,
}

#[derive(Debug, Args)]
pub struct Search {
    /// What to look for; a hit has at least one of them
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    #[command(flatten)]
    pub filter: Filter,
    /// How many to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Similar {
    #[command(flatten)]
    pub name: Name,
    /// Only those with at least this probability, 0 to 1 [default: from where submitting asks]
    #[arg(long, value_name = "PROBABILITY")]
    pub min_probability: Option<f64>,
    /// How many to show at most, up to 50
    #[arg(long, default_value_t = 10)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct Submit {
    #[command(flatten)]
    pub name: Name,
    /// A possible duplicate that is about another product; may be repeated
    #[arg(long, value_name = "NOTIFICATION")]
    pub different: Vec<String>,
    /// Close the draft: this one is on the same product, and a follow-up to it is sent instead
    #[arg(long, value_name = "NOTIFICATION", conflicts_with = "same_amend")]
    pub same_follow_up: Option<String>,
    /// Close the draft: this one of our own is on the same product, and is amended instead
    #[arg(long, value_name = "NOTIFICATION")]
    pub same_amend: Option<String>,
    /// Why, for the own side
    #[arg(long, default_value = "")]
    pub note: String,
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
    /// References or ids, or beginnings of ids; several, or none with a filter
    #[arg(value_name = "NOTIFICATION")]
    pub names: Vec<String>,
    /// The authority that is to have them; may be repeated
    #[arg(long, required = true, value_name = "AUTHORITY")]
    pub to: Vec<String>,
    /// The arrangement, where more than one is in force
    #[arg(long)]
    pub arrangement: Option<String>,
    /// All that may be sent of those made in this country (ISO 3166-1 alpha-2), also those that others have already; says
    /// which it passes over, and why; may be repeated
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

/// Of which statuses a list is.
#[derive(Debug, Clone, Default, Args)]
pub struct Statuses {
    /// Drills or tests instead of real alerts, or all that are named; may be repeated [default: actual]
    #[arg(long, value_enum)]
    pub status: Vec<Status>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Status {
    Actual,
    Exercise,
    Test,
}

#[derive(Debug, Args)]
pub struct Revoke {
    #[command(flatten)]
    pub name: Name,
    /// The authority that is taken off
    #[arg(long, value_name = "AUTHORITY")]
    pub from: String,
    /// Why; the own side reads it
    #[arg(long)]
    pub reason: String,
}
