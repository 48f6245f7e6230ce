//! Why a meeting does not suit.

use std::fmt;

use jiff::civil::Date;

/// A side, a resource or the question itself, and which of its rules says no.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotRefusal {
    /// The name of the side or resource; empty for the question itself.
    pub side: String,
    pub rule: Rule,
}

/// What says no.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// It begins before the window, or ends behind it.
    Window,
    /// It begins too soon to be booked.
    Notice,
    /// It lies outside the humane hours.
    Hours,
    /// It is on the weekend.
    Weekend(Date),
    /// It is on a holiday, of this name.
    Holiday(Date, String),
    /// The side changes its place while it lasts.
    Travels,
    /// The side, or the resource, has something else to do.
    Busy,
}

impl Rule {
    /// The rule without the day on which it says no: what is counted.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Notice => "notice",
            Self::Hours => "hours",
            Self::Weekend(_) => "weekend",
            Self::Holiday(..) => "holidays",
            Self::Travels => "travel",
            Self::Busy => "busy",
        }
    }
}

impl fmt::Display for SlotRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.side.is_empty() {
            write!(f, "{}: ", self.side)?;
        }
        match &self.rule {
            Rule::Window => f.write_str("outside the time that was asked for"),
            Rule::Notice => f.write_str("too soon to be booked"),
            Rule::Hours => f.write_str("outside the humane hours"),
            Rule::Weekend(date) => write!(f, "{date} is on the weekend"),
            Rule::Holiday(date, name) => write!(f, "{date} is a holiday, {name}"),
            Rule::Travels => f.write_str("travels meanwhile"),
            Rule::Busy => f.write_str("not free"),
        }
    }
}
