//! Use cases of attachments.

mod attachment_access;
mod attachment_step;
mod create_attachment;

pub use attachment_access::AttachmentAccess;
pub(crate) use attachment_access::require_shared_files;
pub use attachment_step::TakeAttachmentStep;
pub use create_attachment::{CreateAttachment, NewAttachment};
