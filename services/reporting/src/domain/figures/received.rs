//! What was sent within the period: how much, and of which kinds.

use super::{
    Question, alerts,
    case::{Case, Way},
    months,
    words::{Counts, count, share_of, text},
};
use crate::domain::{
    content::{Figure, Section, Table, Text},
    facts::AlertFact,
    model::UnreadableReason,
};

/// The section.
pub(super) fn section(question: &Question<'_>, cases: &[Case<'_>], way: Way) -> Section {
    let new: Vec<&Case<'_>> = cases.iter().filter(|case| case.is_new(question)).collect();
    let (id, title) = match way {
        Way::Sent => ("sent", text("Alerts sent to the partner", "发送给伙伴方的通报")),
        Way::Received => ("received", text("Alerts received from the partner", "收到伙伴方的通报")),
    };
    let how_many = |when: fn(&Case<'_>) -> Option<jiff::Timestamp>| {
        new.iter().filter(|case| within(when(case), question)).count()
    };
    let acknowledged = new.iter().filter(|case| within(case.spell.acknowledged, question)).count();
    let all = text(
        "Alerts that were sent within the period, by the time of sending, in the zone of the period. One that was sent again \
         after the right to it had ended counts each time. Alerts to which the right was lost since are left out.",
        "按发送时间计，在报告期（以报告期所用时区为准）内发送的通报。权利终止后重新发送的，每次分别计数。\
         其后丧失查看权的通报不计入。",
    );
    let figures = vec![
        count("total", text("Alerts", "通报数"), all, new.len()),
        Figure {
            id: "acknowledged",
            title: text("Acknowledged", "已确认接收的比例"),
            definition: text(
                "The share of these alerts that the recipient acknowledged by the cut.",
                "截至统计截止时间，接收方已确认接收的通报所占比例。",
            ),
            value: share_of(acknowledged, new.len()),
            cases: new.len() as u64,
        },
        proved(
            "delivered",
            text("Delivered", "已送达的比例"),
            ["said to have stored", "确认已存入其系统"],
            how_many(|case| case.spell.delivered),
            new.len(),
        ),
        proved(
            "opened",
            text("Opened", "已打开的比例"),
            ["opened", "打开"],
            how_many(|case| case.spell.opened),
            new.len(),
        ),
    ];
    let alerts: Vec<Option<&AlertFact>> = new.iter().map(|case| case.alert).collect();
    let mut tables = alerts::tables(&alerts);
    let sent = new.iter().map(|case| (months::day_of(question, case.spell.sent), case.alert));
    let by_month = text(
        "By the month of the sending, in the zone of the period; sold online as the newest version says.",
        "按发送月份（以报告期所用时区为准）统计；是否网上销售以最新版本为准。",
    );
    tables.push(months::table(question, sent, by_month));
    tables.push(unreadable(question, &new));
    Section { id, title, figures, tables }
}

fn proved(id: &'static str, title: Text, [english, chinese]: [&str; 2], came: usize, cases: usize) -> Figure {
    let definition = text(
        &format!(
            "The share of these alerts of which the recipient {english} a version by the cut, as the ledger proves. Who acknowledges nothing in \
             its feed is not shown as having stored it; what was recorded before recipients were told of it is known to the notifier alone."
        ),
        &format!(
            "截至统计截止时间，有存证证明接收方已{chinese}任一版本的通报所占比例。未在数据源中确认位置的接收方不显示为已存入；\
             在向接收方告知此类存证之前的记录仅通报方可见。"
        ),
    );
    Figure { id, title, definition, value: share_of(came, cases), cases: cases as u64 }
}

/// What recipients could not use, by reason.
fn unreadable(question: &Question<'_>, new: &[&Case<'_>]) -> Table {
    let mut counts = Counts::new();
    for case in new {
        let before_cut = case.spell.unreadable.iter().filter(|one| one.time < question.cut);
        before_cut.for_each(|one| match one.reason {
            Some(reason) => {
                let (order, title) = called(reason);
                counts.add_row(order, reason.into(), title);
            }
            None => counts.add_named(&[]),
        });
    }
    let definition = text(
        "Versions of these alerts that the recipient reported before the cut as not to be used; each version and reason counts once.",
        "接收方在统计截止时间前报告无法使用的上述通报版本；每个版本的每项原因计一次。",
    );
    counts.table(
        "unreadable_by_reason",
        text("Reported as unreadable, by reason", "无法使用的报告（按原因）"),
        definition,
        false,
    )
}

fn called(reason: UnreadableReason) -> (i64, Text) {
    match reason {
        UnreadableReason::WrongSchema => (0, text("does not fit the contract", "不符合数据规范")),
        UnreadableReason::MissingAttachment => (1, text("attachment missing", "附件缺失")),
        UnreadableReason::Translation => {
            (2, text("translation missing or not understood", "译文缺失或无法理解"))
        }
        UnreadableReason::Other => (3, text("something else", "其他")),
    }
}

/// Whether it happened before the cut.
fn within(time: Option<jiff::Timestamp>, question: &Question<'_>) -> bool {
    time.is_some_and(|time| time < question.cut)
}
