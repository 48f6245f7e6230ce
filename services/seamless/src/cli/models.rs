//! Arguments of `models`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

/// Risk models.
#[derive(Debug, Subcommand)]
pub enum Models {
    /// List the models of the own side, the last first
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show a model: what it learned from, and what it does
    Show(ModelName),
    /// Make a new version from the outcomes of controls; it scores in shadow, and decides nothing
    Train {
        /// Learn all outcomes anew, corrected ones as they stand now [default: go on from the model that decides]
        #[arg(long)]
        from_scratch: bool,
    },
    /// Compare two models on outcomes that neither learned from
    Compare {
        /// models/AUTHORITY.NUMBER, or AUTHORITY.NUMBER
        #[arg(value_name = "MODEL")]
        first: String,
        /// The other [default: the one that decides]
        #[arg(value_name = "OTHER")]
        second: Option<String>,
        /// From when on outcomes are looked at (UTC) [default: 30 days ago]
        #[arg(long, value_name = "DAY")]
        since: Option<Date>,
    },
    /// Let a model decide from now on; the one before is retired, and can be activated again
    Activate(ModelName),
    /// Save the content of a model, to be taken in elsewhere
    Export {
        #[command(flatten)]
        model: ModelName,
        /// Where it goes [default: AUTHORITY.NUMBER.model in the working folder]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take in a model that was exported elsewhere, as a new version in shadow
    Import {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct ModelName {
    /// models/AUTHORITY.NUMBER, or AUTHORITY.NUMBER
    #[arg(value_name = "MODEL")]
    pub name: String,
}
