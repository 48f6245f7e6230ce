//! Who reacted to whose alerts: by notifying country and the jurisdiction of who reacts.
//!
//! Invariant: a sending stands in one row and one column, and counts the same in the table and in the matrix.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Facts, Question,
    words::{country_text, jurisdiction_text, text},
};
use crate::domain::{
    content::{Row, Section, Table, Text, Value},
    facts::SendingFact,
};

/// How many were sent, and how many of these were reacted to, by the ids of notifier and jurisdiction.
type Pairs = BTreeMap<(String, String), [u64; 2]>;

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &Facts) -> Section {
    let (mut pairs, mut titles) = (Pairs::new(), BTreeMap::new());
    let mut all = 0;
    for sending in facts.sendings.iter().filter(|sending| counts(facts, sending)) {
        let (notifier, title) = notifier(question, facts, sending);
        titles.insert(notifier.clone(), title);
        let reacting = question.jurisdictions.get(&sending.recipient);
        let reacting = reacting.map_or_else(|| sending.recipient.to_string(), Clone::clone);
        let is_new = |sent| sent >= question.start && sent < question.cut;
        for spell in sending.spells.iter().filter(|spell| is_new(spell.sent)) {
            let pair = pairs.entry((notifier.clone(), reacting.clone())).or_default();
            all += 1;
            pair[0] += 1;
            pair[1] += u64::from(spell.reacted.is_some_and(|time| time < question.cut));
        }
    }
    Section {
        id: "reactions",
        title: text("Who reacted to whose alerts", "谁对谁的通报作出反应"),
        figures: Vec::new(),
        tables: vec![table(&pairs, &titles, all), matrix(&pairs, &titles, all)],
    }
}

/// Follow-ups to alerts of others are left out, as in the figures on alerts.
fn counts(facts: &Facts, sending: &SendingFact) -> bool {
    facts.alerts.get(&sending.alert).is_none_or(|alert| !alert.is_follow_up())
}

/// The notifying country, or the authority where none is said.
fn notifier(question: &Question<'_>, facts: &Facts, sending: &SendingFact) -> (String, Text) {
    match facts.alerts.get(&sending.alert).and_then(|alert| alert.notifier) {
        Some(country) => (country.to_string(), country_text(country)),
        None => (sending.originator.to_string(), question.name_of(&sending.originator)),
    }
}

fn title_of(titles: &BTreeMap<String, Text>, notifier: &str) -> Text {
    titles.get(notifier).cloned().unwrap_or_else(|| Text::same(notifier))
}

fn table(pairs: &Pairs, titles: &BTreeMap<String, Text>, all: u64) -> Table {
    let rows = pairs.iter().map(|((notifier, reacting), counts)| {
        let (from, to) = (title_of(titles, notifier), jurisdiction_text(reacting));
        Row {
            id: format!("{notifier} {reacting}"),
            title: text(
                &format!("{} → {}", from.english, to.english),
                &format!("{} → {}", from.chinese, to.chinese),
            ),
            values: counts.map(Value::Count).to_vec(),
        }
    });
    Table {
        id: "reactions",
        title: text("Sent, and reacted to", "发送与反应"),
        definition: text(
            "Sendings within the period, by notifying country (the authority where none is said) and by the jurisdiction that they went to, \
             all of its authorities together; and those of them to which the recipient reacted before the cut. One alert counts with each \
             recipient, and again where it was sent again. Follow-ups to alerts of others are left out.",
            "报告期内的发送，按通报国（未说明的按机构）和接收方所属辖区统计，同一辖区的各机构合计；以及接收方在统计截止时间前作出反应的数量。\
             一份通报按各接收方分别计数，重新发送的再次计数。对他方通报的后续通报不计入。",
        ),
        columns: vec![text("sent", "发送"), text("reacted to", "已作出反应")],
        rows: rows.collect(),
        cases: all,
        overlapping: false,
    }
}

/// The reactions of each pair, as a matrix; nothing where nothing was sent.
fn matrix(pairs: &Pairs, titles: &BTreeMap<String, Text>, all: u64) -> Table {
    let notifiers: BTreeSet<&String> = pairs.keys().map(|(notifier, _)| notifier).collect();
    let jurisdictions: BTreeSet<&String> = pairs.keys().map(|(_, reacting)| reacting).collect();
    let reactions = |notifier: &String, reacting: &String| {
        let pair = pairs.get(&(notifier.clone(), reacting.clone()));
        pair.map_or(Value::NoCases, |[_, reacted]| Value::Count(*reacted))
    };
    let rows = notifiers.into_iter().map(|notifier| Row {
        id: notifier.clone(),
        title: title_of(titles, notifier),
        values: jurisdictions.iter().map(|reacting| reactions(notifier, reacting)).collect(),
    });
    Table {
        id: "reaction_matrix",
        title: text(
            "Reactions by notifying country and reacting jurisdiction",
            "按通报国和反应方辖区统计的反应",
        ),
        definition: text(
            "Sendings within the period that were reacted to before the cut: a row for each notifying country (the authority where none is \
             said), a column for each jurisdiction that reacts, all of its authorities together. Follow-ups to alerts of others are left \
             out. No cases: nothing was sent there.",
            "报告期内发送、在统计截止时间前已作出反应的数量：每行为一个通报国（未说明的按机构），每列为一个作出反应的辖区，其各机构合计。\
             对他方通报的后续通报不计入。“无案例”表示未向其发送。",
        ),
        rows: rows.collect(),
        columns: jurisdictions.iter().map(|reacting| jurisdiction_text(reacting)).collect(),
        cases: all,
        overlapping: false,
    }
}
