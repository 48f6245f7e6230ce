//! An attempt at a mail: what is handed over, and what became of it.

use uuid::Uuid;

/// Why mails cannot leave, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CarrierError(pub(crate) String);

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It was taken.
    Taken,
    /// Refused for good, with the codes of the server.
    Refused(String),
    /// It may go later; the codes of the server, or empty.
    Later(String),
    /// It was handed over, and nobody heard whether it was taken.
    Unheard,
    /// Somebody else has it, or it is no more there.
    LeftAlone,
}

/// A mail as it is handed over.
pub(crate) struct Handed {
    pub(crate) id: Uuid,
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) content: Vec<u8>,
}
