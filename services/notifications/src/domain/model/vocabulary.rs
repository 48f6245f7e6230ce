//! The closed vocabularies of the contract that the domain speaks: generated from it, with its numbers.

pub use seamless_vocabulary::{
    feed::EventStatus,
    notifications::{
        AttachmentState, CandidateEvidenceKind, CandidateState, ClockChangeReason, ClockState,
        ConversationKind, ConversationState, EvidenceKind, FaultKind, FindingSeverity, FollowUpState,
        HolderState, ImportOutcome, ImportStage, ListingStatus, MeasureAction, MeasureObligation,
        NoMeasureReason, NotTracedReason, NotificationState, NotificationType, OperatorRole, ProductCategory,
        ProposalState, RemedyKind, RemovalReason, RemovalState, RiskLevel, RiskType, SimilarityVerdict,
        SuggestionReasonKind, TraceOutcome, TraceQuestionState, TraceState, TransmissionState, UnitKind,
        UnreadableReason,
    },
};
