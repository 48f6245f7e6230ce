//! `ImportNotifications`: items come as a stream, are stored many in one transaction, and get their results in the order
//! sent. Memory stays flat: no further items are taken while a batch is being written.

use std::{collections::HashSet, pin::Pin};

use futures::{Stream, StreamExt, stream::ReadyChunks};
use seamless_api::{Violations, refusal, settle};
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_service::{Weight, WorkTurns};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{content_in, finding_out, status_in},
    domain::{
        Caller, DomainError, Violation,
        model::{ImportOutcome, ImportStage, notification_name},
        use_cases::{ImportItem, ImportNotifications, ImportResult},
    },
};

/// The stream of results.
pub type ImportStream = Pin<Box<dyn Stream<Item = Result<wire::ImportNotificationsResponse, Status>> + Send>>;

/// An item of a batch: parsed, or refused.
struct Parsed {
    index: i64,
    item_id: String,
    item: Result<ImportItem, Vec<Violation>>,
}

/// Takes the items in and streams their results.
pub(super) fn run(
    api: Api,
    caller: Caller,
    turns: Option<WorkTurns>,
    items: Streaming<wire::ImportNotificationsRequest>,
) -> ImportStream {
    let batch = api.limits.import_batch;
    let (results, stream) = mpsc::channel(2 * batch);
    let import = Import { api, caller, turns, results, next_index: 0 };
    tokio::spawn(import.run(items.ready_chunks(batch)));
    Box::pin(ReceiverStream::new(stream))
}

struct Import {
    api: Api,
    caller: Caller,
    turns: Option<WorkTurns>,
    results: mpsc::Sender<Result<wire::ImportNotificationsResponse, Status>>,
    next_index: i64,
}

impl Import {
    /// Runs until the caller has sent all, or hangs up.
    async fn run(mut self, mut chunks: ReadyChunks<Streaming<wire::ImportNotificationsRequest>>) {
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
                // The same key twice in one batch: the second sees what the first left.
                if let Ok(item) = &parsed.item
                    && !keys.insert(item.source_key())
                {
                    if !self.store(std::mem::take(&mut batch)).await {
                        return;
                    }
                    keys = HashSet::from([item.source_key()]);
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

    fn parse(&mut self, request: wire::ImportNotificationsRequest) -> Parsed {
        let index = self.next_index;
        self.next_index += 1;
        let mut found = Violations::new();
        let item_id = found.text("item_id", request.item_id, 200);
        let stage = found.vocabulary("stage", request.stage).unwrap_or(ImportStage::Draft);
        let notification = request.notification.unwrap_or_default();
        let general = notification.general.clone().unwrap_or_default();
        found.required_text("notification.general.source", general.source, 40);
        found.required_text("notification.general.source_reference", general.source_reference, 200);
        let status = status_in(&mut found, "notification.status", notification.status);
        let content = content_in(&mut found, self.api.rules.audiences.as_ref(), "notification", notification);
        let violations = found.into_inner();
        let item = match violations.is_empty() {
            true => Ok(ImportItem { id: Uuid::now_v7(), content, status, stage }),
            false => Err(dedup(violations)),
        };
        Parsed { index, item_id, item }
    }

    /// Stores a batch and sends its results; false if there is nobody any more to send them to, or the store failed.
    async fn store(&self, batch: Vec<Parsed>) -> bool {
        if batch.is_empty() {
            return true;
        }
        let items: Vec<ImportItem> =
            batch.iter().filter_map(|parsed| parsed.item.as_ref().ok().cloned()).collect();
        let turn = WorkTurns::take_if_any(self.turns.as_ref(), Weight::Light).await;
        let committed = self.commit(items).await;
        drop(turn);
        let mut outcomes = match committed {
            Ok(outcomes) => outcomes.into_iter(),
            Err(error) => {
                let _ = self.results.send(Err(refusal(error))).await;
                return false;
            }
        };
        for parsed in batch {
            let result = match parsed.item {
                Ok(_) => outcomes.next(),
                Err(violations) => Some(ImportResult {
                    outcome: ImportOutcome::Rejected,
                    notification: None,
                    violations,
                    findings: Vec::new(),
                }),
            };
            let Some(result) = result else { return false };
            if self.results.send(Ok(result_out(parsed.index, parsed.item_id, result))).await.is_err() {
                return false;
            }
        }
        true
    }

    async fn commit(&self, items: Vec<ImportItem>) -> Result<Vec<ImportResult>, DomainError> {
        let Api { store, rules, .. } = &self.api;
        let import = ImportNotifications {
            rules,
            notifications: store,
            transmissions: store,
            clocks: store,
            records: store,
        };
        let decide = |now| import.execute(&self.caller, items.clone(), now);
        settle(&self.api.decisions, Some(&self.caller), decide).await
    }
}

/// The two key fields are checked twice: as keys they are required, and as content they have limits.
fn dedup(mut violations: Vec<Violation>) -> Vec<Violation> {
    let mut seen = HashSet::new();
    violations.retain(|violation| seen.insert((violation.field.clone(), violation.description.clone())));
    violations
}

fn result_out(index: i64, item_id: String, result: ImportResult) -> wire::ImportNotificationsResponse {
    let (name, state) = match result.notification {
        Some((id, state)) => (notification_name(id), state as i32),
        None => (String::new(), 0),
    };
    wire::ImportNotificationsResponse {
        index,
        item_id,
        outcome: result.outcome as i32,
        name,
        state,
        violations: result
            .violations
            .into_iter()
            .map(|violation| wire::ImportViolation {
                field: violation.field,
                description: violation.description,
            })
            .collect(),
        findings: result.findings.iter().map(finding_out).collect(),
    }
}
