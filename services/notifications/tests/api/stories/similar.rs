//! Is there an alert on this product already?

use seamless_proto::seamless::notifications::v1::{
    self as wire, NotificationState, SimilarityReasonKind, SimilarityVerdict,
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{english, item, kettle, kinds, request_id},
};

fn answer(candidate: &str, verdict: SimilarityVerdict) -> wire::SimilarityAnswer {
    wire::SimilarityAnswer {
        candidate: candidate.to_owned(),
        verdict: verdict.into(),
        note: "looked at both".to_owned(),
    }
}

/// Another product altogether.
fn lamp() -> wire::Notification {
    let mut lamp = kettle();
    lamp.product = Some(wire::Product {
        product_name: english("solar garden lamp"),
        brand: "Lumora".to_owned(),
        models: vec!["GL-22".to_owned()],
        category: wire::ProductCategory::LightingEquipment.into(),
        ..wire::Product::default()
    });
    lamp
}

impl Partner {
    async fn submit_with(
        &mut self,
        name: &str,
        answers: Vec<wire::SimilarityAnswer>,
    ) -> Result<wire::Notification, Status> {
        let request = wire::SubmitNotificationRequest {
            name: name.to_owned(),
            similarity_answers: answers,
            request_id: request_id(),
            ..wire::SubmitNotificationRequest::default()
        };
        self.notifications.submit_notification(request).await.map(tonic::Response::into_inner)
    }

    async fn similar(&mut self, name: &str) -> Vec<wire::SimilarNotification> {
        let request = wire::FindSimilarRequest { name: name.to_owned(), ..Default::default() };
        self.similarity.find_similar(request).await.unwrap().into_inner().candidates
    }

    async fn similar_to(&mut self, draft: wire::Notification) -> Vec<wire::SimilarNotification> {
        let request = wire::FindSimilarRequest { draft: Some(draft), ..Default::default() };
        self.similarity.find_similar(request).await.unwrap().into_inner().candidates
    }

    pub async fn decide(
        &mut self,
        notification: &str,
        candidate: &str,
        verdict: SimilarityVerdict,
    ) -> Result<wire::SimilarityDecision, Status> {
        let request = wire::DecideSimilarityRequest {
            notification: notification.to_owned(),
            candidate: candidate.to_owned(),
            verdict: verdict.into(),
            request_id: request_id(),
            ..wire::DecideSimilarityRequest::default()
        };
        self.similarity.decide_similarity(request).await.map(tonic::Response::into_inner)
    }

    async fn decisions(&mut self) -> Vec<wire::SimilarityDecision> {
        let request = wire::ListSimilarityDecisionsRequest::default();
        self.similarity.list_similarity_decisions(request).await.unwrap().into_inner().decisions
    }
}

fn names(candidates: &[wire::SimilarNotification]) -> Vec<String> {
    candidates.iter().map(|candidate| candidate.notification.clone().unwrap().name).collect()
}

/// The notifications that a refusal names.
fn named(refused: &Status) -> Vec<String> {
    assert_eq!(refused.code(), Code::FailedPrecondition, "{}", refused.message());
    assert_eq!(refused.get_details_error_info().unwrap().reason, "POSSIBLE_DUPLICATE");
    let unmet = refused.get_details_precondition_failure().unwrap().violations;
    unmet.into_iter().map(|one| one.subject).collect()
}

pub async fn gate(running: Running) {
    let (mut nvwa, mut just) = (running.partner("nl-nvwa"), running.partner("eu-just"));
    let first = nvwa.create(kettle()).await.name;
    assert_eq!(nvwa.submit(&first).await.unwrap().state(), NotificationState::Submitted);
    let other = nvwa.create(lamp()).await.name;
    nvwa.submit(&other).await.expect("a lamp is no kettle");

    let mut twin = kettle();
    twin.product.as_mut().unwrap().product_name = english("kettle, electric, 1.7 l");
    let second = nvwa.create(twin).await.name;
    assert_eq!(named(&nvwa.submit(&second).await.unwrap_err()), std::slice::from_ref(&first));
    assert_eq!(nvwa.get(&second).await.state(), NotificationState::Draft, "nothing was done");
    let [candidate] = &nvwa.similar(&second).await[..] else { panic!("the first alert alone") };
    assert_eq!(candidate.notification.as_ref().unwrap(), &nvwa.get(&first).await);
    assert!(candidate.probability > 0.9 && candidate.probability <= 1.0 && candidate.decision.is_none());
    let gtin =
        candidate.reasons.iter().find(|reason| reason.kind() == SimilarityReasonKind::SameGtin).unwrap();
    assert!(gtin.contribution > 0.0 && gtin.own_text.contains("6291041500213"));

    let different = vec![answer(&first, SimilarityVerdict::DifferentProduct)];
    let submitted = nvwa.submit_with(&second, different).await.unwrap();
    assert_eq!(submitted.state(), NotificationState::Submitted);
    let decision = nvwa.similar(&second).await.remove(0).decision.unwrap();
    assert_eq!(
        (decision.verdict(), decision.note.as_str()),
        (SimilarityVerdict::DifferentProduct, "looked at both")
    );

    // Returned and submitted anew, it is not asked again: neither for this one nor for the other of the pair.
    for name in [&second, &first] {
        let returned = wire::ValidateNotificationRequest {
            name: name.clone(),
            decision: wire::ValidationDecision::Return.into(),
            findings: vec![wire::Finding {
                field: "product.models".to_owned(),
                severity: wire::FindingSeverity::Error.into(),
                description: "which model".to_owned(),
            }],
            request_id: request_id(),
            ..wire::ValidateNotificationRequest::default()
        };
        just.notifications.validate_notification(returned).await.unwrap();
        nvwa.submit(name).await.unwrap();
    }
    assert_eq!(kinds(&nvwa.events().await).iter().filter(|kind| **kind == "SimilarityDecided").count(), 1);
}

pub async fn closed(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let known = just.sent_to_gacc("1").await.name;
    let draft = just.create(kettle()).await.name;
    let amend = vec![answer(&known, SimilarityVerdict::SameAmend)];
    let checked = wire::SubmitNotificationRequest {
        name: draft.clone(),
        similarity_answers: amend.clone(),
        request_id: request_id(),
        validate_only: true,
        ..wire::SubmitNotificationRequest::default()
    };
    just.notifications.submit_notification(checked.clone()).await.unwrap();
    assert!(just.decisions().await.is_empty(), "a check remembers nothing");
    let request =
        wire::SubmitNotificationRequest { validate_only: false, request_id: request_id(), ..checked };
    let closed = just.notifications.submit_notification(request.clone()).await.unwrap().into_inner();
    assert_eq!((closed.state(), &closed.duplicate_of), (NotificationState::Withdrawn, &known));
    assert!(closed.withdraw_reason.contains(&known));
    assert_eq!(just.notifications.submit_notification(request).await.unwrap().into_inner(), closed, "once");
    let events = just.events().await;
    assert_eq!(kinds(&events)[4..], ["SimilarityDecided", "NotificationWithdrawn"]);
    let again = just.submit_with(&draft, Vec::new()).await.unwrap_err();
    assert_eq!(again.get_details_error_info().unwrap().reason, "ILLEGAL_TRANSITION");

    // The recipient of an alert finds the same product: it sends a follow-up to it, since it cannot amend it.
    let own = gacc.create(kettle()).await.name;
    assert_eq!(named(&gacc.submit(&own).await.unwrap_err()), std::slice::from_ref(&known));
    let amend = gacc.submit_with(&own, amend).await.unwrap_err();
    let field = &amend.get_details_bad_request().unwrap().field_violations[0].field;
    assert_eq!(field, "similarity_answers[0].verdict");
    let follow_up = vec![answer(&known, SimilarityVerdict::SameSendFollowUp)];
    let closed = gacc.submit_with(&own, follow_up).await.unwrap();
    assert_eq!((closed.state(), closed.duplicate_of), (NotificationState::Withdrawn, known));
}

pub async fn hidden(running: Running) {
    let (mut just, mut gacc, mut canada) =
        (running.partner("eu-just"), running.partner("cn-gacc"), running.partner("ca-hc"));
    let draft = just.create(kettle()).await.name;
    assert_eq!(names(&just.similar_to(kettle()).await), std::slice::from_ref(&draft), "an own draft counts");
    assert!(gacc.similar_to(kettle()).await.is_empty(), "a draft of others does not exist");
    let own = gacc.create(kettle()).await.name;
    gacc.submit(&own).await.expect("nothing that GACC may see is like it");

    let known = just.sent_to_gacc("1").await.name;
    assert_eq!(names(&gacc.similar_to(kettle()).await).len(), 2, "what was sent to it, and its own");
    assert!(canada.similar_to(kettle()).await.is_empty());
    let denied = wire::FindSimilarRequest { name: known.clone(), ..Default::default() };
    let denied = canada.similarity.find_similar(denied).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    // What the sender hides is not compared, and no reason quotes it.
    let mut secretive = item("2");
    let notification = secretive.notification.as_mut().unwrap();
    notification.product.as_mut().unwrap().gtins = vec!["96385074".to_owned()];
    notification.product.as_mut().unwrap().models = vec!["QX-99871".to_owned()];
    notification.disclosures = ["product.gtins", "product.models", "product.description"]
        .map(|path| seamless_proto::seamless::disclosure::v1::FieldDisclosure {
            path: path.to_owned(),
            audience: seamless_proto::seamless::disclosure::v1::Audience::Originator.into(),
            reason: "under seal".to_owned(),
        })
        .to_vec();
    let sealed = just.import(vec![secretive]).await.remove(0).name;
    just.transmit(&sealed, &["cn-gacc"]).await.unwrap();
    let everything = wire::FindSimilarRequest {
        draft: Some(wire::Notification {
            product: Some(wire::Product {
                models: vec!["QX-99871".to_owned()],
                gtins: vec!["96385074".to_owned()],
                ..kettle().product.unwrap()
            }),
            ..kettle()
        }),
        max_candidates: 50,
        min_probability: Some(0.0),
        ..wire::FindSimilarRequest::default()
    };
    let of = async |partner: &mut Partner| {
        let found =
            partner.similarity.find_similar(everything.clone()).await.unwrap().into_inner().candidates;
        found.into_iter().find(|one| one.notification.as_ref().unwrap().name == sealed).unwrap()
    };
    let (full, shown) = (of(&mut just).await, of(&mut gacc).await);
    let quotes = |found: &wire::SimilarNotification, text: &str| {
        found.reasons.iter().any(|reason| reason.candidate_text.contains(text))
    };
    assert!(quotes(&full, "96385074"));
    assert!(!quotes(&shown, "96385074") && !quotes(&shown, "99871") && shown.probability < full.probability);

    // What was withdrawn is compared no more.
    let withdraw = wire::WithdrawNotificationRequest {
        name: known.clone(),
        reason: "the wrong product".to_owned(),
        request_id: request_id(),
        ..wire::WithdrawNotificationRequest::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    assert!(!names(&gacc.similar_to(kettle()).await).contains(&known));

    // A drill is no alert.
    let mut drill = kettle();
    drill.status = seamless_proto::seamless::feed::v1::EventStatus::Exercise.into();
    assert!(just.similar_to(drill.clone()).await.is_empty());
    let drill = just.create(drill).await.name;
    just.submit(&drill).await.expect("there is no other drill");
}

pub async fn decisions(running: Running) {
    let (mut nvwa, mut just, mut gacc) =
        (running.partner("nl-nvwa"), running.partner("eu-just"), running.partner("cn-gacc"));
    let (one, two) = (nvwa.create(kettle()).await.name, nvwa.create(kettle()).await.name);
    let decided = nvwa.decide(&one, &two, SimilarityVerdict::SameAmend).await.unwrap();
    assert_eq!((&decided.notification, &decided.candidate), (&one, &two));
    assert!(!decided.principal.is_empty() && decided.decide_time.is_some());
    let again = just.decide(&two, &one, SimilarityVerdict::DifferentProduct).await.unwrap();
    assert_eq!(again.name, decided.name, "a pair has one decision, whichever of the two is named first");
    for side in [&mut nvwa, &mut just] {
        let listed = side.decisions().await;
        assert_eq!(listed, std::slice::from_ref(&again));
    }
    nvwa.submit(&one).await.expect("it was said before that they are two products");

    // The recipient of one of the two has no part in the decision, and decides for itself.
    just.accept(&one).await.unwrap();
    assert!(gacc.decisions().await.is_empty());
    let own = gacc.create(kettle()).await.name;
    let theirs = gacc.decide(&own, &one, SimilarityVerdict::SameSendFollowUp).await.unwrap();
    assert_eq!(gacc.decisions().await, [theirs]);
    assert_eq!(nvwa.decisions().await.len(), 1);
    assert!(!kinds(&just.events().await).is_empty());
    assert_eq!(kinds(&gacc.events().await).iter().filter(|kind| **kind == "SimilarityDecided").count(), 1);
    for (notification, candidate) in [(&one, &own), (&own, &two)] {
        let denied = gacc.decide(notification, candidate, SimilarityVerdict::DifferentProduct).await;
        assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied, "not its own, or not to be seen");
    }
    let foreign = wire::ListSimilarityDecisionsRequest { parent: one, ..Default::default() };
    let foreign = gacc.similarity.list_similarity_decisions(foreign).await.unwrap_err();
    assert_eq!(foreign.code(), Code::PermissionDenied);
}

pub async fn wrong(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let (one, two) = (nvwa.create(kettle()).await.name, nvwa.create(kettle()).await.name);
    let mut drill = kettle();
    drill.status = seamless_proto::seamless::feed::v1::EventStatus::Test.into();
    let drill = nvwa.create(drill).await.name;
    let fields = |refused: Status| -> Vec<String> {
        assert_eq!(refused.code(), Code::InvalidArgument, "{}", refused.message());
        let named = refused.get_details_bad_request().unwrap().field_violations;
        named.into_iter().map(|one| one.field).collect()
    };
    let answers = vec![
        answer("kettle", SimilarityVerdict::Unspecified),
        answer(&two, SimilarityVerdict::SameAmend),
        answer(&two, SimilarityVerdict::SameAmend),
        wire::SimilarityAnswer {
            note: "x".repeat(1_001),
            ..answer(&drill, SimilarityVerdict::DifferentProduct)
        },
    ];
    let refused = nvwa.submit_with(&one, answers).await.unwrap_err();
    assert_eq!(
        fields(refused),
        [
            "similarity_answers[0].candidate",
            "similarity_answers[0].verdict",
            "similarity_answers[2].candidate",
            "similarity_answers[2].verdict",
            "similarity_answers[3].note"
        ]
    );
    for candidate in [&drill, &one] {
        let refused = nvwa.decide(&one, candidate, SimilarityVerdict::DifferentProduct).await.unwrap_err();
        assert_eq!(fields(refused), ["candidate"]);
    }
    let unknown = format!("notifications/{}", uuid::Uuid::now_v7());
    let denied = nvwa.submit_with(&one, vec![answer(&unknown, SimilarityVerdict::DifferentProduct)]).await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    let request = wire::FindSimilarRequest {
        name: one,
        draft: Some(kettle()),
        max_candidates: -1,
        min_probability: Some(1.5),
    };
    let refused = nvwa.similarity.find_similar(request).await.unwrap_err();
    assert_eq!(fields(refused), ["max_candidates", "min_probability", "draft"]);
    let refused = nvwa.similarity.find_similar(wire::FindSimilarRequest::default()).await.unwrap_err();
    assert_eq!(fields(refused), ["name"]);
}

pub async fn racing(running: Running) {
    let mut nvwa = running.partner("nl-nvwa");
    let submit = |mut partner: Partner, name: String| async move { partner.submit(&name).await };
    for round in 0..5 {
        let mut product = kettle();
        product.product.as_mut().unwrap().models = vec![format!("ROUND-{round}")];
        product.product.as_mut().unwrap().gtins.clear();
        product.product.as_mut().unwrap().brand = format!("Brand{round}");
        let created = nvwa.create(product.clone()).await.name;
        // One creates and submits a twin while the other submits.
        let twin = async {
            let mut partner = nvwa.clone();
            let name = partner.create(product.clone()).await.name;
            partner.submit(&name).await
        };
        let (one, other) = tokio::join!(submit(nvwa.clone(), created.clone()), twin);
        let others = other.unwrap_err();
        assert!(named(&others).contains(&created), "the twin came later and sees the first");
        if let Err(refused) = one {
            assert!(!named(&refused).is_empty());
        }
    }
    let alone = nvwa.create(lamp()).await.name;
    let submissions = (0..8).map(|_| submit(nvwa.clone(), alone.clone()));
    let done = futures::future::join_all(submissions).await;
    assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "a draft is submitted once");
}
