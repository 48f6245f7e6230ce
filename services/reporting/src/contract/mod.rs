//! The contract as the domain means it, between the wire and the domain: requests are parsed into values that cannot be wrong, records
//! are written out whole and redacted for their reader afterwards; what other services tell is read here too. Knows prost, neither
//! the transport nor the database.

mod bulletin_content_out;
mod bulletin_in;
mod bulletin_out;
mod claims;
mod comparison;
mod content_out;
pub mod events;
mod feed_reader;
mod figure_cases;
mod names;
mod progress_out;
mod rebuild_out;
mod recall_told;
pub mod redact;
mod report_in;
mod report_out;
mod schedule_in;
mod schedule_out;
mod statistics_in;
mod statistics_out;
mod told;
mod told_consignments;
mod told_exchange;
mod told_reader;
mod told_rights;
mod told_targeting;
mod told_traces;
mod told_training;
mod told_values;

pub use bulletin_content_out::bulletin_content_out;
pub use bulletin_in::{accepted_in, bulletin_in};
pub use bulletin_out::{bulletin_out, glossary_out};
pub use claims::{REPORT_TYPE, bulletin_claims, claims};
pub use comparison::comparison;
pub use content_out::content_out;
pub use feed_reader::taken_in;
pub use figure_cases::{figure_case_out, figure_cell_in};
pub use names::{BulletinName, ReportName, ScheduleName};
pub use progress_out::progress_out;
pub use rebuild_out::rebuild_out;
pub use redact::{FeedRedactor, bulletin_for, report_for, schedule_for};
pub use report_in::{readers_in, report_in};
pub use report_out::{input_out, manifest_out, report_out};
pub use schedule_in::{merged, schedule_in};
pub use schedule_out::{run_out, schedule_out};
pub use statistics_in::statistics_in;
pub use statistics_out::{case_out, statistics_out};
pub use told::{digest_of, said};
pub use told_reader::FeedReader;
