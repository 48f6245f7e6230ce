//! What a parser says of a configuration or of another TOML file, in words for those who write such files.
//!
//! Invariant: no word of a compiler or of a parser's inside gets out, and no line of the file is repeated: it may hold a
//! secret.

/// What is wrong with a text that was to be TOML, with its line and column, which count from 1: `line 2, column 9: a number is
/// too large`.
pub fn toml_fault(text: &str, fault: &toml::de::Error) -> String {
    let wrong = wrong_with(fault.message());
    let Some(before) = fault.span().and_then(|span| text.get(..span.start)) else { return wrong };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {wrong}")
}

/// What a key accepts, from what a parser says of a value that it refuses.
pub(super) fn wanted(message: &str) -> String {
    let expected = message.rsplit_once(", expected ").map_or(message, |(_, expected)| expected);
    let known = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" | "bool" => "true or false",
        "a string" | "string" | "a borrowed string" | "str" | "a character" => "a text",
        "path string" => "a path",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" => "a table of keys",
        "unit" | "nothing" => "no value",
        _ if expected.starts_with("a nonzero ") => "a whole number, 1 or more",
        _ if ["struct ", "tuple struct ", "struct variant "]
            .iter()
            .any(|kind| expected.starts_with(kind)) =>
        {
            "a table of keys"
        }
        _ if expected.starts_with("enum ") || expected.contains("untagged enum") => {
            "one of the forms that the comment of this key in the defaults tells"
        }
        _ if expected.contains("socket address") => {
            "a socket address: an IP address and a port, such as 127.0.0.1:7400"
        }
        _ if expected.contains("duration") || message.contains("duration") => {
            "a duration with its unit, such as 500ms, 30s or 2h"
        }
        _ if message.contains("URL") || message.contains("without a base") => {
            "a whole address, such as https://host:7400"
        }
        _ if message.contains("float literal") => "a number",
        _ if message.contains("digit found") || message.contains("parse integer") => "a whole number",
        _ => expected,
    };
    known.to_owned()
}

/// A parser's complaint as a sentence of its own.
fn wrong_with(message: &str) -> String {
    let quoted = |start: &str| message.strip_prefix(start)?.strip_prefix('`')?.split_once('`');
    if let Some((key, others)) = quoted("unknown field ") {
        return match others.strip_prefix(", expected ") {
            Some(known) => {
                format!("the key {key} is not known: allowed is {}", known.trim_start_matches("one of "))
            }
            None => format!("the key {key} is not known"),
        };
    }
    if let Some((key, _)) = quoted("missing field ") {
        return format!("the key {key} is missing");
    }
    if let Some((key, _)) = quoted("duplicate field ") {
        return format!("the key {key} stands there twice");
    }
    let is_of_a_type = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if is_of_a_type.iter().any(|start| message.starts_with(start)) || message.contains("untagged enum") {
        return format!("a value is not as it should be: wanted is {}", wanted(message));
    }
    if message.contains("too large") || message.contains("too small") {
        return "a number is too large or too small".to_owned();
    }
    // What is left is of the form of TOML itself, which names the sign that is wanted.
    format!("is no TOML: {}", message.trim().replace('\n', ", "))
}
