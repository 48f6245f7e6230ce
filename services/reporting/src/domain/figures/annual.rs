//! Annual statistics: all alerts that the owner is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Facts, Question, alerts, head, months,
    words::{count, text},
};
use crate::domain::{
    content::{Content, Row, Section, Table, Text, Value},
    facts::AlertFact,
    model::{NotificationState, NotificationType},
};

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let mut of_period: Vec<&AlertFact> =
        facts.alerts.values().filter(|alert| is_of_period(question, alert)).collect();
    of_period.sort_by(|one, other| one.name.cmp(&other.name));
    let is_follow_up = |alert: &&&AlertFact| alert.kind == Some(NotificationType::FollowUp);
    let follow_ups = of_period.iter().filter(is_follow_up).count();
    let counted: Vec<Option<&AlertFact>> =
        of_period.iter().filter(|alert| !is_follow_up(alert)).map(|alert| Some(*alert)).collect();
    let withdrawn = counted.iter().flatten().filter(|alert| is_withdrawn(question, alert)).count();
    let basis = text(
        "Alerts that were confirmed within the period, by the time at which this was told, in the zone of the period; those that were \
         imported from another system by the day on which it notified them, whenever they were imported. Follow-ups to alerts of others, and alerts to which the right \
         was lost since, are left out.",
        "在报告期（以报告期所用时区为准）内确认的通报，按告知时间计；从其他系统导入的，不论何时导入，均按该系统的通报日期计。\
         对他方通报的后续通报以及其后丧失查看权的通报不计入。",
    );
    let figures = vec![
        count("total", text("Alerts", "通报数"), basis, counted.len()),
        count(
            "withdrawn",
            text("Of these withdrawn", "其中已撤回"),
            text("Withdrawn before the cut.", "在统计截止时间前撤回。"),
            withdrawn,
        ),
        count(
            "follow_ups",
            text("Follow-ups to alerts of others", "对他方通报的后续通报"),
            text("Notifications of this type; they count in no other figure.", "此类通报不计入其他数字。"),
            follow_ups,
        ),
    ];
    let mut tables = alerts::tables(&counted);
    let days = counted.iter().flatten().filter_map(|alert| Some((day_of(question, alert)?, Some(*alert))));
    let by_month = text(
        "By the month in which they were confirmed, in the zone of the period; those that were imported by the day on which the other system \
         notified them. Sold online as the newest version says.",
        "按确认月份（以报告期所用时区为准）统计；从其他系统导入的，按该系统的通报日期计。是否网上销售以最新版本为准。",
    );
    tables.push(months::table(question, days, by_month));
    tables.push(alerts::by_notifier(&counted));
    tables.push(alerts::by_measure(&counted));
    let alerts = Section { id: "alerts", title: text("Alerts", "通报"), figures, tables };
    let title = head::title(question, "Annual statistics", "年度统计");
    Content { title, facts: head::facts(question), sections: vec![alerts, reactions(question, facts)] }
}

/// The day on which it counts.
fn day_of(question: &Question<'_>, alert: &AlertFact) -> Option<jiff::civil::Date> {
    alert.dated.or_else(|| Some(months::day_of(question, alert.confirmed?)))
}

/// Whether it counts in the period.
pub(super) fn is_of_period(question: &Question<'_>, alert: &AlertFact) -> bool {
    let Some(confirmed) = alert.confirmed else { return false };
    match alert.dated {
        // Another system notified it then; when it became known here is another matter.
        Some(day) => question.period.first <= day && day <= question.period.last,
        None => confirmed >= question.start && confirmed < question.cut,
    }
}

/// Whether it was withdrawn before the cut.
pub(super) fn is_withdrawn(question: &Question<'_>, alert: &AlertFact) -> bool {
    alert.state == NotificationState::Withdrawn && alert.withdrawn.is_some_and(|time| time < question.cut)
}

/// Who reacted to whose alerts.
fn reactions(question: &Question<'_>, facts: &Facts) -> Section {
    let mut pairs: BTreeMap<(String, &str), [u64; 2]> = BTreeMap::new();
    let mut all = 0;
    for sending in &facts.sendings {
        let notifier = facts.alerts.get(&sending.alert).and_then(|alert| alert.notifier.as_ref());
        let notifier = notifier.map_or_else(|| sending.originator.to_string(), ToString::to_string);
        let is_new = |sent| sent >= question.start && sent < question.cut;
        for spell in sending.spells.iter().filter(|spell| is_new(spell.sent)) {
            let pair = pairs.entry((notifier.clone(), sending.recipient.as_str())).or_default();
            all += 1;
            pair[0] += 1;
            pair[1] += u64::from(spell.reacted.is_some_and(|time| time < question.cut));
        }
    }
    let matrix = matrix(&pairs, all);
    let rows = pairs.into_iter().map(|((notifier, recipient), counts)| Row {
        id: format!("{notifier} {recipient}"),
        title: Text::same(format!("{notifier} → {recipient}")),
        values: counts.map(Value::Count).to_vec(),
    });
    let table = Table {
        id: "reactions",
        title: text("Sent, and reacted to", "发送与反应"),
        definition: text(
            "Alerts that were sent within the period, by notifying country (the authority where none is said) and recipient; and those of \
             them to which the recipient reacted before the cut.",
            "报告期内发送的通报，按通报国（未说明的按机构）和接收方统计；以及接收方在统计截止时间前作出反应的数量。",
        ),
        columns: vec![text("sent", "发送"), text("reacted to", "已作出反应")],
        rows: rows.collect(),
        cases: all,
        overlapping: false,
    };
    Section {
        id: "reactions",
        title: text("Who reacted to whose alerts", "谁对谁的通报作出反应"),
        figures: Vec::new(),
        tables: vec![table, matrix],
    }
}

/// The reactions of each pair, as a matrix; nothing where nothing was sent.
fn matrix(pairs: &BTreeMap<(String, &str), [u64; 2]>, all: u64) -> Table {
    let notifiers: BTreeSet<&str> = pairs.keys().map(|(notifier, _)| notifier.as_str()).collect();
    let recipients: BTreeSet<&str> = pairs.keys().map(|(_, recipient)| *recipient).collect();
    let reactions = |notifier: &str, recipient: &str| match pairs.get(&(notifier.to_owned(), recipient)) {
        Some([_, reacted]) => Value::Count(*reacted),
        None => Value::NoCases,
    };
    let rows = notifiers.iter().map(|notifier| Row {
        id: (*notifier).to_owned(),
        title: Text::same(*notifier),
        values: recipients.iter().map(|recipient| reactions(notifier, recipient)).collect(),
    });
    Table {
        id: "reaction_matrix",
        title: text("Reactions by notifier and recipient", "按通报方和接收方统计的反应"),
        definition: text(
            "Alerts that were sent within the period and reacted to before the cut: a row for each notifying country (the authority where \
             none is said), a column for each recipient. No cases: nothing was sent there.",
            "报告期内发送、在统计截止时间前已作出反应的通报：每行为一个通报国（未说明的按机构），每列为一个接收方。“无案例”表示未向其发送。",
        ),
        columns: recipients.iter().map(|recipient| Text::same(*recipient)).collect(),
        rows: rows.collect(),
        cases: all,
        overlapping: false,
    }
}
