//! Reliabilities, inspection bodies, approvals and proposals from the domain onto the wire.

use seamless_api::violations::timestamp_out;
use seamless_proto::seamless::consignments::v1 as wire;

use super::{etag_out, inspection_out::day_out, probability_out};
use crate::domain::{
    model::{Approval, ApprovalDecision, Tally, Trust, TrustChange},
    pilot::InspectionBody,
    use_cases::Proposal,
};

/// The reliability.
#[must_use]
pub fn trust_out(trust: &Trust) -> wire::Trust {
    wire::Trust {
        name: trust.name(),
        authority: trust.side.to_string(),
        inspection_body: trust.body.to_string(),
        product_area: trust.area.to_string(),
        entry_point: trust.entry_point.as_ref().map(ToString::to_string).unwrap_or_default(),
        verdict: trust.verdict as i32,
        false_pass: Some(probability_out(&trust.false_pass)),
        passed: Some(tally_out(trust.passed)),
        unchecked: Some(probability_out(&trust.unchecked)),
        not_checked: Some(tally_out(trust.not_checked)),
        reliable_probability: trust.reliable_probability,
        useful_probability: trust.useful_probability,
        more_examinations: trust.more_examinations.map(|more| i32::try_from(more).unwrap_or(i32::MAX)),
        switching_state: trust.switching as i32,
        rule: trust.rule.clone(),
        update_time: Some(timestamp_out(trust.update_time)),
    }
}

fn tally_out(tally: Tally) -> wire::Tally {
    wire::Tally { examined: tally.examined.into(), found_unsafe: tally.found_unsafe.into() }
}

/// The change.
#[must_use]
pub fn trust_change_out(change: &TrustChange) -> wire::TrustChange {
    wire::TrustChange {
        trust: Some(trust_out(&change.trust)),
        previous_verdict: change.previous.map_or(0, |verdict| verdict as i32),
        control: change.control.clone(),
        change_time: Some(timestamp_out(change.time)),
    }
}

/// The inspection body, as it is configured.
#[must_use]
pub fn inspection_body_out(body: &InspectionBody) -> wire::InspectionBody {
    wire::InspectionBody {
        name: format!("inspectionBodies/{}", body.id),
        display_name: body.name.clone(),
        authority: body.authority.to_string(),
        group: body.group.clone(),
    }
}

/// The approval.
#[must_use]
pub fn approval_out(approval: &Approval) -> wire::Approval {
    let content = &approval.content;
    wire::Approval {
        name: approval.name(),
        authority: approval.authority.to_string(),
        inspection_body: content.body.to_string(),
        product_area: content.area.to_string(),
        entry_points: content.entry_points.iter().map(ToString::to_string).collect(),
        evidence: content.evidence.clone(),
        check_frequency: content.check_frequency,
        valid_from: Some(day_out(content.valid_from)),
        valid_until: Some(day_out(content.valid_until)),
        state: approval.state as i32,
        decisions: approval.decisions.iter().map(decision_out).collect(),
        create_time: Some(timestamp_out(approval.create_time)),
        update_time: Some(timestamp_out(approval.update_time)),
        etag: etag_out(approval.revision),
    }
}

fn decision_out(decision: &ApprovalDecision) -> wire::ApprovalDecision {
    wire::ApprovalDecision {
        state: decision.state as i32,
        reason: decision.reason.clone(),
        verdict: decision.verdict as i32,
        decide_time: Some(timestamp_out(decision.time)),
    }
}

/// The proposal.
#[must_use]
pub fn proposal_out(proposal: &Proposal) -> wire::ApprovalProposal {
    wire::ApprovalProposal {
        action: proposal.action as i32,
        approval: proposal.approval.as_ref().map(Approval::name).unwrap_or_default(),
        trust: proposal.trust.as_ref().map(trust_out),
        reasons: proposal.reasons.clone(),
    }
}
