//! Whether what was agreed to be done was done in time.

use super::TrainingFacts;
use crate::domain::{
    content::{Figure, Section},
    facts::ActionFact,
    figures::{
        Question,
        words::{Counts, count, share_of, text},
    },
    model::ActionItemState,
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &TrainingFacts) -> Section {
    let fell_due = facts.actions.iter().filter(|one| one.due >= question.start && one.due < question.cut);
    let fell_due: Vec<&ActionFact> = fell_due.collect();
    let ended = |one: &ActionFact| one.ended.filter(|time| *time < question.cut);
    let is_done = |one: &ActionFact| one.state == ActionItemState::Done && ended(one).is_some();
    let in_time =
        fell_due.iter().filter(|one| is_done(one) && ended(one).is_some_and(|at| at < one.due)).count();
    let done = fell_due.iter().filter(|one| is_done(one)).count();
    let dropped =
        fell_due.iter().filter(|one| one.state == ActionItemState::Dropped && ended(one).is_some()).count();
    let open = fell_due.len().saturating_sub(done + dropped);
    let figures = vec![
        count(
            "fell_due",
            text("Fell due", "到期"),
            text(
                "Action items of minutes whose time ended within the period, by the day that stands now, in the zone of who is to do it.",
                "会议纪要中期限在报告期内届满的行动项，以现定日期及承办方时区为准。",
            ),
            fell_due.len(),
        ),
        count(
            "in_time",
            text("Done in time", "按时完成"),
            text("Before their time ended.", "在期限届满前。"),
            in_time,
        ),
        count(
            "late",
            text("Done late", "逾期完成"),
            text("When their time had ended, and before the cut.", "期限届满后、统计截止时间前。"),
            done.saturating_sub(in_time),
        ),
        count(
            "open",
            text("Not done at the cut", "截止时未完成"),
            text("Neither done nor dropped at the cut.", "统计截止时既未完成也未取消。"),
            open,
        ),
        count(
            "dropped",
            text("Dropped", "不再办理"),
            text("Before the cut; in no share.", "在统计截止时间前；不计入比例。"),
            dropped,
        ),
        Figure {
            id: "share_in_time",
            title: text("Share in time", "按时比例"),
            definition: text(
                "Those done in time among those done or open. Wilson's interval of 95 %.",
                "按时完成者占已完成及未完成者的比例。95% 区间采用 Wilson 方法。",
            ),
            value: share_of(in_time, done + open),
            cases: (done + open) as u64,
        },
    ];
    let mut owners = Counts::new();
    fell_due.iter().for_each(|one| owners.add_row(0, one.owner.as_str(), question.name_of(&one.owner)));
    let definition = text("Those that fell due, by who is to do them.", "到期者按承办机构。");
    let tables = vec![owners.table("by_owner", text("By who is to do them", "按承办机构"), definition, true)];
    Section { id: "actions", title: text("Action items", "行动项"), figures, tables }
}
