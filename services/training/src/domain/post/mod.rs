//! What is written to those who are registered: in their language, with the local times of the meeting, of themselves, and of
//! every side.

mod facts;
mod invitation;
mod letters;
mod occasion;
mod times;
mod words;
mod writing;

pub use facts::{Facts, covered};
pub use invitation::{times, uid};
pub use occasion::Occasion;
pub use times::{next_reminder, to_come};
pub use words::Language;
pub use writing::{Asked, Writing};

use jiff::SignedDuration;

/// How it is written to people.
#[derive(Clone, Debug)]
pub struct Post {
    /// The address that mails are from; answers come to it with a tag.
    pub sender: String,
    /// How long before a meeting people are reminded of it; none for never.
    pub remind_before: Option<SignedDuration>,
    /// How long before each meeting the reader's calendar reminds; none for never.
    pub alarm: Option<std::time::Duration>,
    /// The most meetings whose times stand in the text of a mail.
    pub meetings: usize,
}

impl Post {
    /// The domain of the sender.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.sender.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}
