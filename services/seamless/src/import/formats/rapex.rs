//! `rapex-csv`: the table of RAPEX weekly reports. Its mapping is described in `services/seamless/IMPORT.md`.

use std::collections::HashMap;
use std::io::BufRead;

use seamless_identifiers::{Barcodes, CountryCode};
use seamless_proto::seamless::notifications::v1::{
    MeasureAction, MeasureObligation, NotificationType, ProductCategory, RiskLevel,
};
use seamless_proto::seamless::r#type::v1::CivilDate;

use crate::import::alert::draft::{Draft, english, excerpt, refused};
use crate::import::alert::text::{one_line, paragraphs, says_nothing, words};
use crate::import::alert::{categories, mac_roman, measures, models, risks};
use crate::import::records::bounded::raw_text;
use crate::import::records::csv_records::{CsvRecords, Record};
use crate::import::records::header_faults::HeaderFaults;
use crate::import::records::seems::{self, Kind};
use crate::import::{ReadError, Row, RowError};

/// The system's name in `general.source`.
const SOURCE: &str = "rapex";
/// Without these columns there is no alert.
const REQUIRED: [&str; 8] = [
    "report_year",
    "refnr",
    "country",
    "danger_short",
    "measures",
    "descript_category",
    "countryoforigin",
    "descript_product",
];
/// These may be absent.
const OPTIONAL: [&str; 6] =
    ["report_week", "country_code", "reactingcountry", "descript_type", "descript_descr", "descript_brand"];
/// Headings of the printed report that ran into the text of a field before them.
const HEADINGS: [&str; 5] =
    ["Type/number of model:", "Type/Number of model:", "Description:", "Country of origin:", "Brand:"];

/// The rows of such a table.
pub struct Rows {
    records: CsvRecords,
    columns: HashMap<&'static str, usize>,
    /// Columns that no alert has a place for, with their names.
    others: Vec<(usize, String)>,
}

impl Rows {
    /// Reads the header.
    ///
    /// # Errors
    /// No header, required columns missing or given twice.
    pub fn open(mut reader: Box<dyn BufRead + Send>) -> Result<Self, ReadError> {
        seems::expect(&mut reader, &[Kind::Text], "a table with a header")?;
        let (header, records) = CsvRecords::open(reader)?;
        let names: Vec<String> =
            header.iter().map(|name| one_line(&mac_roman::decode(name)).to_lowercase()).collect();
        let mut columns = HashMap::new();
        let mut wrong = HeaderFaults::default();
        for wanted in REQUIRED.iter().chain(&OPTIONAL) {
            let mut places =
                names.iter().enumerate().filter(|(_, name)| name == wanted).map(|(place, _)| place);
            match places.next() {
                Some(index) => {
                    places.for_each(|place| wrong.twice((index, wanted), (place, wanted), wanted));
                    columns.insert(*wanted, index);
                }
                None if REQUIRED.contains(wanted) => wrong.missing(&[wanted], &[]),
                None => {}
            }
        }
        wrong.none_or(names.iter().cloned())?;
        let is_other = |(index, _): &(usize, String)| !columns.values().any(|known| known == index);
        let others = names.into_iter().enumerate().filter(is_other).collect();
        Ok(Self { records, columns, others })
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = |line| format!("line {line}");
        match self.records.next() {
            Ok(None) => None,
            Ok(Some(Record::Refused { line, raw, why })) => {
                Some(Ok(refused(place(line), RowError::new("line", why), raw_text(&raw))))
            }
            Ok(Some(Record::Fields { line, fields, raw })) => {
                let texts = fields.iter().map(|field| {
                    let text = mac_roman::decode(field);
                    mac_roman::repair(&text).into_owned()
                });
                let fields = Fields { columns: &self.columns, texts: texts.collect() };
                let mut draft = read(&fields);
                for (index, name) in &self.others {
                    draft.unread(name, fields.texts.get(*index).map_or("", String::as_str));
                }
                Some(Ok(draft.finish(place(line), raw_text(&raw))))
            }
            Err(source) => Some(Err(ReadError::Io { place: place(self.records.line()), source })),
        }
    }
}

/// One record by the names of its columns.
struct Fields<'a> {
    columns: &'a HashMap<&'static str, usize>,
    texts: Vec<String>,
}

impl Fields<'_> {
    /// The text of a column; empty where the table has no such column.
    fn text(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|index| self.texts.get(*index)).map_or("", String::as_str)
    }
}

fn read(fields: &Fields<'_>) -> Draft {
    let mut draft = Draft::default();
    general(&mut draft, fields);
    product(&mut draft, fields);
    danger_and_measures(&mut draft, fields);
    draft.origin("countryoforigin", fields.text("countryoforigin"));
    for (country, known) in countries(fields.text("reactingcountry")) {
        match known {
            Some(code) => {
                let code = code.to_string();
                if !draft.general.reacting_countries.contains(&code) {
                    draft.general.reacting_countries.push(code);
                }
            }
            None => draft.remark("reactingcountry", format!("names no country: {}", excerpt(&country))),
        }
    }
    draft
}

fn general(draft: &mut Draft, fields: &Fields<'_>) {
    let year = one_line(fields.text("report_year"));
    let week = one_line(fields.text("report_week"));
    match year.parse::<i16>().ok().filter(|year| (1980..=2100).contains(year)) {
        Some(year) => draft.general.publication_date = Some(publication(draft, year, &week)),
        None => draft.error("report_year", format!("wants a year; got {}", excerpt(&year))),
    }
    let number = one_line(fields.text("refnr"));
    draft.general.source = SOURCE.to_owned();
    draft.general.source_reference = if says_nothing(&number) {
        draft.remark("refnr", "is missing; the key is made from the content");
        format!("{year}/content/{:016x}", content_key(&fields.texts))
    } else {
        format!("{year}/{number}")
    };
    if is_reference(&number) {
        draft.general.reference = number;
    }
    draft.general.set_type(NotificationType::SeriousRisk);
    draft.risk.set_level(RiskLevel::Serious);

    // The name first: the table writes SV, El Salvador, for Slovenia.
    let (name, code) = (one_line(fields.text("country")), one_line(fields.text("country_code")));
    let by_code = CountryCode::from_name(&code).filter(|_| code.len() == 2);
    match (CountryCode::from_name(&name), by_code) {
        (Some(named), coded) => {
            if coded.is_some_and(|coded| coded != named) {
                draft.remark("country_code", format!("{code} is not the code of {name}; the name was taken"));
            }
            if coded.is_none() && !says_nothing(&code) {
                draft.remark("country_code", format!("is no code of a country: {}", excerpt(&code)));
            }
            draft.general.notifying_country = named.to_string();
        }
        (None, Some(coded)) => {
            if !says_nothing(&name) {
                draft.remark("country", format!("names no country: {}", excerpt(&name)));
            }
            draft.general.notifying_country = coded.to_string();
        }
        (None, None) => draft.remark("country", format!("names no country: {}", excerpt(&name))),
    }
}

/// The reports came out on Fridays, some days earlier or later around holidays, and the table gives the week alone: the
/// month of that Friday, without the day.
fn publication(draft: &mut Draft, year: i16, week: &str) -> CivilDate {
    let friday = week
        .parse()
        .ok()
        .and_then(|week| jiff::civil::ISOWeekDate::new(year, week, jiff::civil::Weekday::Friday).ok());
    match friday.map(jiff::civil::ISOWeekDate::date) {
        Some(friday) => CivilDate { year: friday.year().into(), month: friday.month().into(), day: 0 },
        None => {
            if !week.is_empty() {
                draft.remark("report_week", format!("is no week of {year}: {}", excerpt(week)));
            }
            CivilDate { year: year.into(), month: 0, day: 0 }
        }
    }
}

/// Whether a number is a case number as RAPEX gave them, `1234/09` or `A12/1234/09`, and not what a spreadsheet made of it.
fn is_reference(number: &str) -> bool {
    let parts: Vec<&str> = number.split('/').collect();
    let digits =
        |part: &str, length| part.len() == length && part.bytes().all(|digit| digit.is_ascii_digit());
    match parts.as_slice() {
        [serial, year] => digits(serial, 4) && digits(year, 2),
        [kind, serial, year] => {
            kind.starts_with(|letter: char| letter.is_ascii_uppercase())
                && (digits(serial, 4) || digits(serial, 5))
                && digits(year, 2)
        }
        _ => false,
    }
}

/// FNV-1a over the fields: the same record gives the same key in every run.
fn content_key(texts: &[String]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0x1f]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |key, byte| (key ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn product(draft: &mut Draft, fields: &Fields<'_>) {
    let (brand, brand_rest) = own_part(fields.text("descript_brand"));
    let brand = brand.trim_matches(['"', '.', ' ']).to_owned();
    if !says_nothing(&brand) {
        draft.product.brand = brand;
    }
    let (name, name_rest) = own_part(fields.text("descript_product"));
    draft.unread("descript_product", &name_rest);
    let name = match name.rsplit_once(" - ") {
        // "Kettle - Acme" of the brand Acme says nothing more than "Kettle".
        Some((kind, brand)) if words(brand) == words(&draft.product.brand) => kind.trim().to_owned(),
        _ => name,
    };
    draft.product.product_name = english(name);

    let mut description =
        paragraphs(fields.text("descript_descr").trim_start().trim_start_matches(['.', ' ']));
    if says_nothing(&description) {
        description.clear();
    }
    let (mut kind, kind_rest) = own_part(fields.text("descript_type"));
    for (column, rest) in [("descript_type", kind_rest), ("descript_brand", brand_rest)] {
        if let Some((_, told)) = rest.split_once("Description:")
            && description.is_empty()
        {
            description = own_part(told).0;
        }
        if kind.is_empty()
            && let Some((_, told)) = rest.split_once("umber of model:")
        {
            kind = own_part(told).0;
        }
        // What is told in its own column as well is not lost.
        let told = rest.split_once(':').map_or("", |(_, told)| told.trim());
        let known = format!("{description}\n{kind}");
        if !told.split_whitespace().all(|word| known.contains(word)) {
            draft.unread(column, &rest);
        }
    }
    draft.product.description = english(description);
    let codes = Barcodes::of_text(&kind);
    let found = models::split(&codes.rest);
    draft.barcodes("descript_type", codes, "");
    draft.models("descript_type", found);

    let category = one_line(fields.text("descript_category"));
    match categories::by_name(&category) {
        Some(known) => draft.product.set_category(known),
        None => {
            draft.remark("descript_category", format!("is no known category: {}", excerpt(&category)));
            draft.product.set_category(ProductCategory::Other);
            draft.product.category_note = category;
        }
    }
}

/// What belongs to the field itself, and what follows from a heading on.
fn own_part(text: &str) -> (String, String) {
    let start = HEADINGS.iter().filter_map(|heading| text.find(heading)).min().unwrap_or(text.len());
    (one_line(&text[..start]), text[start..].to_owned())
}

fn danger_and_measures(draft: &mut Draft, fields: &Fields<'_>) {
    let danger = one_line(fields.text("danger_short"));
    let (types, unknown) = risks::by_names(&danger);
    draft.risk.types = types;
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        draft.remark("danger_short", format!("has words that name no risk type: {}", excerpt(&unknown)));
        draft.risk.type_note = danger;
    } else if draft.risk.types.is_empty() {
        draft.remark("danger_short", "is empty");
    }
    let told = paragraphs(fields.text("measures"));
    if told.contains("poses a") || told.contains("poses an") {
        // The report's text on the danger stands in the place of the measures.
        draft.remark("measures", "tells the danger, not the measures");
        draft.risk.description = english(told);
    } else {
        draft.measures = measures::parse(&told);
        if draft.measures.iter().any(|measure| {
            (measure.action(), measure.obligation()) == (MeasureAction::Other, MeasureObligation::Unspecified)
        }) {
            draft.remark("measures", format!("tells a measure of an unknown kind: {}", excerpt(&told)));
        }
    }
}

/// The countries in a text that names them one after another without commas; the words between that name none.
fn countries(text: &str) -> Vec<(String, Option<CountryCode>)> {
    let cleaned = one_line(text);
    let words: Vec<&str> = cleaned.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let named = (1..=4.min(words.len() - at)).rev().find_map(|count| {
            let name = words[at..at + count].join(" ");
            CountryCode::from_name(&name).map(|country| (count, name, country))
        });
        match named {
            Some((count, name, country)) => {
                found.push((name, Some(country)));
                at += count;
            }
            None => {
                found.push((words[at].to_owned(), None));
                at += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_in_a_row_are_told_apart() {
        let found = countries("Germany Czech Republic United Kingdom Atlantis");
        let codes: Vec<_> = found.iter().map(|(_, code)| code.map(|code| code.to_string())).collect();
        assert_eq!(codes, [Some("DE".to_owned()), Some("CZ".to_owned()), Some("GB".to_owned()), None]);
        assert_eq!(found[3].0, "Atlantis");
    }

    #[test]
    fn only_real_case_numbers_become_references() {
        assert!(is_reference("0183/09") && is_reference("A12/0183/09"));
        for mangled in ["184", "7/9/0183", "null", "12 3/9", "18.10.2009"] {
            assert!(!is_reference(mangled), "{mangled}");
        }
    }
}
