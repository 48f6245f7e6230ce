//! A mail, and what came of one that came, for the wire.

use seamless_api::{etag_out, violations::timestamp_out};
use seamless_mail::Mail;
use seamless_proto::seamless::training::v1 as wire;

use crate::domain::{model::mail_name, use_cases::Received};

/// The whole mail, but for its content.
#[must_use]
pub fn mail_out(mail: &Mail) -> wire::Mail {
    wire::Mail {
        name: mail_name(mail),
        kind: mail.kind,
        meeting: mail.meeting.clone(),
        state: mail.state as i32,
        recipient: mail.recipient.clone(),
        message_id: mail.message_id.clone(),
        attempts: mail.attempts,
        status: mail.status.clone(),
        next_attempt_time: mail.due.map(timestamp_out),
        create_time: Some(timestamp_out(mail.create_time)),
        update_time: Some(timestamp_out(mail.update_time)),
        etag: etag_out(mail.revision),
    }
}

/// What became of a mail that came.
#[must_use]
pub fn received_out(received: &Received) -> wire::ReceiveMailResponse {
    wire::ReceiveMailResponse { received_as: received.received_as as i32, detail: received.detail.clone() }
}
