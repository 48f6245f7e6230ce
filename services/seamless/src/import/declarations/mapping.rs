//! Where each field of the contract is looked for in a declaration: data, in `eucdm.toml` or a file in its form.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use prost_reflect::MessageDescriptor;
use seamless_calendar::Zones;
use serde::Deserialize;

use super::{
    paths::{Way, names, stands},
    tree::{At, Tree},
};
use crate::import::messages::columns::{Column, column};

/// The mapping that is used unless another is given.
pub const EUCDM: &str = include_str!("eucdm.toml");

/// A mapping.
#[derive(Clone)]
pub struct Mapping {
    forms: Vec<Form>,
    /// Of times without one.
    pub zone: TimeZone,
}

/// How one kind of document is read.
#[derive(Clone)]
pub struct Form {
    /// What it is, for people.
    pub name: String,
    items: Vec<Vec<String>>,
    number: Vec<Way>,
    /// Each field of the contract, with where it is looked for.
    pub fields: Vec<Field>,
}

/// A field of the contract.
#[derive(Clone)]
pub struct Field {
    /// As the contract names it.
    pub name: String,
    pub column: Column,
    pub ways: Vec<Way>,
    /// What values of declarations are called in the contract.
    pub words: BTreeMap<String, String>,
}

impl Field {
    /// Whether it is looked for beside another field.
    pub fn is_beside(&self) -> bool {
        self.ways.iter().any(|way| way.beside.is_some())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default = "utc")]
    zone: String,
    form: Vec<WrittenForm>,
}

fn utc() -> String {
    "UTC".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForm {
    name: String,
    items: Vec<String>,
    #[serde(default)]
    number: Vec<String>,
    fields: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    words: BTreeMap<String, BTreeMap<String, String>>,
}

impl Mapping {
    /// Reads a mapping whose fields are those of a message.
    ///
    /// # Errors
    /// Everything that is wrong with it, a line each.
    pub fn parse(text: &str, message: &MessageDescriptor) -> Result<Self, String> {
        let written: Written =
            toml::from_str(text).map_err(|fault| seamless_identifiers::toml_fault(text, &fault))?;
        let mut wrong = Vec::new();
        let zone = Zones::bundled().get(&written.zone);
        if zone.is_err() {
            wrong.push(format!("zone: wants a time zone such as Europe/Amsterdam; got {}", written.zone));
        }
        let forms = written.form.into_iter().map(|form| Form::of(form, message, &mut wrong)).collect();
        match (zone, wrong.is_empty()) {
            (Ok(zone), true) => Ok(Self { forms, zone }),
            _ => Err(wrong.join("\n  ")),
        }
    }

    /// The form of a document, and its goods items in their order.
    ///
    /// # Errors
    /// No form has items in it.
    pub fn form_of(&self, tree: &Tree) -> Result<(&Form, Vec<At>), String> {
        let found = self.forms.iter().find_map(|form| {
            let items = form.items_in(tree);
            (!items.is_empty()).then_some((form, items))
        });
        found.ok_or_else(|| {
            let wanted: Vec<&str> = self.forms.iter().map(|form| form.name.as_str()).collect();
            let wanted = wanted.join(" or ");
            format!("wants goods items of an {wanted}, as the mapping names them; there is none")
        })
    }
}

impl Form {
    fn of(written: WrittenForm, message: &MessageDescriptor, wrong: &mut Vec<String>) -> Self {
        let WrittenForm { name, items, number, fields, mut words } = written;
        let mut told = |field: &str, why: String| wrong.push(format!("{name}: {field}: {why}"));
        let mut ways_of = |field: &str, written: &[String]| -> Vec<Way> {
            let ways = written.iter().map(|way| Way::parse(way));
            ways.filter_map(|way| way.map_err(|why| told(field, why)).ok()).collect()
        };
        let number = ways_of("number", &number);
        let mut known = Vec::with_capacity(fields.len());
        let mut unknown = Vec::new();
        for (field, written) in fields {
            let ways = ways_of(&field, &written);
            let Some((path, key)) = column(message, &field) else {
                unknown.push(field);
                continue;
            };
            let words = words.remove(&field).unwrap_or_default();
            known.push(Field {
                column: Column { title: field.clone(), path, key },
                name: field,
                ways,
                words,
            });
        }
        for field in unknown {
            told(&field, "there is no such field".to_owned());
        }
        for field in &known {
            for beside in field.ways.iter().filter_map(|way| way.beside.as_ref()) {
                let is_there = known.iter().any(|one| one.name == *beside && !one.is_beside());
                if !is_there {
                    told(&field.name, format!("{{{beside}}} wants a field that is looked for in the item"));
                }
            }
        }
        for field in words.into_keys() {
            told(&field, "words are for a field that has places".to_owned());
        }
        let items = items.iter().map(|item| names(item));
        let items = items.filter_map(|item| item.map_err(|why| told("items", why)).ok()).collect();
        Self { name, items, number, fields: known }
    }

    /// The elements that are goods items: those of the first name that there are.
    fn items_in(&self, tree: &Tree) -> Vec<At> {
        let of =
            |names: &Vec<String>| -> Vec<At> { tree.all().filter(|at| stands(tree, *at, names)).collect() };
        self.items.iter().map(of).find(|items| !items.is_empty()).unwrap_or_default()
    }

    /// The number that an item gives itself; empty where it gives none.
    pub fn number_of(&self, tree: &Tree, item: At) -> String {
        let found = self.number.iter().find_map(|way| way.within(tree, item).into_iter().next());
        found.map(|(text, _)| text).unwrap_or_default()
    }
}
