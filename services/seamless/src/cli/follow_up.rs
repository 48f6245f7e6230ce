//! Arguments of `follow-up`.

use clap::{Args, Subcommand};

use super::{Name, Statuses};

/// Steps of an investigation.
#[derive(Debug, Subcommand)]
pub enum FollowUp {
    /// Begin the investigation of an acknowledged notification
    Start(Step),
    /// The manufacturer was traced
    Traced {
        #[command(flatten)]
        step: Step,
        /// The manufacturer's name
        #[arg(long)]
        manufacturer: String,
        /// Its postal address
        #[arg(long, default_value = "")]
        manufacturer_address: String,
        /// Its country (ISO 3166-1 alpha-2)
        #[arg(long, default_value = "")]
        country: String,
        /// Its Chinese unified social credit code
        #[arg(long, default_value = "")]
        credit_code: String,
    },
    /// The manufacturer could not be traced
    NotTraced {
        #[command(flatten)]
        step: Step,
        /// Why: insufficient-identification, company-not-found, company-closed, counterfeit, not-made-here,
        /// brand-owner-only, other
        #[arg(long)]
        reason: String,
        /// A field whose absence stood in the way: product.gtins; may be repeated
        #[arg(long, value_name = "FIELD")]
        missing: Vec<String>,
    },
    /// A measure was adopted
    Measure {
        #[command(flatten)]
        step: Step,
        /// Which: corrective-action-at-factory, export-ban, stop-of-sales, … (the contract's MeasureAction)
        #[arg(long)]
        action: String,
        /// What is done, in words
        #[arg(long, default_value = "")]
        description: String,
        /// Taken by the operator of its own accord
        #[arg(long)]
        voluntary: bool,
    },
    /// There will be no measure
    NoMeasure {
        #[command(flatten)]
        step: Step,
        /// Why: manufacturer-not-traced, already-corrected, production-ceased, conforms-at-origin,
        /// insufficient-evidence, no-powers, risk-not-confirmed, other
        #[arg(long)]
        reason: String,
    },
    /// End the follow-up
    Close(Step),
    /// Open a closed follow-up again because of new facts (say them with --note)
    Reopen(Step),
    /// List the follow-ups that the authority may see
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
        #[command(flatten)]
        statuses: Statuses,
    },
}

#[derive(Debug, Args)]
pub struct Step {
    #[command(flatten)]
    pub name: Name,
    /// What is said with it, for the other side
    #[arg(long, default_value = "")]
    pub note: String,
    /// For the own authority alone
    #[arg(long, default_value = "")]
    pub internal_note: String,
}
