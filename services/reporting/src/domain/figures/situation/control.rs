//! Import control: suspensions that are to be decided, and which inspection bodies stand how.

use super::{NAMED, View, days_left};
use crate::domain::{
    content::{Row, Section, Table, Text, Value, Word},
    facts::{ControlFact, TrustFact},
    figures::words::{count, text},
    model::Verdict,
};
use jiff::Timestamp;

/// Suspensions that wait for a decision; none where none does.
pub(super) fn suspensions(view: &View<'_>) -> Option<Section> {
    let now = view.question.cut;
    let open = view.facts.control.controls.iter().filter(|one| one.examined < now && one.is_open_at(now));
    let mut open: Vec<(Timestamp, &ControlFact)> = open.filter_map(|one| Some((one.due?, one))).collect();
    if open.is_empty() {
        return None;
    }
    open.sort_by_key(|(due, one)| (*due, one.name.as_str()));
    let overdue = open.iter().filter(|(due, _)| *due <= now).count();
    let figures = vec![
        count(
            "suspended",
            text("Suspended and not decided", "暂停放行尚未决定"),
            text("Goods whose release is suspended at this moment.", "此刻仍暂停放行的货物。"),
            open.len(),
        ),
        count(
            "overdue_suspensions",
            text("Of these overdue", "其中已逾期"),
            text(
                "The time to decide has ended, as the feed tells it: working days of the entry point are counted there.",
                "作出决定的期限已过；期限以数据源告知者为准，工作日由该口岸计算。",
            ),
            overdue,
        ),
    ];
    let rows = open.iter().take(NAMED).map(|(due, one)| {
        let at = one.entry_point.as_deref().map(|port| format!("{port} – ")).unwrap_or_default();
        Row {
            id: one.name.clone(),
            title: Text::same(format!("{at}{}", one.name)),
            values: vec![days_left(*due, now)],
        }
    });
    let table = Table {
        id: "suspensions_due",
        title: text("To be decided, the nearest first", "待决定者（最近者在前）"),
        definition: text(
            "The 20 suspensions that are due first; days of 24 hours that are left, below zero where it is overdue.",
            "最先到期的20项暂停放行；剩余天数以24小时为一天，负数表示已逾期。",
        ),
        columns: vec![text("days left", "剩余天数")],
        cases: open.len() as u64,
        rows: rows.collect(),
        overlapping: true,
    };
    let title = text("Suspensions that wait", "待决暂停放行");
    Some(Section { id: "suspended", title, figures, tables: vec![table] })
}

/// How far inspection bodies are reliable; none where nothing is known of one.
pub(super) fn trust(view: &View<'_>) -> Option<Section> {
    let now = view.question.cut;
    let over_all = view.facts.control.trust.iter().filter(|trust| trust.entry_point.is_empty());
    let standing = |trust: &TrustFact| trust.verdicts.iter().rfind(|step| step.time <= now).copied();
    let mut standings: Vec<_> = over_all.filter_map(|trust| Some((standing(trust)?, trust))).collect();
    if standings.is_empty() {
        return None;
    }
    // Those that need somebody's eye first.
    standings.sort_by_key(|(step, trust)| (order(step.verdict), trust.body.as_str(), trust.area.as_str()));
    let number = |is: fn(Verdict) -> bool| standings.iter().filter(|(step, _)| is(step.verdict)).count();
    let figures = vec![
        count(
            "reliable",
            text("Reliable", "可靠"),
            text(
                "Inspection bodies in a product area, over all entry points, whose verdict is reliable, useful or not.",
                "各产品领域内（合计全部口岸）结论为可靠的检验机构，不论是否有用。",
            ),
            number(|verdict| matches!(verdict, Verdict::Reliable | Verdict::ReliableAndUseful)),
        ),
        count(
            "not_reliable",
            text("Not reliable", "不可靠"),
            text("Likewise, those whose passes are too often wrong.", "同上，其合格判定过于常误者。"),
            number(|verdict| verdict == Verdict::NotReliable),
        ),
        count(
            "not_enough_evidence",
            text("Not enough evidence", "证据不足"),
            text("Likewise, with too few random examinations to say.", "同上，随机查验太少而无法判断者。"),
            number(|verdict| verdict == Verdict::NotEnoughEvidence),
        ),
    ];
    let rows = standings.iter().take(NAMED).map(|(step, trust)| Row {
        id: trust.name.clone(),
        title: Text::same(format!("{} {}", trust.body, trust.area)),
        values: vec![days_left(now, step.time), Value::Word(Word::of(step.verdict))],
    });
    let table = Table {
        id: "bodies_by_verdict",
        title: text("Inspection bodies, those in doubt first", "检验机构（存疑者在前）"),
        definition: text(
            "Body and product area, at most 20, with the verdict that stands now, and for how many days of 24 hours it has stood. The rule of \
             the service of consignments makes verdicts.",
            "检验机构与产品领域，最多20项，并列现行结论及其已持续的天数（以24小时为一天）。结论由管控服务按其规则得出。",
        ),
        columns: vec![text("days", "天数"), text("verdict", "结论")],
        cases: standings.len() as u64,
        rows: rows.collect(),
        overlapping: true,
    };
    let title = text("Reliability of inspection bodies", "检验机构可靠性");
    Some(Section { id: "trust", title, figures, tables: vec![table] })
}

fn order(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotReliable => 0,
        Verdict::NotEnoughEvidence => 1,
        Verdict::Reliable => 2,
        Verdict::ReliableAndUseful => 3,
    }
}
