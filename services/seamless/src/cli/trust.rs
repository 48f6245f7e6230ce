//! Arguments of `trust` and `approvals`.

use clap::{Args, Subcommand};
use jiff::civil::Date;

#[derive(Debug, Args)]
pub struct Trust {
    #[command(subcommand)]
    pub step: Option<TrustStep>,
    /// Only this inspection body
    #[arg(long)]
    pub body: Option<String>,
    /// How many to show at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// What else is told of trust.
#[derive(Debug, Subcommand)]
pub enum TrustStep {
    /// Show how a reliability changed, the last change first
    Changes {
        /// inspectionBodies/BODY/trust/AUTHORITY.AREA, as `seamless trust` prints it
        #[arg(value_name = "TRUST")]
        name: String,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// List the inspection bodies
    Bodies,
}

/// Approvals of pre-export controls.
#[derive(Debug, Subcommand)]
pub enum Approvals {
    /// List approvals
    List {
        /// Only those of this inspection body
        #[arg(long)]
        body: Option<String>,
        /// Only those in this state: granted, suspended, withdrawn
        #[arg(long)]
        state: Option<String>,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show what the service proposes, and why; people decide
    Proposals,
    /// Grant an approval, as the contact point
    Grant {
        /// The inspection body
        #[arg(long, visible_alias = "inspection-body")]
        body: String,
        /// The product area: toys
        #[arg(long, visible_alias = "product-area")]
        area: String,
        /// Only at this entry point (UN/LOCODE); may be repeated
        #[arg(long, value_name = "PORT")]
        entry_point: Vec<String>,
        /// The share of covered consignments that is still examined at random, above 0 and at most 1
        #[arg(long, value_name = "SHARE", visible_alias = "check-frequency")]
        check: f64,
        /// The first day [default: today]
        #[arg(long, value_name = "DAY", visible_alias = "valid-from")]
        from: Option<Date>,
        /// The last day, at most 5 years after the first
        #[arg(long, value_name = "DAY", visible_alias = "valid-until")]
        until: Date,
        /// What was audited, and how
        #[arg(long)]
        evidence: String,
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
    /// Suspend an approval
    Suspend(Decided),
    /// Put a suspended approval into force again
    Reinstate(Decided),
    /// End an approval for good
    Withdraw(Decided),
}

#[derive(Debug, Args)]
pub struct Decided {
    /// approvals/UUID, or the UUID alone
    #[arg(value_name = "APPROVAL")]
    pub name: String,
    /// Why, for the record
    #[arg(long)]
    pub reason: String,
}
