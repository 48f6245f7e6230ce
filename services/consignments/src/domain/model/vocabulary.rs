//! The closed vocabularies of the contract that the domain speaks: generated from it, with its numbers.

pub use seamless_vocabulary::{
    consignments::{
        ApprovalAction, ApprovalState, CertificateAgreement, CertificatePart, ControlOutcome, ControlState,
        CriterionState, InspectionOutcome, InspectionState, Lane, ModelState, Operator, ReasonKind,
        ScreeningState, Selection, SubmitResult, SwitchingState, TestVerdict, TransportMode, Verdict,
    },
    feed::EventStatus,
};
