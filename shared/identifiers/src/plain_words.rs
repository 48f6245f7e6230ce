//! What a parser says of TOML or JSON that a person wrote, in words for that person.
//!
//! Invariant: no word of a compiler or of a parser's inside gets out, and no line of the text is repeated: it may hold a
//! secret.

use serde_json::error::Category;
use toml::de::DeTable;

/// What is wrong with a text that was to be TOML, with its line and column, which count from 1.
#[must_use]
pub fn toml_fault(text: &str, fault: &toml::de::Error) -> String {
    let wrong = match DeTable::parse(text) {
        Ok(_) => toml_misfit(fault.message()),
        Err(_) => no_toml(fault.message()),
    };
    let Some(before) = fault.span().and_then(|span| text.get(..span.start)) else { return wrong };
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {wrong}")
}

/// What is wrong with the form of a text that was to be TOML, from what its parser says.
#[must_use]
pub fn no_toml(message: &str) -> String {
    if message.contains("too large") || message.contains("too small") {
        return "a number is too large or too small".to_owned();
    }
    // The parser names the sign that is wanted.
    let told = message.trim().replace('\n', ", ").replace(", expected ", ", wanted is ");
    format!("is no TOML: {}", told.replace("literal string", "a text in quotes"))
}

/// Why a text is not the JSON that was wanted, with its place: "it ends in the middle of a value, at column 13". The
/// first line is not named: a file of lines is read line by line, and whoever reads it names the line.
#[must_use]
pub fn json_fault(fault: &serde_json::Error) -> String {
    let why = match fault.classify() {
        Category::Eof => "it ends in the middle of a value",
        Category::Syntax => "a comma, colon, quote or bracket is wrong or missing, or a value is none",
        Category::Data => "a value is missing or of another kind than is wanted there",
        Category::Io => return "it cannot be read to its end".to_owned(),
    };
    let line = if fault.line() > 1 { format!("line {}, ", fault.line()) } else { String::new() };
    format!("{why}, at {line}column {}", fault.column())
}

/// What a key accepts, from what a parser says of a value that it refuses.
#[must_use]
pub fn toml_wanted(message: &str) -> String {
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

/// What is wrong with a value or a key of sound TOML, from what its reader says: what is wanted, and what was got.
#[must_use]
pub fn toml_misfit(message: &str) -> String {
    let quoted = |start: &str| message.strip_prefix(start)?.strip_prefix('`')?.split_once('`');
    if let Some((key, others)) = quoted("unknown field ") {
        return unknown(key, others.strip_prefix(", expected "));
    }
    if let Some(keys) = message.strip_prefix("unexpected keys in table: ") {
        return match keys.split_once(", available keys: ") {
            Some((keys, known)) => unknown(keys, Some(known)),
            None => unknown(keys, None),
        };
    }
    if let Some((key, _)) = quoted("missing field ") {
        return format!("the key {key} is missing");
    }
    if let Some((key, _)) = quoted("duplicate field ") {
        return format!("the key {key} stands there twice");
    }
    if let Some((word, _)) = quoted("unknown variant ") {
        return format!("a word is not known: wanted is {}; got {word}", toml_wanted(message));
    }
    let is_of_a_type = ["invalid type: ", "invalid value: ", "invalid length "];
    if let Some(got) = is_of_a_type.iter().find_map(|start| message.strip_prefix(start)) {
        return format!("a value is not as it should be: wanted is {}{}", toml_wanted(message), kind_of(got));
    }
    if message.contains("untagged enum") {
        return format!("a value is not as it should be: wanted is {}", toml_wanted(message));
    }
    if message.contains("too large") || message.contains("too small") {
        return "a number is too large or too small".to_owned();
    }
    message.trim().replace('\n', ", ")
}

fn unknown(key: &str, known: Option<&str>) -> String {
    match known {
        Some(known) => {
            format!("the key {key} is not known: allowed is {}", known.trim_start_matches("one of "))
        }
        None => format!("the key {key} is not known"),
    }
}

/// Of which kind a value is that was refused; the value itself may be a secret.
fn kind_of(got: &str) -> &'static str {
    let kinds = [
        ("string", "; got a text"),
        ("integer", "; got a whole number"),
        ("floating point", "; got a number with a fraction"),
        ("boolean", "; got true or false"),
        ("sequence", "; got a list"),
        ("map", "; got a table of keys"),
    ];
    kinds.iter().find(|(kind, _)| got.starts_with(kind)).map_or("", |(_, told)| told)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// Words that only those know who wrote a parser.
    const OF_PARSERS: [&str; 9] = [
        "expected a map",
        "struct",
        "invalid",
        "literal",
        "digit",
        "EOF",
        "missing field",
        "untagged",
        "variant",
    ];

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "what is read here is refused")]
    struct Desk {
        name: String,
        seats: u32,
        #[serde(default)]
        lamp: Option<Lamp>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[expect(dead_code, reason = "what is read here is refused")]
    enum Lamp {
        Ceiling,
        Table { watts: u32 },
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_by_place_wanted_and_got() {
        for (text, told) in [
            (
                "name = 'a'\nseats = 'five'",
                "line 2, column 9: a value is not as it should be: wanted is a whole number, 0 or more; got a text",
            ),
            (
                "name = 7\nseats = 5",
                "line 1, column 8: a value is not as it should be: wanted is a text; got a whole number",
            ),
            ("name = 'a'", "line 1, column 1: the key seats is missing"),
            (
                "name = 'a'\nseats = 5\ncolour = 1",
                "line 3, column 1: the key colour is not known: allowed is `name`, `seats`, `lamp`",
            ),
            (
                "name = 'a'\nseats = 5\nlamp = 'floor'",
                "line 3, column 8: a word is not known: wanted is `ceiling` or `table`; got floor",
            ),
            ("name = 'a'\nseats = ", "line 2, column "),
        ] {
            let fault = toml::from_str::<Desk>(text).unwrap_err();
            let got = toml_fault(text, &fault);
            assert!(got.starts_with(told), "{text}: {got}");
            assert_eq!(OF_PARSERS.iter().find(|word| got.contains(**word)), None, "{text}: {got}");
        }
        let half = serde_json::from_str::<Desk>("{\n\"name\": ").unwrap_err();
        assert_eq!(json_fault(&half), "it ends in the middle of a value, at line 2, column 8");
    }
}
