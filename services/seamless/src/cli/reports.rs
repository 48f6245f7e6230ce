//! Arguments of `report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Reports that can be made again and defended.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Have a report generated
    Generate {
        /// Which figures: quarterly-partner, annual-statistics, response-times, import-control, trace-back, training, review-pack
        #[arg(long, default_value = "quarterly-partner", value_name = "TEMPLATE")]
        template: String,
        /// The authority with whose side it is about; annual-statistics, import-control and training have none
        #[arg(long, value_name = "AUTHORITY")]
        partner: Option<String>,
        /// The quarter or year: 2027-Q2, 2027 [default: the quarter that runs, or the year for annual statistics; for others the year before]
        #[arg(long, visible_alias = "quarter", value_name = "PERIOD", conflicts_with_all = ["from", "to"])]
        period: Option<String>,
        /// The first day, instead of a period: 2027-04-01
        #[arg(long, value_name = "DAY", requires = "to")]
        from: Option<String>,
        /// The last day, which still belongs to it
        #[arg(long, value_name = "DAY", requires = "from")]
        to: Option<String>,
        /// The IANA zone whose days they are
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// Of what is meant, or of drills
        #[arg(long, value_enum, default_value_t = super::Status::Actual)]
        status: super::Status,
        /// For others than one's own side: small counts are withheld. Of annual statistics of a period that is over
        #[arg(long)]
        for_others: bool,
        /// Wait until it is generated
        #[arg(long)]
        wait: bool,
    },
    /// List reports, the newest first
    List {
        /// Those that others published to the authority, instead of its own
        #[arg(long)]
        received: bool,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show a report with its figures and tables
    Show {
        #[command(flatten)]
        report: ReportName,
        /// Say of each figure and table what is counted, by which date, and what is left out
        #[arg(long)]
        definitions: bool,
    },
    /// Save all documents of a report into a folder, with its signature and the keys that verify it; or one document
    Download {
        #[command(flatten)]
        report: ReportName,
        /// One document alone, in the language of --language where there is one for each
        #[arg(long, value_enum)]
        format: Option<ReportFormat>,
        /// The folder, or the file of one document [default: the id of the report, or the document's own name]
        #[arg(long, short, visible_alias = "out", value_name = "PLACE")]
        output: Option<PathBuf>,
    },
    /// Check what `report download` saved: the signature, and each file. No service is asked
    Verify(SavedReport),
    /// Compare two reports of the same template: which values differ, and what may have made them so
    Compare {
        #[command(flatten)]
        report: ReportName,
        /// The later one
        #[arg(value_name = "OTHER")]
        other: String,
    },
    /// List the records behind a figure of a report; without --of, the figures and tables that may be asked about
    Cases {
        #[command(flatten)]
        report: ReportName,
        #[command(flatten)]
        of: CasesOf,
    },
    /// Find a report right
    Approve(ReportName),
    /// Give an approved report to other authorities, for good
    Publish {
        #[command(flatten)]
        report: ReportName,
        /// An authority that it is for; may be given again
        #[arg(long, value_name = "AUTHORITY", required = true)]
        to: Vec<String>,
    },
    /// Take back a report that is not published
    Cancel(ReportName),
    /// Have reports generated again and again: list, create, pause, resume, run by hand, delete
    #[command(subcommand)]
    Schedules(super::Schedules),
    /// Build anew what was read of feeds, beside what stands; `report standing` says how far it is
    Rebuild {
        /// The service whose feed it is: notifications, consignments, training; may be given again [default: all that are read]
        #[arg(long, value_name = "SERVICE")]
        source: Vec<String>,
        /// End what runs
        #[arg(long)]
        cancel: bool,
    },
    /// Show how far the feeds are read of which reports are made
    Standing,
    /// Print the public keys of reports (JWKS); keep them with the reports
    Keys,
}

/// The format of a document.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum ReportFormat {
    Html,
    Pdf,
    Xlsx,
    Csv,
    Protobuf,
}

/// What becomes of a report.
pub enum ReportStep {
    Approve,
    Publish(Vec<String>),
    Cancel,
}

/// Which report.
#[derive(Debug, Args)]
pub struct ReportName {
    /// reports/UUID or the UUID
    #[arg(value_name = "REPORT")]
    pub name: String,
}

/// Behind which figure.
#[derive(Debug, Args)]
pub struct CasesOf {
    /// The ids of a section and of a figure or table of it: received/by_category
    #[arg(long, value_name = "SECTION/FIGURE")]
    pub of: Option<String>,
    /// The id of a row of the table; empty for what is not said
    #[arg(long, value_name = "ROW", requires = "of")]
    pub row: Option<String>,
    /// Which column of the row, from 1 [default: the first that counts]
    #[arg(long, default_value_t = 0, hide_default_value = true, requires = "row")]
    pub column: i32,
    /// How many to show at most
    #[arg(long, default_value_t = 200)]
    pub limit: usize,
}

/// A report that was saved.
#[derive(Debug, Args)]
pub struct SavedReport {
    /// The folder, or the file with the signed manifest
    #[arg(value_name = "FOLDER|MANIFEST")]
    pub saved: PathBuf,
    /// Files to check, whatever they are called [default: those that the manifest names, and all others in the folder]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The public keys, instead of keys.json beside the manifest: take them from the service yourself
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
}
