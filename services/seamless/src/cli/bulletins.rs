//! Arguments of `bulletin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{ReportFormat, SavedReport};

/// Monthly hazard bulletins in English and Chinese.
#[derive(Debug, Subcommand)]
pub enum Bulletin {
    /// Have a bulletin generated
    Generate {
        /// The authority that speaks for the recalling side: us-cpsc, eu-just
        #[arg(long, value_name = "AUTHORITY")]
        recalling: String,
        /// The country where the products were made: CN
        #[arg(long, value_name = "COUNTRY")]
        origin: String,
        /// The month: 2027-05
        #[arg(long, value_name = "MONTH")]
        month: String,
        /// Of what is meant, or of drills
        #[arg(long, value_enum, default_value_t = super::Status::Actual)]
        status: super::Status,
        /// Wait until it is generated
        #[arg(long)]
        wait: bool,
    },
    /// List bulletins, the newest first
    List {
        /// Those that others published to the authority, instead of its own
        #[arg(long)]
        received: bool,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show a bulletin with its counts, its alerts by hazard, and what does not keep to the glossary
    Show {
        #[command(flatten)]
        bulletin: BulletinName,
        /// Say of each figure and table what is counted, by which date, and what is left out
        #[arg(long)]
        definitions: bool,
    },
    /// Save all documents of a bulletin into a folder, with its signature and the keys that verify it; or one document
    Download {
        #[command(flatten)]
        bulletin: BulletinName,
        /// One document alone, in the language of --language where there is one for each
        #[arg(long, value_enum)]
        format: Option<ReportFormat>,
        /// The folder, or the file of one document [default: the id of the bulletin, or the document's own name]
        #[arg(long, short, visible_alias = "out", value_name = "PLACE")]
        output: Option<PathBuf>,
    },
    /// Check what `bulletin download` saved: the signature, and each file. No service is asked
    Verify(SavedReport),
    /// Say why findings of the glossary may stand
    Accept {
        #[command(flatten)]
        bulletin: BulletinName,
        /// The number of a finding; may be given again [default: all that are open]
        #[arg(long, value_name = "NUMBER")]
        finding: Vec<i32>,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Find a bulletin right
    Approve(BulletinName),
    /// Give an approved bulletin to other authorities, for good
    Publish {
        #[command(flatten)]
        bulletin: BulletinName,
        /// An authority that it is for; may be given again
        #[arg(long, value_name = "AUTHORITY", required = true)]
        to: Vec<String>,
    },
    /// Take back a bulletin that is not published
    Cancel(BulletinName),
    /// Show the glossary that bulletins are held to
    Glossary,
}

/// Which bulletin.
#[derive(Debug, Args)]
pub struct BulletinName {
    /// bulletins/UUID or the UUID
    #[arg(value_name = "BULLETIN")]
    pub name: String,
}
