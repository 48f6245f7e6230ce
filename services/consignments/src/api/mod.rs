//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

pub mod authorization;
mod context;
mod control_submissions;
mod controls;
mod documents;
mod dry_run;
mod inspections;
pub(crate) mod model_work;
mod risk_models;
mod screening_stream;
mod screenings;
mod submissions;
mod targeting;
mod told_together;
mod trust;

pub use context::Api;
