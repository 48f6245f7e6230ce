//! The records behind figures: over random histories of every template they are all that a figure counts, and nothing else.

use std::collections::BTreeSet;

use proptest::test_runner::TestRunner;
use seamless_reporting::domain::{
    content::{Content, Value},
    facts::Fact,
    figures::{Behind, CellPlace, Facts, FigureCases, FigureCell, Question, content, count_in, group_of},
    model::{EventStatus, ReportTemplate},
};

use crate::{
    asking, control, known, random::histories, reports, targeting, told::events_of, traces, training,
    versions::drawn,
};

/// Every place of a report that counts.
fn cells(content: &Content) -> Vec<FigureCell> {
    let mut cells = Vec::new();
    for section in &content.sections {
        let mut add = |id: &str, place| {
            cells.push(FigureCell { section: section.id.to_owned(), id: id.to_owned(), place });
        };
        for figure in &section.figures {
            let is_count = matches!(figure.value, Value::Count(_));
            add(figure.id, if is_count { CellPlace::Figure } else { CellPlace::CasesOfFigure });
        }
        for table in &section.tables {
            add(table.id, CellPlace::CasesOfTable);
            for row in &table.rows {
                let counts = row.values.iter().zip(&table.columns);
                for (_, column) in counts.filter(|(value, _)| matches!(value, Value::Count(_))) {
                    let (row, column) = (row.id.clone(), column.english.clone());
                    add(table.id, CellPlace::Row { row, column });
                }
            }
        }
    }
    cells
}

/// Of a place of the report: the records behind it add up to it; without them it counts nothing, and without all others the same.
fn is_all_behind(question: &Question<'_>, facts: &[Fact], cell: &FigureCell, told: u64) {
    let cases = FigureCases::of(question, cell, facts.to_vec());
    if matches!(&cell.place, CellPlace::Row { column, .. } if column == "waited until then") {
        assert_eq!(cases.total(), None, "who of all was left");
        return;
    }
    assert_eq!(cases.total(), Some(told), "{cell:?}");
    let behind = cases.behind(None, usize::MAX);
    let sum: u64 = behind.iter().map(|one| one.count).sum();
    assert_eq!(sum, told, "{cell:?}: {behind:?}");
    let names: BTreeSet<&str> = behind.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names.len(), behind.len(), "{cell:?}");
    let others = facts.iter().filter(|fact| !names.contains(group_of(fact).as_str())).cloned();
    let without = content(question, Facts::of(others, question.status));
    assert_eq!(count_in(&without, cell), 0, "{cell:?} without {names:?}");
    // Page by page they are the same.
    let mut pages = Vec::new();
    while let page @ [_, ..] = cases.behind(pages.last().map(|one: &Behind| one.name.as_str()), 2).as_slice()
    {
        pages.extend(page.iter().cloned());
    }
    assert_eq!(pages, behind, "{cell:?}");
}

fn are_all_behind(question: &Question<'_>, facts: &[Fact], which: usize) {
    let said = content(question, Facts::of(facts.iter().cloned(), question.status));
    for cell in cells(&said).iter().skip(which).step_by(5) {
        is_all_behind(question, facts, cell, count_in(&said, cell));
    }
}

/// Of histories of a template, each fifth place.
fn of_histories(template: ReportTemplate, facts: impl Fn(&mut TestRunner) -> Vec<Fact>) {
    let mut runner = TestRunner::default();
    for _ in 0..15 {
        let (facts, which) = (facts(&mut runner), drawn(&mut runner, &(0..5_usize)));
        asking(template, ("eu-just", "cn-gacc"), EventStatus::Actual, |question| {
            are_all_behind(question, &facts, which);
        });
    }
}

#[test]
fn records_behind_figures_of_alerts_add_up() {
    use ReportTemplate::{AnnualStatistics, QuarterlyPartner, ResponseTimes};
    let mut runner = TestRunner::default();
    for _ in 0..8 {
        let history = drawn(&mut runner, &histories());
        for template in [QuarterlyPartner, AnnualStatistics, ResponseTimes] {
            let which = drawn(&mut runner, &(0..5_usize));
            for pair in reports::PAIRS {
                let facts = known(&events_of(&history, pair.0), &pair.0.parse().unwrap());
                reports::asking(template, pair, EventStatus::Actual, |question| {
                    are_all_behind(question, &facts, which);
                });
            }
        }
    }
}

#[test]
fn records_behind_figures_of_import_control_add_up() {
    of_histories(ReportTemplate::ImportControl, |runner| {
        let goods = control::drawn(runner);
        // Of one world: both number their goods.
        if goods.len().is_multiple_of(2) { targeting::drawn(runner) } else { goods }
    });
}

#[test]
fn records_behind_figures_of_searches_for_manufacturers_add_up() {
    of_histories(ReportTemplate::TraceBack, traces::drawn);
}

#[test]
fn records_behind_figures_of_training_add_up() {
    of_histories(ReportTemplate::Training, training::drawn);
}

#[test]
fn records_behind_figures_of_a_review_add_up() {
    of_histories(ReportTemplate::ReviewPack, |runner| {
        [control::drawn, training::drawn, traces::drawn].map(|of| of(runner)).concat()
    });
}
