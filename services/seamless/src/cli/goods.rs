//! Arguments of `inspections`, `screen`, `screening` and `controls`.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum};

use super::{Status, clocks::duration};

/// A file whose rows go to a service.
#[derive(Debug, Clone, Args)]
pub struct Rows {
    /// The file: CSV with a header, or one JSON document a line; - reads standard input
    pub file: PathBuf,
    /// Only check the rows; nothing is stored
    #[arg(long)]
    pub check: bool,
    /// Where rejected rows go, with the reasons [default: FILE.rej.jsonl in the working folder]
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    /// How long to try again when the connection breaks in the middle: 30s, 5min
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s")]
    pub patience: Duration,
}

/// Pre-inspections.
#[derive(Debug, Subcommand)]
pub enum Inspections {
    /// Share the pre-inspections of a file; run again, it changes what changed, and makes no doubles
    Import(Rows),
    /// List the pre-inspections that the authority may see, newest first
    List {
        /// Only those of this inspection body
        #[arg(long)]
        body: Option<String>,
        /// Only the one with this certificate
        #[arg(long)]
        certificate: Option<String>,
        /// Only those with this container
        #[arg(long)]
        container: Option<String>,
        /// Only those in this state: active, revoked
        #[arg(long)]
        state: Option<String>,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show a pre-inspection
    Show {
        /// inspections/UUID, the UUID alone, or BODY/CERTIFICATE
        #[arg(value_name = "INSPECTION")]
        name: String,
    },
    /// Take a pre-inspection back: it counts for nothing any more
    Revoke {
        /// inspections/UUID, the UUID alone, or BODY/CERTIFICATE
        #[arg(value_name = "INSPECTION")]
        name: String,
        /// Why; everybody who sees it reads it
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct Screen {
    #[command(flatten)]
    pub rows: Rows,
    /// Where the decisions go, one JSON document a line [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print a line for people for each decision, instead of JSON
    #[arg(long, conflicts_with = "out")]
    pub brief: bool,
    /// Decide rows anew that were decided before: a name for the new round
    #[arg(long, value_name = "NAME", default_value = "")]
    pub round: String,
    /// Drills or tests instead of real arrivals; they take no capacity
    #[arg(long, value_enum, default_value_t = Status::Actual)]
    pub status: Status,
    #[command(flatten)]
    pub declared: Declared,
    #[command(flatten)]
    pub watched: Watched,
}

/// How customs declarations are read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Declarations")]
pub struct Declared {
    /// FILE is a customs declaration (H1, H7 or another of the EU customs data model, or ENS of ICS2), XML or JSON
    #[arg(long)]
    pub declarations: bool,
    /// Where the fields stand in declarations, as TOML; IMPORT.md says where the one that is built in is found
    #[arg(long, value_name = "TOML", requires = "declarations")]
    pub mapping: Option<PathBuf>,
    /// Where goods arrive whose declaration does not say it (UN/LOCODE)
    #[arg(long, value_name = "PORT", requires = "declarations")]
    pub entry_point: Option<String>,
    /// When goods arrive whose declaration does not say it: 2026-11-21T09:30:00Z
    #[arg(long, value_name = "TIME", requires = "declarations")]
    pub arrival_time: Option<jiff::Timestamp>,
}

/// How a folder is watched.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Watched folders")]
pub struct Watched {
    /// FILE is a folder, or a bucket (s3://bucket/prefix; IMPORT.md): each complete file that comes is screened once;
    /// decisions go to its folder `results`, the file then to `done`, or to `refused` with the reason
    #[arg(long, conflicts_with_all = ["out", "brief", "rejected", "check"])]
    pub watch: bool,
    /// In which form decisions are written
    #[arg(long, value_enum, requires = "watch", default_value_t = Results::Json)]
    pub results: Results,
    /// How long a file must be as it is before it counts as complete
    #[arg(long, value_name = "TIME", requires = "watch", value_parser = duration, default_value = "2s")]
    pub settled: Duration,
    /// End once nothing is left to do, instead of waiting for more
    #[arg(long, requires = "watch")]
    pub once: bool,
}

/// The form of decisions in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Results {
    /// One JSON document a line
    Json,
    /// A table with a line for each decision
    Csv,
}

/// What was screened.
#[derive(Debug, Subcommand)]
pub enum Screening {
    /// List screenings, the last first
    List {
        /// Only those in this lane: red, yellow, green, blue
        #[arg(long)]
        lane: Option<String>,
        /// Only those at this entry point (UN/LOCODE)
        #[arg(long, value_name = "PORT")]
        entry_point: Option<String>,
        /// Only those in this state: current, superseded
        #[arg(long)]
        state: Option<String>,
        /// Every version of this declaration, as its reference, `/` and the goods item
        #[arg(long, value_name = "MRN/ITEM")]
        declaration: Option<String>,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Put goods into another lane, for a reason that is kept and told
    Override {
        /// screenings/UUID, or the UUID alone
        #[arg(value_name = "SCREENING")]
        name: String,
        /// Which lane: red, yellow, green, blue
        #[arg(long)]
        lane: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// The etag that was seen; left out: whatever is there by now
        #[arg(long, default_value = "")]
        etag: String,
    },
    /// Write the work list of a day for officers, with why: red and yellow first, the likeliest to be unsafe before others
    WorkList(WorkList),
    /// Show a decision with its reasons
    Show {
        /// screenings/UUID, or the UUID alone
        #[arg(value_name = "SCREENING")]
        name: String,
    },
    /// Decide again from what was recorded, and compare
    Replay {
        /// screenings/UUID, or the UUID alone
        #[arg(value_name = "SCREENING")]
        name: String,
    },
    /// Show how fresh what screening goes by is: alerts, pre-inspections, model
    Status,
}

/// The work list of a day.
#[derive(Debug, Args)]
pub struct WorkList {
    /// The entry point (UN/LOCODE)
    #[arg(value_name = "PORT")]
    pub entry_point: String,
    /// The day whose plan has the goods, or on which they arrive: 2026-11-21
    #[arg(long, value_name = "DAY")]
    pub day: jiff::civil::Date,
    /// The time zone in which goods arrive on the day; that of the entry point if left out
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Where it goes; the end of the name says the form: .csv or .xlsx
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Goods in these lanes alone: red, yellow, green, blue; may be repeated
    #[arg(long, value_name = "LANE", default_values = ["red", "yellow"])]
    pub lane: Vec<String>,
    /// From how many days before that day on decisions are looked at
    #[arg(long, value_name = "DAYS", default_value_t = 60)]
    pub back: i64,
}

/// Examinations at import.
#[derive(Debug, Subcommand)]
pub enum Controls {
    /// Record the examinations of a file; run again, it makes no doubles
    Import(ControlsFile),
    /// List examinations, the last first
    List {
        /// Only those with this outcome: safe, non-compliant, unsafe
        #[arg(long)]
        outcome: Option<String>,
        /// Only those in this state: suspended, decided, released; may be repeated
        #[arg(long, value_name = "STATE")]
        state: Vec<String>,
        /// Only those whose due time passed
        #[arg(long)]
        overdue: bool,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Record what was found on the goods of a screening; without an outcome their release is suspended
    Record {
        /// screenings/UUID, or the UUID alone
        #[arg(value_name = "SCREENING")]
        screening: String,
        /// What was found: safe, non-compliant, unsafe
        #[arg(long)]
        outcome: Option<String>,
        /// In words, for the exporting side too
        #[arg(long, default_value = "")]
        findings: String,
    },
    /// End a suspension with an outcome
    Decide {
        /// controls/UUID, or the UUID alone
        #[arg(value_name = "CONTROL")]
        name: String,
        /// What was found: safe, non-compliant, unsafe
        #[arg(long)]
        outcome: String,
        /// In words, for the exporting side too
        #[arg(long, default_value = "")]
        findings: String,
    },
    /// Release suspended goods without an outcome
    Release {
        /// controls/UUID, or the UUID alone
        #[arg(value_name = "CONTROL")]
        name: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Say which alert was made of an examination, once it is written
    Link {
        /// controls/UUID, or the UUID alone
        #[arg(value_name = "CONTROL")]
        name: String,
        /// notifications/KEY, or the key alone
        #[arg(long, value_name = "ALERT")]
        notification: String,
    },
    /// Correct an outcome
    Correct {
        /// controls/UUID, or the UUID alone
        #[arg(value_name = "CONTROL")]
        name: String,
        /// What is right: safe, non-compliant, unsafe
        #[arg(long)]
        outcome: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct ControlsFile {
    #[command(flatten)]
    pub rows: Rows,
    /// What `seamless screen` wrote: rows that name goods by declaration and item, parcel or consignment reference then
    /// count for their screening
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
}
