//! `safety-gate-xml`: the weekly XML of the Safety Gate. Its mapping is described in `services/seamless/IMPORT.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use seamless_identifiers::{Barcodes, CountryCode, Gtin};
use seamless_proto::seamless::notifications::v1::{
    Listing, Measure, MeasureAction, NotificationType, ProductCategory, RiskLevel,
};
use seamless_proto::seamless::r#type::v1::{CivilDate, CivilDateRange};

use super::safety_gate_record::{Elements, elements};
use crate::import::alert::draft::{Draft, append, civil_date, english, excerpt, is_web_address, refused};
use crate::import::alert::text::{hold, one_line, words};
use crate::import::alert::{categories, measures, models, risks};
use crate::import::records::bounded::{Taken, raw_text};
use crate::import::records::seems::{self, Kind};
use crate::import::records::xml_records::XmlRecords;
use crate::import::{ReadError, Row, RowError};

/// The system's name in `general.source`.
const SOURCE: &str = "safety-gate";

/// The element for batches and barcodes, in reports until 2018.
const BOTH: &str = "batchNumber_barcode";
/// What tells a day of publication, of a record or of a report.
const DATES: [&str; 2] = ["publicationDate", "report_date"];
/// Words for kinds and levels that say nothing beyond them.
const KIND_WORDS: [&str; 18] = [
    "alert",
    "consumer",
    "for",
    "high",
    "information",
    "less",
    "level",
    "low",
    "medium",
    "notification",
    "other",
    "product",
    "products",
    "risk",
    "risks",
    "serious",
    "than",
    "with",
];

/// The notifications of a file.
pub struct Rows {
    records: XmlRecords,
    /// What stands around the records and was told already.
    told: BTreeSet<String>,
}

impl Rows {
    /// Finds the encoding out.
    ///
    /// # Errors
    /// Anything but XML, an unknown encoding.
    pub fn open(mut reader: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        seems::expect(&mut reader, &[Kind::Xml], "the XML of a weekly report")?;
        Ok(Self { records: XmlRecords::open(reader)?, told: BTreeSet::new() })
    }

    /// What the file is, since it is no report: it has no notification.
    fn no_report(&self) -> ReadError {
        let root = self.records.root();
        let why = if root == "weeklyReports" || self.records.about_all().contains_key("URL") {
            "is a list of weekly reports and holds none; download one from its URL".to_owned()
        } else {
            format!("is no weekly report: the element {root:?} holds no notification")
        };
        ReadError::form("the whole file", why)
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
            Taken::End if self.records.count() == 0 => return Some(Err(self.no_report())),
            Taken::End => return None,
            Taken::TooLong => return refuse("is longer than 1 MiB".to_owned()),
            Taken::Whole => {}
        }
        // The scanner gives UTF-8, but a record may have been cut out at a broken tag.
        match elements(&String::from_utf8_lossy(self.records.record())) {
            Ok(elements) => {
                let key = elements.key();
                let place = if key.is_empty() { place } else { format!("{place} ({key})") };
                let about_all = self.records.about_all();
                let (mut draft, used) = read(&elements, about_all);
                // Of what stands around all records, the first tells what none of them can.
                for (name, text) in about_all {
                    if self.told.insert(name.clone()) && !used.contains(&name.as_str()) {
                        draft.unread(&format!("report.{name}"), text);
                    }
                }
                Some(Ok(draft.finish(place, raw)))
            }
            Err(why) => refuse(why),
        }
    }
}

/// The alert of a record, and the names of what stands around all records that it was made of.
fn read(elements: &Elements, about_all: &BTreeMap<String, String>) -> (Draft, Vec<&'static str>) {
    let mut draft = Draft::default();
    for entity in &elements.unknown_entities {
        draft
            .remark("record", format!("refers to the entity {}, which xml does not define", excerpt(entity)));
    }
    general(&mut draft, elements);
    let used = publication(&mut draft, elements, about_all);
    product(&mut draft, elements);
    risk(&mut draft, elements);
    measures_taken(&mut draft, elements);
    online(&mut draft, elements);
    draft.origin("countryOfOrigin", &elements.text("countryOfOrigin"));
    for (name, text) in elements.unread() {
        draft.unread(&name, &text);
    }
    (draft, used)
}

fn general(draft: &mut Draft, elements: &Elements) {
    draft.general.source = SOURCE.to_owned();
    draft.general.source_reference = elements.key();
    if draft.general.source_reference.is_empty() {
        draft.error("reference", "is missing, and caseNumber as well");
    } else if draft.general.source_reference.bytes().all(|digit| digit == b'0') {
        draft.error("reference", "is 0, so this is no alert");
    }
    if is_web_address(&elements.word("reference")) {
        draft.general.source_url = elements.word("reference");
    }
    let case = elements.word("caseNumber");
    draft.general.reference = if case.is_empty() { elements.word("reference") } else { case };
    let country = elements.word("notifyingCountry");
    match CountryCode::from_name(&country) {
        Some(code) => draft.general.notifying_country = code.to_string(),
        None => draft.remark("notifyingCountry", format!("names no country: {}", excerpt(&country))),
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
    for name in ["type", "level"] {
        let text = elements.text(name);
        if !words(&text).split_whitespace().all(|word| KIND_WORDS.contains(&word)) {
            draft.unread(name, &text);
        }
    }
}

/// When the alert was published: the record's own date, or that of the report, or its week. Gives the names of what stands
/// around the records that told it.
fn publication(
    draft: &mut Draft,
    elements: &Elements,
    about_all: &BTreeMap<String, String>,
) -> Vec<&'static str> {
    for name in DATES {
        let own = elements.text(name);
        if let Some(date) = civil_date(&own) {
            draft.general.publication_date = Some(date);
            return Vec::new();
        }
        if !own.is_empty() {
            draft.remark(name, format!("is no date: {}", excerpt(&own)));
        }
    }
    let outside = |name: &str| about_all.get(name).map_or("", String::as_str);
    for name in DATES {
        if let Some(date) = civil_date(outside(name)) {
            draft.general.publication_date = Some(date);
            return vec![name];
        }
    }
    let number = |name: &str| outside(name).parse::<i32>().ok();
    if let Some(year) = number("year") {
        let (month, day) = (number("month").unwrap_or(0), number("day").unwrap_or(0));
        if civil_date(&format!("{year:04}-{:02}-{:02}", month.max(1), day.max(1))).is_some() {
            let day = if month == 0 { 0 } else { day };
            draft.general.publication_date = Some(CivilDate { year, month, day });
            return vec!["year", "month", "day"];
        }
    }
    // Reports come out on Fridays; the week alone tells no day.
    let week = |year: &str, week: &str| {
        jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, jiff::civil::Weekday::Friday)
            .ok()
    };
    if let Some(friday) =
        week(outside("report_year"), outside("report_week")).map(jiff::civil::ISOWeekDate::date)
    {
        draft.general.publication_date =
            Some(CivilDate { year: friday.year().into(), month: friday.month().into(), day: 0 });
        return vec!["report_year", "report_week"];
    }
    Vec::new()
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

    identifiers(draft, elements);
    let mut covered = std::mem::take(&mut draft.product.items_covered);
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
    let approval = elements.word("ecTypeApproval");
    if !approval.is_empty() {
        append(&mut covered, &format!("EC type-approval: {approval}"));
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
            draft.picture(uri, String::new());
        }
    }
}

/// Models, batches and barcodes.
fn identifiers(draft: &mut Draft, elements: &Elements) {
    let named = elements.text("type_numberOfModel");
    let mut codes = match Gtin::parse(&named) {
        // A model number may look like a short barcode.
        Ok(_) => Barcodes { rest: named, ..Barcodes::default() },
        Err(_) => Barcodes::of_text(&named),
    };
    let rest = std::mem::take(&mut codes.rest);
    draft.models("type_numberOfModel", models::split(&rest));
    draft.barcodes("type_numberOfModel", codes, "");
    draft.models("batchNumber", models::split(&elements.text("batchNumber")).batches_only());
    let mut codes = Barcodes::of_field(&elements.text("barcode"));
    let rest = std::mem::take(&mut codes.rest);
    draft.barcodes("barcode", codes, &rest);
    // Until 2018 one element held both.
    for part in elements.text(BOTH).split([',', ';', '\n']) {
        let announced = Barcodes::of_text(part);
        let mut codes = match announced.gtins.is_empty() && announced.unparsed.is_empty() {
            true => Barcodes::of_field(part),
            false => announced,
        };
        let long = |gtin: &Gtin| gtin.display_short().len() > 8;
        let is_codes =
            !codes.gtins.is_empty() && (codes.rest.len() < part.trim().len() || codes.gtins.iter().all(long));
        let rest = if is_codes { std::mem::take(&mut codes.rest) } else { part.to_owned() };
        if is_codes || part.to_ascii_lowercase().contains("code") && !codes.unparsed.is_empty() {
            draft.barcodes(BOTH, codes, "");
        }
        draft.models(BOTH, models::split(&rest).batches_only());
    }
}

/// One date or two, and nothing else.
fn dates(text: &str) -> Option<CivilDateRange> {
    let parts = text.split([' ', ',', ';', '–']).filter(|part| !matches!(*part, "" | "-" | "to" | "and"));
    let found: Vec<CivilDate> = parts.map(civil_date).collect::<Option<_>>()?;
    let (start, end) = match found.as_slice() {
        [only] => (*only, *only),
        [start, end] => (*start, *end),
        _ => return None,
    };
    let key = |date: &CivilDate| (date.year, date.month, date.day);
    (key(&start) <= key(&end)).then_some(CivilDateRange { start: Some(start), end: Some(end) })
}

fn risk(draft: &mut Draft, elements: &Elements) {
    let named = elements.word("riskType");
    let (types, unknown) = risks::by_names(&named);
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        draft.remark("riskType", format!("has words that name no risk type: {}", excerpt(&unknown)));
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
    if !is_web_address(&url) {
        draft.remark("URLrecall", format!("is no http or https address: {}", excerpt(&url)));
        return;
    }
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
                .partition(|part| is_web_address(part));
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
