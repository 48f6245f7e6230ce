//! Annual statistics: all alerts that the owner is shown.

use super::{
    Facts, Question, alerts, confirmation, exchange, head, months, reaction_matrix,
    words::{count, text},
};
use crate::domain::{
    content::{Content, Section},
    facts::AlertFact,
    model::NotificationState,
};

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let mut of_period: Vec<&AlertFact> =
        facts.alerts.values().filter(|alert| is_of_period(question, alert)).collect();
    of_period.sort_by(|one, other| one.name.cmp(&other.name));
    let follow_ups = of_period.iter().filter(|alert| alert.is_follow_up()).count();
    let counted: Vec<Option<&AlertFact>> =
        of_period.iter().filter(|alert| !alert.is_follow_up()).map(|alert| Some(*alert)).collect();
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
    tables.push(alerts::by_obligation(&counted));
    tables.push(alerts::by_counterfeit(&counted));
    tables.push(alerts::by_identifying_field(&counted));
    let alerts = Section { id: "alerts", title: text("Alerts", "通报"), figures, tables };
    let title = head::title(question, "Annual statistics", "年度统计");
    let others = [
        reaction_matrix::section(question, facts),
        exchange::listings_of_alerts(question, facts),
        confirmation::section(question, facts),
    ];
    let sections = std::iter::once(alerts).chain(others).collect();
    Content { title, facts: head::facts(question), sections }
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
