//! What is looked up by in stored rows, and what clients bring back: whoever makes it today must find what was made before.

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};
use seamless_notifications::{
    contract::{content_sha256, etag_out, hex_out, notification_out},
    domain::{
        model::{Notification, listing_id},
        operators::company_keys,
    },
};
use seamless_proto::seamless::notifications::v1 as wire;
use seamless_testkit::golden_lines;

use crate::folder;

#[test]
fn the_ids_of_listings_never_change() {
    let urls = ["https://Shop.example/Item?id=1#top", "HTTPS://shop.EXAMPLE", "水壶.example/a b", ""];
    let ids: Vec<String> = urls.iter().map(|url| format!("{url} {}", listing_id(url))).collect();
    golden_lines(folder("bytes/listing_ids.txt"), &ids);
}

#[test]
fn the_keys_of_makers_never_change() {
    let mut alert: Notification = include_str!("documents/notification.jsonl")
        .lines()
        .find_map(|line| serde_json::from_str(line).ok().filter(has_operators))
        .unwrap();
    let operator = &mut alert.content.traceability.operators[0];
    let names =
        ["Ningbo Example Appliances Co., Ltd.", "宁波示例电器有限公司", "Müller & Söhne GmbH", "ACME"];
    let keys: Vec<String> = names
        .iter()
        .flat_map(|name| {
            operator.operator_name = (*name).to_owned();
            company_keys(operator)
        })
        .collect();
    golden_lines(folder("bytes/company_keys.txt"), &keys);
}

fn has_operators(alert: &Notification) -> bool {
    !alert.content.traceability.operators.is_empty()
}

/// Ledgers and receipts hold these digests for good; whoever keeps the content computes them from the contract.
#[test]
fn the_digest_of_a_content_never_changes() {
    let digests: Vec<String> = include_str!("documents/notification.jsonl")
        .lines()
        .map(|line| notification_out(&serde_json::from_str(line).unwrap()))
        .map(|notification| hex_out(&content_sha256(notification)))
        .collect();
    golden_lines(folder("bytes/content_sha256.txt"), &digests);
}

/// A stranger's library must write what is hashed in the same bytes: every field filled, as the contracts alone say it.
#[test]
fn what_is_hashed_is_written_as_the_contract_says() {
    let pool = DescriptorPool::decode(seamless_proto::DESCRIPTORS).unwrap();
    let message =
        |name: &str| pool.get_message_by_name(&format!("seamless.notifications.v1.{name}")).unwrap();
    let notification = filled(&message("Notification"), &[], 1).encode_to_vec();
    let read = wire::Notification::decode(notification.as_slice()).unwrap();
    assert!(read.encode_to_vec() == notification, "the notification is written in other bytes");
    let item = message("ExportEvidenceResponse");
    let kinds: Vec<FieldDescriptor> =
        item.oneofs().flat_map(|kinds| kinds.fields().collect::<Vec<_>>()).collect();
    assert!(kinds.len() >= 11);
    for field in kinds {
        let written = filled(&item, &[field.name()], 1).encode_to_vec();
        let read = wire::ExportEvidenceResponse::decode(written.as_slice()).unwrap();
        assert!(read.encode_to_vec() == written, "{} is written in other bytes", field.name());
    }
}

/// The message with every field set, two of what may be repeated; of its choices those that are named, or the last.
fn filled(of: &MessageDescriptor, chosen: &[&str], depth: u8) -> DynamicMessage {
    let mut message = DynamicMessage::new(of.clone());
    let is_choice =
        |field: &FieldDescriptor| field.containing_oneof().is_some_and(|choice| choice.fields().len() > 1);
    let is_left_out =
        |field: &FieldDescriptor| is_choice(field) && !chosen.is_empty() && !chosen.contains(&field.name());
    for field in of.fields().filter(|field| !is_left_out(field)) {
        let Some(value) = value(&field, depth) else { continue };
        assert!(!field.is_map(), "{}: maps have no order", field.full_name());
        let value = if field.is_list() { Value::List(vec![value.clone(), value]) } else { value };
        message.set_field(&field, value);
    }
    message
}

fn value(field: &FieldDescriptor, depth: u8) -> Option<Value> {
    Some(match field.kind() {
        Kind::Double => Value::F64(0.25),
        Kind::Float => Value::F32(0.25),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(300),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(300),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(300),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(300),
        Kind::Bool => Value::Bool(true),
        Kind::String => Value::String("水".to_owned()),
        Kind::Bytes => Value::Bytes(vec![1, 2].into()),
        Kind::Enum(values) => Value::EnumNumber(values.values().last()?.number()),
        Kind::Message(_) if depth == 8 => return None,
        Kind::Message(message) => Value::Message(filled(&message, &[], depth + 1)),
    })
}

#[test]
fn the_etag_of_a_revision_never_changes() {
    assert_eq!([0, 1, 12].map(etag_out), ["\"0\"", "\"1\"", "\"12\""]);
}
