//! A mail, and where it stands.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

/// Where a mail stands. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    /// Waits for its next attempt.
    Queued = 1,
    /// Its content is being handed over.
    Sending = 2,
    /// The server took it.
    Sent = 3,
    /// It was refused for good, or for so long that it was given up.
    Refused = 4,
    /// The server took it, and told later that it could not be delivered.
    Bounced = 5,
    /// It was handed over, and nobody heard whether it was taken.
    Unknown = 6,
    /// It never left: a later mail told more before that.
    Superseded = 7,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Refused,
        Self::Bounced,
        Self::Unknown,
        Self::Superseded,
    ];

    /// The state of a stored number.
    #[must_use]
    pub fn of(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|state| *state as i32 == number)
    }

    /// The word, as refusals say it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Sending => "SENDING",
            Self::Sent => "SENT",
            Self::Refused => "REFUSED",
            Self::Bounced => "BOUNCED",
            Self::Unknown => "UNKNOWN",
            Self::Superseded => "SUPERSEDED",
        }
    }
}

/// A mail that is to be queued.
#[derive(Clone)]
pub struct NewMail {
    /// Its key, which rises with time.
    pub id: Uuid,
    /// Who is responsible for it.
    pub owner: String,
    /// Who else sees it; the owner again where there is nobody.
    pub co_owner: String,
    /// What it belongs to: the name of a parent, by which mails are listed.
    pub parent: String,
    /// The resource that it is about.
    pub subject: String,
    /// What it tells, as a number of the service.
    pub kind: i32,
    /// Unguessable; in the address to which servers report that it was not delivered.
    pub token: String,
    /// From where it is sent: where reports go.
    pub sender: String,
    /// To whom it goes: one address, of ASCII characters.
    pub recipient: String,
    /// The recipient in the form in which the service compares addresses.
    pub address: String,
    /// Its Message-ID, without brackets.
    pub message_id: String,
    /// The mail as it is handed over; empty where it cannot be sent at all.
    pub content: Vec<u8>,
    /// Why it cannot be sent at all, as a server would say it; none where it can.
    pub refused: Option<String>,
    /// Which meeting's calendar object it carries, by the UID; empty where it carries none.
    pub meeting: String,
    /// Which earlier mails need not leave any more.
    pub supersedes: Supersedes,
    /// When it was written.
    pub create_time: Timestamp,
}

impl fmt::Debug for NewMail {
    /// Without addresses and content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewMail({}, {})", self.id, self.subject)
    }
}

/// Which mails that were queued before, about the same resource and to the same address, need not leave any more, since this one
/// tells all that they did. A calendar object is told by none but a later one of the same meeting: what takes a meeting out of a
/// calendar always goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supersedes {
    /// None.
    Nothing,
    /// Those with a calendar object of the same meeting.
    SameMeeting,
    /// Those with a calendar object of the same meeting, and those without one.
    SameMeetingAndTexts,
}

/// A mail of the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its key.
    pub id: Uuid,
    /// Who is responsible for it.
    pub owner: String,
    /// Who else sees it.
    pub co_owner: String,
    /// What it belongs to.
    pub parent: String,
    /// The resource that it is about.
    pub subject: String,
    /// What it tells.
    pub kind: i32,
    /// Which meeting's calendar object it carries, by the UID; empty where it carries none.
    pub meeting: String,
    /// Where it stands.
    pub state: MailState,
    /// In the address to which servers report.
    pub token: String,
    /// To whom it goes.
    pub recipient: String,
    /// Its Message-ID, without brackets.
    pub message_id: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next; none where it is not.
    pub due: Option<Timestamp>,
    /// What the server said last: codes of RFC 5321 and RFC 3463 alone; empty where nothing was said.
    pub status: String,
    /// Whether there is something to be sent.
    pub has_content: bool,
    /// When it was written.
    pub create_time: Timestamp,
    /// When it came to stand where it stands.
    pub update_time: Timestamp,
    /// Counts every change from 1 on.
    pub revision: i64,
}

impl fmt::Debug for Mail {
    /// Without addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}, {}, {})", self.id, self.subject, self.state.word())
    }
}
