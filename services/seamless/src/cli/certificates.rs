//! Arguments of `certificates`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::training::ActivityName;

/// That somebody took part, on paper: issued, verified, taken back.
#[derive(Debug, Subcommand)]
pub enum Certificates {
    /// Issue certificates to all who were there for long enough and have none; of an activity that took place
    Issue {
        #[command(flatten)]
        activity: ActivityName,
        /// How much of the meetings they must have been there for, in percent
        #[arg(long, value_name = "PERCENT", default_value_t = 80)]
        minimum: i32,
        /// Only say what would be issued
        #[arg(long)]
        check: bool,
    },
    /// List the certificates of an activity
    List {
        #[command(flatten)]
        activity: ActivityName,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Save the document of a certificate as a PDF
    Download {
        #[command(flatten)]
        code: Code,
        /// In this language: en, zh-Hans
        #[arg(long, value_name = "LANGUAGE", default_value = "en")]
        lang: String,
        /// Where to save it [default: CODE-LANGUAGE.pdf]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say what a certificate says and whether it counts, for whoever has its code
    Verify {
        #[command(flatten)]
        code: Code,
        /// The name on the paper, to be compared
        #[arg(long, value_name = "NAME", default_value = "")]
        name: String,
    },
    /// Take a certificate back
    Revoke {
        #[command(flatten)]
        code: Code,
        /// Why; everybody reads it who verifies the certificate
        #[arg(long)]
        reason: String,
    },
}

/// Which certificate.
#[derive(Debug, Args)]
pub struct Code {
    /// The code on it, with or without hyphens
    #[arg(value_name = "CODE")]
    pub code: String,
}
