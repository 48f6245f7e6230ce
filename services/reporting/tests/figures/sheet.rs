//! All that a section should say: each figure, each row of each table, each column, and nothing else.

use std::collections::BTreeMap;

use seamless_reporting::domain::content::{Content, Section, Value};

use crate::slow_times::Wanted;

/// By the id of a figure, or `table/row`.
#[derive(Debug, Default)]
pub struct Sheet(BTreeMap<String, Vec<Wanted>>);

impl Sheet {
    pub fn figure(&mut self, id: &str, wanted: Wanted) {
        assert!(self.0.insert(id.to_owned(), vec![wanted]).is_none(), "{id} twice");
    }

    pub fn count(&mut self, id: &str, count: usize) {
        self.figure(id, Wanted::Count(count as u64));
    }

    pub fn row(&mut self, table: &str, row: &str, values: Vec<Wanted>) {
        assert!(self.0.insert(format!("{table}/{row}"), values).is_none(), "{table}/{row} twice");
    }

    /// Rows of counts of so many columns.
    pub fn sums<const N: usize>(&mut self, table: &str, rows: BTreeMap<String, [u64; N]>) {
        for (row, counts) in rows {
            self.row(table, &row, counts.map(Wanted::Count).into());
        }
    }

    /// How often each of some values was there, and which share of so many cases that is.
    pub fn shares(&mut self, table: &str, values: impl Iterator<Item = String>, cases: usize) {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        values.for_each(|value| *counts.entry(value).or_default() += 1);
        for (row, count) in counts {
            self.row(table, &row, vec![Wanted::Count(count), Wanted::share(count, cases as u64)]);
        }
    }

    /// The section says this and no more.
    pub fn is_said(&self, content: &Content, section: &str) {
        self.is_said_beside(content, section, &[]);
    }

    /// The section says this and no more, but for figures and tables that are compared elsewhere.
    pub fn is_said_beside(&self, content: &Content, section: &str, others: &[&str]) {
        let section = content.sections.iter().find(|one| one.id == section).unwrap();
        let mut said = said(section);
        said.retain(|key, _| !others.contains(&key.split('/').next().unwrap_or_default()));
        let keys: Vec<&String> = said.keys().collect();
        assert_eq!(keys, self.0.keys().collect::<Vec<_>>(), "{}", section.id);
        for (key, wanted) in &self.0 {
            let values = &said[key];
            assert_eq!(values.len(), wanted.len(), "{key} of {}", section.id);
            for (at, (value, wanted)) in values.iter().zip(wanted).enumerate() {
                assert!(
                    wanted.is(value),
                    "column {at} of {key} of {}: {value:?} instead of {wanted:?}",
                    section.id
                );
            }
        }
    }
}

fn said(section: &Section) -> BTreeMap<String, Vec<Value>> {
    let figures = section.figures.iter().map(|one| (one.id.to_owned(), vec![one.value]));
    let rows = section.tables.iter().flat_map(|table| {
        table.rows.iter().map(|row| (format!("{}/{}", table.id, row.id), row.values.clone()))
    });
    figures.chain(rows).collect()
}
