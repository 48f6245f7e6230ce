//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

mod assessments;
mod attachment_files;
mod attachments;
mod audiences;
pub mod authorization;
mod case_file;
mod clocks;
mod content_seal;
mod context;
mod conversations;
pub mod convert;
mod deliveries;
mod errors;
mod events;
mod evidence;
mod faulty_feed;
mod follow_ups;
mod imports;
mod inbox;
mod listings;
mod mutation;
mod notifications;
mod proposals;
mod redact;
mod rights;
mod sandbox;
mod search;
mod similarity;
mod trace_calls;
mod traces;
mod transmissions;
mod update_mask;
mod uploads;

pub use attachment_files::Files;
pub use audiences::ContractAudiences;
pub use context::Api;
pub use evidence::RECEIPT_ISSUER;
pub use faulty_feed::FaultyFeed;
pub use redact::FeedRedactor;
pub use sandbox::Sandbox;
