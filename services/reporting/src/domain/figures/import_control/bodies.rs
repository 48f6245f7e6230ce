//! Inspection bodies before export: what they shared, and how often their passes were wrong.

use std::collections::BTreeMap;

use super::{ControlFacts, reliability, seen::Seen};
use crate::domain::{
    content::{Measured, Row, Section, Table, Text, Value, Word},
    facts::InspectionFact,
    figures::{
        Question,
        words::{Counts, count, share_of, text},
    },
    model::{InspectionState, Selection},
};

/// How many standard errors the limits of a funnel plot are off, for 95 % and for 99.8 % [D. J. Spiegelhalter, Statistics in Medicine
/// 24 (2005) 1185].
const WARNING: f64 = 1.959_963_984_540_054;
const CONTROL: f64 = 3.090_232_306_167_813;

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &ControlFacts, seen: &[Seen<'_>]) -> Section {
    let shared = facts.inspections.iter();
    let shared = shared.filter(|one| one.inspected >= question.start && one.inspected < question.cut);
    let shared: Vec<&InspectionFact> = shared.collect();
    let revoked = shared.iter().filter(|one| one.state == InspectionState::Revoked).count();
    let figures = vec![
        count(
            "shared",
            text("Pre-inspections", "装运前检验数"),
            text(
                "By the time at which they ended, in the zone of the period; as the newest version says.",
                "按检验结束时间计，在报告期（以报告期所用时区为准）内；以最新版本为准。",
            ),
            shared.len(),
        ),
        count(
            "revoked",
            text("Of these revoked", "其中已撤销"),
            text("As the newest version says, whenever it was.", "以最新版本为准，不论何时撤销。"),
            revoked,
        ),
    ];
    let mut tables = vec![
        by_outcome(&shared),
        by_body(&shared),
        false_pass(seen),
        verdicts(question, facts),
        approvals(question, facts),
    ];
    tables.extend(reliability::tables(question, facts));
    Section { id: "bodies", title: text("Inspection before export", "装运前检验"), figures, tables }
}

fn by_outcome(shared: &[&InspectionFact]) -> Table {
    let mut counts = Counts::new();
    shared.iter().for_each(|one| counts.add(one.outcome.as_slice()));
    let definition = text("As the newest version says.", "以最新版本为准。");
    counts.table("by_outcome", text("By outcome", "按检验结果"), definition, false)
}

fn by_body(shared: &[&InspectionFact]) -> Table {
    let mut counts = Counts::new();
    shared.iter().for_each(|one| counts.add_named(std::slice::from_ref(&one.body)));
    let definition = text("By the id of the body that inspected.", "按检验机构的标识。");
    counts.table("by_body", text("By inspection body", "按检验机构"), definition, true)
}

/// How often the passes of each body were wrong, with the data of a funnel plot.
fn false_pass(seen: &[Seen<'_>]) -> Table {
    let mut bodies: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let drawn = seen.iter().filter(|one| one.is_chosen(Selection::Random) && one.outcome.is_some());
    for one in drawn.filter(|one| one.fact.is_passed) {
        let Some(body) = &one.fact.body else { continue };
        let tally = bodies.entry(body).or_default();
        tally[0] += 1;
        tally[1] += usize::from(one.is_unsafe());
    }
    let [all, wrong] = bodies.values().fold([0, 0], |[all, wrong], [of, found]| [all + of, wrong + found]);
    let overall = if all == 0 { 0.0 } else { wrong as f64 / all as f64 };
    let limits = |size: usize, reach: f64| {
        let error = (overall * (1.0 - overall) / size as f64).sqrt();
        let (lower, upper) = ((overall - reach * error).max(0.0), (overall + reach * error).min(1.0));
        Value::Share(Measured { value: overall, lower: Some(lower), upper: Some(upper) })
    };
    let rows = bodies.iter().map(|(body, [of, found])| Row {
        id: (*body).to_owned(),
        title: Text::same(*body),
        values: vec![
            Value::Count(*of as u64),
            Value::Count(*found as u64),
            share_of(*found, *of),
            limits(*of, WARNING),
            limits(*of, CONTROL),
        ],
    });
    Table {
        id: "false_pass",
        title: text("How often passes were wrong", "误判合格率"),
        definition: text(
            "Goods that a body passed, and whose pass counted when they arrived, that were drawn at random and examined within the period, \
             with an outcome at the cut; and those of them that were unsafe, with Wilson's interval of 95 %. The last two columns are the \
             limits of a funnel plot: the rate of all bodies together, and the bounds between which 95 % and 99.8 % of bodies of that rate \
             would lie at this number of examinations (normal approximation). For who is not shown which examinations were random there are \
             no rows.",
            "检验机构判定合格、到货时该合格有效，且在报告期内被随机抽查、统计截止时有结果的货物；其中不安全者及其 95% Wilson 区间。\
             最后两列为漏斗图界限：全部机构合计的比率，以及在该查验数下同等比率机构有 95% 与 99.8% 落入的界限（正态近似）。\
             无权知悉哪些查验为随机者，无此表各行。",
        ),
        columns: vec![
            text("drawn and examined", "随机抽查"),
            text("unsafe", "不安全"),
            text("false-pass share", "误判合格率"),
            text("all bodies, 95 % limits", "全部机构及 95% 界限"),
            text("all bodies, 99.8 % limits", "全部机构及 99.8% 界限"),
        ],
        rows: rows.collect(),
        cases: all as u64,
        overlapping: false,
    }
}

/// The verdicts on bodies at the cut.
fn verdicts(question: &Question<'_>, facts: &ControlFacts) -> Table {
    let mut counts = Counts::new();
    for trust in facts.trust.iter().filter(|trust| trust.entry_point.is_empty()) {
        let at_cut = trust.verdicts.iter().rfind(|step| step.time < question.cut);
        if let Some(step) = at_cut {
            counts.add(&[step.verdict]);
        }
    }
    let definition = text(
        "Reliabilities of a body in a product area, over all entry points, by the verdict that stood at the cut; the rule of the service of \
         consignments makes them.",
        "检验机构在各产品领域（合计全部口岸）的可靠性，按统计截止时的结论；由管控服务按其规则得出。",
    );
    counts.table("verdicts", text("Verdicts on bodies", "对检验机构的结论"), definition, false)
}

/// Approvals as they stood at the cut, with the share that is still examined.
fn approvals(question: &Question<'_>, facts: &ControlFacts) -> Table {
    let rows = facts.approvals.iter().filter_map(|approval| {
        let step = approval.decisions.iter().rfind(|step| step.time < question.cut)?;
        let what = format!("{} {}", approval.body, approval.area);
        let decided = approval.decisions.iter();
        let decided = decided.filter(|step| step.time >= question.start && step.time < question.cut).count();
        let share = Measured { value: approval.check_frequency, lower: None, upper: None };
        Some(Row {
            id: approval.name.clone(),
            title: Text::same(what),
            values: vec![
                Value::Word(Word::of(step.state)),
                Value::Share(share),
                Value::Count(decided as u64),
            ],
        })
    });
    let rows: Vec<Row> = rows.collect();
    Table {
        id: "approvals",
        title: text("Approvals of pre-export control", "出口前管控批准"),
        definition: text(
            "Approvals with a decision before the cut, each as the last decision before the cut left it; the share of covered consignments \
             that is still examined at random; and how many decisions fell into the period.",
            "统计截止时间前已有决定的批准，以截止前最后一次决定为准；所涵盖货物仍须随机查验的比例；以及报告期内的决定数。",
        ),
        columns: vec![
            text("state", "状态"),
            text("still examined", "仍须查验比例"),
            text("decisions in the period", "报告期内决定数"),
        ],
        cases: rows.len() as u64,
        rows,
        overlapping: false,
    }
}
