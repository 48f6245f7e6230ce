//! What can be done, a file each.

mod accept_findings;
mod change_report;
mod finish_report;
mod generate_bulletin;
mod generate_report;
mod report_access;

pub use accept_findings::AcceptFindings;
pub use change_report::{ChangeReport, ReportStep};
pub use finish_report::{FinishReport, Outcome};
pub use generate_bulletin::{BulletinRequest, GenerateBulletin};
pub use generate_report::{GenerateReport, ReportRequest};
pub use report_access::ReportAccess;
