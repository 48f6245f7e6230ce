//! `SubmitInspections`: items come as a stream, are stored many in one transaction, and get their results in the order
//! sent. Memory stays flat: no further items are taken while a batch is being written.

use std::{collections::HashSet, pin::Pin};

use futures::{Stream, StreamExt, stream::ReadyChunks};
use seamless_api::{Violations, refusal, settle};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_service::{Weight, WorkTurns};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::context::Api;
use crate::{
    contract::inspection_in,
    domain::{
        Caller, DomainError, Violation,
        model::{InspectionContent, SubmitResult},
        use_cases::Shared,
    },
};

/// The stream of results.
pub type SubmissionStream =
    Pin<Box<dyn Stream<Item = Result<wire::SubmitInspectionsResponse, Status>> + Send>>;

/// An item of a batch: parsed, or refused.
struct Parsed {
    index: i64,
    validate_only: bool,
    item: Result<InspectionContent, Vec<Violation>>,
}

/// Takes the items in and streams their results.
pub(super) fn run(
    api: Api,
    caller: Caller,
    turns: Option<WorkTurns>,
    items: Streaming<wire::SubmitInspectionsRequest>,
) -> SubmissionStream {
    let batch = api.limits.import_batch;
    let (results, stream) = mpsc::channel(2 * batch);
    let submission = Submission { api, caller, turns, results, next_index: 0 };
    tokio::spawn(submission.run(items.ready_chunks(batch)));
    Box::pin(ReceiverStream::new(stream))
}

struct Submission {
    api: Api,
    caller: Caller,
    turns: Option<WorkTurns>,
    results: mpsc::Sender<Result<wire::SubmitInspectionsResponse, Status>>,
    next_index: i64,
}

impl Submission {
    /// Runs until the caller has sent all, or hangs up.
    async fn run(mut self, mut chunks: ReadyChunks<Streaming<wire::SubmitInspectionsRequest>>) {
        while let Some(chunk) = chunks.next().await {
            let mut batch = Vec::with_capacity(chunk.len());
            let mut keys = HashSet::new();
            let mut broken = None;
            for item in chunk {
                let item = match item {
                    Ok(item) => item,
                    Err(status) => {
                        broken = Some(status);
                        break;
                    }
                };
                let parsed = self.parse(item);
                // The same certificate twice in one batch: the second sees what the first left.
                if let Ok(content) = &parsed.item
                    && !keys.insert((content.body.clone(), content.certificate.clone()))
                {
                    if !self.store(std::mem::take(&mut batch)).await {
                        return;
                    }
                    keys = HashSet::from([(content.body.clone(), content.certificate.clone())]);
                }
                batch.push(parsed);
            }
            if !self.store(batch).await {
                return;
            }
            if let Some(status) = broken {
                // The caller is gone if nobody takes it.
                let _ = self.results.send(Err(status)).await;
                return;
            }
        }
    }

    fn parse(&mut self, request: wire::SubmitInspectionsRequest) -> Parsed {
        let index = self.next_index;
        self.next_index += 1;
        let mut found = Violations::new();
        let content = match request.inspection {
            Some(inspection) => inspection_in(&mut found, "", inspection),
            None => {
                found.add("inspection", "is required");
                None
            }
        };
        let item = found.finish(content).and_then(|content| content.ok_or_else(Vec::new));
        Parsed { index, validate_only: request.validate_only, item }
    }

    /// Stores a batch and sends its results; false if the stream is over.
    async fn store(&self, batch: Vec<Parsed>) -> bool {
        let turn = WorkTurns::take_if_any(self.turns.as_ref(), Weight::Light).await;
        let shared = self.share(&batch).await;
        drop(turn);
        let shared = match shared {
            Ok(shared) => shared,
            Err(error) => {
                let _ = self.results.send(Err(refusal(error))).await;
                return false;
            }
        };
        for (parsed, shared) in batch.into_iter().zip(shared) {
            if self.results.send(Ok(result_out(&parsed, shared))).await.is_err() {
                return false;
            }
        }
        true
    }

    /// What became of each item: those to be stored are, together.
    async fn share(&self, batch: &[Parsed]) -> Result<Vec<Result<Shared, Vec<Violation>>>, DomainError> {
        let mut outcomes: Vec<Option<Result<Shared, Vec<Violation>>>> = vec![None; batch.len()];
        for checked_only in [true, false] {
            let places: Vec<usize> =
                (0..batch.len()).filter(|at| batch[*at].validate_only == checked_only).collect();
            let contents: Vec<(usize, InspectionContent)> = places
                .iter()
                .filter_map(|at| batch[*at].item.as_ref().ok().map(|content| (*at, content.clone())))
                .collect();
            let shared =
                self.share_these(contents.iter().map(|(_, content)| content.clone()).collect(), checked_only);
            for ((at, _), shared) in contents.iter().zip(shared.await?) {
                outcomes[*at] = Some(shared);
            }
        }
        let refused = |parsed: &Parsed| Err(parsed.item.as_ref().err().cloned().unwrap_or_default());
        Ok(outcomes
            .into_iter()
            .zip(batch)
            .map(|(outcome, parsed)| outcome.unwrap_or_else(|| refused(parsed)))
            .collect())
    }

    async fn share_these(
        &self,
        contents: Vec<InspectionContent>,
        checked_only: bool,
    ) -> Result<Vec<Result<Shared, Vec<Violation>>>, DomainError> {
        if contents.is_empty() {
            return Ok(Vec::new());
        }
        let share = self.api.share_inspections();
        let decide = |now| share.execute(&self.caller, contents.clone(), now);
        if checked_only {
            return Ok(decide(self.api.clock.now()).await?.outcome);
        }
        settle(&self.api.decisions, Some(&self.caller), decide).await
    }
}

fn result_out(parsed: &Parsed, shared: Result<Shared, Vec<Violation>>) -> wire::SubmitInspectionsResponse {
    let index = parsed.index;
    match shared {
        Ok(shared) if parsed.validate_only => wire::SubmitInspectionsResponse {
            index,
            result: SubmitResult::Valid as i32,
            version: i32::try_from(shared.inspection.version).unwrap_or(i32::MAX),
            ..Default::default()
        },
        Ok(shared) => wire::SubmitInspectionsResponse {
            index,
            result: shared.result as i32,
            name: shared.inspection.name(),
            version: i32::try_from(shared.inspection.version).unwrap_or(i32::MAX),
            violations: Vec::new(),
        },
        Err(violations) => wire::SubmitInspectionsResponse {
            index,
            result: SubmitResult::Refused as i32,
            violations: violations
                .into_iter()
                .map(|wrong| wire::ItemViolation { field: wrong.field, description: wrong.description })
                .collect(),
            ..Default::default()
        },
    }
}
