//! What a platform's files look like: configuration.
//!
//! Invariant of a [`Mapping`]: each of its layouts says where a name or an address and two times, or a time and what was
//! done then, stand; it is checked when it is read.

use std::collections::BTreeMap;

use seamless_calendar::Zones;
use seamless_identifiers::toml_fault;
use serde::Deserialize;

use crate::DateOrder;

/// The mappings that are part of the program; their files lie in `mappings/`.
const EMBEDDED: [&str; 6] = [
    include_str!("../mappings/plain.toml"),
    include_str!("../mappings/teams.toml"),
    include_str!("../mappings/tencent.toml"),
    include_str!("../mappings/webex.toml"),
    include_str!("../mappings/zoom.toml"),
    include_str!("../mappings/zoom-webinar.toml"),
];

/// How the files of one platform are read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mapping {
    /// What it is called, such as `teams`.
    pub name: String,
    /// Whose files these are, as people call it.
    pub platform: String,
    /// The zone of times without an offset, an IANA name; left out where the file says it, or a person is asked.
    pub zone: Option<String>,
    /// Whether the day or the month stands first; left out where the dates of the sessions tell it, or a person is asked.
    pub date_order: Option<DateOrder>,
    /// Between the cells of a text; left out to take the one that the text has most of.
    pub separator: Option<char>,
    /// The sheets of a workbook that are read; empty for all.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Rows before the first one that can be a heading, at least.
    #[serde(default)]
    pub preamble_rows: u32,
    /// What stands in a cell that says nothing.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// Whether the name that a person registered with stands in parentheses behind the one it gave itself.
    #[serde(default)]
    pub original_name_in_parentheses: bool,
    /// The forms that its files have had, the one that tells most first: the first that a file has is read.
    pub layouts: Vec<Layout>,
}

/// One form of a platform's files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Layout {
    /// What it is called, in explanations.
    pub name: String,
    /// The number of its section, where the title of each section begins with one, like `3. In-Meeting Activities`: then its
    /// columns are found by their places if their headings are in no language that is known.
    pub section: Option<u32>,
    /// What is written of somebody who came, where a row is a step and not a stay; in any of these words.
    #[serde(default)]
    pub came: Vec<String>,
    /// What is written of somebody who went.
    #[serde(default)]
    pub went: Vec<String>,
    /// Where things stand.
    pub columns: Columns,
}

/// Where things stand in a row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Columns {
    /// The person's name.
    pub name: Option<Column>,
    /// Its address of mail.
    pub address: Option<Column>,
    /// When it came; of a step, when it was.
    pub join: Column,
    /// When it went.
    pub leave: Option<Column>,
    /// What was done, of a step.
    pub action: Option<Column>,
    /// What it came with.
    pub device: Option<Column>,
    /// Whether it was a guest.
    pub guest: Option<Column>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Column {
    /// Its heading, in all spellings and languages: without regard to case, width and what stands in parentheses.
    pub headings: Vec<String>,
    /// Its place from 1, in a numbered section whose headings are not known.
    pub place: Option<usize>,
}

impl Columns {
    /// All there are, with what they are called.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &Column)> {
        let Self { name, address, join, leave, action, device, guest } = self;
        let optional = [
            ("name", name),
            ("address", address),
            ("leave", leave),
            ("action", action),
            ("device", device),
            ("guest", guest),
        ];
        let optional = optional.into_iter().filter_map(|(what, column)| Some((what, column.as_ref()?)));
        optional.chain([("join", join)])
    }
}

impl Mapping {
    /// Reads a mapping file (TOML).
    ///
    /// # Errors
    /// What is wrong with it, with its place, all at once where it can be read.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(toml).map_err(|error| toml_fault(toml, &error))?;
        let problems = mapping.problems();
        if problems.is_empty() { Ok(mapping) } else { Err(problems.join("; ")) }
    }

    fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.chars().all(is_plain) {
            found.push(format!("name wants 1 to 40 of a-z, 0-9 and -; got {:?}", self.name));
        }
        if self.platform.trim().is_empty() {
            found.push("platform is empty".to_owned());
        }
        if let Some(zone) = &self.zone
            && let Err(error) = Zones::bundled().get(zone)
        {
            found.push(format!("zone: {error}"));
        }
        if self.layouts.is_empty() {
            found.push("layouts is empty".to_owned());
        }
        for Layout { name, section, came, went, columns } in &self.layouts {
            let mut add = |problem: &str| found.push(format!("layout {name:?}: {problem}"));
            if columns.name.is_none() && columns.address.is_none() {
                add("wants a column of names or of addresses");
            }
            match (&columns.leave, &columns.action) {
                (Some(_), None) if !came.is_empty() || !went.is_empty() => {
                    add("came and went belong to a column of actions");
                }
                (None, Some(_)) if came.is_empty() || went.is_empty() => {
                    add("a column of actions wants the words of came and of went");
                }
                (Some(_), None) | (None, Some(_)) => {}
                _ => add("wants either a column of times of leaving, or one of actions"),
            }
            for (what, column) in columns.all() {
                if column.headings.is_empty() {
                    add(&format!("{what} wants a heading"));
                }
                if column.place == Some(0) {
                    add(&format!("{what}: the first place is 1"));
                }
                if column.place.is_some() && section.is_none() {
                    add(&format!("{what}: places count in a numbered section alone"));
                }
            }
        }
        found
    }
}

/// The mappings there are, by name.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    by_name: BTreeMap<String, Mapping>,
}

impl Mappings {
    /// Those that are part of the program: plain, teams, tencent, webex, zoom, zoom-webinar.
    ///
    /// # Errors
    /// If one of them is wrong; the tests of this crate prove that none is.
    pub fn embedded() -> Result<Self, String> {
        let mut mappings = Self::default();
        for file in EMBEDDED {
            mappings.insert(Mapping::parse(file)?);
        }
        Ok(mappings)
    }

    /// Adds one; of the same name as another it takes its place.
    pub fn insert(&mut self, mapping: Mapping) {
        self.by_name.insert(mapping.name.clone(), mapping);
    }

    /// The mapping of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Mapping> {
        self.by_name.get(name)
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}
