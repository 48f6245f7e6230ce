//! Messages of which every field is set, made from the contract, so that a new field is in the test on the day it is in
//! the contract.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};

/// Texts that have a form of their own, by the name of the field.
const FORMED: [(&str, &str); 32] = [
    ("additional_countries_of_origin", "TR"),
    ("arrangement", "eu-us"),
    ("candidate", "notifications/01993f2e-0000-7000-8000-000000000001"),
    ("commodity_code", "950300"),
    ("country", "CN"),
    ("country_code", "CN"),
    ("country_of_origin", "CN"),
    ("countries_of_origin", "CN"),
    ("credit_code", "914403001922038216"),
    ("destinations", "FR"),
    ("eori", "NL123456789"),
    ("field", "product.brand"),
    ("fields", "product.gtins"),
    ("gtins", "06291041500213"),
    ("inspection_body", "cn-ciq-shanghai"),
    ("language_code", "en"),
    ("mentions", "product.gtins"),
    ("media_type", "image/png"),
    ("missing_fields", "product.gtins"),
    ("notifying_country", "NL"),
    ("number", "CSQU3054383"),
    ("port_of_destination", "NLRTM"),
    ("port_of_loading", "CNSHA"),
    ("quantity_unit", "H87"),
    ("reacting_countries", "FR"),
    ("recipients", "us-cpsc"),
    ("sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("source", "sample-source"),
    ("system", "safety-gate"),
    ("unified_social_credit_code", "914403001922038216"),
    ("updated_fields", "product.gtins"),
    ("vat_number", "NL123456789B01"),
];
const URLS: [&str; 4] = ["consumer_url", "source_url", "uri", "url"];
const NUMBERS: [(&str, i32); 4] = [("year", 2026), ("month", 3), ("day", 5), ("severity", 4)];
/// Enumerations of which the last value makes the record complete; of others the first is taken.
const LAST_VALUE: [&str; 2] = ["RiskLevel", "ValidationDecision"];

/// A text that says where it stands, and that stands nowhere else: `<product.brand>`.
pub fn mark(path: &str) -> String {
    format!("<{path}>")
}

/// A message with every field set, `at` a path from the record. Lists and maps have one item.
pub fn filled(descriptor: &MessageDescriptor, at: &str) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    for field in descriptor.fields() {
        let path = if at.is_empty() { field.name().to_owned() } else { format!("{at}.{}", field.name()) };
        let value = match field.kind() {
            Kind::Message(entry) if field.is_map() => {
                let one = value(&entry.map_entry_value_field(), &path);
                Value::Map([(MapKey::String(mark(&path)), one)].into())
            }
            _ if field.is_list() => Value::List(vec![value(&field, &path)]),
            _ => value(&field, &path),
        };
        message.set_field(&field, value);
    }
    message
}

fn value(field: &FieldDescriptor, path: &str) -> Value {
    let name = field.name();
    match field.kind() {
        Kind::Message(message) => Value::Message(filled(&message, path)),
        Kind::String if URLS.contains(&name) => Value::String(format!("https://shop.invalid/{}", mark(path))),
        Kind::String => {
            let formed =
                FORMED.iter().find(|(formed, _)| *formed == name).map(|(_, text)| (*text).to_owned());
            Value::String(formed.unwrap_or_else(|| mark(path)))
        }
        Kind::Enum(one) => {
            let numbers: Vec<i32> =
                one.values().map(|value| value.number()).filter(|number| *number != 0).collect();
            let number = if LAST_VALUE.contains(&one.name()) { numbers.last() } else { numbers.first() };
            Value::EnumNumber(*number.unwrap())
        }
        Kind::Int32 => {
            Value::I32(NUMBERS.iter().find(|(known, _)| *known == name).map_or(1, |(_, number)| *number))
        }
        Kind::Int64 => Value::I64(1),
        Kind::Bytes => Value::Bytes(mark(path).into_bytes().into()),
        Kind::Double => Value::F64(0.5),
        Kind::Bool => Value::Bool(true),
        other => panic!("{path}: say here how to fill {other:?}"),
    }
}
