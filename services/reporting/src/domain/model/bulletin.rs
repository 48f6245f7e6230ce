//! A bulletin: what it is about, how it stands, and where its texts do not keep to the glossary.
//!
//! Invariant: it lives as a report does; from the moment that it is published nothing of it changes.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use seamless_identifiers::{CountryCode, PartialDate};
use seamless_identity::AuthorityId;
use serde::{Deserialize, Serialize};

use super::{Report, ReportId};
use crate::domain::records::{Place, Record};

/// A bulletin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bulletin {
    /// How it stands. Its partner is the recalling authority, its period the month where that is.
    pub report: Report,
    pub origin: CountryCode,
    /// How many alerts it lists.
    #[serde(default)]
    pub alerts: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<TermFinding>,
    /// How many more there are than are kept with it: the texts are to be mended, rather than so many accepted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_findings: u64,
}

/// A text of which the English version uses a term of the glossary, and the Chinese one none of its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermFinding {
    /// From 1 on.
    pub number: u32,
    pub alert: String,
    pub field: String,
    pub term: String,
    /// As the English text has it.
    pub found: String,
    /// What the Chinese one should have, one of them.
    pub wanted: Vec<String>,
    /// None while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
}

/// That a finding may stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    pub reason: String,
    /// The principal.
    pub by: String,
    pub time: Timestamp,
}

/// That a bulletin was published to an authority: what its list is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedBulletin {
    pub bulletin: ReportId,
    pub reader: AuthorityId,
    pub publish_time: Timestamp,
    pub revision: i64,
}

/// A civil month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// Whether a date belongs to it; one without month belongs to none.
    #[must_use]
    pub fn has(self, date: &PartialDate) -> bool {
        let month = date.month().map(i32::from);
        i32::from(date.year()) == i32::from(self.year) && month == Some(i32::from(self.month))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The resource name of a bulletin.
#[must_use]
pub fn bulletin_name(id: ReportId) -> String {
    format!("bulletins/{id}")
}

impl Bulletin {
    /// The month that it is of.
    #[must_use]
    pub fn month(&self) -> Month {
        Month::of(self.report.period.first)
    }
}

impl Record for Bulletin {
    const KIND: &'static str = "bulletin";
    type Place = Place;

    fn name(&self) -> String {
        bulletin_name(self.report.id)
    }

    /// That of its report, but that another country of origin is another subject.
    fn place(&self) -> Place {
        let place = self.report.place();
        Place { group: format!("{} {}", place.group, self.origin), ..place }
    }

    fn revision(&self) -> i64 {
        self.report.revision
    }
}

impl Record for SharedBulletin {
    const KIND: &'static str = "shared_bulletin";
    type Place = Place;

    fn name(&self) -> String {
        format!("{}/readers/{}", bulletin_name(self.bulletin), self.reader)
    }

    fn place(&self) -> Place {
        Place {
            owner: self.reader.clone(),
            party: None,
            arrangement: None,
            group: String::new(),
            state: 0,
            order: self.publish_time.as_microsecond(),
        }
    }

    fn revision(&self) -> i64 {
        self.revision
    }
}
