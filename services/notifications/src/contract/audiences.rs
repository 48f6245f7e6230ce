//! What the contract declares of a notification's fields, as the domain asks for it.

use std::sync::OnceLock;

use prost::{
    DecodeError, Message,
    encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field},
};
use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, ReflectMessage, Value};
use seamless_disclosure::{Audience, Disclose, View};
use seamless_labels::{Label, Labelled};
use seamless_vocabulary::Vocabulary;

use super::{
    content_out, notification_out,
    update_mask::{self, notification_descriptor},
};
use crate::domain::{
    audiences::FieldAudiences,
    model::{Content, Notification, ProductCategory, RiskType},
    search::ShownText,
};

/// The package of what stands for one value, whatever it is made of: shown or hidden as a whole.
const VALUES: &str = "google.protobuf";
/// How deep the contract's messages lie within each other at most; it has no cycles.
const DEEPEST: usize = 12;
/// Texts that nobody searches for: keys, codes and links. Naming a field here makes it found by nobody; whom a field is
/// shown to is not decided here.
const NOT_SEARCHED: [&str; 23] = [
    "name",
    "uid",
    "etag",
    "originator",
    "disclosures",
    "findings",
    "duplicate_of",
    "general.notifying_country",
    "general.source",
    "general.source_url",
    "general.follow_up_to.notification",
    "general.follow_up_to.foreign_alert.url",
    "general.joint_alerts.url",
    "general.reacting_countries",
    "system",
    "product.pictures.uri",
    "product.units.country",
    "traceability.country_of_origin",
    "traceability.additional_countries_of_origin",
    "traceability.destinations",
    "traceability.operators.country",
    "measures.consumer_url",
    "language_code",
];

/// The declarations of `seamless.notifications.v1.Notification`.
pub struct ContractAudiences;

impl FieldAudiences for ContractAudiences {
    fn audience(&self, path: &str) -> Option<Audience> {
        seamless_proto::audience_of("seamless.notifications.v1.Notification", path)
    }

    fn leaves(&self, content: Option<&Content>) -> Vec<String> {
        let mut leaves = Vec::new();
        match content.map(content_out).map(|message| update_mask::as_dynamic(&message)) {
            Some(Ok(message)) => collect_set(&message, "", &mut leaves),
            // Without a content that can be read, every field may be meant: that orders too much rather than too little.
            Some(Err(_)) | None => {
                if let Ok(descriptor) = update_mask::notification_descriptor() {
                    collect_known(&descriptor, "", DEEPEST, &mut leaves);
                }
            }
        }
        leaves.sort();
        leaves.dedup();
        leaves
    }

    fn shown_texts(&self, notification: &Notification, view: &View<'_>) -> Vec<ShownText> {
        let mut message = notification_out(notification);
        message.redact_for(view);
        let mut texts = Vec::new();
        // What was just encoded can be read.
        let _ = shape().collect(&message.encode_to_vec(), &mut texts);
        let mut label = |path: &str, label: Option<Label>| {
            for text in label.into_iter().flat_map(|label| [label.english, label.chinese]) {
                texts.push(ShownText { path: path.to_owned(), text: text.to_owned() });
            }
        };
        let category =
            message.product.as_ref().and_then(|product| ProductCategory::from_number(product.category));
        label("product.category", category.map(Labelled::label));
        for risk_type in message.risk.iter().flat_map(|risk| &risk.types) {
            label("risk.types", RiskType::from_number(*risk_type).map(Labelled::label));
        }
        texts
    }
}

fn is_value(message: &MessageDescriptor) -> bool {
    message.package_name() == VALUES
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn collect_known(message: &MessageDescriptor, at: &str, depth: usize, leaves: &mut Vec<String>) {
    for field in message.fields() {
        let path = below(at, field.name());
        match field.kind() {
            Kind::Message(inner) if !is_value(&inner) && depth > 0 => {
                collect_known(&inner, &path, depth - 1, leaves);
            }
            _ => leaves.push(path),
        }
    }
}

fn collect_set(message: &DynamicMessage, at: &str, leaves: &mut Vec<String>) {
    for (field, value) in message.fields() {
        let path = below(at, field.name());
        let mut walk = |value: &Value| match value {
            Value::Message(inner) if !is_value(&inner.descriptor()) => collect_set(inner, &path, leaves),
            _ => leaves.push(path.clone()),
        };
        match value {
            Value::List(items) => items.iter().for_each(walk),
            one => walk(one),
        }
    }
}

/// Where a message of the contract has texts: learnt from the descriptor once, so that a walk through the bytes of a
/// message finds all of them, those of later fields too.
struct Shape {
    /// By number.
    fields: Vec<Field>,
}

enum Field {
    Skipped,
    Text { path: String },
    Message(Box<Shape>),
}

fn shape() -> &'static Shape {
    static SHAPE: OnceLock<Shape> = OnceLock::new();
    SHAPE.get_or_init(|| match notification_descriptor() {
        Ok(descriptor) => Shape::of(&descriptor, ""),
        Err(_) => Shape { fields: Vec::new() },
    })
}

impl Shape {
    fn of(message: &MessageDescriptor, at: &str) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        for field in message.fields() {
            let path = if at.is_empty() { field.name().to_owned() } else { format!("{at}.{}", field.name()) };
            let is_searched =
                !NOT_SEARCHED.iter().any(|skipped| *skipped == path || *skipped == field.name());
            let kind = match field.kind() {
                _ if !is_searched || field.is_map() => Field::Skipped,
                Kind::String => Field::Text { path },
                Kind::Message(below) => Field::Message(Box::new(Self::of(&below, &path))),
                _ => Field::Skipped,
            };
            let number = field.number() as usize;
            while fields.len() <= number {
                fields.push(Field::Skipped);
            }
            fields[number] = kind;
        }
        Self { fields }
    }

    /// Adds the texts in the bytes of a message, in the order of their fields.
    fn collect(&self, mut bytes: &[u8], texts: &mut Vec<ShownText>) -> Result<(), DecodeError> {
        while !bytes.is_empty() {
            let (number, wire_type) = decode_key(&mut bytes)?;
            let field = self.fields.get(number as usize).unwrap_or(&Field::Skipped);
            if wire_type != WireType::LengthDelimited || matches!(field, Field::Skipped) {
                skip_field(wire_type, number, &mut bytes, DecodeContext::default())?;
                continue;
            }
            let length = usize::try_from(decode_varint(&mut bytes)?).unwrap_or(usize::MAX);
            let (value, rest) = bytes.split_at(length.min(bytes.len()));
            bytes = rest;
            match field {
                Field::Skipped => {}
                Field::Message(below) => below.collect(value, texts)?,
                Field::Text { path } => texts.push(ShownText {
                    path: path.clone(),
                    text: String::from_utf8_lossy(value).into_owned(),
                }),
            }
        }
        Ok(())
    }
}
