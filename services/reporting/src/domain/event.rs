//! What the service tells its readers, and whom.

use seamless_decision::Told;

use super::{
    model::{Bulletin, EventStatus, Report, ReportId, ReportState},
    records::Record,
};

/// Something that happened, for its readers and nobody else.
pub type DomainEvent = Told<EventKind>;

/// What happened, with the report as it is afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// With where it stood before; none for a new one.
    ReportChanged(Box<Report>, Option<ReportState>),
    ReportPublished(Box<Report>),
    /// In the place of this one.
    ReportRestated(Box<Report>, ReportId),
    /// With where it stood before; none for a new one.
    BulletinChanged(Box<Bulletin>, Option<ReportState>),
    /// In the place of an earlier one, if there is one.
    BulletinPublished(Box<Bulletin>, Option<ReportId>),
}

impl EventKind {
    fn report(&self) -> &Report {
        match self {
            Self::ReportChanged(report, _)
            | Self::ReportPublished(report)
            | Self::ReportRestated(report, _) => report,
            Self::BulletinChanged(bulletin, _) | Self::BulletinPublished(bulletin, _) => &bulletin.report,
        }
    }

    /// The resource that it happened to.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::BulletinChanged(bulletin, _) | Self::BulletinPublished(bulletin, _) => bulletin.name(),
            _ => self.report().name(),
        }
    }

    /// Whether it is meant.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        self.report().status
    }
}
