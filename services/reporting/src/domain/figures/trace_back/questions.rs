//! Questions of those who trace to the notifier.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use seamless_statistics::{End, Spell, kaplan_meier};

use super::sendings;
use crate::domain::{
    content::{Figure, Measured, Section, Value},
    facts::{QuestionFact, sending_of},
    figures::{
        Facts, Question,
        case::Way,
        reaction::{days, median_of},
        words::{Counts, count, text},
    },
    model::{TraceOutcome, TraceQuestionState},
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &Facts, way: Way) -> Section {
    let (id, title) = match way {
        Way::Sent => ("questions_sent", text("Questions of the partner", "伙伴方的询问")),
        Way::Received => ("questions_received", text("Own questions", "本方的询问")),
    };
    let names: HashSet<&str> = sendings(question, facts, way).into_iter().collect();
    let all = facts.traces.questions.iter().filter(|one| names.contains(sending_of(&one.name)));
    let all: Vec<&QuestionFact> = all.filter(|one| one.asked < question.cut).collect();
    let asked: Vec<&&QuestionFact> = all.iter().filter(|one| one.asked >= question.start).collect();
    let is_answered = |one: &&&&QuestionFact| state_at(one, question.cut) == TraceQuestionState::Answered;
    let answered: Vec<&&&QuestionFact> = asked.iter().filter(is_answered).collect();
    let updated: Vec<&&&&QuestionFact> = answered.iter().filter(|one| one.has_update).collect();
    let traced = updated.iter().filter(|one| is_traced_after(question, facts, one)).count();
    let spells: Vec<Spell> = asked.iter().map(|one| spell(question, one)).collect();
    let waited = waited(question, &all);
    let figures = vec![
        count(
            "asked",
            text("Questions", "询问数"),
            text(
                "Questions within searches, by the time at which they were asked.",
                "溯源调查中的询问，按提出时间计。",
            ),
            asked.len(),
        ),
        count(
            "answered",
            text("Of these answered", "其中已答复"),
            text("Before the cut; those taken back are not.", "在统计截止时间前答复的；已撤回的不计。"),
            answered.len(),
        ),
        count(
            "updated",
            text("… with fields that were updated", "……并更新了信息"),
            text(
                "The answer names fields of the alert that were updated for it.",
                "答复指明为此更新了通报信息。",
            ),
            updated.len(),
        ),
        count(
            "traced",
            text("… and the manufacturer was found then", "……其后找到制造商"),
            text(
                "The search ended behind the answer and before the cut, with a manufacturer that is confirmed or probable.",
                "调查在答复之后、统计截止时间前结束，并确认制造商或认定其很可能。",
            ),
            traced,
        ),
        Figure {
            id: "median",
            title: text("Half are answered after (days)", "半数获答复所需天数"),
            definition: text(
                "From asking to the answer; those open count up to the cut, those taken back up to then. Kaplan–Meier; days of 24 hours.",
                "自提出至答复；未答复的计至统计截止时间，已撤回的计至撤回时。采用 Kaplan–Meier 方法，一天为 24 小时。",
            ),
            value: median_of(&kaplan_meier(&spells)),
            cases: spells.len() as u64,
        },
        Figure {
            id: "waited",
            title: text("Days that searches waited", "调查等待天数"),
            definition: text(
                "The time of the period in which at least one question of a search was open, summed over searches.",
                "报告期内各项调查至少有一个询问未答复的时间之和。",
            ),
            value: Value::Days(Measured { value: days(waited), lower: None, upper: None }),
            cases: all.len() as u64,
        },
    ];
    let mut counts = Counts::new();
    asked.iter().for_each(|one| counts.add_fields(&one.fields));
    let definition =
        text("Questions of the period, by the fields that they are about.", "报告期内的询问，按所涉信息。");
    let tables = vec![counts.table("by_field", text("By field", "按信息字段"), definition, true)];
    Section { id, title, figures, tables }
}

/// How a question stood at this instant.
fn state_at(one: &QuestionFact, at: Timestamp) -> TraceQuestionState {
    match one.closed.is_some_and(|closed| closed < at) {
        true => one.state,
        false => TraceQuestionState::Open,
    }
}

fn is_traced_after(question: &Question<'_>, facts: &Facts, one: &QuestionFact) -> bool {
    let sending = sending_of(&one.name);
    let trace = facts.traces.traces.iter().find(|trace| trace.sending == sending);
    let conclusion = trace.and_then(|trace| trace.conclusion.as_ref());
    conclusion.is_some_and(|end| {
        let is_after = one.closed.is_some_and(|closed| end.time >= closed) && end.time < question.cut;
        is_after && end.outcome != TraceOutcome::NotTraced
    })
}

fn spell(question: &Question<'_>, one: &QuestionFact) -> Spell {
    let closed = one.closed.filter(|time| *time < question.cut);
    let duration = closed.unwrap_or(question.cut).duration_since(one.asked).as_micros().max(0);
    let is_answered = state_at(one, question.cut) == TraceQuestionState::Answered;
    Spell {
        duration: i64::try_from(duration).unwrap_or(i64::MAX),
        end: if is_answered { End::Event } else { End::Censored },
    }
}

/// How long searches had an open question within the period, in microseconds: times that overlap count once for a search.
fn waited(question: &Question<'_>, all: &[&QuestionFact]) -> i64 {
    let mut by_search: BTreeMap<&str, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for one in all {
        let from = one.asked.max(question.start);
        let until = one.closed.unwrap_or(question.cut).min(question.cut);
        if from < until {
            by_search.entry(sending_of(&one.name)).or_default().push((from, until));
        }
    }
    let mut sum = SignedDuration::ZERO;
    for mut times in by_search.into_values() {
        times.sort_unstable();
        let mut reached = Timestamp::MIN;
        for (from, until) in times {
            let from = from.max(reached);
            if from < until {
                sum += until.duration_since(from);
                reached = until;
            }
        }
    }
    i64::try_from(sum.as_micros()).unwrap_or(i64::MAX)
}
