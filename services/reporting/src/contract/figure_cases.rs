//! Which figure of a report is looked behind, by what the report tells; and the records there, in the form of the contract.

use seamless_api::Violations;
use seamless_proto::seamless::reporting::v1 as wire;

use super::content_out::count_out;
use crate::domain::figures::{Behind, CellPlace, FigureCell};

/// The place in what a report tells, and what stands there; with every part of it that is not in the report, and what is there instead.
pub fn figure_cell_in(
    found: &mut Violations,
    told: &wire::ReportContent,
    asked: &wire::ListFigureCasesRequest,
) -> Option<(FigureCell, wire::Value)> {
    let Some(section) = told.sections.iter().find(|section| section.id == asked.section) else {
        found.add("section", wants(told.sections.iter().map(|one| one.id.as_str()), &asked.section));
        return None;
    };
    let cell = |place| FigureCell { section: section.id.clone(), id: asked.figure.clone(), place };
    if let Some(figure) = section.figures.iter().find(|one| one.id == asked.figure) {
        if asked.row.is_some() {
            found.add("row", "wants none: it is a figure, not a table");
        }
        if asked.column != 0 {
            found.add("column", "wants 0: it is a figure, not a table");
        }
        let value = figure.value.clone().unwrap_or_default();
        let place = if count(&value).is_some() { CellPlace::Figure } else { CellPlace::CasesOfFigure };
        return Some((cell(place), value));
    }
    let Some(table) = section.tables.iter().find(|one| one.id == asked.figure) else {
        let figures = section.figures.iter().map(|one| one.id.as_str());
        let tables = section.tables.iter().map(|one| one.id.as_str());
        found.add("figure", wants(figures.chain(tables), &asked.figure));
        return None;
    };
    let Some(id) = &asked.row else {
        if asked.column != 0 {
            found.add("column", "wants 0: no row is named");
        }
        let value = wire::Value { value: Some(wire::value::Value::Count(table.cases)), missing: 0 };
        return Some((cell(CellPlace::CasesOfTable), value));
    };
    let Some(row) = table.rows.iter().find(|one| one.id == *id) else {
        found.add("row", wants(table.rows.iter().map(|one| one.id.as_str()), id));
        return None;
    };
    let counting = row.values.iter().zip(&table.columns).zip(1..);
    let counting: Vec<_> = counting.filter(|((value, _), _)| count(value).is_some()).collect();
    let place = counting.iter().find(|(_, number)| asked.column == 0 || asked.column == *number);
    let Some(((value, title), _)) = place else {
        let numbers: Vec<String> = counting.iter().map(|(_, number)| number.to_string()).collect();
        let wanted = match numbers.is_empty() {
            true => "wants a row with a count".to_owned(),
            false => format!("wants a column that counts: {}; got {}", numbers.join(", "), asked.column),
        };
        found.add("column", wanted);
        return None;
    };
    let english = title.versions.iter().find(|version| version.language_code == "en");
    let column = english.map(|version| version.text.clone()).unwrap_or_default();
    Some((cell(CellPlace::Row { row: id.clone(), column }), (*value).clone()))
}

fn count(value: &wire::Value) -> Option<i64> {
    match value.value {
        Some(wire::value::Value::Count(count)) => Some(count),
        _ => None,
    }
}

/// A record behind a figure.
#[must_use]
pub fn figure_case_out(behind: &Behind) -> wire::FigureCase {
    wire::FigureCase { name: behind.name.clone(), count: count_out(behind.count) }
}

/// Which there are.
fn wants<'i>(ids: impl Iterator<Item = &'i str>, got: &str) -> String {
    let ids: Vec<String> = ids.map(|id| format!("{id:?}")).collect();
    format!("wants one of {}; got {got:?}", ids.join(", "))
}
