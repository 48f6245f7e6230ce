//! Approvals of pre-export control: what the numbers propose, and what people decide.

use seamless_proto::seamless::consignments::v1 as wire;
use tonic::Code;
use wire::{
    ApprovalAction::{Grant, Reinstate, Suspend, Withdraw},
    ApprovalState::{Granted, Suspended, Withdrawn},
    ControlOutcome::{Safe, Unsafe},
};

use super::trust::examine;
use crate::{
    running::{Partner, Running},
    screened::DRAWN,
    words::{day, request_id, shared_ducks, wrong_fields},
};

fn grant(valid_until: i32) -> wire::GrantApprovalRequest {
    wire::GrantApprovalRequest {
        approval: Some(wire::Approval {
            inspection_body: "cn-ciq-shanghai".to_owned(),
            product_area: "toys".to_owned(),
            entry_points: vec!["NLRTM".to_owned()],
            evidence: "two laboratories visited, 40 files read".to_owned(),
            check_frequency: 0.1,
            valid_from: day(2026, 1, 1),
            valid_until: day(valid_until, 6, 30),
            ..Default::default()
        }),
        reason: "reliable for a year".to_owned(),
        request_id: request_id(),
        validate_only: false,
    }
}

async fn proposed(partner: &mut Partner) -> Vec<(wire::ApprovalAction, String)> {
    let found = partner.trust.propose_approvals(wire::ProposeApprovalsRequest {}).await.unwrap().into_inner();
    for proposal in &found.proposals {
        assert!(!proposal.reasons.is_empty(), "{proposal:?}");
    }
    found.proposals.into_iter().map(|one| (one.action(), one.approval)).collect()
}

macro_rules! decide {
    ($partner:expr, $call:ident, $request:ident, $name:expr, $etag:expr) => {
        $partner
            .trust
            .$call(wire::$request {
                name: $name.clone(),
                reason: "decided in the working group".to_owned(),
                etag: $etag.to_owned(),
                request_id: request_id(),
                ..Default::default()
            })
            .await
            .map(tonic::Response::into_inner)
    };
}

pub async fn life(running: Running) {
    running.set_clock("2026-04-23T10:00:00Z");
    let mut contact = running.partner("eu-just");
    let inspection = shared_ducks(&running, "SH-1").await;
    assert_eq!(proposed(&mut contact).await, [], "nothing is known");
    let passed = examine(&running, DRAWN, Some(&inspection), &[Safe; 60]).await;
    let request = wire::ProposeApprovalsRequest {};
    let first = contact.trust.propose_approvals(request).await.unwrap().into_inner().proposals.remove(0);
    assert_eq!(first.action(), Grant);
    assert!(first.reasons.iter().any(|why| why.contains("60 random examinations")), "{:?}", first.reasons);
    assert_eq!(
        proposed(&mut running.partner("nl-nvwa")).await,
        [(Grant, String::new())],
        "all of the side see"
    );
    assert_eq!(proposed(&mut running.partner("cn-gacc")).await, [], "it is not theirs to propose");

    let request = grant(2028);
    let made = contact.trust.grant_approval(request.clone()).await.unwrap().into_inner();
    let again = contact.trust.grant_approval(request).await.unwrap().into_inner();
    assert_eq!(made, again, "the same request gets the same answer");
    assert_eq!((made.state(), made.authority.as_str()), (Granted, "eu-just"));
    assert_eq!(made.decisions[0].verdict(), wire::Verdict::Reliable);
    assert_eq!(proposed(&mut contact).await, []);

    let found = examine(&running, DRAWN, Some(&inspection), &[Unsafe; 12]).await;
    assert_eq!(proposed(&mut contact).await, [(Suspend, made.name.clone())]);
    let suspended = decide!(contact, suspend_approval, SuspendApprovalRequest, made.name, made.etag).unwrap();
    assert_eq!((suspended.state(), suspended.decisions.len()), (Suspended, 2));
    assert_eq!(suspended.decisions[1].verdict(), wire::Verdict::NotReliable);
    let stale = decide!(contact, withdraw_approval, WithdrawApprovalRequest, made.name, made.etag);
    assert_eq!(stale.unwrap_err().code(), Code::Aborted);
    assert_eq!(proposed(&mut contact).await, [(Withdraw, made.name.clone())]);

    let mut customs = running.partner("nl-customs");
    for control in &found {
        let correct = wire::CorrectControlRequest {
            name: control.name.clone(),
            outcome: Safe.into(),
            reason: "the reagent was spoilt".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        customs.controls.correct_control(correct).await.unwrap();
    }
    assert_eq!(passed.len() + found.len(), 72);
    assert_eq!(proposed(&mut contact).await, [(Reinstate, made.name.clone())], "72 of 72 are safe again");
    let back = decide!(contact, reinstate_approval, ReinstateApprovalRequest, made.name, "").unwrap();
    assert_eq!(back.state(), Granted);
    let twice = decide!(contact, reinstate_approval, ReinstateApprovalRequest, made.name, "");
    assert_eq!(twice.unwrap_err().code(), Code::FailedPrecondition);

    let mut gacc = running.partner("cn-gacc");
    let refused = decide!(gacc, withdraw_approval, WithdrawApprovalRequest, made.name, "");
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied, "who is concerned does not decide");
    let refused = decide!(customs, withdraw_approval, WithdrawApprovalRequest, made.name, "");
    assert_eq!(refused.unwrap_err().code(), Code::PermissionDenied, "the side speaks with one voice");

    running.set_clock("2028-07-01T10:00:00Z");
    let (mut contact, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let ended = [(Withdraw, made.name.clone()), (Grant, String::new())];
    assert_eq!(proposed(&mut contact).await, ended, "its validity ended, and the body is reliable");
    let over = decide!(contact, withdraw_approval, WithdrawApprovalRequest, made.name, "").unwrap();
    assert_eq!(over.state(), Withdrawn);
    let get = wire::GetApprovalRequest { name: made.name.clone() };
    assert_eq!(gacc.trust.get_approval(get.clone()).await.unwrap().into_inner(), over);
    let told: Vec<wire::ApprovalChanged> = gacc.told().await;
    let told: Vec<_> = told.into_iter().map(|told| told.approval.unwrap().state()).collect();
    assert_eq!(told, [Granted, Suspended, Granted, Withdrawn]);
    let list = wire::ListApprovalsRequest { state: Withdrawn.into(), ..Default::default() };
    let listed = gacc.trust.list_approvals(list.clone()).await.unwrap().into_inner().approvals;
    assert_eq!(listed, [over]);
    let mut stranger = running.partner("us-cpsc");
    let refused = stranger.trust.get_approval(get).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(stranger.trust.list_approvals(list).await.unwrap().into_inner().approvals, []);
}

pub async fn wrong(running: Running) {
    running.set_clock("2026-04-23T10:00:00Z");
    let mut contact = running.partner("eu-just");
    let mut request = grant(2031);
    let approval = request.approval.as_mut().unwrap();
    approval.check_frequency = 0.0;
    approval.evidence.clear();
    approval.entry_points = vec!["NLRTM".to_owned(), "Rotterdam".to_owned(), "NLRTM".to_owned()];
    request.reason.clear();
    let refused = contact.trust.grant_approval(request).await.unwrap_err();
    let fields = [
        "approval.check_frequency",
        "approval.entry_points[1]",
        "approval.entry_points[2]",
        "approval.evidence",
        "reason",
    ];
    assert_eq!(wrong_fields(&refused), fields);

    let mut request = grant(2031);
    let approval = request.approval.as_mut().unwrap();
    approval.inspection_body = "cn-ciq-elsewhere".to_owned();
    approval.product_area = "boats".to_owned();
    approval.entry_points = vec!["BEANR".to_owned()];
    let refused = contact.trust.grant_approval(request).await.unwrap_err();
    let fields = [
        "approval.entry_points[0]",
        "approval.inspection_body",
        "approval.product_area",
        "approval.valid_until",
    ];
    assert_eq!(wrong_fields(&refused), fields, "six years are too long");
    let mut over = grant(2026);
    over.approval.as_mut().unwrap().valid_until = day(2026, 4, 22);
    let refused = contact.trust.grant_approval(over).await.unwrap_err();
    assert_eq!(wrong_fields(&refused), ["approval.valid_until"]);
    for other in ["nl-customs", "nl-nvwa"] {
        let refused = running.partner(other).trust.grant_approval(grant(2028)).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "it stands behind its contact point");
    }
    let listed = contact.trust.list_approvals(wire::ListApprovalsRequest::default()).await.unwrap();
    assert_eq!(listed.into_inner().approvals, []);
}
