//! What the service keeps.

mod period;
mod report;
mod situation_access;
mod vocabulary;

pub use period::{Period, WrongPeriod};
pub use report::{
    ConfigurationDigest, DocumentFile, Input, Manifest, Report, ReportId, SharedReport, report_name,
};
pub use situation_access::{SituationAccess, situation_link_name};
pub use vocabulary::*;
