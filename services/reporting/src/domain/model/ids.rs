//! By what the records are named.

use uuid::Uuid;

/// The id of a report.
pub type ReportId = Uuid;

/// The id of a schedule.
pub type ScheduleId = Uuid;
