//! What the service keeps.

mod period;
mod publication;
mod report;
mod vocabulary;

pub use period::{Period, WrongPeriod};
pub use publication::{
    PUBLISHED, Publication, PublicationCount, PublishedCell, PublishedRelation, PublishedTable,
    publication_name,
};
pub use report::{
    ConfigurationDigest, DocumentFile, Input, Manifest, Report, ReportId, SharedReport, report_name,
};
pub use vocabulary::*;
