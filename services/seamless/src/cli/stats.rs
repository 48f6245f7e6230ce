//! Arguments of `stats`.

use clap::{Args, Subcommand};

use super::Status;

/// Numbers of alerts and cases, and the cases behind them.
#[derive(Debug, Subcommand)]
pub enum Stats {
    /// Count alerts or sendings, told apart by what they say
    Query(StatsQuery),
    /// Count the alerts of one's own side for others, by one property at most, of a month, quarter, half-year or year that is over: small
    /// counts are withheld, and what was told is kept, so that later answers and reports are judged with it
    Release(StatsRelease),
    /// List the alerts or sendings behind a figure, the newest first
    Cases {
        #[command(flatten)]
        counted: Counted,
        /// A property to show of each; may be given again
        #[arg(long, value_name = "PROPERTY")]
        by: Vec<String>,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

/// What is asked.
#[derive(Debug, Args)]
pub struct StatsQuery {
    #[command(flatten)]
    pub counted: Counted,
    /// A property to tell apart by: category, risk-type, origin, notifier, month, recipient, standing …; may be given again
    #[arg(long, value_name = "PROPERTY")]
    pub by: Vec<String>,
    /// What to say of each row: alerts, cases, reactions, share-on-time, median-days …; may be given again [default: alerts, or
    /// cases of cases]
    #[arg(long, value_name = "MEASURE")]
    pub measure: Vec<String>,
    /// The row with the most of this measure stands first
    #[arg(long, value_name = "MEASURE")]
    pub top: Option<String>,
    /// With --top: the least first
    #[arg(long, requires = "top")]
    pub ascending: bool,
    /// The most rows; the others are told as one
    #[arg(long, default_value_t = 0)]
    pub limit: i32,
    /// Print comma-separated values, for a spreadsheet
    #[arg(long)]
    pub csv: bool,
    /// Say what is counted, and what each measure means
    #[arg(long)]
    pub definitions: bool,
}

/// What others are told.
#[derive(Debug, Args)]
pub struct StatsRelease {
    #[command(flatten)]
    pub times: Times,
    /// The property to tell apart by: category, risk-type, origin, notifier, month …
    #[arg(long, value_name = "PROPERTY")]
    pub by: Option<String>,
    /// Say of each row its share of all, too
    #[arg(long)]
    pub share: bool,
    /// Print comma-separated values, for a spreadsheet
    #[arg(long)]
    pub csv: bool,
    /// Say what is counted, and what each measure means
    #[arg(long)]
    pub definitions: bool,
}

/// What is counted at all.
#[derive(Debug, Args)]
pub struct Counted {
    /// alerts, or cases: sendings of alerts from one side to another
    #[arg(long, default_value = "alerts", value_name = "SUBJECT")]
    pub of: String,
    #[command(flatten)]
    pub times: Times,
    /// Only what has one of these values of a property: origin=CN,VN; nothing behind = is what is not said; may be given again
    #[arg(long = "where", value_name = "PROPERTY=VALUES")]
    pub filter: Vec<String>,
}

/// Of which days, and from whose feeds.
#[derive(Debug, Args)]
pub struct Times {
    /// The quarter or year: 2027-Q2, 2027 [default: the year that runs; for others the one before]
    #[arg(long, visible_alias = "quarter", value_name = "PERIOD", conflicts_with_all = ["from", "to"])]
    pub period: Option<String>,
    /// The first day, instead of a period: 2027-04-01
    #[arg(long, value_name = "DAY", requires = "to")]
    pub from: Option<String>,
    /// The last day, which still belongs to it
    #[arg(long, value_name = "DAY", requires = "from")]
    pub to: Option<String>,
    /// The IANA zone whose days they are
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// Of what is meant, or of drills
    #[arg(long, value_enum, default_value_t = Status::Actual)]
    pub status: Status,
    /// Another authority of one's own side, from whose feeds to count
    #[arg(long = "authority", value_name = "AUTHORITY", default_value = "")]
    pub whose: String,
}
