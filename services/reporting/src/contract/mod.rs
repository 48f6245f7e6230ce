//! The contract as the domain means it, between the wire and the domain: requests are parsed into values that cannot be wrong, records
//! are written out whole and redacted for their reader afterwards; what other services tell is read here too. Knows prost, neither
//! the transport nor the database.

mod claims;
mod comparison;
mod content_out;
pub mod events;
mod names;
pub mod redact;
mod report_in;
mod report_out;
mod statistics_in;
mod statistics_out;
mod told;

pub use claims::{REPORT_TYPE, claims};
pub use comparison::comparison;
pub use content_out::content_out;
pub use names::ReportName;
pub use redact::{FeedRedactor, report_for};
pub use report_in::{readers_in, report_in};
pub use report_out::{input_out, manifest_out, report_out};
pub use statistics_in::statistics_in;
pub use statistics_out::{case_out, statistics_out};
pub use told::{digest_of, said, taken_in};
