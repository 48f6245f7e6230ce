//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

pub mod authorization;
mod bulletins;
mod context;
mod errors;
mod figure_cases;
mod progress;
mod read_models;
mod reports;
mod schedules;
mod situation;
mod statistics;

pub use context::Api;
