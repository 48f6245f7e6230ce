//! What is said of a row: each measure with what it means, calculated over the cases of the row.

use std::collections::HashSet;

use seamless_statistics::kaplan_meier;

use super::member::Member;
use crate::domain::{
    content::{Measured, Text, Value},
    figures::{
        Question, annual,
        case::{Case, Stands},
        reaction::{AGREED_DAYS, fell_due, median_of, spell, within},
        words::{share_of, text},
    },
    model::{FollowUpState, StatisticsMeasure},
};

/// Whether a measure is of sendings alone.
pub(super) fn is_of_cases(measure: StatisticsMeasure) -> bool {
    use StatisticsMeasure as Of;
    match measure {
        Of::Alerts | Of::Withdrawn | Of::ShareOfAll => false,
        Of::Cases
        | Of::Acknowledged
        | Of::Reactions
        | Of::Measured
        | Of::Open
        | Of::ShareOnTime
        | Of::ShareWithin21Days
        | Of::MedianDays
        | Of::MedianDaysNet => true,
    }
}

/// Whether a measure is of alerts alone.
pub(super) fn is_of_alerts(measure: StatisticsMeasure) -> bool {
    measure == StatisticsMeasure::Withdrawn
}

/// The value of a row with these members, of so many in all.
pub(super) fn value(
    measure: StatisticsMeasure,
    question: &Question<'_>,
    members: &[&Member<'_>],
    all: usize,
) -> Value {
    use StatisticsMeasure as Of;
    let cases = || members.iter().filter_map(|member| member.case.as_ref());
    let count = |holds: fn(&Question<'_>, &Case<'_>) -> bool| {
        Value::Count(cases().filter(|case| holds(question, case)).count() as u64)
    };
    match measure {
        Of::Alerts => {
            Value::Count(members.iter().map(|member| member.name).collect::<HashSet<_>>().len() as u64)
        }
        Of::Cases => Value::Count(members.len() as u64),
        Of::Withdrawn => {
            let alerts = members.iter().filter_map(|member| member.alert);
            Value::Count(alerts.filter(|alert| annual::is_withdrawn(question, alert)).count() as u64)
        }
        Of::Acknowledged => {
            count(|question, case| case.spell.acknowledged.is_some_and(|time| time < question.cut))
        }
        Of::Reactions => count(is_reacted),
        Of::Measured => count(|question, case| {
            case.steps(question.cut).any(|step| step.state == FollowUpState::MeasureAdopted)
        }),
        Of::Open => count(|question, case| case.stands(question.cut) == Stands::Open),
        Of::ShareOfAll if all == 0 => Value::NoCases,
        Of::ShareOfAll => {
            Value::Share(Measured { value: members.len() as f64 / all as f64, lower: None, upper: None })
        }
        Of::ShareOnTime => on_time(question, cases()),
        Of::ShareWithin21Days => {
            let spells: Vec<_> = cases().map(|case| spell(question, case, false)).collect();
            within(&kaplan_meier(&spells), AGREED_DAYS)
        }
        Of::MedianDays | Of::MedianDaysNet => {
            let is_net = measure == Of::MedianDaysNet;
            let spells: Vec<_> = cases().map(|case| spell(question, case, is_net)).collect();
            median_of(&kaplan_meier(&spells))
        }
    }
}

/// Whether the recipient reacted before the cut.
fn is_reacted(question: &Question<'_>, case: &Case<'_>) -> bool {
    case.spell.reacted.is_some_and(|time| time < question.cut)
}

/// Of the deadlines that fell due, how many were kept.
fn on_time<'c, 'a: 'c>(question: &Question<'_>, cases: impl Iterator<Item = &'c Case<'a>>) -> Value {
    let due: Vec<_> = cases.flat_map(Case::clocks).filter(|clock| fell_due(question, clock)).collect();
    let kept = due.iter().filter(|clock| {
        let done = clock.stopped.filter(|time| *time < question.cut);
        done.is_some_and(|time| time < clock.due)
    });
    share_of(kept.count(), due.len())
}

/// What it is called.
pub(super) fn title(measure: StatisticsMeasure) -> Text {
    use StatisticsMeasure as Of;
    match measure {
        Of::Alerts => text("alerts", "通报数"),
        Of::Cases => text("sendings", "发送数"),
        Of::Withdrawn => text("withdrawn", "已撤回"),
        Of::Acknowledged => text("acknowledged", "已确认接收"),
        Of::Reactions => text("reacted to", "已作出反应"),
        Of::Measured => text("measure adopted", "已采取措施"),
        Of::Open => text("open", "未结"),
        Of::ShareOfAll => text("share of all", "占比"),
        Of::ShareOnTime => text("share on time", "按时比例"),
        Of::ShareWithin21Days => text("reacted to within 21 days", "21 天内作出反应的比例"),
        Of::MedianDays => text("half after (days)", "半数所需天数"),
        Of::MedianDaysNet => text("half after, without pauses (days)", "半数所需天数（扣除暂停）"),
    }
}

/// What it means.
pub(super) fn definition(measure: StatisticsMeasure) -> Text {
    use StatisticsMeasure as Of;
    const KAPLAN_MEIER: [&str; 2] = [
        "Those without a reaction count up to the cut, up to their withdrawal, or up to the end of the right to them. Kaplan–Meier; \
         interval of 95 % of the log-log kind; days of 24 hours",
        "尚无反应的，计至统计截止时间、撤回时间或权利终止时间。采用 Kaplan–Meier 方法，95% 区间为双对数型；一天为 24 小时",
    ];
    match measure {
        Of::Alerts => text(
            "Different alerts; one that was sent several times counts once.",
            "不同的通报；多次发送的计一次。",
        ),
        Of::Cases => text(
            "Sendings; one to each recipient, and each again after the right to it had ended.",
            "发送次数；每个接收方各计一次，权利终止后重新发送的再计一次。",
        ),
        Of::Withdrawn => text("Alerts that were withdrawn before the cut.", "在统计截止时间前撤回的通报。"),
        Of::Acknowledged => text(
            "Sendings that the recipient acknowledged before the cut.",
            "接收方在统计截止时间前已确认接收的。",
        ),
        Of::Reactions => text(
            "Sendings to which the recipient reacted before the cut: tracing done, a measure, or a reason for none.",
            "接收方在统计截止时间前已作出反应的：完成追溯、采取措施或说明不采取措施的理由。",
        ),
        Of::Measured => text(
            "Sendings of which the recipient adopted a measure before the cut.",
            "接收方在统计截止时间前已采取措施的。",
        ),
        Of::Open => text(
            "At the cut without a measure, without a reason for none, not closed, and neither withdrawn nor taken from the recipient.",
            "在统计截止时间尚未采取措施、未说明不采取措施的理由、未结案，且未撤回、未被收回的。",
        ),
        Of::ShareOfAll => text(
            "The share of all that the query counts. What stands in several rows counts in each.",
            "占本次查询全部数量的比例。列入多行的，各行分别计数。",
        ),
        Of::ShareOnTime => text(
            "Of the deadlines of these sendings that fell due before the cut, pauses counted, those that were kept; cancelled ones are left \
             out, and those whose clock stands still at the cut. The interval of 95 % is Wilson's.",
            "这些发送在统计截止时间前到期的期限（计入暂停时间）中按时完成的比例；已取消的及统计截止时计时暂停的不计。95% 区间采用 Wilson 方法。",
        ),
        Of::ShareWithin21Days => text(
            &format!(
                "From the sending to the first reaction, within 21 times 24 hours; not known while none was observed for so long. {}.",
                KAPLAN_MEIER[0]
            ),
            &format!(
                "自发送至首次反应，在 21×24 小时之内；尚无观察满此时间的，不得而知。{}。",
                KAPLAN_MEIER[1]
            ),
        ),
        Of::MedianDays => text(
            &format!("From the sending to the first reaction, pauses included. {}.", KAPLAN_MEIER[0]),
            &format!("自发送至首次反应，含暂停时间。{}。", KAPLAN_MEIER[1]),
        ),
        Of::MedianDaysNet => text(
            &format!(
                "From the sending to the first reaction, without times in which a clock stood still since a question was open. {}.",
                KAPLAN_MEIER[0]
            ),
            &format!("自发送至首次反应，扣除因询问未答复而暂停计时的时间。{}。", KAPLAN_MEIER[1]),
        ),
    }
}
