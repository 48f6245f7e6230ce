//! What the service tells its readers, and whom.

use seamless_decision::Told;

use super::{
    model::{
        ActionItem, ActionItemState, Activity, ActivityChange, Attendance, CertificateBook, Contribution,
        DownloadsOfDay, Erased, EventStatus, FeedbackSummary, Material, Minutes, Obligation, ObligationState,
        RegistrationCounts, activity_name, material_name,
    },
    records::Record,
};

/// Something that happened, for its readers and nobody else.
pub type DomainEvent = Told<EventKind>;

/// What happened, with the record as it is afterwards. No event names a person.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    ActivityChanged(Box<Activity>, ActivityChange),
    ActivityHeld(Box<Activity>),
    RegistrationsCounted(Box<RegistrationCounts>),
    /// Of which counts are told.
    AttendanceMerged(Box<Attendance>),
    /// Of which counts are told.
    CertificatesCounted(Box<CertificateBook>),
    MinutesRecorded(Box<Minutes>),
    /// With where it stood before; none for a new one.
    ActionItemChanged(Box<ActionItem>, Option<ActionItemState>),
    CampaignReported(Box<Contribution>),
    PersonErased(Box<Erased>),
    MaterialPublished(Box<Material>),
    MaterialDownloadsAggregated(Box<DownloadsOfDay>),
    FeedbackAggregated(Box<FeedbackSummary>),
    SurveillanceReported(Box<Contribution>),
    /// With where it stood before; none for one that is told for the first time.
    ObligationChanged(Box<Obligation>, Option<ObligationState>),
}

impl EventKind {
    /// The resource that it happened to.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::ActivityChanged(activity, _) | Self::ActivityHeld(activity) => activity.name(),
            Self::RegistrationsCounted(counts) => counts.activity_name(),
            Self::AttendanceMerged(attendance) => attendance.name(),
            Self::CertificatesCounted(book) => activity_name(book.activity),
            Self::MinutesRecorded(minutes) => minutes.name(),
            Self::ActionItemChanged(item, _) => item.name(),
            Self::MaterialPublished(material) => material.name(),
            Self::MaterialDownloadsAggregated(told) => material_name(told.material),
            Self::FeedbackAggregated(told) => activity_name(told.activity),
            Self::PersonErased(erased) => match (&erased.erasure, erased.activity) {
                (Some(erasure), _) => erasure.name(),
                (None, activity) => activity.map(activity_name).unwrap_or_default(),
            },
            Self::ObligationChanged(obligation, _) => obligation.name(),
            Self::CampaignReported(one) | Self::SurveillanceReported(one) => one.name(),
        }
    }

    /// Whether it is meant.
    #[must_use]
    pub fn status(&self) -> EventStatus {
        match self {
            Self::ActivityChanged(activity, _) | Self::ActivityHeld(activity) => activity.content.status,
            Self::RegistrationsCounted(counts) => counts.status,
            Self::AttendanceMerged(attendance) => attendance.status,
            Self::CertificatesCounted(book) => book.status,
            Self::MinutesRecorded(minutes) => minutes.status,
            Self::ActionItemChanged(item, _) => item.status,
            Self::FeedbackAggregated(told) => told.status,
            Self::ObligationChanged(..)
            | Self::PersonErased(_)
            | Self::MaterialPublished(_)
            | Self::MaterialDownloadsAggregated(_) => EventStatus::Actual,
            Self::CampaignReported(one) | Self::SurveillanceReported(one) => one.status,
        }
    }
}
