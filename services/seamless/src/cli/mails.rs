//! Arguments of `mails`.

use std::path::PathBuf;

use clap::Subcommand;

/// What is written to those who are registered, and what comes back.
#[derive(Debug, Subcommand)]
pub enum Mails {
    /// List mails about an activity, or one registration, the last first
    List {
        /// activities/UUID, the id or a beginning of it, or activities/UUID/registrations/UUID
        #[arg(value_name = "ACTIVITY|REGISTRATION")]
        parent: String,
        /// Only those in this state; may be given again: queued, sending, sent, refused, bounced, unknown, superseded
        #[arg(long, value_name = "STATE")]
        state: Vec<String>,
        /// How many to show at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Have a mail go once more, the same bytes: one that is unknown, refused or bounced
    Resend {
        /// activities/UUID/registrations/UUID/mails/UUID
        #[arg(value_name = "MAIL")]
        name: String,
    },
    /// Hand over a mail that came: the answer of a calendar, or the report of a mail server. Exit code 1 where it is neither
    Receive {
        /// The file; - reads standard input, as a mail server pipes it
        #[arg(default_value = "-")]
        file: PathBuf,
    },
}
