//! How a command fails: what the user reads, and the exit code that a program reads.

use std::fmt::Display;

use seamless_proto::seamless::error::v1::ErrorReason;
use seamless_service::error::reason_of;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// A failure of a command.
#[derive(Debug)]
pub struct Failure {
    /// See the exit codes in the help of `seamless`.
    pub exit: u8,
    /// What the user reads; further lines name fields.
    pub message: String,
}

/// Exit code: wrong usage or configuration.
pub const USAGE: u8 = 2;
/// Exit code: content or state does not allow it, or there is no such thing.
pub const REFUSED: u8 = 4;
/// Exit code: the service is out of reach.
pub const OUT_OF_REACH: u8 = 5;
/// Exit code: done, but some rows were rejected.
pub const SOME_REJECTED: u8 = 6;
/// Exit code: the service was restored from a backup, and the feed is of another epoch than was given.
pub const RESTORED: u8 = 7;

impl Failure {
    /// Wrong usage or configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: USAGE, message: message.into() }
    }

    /// Something failed while doing `what`.
    pub fn while_doing(what: impl Display, why: impl Display) -> Self {
        Self { exit: 1, message: format!("{what}: {why}") }
    }
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let exit = match status.code() {
            _ if reason_of(&status) == Some(ErrorReason::FeedEpochChanged) => RESTORED,
            Code::Unauthenticated | Code::PermissionDenied => 3,
            Code::InvalidArgument
            | Code::FailedPrecondition
            | Code::NotFound
            | Code::AlreadyExists
            | Code::Aborted => REFUSED,
            Code::Unavailable | Code::DeadlineExceeded => OUT_OF_REACH,
            _ => 1,
        };
        let mut message = status.message().to_owned();
        if message.is_empty() {
            message = format!("{:?}", status.code());
        }
        if exit == OUT_OF_REACH {
            message = format!("the service is out of reach: {message} (is `seamless up` running?)");
        }
        let details = status.get_error_details();
        for violation in
            details.bad_request().map(|request| request.field_violations.as_slice()).unwrap_or_default()
        {
            message.push_str(&format!("\n  {}: {}", violation.field, violation.description));
        }
        let unmet =
            details.precondition_failure().map(|failure| failure.violations.as_slice()).unwrap_or_default();
        for violation in unmet {
            if !message.contains(&violation.description) {
                message.push_str(&format!("\n  {}: {}", violation.subject, violation.description));
            }
        }
        Self { exit, message }
    }
}
