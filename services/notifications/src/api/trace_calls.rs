//! What several calls of `TraceService` share.

use seamless_api::{Call, Handlers, Page, ResourceName, Violations, refusal};
use seamless_identifiers::LocalizedText;
use seamless_proto::seamless::{notifications::v1 as wire, r#type::v1 as value};
use seamless_vocabulary::Vocabulary;
use tonic::{Response, Status};

use super::context::Api;
use crate::{
    contract::{
        CandidateName, QuestionName, TraceName, candidate_out, question_out, redact::of_trace_for, trace_out,
    },
    domain::{
        Caller,
        model::{Candidate, NotTracedReason, Trace, TraceOutcome, TraceQuestion},
        records::{Record, RecordQuery, records},
        use_cases::{
            CandidateChange, ChangeCandidate, CloseQuestion, ClosingWord, TraceAccess, TraceFinding,
        },
    },
};

/// The longest note, reason, question or answer, in characters.
pub(super) const NOTE_LENGTH: usize = 5_000;
/// The most missing fields of a conclusion.
const MISSING_FIELDS: usize = 50;
/// The most candidates that a conclusion names.
const CONCLUDED_CANDIDATES: usize = 10;

impl Api {
    pub(super) fn traces(&self) -> TraceAccess<'_> {
        TraceAccess { rules: &self.rules, transmissions: &self.store, records: &self.store }
    }

    pub(super) async fn trace(&self, caller: &Caller, TraceName(name): &TraceName) -> Result<Trace, Status> {
        let found = self.traces().execute(caller, name.notification, &name.recipient).await;
        found.map(|(trace, _)| trace).map_err(refusal)
    }

    /// A page of records below the trace of this name.
    pub(super) async fn below_trace<T: Record>(
        &self,
        caller: &Caller,
        parent: &str,
        states: Vec<i32>,
        page: &Page<(i64, String)>,
    ) -> Result<Vec<T>, Status> {
        let name = TraceName::parse("parent", parent).map_err(refusal)?;
        let key = self.trace(caller, &name).await?.key;
        let mut query = RecordQuery {
            party: Some(key.authority),
            ..RecordQuery::of_notification(&caller.authority, key.notification, page.limit())
        };
        query.page.states = states;
        query.page.after = page.cursor.clone();
        records::<T, _>(&self.store, &query).await.map_err(refusal)
    }

    pub(super) async fn change_candidate(
        &self,
        caller: &Caller,
        call: Call,
        mut found: Violations,
        name: &str,
        etag: &str,
        change: CandidateChange,
    ) -> Result<Response<wire::TraceCandidate>, Status> {
        let name = found.name::<CandidateName>("name", name);
        let revision = found.etag("etag", etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let CandidateName { trace: TraceName(of), number } = name;
        let use_case = ChangeCandidate { access: self.traces() };
        let decide = |now| {
            let what = (of.notification, &of.recipient, number);
            use_case.execute(caller, what, revision, change.clone(), now)
        };
        self.mutate(call, decide, |changed| candidate_for(caller, &changed)).await
    }

    pub(super) async fn close_question(
        &self,
        caller: &Caller,
        call: Call,
        mut found: Violations,
        name: &str,
        etag: &str,
        word: ClosingWord,
    ) -> Result<Response<wire::TraceQuestion>, Status> {
        let name = found.name::<QuestionName>("name", name);
        let revision = found.etag("etag", etag);
        let name = found.finish_some(name).map_err(refusal)?;
        let QuestionName { trace: TraceName(of), number } = name;
        let use_case = CloseQuestion { access: self.traces(), clocks: &self.store };
        let decide = |now| {
            let what = (of.notification, &of.recipient, number);
            use_case.execute(caller, what, revision, word.clone(), now)
        };
        self.mutate(call, decide, |closed| question_for(caller, &closed)).await
    }

    pub(super) fn finding_in(
        &self,
        found: &mut Violations,
        trace: &TraceName,
        request: &wire::ConcludeTraceRequest,
    ) -> TraceFinding {
        let outcome = found.required_vocabulary("outcome", request.outcome);
        let reason = found.vocabulary("not_traced_reason", request.not_traced_reason);
        let is_said = TraceOutcome::from_number(request.outcome).is_some();
        match outcome {
            _ if !is_said => {}
            TraceOutcome::NotTraced => {
                if reason.is_none() {
                    found.add("not_traced_reason", "is required with outcome NOT_TRACED");
                }
                if !request.candidates.is_empty() {
                    found.add("candidates", "must be empty with outcome NOT_TRACED");
                }
            }
            TraceOutcome::ManufacturerConfirmed | TraceOutcome::ManufacturerProbable => {
                if reason.is_some() {
                    found.add("not_traced_reason", "must be unset unless the outcome is NOT_TRACED");
                }
                if request.candidates.is_empty() {
                    found.add("candidates", "is required unless the outcome is NOT_TRACED");
                }
            }
        }
        found.count("candidates", request.candidates.len(), CONCLUDED_CANDIDATES);
        let mut candidates = Vec::new();
        for (index, name) in request.candidates.iter().take(CONCLUDED_CANDIDATES).enumerate() {
            match CandidateName::parse("candidates", name) {
                Ok(name) if name.trace == *trace => {
                    if !candidates.contains(&name.number) {
                        candidates.push(name.number);
                    }
                }
                _ => found.add(format!("candidates[{index}]"), "wants the name of a candidate of this trace"),
            }
        }
        let note = match reason {
            Some(NotTracedReason::Other) => found.required_text("note", request.note.clone(), NOTE_LENGTH),
            _ => found.text("note", request.note.clone(), NOTE_LENGTH),
        };
        let missing_fields = self.paths_in(found, "missing_fields", &request.missing_fields, MISSING_FIELDS);
        TraceFinding { outcome, reason, candidates, missing_fields, note }
    }
}

pub(super) fn required_localized(
    found: &mut Violations,
    field: &str,
    text: Option<value::LocalizedText>,
) -> LocalizedText {
    if text.as_ref().is_none_or(|text| text.versions.iter().all(|version| version.text.is_empty())) {
        found.add(field, "is required");
    }
    found.localized(field, text, NOTE_LENGTH)
}

pub(super) fn trace_for(caller: &Caller, trace: &Trace) -> wire::Trace {
    of_trace_for(&caller.authority, trace_out(trace), |trace| &trace.name)
}

pub(super) fn candidate_for(caller: &Caller, candidate: &Candidate) -> wire::TraceCandidate {
    of_trace_for(&caller.authority, candidate_out(candidate), |candidate| &candidate.name)
}

pub(super) fn question_for(caller: &Caller, question: &TraceQuestion) -> wire::TraceQuestion {
    of_trace_for(&caller.authority, question_out(question), |question| &question.name)
}
