//! What is wrong with the header of a table: all of it at once, each column by its name, with what was wanted and what was
//! got. Nothing of such a table is sent.

use crate::import::ReadError;

/// The most names of a header that are shown.
const SHOWN: usize = 40;

/// Whether a field is the other one, or a part of it.
pub fn is_within(field: &str, whole: &str) -> bool {
    field.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct HeaderFaults(Vec<String>);

impl HeaderFaults {
    /// A column that there is not.
    pub fn unknown(&mut self, title: &str) {
        self.0.push(format!("{title}: there is no such column"));
    }

    /// A column that says what one before it says; each with its place in the header, from 0, and its title.
    pub fn twice(&mut self, (before, first): (usize, &str), (place, second): (usize, &str), field: &str) {
        let (before, place) = (before + 1, place + 1);
        self.0.push(match first == second {
            true => format!("{second}: wants one column; got it as columns {before} and {place}"),
            false => format!(
                "{second}: wants one column for {field}; got {first} (column {before}) and {second} (column {place})"
            ),
        });
    }

    /// A column that must be there: one of `wanted`, or one of their further names.
    pub fn missing(&mut self, wanted: &[&str], aliases: &[(&str, &str)]) {
        let Some(name) = wanted.first() else { return };
        let is_of = |field: &str| wanted.iter().any(|wanted| is_within(field, wanted));
        let further = aliases.iter().filter(|(_, field)| is_of(field)).map(|(alias, _)| *alias);
        let others: Vec<&str> = wanted.iter().skip(1).copied().chain(further).collect();
        self.0.push(match others.is_empty() {
            true => format!("{name}: is required"),
            false => format!("{name}: is required (or {})", others.join(", ")),
        });
    }

    /// Nothing, if nothing is wrong; `titles` is the header as it stands there.
    ///
    /// # Errors
    /// `Header`, with all of it.
    pub fn none_or(self, titles: impl Iterator<Item = String>) -> Result<(), ReadError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let titles: Vec<String> = titles.filter(|title| !title.is_empty()).collect();
        let mut got = titles.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
        if titles.len() > SHOWN {
            got.push_str(&format!(" and {} more", titles.len() - SHOWN));
        }
        Err(ReadError::Header { wrong: self.0, got })
    }
}
