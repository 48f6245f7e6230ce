//! Every call that names a notification or something below it, made from the contract: what one learns by trying them.

use prost::{Message, bytes::Bytes};
use prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage, Value};
use seamless_proto::seamless::notifications::v1 as wire;
use tonic::{Code, Status};
use uuid::Uuid;

use super::{filled::filled, steps::request_id};
use crate::{
    raw_call::{call, contracts, path_of},
    running::Partner,
};

const PACKAGE: &str = "seamless.notifications.v1";

/// What became of a call.
pub struct Outcome {
    pub path: String,
    pub answer: Result<Option<Bytes>, Status>,
}

impl Outcome {
    /// All that the caller can read from it.
    pub fn told(&self) -> (Code, &str, &[u8]) {
        match &self.answer {
            Ok(message) => (Code::Ok, "", message.as_deref().unwrap_or_default()),
            Err(status) => (status.code(), status.message(), status.details()),
        }
    }
}

/// Tries every call that names the notification, or what `recipient` has of it; all else in the requests is as it should
/// be, so that it is the name that decides.
pub async fn try_everything(partner: &Partner, notification: &str, recipient: &str) -> Vec<Outcome> {
    let pool = contracts();
    let services = pool.services().filter(|service| service.package_name() == PACKAGE);
    let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
    let mut outcomes = Vec::new();
    for method in methods.filter(|method| !method.is_server_streaming()) {
        if let Some(request) = request(&method, notification, recipient) {
            let path = path_of(&method);
            let answer = call(&partner.channel, &path, request.encode_to_vec().into(), false).await;
            outcomes.push(Outcome { path, answer });
        }
    }
    outcomes
}

/// The request of a call, or nothing where it names no notification.
fn request(method: &MethodDescriptor, notification: &str, recipient: &str) -> Option<DynamicMessage> {
    let mut request = filled(&method.input(), "");
    for (field, value) in [("request_id", Value::String(request_id())), ("validate_only", Value::Bool(false))]
    {
        if has(&request, field) {
            request.set_field_by_name(field, value);
        }
    }
    // Of two fields that exclude each other, and of those that only repeat what was given out, none.
    for field in ["etag", "page_token", "not_traced_reason", "update_mask", "draft"] {
        request.clear_field_by_name(field);
    }
    let transmission = format!("{notification}/transmissions/{recipient}");
    let service = method.parent_service();
    let name = match service.name() {
        "NotificationService" => notification.to_owned(),
        "TransmissionService" => transmission.clone(),
        "AttachmentService" => format!("{notification}/attachments/{}", request_id()),
        "FollowUpService" => format!("{transmission}/followUp"),
        "ClockService" => format!("{transmission}/clocks/online-reaction"),
        "TraceService" => below_trace(method.name(), &format!("{transmission}/trace")),
        "EvidenceService" => format!("{transmission}/evidence/1"),
        "ConversationService" => format!("{notification}/conversations/{}", Uuid::nil()),
        "ListingService" => format!("{notification}/listings/{}", "0".repeat(32)),
        "RightsService" => format!("{}-{recipient}-2", notification.replace("notifications/", "removals/")),
        "ProposalService" => format!("{notification}/proposals/{}", uuid::Uuid::nil()),
        "AssessmentService" => format!("{notification}/assessments/{recipient}"),
        "SimilarityService" => notification.to_owned(),
        // It names no record.
        "SandboxService" => return None,
        other => panic!("say here what {other} names"),
    };
    let mut is_named = false;
    // What hangs below a trace is listed and added there; traces are listed by notification.
    let parent = match (service.name(), method.name()) {
        ("TraceService", "ListTraces") => notification.to_owned(),
        ("TraceService", _) => format!("{transmission}/trace"),
        ("EvidenceService", _) => transmission.clone(),
        ("ConversationService", "ListMessages" | "PostMessage") => name.clone(),
        _ => notification.to_owned(),
    };
    if method.name() == "ConcludeTrace" {
        let candidate = Value::String(format!("{transmission}/trace/candidates/1"));
        request.set_field_by_name("candidates", Value::List(vec![candidate]));
    }
    clear_attachments(&mut request);
    for (field, name) in [("name", name), ("parent", parent), ("transmission", transmission)] {
        if has(&request, field) {
            request.set_field_by_name(field, Value::String(name));
            is_named = true;
        }
    }
    if method.name() == "DecideSimilarity" {
        request.set_field_by_name("notification", Value::String(notification.to_owned()));
        is_named = true;
    }
    if method.name() == "UpdateNotification" {
        let changed = request.get_field_by_name_mut("notification").and_then(Value::as_message_mut)?;
        changed.set_field_by_name("name", Value::String(notification.to_owned()));
        changed.clear_field_by_name("etag");
        changed.clear_field_by_name("disclosures");
        is_named = true;
    }
    if method.name() == "RaiseFlag" {
        for field in ["listing", "url", "requested_fields", "duplicate_of"] {
            request.clear_field_by_name(field);
        }
        request.set_field_by_name("kind", Value::EnumNumber(wire::ConversationKind::Urgent.into()));
    }
    if let Some(draft) = request.get_field_by_name_mut("message").and_then(Value::as_message_mut) {
        draft.clear_field_by_name("attachments");
    }
    if method.name() == "ProposeChange" {
        // A proposal names what its proposer is shown as a whole.
        let mask = request.get_field_by_name_mut("update_mask").and_then(Value::as_message_mut)?;
        mask.set_field_by_name("paths", Value::List(vec![Value::String("product.models".to_owned())]));
    }
    is_named.then_some(request)
}

/// What a method of `TraceService` names.
fn below_trace(method: &str, trace: &str) -> String {
    match method {
        method if method.ends_with("Candidate") => format!("{trace}/candidates/1"),
        method if method.ends_with("Question") => format!("{trace}/questions/1"),
        _ => trace.to_owned(),
    }
}

/// Takes out the names of attachments, which there are none of.
fn clear_attachments(message: &mut DynamicMessage) {
    for field in message.descriptor().fields() {
        if field.name() == "attachment" {
            message.clear_field(&field);
            continue;
        }
        // To look at a field that is not set would set it.
        if !message.has_field(&field) {
            continue;
        }
        match message.get_field_mut(&field) {
            Value::Message(inner) => clear_attachments(inner),
            Value::List(items) => {
                items.iter_mut().filter_map(Value::as_message_mut).for_each(clear_attachments);
            }
            _ => {}
        }
    }
}

fn has(request: &DynamicMessage, field: &str) -> bool {
    request.descriptor().get_field_by_name(field).is_some()
}
