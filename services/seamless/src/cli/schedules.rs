//! Arguments of `report schedules`.

use clap::{Args, Subcommand};

/// Schedules of reports: each run is about the period that it is due for, whenever it runs.
#[derive(Debug, Subcommand)]
pub enum Schedules {
    /// List the schedules of the authority, the newest first
    List {
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Have reports generated again and again
    Create(Box<CreateSchedule>),
    /// Let a schedule rest; what would be due meanwhile is not missed
    Pause(ScheduleName),
    /// Let it run again, from now on
    Resume(ScheduleName),
    /// Delete a schedule; its reports stay
    Delete(ScheduleName),
    /// Run a schedule by hand, for an instant at which it was due
    Run {
        #[command(flatten)]
        schedule: ScheduleName,
        /// When it was due: 2027-04-01T06:00:00Z
        #[arg(long, value_name = "INSTANT")]
        due: String,
    },
    /// List the runs of a schedule, and those that were missed, the last first
    Runs {
        #[command(flatten)]
        schedule: ScheduleName,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

/// Which schedule.
#[derive(Debug, Args)]
pub struct ScheduleName {
    /// schedules/UUID or the UUID
    #[arg(value_name = "SCHEDULE")]
    pub name: String,
}

/// A schedule to create.
#[derive(Debug, Args)]
pub struct CreateSchedule {
    /// When: minute, hour, day of the month, month, day of the week: '0 6 1 */3 *'
    #[arg(value_name = "CRON")]
    pub cron: String,
    /// The IANA zone by whose clocks and days
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// Which figures: quarterly-partner, annual-statistics, response-times, import-control, trace-back, training, review-pack; or hazard-bulletin
    #[arg(long, default_value = "quarterly-partner", value_name = "TEMPLATE")]
    pub template: String,
    /// The authority with whose side they are about; annual-statistics, import-control and training have none. Of bulletins who recalls
    #[arg(long, visible_alias = "recalling", value_name = "AUTHORITY")]
    pub partner: Option<String>,
    /// The country of origin that bulletins are about: CN
    #[arg(long, value_name = "COUNTRY", default_value = "", hide_default_value = true)]
    pub origin: String,
    /// Which period a run is about: previous-month, previous-quarter, previous-year, previous-24-months, previous-day [default: previous-quarter, of bulletins previous-month]
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
    /// An authority to which a report is published as it is approved; may be given again
    #[arg(long, value_name = "AUTHORITY")]
    pub to: Vec<String>,
    /// Approve each report as it is generated, without a person
    #[arg(long)]
    pub approve_automatically: bool,
    /// What people call it
    #[arg(long, default_value = "")]
    pub name: String,
    /// Of what is meant, or of drills
    #[arg(long, value_enum, default_value_t = super::Status::Actual)]
    pub status: super::Status,
}
