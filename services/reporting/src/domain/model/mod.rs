//! What the service keeps.

mod bulletin;
mod ids;
mod period;
mod progress;
mod publication;
mod read_rebuild;
mod release;
mod report;
mod rhythm;
mod schedule;
mod situation_access;
mod vocabulary;

pub use bulletin::{Acceptance, Bulletin, Month, SharedBulletin, TermFinding, bulletin_name};
pub use ids::{ReportId, ScheduleId};
pub use period::{Period, WrongPeriod};
pub use progress::{Progress, progress_name};
pub use publication::{Publication, PublishedCount, Shared, publication_name};
pub use read_rebuild::{ReadRebuild, rebuild_name};
pub use release::{
    PUBLISHED, PublishedBulletin, PublishedCell, PublishedRelation, PublishedTable, Release, ReleaseCount,
    release_name,
};
pub use report::{ConfigurationDigest, DocumentFile, Input, Manifest, Report, SharedReport, report_name};
pub use rhythm::Rhythm;
pub use schedule::{ReportSchedule, ScheduleRun, ScheduleTerms, schedule_name};
pub use situation_access::{SituationAccess, situation_link_name};
pub use vocabulary::*;
