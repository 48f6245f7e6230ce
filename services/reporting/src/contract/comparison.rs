//! How two reports differ: value by value, and of what they were made.

use std::collections::{BTreeMap, HashMap};

use seamless_proto::seamless::{
    reporting::v1::{self as wire, ComparisonCauseKind as Kind},
    r#type::v1::LocalizedText,
};

use crate::domain::model::{Input, Manifest, Report};

/// The most changed values that are given.
const MOST_CHANGES: usize = 1_000;

/// Where a value stands: section, item, row and column.
type Place<'a> = (&'a str, &'a str, &'a str, i32);

/// A value with what it is called.
type Titled<'a> = (Option<&'a LocalizedText>, Option<&'a wire::Value>);

/// How the later report differs from the earlier one; each with what it says.
#[must_use]
pub fn comparison(
    (earlier, before): (&Report, &wire::ReportContent),
    (later, after): (&Report, &wire::ReportContent),
) -> wire::ReportComparison {
    let (mut old, mut changes) = (HashMap::new(), Vec::new());
    let old_order = values(before);
    old.extend(old_order.iter().copied());
    for (place, (title, value)) in values(after) {
        let before = old.remove(&place).and_then(|(_, value)| value);
        if before != value {
            changes.push(changed(place, title, before, value));
        }
    }
    for (place, (title, value)) in old_order.iter().filter(|(place, _)| old.contains_key(place)) {
        changes.push(changed(*place, *title, *value, None));
    }
    let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    changes.truncate(MOST_CHANGES);
    wire::ReportComparison { causes: causes(earlier, later), changes, changed: count }
}

fn changed(
    (section, item, row, column): Place<'_>,
    title: Option<&LocalizedText>,
    before: Option<&wire::Value>,
    after: Option<&wire::Value>,
) -> wire::ChangedValue {
    wire::ChangedValue {
        section: section.to_owned(),
        item: item.to_owned(),
        row: row.to_owned(),
        column,
        title: title.cloned(),
        before: before.cloned(),
        after: after.cloned(),
    }
}

/// All values of a report, in their order.
fn values(content: &wire::ReportContent) -> Vec<(Place<'_>, Titled<'_>)> {
    let mut all: Vec<(Place<'_>, Titled<'_>)> = Vec::new();
    for section in &content.sections {
        let id = section.id.as_str();
        for figure in &section.figures {
            all.push(((id, &figure.id, "", 0), (figure.title.as_ref(), figure.value.as_ref())));
        }
        for table in &section.tables {
            for row in &table.rows {
                for (column, value) in (1..).zip(&row.values) {
                    all.push(((id, &table.id, &row.id, column), (row.title.as_ref(), Some(value))));
                }
            }
        }
    }
    all
}

fn causes(earlier: &Report, later: &Report) -> Vec<wire::ComparisonCause> {
    let (Some(before), Some(after)) = (&earlier.manifest, &later.manifest) else { return Vec::new() };
    let named = |kind: Kind, name: &str| wire::ComparisonCause {
        kind: kind.into(),
        name: name.to_owned(),
        ..wire::ComparisonCause::default()
    };
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
    for name in known.keys().chain(digests.keys().filter(|name| !known.contains_key(*name))) {
        if known.get(name) != digests.get(name) {
            causes.push(named(Kind::Configuration, name));
        }
    }
    if before.zone_data_version != after.zone_data_version {
        causes.push(named(Kind::ZoneData, ""));
    }
    if (&before.program_version, &before.target) != (&after.program_version, &after.target) {
        causes.push(named(Kind::Program, ""));
    }
    causes
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
        if known.is_none_or(|known| known.content_sha256 != input.content_sha256) {
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
