//! One record of the Safety Gate's XML, taken apart into its elements.
//!
//! Invariant: what is asked for is remembered, so that what nobody asked for can be told.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::import::alert::draft::is_web_address;
use crate::import::alert::text::{one_line, paragraphs, says_nothing};
use crate::import::records::xml_records::attributes;

/// The texts of a record by the names of its child elements, each with the texts of the leaves below it.
#[derive(Default)]
pub struct Elements {
    texts: BTreeMap<String, Vec<String>>,
    /// References to entities that XML does not define.
    pub unknown_entities: Vec<String>,
    /// The names that were asked for.
    asked: RefCell<BTreeSet<String>>,
}

impl Elements {
    /// The text of an element; several are joined by line breaks.
    pub fn text(&self, name: &str) -> String {
        self.asked.borrow_mut().insert(name.to_owned());
        self.texts.get(name).map(|texts| paragraphs(&texts.join("\n"))).unwrap_or_default()
    }

    /// The text of an element on one line; empty where it only says that nothing is known.
    pub fn word(&self, name: &str) -> String {
        let text = one_line(&self.text(name));
        if says_nothing(&text) { String::new() } else { text }
    }

    /// The texts of an element, as they stand there.
    pub fn all(&self, name: &str) -> &[String] {
        self.asked.borrow_mut().insert(name.to_owned());
        self.texts.get(name).map_or(&[], Vec::as_slice)
    }

    /// What names the record: its reference, or else its case number. A page has one name, in whatever language it was
    /// asked for.
    pub fn key(&self) -> String {
        let reference = self.word("reference");
        match reference.is_empty() {
            true => self.word("caseNumber"),
            false if is_web_address(&reference) => page_key(&reference),
            false => reference,
        }
    }

    /// What the record says beyond what was asked for: name and text.
    pub fn unread(&self) -> Vec<(String, String)> {
        let asked = self.asked.borrow();
        let unread = self.texts.iter().filter(|(name, _)| !asked.contains(*name));
        unread.map(|(name, texts)| (name.clone(), paragraphs(&texts.join("\n")))).collect()
    }
}

/// The address of a page as the Safety Gate gives it in English.
fn page_key(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    let (page, query) = address.split_once('?').unwrap_or((address, ""));
    let is_language = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("lang") || name.eq_ignore_ascii_case("language")
    };
    let parts = || query.split('&').filter(|part| !part.is_empty());
    let mut kept: Vec<&str> = parts().filter(|part| !is_language(part)).collect();
    if parts().any(|part| is_language(&part)) || page.contains("/alertDetail/") {
        kept.push("lang=en");
    }
    let page = page.trim_end_matches('/');
    if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) }
}

/// Takes a record apart.
pub fn elements(record: &str) -> Result<Elements, String> {
    let mut reader = Reader::from_str(record);
    let mut found = Elements::default();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().map_err(|error| format!("is no sound xml: {error}"))? {
            Event::Start(tag) => {
                keep(&mut found, &path, &mut text);
                path.push(local(tag.name().as_ref()));
                keep_attributes(&mut found, &path, &tag);
            }
            Event::Empty(tag) => {
                path.push(local(tag.name().as_ref()));
                keep_attributes(&mut found, &path, &tag);
                path.pop();
            }
            Event::End(_) => {
                keep(&mut found, &path, &mut text);
                path.pop();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content().into_owned();
                let resolved = reference.resolve_char_ref().map_err(|_| {
                    format!("is no sound xml: &{name}; is to name a letter by its number, and does not")
                })?;
                let named = quick_xml::escape::resolve_predefined_entity(&name);
                match (resolved, named) {
                    (Some(letter), _) => text.push(letter),
                    (None, Some(letters)) => text.push_str(letters),
                    (None, None) if name == "nbsp" => text.push(' '),
                    (None, None) => {
                        text.push_str(&format!("&{name};"));
                        found.unknown_entities.push(name);
                    }
                }
            }
            Event::DocType(_) => return Err("a document type declaration is refused".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if path.is_empty() => return Ok(found),
            Event::Eof => return Err("is no sound xml: an element is not closed".to_owned()),
        }
    }
}

/// Keeps the text read so far under the child element that it stands in.
fn keep(found: &mut Elements, path: &[String], text: &mut String) {
    let taken = std::mem::take(text);
    if let Some(child) = path.get(1).or(path.first())
        && !taken.trim().is_empty()
    {
        found.texts.entry(child.clone()).or_default().push(taken);
    }
}

fn keep_attributes(found: &mut Elements, path: &[String], tag: &BytesStart<'_>) {
    for (name, text) in path.last().map(|element| attributes(element, tag)).unwrap_or_default() {
        found.texts.entry(name).or_default().push(text);
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_that_is_not_sound_is_told_by_what_is_wanted_and_what_was_got() {
        for (record, told) in [
            ("<a>&#12three;</a>", "&#12three; is to name a letter by its number, and does not"),
            ("<a>&#x110000;</a>", "&#x110000; is to name a letter"),
            ("<a><b></a>", "`</b>`"),
            ("<a", "`>` not found"),
            ("<a>", "an element is not closed"),
        ] {
            let Err(refusal) = elements(record) else { panic!("{record} is read") };
            assert!(
                refusal.starts_with("is no sound xml: ") && refusal.contains(told),
                "{record}: {refusal}"
            );
            let of_parsers = ["invalid digit", "literal", "EOF", "parse"];
            assert_eq!(of_parsers.iter().find(|word| refusal.contains(**word)), None, "{record}: {refusal}");
        }
    }

    #[test]
    fn a_page_has_one_key_in_every_language() {
        let english = "https://example.org/screen/webReport/alertDetail/10097101?lang=en";
        for address in [
            english,
            &english.replace("lang=en", "lang=fr"),
            &english.replace("?lang=en", ""),
            &english.replace("lang=en", "language=de#top"),
        ] {
            assert_eq!(page_key(address), english, "{address}");
        }
        assert_eq!(page_key("https://example.org/a/?id=7&lang=de"), "https://example.org/a?id=7&lang=en");
        assert_eq!(page_key("https://example.org/a?id=7"), "https://example.org/a?id=7");
    }
}
