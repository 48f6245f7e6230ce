//! JSON into messages of our contracts, in the JSON form of protobuf; what does not fit is told by its fields.

use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor,
};
use serde_json::{Value, json};

use super::plain_json::{misfit, unsound};
use super::unique_json::{Unique, twice};
use crate::import::{ReadError, RowError};

/// The descriptor of a message.
///
/// # Errors
/// `Contract`, which would be a fault of this program.
pub fn descriptor(full_name: &str) -> Result<MessageDescriptor, ReadError> {
    let pool = DescriptorPool::decode(seamless_proto::DESCRIPTORS)
        .map_err(|error| ReadError::Contract(error.to_string()))?;
    pool.get_message_by_name(full_name)
        .ok_or_else(|| ReadError::Contract(format!("{full_name} is not in the contracts")))
}

/// A document that must be an object.
///
/// # Errors
/// That it is none, as an error of the line.
pub fn object(text: &[u8]) -> Result<Value, Vec<RowError>> {
    let refuse = |why: String| vec![RowError::new("line", why)];
    let Unique(value) = serde_json::from_slice(text).map_err(|error| match twice(&error) {
        Some(member) => vec![RowError::new(member, "is given twice: wants one value")],
        None => refuse(unsound(&error)),
    })?;
    if value.is_object() { Ok(value) } else { Err(refuse("is no object".to_owned())) }
}

/// The message that an object says; unknown names are refused.
///
/// # Errors
/// Each field that does not fit, the deepest that fails, by the names of the contract.
pub fn read(message: &MessageDescriptor, value: &Value) -> Result<DynamicMessage, Vec<RowError>> {
    parse(message, value).map_err(|_| {
        let mut found = Vec::new();
        sift(message, &mut value.clone(), "", &mut found);
        if found.is_empty() {
            // Each field fits by itself.
            found.push(RowError::new("line", "names a field twice, or two of which only one may be given"));
        }
        found
    })
}

/// The message that an object says without what does not fit, which is given back as [`read`] tells it.
///
/// # Errors
/// What cannot be left out, because each field fits by itself.
pub fn read_what_fits(
    message: &MessageDescriptor,
    mut value: Value,
) -> Result<(DynamicMessage, Vec<RowError>), Vec<RowError>> {
    let mut found = Vec::new();
    if parse(message, &value).is_err() {
        sift(message, &mut value, "", &mut found);
    }
    read(message, &value).map(|read| (read, found))
}

/// The field with this name, as protobuf or as its JSON writes it.
pub fn field_of(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message.get_field_by_json_name(name).or_else(|| message.get_field_by_name(name))
}

fn parse(message: &MessageDescriptor, value: &Value) -> Result<DynamicMessage, String> {
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    DynamicMessage::deserialize_with_options(message.clone(), value, &options)
        .map_err(|error| error.to_string())
}

/// Takes away the fields that cannot be parsed: each on its own, the deepest that fails.
fn sift(message: &MessageDescriptor, value: &mut Value, at: &str, found: &mut Vec<RowError>) {
    let Value::Object(members) = value else {
        found.push(RowError::new(at, "wants an object"));
        return;
    };
    let fits = |name: &str, value: &Value| parse(message, &json!({name: value})).is_ok();
    members.retain(|name, value| {
        if fits(name, value) {
            return true;
        }
        let (before, field) = (found.len(), field_of(message, name));
        // As the contract spells it, whichever of its spellings was used.
        let spelled = field.as_ref().map_or(name.as_str(), FieldDescriptor::name);
        let path = if at.is_empty() { spelled.to_owned() } else { format!("{at}.{spelled}") };
        if let Some(field) = &field
            && let Kind::Message(inner) = field.kind()
            && inner.full_name().starts_with("seamless.")
        {
            match value {
                Value::Array(items) if field.is_list() => {
                    for (index, item) in items.iter_mut().enumerate() {
                        if parse(&inner, item).is_err() {
                            sift(&inner, item, &format!("{path}[{index}]"), found);
                        }
                    }
                    items.retain(|item| parse(&inner, item).is_ok());
                }
                Value::Object(_) if !field.is_list() => sift(&inner, value, &path, found),
                _ => {}
            }
        }
        if found.len() == before {
            found.push(RowError::new(path, misfit(field.as_ref(), value)));
        }
        fits(name, value)
    });
}
