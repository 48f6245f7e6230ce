//! `TraceService`.

use seamless_api::{Handlers, Page, ResourceName, Violations, changing, refusal};
use seamless_proto::seamless::notifications::v1::{self as wire, trace_service_server::TraceService};
use tonic::{Request, Response, Status};

use super::{
    context::{Api, statuses_of_list},
    trace_calls::{NOTE_LENGTH, candidate_for, question_for, required_localized, trace_for},
};
use crate::{
    contract::{
        CandidateName, NotificationName, QuestionName, TraceName, TransmissionName, candidate_in,
        evidence_in, percent_in, suggestion_out,
    },
    domain::{
        DomainError,
        model::{
            Candidate, CandidateState, CandidateVerb, Trace, TraceQuestion, TraceQuestionState, TraceState,
        },
        records::{Record, RecordPage, RecordQuery, records},
        use_cases::{
            AddCandidate, AskQuestion, CandidateChange, ClosingWord, ConcludeTrace, MAX_SUGGESTIONS,
            OpenTrace, ReopenTrace, SuggestCandidates,
        },
    },
};

/// The most fields that a question is about, or an answer updated.
const QUESTION_FIELDS: usize = 20;

#[tonic::async_trait]
impl TraceService for Api {
    async fn open_trace(
        &self,
        request: Request<wire::OpenTraceRequest>,
    ) -> Result<Response<wire::Trace>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TransmissionName>("transmission", &request.transmission);
        let note = found.text("note", request.note, NOTE_LENGTH);
        let internal_note = found.text("internal_note", request.internal_note, NOTE_LENGTH);
        let name = found.finish_some(name).map_err(refusal)?;
        let open = OpenTrace { access: self.traces(), follow_ups: &self.store };
        let decide =
            |now| open.execute(&caller, name.notification, &name.recipient, &note, &internal_note, now);
        self.mutate(call, decide, |trace| trace_for(&caller, &trace)).await
    }

    async fn get_trace(
        &self,
        request: Request<wire::GetTraceRequest>,
    ) -> Result<Response<wire::Trace>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = TraceName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let trace = self.trace(&caller, &name).await?;
        Ok(Response::new(trace_for(&caller, &trace)))
    }

    async fn list_traces(
        &self,
        request: Request<wire::ListTracesRequest>,
    ) -> Result<Response<wire::ListTracesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies::<TraceState>("states", &request.states, 10);
        let statuses = found.vocabularies("statuses", &request.statuses, 10);
        found.finish(()).map_err(refusal)?;
        let notification = self.parent_of_list(&caller, &request.parent).await.map_err(refusal)?;
        let query = RecordQuery {
            viewer: caller.authority.clone(),
            notification,
            party: None,
            statuses: statuses_of_list(statuses, notification),
            name_prefix: String::new(),
            page: RecordPage {
                states: states.into_iter().map(|state| state as i32).collect(),
                descending: false,
                after: page.cursor.clone(),
                limit: page.limit(),
            },
        };
        let traces = records::<Trace, _>(&self.store, &query).await.map_err(refusal)?;
        let (traces, next_page_token) =
            page.fill(traces, Record::in_order, |trace| trace_for(&caller, trace));
        Ok(Response::new(wire::ListTracesResponse { traces, next_page_token }))
    }

    async fn add_candidate(
        &self,
        request: Request<wire::AddCandidateRequest>,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let (caller, call, request) = changing(request)?;
        let TraceName(name) = TraceName::parse("parent", &request.parent).map_err(refusal)?;
        let mut found = Violations::new();
        let candidate = request.candidate.unwrap_or_default();
        let new = candidate_in(&mut found, name.notification, candidate, self.clock.now());
        found.finish(()).map_err(refusal)?;
        let add = AddCandidate { access: self.traces() };
        let decide = |now| add.execute(&caller, name.notification, &name.recipient, new.clone(), now);
        self.mutate(call, decide, |added| candidate_for(&caller, &added)).await
    }

    async fn update_candidate(
        &self,
        request: Request<wire::UpdateCandidateRequest>,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let (caller, call, request) = changing(request)?;
        // The evidence is in files of the notification, so its name comes first.
        let name = CandidateName::parse("name", &request.name).map_err(refusal)?;
        let mut found = Violations::new();
        if request.confidence.is_none() && request.evidence.is_empty() && request.internal_note.is_empty() {
            found.add("confidence", "wants at least one of confidence, evidence and internal_note");
        }
        let notification = name.trace.0.notification;
        let change = CandidateChange::Update {
            confidence: request.confidence.map(|percent| percent_in(&mut found, "confidence", percent)),
            evidence: evidence_in(&mut found, "evidence", notification, request.evidence, self.clock.now()),
            internal_note: found.text("internal_note", request.internal_note, NOTE_LENGTH),
        };
        self.change_candidate(&caller, call, found, &request.name, &request.etag, change).await
    }

    async fn confirm_candidate(
        &self,
        request: Request<wire::ConfirmCandidateRequest>,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.text("reason", request.reason, NOTE_LENGTH);
        let change = CandidateChange::Decide(CandidateVerb::Confirm, reason);
        self.change_candidate(&caller, call, found, &request.name, &request.etag, change).await
    }

    async fn reject_candidate(
        &self,
        request: Request<wire::RejectCandidateRequest>,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, NOTE_LENGTH);
        let change = CandidateChange::Decide(CandidateVerb::Reject, reason);
        self.change_candidate(&caller, call, found, &request.name, &request.etag, change).await
    }

    async fn reconsider_candidate(
        &self,
        request: Request<wire::ReconsiderCandidateRequest>,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let reason = found.required_text("reason", request.reason, NOTE_LENGTH);
        let change = CandidateChange::Decide(CandidateVerb::Reconsider, reason);
        self.change_candidate(&caller, call, found, &request.name, &request.etag, change).await
    }

    async fn get_candidate(
        &self,
        request: Request<wire::GetCandidateRequest>,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = CandidateName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let key = self.trace(&caller, &name.trace).await?.key;
        let candidate: Candidate =
            self.traces().below(&key.candidate_name(name.number)).await.map_err(refusal)?;
        Ok(Response::new(candidate_for(&caller, &candidate)))
    }

    async fn list_candidates(
        &self,
        request: Request<wire::ListCandidatesRequest>,
    ) -> Result<Response<wire::ListCandidatesResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies::<CandidateState>("states", &request.states, 10);
        found.finish(()).map_err(refusal)?;
        let states = states.into_iter().map(|state| state as i32).collect();
        let candidates: Vec<Candidate> = self.below_trace(&caller, &request.parent, states, &page).await?;
        let (candidates, next_page_token) =
            page.fill(candidates, Record::in_order, |candidate| candidate_for(&caller, candidate));
        Ok(Response::new(wire::ListCandidatesResponse { candidates, next_page_token }))
    }

    async fn ask_question(
        &self,
        request: Request<wire::AskQuestionRequest>,
    ) -> Result<Response<wire::TraceQuestion>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TraceName>("parent", &request.parent);
        let fields = self.paths_in(&mut found, "fields", &request.fields, QUESTION_FIELDS);
        let text = required_localized(&mut found, "text", request.text);
        let TraceName(name) = found.finish_some(name).map_err(refusal)?;
        let ask = AskQuestion { access: self.traces(), clocks: &self.store };
        let decide = |now| {
            let (fields, text) = (fields.clone(), text.clone());
            ask.execute(&caller, name.notification, &name.recipient, fields, text, now)
        };
        self.mutate(call, decide, |asked| question_for(&caller, &asked)).await
    }

    async fn answer_question(
        &self,
        request: Request<wire::AnswerQuestionRequest>,
    ) -> Result<Response<wire::TraceQuestion>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let text = required_localized(&mut found, "text", request.text);
        let updated_fields =
            self.paths_in(&mut found, "updated_fields", &request.updated_fields, QUESTION_FIELDS);
        let word = ClosingWord::Answer { text, updated_fields };
        self.close_question(&caller, call, found, &request.name, &request.etag, word).await
    }

    async fn withdraw_question(
        &self,
        request: Request<wire::WithdrawQuestionRequest>,
    ) -> Result<Response<wire::TraceQuestion>, Status> {
        let (caller, call, request) = changing(request)?;
        let (found, name, etag) = (Violations::new(), &request.name, &request.etag);
        self.close_question(&caller, call, found, name, etag, ClosingWord::Withdraw).await
    }

    async fn get_question(
        &self,
        request: Request<wire::GetQuestionRequest>,
    ) -> Result<Response<wire::TraceQuestion>, Status> {
        let caller = seamless_api::caller(&request)?;
        let name = QuestionName::parse("name", &request.get_ref().name).map_err(refusal)?;
        let key = self.trace(&caller, &name.trace).await?.key;
        let question: TraceQuestion =
            self.traces().below(&key.question_name(name.number)).await.map_err(refusal)?;
        Ok(Response::new(question_for(&caller, &question)))
    }

    async fn list_questions(
        &self,
        request: Request<wire::ListQuestionsRequest>,
    ) -> Result<Response<wire::ListQuestionsResponse>, Status> {
        let (caller, request, page): (_, _, Page<(i64, String)>) = self.paged(request)?;
        let mut found = Violations::new();
        let states = found.vocabularies::<TraceQuestionState>("states", &request.states, 10);
        found.finish(()).map_err(refusal)?;
        let states = states.into_iter().map(|state| state as i32).collect();
        let questions: Vec<TraceQuestion> = self.below_trace(&caller, &request.parent, states, &page).await?;
        let (questions, next_page_token) =
            page.fill(questions, Record::in_order, |question| question_for(&caller, question));
        Ok(Response::new(wire::ListQuestionsResponse { questions, next_page_token }))
    }

    async fn conclude_trace(
        &self,
        request: Request<wire::ConcludeTraceRequest>,
    ) -> Result<Response<wire::Trace>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TraceName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let mut found = Violations::new();
        let finding = self.finding_in(&mut found, &name, &request);
        let internal_note = found.text("internal_note", request.internal_note, NOTE_LENGTH);
        found.finish(()).map_err(refusal)?;
        let TraceName(name) = name;
        let (follow_ups, clocks) = (&self.store, &self.store);
        let conclude = ConcludeTrace { access: self.traces(), follow_ups, clocks };
        let decide = |now| {
            let (notification, authority, finding) = (name.notification, &name.recipient, finding.clone());
            conclude.execute(&caller, notification, authority, revision, finding, &internal_note, now)
        };
        self.mutate(call, decide, |trace| trace_for(&caller, &trace)).await
    }

    async fn reopen_trace(
        &self,
        request: Request<wire::ReopenTraceRequest>,
    ) -> Result<Response<wire::Trace>, Status> {
        let (caller, call, request) = changing(request)?;
        let mut found = Violations::new();
        let name = found.name::<TraceName>("name", &request.name);
        let revision = found.etag("etag", &request.etag);
        let reason = found.required_text("reason", request.reason, NOTE_LENGTH);
        let internal_note = found.text("internal_note", request.internal_note, NOTE_LENGTH);
        let TraceName(name) = found.finish_some(name).map_err(refusal)?;
        let reopen = ReopenTrace { access: self.traces(), follow_ups: &self.store };
        let decide = |now| {
            let (notification, authority) = (name.notification, &name.recipient);
            reopen.execute(&caller, notification, authority, revision, &reason, &internal_note, now)
        };
        self.mutate(call, decide, |trace| trace_for(&caller, &trace)).await
    }

    async fn suggest_candidates(
        &self,
        request: Request<wire::SuggestCandidatesRequest>,
    ) -> Result<Response<wire::SuggestCandidatesResponse>, Status> {
        let caller = seamless_api::caller(&request)?;
        let request = request.into_inner();
        let (notification, trace_of) = match TraceName::parse("name", &request.name) {
            Ok(TraceName(name)) => (name.notification, Some(name.recipient)),
            Err(wanted) => match NotificationName::parse("name", &request.name) {
                Ok(name) => (name.0, None),
                Err(_) => return Err(refusal(wanted)),
            },
        };
        let most = match usize::try_from(request.page_size) {
            Ok(0) => MAX_SUGGESTIONS,
            Ok(size) => size,
            Err(_) => {
                let wanted = format!("wants 0 or more; got {}", request.page_size);
                return Err(refusal(DomainError::invalid("page_size", wanted)));
            }
        };
        let suggest =
            SuggestCandidates { access: self.traces(), notifications: &self.store, operators: &self.store };
        let best = suggest.execute(&caller, notification, trace_of.as_ref(), most).await.map_err(refusal)?;
        let suggestions = best.iter().map(suggestion_out).collect();
        Ok(Response::new(wire::SuggestCandidatesResponse { suggestions }))
    }
}
