//! The closed vocabularies of the contract that the domain speaks: generated from it, with its numbers.

pub use seamless_vocabulary::{
    feed::EventStatus,
    notifications::{ProductCategory, RiskType},
    training::{
        ActionItemState, ActivityChange, ActivityFormat, ActivityKind, ActivityState, ActivityVisibility,
        AnswerKind, AttendanceDoubt, CertificateState, ErasureState, Keep, MailKind, MailState,
        MaterialState, ObligationKind, ObligationState, ReachUnit, ReceivedAs, RegistrationState,
        TargetAudience,
    },
};
