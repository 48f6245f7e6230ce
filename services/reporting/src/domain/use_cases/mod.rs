//! What can be done, a file each.

mod ask_statistics;
mod change_report;
mod finish_report;
mod generate_report;
mod report_access;

pub use ask_statistics::{AskStatistics, StatisticsBasis, StatisticsRequest};
pub use change_report::{ChangeReport, ReportStep};
pub use finish_report::{FinishReport, Outcome};
pub use generate_report::{GenerateReport, ReportRequest};
pub use report_access::ReportAccess;
