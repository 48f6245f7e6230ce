//! `ScreenConsignments`: goods come as a stream, are decided many at a time, and get their answers in the order sent, each
//! once its decision is durable. Memory stays flat: so many are on their way at most.

use std::pin::Pin;

use futures::{Stream, StreamExt};
use seamless_proto::seamless::consignments::v1 as wire;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::{context::Api, told_together::goods_in};
use crate::{
    contract::{HandedIn, decision_out},
    domain::{Caller, Violation},
    screening::{Outcome, Undecided, undecided},
};

/// Goods that are looked up together.
const CHUNK: usize = 256;
/// Answers that wait for the caller at most.
const ANSWERS: usize = 2_048;

/// The stream of decisions.
pub type DecisionStream =
    Pin<Box<dyn Stream<Item = Result<wire::ScreenConsignmentsResponse, Status>> + Send>>;

/// Takes the goods in and streams their decisions.
pub(super) fn run(
    api: Api,
    caller: Caller,
    goods: Streaming<wire::ScreenConsignmentsRequest>,
) -> DecisionStream {
    let (waiting, outcomes) = mpsc::channel(ANSWERS);
    tokio::spawn(take_in(api, caller, goods, waiting));
    let answers = ReceiverStream::new(outcomes).then(answer_of);
    Box::pin(answers)
}

/// What is to be answered, in the order of the goods.
enum Turn {
    Goods(i64, Outcome),
    Broken(Status),
}

async fn take_in(
    api: Api,
    caller: Caller,
    goods: Streaming<wire::ScreenConsignmentsRequest>,
    waiting: mpsc::Sender<Turn>,
) {
    let mut chunks = goods.ready_chunks(CHUNK);
    let mut next_index = 0;
    while let Some(chunk) = chunks.next().await {
        // In the order of the goods, with what is wrong of those that cannot be handed over.
        let mut parsed: Vec<(i64, Result<(), Vec<Violation>>)> = Vec::with_capacity(chunk.len());
        let mut right: Vec<HandedIn> = Vec::with_capacity(chunk.len());
        let mut broken = None;
        for item in chunk {
            match item {
                Ok(request) => {
                    let handed_in = goods_in(&api, &caller, request).map(|goods| right.push(goods));
                    parsed.push((next_index, handed_in));
                }
                Err(status) => {
                    broken = Some(status);
                    break;
                }
            }
            next_index += 1;
        }
        let outcomes = match api.desk.hand_over(&caller, right).await {
            Ok(outcomes) => outcomes,
            Err(status) => {
                // The caller is gone if nobody takes it.
                let _ = waiting.send(Turn::Broken(status)).await;
                return;
            }
        };
        let mut outcomes = outcomes.into_iter();
        for (index, one) in parsed {
            let outcome = match one {
                Ok(()) => outcomes.next().unwrap_or(Outcome::Refused(Vec::new())),
                Err(violations) => Outcome::Refused(violations),
            };
            if waiting.send(Turn::Goods(index, outcome)).await.is_err() {
                return;
            }
        }
        if let Some(status) = broken {
            let _ = waiting.send(Turn::Broken(status)).await;
            return;
        }
    }
}

async fn answer_of(turn: Turn) -> Result<wire::ScreenConsignmentsResponse, Status> {
    let (index, outcome) = match turn {
        Turn::Broken(status) => return Err(status),
        Turn::Goods(index, outcome) => (index, outcome),
    };
    let refused = |violations: Vec<Violation>| wire::ScreenConsignmentsResponse {
        index,
        violations: violations
            .into_iter()
            .map(|wrong| wire::ItemViolation { field: wrong.field, description: wrong.description })
            .collect(),
        ..Default::default()
    };
    let waiting = match outcome {
        Outcome::Refused(violations) => return Ok(refused(violations)),
        Outcome::Waiting(waiting) => waiting,
    };
    match waiting.await.unwrap_or(Err(Undecided::Unavailable)) {
        Ok(decided) => Ok(wire::ScreenConsignmentsResponse {
            index,
            screening: Some(decision_out(&decided.screening)),
            violations: Vec::new(),
            repeated_request: decided.repeated,
        }),
        // One reused id is that item's fault alone.
        Err(Undecided::Reused) => Ok(refused(vec![Violation::new(
            "request_id",
            "was used before with other goods: wants a new UUID for other goods",
        )])),
        Err(error) => Err(undecided(&error).into()),
    }
}
