//! What can be done, a file each.

mod ask_statistics;
mod change_report;
mod finish_report;
mod generate_report;
mod published;
mod release_statistics;
mod report_access;

pub use ask_statistics::{AskStatistics, StatisticsBasis, StatisticsRequest};
pub use change_report::{ChangeReport, ReportStep};
pub use finish_report::{FinishReport, Outcome};
pub use generate_report::{GenerateReport, ReportRequest};
pub use published::{Published, published};
pub use release_statistics::ReleaseStatistics;
pub use report_access::ReportAccess;
