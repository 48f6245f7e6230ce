//! Whether the manufacturer was found.

use std::collections::BTreeSet;

use crate::domain::{
    content::{Figure, Row, Section, Table, Value},
    facts::IdentifyingField,
    figures::{
        Facts, Question,
        alerts::identifying_field,
        case::{Case, Way},
        words::{Counts, count, share_of, text},
    },
    model::FollowUpState,
};

/// A case whose tracing ended within the period.
struct Ended<'a> {
    case: &'a Case<'a>,
    is_traced: bool,
}

/// The section.
pub(in crate::domain::figures) fn section(
    question: &Question<'_>,
    facts: &Facts,
    cases: &[Case<'_>],
    way: Way,
) -> Section {
    let (id, title) = match way {
        Way::Sent => ("tracing_sent", text("Tracing by the partner", "伙伴方的溯源结果")),
        Way::Received => ("tracing_received", text("Own tracing", "本方的溯源结果")),
    };
    let ended: Vec<Ended<'_>> = cases.iter().filter_map(|case| ended(question, case)).collect();
    let traced = ended.iter().filter(|one| one.is_traced).count();
    let figures = vec![
        count(
            "ended",
            text("Tracing ended", "溯源结束"),
            text(
                "Alerts whose follow-up came to traced or not traced within the period, by the time of that step, whenever they were sent; \
                 each sending counts once, by the last such step.",
                "后续处理在报告期内得出“已追溯”或“未追溯到”的通报，按该步骤的时间计，不论何时发送；每次发送计一次，以最后一次该类步骤为准。",
            ),
            ended.len(),
        ),
        count(
            "traced",
            text("Of these traced", "其中已追溯到制造商"),
            text("The manufacturer was found.", "找到了制造商。"),
            traced,
        ),
        Figure {
            id: "share_traced",
            title: text("Share traced", "追溯成功比例"),
            definition: text("With Wilson's interval of 95 %.", "95% 区间采用 Wilson 方法。"),
            value: share_of(traced, ended.len()),
            cases: ended.len() as u64,
        },
    ];
    let tables = vec![by_field(&ended), not_traced(question, &ended), missing(question, facts, &ended)];
    Section { id, title, figures, tables }
}

fn ended<'a>(question: &Question<'_>, case: &'a Case<'a>) -> Option<Ended<'a>> {
    let steps = case.steps(question.cut).filter(|step| step.time >= question.start);
    let last =
        steps.filter(|step| matches!(step.state, FollowUpState::Traced | FollowUpState::NotTraced)).last();
    last.map(|step| Ended { case, is_traced: step.state == FollowUpState::Traced })
}

/// Cases, those traced, and the share.
fn outcome<'a>(ended: impl Iterator<Item = &'a Ended<'a>>) -> [Value; 3] {
    let (mut all, mut traced) = (0, 0);
    for one in ended {
        all += 1;
        traced += usize::from(one.is_traced);
    }
    [Value::Count(all as u64), Value::Count(traced as u64), share_of(traced, all)]
}

fn by_field(ended: &[Ended<'_>]) -> Table {
    let known: Vec<(&Ended<'_>, &[IdentifyingField])> =
        ended.iter().filter_map(|one| Some((one, one.case.alert?.identified_by.as_slice()))).collect();
    let rows = IdentifyingField::ALL.map(|field| {
        let (id, title) = identifying_field(field);
        let with = outcome(known.iter().filter(|(_, fields)| fields.contains(&field)).map(|(one, _)| *one));
        let without =
            outcome(known.iter().filter(|(_, fields)| !fields.contains(&field)).map(|(one, _)| *one));
        Row { id: id.to_owned(), title, values: with.into_iter().chain(without).collect() }
    });
    Table {
        id: "by_field",
        title: text("By which fields the alert has", "按通报所含信息"),
        definition: text(
            "Alerts whose tracing ended within the period, by whether the field is there in the newest version that the owner of the report \
             is shown: not in what was there when the search ended, and what the owner is not shown counts as absent. Wilson's interval of \
             95 %. That a field goes with success does not say that it makes it.",
            "报告期内溯源结束的通报，按报告所有者可见的最新版本是否含有该信息统计，而非溯源结束时的版本；不可见者视为没有。\
             95% 区间采用 Wilson 方法。信息与成功同现并不说明因果。",
        ),
        columns: vec![
            text("with it", "有该信息"),
            text("traced", "已追溯"),
            text("share traced", "追溯成功比例"),
            text("without it", "无该信息"),
            text("traced without", "无该信息而已追溯"),
            text("share traced without", "无该信息的成功比例"),
        ],
        rows: rows.into(),
        cases: known.len() as u64,
        overlapping: true,
    }
}

fn not_traced(question: &Question<'_>, ended: &[Ended<'_>]) -> Table {
    let mut counts = Counts::new();
    for one in ended.iter().filter(|one| !one.is_traced) {
        let reason = one.case.follow_up(question.cut).and_then(|follow_up| follow_up.not_traced);
        counts.add(reason.as_slice());
    }
    let definition = text(
        "Those not traced, by the reason that was given last. Of one that was traced since no reason is said.",
        "未追溯到的，按最后给出的理由；其后追溯成功的不再显示理由。",
    );
    let title = text("Not traced, by reason", "未追溯到的理由");
    counts.table("not_traced_by_reason", title, definition, true)
}

fn missing(question: &Question<'_>, facts: &Facts, ended: &[Ended<'_>]) -> Table {
    let mut counts = Counts::new();
    for one in ended {
        let of_follow_up =
            one.case.follow_up(question.cut).map(|one| one.missing.as_slice()).unwrap_or_default();
        let name = &one.case.sending.name;
        let trace = facts.traces.traces.iter().find(|trace| trace.sending == *name);
        let conclusion = trace.and_then(|trace| trace.conclusion.as_ref());
        let of_trace = conclusion.filter(|one| one.time < question.cut).map(|one| one.missing.as_slice());
        let fields = of_follow_up.iter().chain(of_trace.unwrap_or_default());
        let fields: BTreeSet<&String> = fields.collect();
        counts.add_fields(fields);
    }
    let definition = text(
        "Fields whose absence stood in the way, as the recipient named them last; each once for an alert.",
        "因缺失而妨碍溯源的信息，以接收方最后指明者为准；每份通报每项计一次。",
    );
    let title = text("Fields that were named as missing", "被指缺失的信息");
    counts.table("missing_fields", title, definition, true)
}
