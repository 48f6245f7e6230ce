//! A declaration as it comes, XML or JSON, into a tree.
//!
//! XML: a document type declaration is refused, and with it every entity that a document could define or fetch from
//! elsewhere; so none is ever expanded beyond the five of the standard and numbers of characters. Prefixes of namespaces are
//! passed over.

use std::io::Read;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use serde_json::Value;

use super::tree::{At, DEEPEST, Tree};
use crate::import::{
    ReadError,
    messages::{
        plain_json::unsound,
        unique_json::{Unique, twice},
    },
    records::{seems::Kind, transcode::Utf8},
};

/// The longest document, in bytes.
pub const LONGEST: usize = 32 << 20;

fn wrong(place: impl Into<String>, why: impl Into<String>) -> ReadError {
    ReadError::form(place, why)
}

/// The tree of a document.
///
/// # Errors
/// It is neither XML nor a JSON object or array, is unsound, too long or too deep, or has a document type declaration.
pub fn tree_of(bytes: &[u8]) -> Result<Tree, ReadError> {
    let start = "start of the file";
    if bytes.len() > LONGEST {
        return Err(wrong(
            start,
            format!("a declaration has at most {LONGEST} bytes; this one has {}", bytes.len()),
        ));
    }
    match Kind::of(bytes) {
        Kind::Xml => xml(bytes),
        Kind::JsonObject | Kind::JsonArray => json(bytes),
        other => Err(wrong(start, format!("wants a declaration as XML or JSON; this seems to be {other}"))),
    }
}

fn xml(bytes: &[u8]) -> Result<Tree, ReadError> {
    let mut text = String::new();
    let source = Box::new(std::io::Cursor::new(bytes.to_vec()));
    let decoded = Utf8::open(source)?.read_to_string(&mut text);
    decoded.map_err(|source| ReadError::Io { place: "start of the file".to_owned(), source })?;
    let mut reader = Reader::from_str(&text);
    let (mut tree, mut open): (Tree, Vec<At>) = (Tree::default(), Vec::new());
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let place = || format!("line {}", text.get(..offset).unwrap_or(&text).matches('\n').count() + 1);
        let refuse = |why: String| wrong(place(), why);
        match reader.read_event().map_err(|error| refuse(format!("is no sound XML: {error}")))? {
            Event::DocType(_) => {
                return Err(refuse(
                    "a document type declaration is refused: it could define entities".to_owned(),
                ));
            }
            Event::Start(tag) => {
                if open.len() >= DEEPEST {
                    return Err(refuse(format!("elements lie deeper than {DEEPEST}")));
                }
                open.push(element(&mut tree, open.last().copied(), &tag).map_err(refuse)?);
            }
            Event::Empty(tag) => {
                element(&mut tree, open.last().copied(), &tag).map_err(refuse)?;
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(said) => {
                let said = said.xml10_content();
                open.last().into_iter().for_each(|at| tree.say(*at, &said));
            }
            Event::CData(said) => {
                let said = said.xml10_content();
                open.last().into_iter().for_each(|at| tree.say(*at, &said));
            }
            Event::GeneralRef(named) => {
                let name = named.xml10_content().into_owned();
                let numbered = named.resolve_char_ref().map_err(|error| refuse(error.to_string()))?;
                let said = numbered
                    .map(String::from)
                    .or_else(|| quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned))
                    .ok_or_else(|| refuse(format!("wants no entity of its own; got &{name};")))?;
                open.last().into_iter().for_each(|at| tree.say(*at, &said));
            }
            Event::Eof if !open.is_empty() => {
                return Err(refuse("the file ends before its outer element does".to_owned()));
            }
            Event::Eof => return Ok(tree),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn element(tree: &mut Tree, parent: Option<At>, tag: &BytesStart<'_>) -> Result<At, String> {
    let unsound = |error: &dyn std::fmt::Display| format!("is no sound XML: {error}");
    let at = tree.add(parent, local(tag.name().as_ref()), "")?;
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| unsound(&error))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| unsound(&error))?;
        tree.add(Some(at), &format!("@{}", local(attribute.key.as_ref())), &value)?;
    }
    Ok(at)
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn json(bytes: &[u8]) -> Result<Tree, ReadError> {
    let start = "start of the file";
    let Unique(value) = serde_json::from_slice(bytes).map_err(|error| match twice(&error) {
        Some(member) => wrong(start, format!("{member} is given twice: wants one value")),
        None => wrong(start, unsound(&error)),
    })?;
    let mut tree = Tree::default();
    let root = tree.add(None, "", "").map_err(|why| wrong(start, why))?;
    put(&mut tree, root, "item", &value, 0).map_err(|why| wrong(start, why))?;
    Ok(tree)
}

/// Puts a value into an element: the members of an object as its parts, each item of a list as a part of its own.
fn put(tree: &mut Tree, at: At, name: &str, value: &Value, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("values lie deeper than {DEEPEST}"));
    }
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::Array(items) => {
                        for item in items {
                            let part = tree.add(Some(at), name, "")?;
                            put(tree, part, name, item, depth + 1)?;
                        }
                    }
                    other => {
                        let part = tree.add(Some(at), name, "")?;
                        put(tree, part, name, other, depth + 1)?;
                    }
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let part = tree.add(Some(at), name, "")?;
                put(tree, part, name, item, depth + 1)?;
            }
        }
        Value::String(text) => tree.say(at, text),
        other => tree.say(at, &other.to_string()),
    }
    Ok(())
}
