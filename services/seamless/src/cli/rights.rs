//! Arguments of what holders are to remove, and of what others propose.

use clap::{Args, Subcommand};

use super::{Name, Statuses};

#[derive(Debug, Args)]
pub struct Removals {
    #[command(subcommand)]
    pub step: Option<RemovalStep>,
    /// List confirmed ones, too
    #[arg(long)]
    pub all: bool,
    /// How many to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    #[command(flatten)]
    pub statuses: Statuses,
}

/// What a holder does about a removal.
#[derive(Debug, Subcommand)]
pub enum RemovalStep {
    /// Confirm that it is removed from the own systems
    Confirm {
        /// removals/ID, or the ID alone
        #[arg(value_name = "REMOVAL")]
        name: String,
        /// What is said with it, for the other side
        #[arg(long, default_value = "")]
        note: String,
    },
}

#[derive(Debug, Args)]
pub struct Propose {
    #[command(flatten)]
    pub name: Name,
    /// The brand as it should be
    #[arg(long)]
    pub brand: Option<String>,
    /// A model number, instead of those that stand there; may be repeated
    #[arg(long)]
    pub model: Vec<String>,
    /// A barcode, instead of those that stand there; may be repeated
    #[arg(long)]
    pub gtin: Vec<String>,
    /// The country of origin as it should be (ISO 3166-1 alpha-2)
    #[arg(long, value_name = "COUNTRY")]
    pub origin: Option<String>,
    /// A field that should be empty: product.batch_numbers; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub clear: Vec<String>,
    /// Why
    #[arg(long, default_value = "")]
    pub comment: String,
}

/// What becomes of proposals.
#[derive(Debug, Subcommand)]
pub enum Proposals {
    /// List the proposals that the authority may see
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        statuses: Statuses,
    },
    /// Take a proposal over into the own notification
    Accept {
        /// notifications/UUID/proposals/UUID
        #[arg(value_name = "PROPOSAL")]
        name: String,
    },
    /// Decline a proposal
    Reject {
        /// notifications/UUID/proposals/UUID
        #[arg(value_name = "PROPOSAL")]
        name: String,
        /// Why; the proposer reads it
        #[arg(long)]
        reason: String,
    },
    /// Take an own proposal back
    Withdraw {
        /// notifications/UUID/proposals/UUID
        #[arg(value_name = "PROPOSAL")]
        name: String,
    },
}
