//! Companies that may be the manufacturer, and how sure those who trace were.

use std::collections::HashSet;

use super::sendings;
use crate::domain::{
    content::{Row, Section, Table, Value},
    facts::{CandidateFact, sending_of},
    figures::{
        Facts, Question,
        case::Way,
        words::{Counts, count, share_of, text},
    },
    model::CandidateState,
};

/// Bands of confidence, per cent: the first, and the last that still belongs to it.
const BANDS: [(u32, u32); 4] = [(0, 25), (26, 50), (51, 75), (76, 100)];

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &Facts, way: Way) -> Section {
    let (id, title) = match way {
        Way::Sent => ("candidates_sent", text("Candidates of the partner", "伙伴方的候选企业")),
        Way::Received => ("candidates_received", text("Own candidates", "本方的候选企业")),
    };
    let names: HashSet<&str> = sendings(question, facts, way).into_iter().collect();
    let added = facts.traces.candidates.iter().filter(|one| names.contains(sending_of(&one.name)));
    let added = added.filter(|one| one.added >= question.start && one.added < question.cut);
    let added: Vec<&CandidateFact> = added.collect();
    let searches: HashSet<&str> = added.iter().map(|one| sending_of(&one.name)).collect();
    let figures = vec![
        count(
            "added",
            text("Candidates", "候选企业数"),
            text(
                "Companies that were added to searches as possible manufacturers, by the time of adding.",
                "作为可能的制造商加入溯源调查的企业，按加入时间计。",
            ),
            added.len(),
        ),
        count(
            "searches",
            text("Searches that they are of", "所涉调查数"),
            text("Searches with at least one of these candidates.", "至少有一个上述候选企业的调查。"),
            searches.len(),
        ),
    ];
    let mut states = Counts::new();
    added.iter().for_each(|one| states.add(&[one.state]));
    let definition = text("As the newest event says.", "以最新事件为准。");
    let tables = vec![
        states.table("by_state", text("By what is held of them", "按认定情况"), definition, false),
        calibration(&added),
    ];
    Section { id, title, figures, tables }
}

fn calibration(added: &[&CandidateFact]) -> Table {
    let rows = BANDS.map(|(first, last)| {
        let of_band = || added.iter().filter(|one| (first..=last).contains(&one.confidence));
        let number = |state| of_band().filter(|one| one.state == state).count();
        let (confirmed, rejected) = (number(CandidateState::Confirmed), number(CandidateState::Rejected));
        let counts = [of_band().count(), confirmed, rejected].map(|count| Value::Count(count as u64));
        let share = share_of(confirmed, confirmed + rejected);
        let title = format!("{first}–{last} %");
        Row {
            id: format!("{first}-{last}"),
            title: text(&title, &title),
            values: counts.into_iter().chain([share]).collect(),
        }
    });
    Table {
        id: "by_confidence",
        title: text("How sure, and how right", "把握程度与准确性"),
        definition: text(
            "Candidates of the period by the confidence that was given last, which may be of after the decision; the share is of those that \
             were decided on, with Wilson's interval of 95 %.",
            "报告期内的候选企业，按最后给出的把握程度（可能在认定之后给出）；比例以已认定者为基数，95% 区间采用 Wilson 方法。",
        ),
        columns: vec![
            text("candidates", "候选企业"),
            text("confirmed", "已确认"),
            text("ruled out", "已排除"),
            text("share confirmed", "确认比例"),
        ],
        rows: rows.into(),
        cases: added.len() as u64,
        overlapping: false,
    }
}
