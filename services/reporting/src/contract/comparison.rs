//! How two reports differ: value by value, and of what they were made.

use std::collections::{BTreeMap, HashMap};

use seamless_proto::seamless::{
    reporting::v1::{self as wire, ComparisonCauseKind as Kind},
    r#type::v1::LocalizedText,
};

use crate::domain::model::{Input, Manifest, Report};

/// The most changed values that are given.
const MOST_CHANGES: usize = 1_000;

/// The digest of the time zone data, which is a cause of its own.
const ZONE_DATA: &str = "zone_data";

/// Where a value stands: section, item, row and column.
type Place<'a> = (&'a str, &'a str, &'a str, i32);

/// What stands there: a value, or a table as a whole; with what it is called and what is said about it.
#[derive(Clone, Copy, Default, PartialEq)]
struct Said<'a> {
    title: Option<&'a LocalizedText>,
    value: Option<&'a wire::Value>,
    cases: Option<i64>,
    definition: Option<&'a LocalizedText>,
}

impl Said<'_> {
    /// Whether it says something else, whatever it is called.
    fn differs(&self, other: &Self) -> bool {
        (self.value, self.cases, self.definition) != (other.value, other.cases, other.definition)
    }
}

/// How the later report differs from the earlier one; each with what it says.
#[must_use]
pub fn comparison(
    (earlier, before): (&Report, &wire::ReportContent),
    (later, after): (&Report, &wire::ReportContent),
) -> wire::ReportComparison {
    let (mut old, mut changes) = (HashMap::new(), Vec::new());
    let old_order = all_said(before);
    old.extend(old_order.iter().copied());
    for (place, said) in all_said(after) {
        let before = old.remove(&place).unwrap_or_default();
        if said.differs(&before) {
            changes.push(changed(place, said.title, before, said));
        }
    }
    for (place, said) in old_order.iter().filter(|(place, _)| old.contains_key(place)) {
        changes.push(changed(*place, said.title, *said, Said::default()));
    }
    let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    changes.truncate(MOST_CHANGES);
    wire::ReportComparison { causes: causes(earlier, later), changes, changed: count }
}

fn changed(
    (section, item, row, column): Place<'_>,
    title: Option<&LocalizedText>,
    before: Said<'_>,
    after: Said<'_>,
) -> wire::ChangedValue {
    let [cases_before, cases_after] = match before.cases == after.cases {
        true => [None, None],
        false => [before.cases, after.cases],
    };
    let [definition_before, definition_after] = match before.definition == after.definition {
        true => [None, None],
        false => [before.definition.cloned(), after.definition.cloned()],
    };
    wire::ChangedValue {
        section: section.to_owned(),
        item: item.to_owned(),
        row: row.to_owned(),
        column,
        title: title.cloned(),
        before: before.value.cloned(),
        after: after.value.cloned(),
        cases_before,
        cases_after,
        definition_before,
        definition_after,
    }
}

/// All that a report says, in its order.
fn all_said(content: &wire::ReportContent) -> Vec<(Place<'_>, Said<'_>)> {
    let mut all: Vec<(Place<'_>, Said<'_>)> = Vec::new();
    for section in &content.sections {
        let id = section.id.as_str();
        for figure in &section.figures {
            let said = Said {
                title: figure.title.as_ref(),
                value: figure.value.as_ref(),
                cases: Some(figure.cases),
                definition: figure.definition.as_ref(),
            };
            all.push(((id, &figure.id, "", 0), said));
        }
        for table in &section.tables {
            let whole = Said {
                title: table.title.as_ref(),
                value: None,
                cases: Some(table.cases),
                definition: table.definition.as_ref(),
            };
            all.push(((id, &table.id, "", 0), whole));
            for row in &table.rows {
                for (column, value) in (1..).zip(&row.values) {
                    let said = Said { title: row.title.as_ref(), value: Some(value), ..Said::default() };
                    all.push(((id, &table.id, &row.id, column), said));
                }
            }
        }
    }
    all
}

fn causes(earlier: &Report, later: &Report) -> Vec<wire::ComparisonCause> {
    let (Some(before), Some(after)) = (&earlier.manifest, &later.manifest) else { return Vec::new() };
    let mut causes = Vec::new();
    if (earlier.subject(), &earlier.owner, before.cut) != (later.subject(), &later.owner, after.cut) {
        causes.push(named(Kind::Subject, ""));
    }
    if earlier.template_version != later.template_version {
        causes.push(named(Kind::Template, ""));
    }
    inputs(before, after, &mut causes);
    let digests = |of: &Manifest| -> BTreeMap<String, String> {
        of.configuration.iter().map(|one| (one.name.clone(), one.sha256.clone())).collect()
    };
    let (known, digests) = (digests(before), digests(after));
    let names = known.keys().chain(digests.keys().filter(|name| !known.contains_key(*name)));
    for name in names.filter(|name| *name != ZONE_DATA) {
        if known.get(name) != digests.get(name) {
            causes.push(named(Kind::Configuration, name));
        }
    }
    let zone_data = known.get(ZONE_DATA).zip(digests.get(ZONE_DATA));
    if before.zone_data_version != after.zone_data_version || zone_data.is_some_and(|(old, new)| old != new) {
        causes.push(named(Kind::ZoneData, ""));
    }
    if (&before.program_version, &before.target) != (&after.program_version, &after.target) {
        causes.push(named(Kind::Program, ""));
    }
    causes
}

fn named(kind: Kind, name: &str) -> wire::ComparisonCause {
    wire::ComparisonCause { kind: kind.into(), name: name.to_owned(), ..wire::ComparisonCause::default() }
}

/// What the feeds told in between, and what was lost.
fn inputs(before: &Manifest, after: &Manifest, causes: &mut Vec<wire::ComparisonCause>) {
    let is_gone = |input: &&Input| !after.inputs.iter().any(|one| one.source == input.source);
    for gone in before.inputs.iter().filter(is_gone) {
        causes.push(wire::ComparisonCause {
            kind: Kind::Source.into(),
            name: gone.source.clone(),
            after_position: gone.position,
            ..wire::ComparisonCause::default()
        });
    }
    for input in &after.inputs {
        let known = before.inputs.iter().find(|known| known.source == input.source);
        let after_position = known.map_or(0, |known| known.position);
        // Neither count ever falls, also where the feed was read anew in between.
        let lost = input.alerts_lost.saturating_sub(known.map_or(0, |known| known.alerts_lost));
        let narrowed = input.rights_narrowed.zip(known.map_or(Some(0), |known| known.rights_narrowed));
        let narrowed = narrowed.map_or(0, |(after, before)| after.saturating_sub(before));
        let is_same = |of: fn(&Input) -> &str| known.is_some_and(|known| of(known) == of(input));
        // What is kept of the feed is what figures are calculated from; reports of before know its events alone.
        let is_known =
            !input.facts_sha256.is_empty() && known.is_some_and(|known| !known.facts_sha256.is_empty());
        let (same_facts, same_events) =
            (is_same(|input| &input.facts_sha256), is_same(|input| &input.content_sha256));
        if is_known && same_events && !same_facts && lost == 0 && narrowed == 0 {
            causes.push(named(Kind::Program, &input.source));
        }
        if !(same_events || is_known && same_facts) {
            causes.push(wire::ComparisonCause {
                kind: Kind::Source.into(),
                name: input.source.clone(),
                after_position,
                to_position: input.position,
                ..wire::ComparisonCause::default()
            });
        }
        if lost > 0 || narrowed > 0 {
            causes.push(wire::ComparisonCause {
                kind: Kind::Rights.into(),
                name: input.source.clone(),
                after_position,
                to_position: input.position,
                alerts_lost: i64::try_from(lost).unwrap_or(i64::MAX),
                rights_narrowed: i64::try_from(narrowed).unwrap_or(i64::MAX),
            });
        }
    }
}
