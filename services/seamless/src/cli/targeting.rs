//! Arguments of `plan` and `criteria`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

#[derive(Debug, Args)]
pub struct PlanOf {
    /// The entry point (UN/LOCODE): NLRTM
    #[arg(value_name = "PORT")]
    pub port: String,
    /// The day [default: today there]
    #[arg(long)]
    pub day: Option<Date>,
}

/// The examinations of a day.
#[derive(Debug, Subcommand)]
pub enum Plan {
    /// Show a day's plan, and how far it is spent
    Show(PlanOf),
    /// Set a day's capacity; what was given out is not taken back
    Set {
        #[command(flatten)]
        plan: PlanOf,
        /// How many examinations there can be
        #[arg(long)]
        capacity: i32,
        /// The share that is kept for random draws, 0.01 to 1 [default: as configured]
        #[arg(long, value_name = "SHARE", visible_alias = "random-floor")]
        random: Option<f64>,
        /// How many consignments are expected in the day [default: as the day before]
        #[arg(long, value_name = "COUNT", visible_alias = "expected-arrivals")]
        arrivals: Option<i64>,
    },
    /// List what a day's plan chose, the most urgent first
    Selections {
        #[command(flatten)]
        plan: PlanOf,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Estimate what a range of days found, and what it did not see
    HitRates {
        /// The entry point (UN/LOCODE): NLRTM
        #[arg(value_name = "PORT")]
        port: String,
        /// The first day [default: 30 days before the last]
        #[arg(long, value_name = "DAY")]
        from: Option<Date>,
        /// The last day [default: today there]
        #[arg(long, value_name = "DAY")]
        until: Option<Date>,
        /// Only this product area
        #[arg(long, default_value = "")]
        area: String,
    },
    /// List the entry points and the product areas
    Places,
}

/// Rules of customs' own.
#[derive(Debug, Subcommand)]
pub enum Criteria {
    /// List the criteria of the own side
    List {
        /// Only those in this state: draft, active, retired
        #[arg(long)]
        state: Option<String>,
        /// How many to show at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Write a criterion, as a draft: one JSON document of `seamless.consignments.v1.Criterion`
    Create {
        /// The file; - reads standard input
        file: PathBuf,
    },
    /// Show a criterion
    Show(CriterionName),
    /// Try a criterion on past screenings, without effect
    DryRun(CriterionName),
    /// Put a draft into force, after a dry run
    Activate(CriterionName),
    /// Take a criterion out of force for good
    Retire(CriterionName),
}

#[derive(Debug, Args)]
pub struct CriterionName {
    /// criteria/UUID, or the UUID alone
    #[arg(value_name = "CRITERION")]
    pub name: String,
}
