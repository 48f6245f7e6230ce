//! What cannot be written, and what cannot be read.

use seamless_calendar::CalendarError;

/// Why a calendar object is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidObject {
    /// A zone is not known, or an instant cannot be represented.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A meeting that people are invited to has somebody who invites.
    #[error("a request or cancellation wants an organizer")]
    NoOrganizer,
    /// A request goes to somebody.
    #[error("a request or cancellation wants at least one attendee")]
    NoAttendee,
    /// A UID that no reader would keep.
    #[error("a uid has 1 to {most} visible ASCII characters")]
    Uid {
        /// The most.
        most: usize,
    },
    /// No mail address.
    #[error("the address has not the form local@domain of at most {most} ASCII characters")]
    Address {
        /// The most.
        most: usize,
    },
    /// SEQUENCE has no higher number.
    #[error("the meeting was revised as often as a calendar object can say")]
    SequenceExhausted,
    /// A link with a blank or a control character is none.
    #[error("the link has characters that a link has not")]
    Link,
    /// A series has more meetings than are looked at.
    #[error("the series gives more than {most} meetings")]
    TooMany {
        /// The most.
        most: usize,
    },
}

/// Why a reply was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct InvalidReply {
    /// The line where it was found, as the text was given, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: ReplyProblem,
}

/// What is wrong with a reply. None of it repeats a value: values name people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyProblem {
    /// It is longer than may be.
    #[error("has more than {most} {what}")]
    TooLong {
        /// `bytes`, `lines` or `events`.
        what: &'static str,
        /// The most.
        most: usize,
    },
    /// It is not UTF-8.
    #[error("is not UTF-8")]
    NotUtf8,
    /// A line that is no content line.
    #[error("is not a line of the form NAME;PARAMETER=VALUE:VALUE")]
    NotALine,
    /// BEGIN and END that do not match.
    #[error("BEGIN and END do not match")]
    Nesting,
    /// It is something else than a reply.
    #[error("the calendar is not of METHOD:REPLY")]
    NotAReply,
    /// A property that must be there once.
    #[error("{property} is wanted once in each event, and is there {times} times")]
    Once {
        /// The property.
        property: &'static str,
        /// How often it is there.
        times: usize,
    },
    /// A value that is not what the property holds.
    #[error("{property} wants {wanted}")]
    Value {
        /// The property.
        property: &'static str,
        /// What is wanted.
        wanted: &'static str,
    },
    /// No event.
    #[error("the calendar has no event")]
    Empty,
}
