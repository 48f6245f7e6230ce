//! What the transport of every service does the same way: fields are parsed with all their violations collected, lists
//! come in pages with opaque tokens, and a repeated request gets its first answer.
//!
//! Invariants: a refusal names every wrong field; a page token serves nobody but whom it was given to, and no other
//! request; a request id belongs to one content.

mod batches;
mod calls;
mod changing;
mod contention;
mod contents;
mod crowds;
mod disclosures;
mod events;
mod files;
mod handlers;
mod limits;
mod names;
mod openings;
mod pages;
mod together;
pub mod violations;

pub use batches::{Batches, ResultStream, in_batches};
pub use calls::{Call, request_id};
pub use changing::{Commits, Deciding, run, settle};
pub use contention::{Attempts, Contention, Turns};
pub use contents::{CHUNK_BYTES, TakeIn, chunk_in, digest_in, take_in, upload_of};
pub use crowds::{Crowds, Host};
pub use disclosures::{Disclosable, overrides_of};
pub use events::{event_out, told};
pub use files::{check_files, file_refusal};
pub use handlers::Handlers;
pub use limits::{ApiLimits, PageLimits};
pub use names::{NamePart, ResourceName, etag_out, percent_decoded, segments, spelled};
pub use openings::{caller, changing, paged};
pub use pages::Page;
pub use together::{Joined, JointCalls, Together};
pub use violations::Violations;

use seamless_service::error::ApiError;
use tonic::Status;

/// The status of a refusal: of a domain error, of violations alone, or of what a caller is told.
pub fn refusal(error: impl Into<ApiError>) -> Status {
    error.into().into()
}
