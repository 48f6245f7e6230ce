//! Only the originator edits. Others propose, and rate the risk for themselves.

use prost::Message;
use seamless_proto::seamless::{
    disclosure::v1::{Audience, FieldDisclosure},
    notifications::v1::{self as wire, ProposalState, RiskLevel},
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{english, kinds, request_id},
};

fn branded(brand: &str) -> wire::Notification {
    let product = Some(wire::Product { brand: brand.to_owned(), ..wire::Product::default() });
    wire::Notification { product, ..wire::Notification::default() }
}

fn mask(paths: &[&str]) -> Option<prost_types::FieldMask> {
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    (!paths.is_empty()).then_some(prost_types::FieldMask { paths })
}

impl Partner {
    pub async fn propose(
        &mut self,
        name: &str,
        brand: &str,
        paths: &[&str],
    ) -> Result<wire::Proposal, Status> {
        let request = wire::ProposeChangeRequest {
            parent: name.to_owned(),
            change: Some(branded(brand)),
            update_mask: mask(paths),
            comment: "so it stands on the type plate".to_owned(),
            request_id: request_id(),
            validate_only: false,
        };
        self.proposals.propose_change(request).await.map(tonic::Response::into_inner)
    }

    async fn take_over(&mut self, proposal: &str) -> Result<wire::Proposal, Status> {
        let request = wire::AcceptProposalRequest {
            name: proposal.to_owned(),
            request_id: request_id(),
            ..wire::AcceptProposalRequest::default()
        };
        self.proposals.accept_proposal(request).await.map(tonic::Response::into_inner)
    }

    async fn reject(&mut self, proposal: &str, reason: &str) -> Result<wire::Proposal, Status> {
        let request = wire::RejectProposalRequest {
            name: proposal.to_owned(),
            reason: reason.to_owned(),
            request_id: request_id(),
            ..wire::RejectProposalRequest::default()
        };
        self.proposals.reject_proposal(request).await.map(tonic::Response::into_inner)
    }

    async fn take_back(&mut self, proposal: &str) -> Result<wire::Proposal, Status> {
        let request = wire::WithdrawProposalRequest {
            name: proposal.to_owned(),
            request_id: request_id(),
            ..wire::WithdrawProposalRequest::default()
        };
        self.proposals.withdraw_proposal(request).await.map(tonic::Response::into_inner)
    }

    async fn proposed(&mut self) -> Vec<wire::Proposal> {
        let all = wire::ListProposalsRequest::default();
        self.proposals.list_proposals(all).await.unwrap().into_inner().proposals
    }

    async fn sees(&mut self, proposal: &str) -> Result<wire::Proposal, Status> {
        let request = wire::GetProposalRequest { name: proposal.to_owned() };
        self.proposals.get_proposal(request).await.map(tonic::Response::into_inner)
    }

    async fn assess(&mut self, name: &str, risk: wire::Risk) -> Result<wire::Assessment, Status> {
        let request = wire::AddAssessmentRequest {
            parent: name.to_owned(),
            risk: Some(risk),
            request_id: request_id(),
            ..wire::AddAssessmentRequest::default()
        };
        self.assessments.add_assessment(request).await.map(tonic::Response::into_inner)
    }

    async fn take_back_assessment(
        &mut self,
        request: &wire::WithdrawAssessmentRequest,
    ) -> Result<wire::Assessment, Status> {
        self.assessments.withdraw_assessment(request.clone()).await.map(tonic::Response::into_inner)
    }

    async fn assessed(&mut self, name: &str) -> wire::ListAssessmentsResponse {
        let request = wire::ListAssessmentsRequest { parent: name.to_owned(), ..Default::default() };
        self.assessments.list_assessments(request).await.unwrap().into_inner()
    }
}

pub async fn decided(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let name = just.sent_to_gacc("1").await.name;
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    let proposal = gacc.propose(&name, "Boilwell Ningbo", &["product.brand"]).await.unwrap();
    assert_eq!(
        (proposal.state(), proposal.version, proposal.proposer.as_str()),
        (ProposalState::Open, 1, "cn-gacc")
    );
    assert_eq!(just.get(&name).await.product.unwrap().brand, "Boilwell", "nothing is changed by a proposal");
    assert_eq!(just.proposed().await.len(), 1);
    assert!(cpsc.proposed().await.is_empty(), "no other recipient sees it");
    assert_eq!(cpsc.sees(&proposal.name).await.unwrap_err().code(), Code::PermissionDenied);
    for stranger in [&mut gacc, &mut cpsc] {
        assert_eq!(stranger.take_over(&proposal.name).await.unwrap_err().code(), Code::PermissionDenied);
    }

    let accepted = just.take_over(&proposal.name).await.unwrap();
    assert_eq!(accepted.state(), ProposalState::Accepted);
    let changed = cpsc.get(&name).await;
    assert_eq!((changed.version, changed.product.unwrap().brand.as_str()), (2, "Boilwell Ningbo"));
    assert_eq!(changed.measures.len(), 0);
    assert_eq!(just.get(&name).await.internal_note, "the importer is under investigation", "the rest stays");
    assert_eq!(
        kinds(&gacc.events().await),
        [
            "NotificationTransmitted",
            "ClockChanged",
            "ProposalChanged",
            "NotificationUpdated",
            "ProposalChanged"
        ]
    );
    assert!(!kinds(&cpsc.events().await).contains(&"ProposalChanged"));

    let second = gacc.propose(&name, "", &["product.brand"]).await.unwrap().name;
    let unexplained = just.reject(&second, "").await.unwrap_err();
    assert_eq!(unexplained.get_details_bad_request().unwrap().field_violations[0].field, "reason");
    let rejected = just.reject(&second, "the plate says otherwise").await.unwrap();
    assert_eq!(rejected.state(), ProposalState::Rejected);
    assert_eq!(gacc.sees(&second).await.unwrap().reject_reason, "the plate says otherwise");
    let late = just.take_over(&second).await.unwrap_err();
    assert_eq!(late.get_details_error_info().unwrap().metadata["state"], "REJECTED");
    let third = gacc.propose(&name, "Third", &["product.brand"]).await.unwrap().name;
    assert_eq!(just.take_back(&third).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(gacc.take_back(&third).await.unwrap().state(), ProposalState::Withdrawn);
}

pub async fn overtaken(running: Running) {
    let (mut nvwa, mut just) = (running.partner("nl-nvwa"), running.partner("eu-just"));
    let name = nvwa.create(crate::words::kettle()).await.name;
    nvwa.submit(&name).await.unwrap();
    just.accept(&name).await.unwrap();
    // The contact point validates for the originator, and still it only proposes.
    let brand = just.propose(&name, "Boilwell BV", &["product.brand"]).await.unwrap().name;
    let model = just.propose(&name, "", &["product.models"]).await.unwrap().name;
    let own = wire::UpdateNotificationRequest {
        notification: Some(wire::Notification { name: name.clone(), ..branded("Boilwell NV") }),
        update_mask: mask(&["product.brand"]),
        request_id: request_id(),
        validate_only: false,
    };
    nvwa.notifications.update_notification(own).await.unwrap();
    assert_eq!(just.take_over(&brand).await.unwrap_err().code(), Code::PermissionDenied);
    let overtaken = nvwa.take_over(&brand).await.unwrap_err();
    assert_eq!(
        (overtaken.code(), overtaken.get_details_error_info().unwrap().reason.as_str()),
        (Code::Aborted, "ETAG_MISMATCH")
    );
    assert_eq!(nvwa.sees(&brand).await.unwrap().state(), ProposalState::Open, "it can still be rejected");
    nvwa.take_over(&model).await.unwrap();
    let product = nvwa.get(&name).await.product.unwrap();
    assert!(product.models.is_empty() && product.brand == "Boilwell NV", "another field was of no concern");
}

pub async fn wrong(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let name = just.sent_to_gacc("1").await.name;
    for (paths, field) in [
        (vec!["internal_note"], "update_mask"),
        (vec!["disclosures"], "update_mask"),
        (vec!["*"], "update_mask"),
        (vec!["product.colour"], "update_mask"),
        (vec!["state"], "update_mask"),
    ] {
        let refused = gacc.propose(&name, "x", &paths).await.unwrap_err();
        assert_eq!(refused.get_details_bad_request().unwrap().field_violations[0].field, field, "{paths:?}");
    }
    let own = just.propose(&name, "x", &["product.brand"]).await.unwrap_err();
    assert_eq!(own.get_details_bad_request().unwrap().field_violations[0].field, "parent");
    let narrowed = wire::UpdateNotificationRequest {
        notification: Some(wire::Notification {
            name: name.clone(),
            disclosures: vec![FieldDisclosure {
                path: "product.brand".to_owned(),
                audience: Audience::Originator.into(),
                reason: "the court decided so".to_owned(),
            }],
            ..wire::Notification::default()
        }),
        update_mask: mask(&["disclosures"]),
        request_id: request_id(),
        validate_only: false,
    };
    let before = gacc.propose(&name, "Secret brand", &["product.brand"]).await.unwrap().name;
    just.notifications.update_notification(narrowed).await.unwrap();
    // As a whole the product holds what it is not shown: it would be cleared unseen.
    for path in ["product.brand", "product"] {
        assert_eq!(gacc.propose(&name, "x", &[path]).await.unwrap_err().code(), Code::InvalidArgument);
    }
    gacc.propose(&name, "", &["product.models"]).await.unwrap();
    assert!(
        gacc.sees(&before)
            .await
            .unwrap()
            .change
            .is_none_or(|change| { change.product.is_none_or(|product| product.brand.is_empty()) })
    );
    let told = gacc.events().await;
    let told: Vec<u8> = told.iter().flat_map(|event| event.data.clone().unwrap().value).collect();
    assert!(!String::from_utf8_lossy(&told).contains("Secret brand"), "narrowed in proposals, too");
    for number in 2..50 {
        gacc.propose(&name, &number.to_string(), &["product.models"]).await.unwrap();
    }
    let full = gacc.propose(&name, "x", &["product.models"]).await.unwrap_err();
    assert_eq!(full.get_details_error_info().unwrap().reason, "LIMIT_REACHED");
}

pub async fn assessments(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let name = just.sent_to_gacc("1").await.name;
    just.transmit(&name, &["us-cpsc"]).await.unwrap();
    let without_level = gacc.assess(&name, wire::Risk::default()).await.unwrap_err();
    assert_eq!(without_level.get_details_bad_request().unwrap().field_violations[0].field, "risk.level");
    // Severity 2 at 1 in 20 000 is low; at 1 in 500 it is high.
    let scenario = |probability| wire::Risk {
        description: english("only with a wet hand"),
        scenarios: vec![wire::RiskScenario {
            description: "touches the base".to_owned(),
            severity: 2,
            probability,
            ..wire::RiskScenario::default()
        }],
        ..wire::Risk::default()
    };
    let first = gacc.assess(&name, scenario(0.000_05)).await.unwrap();
    assert_eq!((first.level(), first.revision), (RiskLevel::Low, 1));
    let second = gacc.assess(&name, scenario(0.002)).await.unwrap();
    assert_eq!((second.level(), second.revision, &second.name), (RiskLevel::High, 2, &first.name));
    let stale = wire::AddAssessmentRequest {
        parent: name.clone(),
        risk: Some(scenario(0.5)),
        etag: first.etag,
        request_id: request_id(),
        validate_only: false,
    };
    assert_eq!(gacc.assessments.add_assessment(stale).await.unwrap_err().code(), Code::Aborted);
    let own = just.assess(&name, scenario(0.5)).await.unwrap_err();
    assert_eq!(own.get_details_bad_request().unwrap().field_violations[0].field, "parent");
    let agreeing = wire::Risk { level: RiskLevel::Serious.into(), ..wire::Risk::default() };
    cpsc.assess(&name, agreeing).await.unwrap();

    let beside = just.assessed(&name).await;
    let originators = beside.originator_assessment.unwrap();
    assert_eq!((originators.authority.as_str(), originators.level()), ("eu-just", RiskLevel::Serious));
    let others: Vec<_> = beside
        .assessments
        .iter()
        .map(|one| (one.authority.as_str(), one.level(), one.level_differs))
        .collect();
    assert_eq!(others, [("cn-gacc", RiskLevel::High, true), ("us-cpsc", RiskLevel::Serious, false)]);
    let seen = gacc.assessed(&name).await;
    assert_eq!(seen.originator_assessment.unwrap().level(), RiskLevel::Serious);
    assert_eq!(seen.assessments.len(), 1, "its own beside the originator's, not the other recipient's");
    assert_eq!(just.get(&name).await.risk.unwrap().level(), RiskLevel::Serious, "neither changes the other");
    let told = gacc.events().await;
    let told: Vec<_> = told.iter().filter(|event| event.r#type.ends_with("AssessmentChanged")).collect();
    assert_eq!(told.len(), 2);
    let last = wire::AssessmentChanged::decode(told[1].data.as_ref().unwrap().value.as_slice()).unwrap();
    assert_eq!(last.assessment.unwrap().authority, "cn-gacc");
}

fn withdrawal(assessment: &str) -> wire::WithdrawAssessmentRequest {
    wire::WithdrawAssessmentRequest {
        name: assessment.to_owned(),
        request_id: request_id(),
        ..wire::WithdrawAssessmentRequest::default()
    }
}

fn state(refused: &Status) -> (Code, String) {
    (refused.code(), refused.get_details_error_info().unwrap().metadata["state"].clone())
}

pub async fn assessment_taken_back(running: Running) {
    let [mut just, mut gacc, mut cpsc] = ["eu-just", "cn-gacc", "us-cpsc"].map(|id| running.partner(id));
    let parent = just.sent_to_gacc("1").await.name;
    just.transmit(&parent, &["us-cpsc"]).await.unwrap();
    let low = || wire::Risk { level: RiskLevel::Low.into(), ..wire::Risk::default() };
    let name = format!("{parent}/assessments/cn-gacc");
    let none = gacc.take_back_assessment(&withdrawal(&name)).await.unwrap_err();
    assert_eq!(state(&none), (Code::FailedPrecondition, "NOT_ASSESSED".to_owned()));

    let first = gacc.assess(&parent, low()).await.unwrap();
    cpsc.assess(&parent, low()).await.unwrap();
    for stranger in [&mut just, &mut cpsc, &mut running.partner("ca-hc")] {
        let refused = stranger.take_back_assessment(&withdrawal(&name)).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "an assessment is its authority's own");
    }
    let wrong = wire::WithdrawAssessmentRequest { etag: "x".to_owned(), ..withdrawal(&parent) };
    let wrong = gacc.take_back_assessment(&wrong).await.unwrap_err().get_details_bad_request().unwrap();
    let fields: Vec<_> = wrong.field_violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["name", "etag"]);
    let checked = wire::WithdrawAssessmentRequest { validate_only: true, ..withdrawal(&name) };
    assert_eq!(gacc.take_back_assessment(&checked).await.unwrap().revision, 2);
    assert_eq!(just.assessed(&parent).await.assessments.len(), 2, "it was checked, and no more");

    let request = wire::WithdrawAssessmentRequest { etag: first.etag.clone(), ..withdrawal(&name) };
    let withdrawn = gacc.take_back_assessment(&request).await.unwrap();
    assert_eq!((withdrawn.revision, withdrawn.withdraw_time), (2, withdrawn.update_time));
    assert!(withdrawn.withdraw_time.is_some());
    assert_eq!(gacc.take_back_assessment(&request).await.unwrap(), withdrawn, "done once, told twice");
    let late = wire::WithdrawAssessmentRequest { request_id: request_id(), ..request };
    assert_eq!(gacc.take_back_assessment(&late).await.unwrap_err().code(), Code::Aborted);
    let twice = gacc.take_back_assessment(&withdrawal(&name)).await.unwrap_err();
    assert_eq!(state(&twice), (Code::FailedPrecondition, "WITHDRAWN".to_owned()));
    assert!(gacc.assessed(&parent).await.assessments.is_empty());
    // Nor does it fill a page.
    let page = wire::ListAssessmentsRequest { parent: parent.clone(), page_size: 1, ..Default::default() };
    let page = just.assessments.list_assessments(page).await.unwrap().into_inner();
    assert_eq!((page.assessments[0].authority.as_str(), page.next_page_token.as_str()), ("us-cpsc", ""));

    let again = gacc.assess(&parent, low()).await.unwrap();
    assert_eq!((again.revision, again.create_time, again.withdraw_time), (3, first.create_time, None));
    let listed = just.assessed(&parent).await.assessments;
    let listed: Vec<_> = listed.iter().map(|one| (one.authority.as_str(), one.revision)).collect();
    assert_eq!(listed, [("cn-gacc", 3), ("us-cpsc", 1)]);
    let gone = wire::WithdrawNotificationRequest {
        name: parent.clone(),
        reason: "the sample was mixed up".to_owned(),
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    just.notifications.withdraw_notification(gone).await.unwrap();
    gacc.take_back_assessment(&withdrawal(&name)).await.unwrap();
    for reader in [&mut gacc, &mut just] {
        let told = reader.events().await;
        let mut told = told.iter().filter(|event| event.r#type.ends_with("AssessmentWithdrawn"));
        let event = told.next().unwrap();
        let data = event.data.as_ref().unwrap().value.as_slice();
        let told_first = wire::AssessmentWithdrawn::decode(data).unwrap().assessment.unwrap();
        assert_eq!((event.subject.as_str(), &told_first), (name.as_str(), &withdrawn));
        assert_eq!(told.count(), 1, "the second one");
    }
    assert!(!kinds(&cpsc.events().await).contains(&"AssessmentWithdrawn"));

    // The contact point of the originator rates for itself, without a transmission.
    let mut nvwa = running.partner("nl-nvwa");
    let parent = nvwa.create(crate::words::kettle()).await.name;
    nvwa.submit_as_different(&parent).await;
    just.accept(&parent).await.unwrap();
    let own = just.assess(&parent, low()).await.unwrap().name;
    just.take_back_assessment(&withdrawal(&own)).await.unwrap();
    assert!(nvwa.assessed(&parent).await.assessments.is_empty());
    assert!(kinds(&nvwa.events().await).contains(&"AssessmentWithdrawn"));
}

pub async fn limited(running: Running) {
    let (name, _) = super::evidence::sent(&running).await;
    // A recipient, and the contact point, which has no transmission.
    for authority in ["cn-gacc", "eu-just"] {
        let mut partner = running.partner(authority);
        for _ in 0..45 {
            partner.propose(&name, "Boilwell 2", &["product.brand"]).await.unwrap();
        }
        // Of twelve at once five have place, however often the others try.
        let racing = (0..12).map(|_| {
            let (mut partner, name) = (partner.clone(), name.clone());
            async move {
                loop {
                    match partner.propose(&name, "Boilwell 3", &["product.brand"]).await {
                        Err(status) if status.code() == Code::Aborted => {}
                        Err(status) => return Err(status.code()),
                        Ok(proposal) => return Ok(proposal.name),
                    }
                }
            }
        });
        let done = futures::future::join_all(racing).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 5, "{authority}: {done:?}");
        assert!(
            done.iter().flat_map(|done| done.as_ref().err()).all(|code| *code == Code::ResourceExhausted)
        );
        // A decision makes place for one.
        let made = done.iter().find_map(|done| done.as_ref().ok()).unwrap();
        partner.take_back(made).await.unwrap();
        partner.propose(&name, "Boilwell 4", &["product.brand"]).await.unwrap();
        let refused = partner.propose(&name, "Boilwell 5", &["product.brand"]).await.unwrap_err();
        assert_eq!(refused.code(), Code::ResourceExhausted);
    }
    running.stop().await;
}
