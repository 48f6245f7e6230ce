//! Similar notifications and the decisions on them, onto the wire.

use seamless_api::violations::timestamp_out;
use seamless_matching::{Reason, ReasonKind};
use seamless_proto::seamless::notifications::v1::{self as wire, SimilarityReasonKind as Kind};

use crate::domain::{
    model::{SimilarityDecision, notification_name},
    records::Record,
};

/// A decision; only its own side gets it.
#[must_use]
pub fn similarity_decision_out(decision: &SimilarityDecision) -> wire::SimilarityDecision {
    wire::SimilarityDecision {
        name: decision.name(),
        notification: notification_name(decision.notification),
        candidate: notification_name(decision.candidate),
        originator: decision.originator.to_string(),
        verdict: decision.verdict as i32,
        note: decision.note.clone(),
        principal: decision.principal.clone(),
        decide_time: Some(timestamp_out(decision.time)),
        status: decision.status as i32,
    }
}

/// A reason.
#[must_use]
pub fn similarity_reason_out(reason: &Reason) -> wire::SimilarityReason {
    wire::SimilarityReason {
        kind: kind_out(reason.kind).into(),
        own_text: reason.left.clone(),
        candidate_text: reason.right.clone(),
        contribution: reason.contribution,
    }
}

fn kind_out(kind: ReasonKind) -> Kind {
    match kind {
        ReasonKind::SameGtin => Kind::SameGtin,
        ReasonKind::DifferentGtin => Kind::DifferentGtin,
        ReasonKind::SameModel => Kind::SameModel,
        ReasonKind::ModelOfManyBrands => Kind::ModelOfManyBrands,
        ReasonKind::SimilarModel => Kind::SimilarModel,
        ReasonKind::DifferentModel => Kind::DifferentModel,
        ReasonKind::SameBrand => Kind::SameBrand,
        ReasonKind::DifferentBrand => Kind::DifferentBrand,
        ReasonKind::BrandNotMentioned => Kind::BrandNotMentioned,
        ReasonKind::SimilarName => Kind::SimilarName,
        ReasonKind::DifferentName => Kind::DifferentName,
        ReasonKind::SameManufacturer => Kind::SameManufacturer,
        ReasonKind::DifferentManufacturer => Kind::DifferentManufacturer,
        ReasonKind::SameNumbers => Kind::SameNumbers,
        ReasonKind::DifferentNumbers => Kind::DifferentNumbers,
        ReasonKind::SameColour => Kind::SameColour,
        ReasonKind::DifferentColour => Kind::DifferentColour,
        ReasonKind::SameBatch => Kind::SameBatch,
        ReasonKind::DifferentCategory => Kind::DifferentCategory,
        ReasonKind::DifferentOrigin => Kind::DifferentOrigin,
        ReasonKind::SameRecord => Kind::SameRecord,
        ReasonKind::NotStated => Kind::NotStated,
        // Alerts have no prices; and a later model may have reasons that the contract does not know.
        _ => Kind::Unspecified,
    }
}
