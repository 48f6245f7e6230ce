//! What is wrong with JSON that a person gave, in words for that person.
//!
//! Invariant: no word of the parser or of its types gets out.

use prost_reflect::{Cardinality, FieldDescriptor, Kind};
use seamless_identifiers::json_fault;
use serde_json::Value;

/// The longest value that is repeated, in characters.
const SHOWN: usize = 60;

/// Why a text is not the JSON that was wanted, with its column, and its line beyond the first: "is no sound json: …".
pub fn unsound(fault: &serde_json::Error) -> String {
    format!("is no sound json: {}", json_fault(fault))
}

/// What a field wants, and what it got; `None` is a field that the contract does not have.
pub fn misfit(field: Option<&FieldDescriptor>, got: &Value) -> String {
    let Some(field) = field else { return "is not known: the contract has no such field".to_owned() };
    let one = wanted(&field.kind());
    let wanted = if field.is_map() {
        "an object".to_owned()
    } else if field.cardinality() == Cardinality::Repeated {
        format!("a list, each {one}")
    } else {
        one
    };
    format!("wants {wanted}; got {}", shown(got))
}

fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Double | Kind::Float => "a number".to_owned(),
        Kind::Uint32 | Kind::Fixed32 => format!("a whole number, 0 to {}", u32::MAX),
        Kind::Uint64 | Kind::Fixed64 => "a whole number, 0 or more".to_owned(),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            format!("a whole number, {} to {}", i32::MIN, i32::MAX)
        }
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => "a whole number".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::String => "a text".to_owned(),
        Kind::Bytes => "bytes in base64".to_owned(),
        Kind::Enum(values) => {
            let names: Vec<String> = values.values().skip(1).map(|value| value.name().to_owned()).collect();
            format!("one of {}", names.join(", "))
        }
        Kind::Message(message) => match message.full_name() {
            "google.protobuf.Timestamp" => "a time such as 2026-03-01T12:00:00Z".to_owned(),
            "google.protobuf.Duration" => "a time in seconds such as 30s".to_owned(),
            "google.protobuf.FieldMask" => "names of fields with commas between them".to_owned(),
            _ => "an object".to_owned(),
        },
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Null => "nothing".to_owned(),
        other => {
            let text = other.to_string();
            match text.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::proto_json::{descriptor, object, read};

    /// Words that only those know who wrote the parser.
    const OF_PARSERS: [&str; 9] =
        ["expected", "invalid", "struct", "EOF", "literal", "digit", "variant", "integer", "trailing"];

    #[test]
    fn goods_that_do_not_fit_are_told_by_what_each_field_wants() {
        let consignment = descriptor("seamless.consignments.v1.Consignment").unwrap();
        for (text, field, said) in [
            (r#"{"quantity": "lots"}"#, "quantity", "wants a number; got \"lots\""),
            (r#"{"gtins": "6932173550102"}"#, "gtins", "wants a list, each a text; got \"6932173550102\""),
            (r#"{"arrivalTime": "tomorrow"}"#, "arrival_time", "wants a time such as"),
            (r#"{"exporter": 5}"#, "exporter", "wants an object; got 5"),
            (r#"{"transportMode": "SLED"}"#, "transport_mode", "wants one of "),
            (r#"{"description": {"a": 1}}"#, "description", "wants a text; got an object"),
            (r#"{"colour": "red"}"#, "colour", "is not known"),
            (r#"{"quantity": 1, "exporter": {"name": "A", "name": "B"}}"#, "name", "is given twice"),
            (r#"{"quantity": "#, "line", "it ends in the middle of a value, at column 13"),
            (r#"{"quantity": 1 "models": 2}"#, "line", "a comma, colon, quote or bracket is wrong"),
        ] {
            let refused = object(text.as_bytes()).and_then(|value| read(&consignment, &value)).unwrap_err();
            assert_eq!(refused.len(), 1, "{text}: {refused:?}");
            let told = &refused[0];
            assert_eq!(told.field, field, "{text}");
            assert!(told.description.contains(said), "{text}: {}", told.description);
            let leaked = OF_PARSERS.iter().find(|word| told.description.contains(**word));
            assert_eq!(leaked, None, "{text}: {}", told.description);
        }
    }
}
