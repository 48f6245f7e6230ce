//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

pub mod authorization;
mod context;
pub mod convert;
mod documents;
mod errors;
mod events;
mod inspections;
mod mutation;
mod redact;
mod risk_models;
mod submissions;
mod targeting;

pub use context::Api;
pub use redact::FeedRedactor;
