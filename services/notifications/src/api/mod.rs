//! Transport: a file for each RPC group. A handler authenticates (a layer did), parses, has one use case executed, and
//! writes the answer, redacted for the caller.

mod assessments;
mod attachments;
pub mod authorization;
mod case_file;
mod clocks;
mod context;
mod conversations;
mod errors;
mod evidence;
mod faulty_feed;
mod follow_ups;
mod imports;
mod inbox;
mod listings;
mod notifications;
mod proposals;
mod rights;
mod sandbox;
mod search;
mod similarity;
mod trace_calls;
mod traces;
mod transmissions;
mod uploads;

pub use context::Api;
pub use faulty_feed::FaultyFeed;
