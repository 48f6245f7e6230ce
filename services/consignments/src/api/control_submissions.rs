//! `SubmitControls`: items come as a stream, are stored many in one transaction, and get their results in the order sent. A
//! wrong item is refused with its fields, and the others go on. Memory stays flat: no further items are taken while a batch
//! is being stored.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use seamless_api::{Batches, Call, ResultStream, Violations, in_batches};
use seamless_commit::Answer;
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_service::{
    WorkTurns,
    error::{ApiError, FieldViolation},
};
use tonic::{Code, Status, Streaming};

use super::context::Api;
use crate::{
    contract::{control_in, redact::control_for},
    domain::{
        Caller, Decision, DomainError,
        model::{Control, ScreeningId},
        use_cases::{ControlContent, ControlledGoods, RecordControl, RecordControls, SettleControl},
    },
};

/// The stream of results.
pub type ControlStream = ResultStream<wire::SubmitControlsResponse>;

const METHOD: &str = "/seamless.consignments.v1.ControlService/SubmitControls";

/// How often items are tried together, before fewer are.
const TOGETHER: u32 = 3;
/// Between two controls of a stream.
const TICK: SignedDuration = SignedDuration::from_micros(1);

/// An item that was read: parsed, or refused.
struct Parsed {
    index: i64,
    item: Result<(Call, ControlContent), Vec<FieldViolation>>,
}

/// Takes the items in and streams their results.
pub(super) fn controls(
    api: Api,
    caller: Caller,
    turns: Option<WorkTurns>,
    items: Streaming<wire::SubmitControlsRequest>,
) -> ControlStream {
    let batch = api.limits.import_batch;
    in_batches(Submission { api, caller }, batch, turns, items)
}

struct Submission {
    api: Api,
    caller: Caller,
}

#[async_trait]
impl Batches for Submission {
    type Request = wire::SubmitControlsRequest;
    type Item = Parsed;
    type Key = ScreeningId;
    type Response = wire::SubmitControlsResponse;

    // A reliability rests on all examinations before.
    const AT_ONCE: usize = 1;

    fn read(&self, index: i64, request: wire::SubmitControlsRequest) -> Parsed {
        let mut wrong = Vec::new();
        let call = Call::of(self.caller.clone(), METHOD, &request);
        let call = call.map_err(|error| wrong.extend(error.fields().iter().cloned())).ok();
        let mut found = Violations::new();
        let content = match request.control {
            Some(control) => control_in(&mut found, "", control),
            None => {
                found.add("control", "is required");
                None
            }
        };
        let content = found.finish(content).unwrap_or_else(|violations| {
            wrong.extend(violations.into_iter().map(|one| FieldViolation::new(one.field, one.description)));
            None
        });
        Parsed { index, item: call.zip(content).ok_or(wrong) }
    }

    /// The screening: it has one control.
    fn key(&self, parsed: &Parsed) -> Option<ScreeningId> {
        parsed.item.as_ref().ok().and_then(|(_, content)| screening_of(content))
    }

    async fn store(&self, batch: Vec<Parsed>) -> Result<Vec<wire::SubmitControlsResponse>, Status> {
        let mut results = Vec::with_capacity(batch.len());
        for run in runs(batch) {
            let asked: Vec<&(Call, ControlContent)> =
                run.iter().filter_map(|parsed| parsed.item.as_ref().ok()).collect();
            let mut turn = self.api.control_turn.lock().await;
            let mut recorded = self.record(&asked, &mut turn).await?.into_iter();
            drop(turn);
            for Parsed { index, item } in run {
                let result = match item {
                    Ok(_) => recorded.next().unwrap_or_else(|| Err(ApiError::internal("an item was lost"))),
                    Err(wrong) => Err(ApiError::invalid_fields(wrong)),
                };
                results.push(result_of(index, result)?);
            }
        }
        Ok(results)
    }
}

/// The items that are decided together, in their order: all are to be stored or all are only checked, and no request id is
/// among them twice.
fn runs(batch: Vec<Parsed>) -> Vec<Vec<Parsed>> {
    let mut runs: Vec<Vec<Parsed>> = Vec::new();
    let (mut ids, mut only_checked) = (HashSet::new(), None);
    for parsed in batch {
        if let Ok((call, _)) = &parsed.item {
            let is_alike = only_checked.is_none_or(|only| only == call.validate_only);
            if !is_alike || ids.contains(&call.request_id) {
                ids.clear();
                runs.push(Vec::new());
            }
            only_checked = Some(call.validate_only);
            ids.insert(call.request_id);
        }
        match runs.last_mut() {
            Some(run) => run.push(parsed),
            None => runs.push(vec![parsed]),
        }
    }
    runs
}

fn screening_of(content: &ControlContent) -> Option<ScreeningId> {
    match &content.goods {
        ControlledGoods::Screened(id) => Some(*id),
        ControlledGoods::Unscreened { .. } => None,
    }
}

impl Submission {
    /// What became of each: its first answer, where it has one; else it is recorded, together with the others. Where other
    /// replicas keep being faster, fewer are recorded together. `last` is when the last one was.
    async fn record(
        &self,
        asked: &[&(Call, ControlContent)],
        last: &mut Timestamp,
    ) -> Result<Vec<Result<wire::Control, ApiError>>, ApiError> {
        let api = &self.api;
        let calls: Vec<&Call> = asked.iter().map(|(call, _)| call).collect();
        let only_checked = calls.first().is_none_or(|call| call.validate_only);
        let mut attempts = api.decisions.turns.attempts("RecordControls");
        while attempts.another().await {
            if attempts.made() > TOGETHER && asked.len() > 1 {
                // Each of the two is tried by itself.
                drop(attempts);
                let (first, second) = asked.split_at(asked.len() / 2);
                let mut results = Box::pin(self.record(first, last)).await?;
                results.extend(Box::pin(self.record(second, last)).await?);
                return Ok(results);
            }
            let after_last = last.saturating_add(TICK).unwrap_or(*last);
            let now = api.clock.now().max(after_last);
            let mut results = self.answered(&calls).await?;
            let open = || asked.iter().zip(&results).filter(|(_, result)| result.is_none());
            let contents = open().map(|((_, content), _)| content.clone()).collect();
            let Decision { outcome, changes } = self.decide(contents, now).await?;
            let mut answers: Vec<Answer> = Vec::new();
            let mut refused: Vec<&Call> = Vec::new();
            let mut decided = Vec::with_capacity(outcome.len());
            for (((call, _), _), control) in open().zip(outcome) {
                decided.push(match control {
                    Ok(control) => {
                        let control = control_for(&api.rules, &self.caller.authority, &control);
                        answers.push(call.answer(control.encode_to_vec(), now));
                        Ok(control)
                    }
                    Err(error) => {
                        refused.push(call);
                        Err(ApiError::from(error))
                    }
                });
            }
            if !only_checked && !answers.is_empty() {
                let recorded = TICK * i32::try_from(answers.len()).unwrap_or(i32::MAX);
                *last = now.saturating_add(recorded).unwrap_or(now);
                match api.decisions.commit_all(changes, answers).await {
                    Ok(()) => {}
                    Err(DomainError::Conflict) => continue,
                    Err(error) => return Err(error.into()),
                }
            }
            // The same request may have been answered since: then that is why it was refused.
            let mut since = self.answered(&refused).await?.into_iter();
            let mut decided = decided.into_iter().map(|result| match result {
                Ok(control) => Ok(control),
                Err(error) => since.next().flatten().unwrap_or(Err(error)),
            });
            for result in results.iter_mut().filter(|result| result.is_none()) {
                *result = decided.next();
            }
            let lost = || Err(ApiError::internal("an item was lost"));
            return Ok(results.into_iter().map(|result| result.unwrap_or_else(lost)).collect());
        }
        Err(ApiError::contention())
    }

    /// The first answer to each of these calls, or that its id was used with other content; none to one that was not made.
    async fn answered(
        &self,
        calls: &[&Call],
    ) -> Result<Vec<Option<Result<wire::Control, ApiError>>>, ApiError> {
        let responses = Call::earlier_responses(calls, self.api.store.database()).await?;
        let read = |bytes: Vec<u8>| wire::Control::decode(bytes.as_slice()).map_err(ApiError::internal);
        Ok(responses.into_iter().map(|response| response.transpose().map(|one| one.and_then(read))).collect())
    }

    async fn decide(
        &self,
        contents: Vec<ControlContent>,
        now: Timestamp,
    ) -> Result<Decision<Vec<Result<Control, DomainError>>>, DomainError> {
        let api = &self.api;
        let screenings: Vec<ScreeningId> = contents.iter().filter_map(screening_of).collect();
        let at_hand = api.store.read_ahead(&screenings).await?;
        let settle = SettleControl { rules: &api.rules, records: &at_hand, examinations: &at_hand };
        let record = RecordControl { inspections: &at_hand, screenings: &at_hand, settle };
        RecordControls { record, before: &at_hand }.execute(&self.caller, contents, now).await
    }
}

/// The result of an item; an error ends the stream.
fn result_of(
    index: i64,
    recorded: Result<wire::Control, ApiError>,
) -> Result<wire::SubmitControlsResponse, Status> {
    let error = match recorded {
        Ok(control) => {
            return Ok(wire::SubmitControlsResponse {
                index,
                control: Some(control),
                violations: Vec::new(),
            });
        }
        Err(error) => error,
    };
    let violations = match error.code() {
        Code::InvalidArgument => error.fields().to_vec(),
        Code::AlreadyExists => vec![FieldViolation::new("screening", error.message())],
        _ => return Err(error.into()),
    };
    let violations = violations
        .into_iter()
        .map(|wrong| wire::ItemViolation { field: wrong.field, description: wrong.description })
        .collect();
    Ok(wire::SubmitControlsResponse { index, control: None, violations })
}
