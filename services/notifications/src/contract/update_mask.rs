//! Update masks [AIP-134]: which fields of a request are taken over into the present record.

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, MessageDescriptor, ReflectMessage};
use seamless_api::Violations;
use seamless_proto::seamless::notifications::v1 as wire;

use crate::domain::{DomainError, Refusal};

/// What the originator writes; the rest is output-only.
const WRITABLE: [&str; 8] =
    ["general", "product", "traceability", "online", "risk", "measures", "disclosures", "internal_note"];

/// The present content with the fields of `change` that the mask names: no mask takes every field that is set, `*` all.
///
/// # Errors
/// `Invalid`, naming each path that a notification does not have or that is not the originator's to write.
pub fn apply(
    present: &wire::Notification,
    change: &wire::Notification,
    mask: Option<&prost_types::FieldMask>,
) -> Result<wire::Notification, DomainError> {
    let fault = |error: String| DomainError::Refused(Refusal::Fault(format!("update mask: {error}")));
    let descriptor = notification_descriptor()?;
    let mut merged = as_dynamic(present)?;
    let change = as_dynamic(change)?;
    let paths = named(&change, mask);
    let mut found = Violations::new();
    for path in paths {
        let writable = path.split('.').next().is_some_and(|group| WRITABLE.contains(&group));
        match fields_of(&descriptor, path) {
            Some(fields) if writable => take(&mut merged, &change, &fields),
            Some(_) => found.add("update_mask", format!("{path} is output only or immutable")),
            None => found
                .add("update_mask", format!("a notification has no field {path}, or it lies within a list")),
        }
    }
    found.finish(())?;
    wire::Notification::decode(merged.encode_to_vec().as_slice()).map_err(|error| fault(error.to_string()))
}

/// The paths that a mask names, as [`apply`] takes them.
///
/// # Errors
/// `Fault` if the contract's descriptors are not what was built.
pub fn paths(
    change: &wire::Notification,
    mask: Option<&prost_types::FieldMask>,
) -> Result<Vec<String>, DomainError> {
    let change = as_dynamic(change)?;
    Ok(named(&change, mask).into_iter().map(str::to_owned).collect())
}

fn named<'a>(change: &DynamicMessage, mask: Option<&'a prost_types::FieldMask>) -> Vec<&'a str> {
    match mask.map(|mask| mask.paths.as_slice()) {
        None | Some([]) => WRITABLE.into_iter().filter(|group| change.has_field_by_name(group)).collect(),
        Some([all]) if all == "*" => WRITABLE.to_vec(),
        Some(paths) => paths.iter().map(String::as_str).collect(),
    }
}

/// A notification of which the fields can be walked.
pub fn as_dynamic(message: &wire::Notification) -> Result<DynamicMessage, DomainError> {
    DynamicMessage::decode(notification_descriptor()?, message.encode_to_vec().as_slice())
        .map_err(|error| DomainError::Refused(Refusal::Fault(format!("update mask: {error}"))))
}

/// The descriptor of a notification.
///
/// # Errors
/// `Fault` if the contract has none.
pub fn notification_descriptor() -> Result<MessageDescriptor, DomainError> {
    static POOL: std::sync::OnceLock<Option<DescriptorPool>> = std::sync::OnceLock::new();
    let pool = POOL.get_or_init(|| DescriptorPool::decode(seamless_proto::DESCRIPTORS).ok());
    let found =
        pool.as_ref().and_then(|pool| pool.get_message_by_name("seamless.notifications.v1.Notification"));
    found.ok_or_else(|| {
        Refusal::Fault("the descriptors of the contract do not hold a notification".to_owned()).into()
    })
}

/// The fields on the way to `path`; none of them but the last may be a list.
fn fields_of(message: &MessageDescriptor, path: &str) -> Option<Vec<FieldDescriptor>> {
    let mut message = message.clone();
    let mut fields = Vec::new();
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        let field = message.get_field_by_name(name)?;
        if names.peek().is_some() {
            if field.is_list() || field.is_map() {
                return None;
            }
            message = field.kind().as_message()?.clone();
        }
        fields.push(field);
    }
    Some(fields)
}

/// Takes over the field at the end of the way; where `change` does not have it, it is cleared.
fn take(merged: &mut DynamicMessage, change: &DynamicMessage, way: &[FieldDescriptor]) {
    let [field, rest @ ..] = way else { return };
    if rest.is_empty() {
        match change.has_field(field) {
            true => merged.set_field(field, change.get_field(field).into_owned()),
            false => merged.clear_field(field),
        }
        return;
    }
    let below = change.get_field(field);
    let empty = DynamicMessage::new(match field.kind().as_message() {
        Some(message) => message.clone(),
        None => change.descriptor(),
    });
    if let Some(inner) = merged.get_field_mut(field).as_message_mut() {
        take(inner, below.as_message().unwrap_or(&empty), rest);
    }
}
