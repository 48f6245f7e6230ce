//! What a message shows, and what the contract lets a reader see, both as paths from the record.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use seamless_disclosure::Audience;

use crate::raw_call::contracts;

/// Paths of fields.
pub type Paths = BTreeSet<String>;

/// The name of another notification, which is told to those who may see that one.
const ANOTHERS_NAME: &str = "general.follow_up_to.notification";

fn option(name: &str) -> prost_reflect::ExtensionDescriptor {
    let name = format!("seamless.disclosure.v1.{name}");
    contracts().get_extension_by_name(&name).unwrap_or_else(|| panic!("the contract has no option {name}"))
}

fn declared(field: &FieldDescriptor) -> Audience {
    let number = field.options().get_extension(&option("audience")).as_enum_number().unwrap();
    Audience::try_from(number).unwrap_or_else(|error| panic!("{}: {error}", field.full_name()))
}

/// True for values whose fields have the audience of the field that holds them: they are shown whole or not at all.
fn is_value(message: &MessageDescriptor) -> bool {
    let inherits = message.options().get_extension(&option("inherits")).as_bool() == Some(true);
    inherits || message.package_name().starts_with("google.")
}

fn below(at: &str, field: &FieldDescriptor) -> String {
    if at.is_empty() { field.name().to_owned() } else { format!("{at}.{}", field.name()) }
}

/// The descriptor of a message of the contract.
pub fn contract(message: &str) -> MessageDescriptor {
    contracts().get_message_by_name(message).unwrap()
}

/// The narrowest audience on the way to each field of a message.
pub fn audiences(message: &MessageDescriptor) -> BTreeMap<String, Audience> {
    fn walk(message: &MessageDescriptor, at: &str, holder: Audience, found: &mut BTreeMap<String, Audience>) {
        for field in message.fields() {
            let path = below(at, &field);
            let audience = declared(&field).max(holder);
            if let Kind::Message(inner) = field.kind()
                && !is_value(&inner)
            {
                walk(&inner, &path, audience, found);
            }
            found.insert(path, audience);
        }
    }
    let mut found = BTreeMap::new();
    walk(message, "", Audience::Public, &mut found);
    found
}

/// The paths of all fields that a reader of this clearance may see by the contract.
pub fn allowed(message: &str, clearance: Audience) -> Paths {
    let descriptor = contracts().get_message_by_name(message).unwrap();
    let audiences = audiences(&descriptor).into_iter();
    let seen = audiences.filter(|(path, audience)| *audience <= clearance && path != ANOTHERS_NAME);
    seen.map(|(path, _)| path).collect()
}

/// The paths of all fields that are set in a message of the contract.
pub fn shown<M: prost::Message + prost::Name>(message: &M) -> Paths {
    let descriptor = contracts().get_message_by_name(&M::full_name()).unwrap();
    let mut dynamic = DynamicMessage::new(descriptor);
    dynamic.transcode_from(message).unwrap();
    set_in(&dynamic)
}

fn set_in(message: &DynamicMessage) -> Paths {
    fn walk(message: &DynamicMessage, at: &str, found: &mut Paths) {
        for (field, value) in message.fields() {
            let path = below(at, &field);
            if let Kind::Message(inner) = field.kind()
                && !is_value(&inner)
            {
                let items = value.as_list().unwrap_or(std::slice::from_ref(value));
                items.iter().filter_map(Value::as_message).for_each(|item| walk(item, &path, found));
            }
            found.insert(path);
        }
    }
    let mut found = Paths::new();
    walk(message, "", &mut found);
    found
}

/// What is shown and must not be, and what is not shown and should be; `-` and `+` before each path.
pub fn difference(shown: &Paths, wanted: &Paths) -> Vec<String> {
    let leaked = shown.difference(wanted).map(|path| format!("- {path} is shown"));
    leaked.chain(wanted.difference(shown).map(|path| format!("+ {path} is not shown"))).collect()
}
