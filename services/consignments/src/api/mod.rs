//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

pub mod authorization;
mod context;
mod control_submissions;
mod controls;
pub mod convert;
mod documents;
mod errors;
mod events;
mod inspections;
mod mutation;
mod redact;
mod submissions;
mod trust;

pub use context::Api;
pub use redact::FeedRedactor;
