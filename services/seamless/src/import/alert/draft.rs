//! A notification while it is put together, with what is wrong and what is odd about its record.

use seamless_identifiers::{Barcodes, CountryCode, Lines, mended_web_address, unseen};
use seamless_proto::seamless::{notifications::v1 as wire, r#type::v1 as value};

use super::models::Models;
pub use super::text::append;
use super::text::one_line;
use super::{addresses, limits};
use crate::import::{Row, RowError};

/// The longest excerpt of a value in a message, in characters.
const EXCERPT: usize = 80;

/// The most remarks on one record: nobody reads more.
const MOST_REMARKS: usize = 100;

/// The parts of a notification, to be filled in.
#[derive(Default)]
pub struct Draft {
    pub general: wire::General,
    pub product: wire::Product,
    pub traceability: wire::Traceability,
    pub online: wire::Online,
    pub risk: wire::Risk,
    pub measures: Vec<wire::Measure>,
    pub internal_note: String,
    errors: Vec<RowError>,
    remarks: Vec<RowError>,
}

impl Draft {
    /// The record cannot be taken.
    pub fn error(&mut self, field: &str, description: impl Into<String>) {
        self.errors.push(RowError::new(field, description));
    }

    /// The record is taken, but this value was not understood in full.
    pub fn remark(&mut self, field: &str, description: impl Into<String>) {
        match self.remarks.len() {
            told if told < MOST_REMARKS => self.remarks.push(RowError::new(field, description)),
            MOST_REMARKS => {
                self.remarks.push(RowError::new("record", "has more of this kind, which is not told"))
            }
            _ => {}
        }
    }

    /// What the source says there has no place in an alert.
    pub fn unread(&mut self, field: &str, text: &str) {
        let text = one_line(text);
        if !text.is_empty() {
            self.remark(field, format!("has no place in an alert: {}", excerpt(&text)));
        }
    }

    /// Takes barcodes; tells those that are no GTIN, and what else the field says where it holds nothing but barcodes.
    pub fn barcodes(&mut self, field: &str, found: Barcodes, rest: &str) {
        for code in &found.unparsed {
            self.remark(field, format!("holds a barcode that is no gtin: {}", excerpt(code)));
        }
        if !rest.is_empty() {
            self.unread(field, rest);
        }
        let gtins = found.gtins.iter().map(ToString::to_string);
        add_new(&mut self.product.gtins, gtins);
        add_new(&mut self.product.unparsed_barcodes, found.unparsed);
    }

    /// Takes models and batches, and what else stood there.
    pub fn models(&mut self, field: &str, found: Models) {
        for other in &found.others {
            self.remark(field, format!("identifies nothing: {}", excerpt(other)));
        }
        add_new(&mut self.product.models, found.models);
        add_new(&mut self.product.batch_numbers, found.batches);
        append(&mut self.product.items_covered, &found.sentence);
    }

    /// Notes the origin: the countries where the words name nothing else, else the words.
    pub fn origin(&mut self, field: &str, words: &str) {
        let words = one_line(words);
        if super::text::says_nothing(&words) {
            return;
        }
        match countries_in(&words) {
            Some(countries) => countries.into_iter().for_each(|country| self.made_in(country)),
            None => {
                self.remark(field, format!("names something other than countries: {}", excerpt(&words)));
                self.traceability.origin_note = words;
            }
        }
    }

    /// Adds a country of origin: the first one, or a further one.
    pub fn made_in(&mut self, country: CountryCode) {
        let country = country.to_string();
        let wire::Traceability { country_of_origin, additional_countries_of_origin, .. } =
            &mut self.traceability;
        if country_of_origin.is_empty() {
            *country_of_origin = country;
        } else if *country_of_origin != country && !additional_countries_of_origin.contains(&country) {
            additional_countries_of_origin.push(country);
        }
    }

    /// Adds a picture; its address is looked at with all others.
    pub fn picture(&mut self, uri: &str, caption: String) {
        self.product.pictures.push(wire::Picture { uri: one_line(uri), caption });
    }

    /// The row.
    pub fn finish(mut self, place: String, raw: String) -> Row {
        if let Some(found) = unseen(&raw, Lines::Many) {
            self.remark("record", format!("{found}; characters of that kind were taken out"));
        }
        let Self {
            general,
            product,
            traceability,
            online,
            risk,
            measures,
            internal_note,
            mut errors,
            mut remarks,
        } = self;
        let online = (online != wire::Online::default()).then_some(online);
        let mut notification = wire::Notification {
            general: Some(general),
            product: Some(product),
            traceability: Some(traceability),
            online,
            risk: Some(risk),
            measures,
            internal_note,
            ..Default::default()
        };
        remarks.extend(addresses::mend(&mut notification));
        errors.extend(limits::broken(&notification));
        let read = if errors.is_empty() { Ok(Box::new(notification)) } else { Err(errors) };
        Row { place, read, remarks, raw }
    }
}

/// The countries of a text that names countries alone: "China", "China and Poland", "Bosnia and Herzegovina, Italy".
fn countries_in(words: &str) -> Option<Vec<CountryCode>> {
    if let Some(country) = CountryCode::from_name(words) {
        return Some(vec![country]);
    }
    let mut found = Vec::new();
    for part in words.split([',', ';', '/', '&']).map(|part| part.trim().trim_start_matches("and ")) {
        match CountryCode::from_name(part) {
            Some(country) => found.push(country),
            None => {
                let named = part.split(" and ").map(CountryCode::from_name).collect::<Option<Vec<_>>>()?;
                found.extend(named);
            }
        }
    }
    Some(found)
}

/// A row that could not be read at all.
pub fn refused(place: String, error: RowError, raw: String) -> Row {
    Row { place, read: Err(vec![error]), remarks: Vec::new(), raw }
}

/// An English original; none where the text is empty.
pub fn english(text: String) -> Option<value::LocalizedText> {
    let version = value::LanguageVersion {
        language_code: "en".to_owned(),
        text,
        state: value::TranslationState::Original.into(),
    };
    (!version.text.is_empty()).then(|| value::LocalizedText { versions: vec![version] })
}

/// Adds what is not there yet.
fn add_new(list: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for one in more {
        if !list.contains(&one) {
            list.push(one);
        }
    }
}

/// Whether a text is an address, as it stands or mended.
pub fn is_web_address(text: &str) -> bool {
    mended_web_address(text).is_ok()
}

/// A date: `2024-07-11`, with or without a time after it, or `11/07/2024`, day first.
pub fn civil_date(text: &str) -> Option<value::CivilDate> {
    let date = text.trim().split(['T', ' ']).next().unwrap_or_default();
    let numbers = |separator| -> Option<[i16; 3]> {
        let parts: Vec<i16> = date.split(separator).map(|part| part.parse().ok()).collect::<Option<_>>()?;
        parts.try_into().ok()
    };
    let (year, month, day) = match (numbers('-'), numbers('/'), numbers('.')) {
        (Some([year, month, day]), ..) => (year, month, day),
        (_, Some([day, month, year]), _) | (.., Some([day, month, year])) => (year, month, day),
        _ => return None,
    };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (date.year() > 0).then(|| value::CivilDate {
        year: i32::from(year),
        month: i32::from(month),
        day: i32::from(day),
    })
}

/// The beginning of a value, for a message.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{:?} and more", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let date = |year, month, day| Some(value::CivilDate { year, month, day });
        assert_eq!(civil_date("2024-07-11T00:00:00"), date(2024, 7, 11));
        assert_eq!(civil_date(" 05/01/2024 "), date(2024, 1, 5));
        assert_eq!(civil_date("31.12.2025"), date(2025, 12, 31));
        for wrong in ["", "2024-02-30", "July 2024", "0000-01-01", "1/2", "2024-07-11-01", "99999-01-01"] {
            assert_eq!(civil_date(wrong), None, "{wrong}");
        }
    }
}
