//! How far inspection bodies can be relied on, as it stood at the cut, and certificates that did not count.

use std::collections::BTreeMap;

use super::ControlFacts;
use crate::domain::{
    content::{Measured, Row, Table, Text, Value},
    facts::{MisuseFact, ReliabilityFact, StandFact},
    figures::{
        Question,
        words::{Counts, text},
    },
};

/// What was said last before the cut of each body in each area, over all entry points, by its name.
fn standing<'a>(
    question: &Question<'_>,
    facts: &'a ControlFacts,
) -> BTreeMap<&'a str, (&'a ReliabilityFact, StandFact)> {
    let mut standing: BTreeMap<&str, (&ReliabilityFact, StandFact)> = BTreeMap::new();
    for fact in facts.reliabilities.iter().filter(|fact| fact.entry_point.is_empty()) {
        let Some(stand) = fact.stands.iter().rfind(|stand| stand.time < question.cut) else { continue };
        let known = standing.entry(fact.of()).or_insert((fact, *stand));
        if known.1.time <= stand.time {
            *known = (fact, *stand);
        }
    }
    standing
}

/// The tables.
pub(super) fn tables(question: &Question<'_>, facts: &ControlFacts) -> [Table; 4] {
    let standing = standing(question, facts);
    let mut levels = Counts::new();
    for (_, stand) in standing.values() {
        levels.add(stand.switching.as_slice());
    }
    let levels = levels.table(
        "switching",
        text("Inspection levels", "检验严格度"),
        text(
            "Reliabilities over all entry points by the level of ISO 2859-1 that stood at the cut, were each of the last random examinations \
             a lot; the service of consignments makes them.",
            "检验机构在各产品领域（合计全部口岸）按统计截止时的 ISO 2859-1 检验严格度计，以最近的各次随机查验各为一批；由管控服务得出。",
        ),
        false,
    );
    let misused: Vec<&MisuseFact> = facts
        .misused
        .iter()
        .filter(|one| one.status == question.status && question.is_of_period(one.time))
        .collect();
    let (mut doubts, mut bodies) = (Counts::new(), Counts::new());
    for one in misused {
        doubts.add(&[one.doubt]);
        bodies.add_named(std::slice::from_ref(&one.body));
    }
    let definition = || {
        text(
            "Arriving goods whose declaration invoked a certificate that did not count for them, by the time at which they were screened.",
            "到货申报援引的检验证书对其无效的情形，按筛查时间计。",
        )
    };
    let misused = [
        doubts.table("misused", text("Certificates that did not count", "证书无效情形"), definition(), false),
        bodies.table(
            "misused_by_body",
            text("Of which body they were said to be", "所称检验机构"),
            definition(),
            true,
        ),
    ];
    let [by_doubt, by_body] = misused;
    [each(&standing), levels, by_doubt, by_body]
}

fn each(standing: &BTreeMap<&str, (&ReliabilityFact, StandFact)>) -> Table {
    let rows = standing.iter().map(|(name, (fact, stand))| {
        let [value, lower, upper] = stand.false_pass;
        let reliable = Measured { value: stand.reliable, lower: None, upper: None };
        Row {
            id: (*name).to_owned(),
            title: Text::same(format!("{} {}", fact.body, fact.area)),
            values: vec![
                Value::Share(Measured { value, lower: Some(lower), upper: Some(upper) }),
                Value::Count(stand.examined),
                Value::Count(stand.found_unsafe),
                Value::Share(reliable),
                stand.more.map_or(Value::NoCases, Value::Count),
            ],
        }
    });
    Table {
        id: "reliability",
        title: text("How far bodies can be relied on", "检验机构可靠性"),
        definition: text(
            "What the service of consignments said last before the cut of each body in each product area, over all entry points and all \
             time, from random examinations alone: the share of unsafe goods among those that it passed, drawn towards that of its group, \
             with the interval of the rule; how many were examined and unsafe; the probability that the share is below the limit of the \
             rule; and how many more random examinations would decide, none where there is a verdict or no number would.",
            "统计截止时间前管控服务对各检验机构在各产品领域（合计全部口岸及全部时间）最近一次的评估，仅依据随机查验：\
             其判定合格的货物中不安全的比例（向所属组别收缩）及规则所定区间；查验数及不安全数；该比例低于规则限值的概率；\
             以及尚需多少次随机查验方可作出结论，已有结论或无法确定的不给出。",
        ),
        columns: vec![
            text("false-pass rate", "误判合格率"),
            text("examined", "查验"),
            text("unsafe", "不安全"),
            text("probability reliable", "可靠的概率"),
            text("more examinations", "尚需查验"),
        ],
        rows: rows.collect(),
        cases: standing.len() as u64,
        overlapping: false,
    }
}
