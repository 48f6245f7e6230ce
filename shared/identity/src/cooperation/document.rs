//! The shape of `cooperation.toml`, and the step from text to tables that know where they stand.
//!
//! Invariant: each table is read by itself, so a fault in one hides no fault in another. What a table says is not
//! judged here.

use std::collections::BTreeMap;
use std::ops::Range;

use seamless_calendar::DeadlineUnit;
use seamless_identifiers::{no_toml, toml_misfit};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::arrangement::{CommitmentKind, Exchange, Per};
use super::problems::Problems;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorityTable {
    pub(super) id: Spanned<String>,
    pub(super) names: Spanned<BTreeMap<String, String>>,
    pub(super) jurisdiction: Spanned<String>,
    pub(super) time_zone: Spanned<String>,
    pub(super) calendar: Spanned<String>,
    pub(super) contact_point: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArrangementTable {
    pub(super) id: Spanned<String>,
    pub(super) parties: Spanned<Vec<Spanned<String>>>,
    pub(super) legal_basis: Spanned<String>,
    pub(super) exchange: Spanned<Exchange>,
    pub(super) languages: Spanned<Vec<Spanned<String>>>,
    pub(super) field_groups: Spanned<Vec<Spanned<String>>>,
    pub(super) effective: Spanned<Datetime>,
    pub(super) ends: Option<Spanned<Datetime>>,
    #[serde(default, rename = "criterion")]
    pub(super) criteria: Vec<Spanned<CriterionTable>>,
    #[serde(default, rename = "deadline")]
    pub(super) deadlines: Vec<DeadlineTable>,
    #[serde(default, rename = "commitment")]
    pub(super) commitments: Vec<CommitmentTable>,
    #[serde(default, rename = "version")]
    pub(super) versions: Vec<TermsTable>,
}

/// What an arrangement says that may change: a version of it, whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermsTable {
    pub(super) effective: Spanned<Datetime>,
    pub(super) legal_basis: Spanned<String>,
    pub(super) exchange: Spanned<Exchange>,
    pub(super) languages: Spanned<Vec<Spanned<String>>>,
    #[serde(default, rename = "criterion")]
    pub(super) criteria: Vec<Spanned<CriterionTable>>,
    #[serde(default, rename = "deadline")]
    pub(super) deadlines: Vec<DeadlineTable>,
    #[serde(default, rename = "commitment")]
    pub(super) commitments: Vec<CommitmentTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CriterionTable {
    pub(super) from: Spanned<String>,
    pub(super) to: Spanned<String>,
    #[serde(default)]
    pub(super) countries_of_origin: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeadlineTable {
    pub(super) id: Spanned<String>,
    pub(super) acting: Spanned<String>,
    pub(super) applies_to: Spanned<String>,
    pub(super) start: Spanned<String>,
    pub(super) stop: Spanned<String>,
    pub(super) length: Spanned<u32>,
    pub(super) unit: Spanned<UnitTable>,
    pub(super) pause: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) warn_before_days: u32,
    pub(super) legal_basis: Spanned<String>,
}

/// [`DeadlineUnit`] as it is configured: without unknown keys, which a stored one may have.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum UnitTable {
    CalendarDays,
    WorkingDays { calendar: String },
}

impl From<UnitTable> for DeadlineUnit {
    fn from(table: UnitTable) -> Self {
        match table {
            UnitTable::CalendarDays => Self::CalendarDays,
            UnitTable::WorkingDays { calendar } => Self::WorkingDays { calendar },
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommitmentTable {
    pub(super) kind: CommitmentKind,
    pub(super) per: Spanned<Per>,
    pub(super) count: Spanned<u32>,
    #[serde(default)]
    pub(super) due_within_days: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrincipalTable {
    pub(super) uri: Spanned<String>,
    pub(super) authority: Spanned<String>,
    pub(super) scopes: Spanned<Vec<Spanned<String>>>,
}

/// Everything that could be read.
#[derive(Default)]
pub(super) struct Document {
    pub(super) authorities: Vec<Spanned<AuthorityTable>>,
    pub(super) arrangements: Vec<Spanned<ArrangementTable>>,
    pub(super) principals: Vec<Spanned<PrincipalTable>>,
    /// Ids of authorities whose table has a fault, so that those who name them are not blamed.
    pub(super) unread_authorities: Vec<String>,
}

impl Document {
    pub(super) fn read(text: &str, problems: &mut Problems) -> Self {
        let mut document = Self::default();
        let (root, faults) = DeTable::parse_recoverable(text);
        if !faults.is_empty() {
            for fault in &faults {
                problems.add(fault.span().unwrap_or(0..0), no_toml(fault.message()));
            }
            // A text that is not TOML would only give faults that follow from the first.
            return document;
        }
        for (key, value) in root.into_inner() {
            match key.get_ref().as_ref() {
                "authority" => {
                    for table in tables(value, problems) {
                        let id = text_of(&table, "id");
                        match read_table(table, problems) {
                            Some(authority) => document.authorities.push(authority),
                            None => document.unread_authorities.extend(id),
                        }
                    }
                }
                "arrangement" => {
                    let tables = tables(value, problems);
                    document
                        .arrangements
                        .extend(tables.into_iter().filter_map(|table| read_table(table, problems)));
                }
                "principal" => {
                    let tables = tables(value, problems);
                    document
                        .principals
                        .extend(tables.into_iter().filter_map(|table| read_table(table, problems)));
                }
                other => problems.add(
                    key.span(),
                    format!("unknown table {other:?}, expected authority, arrangement or principal"),
                ),
            }
        }
        document
    }
}

fn tables<'t>(value: Spanned<DeValue<'t>>, problems: &mut Problems) -> Vec<Spanned<DeValue<'t>>> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Array(items) => items.into_iter().collect(),
        _ => {
            problems.add(span, "expected an array of tables, written with double brackets");
            Vec::new()
        }
    }
}

fn read_table<T: DeserializeOwned>(
    table: Spanned<DeValue<'_>>,
    problems: &mut Problems,
) -> Option<Spanned<T>> {
    let span: Range<usize> = table.span();
    match T::deserialize(table.into_deserializer()) {
        Ok(read) => Some(Spanned::new(span, read)),
        Err(fault) => {
            problems.add(fault.span().unwrap_or(span), toml_misfit(fault.message()));
            None
        }
    }
}

fn text_of(table: &Spanned<DeValue<'_>>, key: &str) -> Option<String> {
    table.get_ref().get(key)?.get_ref().as_str().map(str::to_owned)
}
