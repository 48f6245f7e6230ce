//! Versions that were sent, alerts that were withdrawn, fields that were made less public, and whether what was to be removed is removed.

use std::collections::BTreeMap;

use crate::domain::{
    content::{Row, Section, Table, Text, Value},
    facts::RemovalFact,
    figures::{
        Facts, Question,
        case::{Case, Way},
        words::{count, text},
    },
    model::RemovalReason,
};

/// The section.
pub(in crate::domain::figures) fn section(
    question: &Question<'_>,
    facts: &Facts,
    cases: &[Case<'_>],
    way: Way,
) -> Section {
    let (id, title) = match way {
        Way::Sent => ("versions_sent", text("Versions and removals of alerts sent", "发出通报的版本与删除")),
        Way::Received => {
            ("versions_received", text("Versions and removals of alerts received", "收到通报的版本与删除"))
        }
    };
    let versions: usize = cases.iter().map(|case| versions(question, case)).sum();
    let withdrawn = cases.iter().filter(|case| is_withdrawn(question, case)).count();
    let removals: Vec<&RemovalFact> =
        facts.exchange.removals.iter().filter(|one| goes(question, one, way)).collect();
    let ordered: Vec<&RemovalFact> =
        removals.iter().filter(|one| one.ordered >= question.start).copied().collect();
    let downgraded = ordered.iter().filter(|one| one.reason == RemovalReason::Downgraded).count();
    let is_confirmed_in_period =
        |one: &&&RemovalFact| one.confirmed.is_some_and(|time| time >= question.start && time < question.cut);
    let confirmed = removals.iter().filter(is_confirmed_in_period).count();
    let open = removals.iter().filter(|one| is_open(question, one)).count();
    let figures = vec![
        count(
            "versions",
            text("Further versions sent", "发送的后续版本"),
            text(
                "Versions of alerts after the one that was sent first, told within the period; each counts with each recipient that had the alert \
                 then.",
                "首次发送之后、报告期内告知的通报新版本；按当时持有通报的各接收方分别计数。",
            ),
            versions,
        ),
        count(
            "withdrawn",
            text("Withdrawn", "已撤回"),
            text(
                "Alerts that were withdrawn within the period while their recipient had them, whenever they were sent.",
                "报告期内在接收方持有期间被撤回的通报，不论何时发送。",
            ),
            withdrawn,
        ),
        count(
            "downgraded",
            text("Made less public", "降低公开程度"),
            text(
                "Orders within the period to remove fields that were made less public than in a version that the recipient got.",
                "报告期内因字段公开范围缩小而要求接收方删除的次数。",
            ),
            downgraded,
        ),
        count(
            "removals_confirmed",
            text("Removals confirmed", "已确认的删除"),
            text(
                "Orders to remove an alert or fields of it that the recipient confirmed within the period, whenever they were given.",
                "接收方在报告期内确认已执行的删除要求，不论何时提出。",
            ),
            confirmed,
        ),
        count(
            "removals_open",
            text("Removals not confirmed at the end", "期末未确认的删除"),
            text(
                "Orders that are not confirmed at the cut, whenever they were given.",
                "不论何时提出，统计截止时尚未确认的删除要求。",
            ),
            open,
        ),
    ];
    Section { id, title, figures, tables: vec![by_reason(question, &ordered)] }
}

/// How many versions the recipient got within the period, after the one with which it was sent.
fn versions(question: &Question<'_>, case: &Case<'_>) -> usize {
    let known = case.alert.map(|alert| alert.versions.as_slice()).unwrap_or_default();
    let later =
        known.iter().skip(1).filter(|version| version.time > case.spell.sent && case.holds(version.time));
    later.filter(|version| version.time >= question.start && version.time < question.cut).count()
}

/// Whether the alert was withdrawn within the period while the recipient had it.
fn is_withdrawn(question: &Question<'_>, case: &Case<'_>) -> bool {
    let withdrawn = case.alert.and_then(|alert| alert.withdrawn);
    withdrawn.is_some_and(|time| time >= question.start && time < question.cut && case.holds(time))
}

/// Whether the order was given before the cut by one side of the report to the other, and goes this way.
fn goes(question: &Question<'_>, one: &RemovalFact, way: Way) -> bool {
    let Some(partner) = question.partner else { return false };
    let (from, to) = match way {
        Way::Sent => (question.owner, partner),
        Way::Received => (partner, question.owner),
    };
    one.ordered < question.cut && from.members.contains(&one.originator) && to.members.contains(&one.holder)
}

fn is_open(question: &Question<'_>, one: &RemovalFact) -> bool {
    one.confirmed.is_none_or(|time| time >= question.cut)
}

fn by_reason(question: &Question<'_>, ordered: &[&RemovalFact]) -> Table {
    let mut reasons: BTreeMap<i32, (RemovalReason, [u64; 3])> = BTreeMap::new();
    for one in ordered {
        let (_, counts) = reasons.entry(one.reason as i32).or_insert((one.reason, [0; 3]));
        counts[0] += 1;
        counts[if is_open(question, one) { 2 } else { 1 }] += 1;
    }
    let rows = reasons.into_values().map(|(reason, counts)| {
        let id: &'static str = reason.into();
        Row { id: id.to_owned(), title: called(reason), values: counts.map(Value::Count).to_vec() }
    });
    Table {
        id: "removals_by_reason",
        title: text("What was to be removed, by reason", "按原因统计的删除要求"),
        definition: text(
            "Orders within the period to remove an alert or fields of it; whether the recipient confirmed before the cut that it has. One alert \
             may have several.",
            "报告期内提出的删除通报或其字段的要求，以及接收方在统计截止时间前是否确认已执行。一份通报可有多次。",
        ),
        columns: vec![text("ordered", "提出"), text("confirmed", "已确认"), text("not confirmed", "未确认")],
        rows: rows.collect(),
        cases: ordered.len() as u64,
        overlapping: false,
    }
}

fn called(reason: RemovalReason) -> Text {
    match reason {
        RemovalReason::Withdrawn => text("alert withdrawn", "通报已撤回"),
        RemovalReason::Downgraded => text("fields made less public", "字段公开范围缩小"),
        RemovalReason::Revoked => text("recipient taken off", "取消接收方"),
        RemovalReason::ArrangementLeft => text("arrangement ended", "合作安排终止"),
    }
}
