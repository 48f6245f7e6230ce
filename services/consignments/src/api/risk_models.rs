//! The RPCs of `TargetingService` that make, compare, activate and move risk models.

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use futures::{Stream, stream};
use jiff::SignedDuration;
use seamless_api::{Call, Handlers, Violations, refusal, violations::excerpt};
use seamless_proto::seamless::consignments::v1 as wire;
use tonic::{Response, Status, Streaming};

use super::{context::Api, model_work::IMPORTS, told_together::parsed_apart};
use crate::{
    contract::{comparison_out, model_out, redact::own, wrong_name},
    domain::{
        Caller, DomainError,
        model::parse_model_name,
        ports::ModelReader,
        use_cases::{ActivateModel, CompareModels, Compared, ImportModel, Judged, ModelAccess, TrainModel},
    },
};

/// The largest chunk that is taken, in octets.
const CHUNK_BYTES: usize = 1024 * 1024;
/// The largest chunk that is given.
const EXPORT_CHUNK_BYTES: usize = 512 * 1024;
/// The largest model that is taken.
const MODEL_BYTES: usize = 64 * 1024 * 1024;
/// How long the content of an import may take to arrive.
const IMPORT_TIME: Duration = Duration::from_secs(300);
/// How long the activation of a model waits for what is told of its accuracy.
const JUDGING: Duration = Duration::from_secs(5);
/// From when on outcomes are compared where nobody says.
const COMPARED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The stream of a content.
pub type ModelStream = Pin<Box<dyn Stream<Item = Result<wire::ExportModelResponse, Status>> + Send>>;

impl Api {
    /// Whose models a caller sees and changes.
    pub(super) fn model_access(&self) -> ModelAccess<'_> {
        ModelAccess { rules: &self.rules, models: &self.store }
    }

    /// This replica goes by a change at once; the others see it when they look next.
    async fn models_changed(&self) {
        if let Err(error) = self.models.refresh().await {
            tracing::warn!(%error, "risk models not brought up to date; tried again");
        }
    }
}

/// Refuses what is no name of a model.
pub(super) fn checked_name(field: &str, name: &str) -> Result<(), DomainError> {
    let named = parse_model_name(name).map(drop);
    named.ok_or_else(|| wrong_name(field, "models/{authority}.{number}", name))
}

/// Makes a new version.
pub(super) async fn train(
    api: &Api,
    caller: &Caller,
    call: Call,
    request: &wire::TrainModelRequest,
) -> Result<Response<wire::Model>, Status> {
    let side = api.model_access().changed_by(caller).map_err(refusal);
    // A repeated request is not worth a second training; and a request id that is wrong is told before anything else.
    let earlier = call.earlier_answer(api.store.database()).await?;
    let side = side?;
    if let Some(earlier) = earlier {
        return Ok(Response::new(earlier));
    }
    let train = TrainModel { rules: &api.rules, models: &api.store, examinations: &api.store };
    let one_at_a_time = api.model_work.trainings.acquire().await;
    let _one_at_a_time = one_at_a_time.map_err(|error| refusal(DomainError::Fault(error.to_string())))?;
    let decide = |now| {
        let (train, side) = (&train, &side);
        async move { train.execute(side, request.from_scratch, now).await }
    };
    let made = api.mutate(call, decide, |made| own(model_out(&made))).await?;
    api.models_changed().await;
    Ok(made)
}

/// Lets a model decide.
pub(super) async fn activate(
    api: &Api,
    caller: &Caller,
    call: Call,
    request: &wire::ActivateModelRequest,
) -> Result<Response<wire::Model>, Status> {
    let mut found = Violations::new();
    parsed_apart(&mut found, checked_name("name", &request.name)).map_err(refusal)?;
    let revision = found.etag("etag", &request.etag);
    found.finish(()).map_err(refusal)?;
    if let Some(earlier) = call.earlier_answer(api.store.database()).await? {
        return Ok(Response::new(earlier));
    }
    let judged = match call.validate_only {
        true => None,
        false => judged(api, caller, &request.name).await,
    };
    let activate = ActivateModel { access: api.model_access() };
    let decide = |now| {
        let (activate, judged) = (&activate, judged.as_ref());
        async move { activate.execute(caller, &request.name, revision, judged, now).await }
    };
    let activated = api.mutate(call, decide, |activated| own(model_out(&activated))).await?;
    api.models_changed().await;
    Ok(activated)
}

/// How well the model does beside the one that decides: what is told when it takes that one's place. None if the caller may
/// not ask, and if it cannot be found out in time: nobody waits long for a model that is to be rolled back.
async fn judged(api: &Api, caller: &Caller, name: &str) -> Option<Judged> {
    let side = api.model_access().changed_by(caller).ok()?;
    let looked = async {
        let deciding = api.models.current(&side)?.deciding.0.clone();
        let (first, second) = (compared(api, caller, name).await?, compared(api, caller, &deciding).await?);
        let compare = CompareModels { examinations: &api.store, targeting: &api.store };
        let comparison = compare.execute(&side, &first, &second, api.clock.now() - COMPARED).await?;
        Ok::<_, DomainError>(Judged { first: first.name, second: second.name, comparison })
    };
    match tokio::time::timeout(JUDGING, looked).await {
        Ok(Ok(judged)) => Some(judged),
        Ok(Err(DomainError::Denied)) => None,
        Ok(Err(error)) => {
            tracing::warn!(model = name, %error, "its accuracy is not told");
            None
        }
        Err(_) => {
            tracing::warn!(model = name, "its accuracy is not told: to find it out takes too long");
            None
        }
    }
}

/// Compares two models of the caller's side.
pub(super) async fn compare(
    api: &Api,
    caller: &Caller,
    request: wire::CompareModelsRequest,
) -> Result<Response<wire::CompareModelsResponse>, Status> {
    let mut found = Violations::new();
    for (field, name) in [("first", &request.first), ("second", &request.second)] {
        parsed_apart(&mut found, checked_name(field, name)).map_err(refusal)?;
    }
    let now = api.clock.now();
    let start = found.timestamp("start_time", request.start_time).unwrap_or(now - COMPARED);
    if start > now {
        found.add("start_time", format!("must not be in the future; got {start}"));
    }
    found.finish(()).map_err(refusal)?;
    let side = api.rules.cooperation.contact_point_of(&caller.authority);
    let first = compared(api, caller, &request.first).await.map_err(refusal)?;
    let second = compared(api, caller, &request.second).await.map_err(refusal)?;
    let compare = CompareModels { examinations: &api.store, targeting: &api.store };
    let comparison = compare.execute(side, &first, &second, start).await.map_err(refusal)?;
    Ok(Response::new(comparison_out(&first.name, &second.name, &comparison)))
}

async fn compared(api: &Api, caller: &Caller, name: &str) -> Result<Compared, DomainError> {
    let known = match api.model_access().seen(caller, name)? {
        (_, 0) => None,
        _ => Some(api.model_access().execute(caller, name).await?),
    };
    Ok(Compared { name: name.to_owned(), known, model: api.models.by_name(name).await? })
}

/// Gives the content of a model.
pub(super) async fn export(
    api: &Api,
    caller: &Caller,
    request: &wire::ExportModelRequest,
) -> Result<Response<ModelStream>, Status> {
    checked_name("name", &request.name).map_err(refusal)?;
    api.model_access().changed_by(caller).map_err(refusal)?;
    let (side, number) = api.model_access().seen(caller, &request.name).map_err(refusal)?;
    let content = api.store.model_content(&side, number).await.map_err(refusal)?;
    let content = Bytes::from(content.ok_or_else(|| refusal(DomainError::Denied))?);
    let chunks = stream::unfold(content, |mut rest| async move {
        let size = rest.len().min(EXPORT_CHUNK_BYTES);
        let chunk = rest.split_to(size).to_vec();
        (size > 0).then_some((Ok(wire::ExportModelResponse { chunk }), rest))
    });
    Ok(Response::new(Box::pin(chunks)))
}

/// Takes a model in.
pub(super) async fn import(
    api: &Api,
    caller: &Caller,
    mut parts: Streaming<wire::ImportModelRequest>,
) -> Result<Response<wire::Model>, Status> {
    let head = match parts.message().await?.and_then(|message| message.part) {
        Some(wire::import_model_request::Part::Head(head)) => head,
        _ => return Err(refusal(DomainError::invalid("head", "is required, as the first message"))),
    };
    let method = "/seamless.consignments.v1.TargetingService/ImportModel";
    let call = Call::with_id(caller.clone(), method, &head, &head.request_id, false)?;
    let side = api.model_access().changed_by(caller).map_err(refusal)?;
    if let Some(earlier) = call.earlier_answer(api.store.database()).await? {
        return Ok(Response::new(earlier));
    }
    let is_digest =
        head.sha256.len() == 64 && head.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_digest {
        let wanted = format!("wants 64 lower-case hexadecimal digits; got {}", excerpt(&head.sha256));
        return Err(refusal(DomainError::invalid("head.sha256", wanted)));
    }
    let _permit = api.model_work.imports.try_acquire().map_err(|_| {
        let subject = side.to_string();
        refusal(DomainError::LimitReached { subject, limit: "imports at once", maximum: IMPORTS })
    })?;
    let collected = tokio::time::timeout(IMPORT_TIME, collected(&mut parts)).await;
    let late = || Status::deadline_exceeded(format!("the model did not arrive within {IMPORT_TIME:?}"));
    let content = collected.map_err(|_| late())??;
    let import = ImportModel { rules: &api.rules, models: &api.store };
    let decide = |now| {
        let (import, side, head) = (&import, &side, &head);
        let content = content.clone();
        async move { import.execute(side, content, &head.sha256, now).await }
    };
    let imported = api.mutate(call, decide, |made| own(model_out(&made))).await?;
    api.models_changed().await;
    Ok(imported)
}

async fn collected(parts: &mut Streaming<wire::ImportModelRequest>) -> Result<Vec<u8>, Status> {
    let wrong = |field: &str, description: String| refusal(DomainError::invalid(field, description));
    let mut content = Vec::new();
    while let Some(message) = parts.message().await? {
        let Some(wire::import_model_request::Part::Chunk(chunk)) = message.part else {
            return Err(wrong("part", "wants a chunk after the head".to_owned()));
        };
        if chunk.len() > CHUNK_BYTES {
            let got = chunk.len();
            return Err(wrong("chunk", format!("has {got} octets, at most {CHUNK_BYTES} are allowed")));
        }
        if content.len() + chunk.len() > MODEL_BYTES {
            return Err(wrong("chunk", format!("all chunks have more than {MODEL_BYTES} octets together")));
        }
        content.extend(chunk);
    }
    Ok(content)
}
