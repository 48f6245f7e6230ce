//! `SubmitControls`: items come as a stream and get their results in the order sent, each as soon as it is stored. A wrong
//! item is refused with its fields. Memory stays flat: no further item is taken while one is being stored.

use std::pin::Pin;

use futures::{Stream, StreamExt};
use seamless_api::{Call, Violations, run};
use seamless_proto::seamless::consignments::v1 as wire;
use seamless_service::{
    Weight, WorkTurns,
    error::{ApiError, FieldViolation},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use super::context::Api;
use crate::{
    contract::{control_in, redact::control_for},
    domain::{Caller, DomainError},
};

/// The stream of results.
pub type ControlStream = Pin<Box<dyn Stream<Item = Result<wire::SubmitControlsResponse, Status>> + Send>>;

const METHOD: &str = "/seamless.consignments.v1.ControlService/SubmitControls";
/// Results that may wait for their reader.
const WAITING: usize = 64;

/// Takes the items in and streams their results.
pub(super) fn controls(
    api: Api,
    caller: Caller,
    turns: Option<WorkTurns>,
    mut items: Streaming<wire::SubmitControlsRequest>,
) -> ControlStream {
    let (results, stream) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let mut index = 0;
        while let Some(item) = items.next().await {
            let result = match item {
                Ok(item) => {
                    let turn = WorkTurns::take_if_any(turns.as_ref(), Weight::Light).await;
                    let stored = store(&api, &caller, item).await;
                    drop(turn);
                    result_of(index, stored)
                }
                Err(status) => Err(status),
            };
            index += 1;
            let is_over = result.is_err();
            // The caller is gone if nobody takes it.
            if results.send(result).await.is_err() || is_over {
                return;
            }
        }
    });
    Box::pin(ReceiverStream::new(stream))
}

/// Stores one item.
async fn store(
    api: &Api,
    caller: &Caller,
    item: wire::SubmitControlsRequest,
) -> Result<wire::Control, ApiError> {
    let call = Call::of(caller.clone(), METHOD, &item)?;
    let mut found = Violations::new();
    let content = match item.control {
        Some(control) => control_in(&mut found, "", control),
        None => {
            found.add("control", "is required");
            None
        }
    };
    let content = found.finish(content).map_err(DomainError::Invalid)?.ok_or(DomainError::Denied)?;
    let record = api.record_controls();
    let decide = |now| {
        let (content, record) = (content.clone(), &record);
        async move { record.execute(caller, content, now).await }
    };
    let _turn = api.control_turn.lock().await;
    run(&api.decisions, &call, decide, |made| control_for(&api.rules, &caller.authority, &made)).await
}

/// The result of an item; an error ends the stream.
fn result_of(
    index: i64,
    stored: Result<wire::Control, ApiError>,
) -> Result<wire::SubmitControlsResponse, Status> {
    let error = match stored {
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
