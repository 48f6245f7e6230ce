//! `jsonl`: our own format, one notification a line in the JSON form of protobuf, described in
//! `services/seamless/IMPORT.md`.

use std::io::BufRead;

use prost_reflect::{
    DescriptorPool, DeserializeOptions, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor,
};
use seamless_proto::seamless::notifications::v1::Notification;
use serde_json::{Value, json};

use super::bounded::{Taken, raw_text, read_line};
use super::draft::refused;
use super::{ReadError, Row, RowError, limits};

/// The type that may be written as a plain string.
const LOCALIZED_TEXT: &str = "seamless.type.v1.LocalizedText";

/// The lines of a file.
pub struct Rows {
    reader: Box<dyn BufRead + Send>,
    notification: MessageDescriptor,
    line: u64,
}

impl Rows {
    /// Loads the contract.
    ///
    /// # Errors
    /// `Contract`, which would be a fault of this program.
    pub fn open(reader: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        let pool = DescriptorPool::decode(seamless_proto::DESCRIPTORS)
            .map_err(|error| ReadError::Contract(error.to_string()))?;
        let notification = pool
            .get_message_by_name("seamless.notifications.v1.Notification")
            .ok_or_else(|| ReadError::Contract("it has no notification".to_owned()))?;
        Ok(Self { reader, notification, line: 0 })
    }

    fn read(&self, line: &[u8]) -> Result<Box<Notification>, Vec<RowError>> {
        let refuse = |why: String| vec![RowError::new("line", why)];
        let mut value: Value =
            serde_json::from_slice(line).map_err(|error| refuse(format!("is no sound json: {error}")))?;
        if !value.is_object() {
            return Err(refuse("is no object".to_owned()));
        }
        expand(&self.notification, &mut value);
        let message = match parse(&self.notification, &value) {
            Ok(message) => message,
            Err(error) => {
                let mut found = Vec::new();
                locate(&self.notification, &value, "", &mut found);
                return Err(if found.is_empty() { refuse(error) } else { found });
            }
        };
        let notification: Notification = message.transcode_to().map_err(|error| refuse(error.to_string()))?;
        let mut errors = limits::broken(&notification);
        let general = notification.general.clone().unwrap_or_default();
        for (field, text) in
            [("general.source", general.source), ("general.sourceReference", general.source_reference)]
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
        let mut line = Vec::new();
        loop {
            self.line += 1;
            let place = format!("line {}", self.line);
            let taken = match read_line(&mut self.reader, &mut line) {
                Ok(taken) => taken,
                Err(source) => return Some(Err(ReadError::Io { place, source })),
            };
            match taken {
                Taken::End => return None,
                Taken::TooLong => {
                    let error = RowError::new("line", "is longer than 1 MiB");
                    return Some(Ok(refused(place, error, raw_text(&line))));
                }
                Taken::Whole => {}
            }
            let mark = if self.line == 1 { b"\xef\xbb\xbf".as_slice() } else { b"" };
            let text = line.strip_prefix(mark).unwrap_or(&line).trim_ascii();
            if !text.is_empty() {
                return Some(Ok(Row {
                    place,
                    read: self.read(text),
                    remarks: Vec::new(),
                    raw: raw_text(text),
                }));
            }
        }
    }
}

fn parse(message: &MessageDescriptor, value: &Value) -> Result<DynamicMessage, String> {
    let options = DeserializeOptions::new().deny_unknown_fields(true);
    DynamicMessage::deserialize_with_options(message.clone(), value, &options)
        .map_err(|error| error.to_string())
}

fn field_of(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message.get_field_by_json_name(name).or_else(|| message.get_field_by_name(name))
}

/// Writes the long form of every text that is written as a plain string: one English original.
fn expand(message: &MessageDescriptor, value: &mut Value) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let Some(Kind::Message(inner)) = field_of(message, name).map(|field| field.kind()) else { continue };
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

/// Finds the fields that cannot be parsed: each on its own, the deepest that fails.
fn locate(message: &MessageDescriptor, value: &Value, at: &str, found: &mut Vec<RowError>) {
    let Value::Object(members) = value else {
        found.push(RowError::new(at, "wants an object"));
        return;
    };
    for (name, value) in members {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        let Err(error) = parse(message, &json!({name: value})) else { continue };
        let before = found.len();
        if let Some(field) = field_of(message, name)
            && let Kind::Message(inner) = field.kind()
            && inner.full_name().starts_with("seamless.")
        {
            match value {
                Value::Array(items) if field.is_list() => {
                    for (index, item) in items.iter().enumerate() {
                        if parse(&inner, item).is_err() {
                            locate(&inner, item, &format!("{path}[{index}]"), found);
                        }
                    }
                }
                Value::Object(_) if !field.is_list() => locate(&inner, value, &path, found),
                _ => {}
            }
        }
        if found.len() == before {
            found.push(RowError::new(path, error));
        }
    }
}
