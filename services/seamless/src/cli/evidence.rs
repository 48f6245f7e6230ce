//! Arguments of what proves and tells: `feed`, `evidence`, receipts, `whoami`.

use std::path::PathBuf;

use clap::Args;

use super::{Name, Service};

#[derive(Debug, Args)]
pub struct Feed {
    /// Whose feed
    #[arg(long, value_enum, default_value_t = Service::Notifications)]
    pub service: Service,
    /// The position after which to begin
    #[arg(long, default_value_t = 0)]
    pub after: i64,
    /// The epoch that this position is of, as `seamless --json feed` printed it with the event: refused with exit code 7 if
    /// the service was restored from a backup since; with --follow, read again from where both surely agree
    #[arg(long, value_name = "UUID")]
    pub epoch: Option<String>,
    /// Go on as events come, over restarts and restores of the service, until ctrl-c
    #[arg(long)]
    pub follow: bool,
    /// Acknowledge what was printed: the evidence of delivery
    #[arg(long)]
    pub acknowledge: bool,
    /// How many to print at most
    #[arg(long)]
    pub limit: Option<usize>,
    /// Only events of this type, such as NotificationTransmitted; may be given several times. A wrong one lists all
    #[arg(long = "type", value_name = "TYPE", conflicts_with_all = ["verify", "acknowledge"])]
    pub types: Vec<String>,
    /// With --follow: say how far it is also where nothing happens
    #[arg(long, requires = "follow")]
    pub heartbeats: bool,
    /// Print nothing; check that each event follows the one before and that count and digest of every range are right,
    /// and say where not
    #[arg(long, conflicts_with_all = ["follow", "acknowledge", "limit"])]
    pub verify: bool,
    /// With --verify: check this copy, as `seamless --json feed` printed it, instead of what the service gives now
    #[arg(long, requires = "verify", value_name = "FILE")]
    pub copy: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Evidence {
    #[command(flatten)]
    pub name: Name,
    /// Only the ledger of this recipient
    #[arg(long, value_name = "AUTHORITY", conflicts_with = "export")]
    pub recipient: Option<String>,
    /// Save the whole file of the case, as far as the authority may see it, as JSON, one item a line
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ReportUnreadable {
    #[command(flatten)]
    pub name: Name,
    /// Why: wrong-schema, missing-attachment, translation, other (say it with --note)
    #[arg(long)]
    pub reason: String,
    /// The version [default: the last]
    #[arg(long)]
    pub version: Option<i32>,
    /// Anything further for the other side
    #[arg(long, default_value = "")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct VerifyReceipt {
    /// Receipts one a line, entries as JSON, or the file of a case; - reads standard input
    pub file: PathBuf,
    /// The public keys, as `seamless receipt-keys` prints them
    #[arg(long, value_name = "FILE")]
    pub keys: PathBuf,
}

#[derive(Debug, Args)]
pub struct Whoami {
    /// Which service is asked
    #[arg(long, value_enum, default_value_t = Service::Notifications)]
    pub service: Service,
}
