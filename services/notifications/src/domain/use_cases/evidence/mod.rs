//! Use cases of the ledgers of evidence.

mod record_evidence;
mod report_unreadable;

pub use record_evidence::RecordEvidence;
pub use report_unreadable::ReportUnreadable;
