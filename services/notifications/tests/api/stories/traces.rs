//! The search for the manufacturer: candidates, questions, an outcome, and what earlier searches teach.

use seamless_proto::seamless::notifications::v1::{
    self as wire, CandidateState, ClockState, FollowUpState, NotTracedReason, SuggestionReasonKind as Why,
    TraceOutcome, TraceQuestionState, TraceState,
};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{
    running::{Partner, Running},
    words::{english, kettle, kinds, request_id},
};

/// An alert of the Dutch authority's that went to GACC by itself and was acknowledged; the name of GACC's transmission.
pub async fn acknowledged(running: &Running, notification: wire::Notification) -> String {
    let (mut nvwa, mut just, mut gacc) =
        (running.partner("nl-nvwa"), running.partner("eu-just"), running.partner("cn-gacc"));
    let name = nvwa.create(notification).await.name;
    nvwa.submit_as_different(&name).await;
    just.accept(&name).await.unwrap();
    let transmission = format!("{name}/transmissions/cn-gacc");
    gacc.acknowledge(&transmission).await.unwrap();
    transmission
}

pub fn maker(name: &str) -> wire::TraceCandidate {
    wire::TraceCandidate {
        operator: Some(wire::EconomicOperator {
            operator_name: name.to_owned(),
            contact: "Ms Li".to_owned(),
            ..wire::EconomicOperator::default()
        }),
        confidence: 60,
        evidence: vec![wire::TraceEvidence {
            kind: wire::CandidateEvidenceKind::LabelPhoto.into(),
            note: "the name on the rating plate".to_owned(),
            ..wire::TraceEvidence::default()
        }],
        internal_note: "known to the Ningbo office".to_owned(),
        ..wire::TraceCandidate::default()
    }
}

fn fields(status: &Status) -> Vec<String> {
    let bad = status.get_details_bad_request().unwrap().field_violations;
    let mut fields: Vec<String> = bad.into_iter().map(|violation| violation.field).collect();
    fields.sort_unstable();
    fields
}

impl Partner {
    pub async fn start_follow_up(&mut self, transmission: &str) {
        let request = wire::StartFollowUpRequest {
            transmission: transmission.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.follow_ups.start_follow_up(request).await.unwrap();
    }

    pub async fn open_trace(&mut self, transmission: &str) -> Result<wire::Trace, Status> {
        let request = wire::OpenTraceRequest {
            transmission: transmission.to_owned(),
            internal_note: "ask the Ningbo office".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.open_trace(request).await.map(tonic::Response::into_inner)
    }

    pub async fn get_trace(&mut self, name: &str) -> Result<wire::Trace, Status> {
        let request = wire::GetTraceRequest { name: name.to_owned() };
        self.traces.get_trace(request).await.map(tonic::Response::into_inner)
    }

    pub async fn add(
        &mut self,
        trace: &str,
        candidate: wire::TraceCandidate,
    ) -> Result<wire::TraceCandidate, Status> {
        let request = wire::AddCandidateRequest {
            parent: trace.to_owned(),
            candidate: Some(candidate),
            request_id: request_id(),
            validate_only: false,
        };
        self.traces.add_candidate(request).await.map(tonic::Response::into_inner)
    }

    pub async fn confirm(&mut self, candidate: &str) -> Result<wire::TraceCandidate, Status> {
        let request = wire::ConfirmCandidateRequest {
            name: candidate.to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.confirm_candidate(request).await.map(tonic::Response::into_inner)
    }

    pub async fn ask(&mut self, trace: &str, text: &str) -> Result<wire::TraceQuestion, Status> {
        let request = wire::AskQuestionRequest {
            parent: trace.to_owned(),
            fields: vec!["product.gtins".to_owned()],
            text: english(text),
            request_id: request_id(),
            validate_only: false,
        };
        self.traces.ask_question(request).await.map(tonic::Response::into_inner)
    }

    pub async fn answer(&mut self, question: &str) -> Result<wire::TraceQuestion, Status> {
        let request = wire::AnswerQuestionRequest {
            name: question.to_owned(),
            text: english("it is on the carton"),
            updated_fields: vec!["product.gtins".to_owned()],
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.answer_question(request).await.map(tonic::Response::into_inner)
    }

    pub async fn conclude(&mut self, trace: &str, candidates: &[&str]) -> Result<wire::Trace, Status> {
        let request = wire::ConcludeTraceRequest {
            name: trace.to_owned(),
            outcome: TraceOutcome::ManufacturerConfirmed.into(),
            candidates: candidates.iter().map(|name| (*name).to_owned()).collect(),
            missing_fields: vec!["product.batch_numbers".to_owned()],
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.conclude_trace(request).await.map(tonic::Response::into_inner)
    }

    pub async fn not_traced(&mut self, trace: &str) -> Result<wire::Trace, Status> {
        let request = wire::ConcludeTraceRequest {
            name: trace.to_owned(),
            outcome: TraceOutcome::NotTraced.into(),
            not_traced_reason: NotTracedReason::BrandOwnerOnly.into(),
            missing_fields: vec!["product.gtins".to_owned()],
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.conclude_trace(request).await.map(tonic::Response::into_inner)
    }

    pub async fn reopen(&mut self, trace: &str) -> Result<wire::Trace, Status> {
        let request = wire::ReopenTraceRequest {
            name: trace.to_owned(),
            reason: "a customs declaration came up".to_owned(),
            request_id: request_id(),
            ..Default::default()
        };
        self.traces.reopen_trace(request).await.map(tonic::Response::into_inner)
    }

    pub async fn follow_up(&mut self, transmission: &str) -> wire::FollowUp {
        let request = wire::GetFollowUpRequest { name: format!("{transmission}/followUp") };
        self.follow_ups.get_follow_up(request).await.unwrap().into_inner()
    }

    pub async fn only_clock(&mut self, transmission: &str) -> ClockState {
        let request = wire::GetClockRequest { name: format!("{transmission}/clocks/online-reaction") };
        self.clocks.get_clock(request).await.unwrap().into_inner().state()
    }

    pub async fn suggested(&mut self, name: &str) -> Vec<(String, i32, Vec<Why>)> {
        let request = wire::SuggestCandidatesRequest { name: name.to_owned(), page_size: 0 };
        let found = self.traces.suggest_candidates(request).await.unwrap().into_inner().suggestions;
        let of = |one: wire::CandidateSuggestion| {
            let why = one.reasons.iter().map(wire::SuggestionReason::kind).collect();
            (one.operator.unwrap().operator_name, one.score, why)
        };
        found.into_iter().map(of).collect()
    }
}

pub async fn traced(running: Running) {
    let (mut nvwa, mut just, mut gacc) =
        (running.partner("nl-nvwa"), running.partner("eu-just"), running.partner("cn-gacc"));
    let transmission = acknowledged(&running, kettle()).await;
    let opened = gacc.open_trace(&transmission).await.unwrap();
    let trace = opened.name.clone();
    assert_eq!((opened.state(), opened.internal_note.as_str()), (TraceState::Open, "ask the Ningbo office"));
    let again = gacc.open_trace(&transmission).await.unwrap_err();
    assert_eq!(again.get_details_error_info().unwrap().reason, "ILLEGAL_TRANSITION");

    let first = gacc.add(&trace, maker("Ningbo Example Appliances Co., Ltd.")).await.unwrap();
    let twin = gacc.add(&trace, maker("NINGBO EXAMPLE APPLIANCES COMPANY LIMITED")).await.unwrap_err();
    assert_eq!(twin.code(), Code::AlreadyExists);
    assert_eq!(twin.get_details_error_info().unwrap().metadata["resource"], first.name);
    let second = gacc.add(&trace, maker("Youpin (HK) Trading")).await.unwrap();
    let more = wire::UpdateCandidateRequest {
        name: first.name.clone(),
        confidence: Some(90),
        evidence: vec![wire::TraceEvidence {
            kind: wire::CandidateEvidenceKind::ExporterDeclaration.into(),
            uri: "https://customs.example.invalid/1".to_owned(),
            ..Default::default()
        }],
        request_id: request_id(),
        ..Default::default()
    };
    let updated = gacc.traces.update_candidate(more).await.unwrap().into_inner();
    assert_eq!((updated.confidence, updated.evidence.len()), (90, 2));
    let stale = wire::RejectCandidateRequest {
        name: first.name.clone(),
        reason: "no".to_owned(),
        request_id: request_id(),
        etag: first.etag.clone(),
        ..Default::default()
    };
    assert_eq!(gacc.traces.reject_candidate(stale).await.unwrap_err().code(), Code::Aborted);
    let reject = wire::RejectCandidateRequest {
        name: second.name.clone(),
        reason: "never made kettles".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.traces.reject_candidate(reject).await.unwrap();

    // While a question is open the clock stands still; two questions are two reasons.
    let question = gacc.ask(&trace, "what does the carton say?").await.unwrap();
    let other = gacc.ask(&trace, "which batch?").await.unwrap();
    assert_eq!(gacc.only_clock(&transmission).await, ClockState::Paused);
    assert_eq!(gacc.get_trace(&trace).await.unwrap().state(), TraceState::Waiting);
    assert_eq!(gacc.answer(&question.name).await.unwrap_err().code(), Code::PermissionDenied);
    let answered = just.answer(&question.name).await.unwrap();
    assert_eq!(answered.answer.unwrap().authority, "eu-just");
    assert_eq!(nvwa.answer(&question.name).await.unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(gacc.only_clock(&transmission).await, ClockState::Paused, "the other is open");

    let early = gacc.conclude(&trace, &[&first.name]).await.unwrap_err();
    assert!(early.message().contains("confirm the candidate"), "{}", early.message());
    gacc.confirm(&first.name).await.unwrap();
    let early = gacc.conclude(&trace, &[&first.name]).await.unwrap_err();
    assert_eq!(early.code(), Code::FailedPrecondition);
    assert!(early.message().contains("start the follow-up"), "{}", early.message());
    gacc.start_follow_up(&transmission).await;
    let beside = wire::RecordTracingRequest {
        name: format!("{transmission}/followUp"),
        result: wire::TracingResult::NotTraced.into(),
        not_traced_reason: NotTracedReason::CompanyClosed.into(),
        request_id: request_id(),
        ..Default::default()
    };
    let beside = gacc.follow_ups.record_tracing(beside).await.unwrap_err();
    assert!(beside.message().contains("conclude the trace"), "{}", beside.message());
    let contradicted = gacc.not_traced(&trace).await.unwrap_err();
    assert!(contradicted.message().contains("reconsider"), "{}", contradicted.message());

    let concluded = gacc.conclude(&trace, &[&first.name]).await.unwrap();
    assert_eq!((concluded.state(), concluded.open_question_count), (TraceState::Concluded, 0));
    let get = wire::GetQuestionRequest { name: other.name };
    let other = nvwa.traces.get_question(get).await.unwrap().into_inner();
    assert_eq!(other.state(), TraceQuestionState::Withdrawn, "nobody waits for it any more");
    assert_eq!(gacc.only_clock(&transmission).await, ClockState::Stopped);
    let follow_up = gacc.follow_up(&transmission).await;
    assert_eq!(follow_up.state(), FollowUpState::Traced);
    let tracing = follow_up.tracing.unwrap();
    assert_eq!(tracing.manufacturer.unwrap().operator_name, "Ningbo Example Appliances Co., Ltd.");
    assert_eq!(tracing.missing_fields, ["product.batch_numbers"]);
    assert_eq!(gacc.ask(&trace, "late?").await.unwrap_err().code(), Code::FailedPrecondition);

    // Both sides read the same; what GACC keeps to itself, it alone.
    for side in [&mut nvwa, &mut just] {
        let seen = side.get_trace(&trace).await.unwrap();
        assert_eq!(seen.conclusion, concluded.conclusion);
        assert!(seen.internal_note.is_empty() && seen.steps.iter().all(|step| step.principal.is_empty()));
        let list = wire::ListCandidatesRequest {
            parent: trace.clone(),
            states: vec![CandidateState::Confirmed.into()],
            ..Default::default()
        };
        let [seen] = &side.traces.list_candidates(list).await.unwrap().into_inner().candidates[..] else {
            panic!("one is confirmed")
        };
        assert_eq!(seen.operator.as_ref().unwrap().contact, "Ms Li", "named recipients may know");
        assert!(seen.internal_note.is_empty());
        let told = side.events().await;
        let last = [
            "TraceOpened",
            "TraceCandidateChanged",
            "TraceCandidateChanged",
            "TraceCandidateChanged",
            "TraceCandidateChanged",
            "ClockPaused",
            "TraceQuestionChanged",
            "ClockChanged",
            "TraceQuestionChanged",
            "ClockChanged",
            "TraceQuestionChanged",
            "TraceCandidateChanged",
            "FollowUpChanged",
            "ClockChanged",
            "TraceQuestionChanged",
            "TraceConcluded",
            "FollowUpChanged",
        ];
        let kinds = kinds(&told);
        assert_eq!(kinds[kinds.len() - last.len()..], last);
        for secret in ["Ningbo office", "tester@cn-gacc"] {
            let holds = |event: &seamless_proto::seamless::feed::v1::Event| {
                String::from_utf8_lossy(&event.data.as_ref().unwrap().value).contains(secret)
            };
            assert!(!told.iter().any(holds), "{secret}");
        }
    }
    assert_eq!(
        gacc.events().await.len(),
        nvwa.events().await.iter().filter(|one| !one.arrangement.is_empty()).count()
    );

    // New facts: the follow-up investigates again, and the other outcome replaces the first.
    gacc.reopen(&trace).await.unwrap();
    assert_eq!(gacc.follow_up(&transmission).await.state(), FollowUpState::Investigating);
    let reconsider = wire::ReconsiderCandidateRequest {
        name: first.name.clone(),
        reason: "its plate was copied".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    gacc.traces.reconsider_candidate(reconsider).await.unwrap();
    let concluded = gacc.not_traced(&trace).await.unwrap();
    assert_eq!(concluded.conclusion.unwrap().not_traced_reason(), NotTracedReason::BrandOwnerOnly);
    let follow_up = gacc.follow_up(&transmission).await;
    assert_eq!(follow_up.state(), FollowUpState::NotTraced);
    assert_eq!(follow_up.tracing.unwrap().not_traced_reason(), NotTracedReason::BrandOwnerOnly);
    running.stop().await;
}

pub async fn wrong_input(running: Running) {
    let mut gacc = running.partner("cn-gacc");
    let transmission = acknowledged(&running, kettle()).await;
    let checked = wire::OpenTraceRequest {
        transmission: transmission.clone(),
        request_id: request_id(),
        validate_only: true,
        ..Default::default()
    };
    gacc.traces.open_trace(checked).await.unwrap();
    let trace = format!("{transmission}/trace");
    assert_eq!(gacc.get_trace(&trace).await.unwrap_err().code(), Code::PermissionDenied, "only checked");
    gacc.open_trace(&transmission).await.unwrap();

    let mut wrong = maker("");
    wrong.confidence = 101;
    let operator = wrong.operator.as_mut().unwrap();
    operator.role = wire::OperatorRole::Retailer.into();
    operator.credit_code = "1".to_owned();
    wrong.evidence = vec![
        wire::TraceEvidence::default(),
        wire::TraceEvidence {
            kind: wire::CandidateEvidenceKind::Other.into(),
            uri: "ftp://x".to_owned(),
            attachment: "notifications/1/attachments/2".to_owned(),
            ..Default::default()
        },
    ];
    let refused = gacc.add(&trace, wrong).await.unwrap_err();
    assert_eq!(
        fields(&refused),
        [
            "candidate.confidence",
            "candidate.evidence[0].kind",
            "candidate.evidence[0].note",
            "candidate.evidence[1].attachment",
            "candidate.evidence[1].note",
            "candidate.evidence[1].uri",
            "candidate.operator.credit_code",
            "candidate.operator.operator_name",
            "candidate.operator.role",
        ]
    );
    let nothing = wire::UpdateCandidateRequest {
        name: format!("{trace}/candidates/1"),
        request_id: request_id(),
        ..Default::default()
    };
    assert_eq!(fields(&gacc.traces.update_candidate(nothing).await.unwrap_err()), ["confidence"]);
    let question = wire::AskQuestionRequest {
        parent: trace.clone(),
        fields: vec!["product.colour".to_owned()],
        request_id: request_id(),
        ..Default::default()
    };
    assert_eq!(fields(&gacc.traces.ask_question(question).await.unwrap_err()), ["fields[0]", "text"]);
    let conclude = wire::ConcludeTraceRequest {
        name: trace.clone(),
        outcome: TraceOutcome::NotTraced.into(),
        candidates: vec![format!("{trace}/candidates/01")],
        missing_fields: vec!["product.colour".to_owned()],
        request_id: request_id(),
        ..Default::default()
    };
    let refused = gacc.traces.conclude_trace(conclude).await.unwrap_err();
    assert_eq!(fields(&refused), ["candidates", "candidates[0]", "missing_fields[0]", "not_traced_reason"]);
    let unknown = gacc.conclude(&trace, &[&format!("{trace}/candidates/7")]).await.unwrap_err();
    assert_eq!(fields(&unknown), ["candidates[0]"]);
    let conclude =
        wire::ConcludeTraceRequest { name: trace.clone(), request_id: request_id(), ..Default::default() };
    assert_eq!(fields(&gacc.traces.conclude_trace(conclude).await.unwrap_err()), ["outcome"]);
    let reopen =
        wire::ReopenTraceRequest { name: trace.clone(), request_id: request_id(), ..Default::default() };
    assert_eq!(fields(&gacc.traces.reopen_trace(reopen).await.unwrap_err()), ["reason"]);
    let suggest = wire::SuggestCandidatesRequest { name: "kettle".to_owned(), page_size: 0 };
    assert_eq!(fields(&gacc.traces.suggest_candidates(suggest).await.unwrap_err()), ["name"]);

    // The same request gets the same answer, and does its work once.
    let add = wire::AddCandidateRequest {
        parent: trace.clone(),
        candidate: Some(maker("Leya Toys")),
        request_id: request_id(),
        validate_only: false,
    };
    let answers = futures::future::join_all((0..8).map(|_| {
        let (mut gacc, add) = (gacc.clone(), add.clone());
        async move { gacc.traces.add_candidate(add).await.unwrap().into_inner() }
    }));
    let answers = answers.await;
    assert!(answers.iter().all(|one| one == &answers[0]), "{answers:?}");
    assert_eq!(gacc.get_trace(&trace).await.unwrap().candidate_count, 1);
    // Of many that add the same company one succeeds.
    let added = futures::future::join_all((0..8).map(|_| {
        let (mut gacc, trace) = (gacc.clone(), trace.clone());
        async move { gacc.add(&trace, maker("Youpin Trading")).await.map_err(|status| status.code()) }
    }));
    let added = added.await;
    assert_eq!(added.iter().filter(|one| one.is_ok()).count(), 1);
    let refused = |one: &&Result<_, Code>| matches!(one, Err(Code::AlreadyExists | Code::Aborted));
    assert_eq!(added.iter().filter(refused).count(), 7, "{added:?}");
}

pub async fn strangers(running: Running) {
    let (mut just, mut gacc) = (running.partner("eu-just"), running.partner("cn-gacc"));
    let (mut cpsc, mut canada) = (running.partner("us-cpsc"), running.partner("ca-hc"));
    let transmission = acknowledged(&running, kettle()).await;
    let notification = transmission.split("/transmissions").next().unwrap().to_owned();
    // Another recipient has the alert, and no part in GACC's search.
    just.transmit(&notification, &["us-cpsc"]).await.unwrap();
    let trace = gacc.open_trace(&transmission).await.unwrap().name;
    let candidate = gacc.add(&trace, maker("Leya Toys")).await.unwrap().name;
    let question = gacc.ask(&trace, "which batch?").await.unwrap().name;
    for stranger in [&mut cpsc, &mut canada] {
        let unknown = stranger.get_trace(&trace.replace("cn-gacc", "us-nobody")).await.unwrap_err();
        for refused in [
            stranger.get_trace(&trace).await.map(drop).unwrap_err(),
            stranger.open_trace(&transmission).await.map(drop).unwrap_err(),
            stranger.add(&trace, maker("x")).await.map(drop).unwrap_err(),
            stranger.confirm(&candidate).await.map(drop).unwrap_err(),
            stranger.ask(&trace, "x").await.map(drop).unwrap_err(),
            stranger.answer(&question).await.map(drop).unwrap_err(),
            stranger.conclude(&trace, &[&candidate]).await.map(drop).unwrap_err(),
            stranger.reopen(&trace).await.map(drop).unwrap_err(),
        ] {
            assert_eq!((refused.code(), refused.message()), (unknown.code(), unknown.message()));
        }
        let list = wire::ListTracesRequest::default();
        assert!(stranger.traces.list_traces(list).await.unwrap().into_inner().traces.is_empty());
        let told = stranger.events().await;
        assert!(!kinds(&told).iter().any(|kind| kind.starts_with("Trace")));
    }
    let list = wire::ListTracesRequest {
        parent: "notifications/-".to_owned(),
        states: vec![TraceState::Waiting.into()],
        ..Default::default()
    };
    for side in [&mut just, &mut gacc] {
        let listed = side.traces.list_traces(list.clone()).await.unwrap().into_inner().traces;
        assert_eq!(listed.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), [trace.as_str()]);
    }
    assert_eq!(just.add(&trace, maker("x")).await.unwrap_err().code(), Code::PermissionDenied);

    // After a withdrawal only what is open is closed.
    let withdraw = wire::WithdrawNotificationRequest {
        name: notification,
        reason: "sample mixed up".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    just.notifications.withdraw_notification(withdraw).await.unwrap();
    assert_eq!(gacc.ask(&trace, "x").await.unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(just.answer(&question).await.unwrap().state(), TraceQuestionState::Answered);
    assert_eq!(gacc.not_traced(&trace).await.unwrap().state(), TraceState::Concluded);
    assert_eq!(gacc.reopen(&trace).await.unwrap_err().code(), Code::FailedPrecondition);
}
