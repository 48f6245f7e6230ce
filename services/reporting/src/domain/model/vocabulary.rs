//! The closed vocabularies of the contracts that the domain speaks: generated from them, with their numbers.

pub use seamless_vocabulary::{
    feed::EventStatus,
    notifications::{
        ClockState, FollowUpState, MeasureAction, MeasureObligation, NoMeasureReason, NotTracedReason,
        NotificationState, NotificationType, OperatorRole, ProductCategory, RemedyKind, RemovalReason,
        RiskLevel, RiskType, UnitKind,
    },
    reporting::{ReportFormat, ReportState, ReportTemplate},
};
