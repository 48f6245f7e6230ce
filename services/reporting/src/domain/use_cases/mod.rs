//! What can be done, a file each.

mod accept_findings;
mod change_report;
mod finish_report;
mod generate_bulletin;
mod generate_report;
mod publishing;
mod rebuild_read_model;
mod report_access;
mod schedules;

pub use accept_findings::AcceptFindings;
pub use change_report::{ChangeReport, ReportStep};
pub use finish_report::{FinishReport, Outcome};
pub use generate_bulletin::{BulletinRequest, GenerateBulletin};
use generate_report::wrong_partner;
pub use generate_report::{GenerateReport, Origin, ReportRequest};
use publishing::Publishing;
pub use rebuild_read_model::{FinishRebuild, RebuildReadModel};
pub use report_access::ReportAccess;
pub use schedules::{ChangeSchedule, CreateSchedule, RunSchedule, ScheduleAccess, ScheduleStep};
