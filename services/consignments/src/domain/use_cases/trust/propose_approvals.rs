//! What the service proposes to do about approvals, with its reasons. It proposes; people decide.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use crate::domain::{
    Caller, DomainError, Rules,
    model::{
        Approval, ApprovalAction, ApprovalState, InspectionBodyId, Probability, ProductAreaId, Tally, Trust,
        Verdict,
    },
    records::{RecordPage, RecordQuery, RecordReader, all_records},
};

/// A proposal. It concerns an approval, a reliability, or both.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub action: ApprovalAction,
    /// None for GRANT.
    pub approval: Option<Approval>,
    /// None where the body was never examined at random.
    pub trust: Option<Trust>,
    /// For people, in English.
    pub reasons: Vec<String>,
}

/// Makes proposals.
pub struct ProposeApprovals<'a> {
    pub rules: &'a Rules,
    pub records: &'a dyn RecordReader<RecordQuery>,
}

impl ProposeApprovals<'_> {
    /// The proposals for the caller's side, the most urgent first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn execute(&self, caller: &Caller, now: Timestamp) -> Result<Vec<Proposal>, DomainError> {
        let side = self.rules.cooperation.contact_point_of(&caller.authority);
        let own = || RecordQuery { owners: vec![side.clone()], ..RecordQuery::default() };
        let trust: Vec<Trust> = all_records(self.records, own()).await?;
        let standing = [ApprovalState::Granted as i32, ApprovalState::Suspended as i32];
        let standing =
            RecordQuery { page: RecordPage { states: standing.to_vec(), ..RecordPage::default() }, ..own() };
        let approvals: Vec<Approval> = all_records(self.records, standing).await?;
        Ok(proposals(trust, approvals, self.rules.today_at(side, now)))
    }
}

/// What to do about approvals that were not withdrawn, given the reliabilities of their side.
///
/// An approval whose validity ended is to be withdrawn. Of a body that is not reliable a granted one is to be suspended,
/// a suspended one withdrawn; of a body that is reliable a suspended one is to be reinstated, and one is to be granted
/// where none is in force or suspended. Without enough evidence nothing is proposed.
#[must_use]
pub fn proposals(trust: Vec<Trust>, approvals: Vec<Approval>, today: Date) -> Vec<Proposal> {
    let mut over_all: BTreeMap<(InspectionBodyId, ProductAreaId), Trust> = trust
        .into_iter()
        .filter(|trust| trust.entry_point.is_none())
        .map(|trust| ((trust.body.clone(), trust.area.clone()), trust))
        .collect();
    let mut proposals = Vec::new();
    let mut standing = Vec::new();
    for approval in approvals {
        let key = (approval.content.body.clone(), approval.content.area.clone());
        let trust = over_all.get(&key).cloned();
        let has_ended = approval.content.valid_until < today;
        if !has_ended {
            standing.push(key);
        }
        let verdict = trust.as_ref().map_or(Verdict::NotEnoughEvidence, |trust| trust.verdict);
        let Some(action) = action_on(approval.state, has_ended, verdict) else { continue };
        let mut reasons = Vec::new();
        if has_ended {
            reasons.push(format!("its validity ended on {}", approval.content.valid_until));
        }
        reasons.extend(trust.iter().flat_map(reasons_of));
        proposals.push(Proposal { action, approval: Some(approval), trust, reasons });
    }
    over_all.retain(|key, trust| is_reliable(trust.verdict) && !standing.contains(key));
    proposals.extend(over_all.into_values().map(|trust| Proposal {
        action: ApprovalAction::Grant,
        approval: None,
        reasons: reasons_of(&trust),
        trust: Some(trust),
    }));
    proposals.sort_by_key(|proposal| urgency(proposal.action));
    proposals
}

fn action_on(state: ApprovalState, has_ended: bool, verdict: Verdict) -> Option<ApprovalAction> {
    match state {
        ApprovalState::Withdrawn => None,
        _ if has_ended => Some(ApprovalAction::Withdraw),
        ApprovalState::Granted if verdict == Verdict::NotReliable => Some(ApprovalAction::Suspend),
        ApprovalState::Suspended if verdict == Verdict::NotReliable => Some(ApprovalAction::Withdraw),
        ApprovalState::Suspended if is_reliable(verdict) => Some(ApprovalAction::Reinstate),
        ApprovalState::Granted | ApprovalState::Suspended => None,
    }
}

fn is_reliable(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Reliable | Verdict::ReliableAndUseful)
}

fn urgency(action: ApprovalAction) -> u8 {
    match action {
        ApprovalAction::Withdraw => 0,
        ApprovalAction::Suspend => 1,
        ApprovalAction::Reinstate => 2,
        ApprovalAction::Grant => 3,
    }
}

/// The numbers that a verdict rests on, each with its interval and its count.
fn reasons_of(trust: &Trust) -> Vec<String> {
    let verdict = match trust.verdict {
        Verdict::NotEnoughEvidence => "there is not enough evidence",
        Verdict::NotReliable => "the body is not reliable",
        Verdict::Reliable => "the body is reliable",
        Verdict::ReliableAndUseful => "the body is reliable and useful",
    };
    vec![
        format!("{verdict} in {}: {}", trust.area, trust.rule),
        share("goods that the body passed", &trust.false_pass, trust.passed),
        share("goods that nobody checked", &trust.unchecked, trust.not_checked),
        format!(
            "the share is low enough with a probability of {}, and as far below that of unchecked goods as wanted with {}",
            percent(trust.reliable_probability),
            percent(trust.useful_probability)
        ),
    ]
}

fn share(goods: &str, rate: &Probability, tally: Tally) -> String {
    format!(
        "unsafe among {goods}: {} ({} to {}), from {} random examinations that found {} unsafe",
        percent(rate.mean),
        percent(rate.lower),
        percent(rate.upper),
        tally.examined,
        tally.found_unsafe
    )
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}
