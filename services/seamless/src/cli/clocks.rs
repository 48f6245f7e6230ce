//! Arguments of `clocks`, `clock` and `fault`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::Status;

#[derive(Debug, Args)]
pub struct Clocks {
    /// The clocks of this notification, each day explained
    #[arg(value_name = "NOTIFICATION")]
    pub name: Option<String>,
    /// How many to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Only those on which the own authority has to act
    #[arg(long, conflicts_with = "others")]
    pub own: bool,
    /// Only those on which recipients of own notifications have to act
    #[arg(long)]
    pub others: bool,
    /// Only those that are late
    #[arg(long, conflicts_with = "state")]
    pub overdue: bool,
    /// Only those due within this time, late ones included: 5d, 12h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub due_within: Option<Duration>,
    /// Only those in this state: running, paused, stopped, breached, cancelled; may be repeated
    #[arg(long, value_name = "STATE")]
    pub state: Vec<String>,
    /// Drills or tests instead of real alerts [default: actual; of a notification all]
    #[arg(long, value_enum)]
    pub status: Option<Status>,
}

/// The clock of a sandbox.
#[derive(Debug, Subcommand)]
pub enum Clock {
    /// Move it forward, for every service of the sandbox: 21d, 36h, 90min
    ///
    /// Ends once all services stand at the same time, and says which time that is; fails, and names who is behind, where one
    /// does not come to it within --wait.
    Advance {
        /// How far
        #[arg(value_name = "TIME", value_parser = duration)]
        by: Duration,
        /// How long to wait for the services
        #[arg(long, value_name = "TIME", value_parser = duration, default_value = "30s")]
        wait: Duration,
        /// Another service of the sandbox, beside those of a local `up`; may be repeated
        #[arg(long, value_name = "URL")]
        also: Vec<String>,
    },
    /// Show what each service takes as the present time
    Show {
        /// Another service of the sandbox, beside those of a local `up`; may be repeated
        #[arg(long, value_name = "URL")]
        also: Vec<String>,
    },
}

/// What goes wrong on purpose in a sandbox.
#[derive(Debug, Subcommand)]
pub enum Fault {
    /// Have the feed of an authority go wrong, in place of what was set before
    Inject {
        /// The authority
        #[arg(value_name = "AUTHORITY")]
        reader: String,
        /// What goes wrong; may be repeated
        #[arg(long, value_enum, required = true)]
        kind: Vec<FaultKind>,
        /// Only positions divisible by this
        #[arg(long, default_value_t = 1)]
        every: i32,
        /// How long a delayed event is held back
        #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s")]
        delay: Duration,
    },
    /// End the faults of an authority
    Clear {
        /// The authority
        #[arg(value_name = "AUTHORITY")]
        reader: String,
    },
    /// List all faults
    List,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum FaultKind {
    /// The event comes twice
    Duplicate,
    /// The event comes after the next
    Reorder,
    /// The event comes late
    Delay,
    /// The acknowledgement is stored, and its answer lost
    LostReceipt,
    /// The event cannot be decoded
    Unreadable,
}

/// A time as people write it: `21d`. A day has 24 hours here.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wanted = || format!("wants a time such as 21d, 36h or 90min; got {text:?}");
    let span: jiff::Span = text.parse().map_err(|_| wanted())?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wanted())?;
    Duration::try_from(duration).map_err(|_| wanted())
}
