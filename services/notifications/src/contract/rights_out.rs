//! Removals, holders, proposals and assessments onto the wire, whole: redaction for the reader comes after.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::notifications::v1 as wire;

use super::content_out::{content_out, etag_out, risk_out};
use crate::{
    domain::{
        model::{Assessment, Holding, Proposal, Removal},
        records::Record,
    },
    store::Delivery,
};

fn number(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

/// A removal with every field that it has.
#[must_use]
pub fn removal_out(removal: &Removal) -> wire::Removal {
    wire::Removal {
        name: removal.name(),
        notification: format!("notifications/{}", removal.notification),
        authority: removal.authority.to_string(),
        originator: removal.originator.to_string(),
        arrangement: removal.arrangement.to_string(),
        reason: removal.reason as i32,
        version: number(removal.version),
        fields: removal.fields.clone(),
        state: removal.state() as i32,
        order_time: Some(timestamp_out(removal.order_time)),
        confirmation: removal.confirmation.as_ref().map(|confirmation| wire::RemovalConfirmation {
            confirm_time: Some(timestamp_out(confirmation.time)),
            note: confirmation.note.clone(),
            principal: confirmation.principal.clone(),
        }),
        explanation: removal.explanation.clone(),
        etag: etag_out(removal.revision),
        status: removal.status as i32,
    }
}

/// A holder's versions, the last of them, and the evidence that it has it; what it is to remove is not among it.
#[must_use]
pub fn holder_out(holding: &Holding, version: u32, delivery: Option<Delivery>) -> wire::Holder {
    wire::Holder {
        name: holding.name(),
        authority: holding.authority.to_string(),
        versions: holding
            .spans
            .iter()
            .map(|span| wire::HeldVersions {
                first_version: number(span.first_version),
                last_version: number(span.end.map_or(version, |(last, _)| last)),
                arrangement: span.arrangement.to_string(),
                start_time: Some(timestamp_out(span.start)),
                end_time: span.end.map(|(_, end)| timestamp_out(end)),
            })
            .collect(),
        last_version: number(version),
        delivery_position: delivery.map_or(0, |delivery| delivery.position),
        delivery_time: delivery.and_then(|delivery| delivery.time).map(timestamp_out),
        ..wire::Holder::default()
    }
}

/// A proposal with every field that it has.
#[must_use]
pub fn proposal_out(proposal: &Proposal) -> wire::Proposal {
    wire::Proposal {
        name: proposal.name(),
        proposer: proposal.proposer.to_string(),
        state: proposal.state as i32,
        change: Some(content_out(&proposal.change)),
        paths: proposal.paths.clone(),
        comment: proposal.comment.clone(),
        reject_reason: proposal.reject_reason.clone(),
        version: number(proposal.version),
        create_time: Some(timestamp_out(proposal.create_time)),
        decide_time: proposal.decide_time.map(timestamp_out),
        etag: etag_out(proposal.revision),
        status: proposal.status as i32,
    }
}

/// An assessment; who may see it may see all of it.
#[must_use]
pub fn assessment_out(assessment: &Assessment) -> wire::Assessment {
    wire::Assessment {
        name: assessment.name(),
        authority: assessment.authority.to_string(),
        assessed: Some(risk_out(&assessment.risk)),
        level: assessment.risk.assessed_level().map_or(0, |level| level as i32),
        level_differs: false,
        version: number(assessment.version),
        create_time: Some(timestamp_out(assessment.create_time)),
        update_time: Some(timestamp_out(assessment.update_time)),
        revision: assessment.revision,
        etag: etag_out(assessment.revision),
        status: assessment.status as i32,
        withdraw_time: assessment.withdraw_time.map(timestamp_out),
    }
}
