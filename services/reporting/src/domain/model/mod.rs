//! What the service keeps.

mod bulletin;
mod period;
mod publication;
mod read_rebuild;
mod report;
mod rhythm;
mod schedule;
mod vocabulary;

pub use bulletin::{Acceptance, Bulletin, Month, SharedBulletin, TermFinding, bulletin_name};
pub use period::{Period, WrongPeriod};
pub use publication::{Publication, Shared};
pub use read_rebuild::{ReadRebuild, rebuild_name};
pub use report::{
    ConfigurationDigest, DocumentFile, Input, Manifest, Report, ReportId, SharedReport, report_name,
};
pub use rhythm::Rhythm;
pub use schedule::{ReportSchedule, ScheduleId, ScheduleRun, ScheduleTerms, schedule_name};
pub use vocabulary::*;
