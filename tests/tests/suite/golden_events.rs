//! Every event of the contracts, as its bytes lie in the log of a feed: what was written once is read for ever, by services
//! and by partners. See `services/*/tests/golden/README.md`.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use seamless_testkit::Golden;

use crate::{disclosure::filled::filled, raw_call::contracts, source::workspace};

/// The events of each service, by its name.
fn events() -> BTreeMap<String, Vec<MessageDescriptor>> {
    let pool = contracts();
    let option = pool.get_extension_by_name("seamless.disclosure.v1.event").unwrap();
    let mut events: BTreeMap<String, Vec<MessageDescriptor>> = BTreeMap::new();
    for message in pool.all_messages() {
        if message.options().get_extension(&option).as_bool() == Some(true) {
            let service = message.package_name().split('.').nth(1).unwrap().to_owned();
            events.entry(service).or_default().push(message);
        }
    }
    events
}

/// What a message says, one line for each of its values.
fn said(message: &DynamicMessage) -> Vec<String> {
    let mut lines = Vec::new();
    for (field, value) in message.fields() {
        match value {
            Value::List(items) => items.iter().for_each(|item| say(field.name(), item, &mut lines)),
            Value::Map(entries) => {
                let entries: BTreeMap<String, &Value> = entries
                    .iter()
                    .map(|(key, value)| (format!("{}[{key:?}]", field.name()), value))
                    .collect();
                entries.iter().for_each(|(name, value)| say(name, value, &mut lines));
            }
            one => say(field.name(), one, &mut lines),
        }
    }
    lines
}

fn say(name: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Message(message) => lines.extend(said(message).iter().map(|line| format!("{name}.{line}"))),
        other => lines.push(format!("{name}: {other:?}")),
    }
}

/// The bytes in Base64, and below them what they say.
fn written(message: &DynamicMessage) -> Vec<String> {
    let mut lines = vec![STANDARD.encode(prost::Message::encode_to_vec(message))];
    lines.extend(said(message));
    lines
}

#[test]
fn every_event_is_read_as_it_was_written() {
    let root = workspace().workspace_root;
    let events = events();
    assert!(events.values().all(|of_service| of_service.len() >= 3), "too few were found: look at this test");
    let folders: BTreeSet<String> = events.keys().map(|name| format!("services/{name}")).collect();
    assert!(folders.iter().all(|folder| root.join(folder).is_dir()), "{folders:?}: look at this test");
    for (service, messages) in events {
        let mut golden = Golden::files_in(root.join(format!("services/{service}/tests/golden/events")));
        for event in messages {
            let file = format!("{}.txt", event.name());
            let Some(lines) = golden.stored(event.name(), &file, &written(&filled(&event, ""))) else {
                continue;
            };
            let bytes = STANDARD.decode(&lines[0]).unwrap();
            match DynamicMessage::decode(event, bytes.as_slice()) {
                Err(error) => golden.wrong(format!("{file} is read no more: {error}")),
                // A field that the contract no longer has would be written again, and said no more.
                Ok(read) if written(&read) != lines => golden.wrong(format!("{file} says otherwise")),
                Ok(_) => {}
            }
        }
        golden.finish();
    }
}
