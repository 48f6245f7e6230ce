//! Activities: held, announced, cancelled.

use crate::domain::{
    content::Section,
    facts::ActivityFact,
    figures::{
        Question,
        languages::language_text,
        words::{Counts, area_text, count, text},
    },
    model::ActivityState,
};

/// The section.
pub(super) fn section(
    question: &Question<'_>,
    of_period: &[&ActivityFact],
    held: &[&ActivityFact],
) -> Section {
    let in_state = |state| of_period.iter().filter(|activity| activity.state == state).count();
    let figures = vec![
        count(
            "held",
            text("Held", "已举办"),
            text(
                "Activities that began within the period, in its zone, by the start of the first meeting, or by the first day of a campaign; \
                 as the newest version says. Those without a time are left out, and drafts of others are not shown.",
                "报告期（以报告期所用时区为准）内开始的活动，按首场开始时间或宣传活动首日计，以最新版本为准。未定时间的不计入，\
                 他方的草稿不可见。",
            ),
            held.len(),
        ),
        count(
            "announced",
            text("Announced, and not said to be held", "已公布但未登记举办"),
            text("Of the same time.", "同一期间内。"),
            in_state(ActivityState::Published),
        ),
        count(
            "cancelled",
            text("Cancelled", "已取消"),
            text("Of the same time.", "同一期间内。"),
            in_state(ActivityState::Cancelled),
        ),
    ];
    let mut kinds = Counts::new();
    held.iter().for_each(|activity| kinds.add(&[activity.kind]));
    let mut formats = Counts::new();
    held.iter().for_each(|activity| formats.add(activity.format.as_slice()));
    let (mut areas, mut languages, mut organisers) = (Counts::new(), Counts::new(), Counts::new());
    for activity in held {
        areas.add_titled(activity.areas.iter().map(|area| (0, area.as_str(), area_text(area))));
        languages.add_titled(activity.languages.iter().map(|tag| (0, tag.as_str(), language_text(tag))));
        organisers.add_row(0, activity.organiser.as_str(), question.name_of(&activity.organiser));
    }
    let basis = || text("Activities that were held.", "已举办的活动。");
    let several = || {
        text(
            "Activities that were held. One may have several, and then counts in each row.",
            "已举办的活动。一项活动可有多项，并在各行分别计数。",
        )
    };
    let tables = vec![
        kinds.table("by_kind", text("By kind", "按类型"), basis(), true),
        formats.table("by_format", text("By format", "按形式"), basis(), true),
        areas.table("by_area", text("By product area", "按产品领域"), several(), true),
        languages.table("by_language", text("By language", "按语言"), several(), true),
        organisers.table("by_organiser", text("By leading authority", "按牵头机构"), basis(), true),
    ];
    Section { id: "activities", title: text("Activities", "活动"), figures, tables }
}
