//! Pieces that all sections are put together from: figures and tables with their definitions, rows with labels.

use std::collections::BTreeMap;

use seamless_identifiers::CountryCode;
use seamless_labels::{Label, Labelled, product_area};
use seamless_statistics::{Tally, wilson};
use seamless_vocabulary::Vocabulary;

use super::fields::field_text;
use crate::domain::content::{Figure, Measured, Row, Table, Text, Value};

/// Both languages of a text of the template.
pub(in crate::domain) fn text(english: &str, chinese: &str) -> Text {
    Text::of(english, chinese)
}

/// What a country is called.
pub(in crate::domain) fn country_text(country: CountryCode) -> Text {
    Text::of(country.name_en(), country.name_zh())
}

/// What a jurisdiction is called: a country by its code, or the European Union; any other by itself.
pub(super) fn jurisdiction_text(jurisdiction: &str) -> Text {
    match CountryCode::parse(jurisdiction) {
        Ok(country) => country_text(country),
        Err(_) if jurisdiction == "EU" => text("European Union", "欧洲联盟"),
        Err(_) => Text::same(jurisdiction),
    }
}

/// What a product area is called; by its id where it is of a file of its own.
pub(super) fn area_text(id: &str) -> Text {
    match product_area(id) {
        Some(Label { english, chinese }) => text(english, chinese),
        None => Text::same(id),
    }
}

/// A number of cases.
pub(in crate::domain) fn count(id: &'static str, title: Text, definition: Text, cases: usize) -> Figure {
    Figure { id, title, definition, value: Value::Count(cases as u64), cases: cases as u64 }
}

/// A share with its interval by Wilson, or that there is none.
pub(super) fn share_of(part: usize, whole: usize) -> Value {
    let tally = u32::try_from(whole).ok().zip(u32::try_from(part).ok());
    let tally = tally.filter(|(whole, _)| *whole > 0);
    let tally = tally.map(|(examinations, unsafe_found)| Tally { examinations, unsafe_found });
    match tally.map(|tally| wilson(tally, LEVEL)) {
        Some(Ok(rate)) => Value::Share(Measured {
            value: rate.value,
            lower: Some(rate.interval.lower),
            upper: Some(rate.interval.upper),
        }),
        _ => Value::NoCases,
    }
}

/// The level of all intervals.
pub(super) const LEVEL: f64 = 0.95;

/// How many cases each value of a property has. What is not said stands last.
pub(in crate::domain) struct Counts {
    rows: BTreeMap<(u8, i64, String), (Text, usize)>,
    cases: usize,
    overlapping: bool,
}

impl Counts {
    pub(in crate::domain) fn new() -> Self {
        Self { rows: BTreeMap::new(), cases: 0, overlapping: false }
    }

    /// A case with these values of a vocabulary.
    pub(in crate::domain) fn add<V: Vocabulary + Labelled>(&mut self, values: &[V]) {
        let rows = values.iter().map(|value| {
            let Label { english, chinese } = value.label();
            let id: &'static str = (*value).into();
            (0, 0, id.to_owned(), text(english, chinese))
        });
        self.add_rows(rows.collect());
    }

    /// A case with these values that are called by themselves, such as countries.
    pub(super) fn add_named(&mut self, values: &[String]) {
        self.add_rows(values.iter().map(|value| (0, 0, value.clone(), Text::same(value.clone()))).collect());
    }

    /// A case with these fields of a notification, by their paths.
    pub(super) fn add_fields<'f>(&mut self, paths: impl IntoIterator<Item = &'f String>) {
        self.add_titled(paths.into_iter().map(|path| (0, path.as_str(), field_text(path))));
    }

    /// A case with these countries.
    pub(super) fn add_countries(&mut self, countries: &[CountryCode]) {
        let row = |country: &CountryCode| (0, 0, country.to_string(), country_text(*country));
        self.add_rows(countries.iter().map(row).collect());
    }

    /// A case with these values, each with its place and what it is called; or with none.
    pub(super) fn add_titled<'i>(&mut self, values: impl Iterator<Item = (i64, &'i str, Text)>) {
        self.add_rows(values.map(|(order, id, title)| (0, order, id.to_owned(), title)).collect());
    }

    /// A case with one value, with what it is called.
    pub(super) fn add_row(&mut self, order: i64, id: &str, title: Text) {
        self.add_rows(vec![(0, order, id.to_owned(), title)]);
    }

    /// So many cases with one value, with what it is called; nothing where there is none.
    pub(super) fn add_many(&mut self, order: i64, id: &str, title: Text, count: u64) {
        if count == 0 {
            return;
        }
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let group = u8::from(id.is_empty());
        self.cases = self.cases.saturating_add(count);
        let row = self.rows.entry((group, order, id.to_owned())).or_insert((title, 0));
        row.1 = row.1.saturating_add(count);
    }

    fn add_rows(&mut self, values: Vec<(u8, i64, String, Text)>) {
        self.cases += 1;
        self.overlapping |= values.len() > 1;
        let values = match values.is_empty() {
            true => vec![(1, 0, String::new(), text("not said", "未说明"))],
            false => values,
        };
        for (group, order, id, title) in values {
            self.rows.entry((group, order, id)).or_insert((title, 0)).1 += 1;
        }
    }

    /// A table of counts and shares of all cases. The most frequent stands first, where `by_count`.
    pub(in crate::domain) fn table(
        self,
        id: &'static str,
        title: Text,
        definition: Text,
        by_count: bool,
    ) -> Table {
        let Self { rows, cases, overlapping } = self;
        let mut rows: Vec<_> = rows.into_iter().collect();
        if by_count {
            rows.sort_by(|((group, _, id), (_, count)), ((other_group, _, other_id), (_, other))| {
                (group, std::cmp::Reverse(count), id).cmp(&(other_group, std::cmp::Reverse(other), other_id))
            });
        }
        let rows = rows.into_iter().map(|((_, _, id), (title, count))| {
            let share = Measured { value: count as f64 / cases as f64, lower: None, upper: None };
            Row { id, title, values: vec![Value::Count(count as u64), Value::Share(share)] }
        });
        let columns = vec![text("cases", "案例数"), text("share of all", "占比")];
        Table { id, title, definition, columns, rows: rows.collect(), cases: cases as u64, overlapping }
    }
}

/// A number of cases that were counted elsewhere.
pub(super) fn sum(id: &'static str, title: Text, definition: Text, cases: u64) -> Figure {
    Figure { id, title, definition, value: Value::Count(cases), cases }
}
