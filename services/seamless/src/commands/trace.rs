//! `seamless trace …`.

use seamless_proto::seamless::notifications::v1 as wire;

use super::{follow_up::english, notification_name, number, pages, request_id, states};
use crate::{
    cli::{self, Trace},
    connection::Connection,
    error::Failure,
    output,
};

/// Takes a step of a search for the manufacturer, or shows searches.
pub async fn run(connection: &Connection, step: Trace, json: bool) -> Result<(), Failure> {
    let mut client = connection.traces();
    match step {
        Trace::List { limit, state, statuses } => list(connection, limit, &state, &statuses, json).await,
        Trace::Show { name, of } => {
            show(connection, &trace_name(connection, &name.name, of.as_deref())?, json).await
        }
        Trace::Suggest { name, limit } => suggest(connection, &name.name, limit, json).await,
        Trace::Open(step) => {
            let request = wire::OpenTraceRequest {
                transmission: trace_name(connection, &step.name.name, None)?
                    .trim_end_matches("/trace")
                    .to_owned(),
                note: step.note,
                internal_note: step.internal_note,
                request_id: request_id(),
                validate_only: false,
            };
            report_trace(&client.open_trace(request).await?.into_inner(), json)
        }
        Trace::Candidate(candidate) => {
            let changed = match candidate.number {
                Some(number) => {
                    let trace = trace_name(connection, &candidate.name.name, None)?;
                    decide(connection, format!("{trace}/candidates/{number}"), candidate.decision).await?
                }
                None => add(connection, candidate).await?,
            };
            report_candidate(&changed, json)
        }
        Trace::Evidence { name, number: candidate, kind, note, uri, confidence } => {
            let kind = kind.map(|kind| {
                number(&kind, "CANDIDATE_EVIDENCE_KIND_", wire::CandidateEvidenceKind::from_str_name)
            });
            let piece = |kind| wire::TraceEvidence { kind, note, uri, ..wire::TraceEvidence::default() };
            let request = wire::UpdateCandidateRequest {
                name: format!("{}/candidates/{candidate}", trace_name(connection, &name.name, None)?),
                confidence,
                evidence: kind.transpose()?.map(piece).into_iter().collect(),
                request_id: request_id(),
                ..wire::UpdateCandidateRequest::default()
            };
            report_candidate(&client.update_candidate(request).await?.into_inner(), json)
        }
        Trace::Ask { name, text, field } => {
            let request = wire::AskQuestionRequest {
                parent: trace_name(connection, &name.name, None)?,
                fields: field,
                text: english(text),
                request_id: request_id(),
                validate_only: false,
            };
            report_question(&client.ask_question(request).await?.into_inner(), json)
        }
        Trace::Answer { name, number, of, text, updated } => {
            let request = wire::AnswerQuestionRequest {
                name: format!("{}/questions/{number}", trace_name(connection, &name.name, Some(&of))?),
                text: english(text),
                updated_fields: updated,
                request_id: request_id(),
                ..wire::AnswerQuestionRequest::default()
            };
            report_question(&client.answer_question(request).await?.into_inner(), json)
        }
        Trace::Withdraw { name, number } => {
            let request = wire::WithdrawQuestionRequest {
                name: format!("{}/questions/{number}", trace_name(connection, &name.name, None)?),
                request_id: request_id(),
                ..wire::WithdrawQuestionRequest::default()
            };
            report_question(&client.withdraw_question(request).await?.into_inner(), json)
        }
        Trace::Conclude(conclude) => {
            let request = conclusion(connection, conclude)?;
            report_trace(&client.conclude_trace(request).await?.into_inner(), json)
        }
        Trace::Reopen { name, reason } => {
            let request = wire::ReopenTraceRequest {
                name: trace_name(connection, &name.name, None)?,
                reason,
                request_id: request_id(),
                ..wire::ReopenTraceRequest::default()
            };
            report_trace(&client.reopen_trace(request).await?.into_inner(), json)
        }
    }
}

/// The search of an authority on a notification: the caller's own, if none is named.
fn trace_name(connection: &Connection, notification: &str, of: Option<&str>) -> Result<String, Failure> {
    let authority = match of {
        Some(authority) => authority,
        None => connection.authority()?,
    };
    Ok(format!("{}/transmissions/{authority}/trace", notification_name(notification)))
}

async fn add(connection: &Connection, candidate: cli::Candidate) -> Result<wire::TraceCandidate, Failure> {
    let request = wire::AddCandidateRequest {
        parent: trace_name(connection, &candidate.name.name, None)?,
        candidate: Some(wire::TraceCandidate {
            operator: Some(wire::EconomicOperator {
                operator_name: candidate.company.unwrap_or_default(),
                address: candidate.company_address,
                country: candidate.country,
                credit_code: candidate.credit_code,
                ..wire::EconomicOperator::default()
            }),
            confidence: candidate.confidence,
            internal_note: candidate.internal_note,
            ..wire::TraceCandidate::default()
        }),
        request_id: request_id(),
        validate_only: false,
    };
    Ok(connection.traces().add_candidate(request).await?.into_inner())
}

async fn decide(
    connection: &Connection,
    name: String,
    decision: cli::Decision,
) -> Result<wire::TraceCandidate, Failure> {
    let (mut client, request_id) = (connection.traces(), request_id());
    let decided = match decision {
        cli::Decision { reject: Some(reason), .. } => {
            let request = wire::RejectCandidateRequest { name, reason, request_id, ..Default::default() };
            client.reject_candidate(request).await?
        }
        cli::Decision { reconsider: Some(reason), .. } => {
            let request = wire::ReconsiderCandidateRequest { name, reason, request_id, ..Default::default() };
            client.reconsider_candidate(request).await?
        }
        cli::Decision { .. } => {
            let request = wire::ConfirmCandidateRequest { name, request_id, ..Default::default() };
            client.confirm_candidate(request).await?
        }
    };
    Ok(decided.into_inner())
}

fn conclusion(
    connection: &Connection,
    conclude: cli::Conclude,
) -> Result<wire::ConcludeTraceRequest, Failure> {
    let name = trace_name(connection, &conclude.step.name.name, None)?;
    let reason = conclude.not_traced.as_deref();
    let reason = reason
        .map(|word| number(word, "NOT_TRACED_REASON_", wire::NotTracedReason::from_str_name))
        .transpose()?;
    let outcome = match (&reason, conclude.confirmed.is_empty()) {
        (Some(_), _) => wire::TraceOutcome::NotTraced,
        (None, false) => wire::TraceOutcome::ManufacturerConfirmed,
        (None, true) => wire::TraceOutcome::ManufacturerProbable,
    };
    let candidates = conclude.confirmed.iter().chain(&conclude.probable);
    Ok(wire::ConcludeTraceRequest {
        candidates: candidates.map(|number| format!("{name}/candidates/{number}")).collect(),
        name,
        outcome: outcome.into(),
        not_traced_reason: reason.unwrap_or_default(),
        missing_fields: conclude.missing,
        note: conclude.step.note,
        internal_note: conclude.step.internal_note,
        request_id: request_id(),
        ..wire::ConcludeTraceRequest::default()
    })
}

fn report_trace(trace: &wire::Trace, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(trace);
    }
    let state = output::word(trace.state().as_str_name(), "TRACE_STATE_");
    match &trace.conclusion {
        Some(conclusion) => {
            let outcome = output::word(conclusion.outcome().as_str_name(), "TRACE_OUTCOME_");
            output::line(format!("{} is {state}: {outcome}", trace.name));
        }
        None => output::line(format!("{} is {state}", trace.name)),
    }
    Ok(())
}

fn report_candidate(candidate: &wire::TraceCandidate, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(candidate);
    }
    let state = output::word(candidate.state().as_str_name(), "CANDIDATE_STATE_");
    let company = candidate.operator.as_ref().map(|operator| operator.operator_name.as_str());
    let company = company.unwrap_or_default();
    output::line(format!("candidate {}, {company}, is {state}", last_part(&candidate.name)));
    Ok(())
}

fn report_question(question: &wire::TraceQuestion, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(question);
    }
    let state = output::word(question.state().as_str_name(), "TRACE_QUESTION_STATE_");
    output::line(format!("question {} is {state}", last_part(&question.name)));
    Ok(())
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

async fn show(connection: &Connection, name: &str, json: bool) -> Result<(), Failure> {
    let mut client = connection.traces();
    let request = wire::GetTraceRequest { name: name.to_owned() };
    let trace = client.get_trace(request).await?.into_inner();
    let request =
        wire::ListCandidatesRequest { parent: name.to_owned(), page_size: 500, ..Default::default() };
    let candidates = client.list_candidates(request).await?.into_inner().candidates;
    let request =
        wire::ListQuestionsRequest { parent: name.to_owned(), page_size: 500, ..Default::default() };
    let questions = client.list_questions(request).await?.into_inner().questions;
    report_trace(&trace, json)?;
    if json {
        candidates.iter().try_for_each(output::json)?;
        return questions.iter().try_for_each(output::json);
    }
    if !candidates.is_empty() {
        let mut table =
            output::table(&["candidate", "company", "credit code", "sure", "evidence", "state", "reason"]);
        for candidate in &candidates {
            let operator = candidate.operator.clone().unwrap_or_default();
            table.add_row([
                last_part(&candidate.name).to_owned(),
                operator.operator_name,
                operator.credit_code,
                format!("{} %", candidate.confidence),
                candidate.evidence.len().to_string(),
                output::word(candidate.state().as_str_name(), "CANDIDATE_STATE_"),
                candidate.reason.clone(),
            ]);
        }
        output::line(table);
    }
    if !questions.is_empty() {
        let mut table = output::table(&["question", "state", "asked (UTC)", "about", "text", "answer"]);
        for question in &questions {
            let answer = question.answer.as_ref();
            table.add_row([
                last_part(&question.name).to_owned(),
                output::word(question.state().as_str_name(), "TRACE_QUESTION_STATE_"),
                output::time(question.create_time.as_ref()),
                question.fields.join(", "),
                output::text_of(question.text.as_ref()),
                output::text_of(answer.and_then(|answer| answer.text.as_ref())),
            ]);
        }
        output::line(table);
    }
    Ok(())
}

async fn suggest(
    connection: &Connection,
    notification: &str,
    limit: usize,
    json: bool,
) -> Result<(), Failure> {
    let request = wire::SuggestCandidatesRequest {
        name: notification_name(notification),
        page_size: i32::try_from(limit).unwrap_or(i32::MAX),
    };
    let found = connection.traces().suggest_candidates(request).await?.into_inner();
    if json {
        return output::json(&found);
    }
    let mut table = output::table(&["score", "company", "country", "credit code", "address", "why"]);
    for suggestion in &found.suggestions {
        let operator = suggestion.operator.clone().unwrap_or_default();
        let mut why: Vec<String> = suggestion
            .reasons
            .iter()
            .map(|reason| output::word(reason.kind().as_str_name(), "SUGGESTION_REASON_KIND_"))
            .collect();
        why.dedup();
        table.add_row([
            suggestion.score.to_string(),
            operator.operator_name,
            operator.country,
            operator.credit_code,
            operator.address,
            why.join(", "),
        ]);
    }
    output::line(table);
    output::line(format!("{} suggested", found.suggestions.len()));
    Ok(())
}

async fn list(
    connection: &Connection,
    limit: usize,
    state: &[String],
    statuses: &cli::Statuses,
    json: bool,
) -> Result<(), Failure> {
    let number_of = |name: &str| wire::TraceState::from_str_name(name).map(i32::from);
    let request = wire::ListTracesRequest {
        states: states(state, "TRACE_STATE_", number_of)?,
        statuses: statuses.numbers(),
        ..wire::ListTracesRequest::default()
    };
    let traces = pages(limit, async |page_size, page_token| {
        let request = wire::ListTracesRequest { page_size, page_token, ..request.clone() };
        let page = connection.traces().list_traces(request).await?.into_inner();
        Ok((page.traces, page.next_page_token))
    })
    .await?;
    if json {
        return traces.iter().try_for_each(output::json);
    }
    let columns = ["trace", "state", "candidates", "open questions", "outcome", "changed (UTC)"];
    let mut table = output::table(&statuses.head(&columns));
    for trace in &traces {
        let outcome = trace.conclusion.as_ref();
        let outcome =
            outcome.map(|conclusion| output::word(conclusion.outcome().as_str_name(), "TRACE_OUTCOME_"));
        let cells = [
            trace.name.clone(),
            output::word(trace.state().as_str_name(), "TRACE_STATE_"),
            trace.candidate_count.to_string(),
            trace.open_question_count.to_string(),
            outcome.unwrap_or_default(),
            output::time(trace.update_time.as_ref()),
        ];
        table.add_row(statuses.row(cells, trace.status()));
    }
    output::line(table);
    Ok(())
}
