//! `ImportNotifications`: items come as a stream, are stored many in one transaction, and get their results in the order
//! sent.

use std::collections::HashSet;

use async_trait::async_trait;
use seamless_api::{Batches, ResultStream, Violations, in_batches, refusal, settle};
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_service::{ApiError, WorkTurns};
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::context::Api;
use crate::{
    contract::{content_in, finding_out, status_in},
    domain::{
        Caller, DomainError, Violation,
        model::{ImportOutcome, ImportStage, notification_name},
        ports::SourceKey,
        use_cases::{ImportItem, ImportNotifications, ImportResult},
    },
};

/// The stream of results.
pub type ImportStream = ResultStream<wire::ImportNotificationsResponse>;

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
    in_batches(Import { api, caller }, batch, turns, items)
}

struct Import {
    api: Api,
    caller: Caller,
}

#[async_trait]
impl Batches for Import {
    type Request = wire::ImportNotificationsRequest;
    type Item = Parsed;
    type Key = SourceKey;
    type Response = wire::ImportNotificationsResponse;

    fn read(&self, index: i64, request: wire::ImportNotificationsRequest) -> Parsed {
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

    fn key(&self, parsed: &Parsed) -> Option<SourceKey> {
        parsed.item.as_ref().ok().map(ImportItem::source_key)
    }

    async fn store(&self, batch: Vec<Parsed>) -> Result<Vec<wire::ImportNotificationsResponse>, Status> {
        let mut items = Vec::with_capacity(batch.len());
        let mut read = Vec::with_capacity(batch.len());
        for Parsed { index, item_id, item } in batch {
            read.push((index, item_id, item.map(|item| items.push(item))));
        }
        let mut outcomes = self.commit(items).await.map_err(refusal)?.into_iter();
        let mut results = Vec::with_capacity(read.len());
        for (index, item_id, item) in read {
            let result = match item {
                Ok(()) => outcomes.next().ok_or_else(|| ApiError::internal("an item has no outcome"))?,
                Err(violations) => ImportResult {
                    outcome: ImportOutcome::Rejected,
                    notification: None,
                    violations,
                    findings: Vec::new(),
                },
            };
            results.push(result_out(index, item_id, result));
        }
        Ok(results)
    }
}

impl Import {
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
