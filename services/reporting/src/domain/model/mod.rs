//! What the service keeps.

mod bulletin;
mod period;
mod publication;
mod report;
mod vocabulary;

pub use bulletin::{Acceptance, Bulletin, Month, SharedBulletin, TermFinding, bulletin_name};
pub use period::{Period, WrongPeriod};
pub use publication::{Publication, Shared};
pub use report::{
    ConfigurationDigest, DocumentFile, Input, Manifest, Report, ReportId, SharedReport, report_name,
};
pub use vocabulary::*;
