//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

mod attachment_files;
mod attachments;
mod audiences;
pub mod authorization;
mod clocks;
mod context;
pub mod convert;
mod errors;
mod events;
mod faulty_feed;
mod follow_ups;
mod imports;
mod inbox;
mod mutation;
mod notifications;
mod pages;
mod redact;
mod sandbox;
mod transmissions;
mod update_mask;
mod uploads;

pub use attachment_files::Files;
pub use audiences::ContractAudiences;
pub use context::Api;
pub use faulty_feed::FaultyFeed;
pub use redact::FeedRedactor;
pub use sandbox::Sandbox;
