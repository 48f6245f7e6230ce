//! `jsonl`: our own format, one notification a line in the JSON form of protobuf, described in
//! `services/seamless/IMPORT.md`.

use std::io::BufRead;

use prost_reflect::{Kind as FieldKind, MessageDescriptor};
use seamless_identifiers::{Lines, unseen, visible};
use seamless_proto::seamless::notifications::v1::Notification;
use serde_json::{Value, json};

use crate::import::alert::draft::refused;
use crate::import::alert::{addresses, limits};
use crate::import::messages::proto_json::{self, field_of};
use crate::import::records::json_lines::JsonLines;
use crate::import::records::seems::{self, Kind};
use crate::import::{ReadError, Row, RowError};

/// The type that may be written as a plain string.
const LOCALIZED_TEXT: &str = "seamless.type.v1.LocalizedText";

/// The lines of a file.
pub struct Rows {
    lines: JsonLines,
    notification: MessageDescriptor,
}

impl Rows {
    /// Loads the contract.
    ///
    /// # Errors
    /// Something else than a text; `Contract`, which would be a fault of this program.
    pub fn open(reader: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        let mut reader = reader;
        let lines = [Kind::JsonObject, Kind::JsonArray, Kind::Text];
        seems::expect(&mut reader, &lines, "one notification a line, as JSON")?;
        let notification = proto_json::descriptor("seamless.notifications.v1.Notification")?;
        Ok(Self { lines: JsonLines::new(reader), notification })
    }

    fn read(&self, line: &[u8], remarks: &mut Vec<RowError>) -> Result<Box<Notification>, Vec<RowError>> {
        let mut value = proto_json::object(line)?;
        make_visible("", &mut value, remarks);
        expand(&self.notification, &mut value);
        let message = proto_json::read(&self.notification, &value)?;
        let mut notification: Notification =
            message.transcode_to().map_err(|error| vec![RowError::new("line", error.to_string())])?;
        remarks.extend(addresses::mend(&mut notification));
        let mut errors = limits::broken(&notification);
        let general = notification.general.clone().unwrap_or_default();
        for (field, text) in
            [("general.source", general.source), ("general.source_reference", general.source_reference)]
        {
            if text.is_empty() {
                errors.push(RowError::new(field, "is required for an import"));
            }
        }
        if errors.is_empty() { Ok(Box::new(notification)) } else { Err(errors) }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = match self.lines.next()? {
            Ok(line) => line,
            Err(error) => return Some(Err(error)),
        };
        let place = format!("line {}", line.line);
        Some(Ok(match line.text {
            Ok(text) => {
                let mut remarks = Vec::new();
                let read = self.read(&text, &mut remarks);
                Row { place, read, remarks, raw: line.raw }
            }
            Err(error) => refused(place, error, line.raw),
        }))
    }
}

/// Takes out of every text what nobody sees, and tells where.
fn make_visible(path: &str, value: &mut Value, remarks: &mut Vec<RowError>) {
    match value {
        Value::String(text) => {
            if let Some(found) = unseen(text, Lines::Many) {
                remarks.push(RowError::new(path, format!("{found}; characters of that kind were taken out")));
                *text = visible(text).into_owned();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| make_visible(path, item, remarks)),
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                make_visible(&path, value, remarks);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Writes the long form of every text that is written as a plain string: one English original.
fn expand(message: &MessageDescriptor, value: &mut Value) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let Some(FieldKind::Message(inner)) = field_of(message, name).map(|field| field.kind()) else {
            continue;
        };
        match value {
            Value::String(text) if inner.full_name() == LOCALIZED_TEXT => {
                let original =
                    json!({"languageCode": "en", "text": text, "state": "TRANSLATION_STATE_ORIGINAL"});
                *value = json!({"versions": [original]});
            }
            Value::Array(items) => items.iter_mut().for_each(|item| expand(&inner, item)),
            value => expand(&inner, value),
        }
    }
}
