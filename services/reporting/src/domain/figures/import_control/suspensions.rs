//! Whether suspensions of the release were decided in time.

use seamless_statistics::{End, Spell, kaplan_meier};

use crate::domain::{
    content::{Figure, Section},
    facts::ControlFact,
    figures::{
        Question,
        reaction::median_of,
        words::{count, share_of, text},
    },
};

/// The section.
pub(super) fn section(question: &Question<'_>, controls: &[ControlFact]) -> Section {
    let cut = question.cut;
    let fell_due: Vec<&ControlFact> =
        controls.iter().filter(|one| one.due.is_some_and(|due| due >= question.start && due < cut)).collect();
    let ended = |one: &&&ControlFact, in_time: bool| {
        let ended = one.decided.filter(|time| *time < cut);
        ended.zip(one.due).is_some_and(|(ended, due)| (ended < due) == in_time)
    };
    let in_time = fell_due.iter().filter(|one| ended(one, true)).count();
    let late = fell_due.iter().filter(|one| ended(one, false)).count();
    let overdue = fell_due.iter().filter(|one| one.is_open_at(cut)).count();
    let unknown = fell_due.len().saturating_sub(in_time + late + overdue);
    let released = fell_due.iter().filter(|one| one.is_released_at(cut)).count();
    let basis = text(
        "Suspensions whose time to decide ended within the period, as the feed tells it: working days of the entry point are counted there.",
        "期限在报告期内届满的暂停放行；期限以数据源告知者为准，工作日由该口岸计算。",
    );
    let begun: Vec<Spell> = controls
        .iter()
        .filter(|one| one.due.is_some() && one.examined >= question.start && one.examined < cut)
        .filter(|one| one.decided.is_some() || one.is_open_at(cut))
        .map(|one| {
            let ended = one.decided.filter(|time| *time < cut);
            let until = ended.unwrap_or(cut);
            let duration = until.duration_since(one.examined).as_micros().max(0);
            Spell {
                duration: i64::try_from(duration).unwrap_or(i64::MAX),
                end: if ended.is_some() { End::Event } else { End::Censored },
            }
        })
        .collect();
    let figures = vec![
        count("fell_due", text("Fell due", "到期"), basis, fell_due.len()),
        count(
            "in_time",
            text("Decided or released in time", "按时决定或放行"),
            text("Before their time ended.", "在期限届满前。"),
            in_time,
        ),
        count(
            "late",
            text("Decided or released late", "逾期决定或放行"),
            text("When their time had ended, and before the cut.", "期限届满后、统计截止时间前。"),
            late,
        ),
        count(
            "overdue",
            text("Overdue and open", "逾期未决"),
            text("Neither decided nor released at the cut.", "统计截止时尚未决定或放行。"),
            overdue,
        ),
        count(
            "unknown",
            text("Of which the time is not known", "时间不详"),
            text(
                "Ended, but of before the service kept when: in no share.",
                "已结束但当时系统未记录时间：不计入比例。",
            ),
            unknown,
        ),
        Figure {
            id: "share_in_time",
            title: text("Share in time", "按时比例"),
            definition: text(
                "Those in time among those in time, late, or overdue and open. Wilson's interval of 95 %.",
                "按时者占按时、逾期及逾期未决者的比例。95% 区间采用 Wilson 方法。",
            ),
            value: share_of(in_time, in_time + late + overdue),
            cases: (in_time + late + overdue) as u64,
        },
        count(
            "released_without_outcome",
            text("Released without an outcome", "无结果放行"),
            text("Of those that fell due, released before the cut.", "到期者中在统计截止时间前放行的。"),
            released,
        ),
        Figure {
            id: "median",
            title: text("Half are decided after (days)", "半数作出决定所需天数"),
            definition: text(
                "Suspensions that began within the period, from the examination to decision or release; those that stand count up to the \
                 cut. Kaplan–Meier; days of 24 hours. Those that ended at an unknown time are left out.",
                "报告期内开始的暂停放行，自查验至决定或放行；仍未决的计至统计截止时间。采用 Kaplan–Meier 方法，一天为 24 小时。\
                 结束时间不详的不计入。",
            ),
            value: median_of(&kaplan_meier(&begun)),
            cases: begun.len() as u64,
        },
    ];
    Section {
        id: "suspensions",
        title: text("Suspensions of the release", "暂停放行"),
        figures,
        tables: Vec::new(),
    }
}
