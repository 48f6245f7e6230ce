//! What the service tells its readers, and whom.

use jiff::Timestamp;
use seamless_decision::Told;

use super::{
    model::{
        Bulletin, EventStatus, Report, ReportId, ReportSchedule, ReportState, ScheduleRun, ScheduleState,
    },
    records::Record,
};

/// Something that happened, for its readers and nobody else.
pub type DomainEvent = Told<EventKind>;

/// What happened, with the record as it is afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// With where it stood before; none for a new one.
    ReportChanged(Box<Report>, Option<ReportState>),
    ReportPublished(Box<Report>),
    /// In the place of this one.
    ReportRestated(Box<Report>, ReportId),
    /// With where it stood before; none for a new one.
    ReportScheduleChanged(Box<ReportSchedule>, Option<ScheduleState>),
    /// Runs of a schedule did not come to pass; with when the run was due that was made up for instead.
    ScheduleMissed(Box<ReportSchedule>, Box<ScheduleRun>, Option<Timestamp>),
    /// With where it stood before; none for a new one.
    BulletinChanged(Box<Bulletin>, Option<ReportState>),
    /// In the place of an earlier one, if there is one.
    BulletinPublished(Box<Bulletin>, Option<ReportId>),
}

impl EventKind {
    /// The resource that it happened to.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::ReportChanged(report, _)
            | Self::ReportPublished(report)
            | Self::ReportRestated(report, _) => report.name(),
            Self::ReportScheduleChanged(schedule, _) | Self::ScheduleMissed(schedule, ..) => schedule.name(),
            Self::BulletinChanged(bulletin, _) | Self::BulletinPublished(bulletin, _) => bulletin.name(),
        }
    }

    /// Whether it is meant.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        match self {
            Self::ReportChanged(report, _)
            | Self::ReportPublished(report)
            | Self::ReportRestated(report, _) => report.status,
            Self::ReportScheduleChanged(schedule, _) | Self::ScheduleMissed(schedule, ..) => {
                schedule.terms.status
            }
            Self::BulletinChanged(bulletin, _) | Self::BulletinPublished(bulletin, _) => {
                bulletin.report.status
            }
        }
    }
}
