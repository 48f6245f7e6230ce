//! What the contracts declare: which messages leave a service, and who may see their fields.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DescriptorPool, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::CodegenError;
use crate::Audience;

const AUDIENCE: &str = "seamless.disclosure.v1.audience";
const INHERITS: &str = "seamless.disclosure.v1.inherits";
const RECORD: &str = "seamless.disclosure.v1.record";
const EVENT: &str = "seamless.disclosure.v1.event";

/// A message that leaves a service.
pub(super) struct LeavingMessage {
    pub descriptor: MessageDescriptor,
    pub is_record: bool,
    /// The fields in order of their numbers.
    pub fields: Vec<LeavingField>,
}

/// A field of a message that leaves a service.
pub(super) struct LeavingField {
    pub descriptor: FieldDescriptor,
    /// As declared; `Public` in a message that inherits, since what holds it is never wider than public.
    pub declared: Audience,
    /// The full name of the message of ours that it holds (for a map: as value); none for plain values and those of
    /// `google.protobuf`.
    pub holds: Option<String>,
}

/// All messages that leave a service, by full name.
pub(super) struct Contract {
    pub messages: BTreeMap<String, LeavingMessage>,
}

/// The options by which a contract declares audiences.
struct Options {
    audience: ExtensionDescriptor,
    inherits: ExtensionDescriptor,
    record: ExtensionDescriptor,
    event: ExtensionDescriptor,
}

impl Options {
    fn find(pool: &DescriptorPool) -> Result<Self, CodegenError> {
        let find = |name| pool.get_extension_by_name(name).ok_or(CodegenError::OptionUndefined(name));
        Ok(Self {
            audience: find(AUDIENCE)?,
            inherits: find(INHERITS)?,
            record: find(RECORD)?,
            event: find(EVENT)?,
        })
    }

    fn audience(&self, field: &FieldDescriptor) -> Option<Audience> {
        match field.options().get_extension(&self.audience).as_ref() {
            Value::EnumNumber(number) => Audience::try_from(*number).ok(),
            _ => None,
        }
    }
}

fn is_set(message: &MessageDescriptor, option: &ExtensionDescriptor) -> bool {
    message.options().get_extension(option).as_bool() == Some(true)
}

/// Values of `google.protobuf` (times, durations, `Any`) are shown or hidden as a whole.
fn is_well_known(message: &MessageDescriptor) -> bool {
    message.package_name() == "google.protobuf"
}

/// The message of ours that a field holds.
fn held_message(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    let kind = match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
        kind => kind,
    };
    match kind {
        Kind::Message(message) if !is_well_known(&message) => Some(message),
        _ => None,
    }
}

impl Contract {
    /// Reads the declarations, and refuses contracts that leave an audience open.
    pub(super) fn read(pool: &DescriptorPool) -> Result<Self, CodegenError> {
        let options = Options::find(pool)?;
        let mut waiting = roots(pool, &options);
        let without_holder: Vec<String> = waiting
            .iter()
            .filter(|root| is_set(root, &options.inherits))
            .map(|root| root.full_name().to_owned())
            .collect();
        if !without_holder.is_empty() {
            return Err(CodegenError::HolderMissing(without_holder));
        }

        let mut messages = BTreeMap::new();
        let mut missing = BTreeSet::new();
        let mut contradicting = BTreeSet::new();
        while let Some(message) = waiting.pop() {
            if messages.contains_key(message.full_name()) {
                continue;
            }
            let inherits = is_set(&message, &options.inherits);
            let mut fields = Vec::new();
            for field in message.fields() {
                let declared = match (options.audience(&field), inherits) {
                    (Some(audience), false) => audience,
                    (None, true) => Audience::Public,
                    (None, false) => {
                        missing.insert(field.full_name().to_owned());
                        Audience::Originator
                    }
                    (Some(_), true) => {
                        contradicting.insert(field.full_name().to_owned());
                        Audience::Originator
                    }
                };
                let held = held_message(&field);
                let holds = held.as_ref().map(|held| held.full_name().to_owned());
                waiting.extend(held);
                fields.push(LeavingField { descriptor: field, declared, holds });
            }
            let name = message.full_name().to_owned();
            let is_record = is_set(&message, &options.record);
            messages.insert(name, LeavingMessage { descriptor: message, is_record, fields });
        }

        if !missing.is_empty() {
            return Err(CodegenError::AudienceMissing(missing.into_iter().collect()));
        }
        if !contradicting.is_empty() {
            return Err(CodegenError::AudienceContradicts(contradicting.into_iter().collect()));
        }
        Ok(Self { messages })
    }

    /// The narrowest audience declared in the message and all that it holds: to a plain view with this clearance or a
    /// higher one there is nothing to redact.
    pub(super) fn narrowest(&self, message: &str) -> Audience {
        let mut seen = BTreeSet::from([message]);
        let mut waiting = vec![message];
        let mut narrowest = Audience::Public;
        while let Some(message) = waiting.pop() {
            for field in &self.messages[message].fields {
                narrowest = narrowest.max(field.declared);
                if let Some(held) = field.holds.as_deref()
                    && seen.insert(held)
                {
                    waiting.push(held);
                }
            }
        }
        narrowest
    }

    /// Every path of a record with the narrowest audience declared on the way to it. A message that holds itself is
    /// followed once.
    pub(super) fn record_paths(&self, record: &str) -> BTreeMap<String, Audience> {
        let mut paths = BTreeMap::new();
        self.add_paths(record, "", Audience::Public, &mut vec![record.to_owned()], &mut paths);
        paths
    }

    fn add_paths(
        &self,
        message: &str,
        prefix: &str,
        holder: Audience,
        within: &mut Vec<String>,
        paths: &mut BTreeMap<String, Audience>,
    ) {
        for field in &self.messages[message].fields {
            let path = format!("{prefix}{}", field.descriptor.name());
            let audience = holder.max(field.declared);
            if let Some(held) = &field.holds
                && !within.contains(held)
                && !self.messages[held].is_record
            {
                within.push(held.clone());
                self.add_paths(held, &format!("{path}."), audience, within, paths);
                within.pop();
            }
            paths.insert(path, audience);
        }
    }
}

/// Every message that leaves a service by itself: answers of RPCs, events and records.
fn roots(pool: &DescriptorPool, options: &Options) -> Vec<MessageDescriptor> {
    let answers = pool
        .services()
        .filter(|service| service.package_name().starts_with("seamless."))
        .flat_map(|service| service.methods().map(|method| method.output()).collect::<Vec<_>>());
    let marked = pool
        .all_messages()
        .filter(|message| is_set(message, &options.event) || is_set(message, &options.record));
    answers.chain(marked).filter(|message| !is_well_known(message)).collect()
}
