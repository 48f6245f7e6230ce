//! The columns of a table whose rows are messages of our contracts: a column is named like its field, with a point
//! before the part of a part: `exporter.name`, `items.commodity_code`. Lists stand in one cell, between semicolons.

use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use seamless_identifiers::{Barcodes, visible};
use serde_json::{Map, Value, json};

use super::proto_json::field_of;
use crate::import::records::header_faults::{HeaderFaults, is_within};
use crate::import::records::letters::letters;
use crate::import::{ReadError, RowError};

/// What stands between the items of a list.
const BETWEEN: char = ';';
/// The fields whose cells are read as barcodes.
const BARCODES: &str = "gtins";
/// What the name of a column begins with that is there for people alone.
const FOR_PEOPLE: char = '#';

/// How the columns of a table are called, and which there must be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Header {
    /// Further names, with the fields that they stand for.
    pub aliases: &'static [(&'static str, &'static str)],
    /// Of each of these lists at least one field, or a part of it.
    pub required: &'static [&'static [&'static str]],
    /// What no row can be without. What is wrong with another field leaves it out, and refuses nothing; none where whatever is
    /// wrong refuses a row.
    pub needed: Option<&'static [&'static str]>,
}

/// The columns of a header.
#[derive(Clone)]
pub struct Columns(Vec<Option<Column>>);

/// What one field is read into.
#[derive(Clone)]
pub struct Column {
    /// As the file calls it.
    pub title: String,
    /// From the message to the field.
    pub path: Vec<FieldDescriptor>,
    /// The key, where the field is a map.
    pub key: Option<String>,
}

impl Columns {
    /// The columns that a header names.
    ///
    /// # Errors
    /// `Header` with every column that the message has not, that says what another one says, or that is missing.
    pub fn of_header(
        message: &MessageDescriptor,
        titles: &[Vec<u8>],
        header: Header,
    ) -> Result<Self, ReadError> {
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(titles.len());
        let mut wrong = HeaderFaults::default();
        let titles: Vec<String> =
            titles.iter().map(|title| String::from_utf8_lossy(title).trim().to_owned()).collect();
        for (index, title) in titles.iter().enumerate() {
            if title.is_empty() || title.starts_with(FOR_PEOPLE) {
                columns.push(None);
                continue;
            }
            let alias = header.aliases.iter().find(|(alias, _)| alias == title);
            let Some((path, key)) = column(message, alias.map_or(title, |(_, name)| name)) else {
                wrong.unknown(title);
                columns.push(None);
                continue;
            };
            let added = Column { title: title.clone(), path, key };
            let before = columns.iter().position(|one| one.as_ref().is_some_and(|one| one.meets(&added)));
            if let Some(at) = before {
                let first = titles.get(at).map_or("", String::as_str);
                wrong.twice((at, first), (index, title), &added.field());
            }
            columns.push(before.is_none().then_some(added));
        }
        let fields: Vec<String> = columns.iter().flatten().map(Column::field).collect();
        for wanted in header.required {
            let is_met =
                |field: &String| wanted.iter().any(|one| is_within(field, one) || is_within(one, field));
            if !fields.iter().any(is_met) {
                wrong.missing(wanted, header.aliases);
            }
        }
        wrong.none_or(titles.into_iter()).map(|()| Self(columns))
    }

    /// What the file calls this field of a row: by its column, where it has one for the field or for what the field is a
    /// part of. A row has one item of a list of parts; of a list in one cell, `[2]` says which.
    pub fn title_of(&self, field: &str) -> Option<String> {
        let steps: Vec<(&str, &str)> =
            field.split('.').map(|step| step.find('[').map_or((step, ""), |at| step.split_at(at))).collect();
        let names: Vec<&str> = steps.iter().map(|(name, _)| *name).collect();
        let columns = self.0.iter().flatten();
        let (column, length) = columns
            .filter_map(|column| {
                let length = column.field().split('.').count();
                let is_it = names.get(..length).is_some_and(|names| names.join(".") == column.field());
                is_it.then_some((column, length))
            })
            .max_by_key(|(_, length)| *length)?;
        let place = length.checked_sub(1).and_then(|last| steps.get(last)).map_or("", |(_, place)| *place);
        let rest = steps.iter().skip(length).map(|(name, place)| format!(".{name}{place}"));
        Some(format!("{}{place}{}", column.title, rest.collect::<String>()))
    }

    /// The row as an object, and every cell that is no text, or has not the form that its field wants. Empty cells say
    /// nothing.
    pub fn object(&self, cells: &[Vec<u8>]) -> (Value, Vec<RowError>) {
        let mut object = Map::new();
        let mut errors = Vec::new();
        for (column, cell) in self.0.iter().zip(cells) {
            let Some(column) = column else { continue };
            let put = letters(cell).and_then(|text| {
                let text = visible(&text);
                match text.trim() {
                    "" => Ok(()),
                    text => column.put(&mut object, text),
                }
            });
            errors.extend(put.err().map(|why| RowError::new(column.title.clone(), why)));
        }
        (Value::Object(object), errors)
    }
}

/// From a message to the field with this name, and the key, where the field is a map; none if there is no such field.
pub fn column(message: &MessageDescriptor, name: &str) -> Option<(Vec<FieldDescriptor>, Option<String>)> {
    let mut path = Vec::new();
    let mut message = message.clone();
    let mut parts = name.split('.');
    while let Some(part) = parts.next() {
        let field = field_of(&message, part)?;
        if field.is_map() {
            let key = parts.next()?.to_owned();
            path.push(field);
            return parts.next().is_none().then_some((path, Some(key)));
        }
        let kind = field.kind();
        path.push(field);
        if let Kind::Message(inner) = kind {
            message = inner;
        } else {
            return parts.next().is_none().then_some((path, None));
        }
    }
    Some((path, None))
}

impl Column {
    /// What it says, as the contract names it: `exporter.name`, `features.declarant`.
    fn field(&self) -> String {
        let names: Vec<&str> =
            self.path.iter().map(FieldDescriptor::name).chain(self.key.as_deref()).collect();
        names.join(".")
    }

    /// Whether both say the same, or one a part of what the other says.
    fn meets(&self, other: &Self) -> bool {
        let (field, other) = (self.field(), other.field());
        is_within(&field, &other) || is_within(&other, &field)
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.path.last().is_some_and(FieldDescriptor::is_list)
    }

    /// Whether it is a time.
    pub fn is_time(&self) -> bool {
        let kind = self.path.last().map(FieldDescriptor::kind);
        matches!(kind, Some(Kind::Message(message)) if message.full_name() == "google.protobuf.Timestamp")
    }

    /// Puts what a cell says into an object.
    ///
    /// # Errors
    /// It has not the form that the field wants. Of barcodes those are put that are some.
    pub fn put(&self, object: &mut Map<String, Value>, text: &str) -> Result<(), String> {
        let Some((field, way)) = self.path.split_last() else { return Ok(()) };
        let mut at = object;
        for step in way {
            // Of a list within a row there is one item.
            let empty = || if step.is_list() { json!([{}]) } else { json!({}) };
            let next = at.entry(step.json_name()).or_insert_with(empty);
            let next = if let Value::Array(items) = next { items.first_mut() } else { Some(next) };
            at = next.and_then(Value::as_object_mut).ok_or("stands beside a column for the whole of it")?;
        }
        let name = field.json_name().to_owned();
        let value = match &self.key {
            Some(key) => {
                let map = at.entry(name).or_insert_with(|| json!({}));
                if let Some(map) = map.as_object_mut() {
                    map.insert(key.clone(), Value::String(text.to_owned()));
                }
                return Ok(());
            }
            None if field.is_list() && field.name() == BARCODES => {
                let found = Barcodes::of_field(text);
                let gtins = found.gtins.iter().map(|gtin| Value::String(gtin.to_string()));
                at.insert(name, Value::Array(gtins.collect()));
                return match found.unparsed.first() {
                    Some(wrong) => Err(format!("holds a barcode that is no GTIN: {wrong:?}")),
                    None => Ok(()),
                };
            }
            None if field.is_list() => {
                let items = text.split(BETWEEN).map(str::trim).filter(|item| !item.is_empty());
                Value::Array(items.map(|item| cell(&field.kind(), item)).collect::<Result<_, _>>()?)
            }
            None => cell(&field.kind(), text)?,
        };
        at.insert(name, value);
        Ok(())
    }
}

/// What a cell says.
fn cell(kind: &Kind, text: &str) -> Result<Value, String> {
    Ok(match kind {
        Kind::Enum(values) => Value::String(value_name(values, text)?),
        Kind::Bool => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Value::Bool(true),
            "false" | "no" | "0" => Value::Bool(false),
            _ => return Err(format!("wants true or false; got {text:?}")),
        },
        Kind::Message(message) => match message.full_name() {
            "google.protobuf.Timestamp" => {
                let time: jiff::Timestamp = text
                    .parse()
                    .map_err(|_| format!("wants a time such as 2026-11-21T09:30:00Z; got {text:?}"))?;
                Value::String(time.to_string())
            }
            "seamless.type.v1.CivilDate" => {
                let day: jiff::civil::Date =
                    text.parse().map_err(|_| format!("wants a day such as 2026-11-21; got {text:?}"))?;
                json!({"year": day.year(), "month": day.month(), "day": day.day()})
            }
            "seamless.consignments.v1.CertificateReference" => {
                let mut parts = text.splitn(3, '/');
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(body), Some(certificate), version) => {
                        let version = version.unwrap_or("0");
                        json!({"inspectionBody": body, "certificateId": certificate, "version": version})
                    }
                    _ => {
                        return Err(format!(
                            "wants BODY/CERTIFICATE or BODY/CERTIFICATE/VERSION; got {text:?}"
                        ));
                    }
                }
            }
            _ => match message.get_field(1) {
                Some(first) => json!({first.json_name(): text}),
                None => return Err("has nothing that a cell could say".to_owned()),
            },
        },
        _ => Value::String(text.to_owned()),
    })
}

/// The name of an enumeration's value: `sea` stands for `TRANSPORT_MODE_SEA`.
fn value_name(values: &EnumDescriptor, text: &str) -> Result<String, String> {
    let word = text.to_uppercase().replace(['-', ' '], "_");
    let zero = values.default_value();
    let prefix = zero.name().trim_end_matches("UNSPECIFIED").to_owned();
    let name = [word.clone(), format!("{prefix}{word}")];
    name.into_iter().find(|name| values.get_value_by_name(name).is_some()).ok_or_else(|| {
        let known = values.values().skip(1);
        let known: Vec<String> = known
            .map(|value| value.name().trim_start_matches(&prefix).to_lowercase().replace('_', "-"))
            .collect();
        format!("wants one of {}; got {text:?}", known.join(", "))
    })
}
