//! What can be done, a file each.

mod accept_findings;
mod ask_statistics;
mod change_report;
mod finish_report;
mod generate_bulletin;
mod generate_report;
mod look_behind;
mod name_alerts;
mod published;
mod publishing;
mod reach;
mod rebuild_read_model;
mod release_statistics;
mod report_access;
mod report_basis;
mod schedules;
mod situation_links;
mod tell_progress;

pub use accept_findings::AcceptFindings;
pub use ask_statistics::{AskStatistics, StatisticsBasis, StatisticsRequest};
pub use change_report::{ChangeReport, ReportStep};
pub use finish_report::{FinishReport, Outcome};
pub use generate_bulletin::{BulletinRequest, GenerateBulletin};
use generate_report::wrong_partner;
pub use generate_report::{GenerateReport, Origin, ReportRequest};
pub use look_behind::{BehindPage, LookBehind};
pub use name_alerts::{Beside, NameAlerts, prepared};
pub use published::{Published, published};
use publishing::Publishing;
pub use rebuild_read_model::{FinishRebuild, RebuildReadModel};
pub use release_statistics::ReleaseStatistics;
pub use report_access::ReportAccess;
pub use report_basis::ReportBasis;
pub use schedules::{ChangeSchedule, CreateSchedule, RunSchedule, ScheduleAccess, ScheduleStep};
pub use situation_links::{SituationLimits, SituationLinks};
pub use tell_progress::{Step, TellProgress};
