//! One recall of the CPSC, in whatever shape its values come: the service gives lists of objects, copies of it give an
//! object or a text where there is one only.
//!
//! Invariant: what is asked for is remembered, so that what nobody asked for can be told.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::import::alert::text::paragraphs;

/// One recall. Absent, `null` and empty are the same.
pub struct Recall {
    members: Map<String, Value>,
    /// Paths that were asked for: `Title`, `Products.Name`.
    asked: RefCell<BTreeSet<String>>,
}

impl Recall {
    /// The recall that an object tells.
    pub fn new(members: Map<String, Value>) -> Self {
        Self { members, asked: RefCell::new(BTreeSet::new()) }
    }

    /// A text or number as text; of several, a line each.
    pub fn text(&self, name: &str) -> String {
        self.ask(name.to_owned());
        let mut texts = Vec::new();
        if let Some(value) = self.members.get(name) {
            scalars(value, &mut texts);
        }
        texts.join("\n")
    }

    /// One member of each object in a list, without empty ones. A text in the place of an object, or of the list, is its
    /// chief member.
    pub fn list(&self, name: &str, member: &str) -> Vec<String> {
        self.ask(format!("{name}.{member}"));
        let mut texts = Vec::new();
        for item in self.items(name) {
            match item {
                Value::Object(members) => {
                    if let Some(value) = members.get(member) {
                        scalars(value, &mut texts);
                    }
                }
                text if member == chief_member(name) => scalars(text, &mut texts),
                _ => {}
            }
        }
        texts
    }

    /// Two members of each object in a list, the first never empty; a text in the place of an object is the first.
    pub fn pairs(&self, name: &str, members: [&str; 2]) -> Vec<[String; 2]> {
        members.iter().for_each(|member| self.ask(format!("{name}.{member}")));
        let text = |value: &Value| {
            let mut texts = Vec::new();
            scalars(value, &mut texts);
            texts.join("\n")
        };
        let pair = |item: &Value| match item {
            Value::Object(object) => members.map(|member| object.get(member).map(text).unwrap_or_default()),
            other => [text(other), String::new()],
        };
        let pairs = self.items(name).into_iter().map(pair);
        pairs.filter(|[first, second]| !first.is_empty() || !second.is_empty()).collect()
    }

    /// What the recall says beyond what was asked for: path and text.
    pub fn unread(&self) -> Vec<(String, String)> {
        let asked = self.asked.borrow();
        let mut unread = Vec::new();
        let mut tell = |name: &str, member: &str, value: &Value, is_own: bool| {
            let mut texts = Vec::new();
            scalars(value, &mut texts);
            let path = format!("{name}.{member}");
            if !texts.is_empty() && !asked.contains(&path) {
                unread.push((if is_own { path } else { name.to_owned() }, texts.join("; ")));
            }
        };
        for (name, value) in &self.members {
            if asked.contains(name) {
                continue;
            }
            for item in flat(value) {
                match item {
                    Value::Object(members) => {
                        members.iter().for_each(|(member, value)| tell(name, member, value, true));
                    }
                    other => tell(name, chief_member(name), other, false),
                }
            }
        }
        unread
    }

    fn ask(&self, path: String) {
        self.asked.borrow_mut().insert(path);
    }

    fn items(&self, name: &str) -> Vec<&Value> {
        self.members.get(name).map(flat).unwrap_or_default()
    }
}

/// The member of a list's objects that a text in the place of one says.
fn chief_member(name: &str) -> &'static str {
    match name {
        "Images" | "Inconjunctions" => "URL",
        "ManufacturerCountries" => "Country",
        "ProductUPCs" => "UPC",
        "RemedyOptions" => "Option",
        _ => "Name",
    }
}

/// The items of a list, of lists in it, or the one value that stands in its place.
fn flat(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// Every text and number in a value, without empty ones.
fn scalars(value: &Value, texts: &mut Vec<String>) {
    let text = match value {
        Value::String(text) => paragraphs(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => String::new(),
        Value::Array(items) => return items.iter().for_each(|item| scalars(item, texts)),
        Value::Object(members) => return members.values().for_each(|member| scalars(member, texts)),
    };
    if !text.trim().is_empty() {
        texts.push(text);
    }
}
