//! What was sent within the period: how much, and of which kinds.

use super::{
    Question, alerts,
    case::{Case, Way},
    months,
    words::{count, share_of, text},
};
use crate::domain::{
    content::{Figure, Section},
    facts::AlertFact,
};

/// The section.
pub(super) fn section(question: &Question<'_>, cases: &[Case<'_>], way: Way) -> Section {
    let new: Vec<&Case<'_>> = cases.iter().filter(|case| case.is_new(question)).collect();
    let (id, title) = match way {
        Way::Sent => ("sent", text("Alerts sent to the partner", "发送给伙伴方的通报")),
        Way::Received => ("received", text("Alerts received from the partner", "收到伙伴方的通报")),
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
    ];
    let alerts: Vec<Option<&AlertFact>> = new.iter().map(|case| case.alert).collect();
    let mut tables = alerts::tables(&alerts);
    let sent = new.iter().map(|case| (months::day_of(question, case.spell.sent), case.alert));
    let by_month = text(
        "By the month of the sending, in the zone of the period; sold online as the newest version says.",
        "按发送月份（以报告期所用时区为准）统计；是否网上销售以最新版本为准。",
    );
    tables.push(months::table(question, sent, by_month));
    Section { id, title, figures, tables }
}

/// Whether it happened before the cut.
fn within(time: Option<jiff::Timestamp>, question: &Question<'_>) -> bool {
    time.is_some_and(|time| time < question.cut)
}
