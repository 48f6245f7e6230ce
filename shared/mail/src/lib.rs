//! Mails: how they are written, the outbox in which they wait, how they are sent, and what comes back.
//!
//! Invariant: the bytes of a mail and its Message-ID are stored before the first attempt, and never change. A row is sent by
//! one replica at a time; it is marked as being sent after the server took sender and recipient, right before the content is
//! handed over. What fails before that mark is tried again; what is cut after it is [`MailState::Unknown`], and goes again
//! only where a person says so. No address is in a log, an error or `Debug`.

mod address;
mod attempt;
mod carrier;
mod incoming;
mod letter;
mod meeting_migration;
mod migration;
mod outbox;
mod row;
mod sender;
mod settings;
mod smtp;
mod state;

pub use address::{deliverable, tagged};
pub use attempt::CarrierError;
pub use carrier::Carrier;
pub use incoming::{Incoming, IncomingKind, read};
pub use letter::{Letter, LetterError};
pub use meeting_migration::Migration as MeetingMigration;
pub use migration::Migration;
pub use outbox::{
    MailQuery, again, bounced, by_id, by_token, forget_address, forget_subject, later, list, of_address,
    queue,
};
pub use sender::MailSender;
pub use settings::{MailSettings, MailTransport, SmtpSettings, SmtpTls};
pub use state::{Mail, MailState, NewMail, Supersedes};
