//! What recipients did within the period: investigations, tracing, measures, reasons for none; and what stands open.

use super::{
    Facts, Question,
    case::{Case, Stands, Way},
    words::{Counts, count, text},
};
use crate::domain::{
    content::{Figure, Section, Table, Text},
    facts::LossFact,
    model::{FollowUpState, NoMeasureReason, NotTracedReason},
};

/// The section on what was done.
pub(super) fn section(question: &Question<'_>, cases: &[Case<'_>], way: Way) -> Section {
    let (id, title) = match way {
        Way::Sent => ("handling_sent", text("What the partner did", "伙伴方的处理情况")),
        Way::Received => {
            ("handling_received", text("What was done about alerts received", "对收到通报的处理情况"))
        }
    };
    let step_definition = |what: [&str; 2]| {
        text(
            &format!(
                "Alerts of which the follow-up {} within the period, by the time of that step, whenever they were sent; each \
                      counts once.",
                what[0]
            ),
            &format!("后续处理在报告期内{}的通报，按该步骤的时间计，不论何时发送；每份计一次。", what[1]),
        )
    };
    let step = |id, title: Text, what: [&str; 2], states: &[FollowUpState]| -> Figure {
        let reached = cases.iter().filter(|case| reached(question, case, states).is_some()).count();
        count(id, title, step_definition(what), reached)
    };
    use FollowUpState::{Closed, Investigating, MeasureAdopted, NoMeasure, NotTraced, Traced};
    let figures = vec![
        step(
            "investigated",
            text("Investigations begun", "开始调查"),
            ["began an investigation", "开始调查"],
            &[Investigating],
        ),
        step(
            "traced",
            text("Manufacturer traced", "已追溯到制造商"),
            ["found the manufacturer", "追溯到制造商"],
            &[Traced],
        ),
        step(
            "not_traced",
            text("Manufacturer not traced", "未追溯到制造商"),
            ["did not find the manufacturer", "未能追溯到制造商"],
            &[NotTraced],
        ),
        step(
            "measures",
            text("Measures adopted", "已采取措施"),
            ["had a measure adopted", "采取了措施"],
            &[MeasureAdopted],
        ),
        step(
            "no_measure",
            text("No measure", "未采取措施"),
            ["ended without a measure, with the reason", "说明理由后未采取措施"],
            &[NoMeasure],
        ),
        step("closed", text("Closed", "已结案"), ["was closed", "结案"], &[Closed]),
    ];
    let tables = vec![
        measures(question, cases),
        obligations(question, cases),
        no_measures(question, cases),
        not_traced(question, cases),
    ];
    Section { id, title, figures, tables }
}

/// When the follow-up of a case came to one of these states first within the period.
fn reached(question: &Question<'_>, case: &Case<'_>, states: &[FollowUpState]) -> Option<jiff::Timestamp> {
    let mut steps = case.steps(question.cut).filter(|step| step.time >= question.start);
    steps.find(|step| states.contains(&step.state)).map(|step| step.time)
}

fn measures(question: &Question<'_>, cases: &[Case<'_>]) -> Table {
    let mut counts = Counts::new();
    for case in cases {
        let adopted = case.measures(question.cut);
        let of_period = adopted.filter(|measure| measure.adopted.is_some_and(|time| time >= question.start));
        of_period.for_each(|measure| counts.add(measure.action.as_slice()));
    }
    let definition = text(
        "Measures that recipients recorded within the period, by the time of recording. Each measure counts, so that one alert may \
         count several times.",
        "接收方在报告期内登记的措施，按登记时间计。逐项计数，一份通报可计多次。",
    );
    counts.table("measures_by_action", text("Measures by action", "按行动类型统计的措施"), definition, true)
}

fn obligations(question: &Question<'_>, cases: &[Case<'_>]) -> Table {
    let mut counts = Counts::new();
    for case in cases {
        let adopted = case.measures(question.cut);
        let of_period = adopted.filter(|measure| measure.adopted.is_some_and(|time| time >= question.start));
        of_period.for_each(|measure| counts.add(measure.obligation.as_slice()));
    }
    let definition = text(
        "The same measures, by whether the authority ordered them or the operator takes them by itself.",
        "同上各项措施，按主管机构强制或经营者自愿统计。",
    );
    let title = text("Measures, compulsory or voluntary", "强制措施与自愿措施");
    counts.table("measures_by_obligation", title, definition, true)
}

fn no_measures(question: &Question<'_>, cases: &[Case<'_>]) -> Table {
    let mut counts = Counts::new();
    for case in cases.iter().filter(|case| reached(question, case, &[FollowUpState::NoMeasure]).is_some()) {
        let reason: Option<NoMeasureReason> = case.follow_up(question.cut).and_then(|one| one.no_measure);
        counts.add(reason.as_slice());
    }
    let definition = text(
        "Alerts that ended without a measure within the period, by the reason that the recipient gave last. Of one that was taken up \
         again since no reason is said.",
        "报告期内未采取措施即告结束的通报，按接收方最后给出的理由。其后重新处理的，不再显示理由。",
    );
    counts.table("no_measure_by_reason", text("No measure, by reason", "未采取措施的理由"), definition, true)
}

fn not_traced(question: &Question<'_>, cases: &[Case<'_>]) -> Table {
    let mut counts = Counts::new();
    for case in cases.iter().filter(|case| reached(question, case, &[FollowUpState::NotTraced]).is_some()) {
        let reason: Option<NotTracedReason> = case.follow_up(question.cut).and_then(|one| one.not_traced);
        counts.add(reason.as_slice());
    }
    let definition = text(
        "Alerts of which the manufacturer was not found within the period, by the reason that the recipient gave last. Of one that \
         was traced since no reason is said.",
        "报告期内未能追溯到制造商的通报，按接收方最后给出的理由。其后追溯成功的，不再显示理由。",
    );
    counts.table(
        "not_traced_by_reason",
        text("Not traced, by reason", "未追溯到制造商的理由"),
        definition,
        true,
    )
}

/// The section on what stands open: openings + new − finished − taken back = closings.
pub(super) fn stock(question: &Question<'_>, facts: &Facts, cases: &[Case<'_>], way: Way) -> Section {
    let (id, title) = match way {
        Way::Sent => ("stock_sent", text("Open cases with the partner", "伙伴方的未结案例")),
        Way::Received => ("stock_received", text("Own open cases", "本方的未结案例")),
    };
    // How each stood at the beginning, and stands at the end; the new ones stood nowhere.
    let (mut opening, mut new, mut finished, mut taken_back, mut reopened, mut closing) = (0, 0, 0, 0, 0, 0);
    for case in cases {
        let (before, after) = (case.stands(question.start), case.stands(question.cut));
        match before {
            Stands::Open => opening += 1,
            Stands::NotYet => new += 1,
            Stands::Finished | Stands::TakenBack if after == Stands::Open => reopened += 1,
            Stands::Finished | Stands::TakenBack => continue,
        }
        match after {
            Stands::Open => closing += 1,
            Stands::Finished => finished += 1,
            Stands::TakenBack => taken_back += 1,
            Stands::NotYet => {}
        }
    }
    let open = text(
        "Open is an alert without measure, without a reason for none, not closed, and neither withdrawn nor taken from its recipient.",
        "未结：尚未采取措施、未说明不采取措施的理由、未结案，且未撤回、未被收回的通报。",
    );
    let mut figures = vec![
        count("opening", text("Open at the beginning", "期初未结"), open.clone(), opening),
        count("new", text("+ new", "+ 新增"), text("Sent within the period.", "报告期内发送。"), new),
        count(
            "reopened",
            text("+ taken up again", "+ 重新处理"),
            text("Finished before the period, and open at its end.", "期前已完成、期末未结。"),
            reopened,
        ),
        count(
            "finished",
            text("− finished", "− 已完成"),
            text(
                "Open at the beginning or new, and at the end with a measure, with a reason for none, or closed.",
                "期初未结或新增，期末已采取措施、已说明理由或已结案。",
            ),
            finished,
        ),
        count(
            "taken_back",
            text("− withdrawn or revoked", "− 撤回或收回"),
            text(
                "Open at the beginning or new, and withdrawn, or taken from the recipient, before they were finished.",
                "期初未结或新增，在完成前被撤回或被收回。",
            ),
            taken_back,
        ),
        count("closing", text("= open at the end", "= 期末未结"), open, closing),
    ];
    // Nobody loses the right to its own alerts.
    if way == Way::Received {
        figures.push(count(
            "lost",
            text("Left by loss of rights", "因丧失查看权而移出"),
            text(
                "Alerts of the partner that the owner of the report may know no more since a moment within the period, and that were not \
                 sent to it again before the cut; they are in none of the figures above.",
                "伙伴方的通报中，报告所有者自报告期内某时起不再有权查看、且截至统计截止时间未再次收到的；不计入上述任何数字。",
            ),
            lost(question, facts),
        ));
    }
    Section { id, title, figures, tables: Vec::new() }
}

/// How many alerts of the partner the owner may know no more since a moment within the period.
pub(super) fn lost(question: &Question<'_>, facts: &Facts) -> usize {
    let is_theirs = |loss: &LossFact| {
        let whose = question.partner.zip(loss.originator.as_ref());
        whose.is_some_and(|(partner, originator)| partner.members.contains(originator))
    };
    let of_period = |loss: &LossFact| loss.time >= question.start && loss.time < question.cut;
    let is_known_again = |alert: &str| {
        let of_alert = facts.sendings.iter().filter(|sending| sending.alert == alert);
        of_alert.flat_map(|sending| &sending.spells).any(|spell| spell.sent < question.cut)
    };
    let lost = facts.losses.iter().filter(|loss| of_period(loss) && is_theirs(loss));
    lost.filter(|loss| !is_known_again(&loss.alert)).count()
}
