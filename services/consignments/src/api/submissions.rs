//! `SubmitInspections`: items come as a stream, are stored many in one transaction, and get their results in the order
//! sent.

use async_trait::async_trait;
use seamless_api::{Batches, ResultStream, Violations, in_batches, refusal, settle};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_service::WorkTurns;
use tonic::{Status, Streaming};

use super::context::Api;
use crate::{
    contract::inspection_in,
    domain::{
        Caller, DomainError, Violation,
        model::{InspectionBodyId, InspectionContent, SubmitResult},
        use_cases::Shared,
    },
};

/// The stream of results.
pub type SubmissionStream = ResultStream<wire::SubmitInspectionsResponse>;

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
    in_batches(Submission { api, caller }, batch, turns, items)
}

struct Submission {
    api: Api,
    caller: Caller,
}

#[async_trait]
impl Batches for Submission {
    type Request = wire::SubmitInspectionsRequest;
    type Item = Parsed;
    type Key = (InspectionBodyId, String);
    type Response = wire::SubmitInspectionsResponse;

    fn read(&self, index: i64, request: wire::SubmitInspectionsRequest) -> Parsed {
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

    /// The certificate.
    fn key(&self, parsed: &Parsed) -> Option<(InspectionBodyId, String)> {
        parsed.item.as_ref().ok().map(|content| (content.body.clone(), content.certificate.clone()))
    }

    async fn store(&self, batch: Vec<Parsed>) -> Result<Vec<wire::SubmitInspectionsResponse>, Status> {
        let shared = self.share(&batch).await.map_err(refusal)?;
        Ok(batch.iter().zip(shared).map(|(parsed, shared)| result_out(parsed, shared)).collect())
    }
}

impl Submission {
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
