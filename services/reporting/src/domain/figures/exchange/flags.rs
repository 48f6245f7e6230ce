//! Flags and questions between the two sides: raised, answered, settled, and how long an answer takes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use seamless_statistics::{End, Spell, kaplan_meier};

use crate::domain::{
    content::{Figure, Row, Section, Table, Text, Value},
    facts::ConversationFact,
    figures::{
        Facts, Question,
        case::{Case, Way, cases},
        reaction::{looked_until, median_of},
        words::{Counts, count, text},
    },
    model::{ConversationKind, ConversationState},
};

/// A conversation, with the sending that it was begun about, if that is known.
struct Seen<'a> {
    fact: &'a ConversationFact,
    /// Until when an answer to it is looked for, but for its own end.
    until: Timestamp,
}

/// The sections: what the partner raised, and what the own side did.
pub(in crate::domain::figures) fn sections(question: &Question<'_>, facts: &Facts) -> Vec<Section> {
    let Some(partner) = question.partner else { return Vec::new() };
    let both: Vec<Case<'_>> =
        [Way::Received, Way::Sent].into_iter().flat_map(|way| cases(question, facts, way)).collect();
    let mut by_sending: BTreeMap<&str, Vec<&Case<'_>>> = BTreeMap::new();
    for case in &both {
        by_sending.entry(&case.sending.name).or_default().push(case);
    }
    let begun = facts.exchange.conversations.iter().filter(|one| one.opened < question.cut);
    let seen: Vec<Seen<'_>> = begun
        .filter_map(|fact| {
            let cases = by_sending.get(fact.sending.as_str())?;
            let case = cases.iter().find(|case| case.is_of(fact.opened));
            let until = case.map_or(question.cut, |case| looked_until(question, case));
            Some(Seen { fact, until })
        })
        .collect();
    let is_theirs = |one: &&Seen<'_>| partner.members.contains(&one.fact.raised_by);
    let (theirs, own): (Vec<&Seen<'_>>, Vec<&Seen<'_>>) = seen.iter().partition(is_theirs);
    vec![
        section(
            question,
            "flags_of_partner",
            text("Flags and questions of the partner", "伙伴方的提示与询问"),
            &theirs,
        ),
        section(question, "flags_own", text("Own flags and questions", "本方的提示与询问"), &own),
    ]
}

fn section(question: &Question<'_>, id: &'static str, title: Text, all: &[&Seen<'_>]) -> Section {
    use ConversationState::{Answered, Open, Resolved, Withdrawn};
    let is_flag = |one: &&&Seen<'_>| one.fact.kind != ConversationKind::Discussion;
    let flags: Vec<&Seen<'_>> = all.iter().filter(is_flag).copied().collect();
    let raised: Vec<&Seen<'_>> =
        flags.iter().filter(|one| one.fact.opened >= question.start).copied().collect();
    let of_period = |state: ConversationState| {
        let came = |one: &&&Seen<'_>| {
            let mut steps = one.fact.steps.iter().filter(|step| step.state == state);
            steps.any(|step| step.time >= question.start && step.time < question.cut)
        };
        flags.iter().filter(came).count()
    };
    let waiting = flags.iter().filter(|one| state_at(one.fact, question.cut) == Open).count();
    let discussions = all.len() - flags.len();
    let discussions = match discussions {
        0 => 0,
        _ => all.iter().filter(|one| !is_flag(one) && one.fact.opened >= question.start).count(),
    };
    let figures = vec![
        count(
            "raised",
            text("Flags raised", "提出的提示"),
            text(
                "Flags and questions on alerts between the two sides that were raised within the period, in either direction; discussions are \
                 none.",
                "报告期内就双方之间的通报提出的提示与询问，不论通报方向；讨论不计。",
            ),
            raised.len(),
        ),
        count(
            "answered",
            text("Answered", "已答复"),
            step_definition("answered", "获得答复"),
            of_period(Answered),
        ),
        count(
            "resolved",
            text("Resolved", "已解决"),
            step_definition("settled", "得到解决"),
            of_period(Resolved),
        ),
        count(
            "withdrawn",
            text("Taken back", "已撤回"),
            step_definition("taken back by who raised them", "被提出方撤回"),
            of_period(Withdrawn),
        ),
        count(
            "waiting",
            text("Waiting for an answer at the end", "期末待答复"),
            text(
                "Flags, whenever they were raised, that are not answered at the cut, or were asked again since; neither settled nor taken back.",
                "不论何时提出，截至统计截止时间尚未答复或答复后再次询问的提示；已解决或已撤回的不计。",
            ),
            waiting,
        ),
        median(question, &raised),
        count(
            "discussions",
            text("Discussions begun", "发起的讨论"),
            text(
                "Exchanges without question and answer, begun within the period.",
                "报告期内发起的、无问答要求的交流。",
            ),
            discussions,
        ),
    ];
    Section { id, title, figures, tables: vec![by_kind(question, &raised), requested(&raised)] }
}

fn step_definition(english: &str, chinese: &str) -> Text {
    text(
        &format!(
            "Flags that were {english} within the period, by the time of that step, whenever they were raised; each counts once, however \
             often."
        ),
        &format!("报告期内{chinese}的提示，按该步骤的时间计，不论何时提出；多次的计一次。"),
    )
}

/// How a conversation stood at this instant.
fn state_at(one: &ConversationFact, at: Timestamp) -> ConversationState {
    let last = one.steps.iter().rev().find(|step| step.time < at);
    last.map_or(ConversationState::Open, |step| step.state)
}

/// From the raising to the first answer, or to where nobody looks for one any further.
fn spell(question: &Question<'_>, one: &Seen<'_>) -> Spell {
    use ConversationState::{Answered, Resolved, Withdrawn};
    let steps = || one.fact.steps.iter().filter(|step| step.time < question.cut);
    let first = |states: &[ConversationState]| {
        steps().find(|step| states.contains(&step.state)).map(|step| step.time)
    };
    let until = first(&[Resolved, Withdrawn]).map_or(one.until, |end| end.min(one.until));
    let answered = first(&[Answered]).filter(|time| *time <= until);
    let duration = answered.unwrap_or(until).duration_since(one.fact.opened).as_micros().max(0);
    Spell {
        duration: i64::try_from(duration).unwrap_or(i64::MAX),
        end: if answered.is_some() { End::Event } else { End::Censored },
    }
}

fn half(question: &Question<'_>, flags: &[&Seen<'_>]) -> Value {
    let spells: Vec<Spell> = flags.iter().map(|one| spell(question, one)).collect();
    median_of(&kaplan_meier(&spells))
}

fn median(question: &Question<'_>, raised: &[&Seen<'_>]) -> Figure {
    Figure {
        id: "median",
        title: text("Half are answered after (days)", "半数获答复所需天数"),
        definition: text(
            "Flags raised within the period, from then to the first answer. Those without one count up to the cut, up to when they were settled \
             or taken back, or up to when the alert was withdrawn or taken from its recipient. Kaplan–Meier; the interval of 95 % is of the \
             log-log kind; days of 24 hours.",
            "报告期内提出的提示，自提出至首次答复。尚无答复的，计至统计截止时间、解决或撤回之时，或通报被撤回、收回之时。\
             采用 Kaplan–Meier 方法，95% 区间为双对数型；一天为 24 小时。",
        ),
        value: half(question, raised),
        cases: raised.len() as u64,
    }
}

fn by_kind(question: &Question<'_>, raised: &[&Seen<'_>]) -> Table {
    use ConversationState::{Answered, Open, Resolved, Withdrawn};
    let mut kinds: BTreeMap<i32, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in raised {
        kinds.entry(one.fact.kind as i32).or_default().push(one);
    }
    let rows = kinds.into_values().map(|flags| {
        let kind = flags.first().map_or(ConversationKind::Urgent, |one| one.fact.kind);
        let is_answered = |one: &&&Seen<'_>| {
            one.fact.steps.iter().any(|step| step.state == Answered && step.time < question.cut)
        };
        let stands = |state| flags.iter().filter(|one| state_at(one.fact, question.cut) == state).count();
        let answered = flags.iter().filter(is_answered).count();
        let counts = [flags.len(), answered, stands(Resolved), stands(Withdrawn), stands(Open)];
        let counts = counts.map(|count| Value::Count(count as u64));
        let id: &'static str = kind.into();
        Row {
            id: id.to_owned(),
            title: called(kind),
            values: counts.into_iter().chain([half(question, &flags)]).collect(),
        }
    });
    Table {
        id: "flags_by_kind",
        title: text("Flags by kind", "按类型统计的提示"),
        definition: text(
            "Flags raised within the period: how many were answered at least once before the cut, and how they stand at the cut. One that is \
             answered and neither settled nor taken back stands in none of the last three counts.",
            "报告期内提出的提示：截至统计截止时间至少获一次答复的数量，以及届时的状态。已答复而尚未解决或撤回的，不计入后三项计数。",
        ),
        columns: vec![
            text("raised", "提出"),
            text("answered", "已答复"),
            text("resolved", "已解决"),
            text("taken back", "已撤回"),
            text("waiting", "待答复"),
            text("half answered after (days)", "半数获答复所需天数"),
        ],
        rows: rows.collect(),
        cases: raised.len() as u64,
        overlapping: false,
    }
}

/// What a kind is called.
fn called(kind: ConversationKind) -> Text {
    match kind {
        ConversationKind::Discussion => text("discussion", "讨论"),
        ConversationKind::StillOnSale => text("still on sale", "仍在销售"),
        ConversationKind::WrongProduct => text("wrong product", "产品有误"),
        ConversationKind::MoreInformation => text("more information", "要求补充信息"),
        ConversationKind::Urgent => text("urgent", "紧急"),
        ConversationKind::Duplicate => text("duplicate", "重复通报"),
    }
}

fn requested(raised: &[&Seen<'_>]) -> Table {
    let mut counts = Counts::new();
    let questions = raised.iter().filter(|one| one.fact.kind == ConversationKind::MoreInformation);
    questions.for_each(|one| counts.add_fields(&one.fact.fields));
    let definition = text(
        "Questions for more information raised within the period, by the fields that they ask for.",
        "报告期内要求补充信息的询问，按所询信息。",
    );
    counts.table("requested_fields", text("Fields that were asked for", "所询信息"), definition, true)
}
