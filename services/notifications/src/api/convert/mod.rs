//! Between the wire and the domain: a request is parsed into values that cannot be wrong, or refused with every
//! violation; a record is written out whole, and redacted for its reader afterwards.

mod attachments;
mod clock_out;
mod content_in;
mod content_out;
pub mod fields;
mod names;

pub use attachments::{announced_in, announced_of, attachment_out, field_of};
pub use clock_out::{clock_out, explained_clock_out};
pub use content_in::{content_in, findings_in, measure_in, operator_in, status_in};
pub use content_out::{
    content_out, etag_out, finding_out, follow_up_out, notification_out, transmission_out,
};
pub use fields::{Violations, timestamp_out};
pub use names::{AttachmentName, ClockName, FollowUpName, NotificationName, TransmissionName, etag_in};
