//! Cases that wait, by how long they do: the age of the inbox.

use super::View;
use crate::domain::{
    content::{Row, Section, Table, Value},
    figures::{
        case::{Case, Stands},
        handling,
        reaction::of_days,
        words::{count, text},
    },
};

/// Up to how many days each group is, and what it is called; the last has no end.
const AGES: [(i64, &str, &str, &str); 5] = [
    (7, "up_to_7", "up to 7 days", "7 天以内"),
    (21, "up_to_21", "7 to 21 days", "7 至 21 天"),
    (45, "up_to_45", "21 to 45 days", "21 至 45 天"),
    (90, "up_to_90", "45 to 90 days", "45 至 90 天"),
    (i64::MAX, "above_90", "more than 90 days", "90 天以上"),
];

/// The section.
pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let now = view.question.cut;
    let open = |cases: &[Case<'_>]| -> Vec<(i64, bool)> {
        let open = cases.iter().filter(|case| case.stands(now) == Stands::Open);
        let age = |case: &Case<'_>| now.as_microsecond().saturating_sub(case.spell.sent.as_microsecond());
        let is_unread = |case: &Case<'_>| case.spell.acknowledged.is_none_or(|time| time >= now);
        open.map(|case| (age(case), is_unread(case))).collect()
    };
    let (received, sent) = (open(&view.received), open(&view.sent));
    let unacknowledged = |cases: &[(i64, bool)]| cases.iter().filter(|(_, is_new)| *is_new).count();
    let definition = text(
        "Alerts without measure, without a reason for none, not closed, and neither withdrawn nor taken from their recipient.",
        "尚未采取措施、未说明不采取措施的理由、未结案，且未撤回、未被收回的通报。",
    );
    let unread = text("Open, and not acknowledged by the recipient.", "未结且接收方尚未确认接收。");
    let figures = vec![
        count("open_received", text("Received and open", "收到未结"), definition.clone(), received.len()),
        count(
            "unacknowledged_received",
            text("Of these not acknowledged", "其中未确认接收"),
            unread.clone(),
            unacknowledged(&received),
        ),
        count("open_sent", text("Sent and open", "发送未结"), definition.clone(), sent.len()),
        count(
            "unacknowledged_sent",
            text("Of these not acknowledged by partners", "其中伙伴方未确认接收"),
            unread,
            unacknowledged(&sent),
        ),
        count(
            "lost",
            text("Left by loss of rights", "因丧失查看权而移出"),
            text(
                "Alerts that this authority may know no more since a moment within the quarter; they count nowhere else.",
                "自本季度某时起本机构不再有权查看的通报；不计入其他数字。",
            ),
            handling::lost(view.question, view.facts),
        ),
    ];
    let mut from = -1;
    let mut rows = Vec::new();
    for (days, id, english, chinese) in AGES {
        let to = of_days(days);
        let within =
            |cases: &[(i64, bool)]| cases.iter().filter(|(age, _)| *age > from && *age <= to).count();
        let values = [within(&received), within(&sent)].map(|cases| Value::Count(cases as u64));
        rows.push(Row { id: id.to_owned(), title: text(english, chinese), values: values.into() });
        from = to;
    }
    let table = Table {
        id: "open_by_age",
        title: text("Open cases by age", "未结案例的时长"),
        definition: text(
            "By the time since the sending, in days of 24 hours.",
            "按自发送起的时间计，以24小时为一天。",
        ),
        columns: vec![text("received", "收到"), text("sent", "发送")],
        rows,
        cases: (received.len() + sent.len()) as u64,
        overlapping: false,
    };
    Some(Section {
        id: "open_cases", title: text("Open cases", "未结案例"), figures, tables: vec![table]
    })
}
