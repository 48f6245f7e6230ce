//! Traces of the domain onto the wire, whole: redaction for the reader comes after.

use seamless_api::violations::{localized_out, timestamp_out};
use seamless_proto::seamless::notifications::v1 as wire;

use super::content_out::{etag_out, operator_out};
use crate::domain::{
    model::{Candidate, CandidateEvidence, Trace, TraceQuestion, notification_name},
    suggestion::Suggestion,
};

/// A trace.
#[must_use]
pub fn trace_out(trace: &Trace) -> wire::Trace {
    let key = &trace.key;
    wire::Trace {
        name: key.name(),
        transmission: format!("notifications/{}/transmissions/{}", key.notification, key.authority),
        authority: key.authority.to_string(),
        state: trace.state() as i32,
        open_question_count: count_out(trace.open_questions),
        question_count: count_out(trace.questions),
        candidate_count: count_out(trace.candidates),
        conclusion: trace.conclusion.as_ref().map(|conclusion| wire::TraceConclusion {
            outcome: conclusion.outcome as i32,
            not_traced_reason: conclusion.reason.map_or(0, |reason| reason as i32),
            candidates: conclusion.candidates.iter().map(|number| key.candidate_name(*number)).collect(),
            missing_fields: conclusion.missing_fields.clone(),
            note: conclusion.note.clone(),
            conclude_time: Some(timestamp_out(conclusion.time)),
        }),
        steps: trace
            .steps
            .iter()
            .map(|step| wire::TraceStep {
                state: step.state as i32,
                step_time: Some(timestamp_out(step.time)),
                principal: step.principal.clone(),
                note: step.note.clone(),
            })
            .collect(),
        create_time: Some(timestamp_out(trace.create_time)),
        update_time: Some(timestamp_out(trace.update_time)),
        etag: etag_out(trace.revision),
        status: trace.status as i32,
        internal_note: trace.internal_notes.join("\n"),
    }
}

/// A candidate.
#[must_use]
pub fn candidate_out(candidate: &Candidate) -> wire::TraceCandidate {
    wire::TraceCandidate {
        name: candidate.name(),
        operator: Some(operator_out(&candidate.operator)),
        evidence: candidate.evidence.iter().map(evidence_out).collect(),
        confidence: i32::from(candidate.confidence),
        state: candidate.state as i32,
        reason: candidate.reason.clone(),
        create_time: Some(timestamp_out(candidate.create_time)),
        update_time: Some(timestamp_out(candidate.update_time)),
        etag: etag_out(candidate.revision),
        status: candidate.status as i32,
        internal_note: candidate.internal_notes.join("\n"),
    }
}

fn evidence_out(evidence: &CandidateEvidence) -> wire::TraceEvidence {
    wire::TraceEvidence {
        kind: evidence.kind as i32,
        note: evidence.note.clone(),
        uri: evidence.uri.clone(),
        attachment: evidence.attachment.clone(),
        record_time: Some(timestamp_out(evidence.record_time)),
    }
}

/// A question.
#[must_use]
pub fn question_out(question: &TraceQuestion) -> wire::TraceQuestion {
    wire::TraceQuestion {
        name: question.name(),
        fields: question.fields.clone(),
        text: localized_out(&question.text),
        state: question.state as i32,
        answer: question.answer.as_ref().map(|answer| wire::TraceAnswer {
            text: localized_out(&answer.text),
            updated_fields: answer.updated_fields.clone(),
            authority: answer.authority.to_string(),
        }),
        create_time: Some(timestamp_out(question.create_time)),
        close_time: question.close_time.map(timestamp_out),
        etag: etag_out(question.revision),
        status: question.status as i32,
    }
}

/// A suggested manufacturer; it holds nothing but what the reader is shown.
#[must_use]
pub fn suggestion_out(suggestion: &Suggestion) -> wire::CandidateSuggestion {
    wire::CandidateSuggestion {
        operator: Some(operator_out(&suggestion.operator)),
        score: i32::from(suggestion.score),
        reasons: suggestion
            .reasons
            .iter()
            .map(|reason| wire::SuggestionReason {
                kind: reason.kind as i32,
                notification: notification_name(reason.notification),
            })
            .collect(),
    }
}

fn count_out(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
