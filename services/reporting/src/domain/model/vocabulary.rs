//! The closed vocabularies of the contracts that the domain speaks: generated from them, with their numbers.

pub use seamless_vocabulary::{
    consignments::{
        ApprovalState, CertificateDoubt, ControlOutcome, ControlState, CriterionState, InspectionOutcome,
        InspectionState, Lane, ModelState, ReasonKind, Selection, SwitchingState, Verdict,
    },
    feed::EventStatus,
    notifications::{
        CandidateState, ClockState, ConversationKind, ConversationState, EvidenceKind, FollowUpState,
        ListingStatus, MeasureAction, MeasureObligation, NoMeasureReason, NotTracedReason, NotificationState,
        NotificationType, OperatorRole, ProductCategory, RemedyKind, RemovalReason, RiskLevel, RiskType,
        TraceOutcome, TraceQuestionState, TraceState, UnitKind, UnreadableReason,
    },
    reporting::{
        GenerationStage, ReadRebuildState, ReportFormat, ReportState, ReportTemplate, ScheduleOutcome,
        SchedulePeriod, ScheduleState, StatisticsDimension, StatisticsMeasure, StatisticsSubject,
    },
    training::{
        ActionItemState, ActivityFormat, ActivityKind, ActivityState, MaterialState, ObligationKind,
        ObligationState, ReachUnit, TargetAudience,
    },
};
