//! What can be wrong with a calendar, a deadline rule or a question to them.

use jiff::Timestamp;
use jiff::civil::Date;

/// Why a calendar or a deadline gives no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// No calendar has this id.
    #[error("no calendar {id:?}, known are {known}")]
    UnknownCalendar {
        /// The id that was asked for.
        id: String,
        /// The ids there are, separated by commas.
        known: String,
    },
    /// The name is not in the IANA time zone database.
    #[error("no time zone {zone:?} in the iana database")]
    UnknownTimeZone {
        /// The name that was given.
        zone: String,
    },
    /// A folder does not give time zone data.
    #[error("time zone data in {folder}: {problem}")]
    InvalidZoneFolder {
        /// The folder.
        folder: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A period would end after the last date that can be represented.
    #[error("the period leaves the representable time at {date}")]
    OutOfRange {
        /// The last date that was reached.
        date: Date,
    },
    /// A pause ends before it starts.
    #[error("pause ends {to}, before it starts {from}")]
    InvalidPause {
        /// Start of the pause.
        from: Timestamp,
        /// End of the pause.
        to: Timestamp,
    },
    /// A rule cannot be applied to anything.
    #[error("deadline rule {rule:?}: {field}: {problem}")]
    InvalidRule {
        /// Id of the rule.
        rule: String,
        /// The key of the rule that is wrong, as it is written in a file, such as `time-zone`.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A calendar file contradicts itself or cannot be read.
    #[error("calendar file {calendar}: {problem}")]
    InvalidCalendar {
        /// The calendar's id, or what is known of it.
        calendar: String,
        /// What is wrong with it.
        problem: String,
    },
}
