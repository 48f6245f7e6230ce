//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

mod audiences;
pub mod authorization;
mod clocks;
mod context;
pub mod convert;
mod errors;
mod events;
mod follow_ups;
mod imports;
mod inbox;
mod mutation;
mod notifications;
mod pages;
mod redact;
mod search;
mod similarity;
mod transmissions;
mod update_mask;

pub use audiences::ContractAudiences;
pub use context::Api;
pub use redact::FeedRedactor;
