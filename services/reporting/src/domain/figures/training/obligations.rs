//! What the parties of arrangements promised each other, and with what they did it.

use seamless_labels::{Label, Labelled};

use super::TrainingFacts;
use crate::domain::{
    content::{Row, Section, Table, Text, Value, Word},
    facts::ObligationFact,
    figures::{
        Question,
        words::{Counts, count, text},
    },
    model::ObligationState,
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &TrainingFacts, all: &[&ObligationFact]) -> Section {
    let (first, last) = (question.period.first, question.period.last);
    let is_of_period = |one: &&&ObligationFact| one.first_day <= last && one.last_day >= first;
    let of_period: Vec<&ObligationFact> = all.iter().filter(is_of_period).copied().collect();
    let in_state = |state| of_period.iter().filter(|one| one.state == state).count();
    let figures = vec![
        count(
            "obligations",
            text("Obligations", "承诺数"),
            text(
                "Of arrangements in which the owner of the report takes part (where it is about a partner: with that partner), whose own period shares at least one day with that of the \
                 report; as the newest event says, also where that is of after the period.",
                "报告所有者参与（涉及伙伴方的，为与其共同参与）的安排中，其自身期间与报告期至少有一日重合的承诺；以最新事件为准，即使其在报告期之后。",
            ),
            of_period.len(),
        ),
        count(
            "fulfilled",
            text("Of these fulfilled", "其中已履行"),
            text("All that was promised was done in time.", "承诺事项已按期全部完成。"),
            in_state(ObligationState::Fulfilled),
        ),
        count(
            "missed",
            text("Of these missed", "其中未按期履行"),
            text("Not all was done in time.", "未按期全部完成。"),
            in_state(ObligationState::Missed),
        ),
    ];
    let mut states = Counts::new();
    of_period.iter().for_each(|one| states.add(&[one.state]));
    let definition = text("As the newest event says.", "以最新事件为准。");
    let tables = vec![
        states.table("by_state", text("By state", "按状态"), definition, false),
        each(&of_period),
        fulfilments(facts, &of_period),
    ];
    Section { id: "obligations", title: text("Obligations", "承诺履行"), figures, tables }
}

/// What an obligation is called: kind, arrangement, period.
fn title(one: &ObligationFact) -> Text {
    let Label { english, chinese } = one.kind.label();
    let (first, last, arrangement) = (one.first_day, one.last_day, &one.arrangement);
    Text::of(
        format!("{english}, {arrangement}, {first} – {last}"),
        format!("{chinese}，{arrangement}，{first} – {last}"),
    )
}

fn each(of_period: &[&ObligationFact]) -> Table {
    let rows = of_period.iter().map(|one| {
        let counts = [one.required, one.done.len() as u64, one.planned.len() as u64].map(Value::Count);
        let state = Value::Word(Word::of(one.state));
        Row { id: one.name.clone(), title: title(one), values: counts.into_iter().chain([state]).collect() }
    });
    Table {
        id: "each",
        title: text("Each obligation", "各项承诺"),
        definition: text(
            "What was to be done, what was done towards it, and what is announced and begins in time; and how it stands, as the newest event says.",
            "应完成数、已完成数，以及已公布且能按期开始的数；及其状态，以最新事件为准。",
        ),
        columns: vec![
            text("to be done", "应完成"),
            text("done", "已完成"),
            text("announced", "已公布"),
            text("state", "状态"),
        ],
        rows: rows.collect(),
        cases: of_period.len() as u64,
        overlapping: false,
    }
}

/// What an activity or a report is called: an activity that is not shown, and a report, by their ids.
fn called_by(facts: &TrainingFacts, name: &str) -> Text {
    match (facts.activity(name), name.split_once('/')) {
        (Some(activity), _) => activity.called(),
        (None, Some(("activities", id))) => Text::of(format!("activity {id}"), format!("活动 {id}")),
        (None, Some(("reports", id))) => Text::of(format!("report {id}"), format!("报告 {id}")),
        (None, _) => Text::same(name),
    }
}

/// What fulfilled each, by name.
fn fulfilments(facts: &TrainingFacts, of_period: &[&ObligationFact]) -> Table {
    let rows = of_period.iter().flat_map(|one| {
        one.done.iter().map(move |done| {
            let called = title(one);
            let what = called_by(facts, &done.by);
            Row {
                id: format!("{} {}", one.name, done.by),
                title: Text::of(
                    format!("{}: {} ({})", called.english, what.english, done.day),
                    format!("{}：{}（{}）", called.chinese, what.chinese, done.day),
                ),
                values: vec![Value::Count(1)],
            }
        })
    });
    let rows: Vec<Row> = rows.collect();
    Table {
        id: "fulfilments",
        title: text("What was done towards them", "履行事项"),
        definition: text(
            "Activities and reports that count towards these obligations, with the day on which each activity began where its organiser is, or each report was published where its owner is.",
            "计入上述承诺的活动和报告，及活动在组织方所在地开始的日期或报告在其所有者所在地发布的日期。",
        ),
        columns: vec![text("number", "数量")],
        cases: rows.len() as u64,
        rows,
        overlapping: false,
    }
}
