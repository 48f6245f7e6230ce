//! Arguments of `needs` and `effect`.

use clap::Args;

use super::{Status, training::ActivityName};

/// What the alerts of a period are about.
#[derive(Debug, Args)]
pub struct Needs {
    /// How many days long the period is, up to now
    #[arg(long, default_value_t = 90)]
    pub days: i32,
    /// In this product area: toys
    #[arg(long, value_name = "AREA", default_value = "")]
    pub area: String,
    /// Of this hazard: choking, electric-shock; may be repeated
    #[arg(long)]
    pub hazard: Vec<String>,
    /// Made in this country (ISO 3166-1 alpha-2)
    #[arg(long, value_name = "COUNTRY", default_value = "")]
    pub origin: String,
    /// With at least so many alerts
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    pub least: i32,
    /// Only what no activity and no material covers
    #[arg(long)]
    pub open: bool,
    /// Of real alerts, drills or tests
    #[arg(long, value_enum, default_value_t = Status::Actual)]
    pub status: Status,
    /// How many to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// List the product areas instead, with the categories of alerts that belong to each
    #[arg(long)]
    pub areas: bool,
}

/// What alerts there were before and after an activity.
#[derive(Debug, Args)]
pub struct Effect {
    #[command(flatten)]
    pub activity: ActivityName,
    /// How many days before and after it are compared
    #[arg(long, default_value_t = 180)]
    pub days: i32,
}
