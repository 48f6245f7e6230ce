//! Searches for manufacturers: begun, ended, and how long they took.

use std::collections::HashSet;

use jiff::Timestamp;
use seamless_statistics::{End, Spell, kaplan_meier};

use super::sendings;
use crate::domain::{
    content::{Figure, Section},
    facts::TraceFact,
    figures::{
        Facts, Question,
        case::Way,
        reaction::median_of,
        words::{Counts, count, text},
    },
    model::TraceState,
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &Facts, way: Way) -> Section {
    let (id, title) = match way {
        Way::Sent => ("searches_sent", text("Searches by the partner", "伙伴方的溯源调查")),
        Way::Received => ("searches_received", text("Own searches", "本方的溯源调查")),
    };
    let names: HashSet<&str> = sendings(question, facts, way).into_iter().collect();
    let is_within = |time: Timestamp| time >= question.start && time < question.cut;
    let traces: Vec<&TraceFact> =
        facts.traces.traces.iter().filter(|trace| names.contains(trace.sending.as_str())).collect();
    let opened: Vec<&&TraceFact> = traces.iter().filter(|trace| is_within(trace.opened)).collect();
    let ends = |trace: &TraceFact| {
        let steps = trace.steps.iter().filter(|step| step.state == TraceState::Concluded);
        steps.map(|step| step.time).rfind(|time| is_within(*time))
    };
    let ended = traces.iter().filter(|trace| ends(trace).is_some()).count();
    let reopened = traces.iter().filter(|trace| reopened(question, trace)).count();
    let spells: Vec<Spell> = opened.iter().map(|trace| spell(question, trace)).collect();
    let figures = vec![
        count(
            "opened",
            text("Begun", "开始"),
            text(
                "Searches by the time at which they were opened. A follow-up may trace without one, and then counts only above.",
                "按开始时间计的溯源调查。后续处理也可不经调查而得出结果，则仅计入上节。",
            ),
            opened.len(),
        ),
        count(
            "ended",
            text("Ended", "结束"),
            text(
                "Searches that ended within the period, whenever they were opened; one that ended twice counts once.",
                "报告期内结束的，不论何时开始；结束两次的计一次。",
            ),
            ended,
        ),
        count(
            "reopened",
            text("Taken up again", "重新调查"),
            text("Searches that were reopened within the period.", "报告期内重新开始的。"),
            reopened,
        ),
        Figure {
            id: "median",
            title: text("Half have ended after (days)", "半数结束所需天数"),
            definition: text(
                "Searches opened within the period, to their first end; those that go on count up to the cut. Kaplan–Meier; days of 24 hours, \
                 waiting for answers included.",
                "报告期内开始的调查，至首次结束；仍在进行的计至统计截止时间。采用 Kaplan–Meier 方法，一天为 24 小时，含等待答复的时间。",
            ),
            value: median_of(&kaplan_meier(&spells)),
            cases: spells.len() as u64,
        },
    ];
    let mut counts = Counts::new();
    for conclusion in traces.iter().filter_map(|trace| trace.conclusion.as_ref()) {
        if is_within(conclusion.time) {
            counts.add(&[conclusion.outcome]);
        }
    }
    let definition = text(
        "Searches whose present end fell into the period. One that was taken up again since, or ended anew behind the cut, is left out.",
        "现有结论在报告期内得出的调查；其后重新调查或在截止后另有结论的不计入。",
    );
    let tables = vec![counts.table("by_outcome", text("By outcome", "按结果"), definition, false)];
    Section { id, title, figures, tables }
}

/// Whether it was reopened within the period: opened after it had ended.
fn reopened(question: &Question<'_>, trace: &TraceFact) -> bool {
    let mut has_ended = false;
    for step in trace.steps.iter().filter(|step| step.time < question.cut) {
        if step.state == TraceState::Concluded {
            has_ended = true;
        } else if has_ended && step.time >= question.start {
            return true;
        }
    }
    false
}

/// From the opening to the first end.
fn spell(question: &Question<'_>, trace: &TraceFact) -> Spell {
    let first = trace.steps.iter().find(|step| step.state == TraceState::Concluded).map(|step| step.time);
    let ended = first.filter(|time| *time < question.cut);
    let duration = ended.unwrap_or(question.cut).duration_since(trace.opened).as_micros().max(0);
    Spell {
        duration: i64::try_from(duration).unwrap_or(i64::MAX),
        end: if ended.is_some() { End::Event } else { End::Censored },
    }
}
