//! What the rules of deadlines are called: what is due, within how long, of which alerts, as their arrangements say.

use seamless_calendar::DeadlineUnit;
use seamless_identity::Deadline;

use super::{Question, words::text};
use crate::domain::content::Text;

/// What a rule is called. Where arrangements or their versions say different things under one id, all of them; one that no arrangement has
/// any more stays as it is written.
pub(super) fn rule_text(question: &Question<'_>, id: &str) -> Text {
    let versions = question.arrangements.iter().flat_map(|one| one.versions());
    let rules = versions.flat_map(|terms| &terms.deadlines).filter(|deadline| deadline.rule.id == id);
    let mut called: Vec<Text> = Vec::new();
    for rule in rules.map(called_by) {
        if !called.contains(&rule) {
            called.push(rule);
        }
    }
    if called.is_empty() {
        return Text::same(id);
    }
    let joined =
        |of: fn(&Text) -> &str, between: &str| called.iter().map(of).collect::<Vec<_>>().join(between);
    text(&joined(|one| &one.english, "; "), &joined(|one| &one.chinese, "；"))
}

/// As one version of one arrangement has it. What the services do not name so stays as the file writes it.
fn called_by(Deadline { rule, .. }: &Deadline) -> Text {
    let due = match rule.stop_event.as_str() {
        "acknowledged" => ["acknowledgement", "确认接收"],
        "first-substantive-reaction" => ["first substantive reaction", "首次实质性反应"],
        "closed" => ["closing", "结案"],
        other => [other, other],
    };
    let length = rule.length;
    let time = match rule.unit {
        DeadlineUnit::CalendarDays => [format!("{length} calendar days"), format!("{length} 个日历日内")],
        DeadlineUnit::WorkingDays { .. } => {
            [format!("{length} working days"), format!("{length} 个工作日内")]
        }
    };
    let of = match rule.applies_to.as_str() {
        "all" => ["", ""],
        "sold-online" => [", products sold online", "（网上销售的产品）"],
        "serious" => [", serious risk", "（严重风险）"],
        other => [other, other],
    };
    text(&format!("{} within {}{}", due[0], time[0], of[0]), &format!("{}{}{}", time[1], due[1], of[1]))
}
