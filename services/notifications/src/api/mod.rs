//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

mod audiences;
pub mod authorization;
mod case_file;
mod clocks;
mod content_seal;
mod context;
pub mod convert;
mod deliveries;
mod errors;
mod events;
mod evidence;
mod follow_ups;
mod imports;
mod inbox;
mod mutation;
mod notifications;
mod pages;
mod redact;
mod transmissions;
mod update_mask;

pub use audiences::ContractAudiences;
pub use context::Api;
pub use deliveries::{delivered_version, delivering_types};
pub use evidence::RECEIPT_ISSUER;
pub use redact::FeedRedactor;
