//! Files kept once by content: streamed in, checked, resumable, streamed out by ranges.
//!
//! Content stands at `content/ab/cdef…`, by its SHA-256; an upload on its way stands at `uploads/<id>/` in the same store,
//! so it survives a restart, and any replica can go on with it. Invariants: nothing is under `content/` that was not
//! checked whole against the announced size, digest and type; what is refused leaves nothing behind; a crash at any
//! moment leaves a store in which the same call can be made again. Who may read which content, and when nobody needs
//! it any more, is for the service to say.

mod announced;
mod backend;
mod content;
mod error;
mod expiry;
mod inbox;
mod parts;
mod progress;
mod receive;
mod recognise;
mod settings;
mod store;
mod upload;
mod zip_directory;

pub use announced::{Announced, UploadId};
pub use error::FileError;
pub use inbox::{Inbox, Incoming};
pub use receive::Received;
pub use recognise::RECOGNISED_TYPES;
pub use settings::{FileSettings, S3Settings};
pub use store::FileStore;
pub use upload::StoredFile;
