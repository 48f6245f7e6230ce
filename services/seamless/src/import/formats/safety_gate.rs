//! `safety-gate-xml`: the weekly XML of the Safety Gate. Its mapping is described in `services/seamless/IMPORT.md`.

use std::collections::BTreeMap;
use std::io::BufRead;

use quick_xml::{Reader, events::Event};
use seamless_identifiers::CountryCode;
use seamless_proto::seamless::notifications::v1::{
    Listing, Measure, MeasureAction, NotificationType, ProductCategory, RiskLevel,
};
use seamless_proto::seamless::r#type::v1::{CivilDate, CivilDateRange};

use crate::import::alert::draft::{Draft, append, civil_date, english, excerpt, refused, web_address};
use crate::import::alert::text::{hold, one_line, paragraphs, says_nothing, words};
use crate::import::alert::{barcodes, categories, measures, models, risks};
use crate::import::records::bounded::{Taken, raw_text};
use crate::import::records::xml_records::XmlRecords;
use crate::import::{ReadError, Row, RowError};

/// The system's name in `general.source`.
const SOURCE: &str = "safety-gate";

/// The notifications of a file.
pub struct Rows {
    records: XmlRecords,
}

impl Rows {
    /// Finds the encoding out.
    ///
    /// # Errors
    /// An unknown encoding.
    pub fn open(reader: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        Ok(Self { records: XmlRecords::open(reader)? })
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let taken = match self.records.next() {
            Ok(taken) => taken,
            Err(error) => return Some(Err(error)),
        };
        let place = format!("record {}", self.records.count());
        let raw = raw_text(self.records.record());
        let refuse =
            |why: String| Some(Ok(refused(place.clone(), RowError::new("record", why), raw.clone())));
        match taken {
            Taken::End => return None,
            Taken::TooLong => return refuse("is longer than 1 MiB".to_owned()),
            Taken::Whole => {}
        }
        // The scanner gives UTF-8, but a record may have been cut out at a broken tag.
        match elements(&String::from_utf8_lossy(self.records.record())) {
            Ok(elements) => {
                let key = elements.key();
                let place = if key.is_empty() { place } else { format!("{place} ({key})") };
                Some(Ok(read(&elements, self.records.about_all()).finish(place, raw)))
            }
            Err(why) => refuse(why),
        }
    }
}

/// The texts of a record by the names of its child elements, each with the texts of the leaves below it.
#[derive(Default)]
struct Elements {
    texts: BTreeMap<String, Vec<String>>,
    /// References to entities that XML does not define.
    unknown_entities: Vec<String>,
}

impl Elements {
    /// The text of an element; several are joined by line breaks.
    fn text(&self, name: &str) -> String {
        self.texts.get(name).map(|texts| paragraphs(&texts.join("\n"))).unwrap_or_default()
    }

    /// The text of an element on one line; empty where it only says that nothing is known.
    fn word(&self, name: &str) -> String {
        let text = one_line(&self.text(name));
        if says_nothing(&text) { String::new() } else { text }
    }

    fn all(&self, name: &str) -> &[String] {
        self.texts.get(name).map_or(&[], Vec::as_slice)
    }

    /// What names the record: its reference, or else its case number.
    fn key(&self) -> String {
        let reference = self.word("reference");
        if reference.is_empty() { self.word("caseNumber") } else { reference }
    }
}

/// Takes a record apart.
fn elements(record: &str) -> Result<Elements, String> {
    let mut reader = Reader::from_str(record);
    let mut found = Elements::default();
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().map_err(|error| format!("is no sound xml: {error}"))? {
            Event::Start(tag) => {
                keep(&mut found, &path, &mut text);
                path.push(local(tag.name().as_ref()));
            }
            Event::Empty(_) => {}
            Event::End(_) => {
                keep(&mut found, &path, &mut text);
                path.pop();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::CData(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content().into_owned();
                let resolved =
                    reference.resolve_char_ref().map_err(|error| format!("is no sound xml: {error}"))?;
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
    if let Some(child) = path.get(1)
        && !taken.trim().is_empty()
    {
        found.texts.entry(child.clone()).or_default().push(taken);
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn read(elements: &Elements, about_all: &BTreeMap<String, String>) -> Draft {
    let mut draft = Draft::default();
    for entity in &elements.unknown_entities {
        draft
            .remark("record", format!("refers to the entity {}, which xml does not define", excerpt(entity)));
    }
    general(&mut draft, elements, about_all);
    product(&mut draft, elements);
    risk(&mut draft, elements);
    measures_taken(&mut draft, elements);
    online(&mut draft, elements);
    draft.origin("countryOfOrigin", &elements.text("countryOfOrigin"));
    draft
}

fn general(draft: &mut Draft, elements: &Elements, about_all: &BTreeMap<String, String>) {
    draft.general.source = SOURCE.to_owned();
    draft.general.source_reference = elements.key();
    if draft.general.source_reference.is_empty() {
        draft.error("reference", "is missing, and caseNumber as well");
    }
    let case = elements.word("caseNumber");
    draft.general.reference = if case.is_empty() { elements.word("reference") } else { case };
    let country = elements.word("notifyingCountry");
    match CountryCode::from_name(&country) {
        Some(code) => draft.general.notifying_country = code.to_string(),
        None => draft.remark("notifyingCountry", format!("names no country: {}", excerpt(&country))),
    }
    let outside = |name: &str| about_all.get(name).map_or("", String::as_str);
    let number = |name: &str| outside(name).parse::<i32>().ok();
    let own = elements.text("publicationDate");
    let own = if own.is_empty() { outside("publicationDate").to_owned() } else { own };
    draft.general.publication_date = civil_date(&own).or_else(|| {
        let (year, month, day) = (number("year")?, number("month").unwrap_or(0), number("day").unwrap_or(0));
        civil_date(&format!("{year:04}-{:02}-{:02}", month.max(1), day.max(1)))?;
        Some(CivilDate { year, month, day: if month == 0 { 0 } else { day } })
    });
    if draft.general.publication_date.is_none() && !own.is_empty() {
        draft.remark("publicationDate", format!("is no date: {}", excerpt(&own)));
    }

    // The kind stands in words, or in the beginning of the case number.
    let said = words(&format!("{} {}", elements.text("type"), elements.text("level")));
    let reference = &draft.general.reference;
    let begins = |starts: &[&str]| starts.iter().any(|start| reference.starts_with(start));
    let (kind, level) = if hold(&said, "less than serious") || hold(&said, "other risk") {
        (NotificationType::OtherRisk, RiskLevel::Unspecified)
    } else if hold(&said, "serious") {
        (NotificationType::SeriousRisk, RiskLevel::Serious)
    } else if hold(&said, "information") || begins(&["INFO"]) {
        (NotificationType::ForInformation, RiskLevel::Unspecified)
    } else if begins(&["SR", "A12"]) {
        (NotificationType::SeriousRisk, RiskLevel::Serious)
    } else if begins(&["OR", "A11"]) {
        (NotificationType::OtherRisk, RiskLevel::Unspecified)
    } else {
        (NotificationType::Unspecified, RiskLevel::Unspecified)
    };
    let named = [("high", RiskLevel::High), ("medium", RiskLevel::Medium), ("low", RiskLevel::Low)];
    let named = named.iter().find(|(word, _)| hold(&said, word)).map(|(_, level)| *level);
    if kind == NotificationType::Unspecified {
        draft.remark("type", format!("tells no type of notification: {}", excerpt(said.trim())));
    }
    draft.general.set_type(kind);
    draft.risk.set_level(if level == RiskLevel::Unspecified { named.unwrap_or(level) } else { level });
}

fn product(draft: &mut Draft, elements: &Elements) {
    let (kind, name) = (elements.word("product"), elements.word("name"));
    let whole = match (kind.is_empty(), name.is_empty() || words(&kind) == words(&name)) {
        (true, _) => name,
        (false, true) => kind,
        (false, false) => format!("{kind} - {name}"),
    };
    draft.product.product_name = english(whole);
    draft.product.brand = elements.word("brand");
    draft.product.description = english(elements.text("description"));

    let found = models::split(&elements.text("type_numberOfModel"));
    draft.product.models = found.models;
    draft.product.batch_numbers = found.batches;
    let mut covered = found.sentence;
    let batches = models::split(&elements.text("batchNumber"));
    for batch in batches.models.into_iter().chain(batches.batches) {
        if !draft.product.batch_numbers.contains(&batch) {
            draft.product.batch_numbers.push(batch);
        }
    }
    append(&mut covered, &batches.sentence);
    let codes = barcodes::list(&elements.text("barcode"));
    for code in &codes.unparsed {
        draft.remark("barcode", format!("is no gtin: {}", excerpt(code)));
    }
    draft.product.gtins = codes.gtins;
    draft.product.unparsed_barcodes = codes.unparsed;

    let made = elements.word("productionDates");
    match dates(&made) {
        Some(range) => draft.product.production_dates = Some(range),
        None if !made.is_empty() => append(&mut covered, &format!("Produced: {made}")),
        None => {}
    }
    let code = elements.word("companyRecallCode");
    if !code.is_empty() {
        append(&mut covered, &format!("Company recall code: {code}"));
    }
    draft.product.items_covered = covered;

    let category = elements.word("category");
    match categories::by_name(&category) {
        Some(known) => draft.product.set_category(known),
        None => {
            draft.remark("category", format!("is no known category: {}", excerpt(&category)));
            draft.product.set_category(ProductCategory::Other);
            draft.product.category_note = category;
        }
    }
    for picture in elements.all("pictures").iter().chain(elements.all("picture")) {
        for uri in picture.split_whitespace() {
            draft.picture("pictures", uri, String::new());
        }
    }
}

/// One date or two.
fn dates(text: &str) -> Option<CivilDateRange> {
    let mut found = text.split([' ', ',', ';', '–']).filter_map(civil_date);
    let (start, end) = (found.next()?, found.next());
    let end = end.unwrap_or(start);
    let key = |date: &CivilDate| (date.year, date.month, date.day);
    // Anything more than the dates would be lost.
    let only_dates = !text.contains(|letter: char| letter.is_alphabetic() && !matches!(letter, 'T' | 'Z'));
    (found.next().is_none() && key(&start) <= key(&end) && only_dates)
        .then_some(CivilDateRange { start: Some(start), end: Some(end) })
}

fn risk(draft: &mut Draft, elements: &Elements) {
    let named = elements.word("riskType");
    let (types, all_known) = risks::by_names(&named);
    if !all_known {
        draft.remark("riskType", format!("has words that name no risk type: {}", excerpt(&named)));
        draft.risk.type_note = named;
    } else if types.is_empty() {
        draft.remark("riskType", "is empty");
    }
    draft.risk.types = types;
    let danger = elements.text("danger");
    // Provisions stand in sentences of their own at the end of the text, where they stay as well.
    for sentence in danger.split_inclusive(['.', '\n']).map(one_line) {
        if sentence.contains("not comply with") && sentence.chars().count() <= 500 {
            draft.risk.provisions_not_met.push(sentence);
        }
    }
    draft.risk.description = english(danger);
}

fn measures_taken(draft: &mut Draft, elements: &Elements) {
    let told = elements.text("measures");
    draft.measures = measures::parse(&told);
    let url = elements.word("URLrecall");
    if url.is_empty() {
        return;
    }
    let Some(url) = web_address(&url) else {
        draft.remark("URLrecall", format!("is no http or https address: {}", excerpt(&url)));
        return;
    };
    let recall = |measure: &&mut Measure| measure.action() == MeasureAction::RecallFromEndUsers;
    match draft.measures.iter_mut().find(recall) {
        Some(measure) => measure.consumer_url = url,
        None => {
            let mut measure = Measure { consumer_url: url, ..Default::default() };
            measure.set_action(MeasureAction::RecallFromEndUsers);
            draft.measures.push(measure);
            draft.remark("measures", "tell no recall, though there is a recall page; a recall was added");
        }
    }
}

fn online(draft: &mut Draft, elements: &Elements) {
    let trader = elements.word("onlineTrader");
    match words(&trader).trim() {
        "" | "unknown" => {}
        "no" | "false" => draft.online.sold_online = Some(false),
        _ => {
            draft.online.sold_online = Some(true);
            let (addresses, names): (Vec<&str>, Vec<&str>) = trader
                .split([' ', ',', ';'])
                .filter(|part| !part.is_empty())
                .partition(|part| web_address(part).is_some());
            for address in addresses {
                draft.online.listings.push(Listing { url: address.to_owned(), ..Default::default() });
            }
            let name = names.join(" ");
            if !name.is_empty() && !name.eq_ignore_ascii_case("yes") && !name.eq_ignore_ascii_case("true") {
                append(&mut draft.product.items_covered, &format!("Online trader: {name}"));
            }
        }
    }
}
