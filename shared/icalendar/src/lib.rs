//! Calendar objects of meetings (RFC 5545, RFC 5546): what is sent to those invited, what a calendar subscribes to, and what
//! comes back.
//!
//! Invariant: a meeting keeps its UID, and every object of it after the first has a higher SEQUENCE; so an update or a
//! cancellation reaches the meeting it means, and never makes a second one. Each object carries the rules of its zones from
//! the data in force, so that a reader with older data reads the same instants. Wrong input is refused with its line, and
//! neither an error nor `Debug` shows anybody's address.

mod content;
mod error;
mod meeting;
mod object;
mod party;
mod reply;
mod zone_rules;

pub use error::{InvalidObject, InvalidReply, ReplyProblem};
pub use meeting::{Meeting, Otherwise, Revision, Times};
pub use object::{CalendarObject, Feed, Method, Published, cancellation, publication, request};
pub use party::{Address, Attendee, Organizer, Participation};
pub use reply::{Answer, OccurrenceId, ReplyLimits, read_reply};
