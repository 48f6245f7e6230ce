//! The audiences that the contract declares, as the domain asks for them.

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, ReflectMessage, Value};
use seamless_disclosure::Audience;

use super::{convert::content_out, update_mask};
use crate::domain::{model::Content, rules::FieldAudiences};

/// The package of what stands for one value, whatever it is made of: shown or hidden as a whole.
const VALUES: &str = "google.protobuf";
/// How deep the contract's messages lie within each other at most; it has no cycles.
const DEEPEST: usize = 12;

/// The declarations of `seamless.notifications.v1.Notification`.
pub struct ContractAudiences;

impl FieldAudiences for ContractAudiences {
    fn audience(&self, path: &str) -> Option<Audience> {
        seamless_proto::audience_of("seamless.notifications.v1.Notification", path)
    }

    fn leaves(&self, content: Option<&Content>) -> Vec<String> {
        let mut leaves = Vec::new();
        match content.map(content_out).map(|message| update_mask::as_dynamic(&message)) {
            Some(Ok(message)) => collect_set(&message, "", &mut leaves),
            // Without a content that can be read, every field may be meant: that orders too much rather than too little.
            Some(Err(_)) | None => {
                if let Ok(descriptor) = update_mask::notification_descriptor() {
                    collect_known(&descriptor, "", DEEPEST, &mut leaves);
                }
            }
        }
        leaves.sort();
        leaves.dedup();
        leaves
    }
}

fn is_value(message: &MessageDescriptor) -> bool {
    message.package_name() == VALUES
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn collect_known(message: &MessageDescriptor, at: &str, depth: usize, leaves: &mut Vec<String>) {
    for field in message.fields() {
        let path = below(at, field.name());
        match field.kind() {
            Kind::Message(inner) if !is_value(&inner) && depth > 0 => {
                collect_known(&inner, &path, depth - 1, leaves);
            }
            _ => leaves.push(path),
        }
    }
}

fn collect_set(message: &DynamicMessage, at: &str, leaves: &mut Vec<String>) {
    for (field, value) in message.fields() {
        let path = below(at, field.name());
        let mut walk = |value: &Value| match value {
            Value::Message(inner) if !is_value(&inner.descriptor()) => collect_set(inner, &path, leaves),
            _ => leaves.push(path.clone()),
        };
        match value {
            Value::List(items) => items.iter().for_each(walk),
            one => walk(one),
        }
    }
}
