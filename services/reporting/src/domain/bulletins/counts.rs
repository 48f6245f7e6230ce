//! How a bulletin begins: what it is about, and its counts with their definitions.

use super::{BulletinQuestion, Listed};
use crate::domain::{
    chapters::{Passage, Worth},
    content::{Content, Section, Text},
    figures::{
        head::civil,
        words::{Counts, count, text},
    },
    glossary::Glossary,
    model::{EventStatus, MeasureAction},
};

/// Title, facts and counts.
pub(super) fn head(
    question: &BulletinQuestion<'_>,
    listed: &[Listed],
    findings: usize,
    glossary: &Glossary,
) -> Content {
    let BulletinQuestion { owner, recalling, origin, month, cut, zone, .. } = question;
    let country =
        text(&format!("{} ({origin})", origin.name_en()), &format!("{}（{origin}）", origin.name_zh()));
    let terms = format!("{} / {}", glossary.reviewed(), glossary.terms().len());
    let facts = vec![
        (text("Bulletin of", "发布方"), owner.names.clone()),
        (text("Recalling authority", "召回机构"), recalling.names.clone()),
        (text("Country of origin", "原产国"), country),
        (text("Month", "月份"), Text::same(month.to_string())),
        (text("Time zone", "时区"), Text::same(zone.iana_name().unwrap_or("UTC"))),
        (text("As known at", "数据截止时间"), Text::same(civil(*cut, zone))),
        (
            text("Terms of the glossary reviewed by people / in all", "术语表经人工审核的术语数 / 总数"),
            Text::same(terms),
        ),
    ];
    Content { title: title(question), facts, sections: vec![alerts(listed, findings)] }
}

/// What it is called, which says of drills that they are.
fn title(question: &BulletinQuestion<'_>) -> Text {
    let BulletinQuestion { origin, month, recalling, .. } = question;
    let drill = match question.status {
        EventStatus::Actual => text("", ""),
        EventStatus::Exercise => text(" (exercise)", "（演练）"),
        EventStatus::Test => text(" (test)", "（测试）"),
    };
    Text::of(
        format!(
            "Hazard bulletin {month}: products made in {}, alerts of {}{}",
            origin.name_en(),
            recalling.names.english,
            drill.english
        ),
        format!(
            "{month}月度危害通报：原产于{}的产品，{}发布{}",
            origin.name_zh(),
            recalling.names.chinese,
            drill.chinese
        ),
    )
}

fn alerts(listed: &[Listed], findings: usize) -> Section {
    let basis = text(
        "Confirmed alerts of all authorities of the recalling side that name the country of origin, alone or among others, by the civil \
         date of notification; by that of publication where there is none, and by the day of confirmation where the recalling authority \
         is where there is neither. Withdrawn alerts, and follow-ups to alerts of others, are left out.",
        "召回方各主管机构发布的、已确认且原产国（单独或与其他国家并列）为该国的通报，按通报日期计；无通报日期的按发布日期计，\
         两者均无的按召回机构所在地的确认日期计。已撤回的通报以及对他方通报的后续通报不计入。",
    );
    let has = |worth: Worth| {
        let of_alert = |one: &&Listed| one.alert.texts().any(|(_, text)| is_so(text, worth));
        listed.iter().filter(of_alert).count()
    };
    let recalled = |one: &&Listed| one.alert.measures.contains(&MeasureAction::RecallFromEndUsers);
    let figures = vec![
        count("total", text("Alerts", "通报数"), basis, listed.len()),
        count(
            "recalled",
            text("Of these recalled from end users", "其中从终端用户召回"),
            text(
                "Alerts that tell of a recall from end users among their measures.",
                "措施中包含从终端用户召回的通报。",
            ),
            listed.iter().filter(recalled).count(),
        ),
        count(
            "missing",
            text("Alerts with a missing translation", "有译文缺失的通报"),
            text(
                "Alerts with at least one text that is not there in English or not in Chinese. The original stands in its place, and is \
                 marked.",
                "至少一段文字缺少英文或中文的通报。缺失处以原文代替并作标注。",
            ),
            has(Worth::Missing),
        ),
        count(
            "stale",
            text("Alerts with a translation of an earlier text", "有译文未更新的通报"),
            text(
                "Alerts with at least one text whose English or Chinese translation is older than its original. It is marked.",
                "至少一段文字的英文或中文译文早于现行原文的通报。该处作标注。",
            ),
            has(Worth::Stale),
        ),
        count(
            "findings",
            text("Terms that differ from the glossary", "与术语表不一致的术语"),
            text(
                "Texts of which the English version uses a term of the glossary, and the Chinese version none of the words that stand \
                 for it; each term once a text.",
                "英文使用了术语表中的术语、而中文未使用其对应词的文字；每段文字每个术语计一次。",
            ),
            findings,
        ),
    ];
    let several = text(
        "An alert may have several, and then counts in each row.",
        "一份通报可能有多项，并在各行分别计数。",
    );
    let (mut hazards, mut remedies, mut levels) = (Counts::new(), Counts::new(), Counts::new());
    for Listed { alert, .. } in listed {
        hazards.add(&alert.risks);
        let mut kinds: Vec<_> = alert.remedies.iter().map(|remedy| remedy.kind).collect();
        kinds.sort_unstable_by_key(|kind| *kind as i32);
        kinds.dedup();
        remedies.add(&kinds);
        levels.add(&alert.level.into_iter().collect::<Vec<_>>());
    }
    let level = text("As the newest version of the alert says.", "以通报的最新版本为准。");
    let tables = vec![
        hazards.table("by_hazard", text("By hazard", "按危害类型"), several.clone(), true),
        remedies.table("by_remedy", text("By remedy", "按补救措施"), several, true),
        levels.table("by_risk_level", text("By level of risk", "按风险等级"), level, true),
    ];
    Section { id: "alerts", title: text("Alerts of the month", "本月通报"), figures, tables }
}

/// Whether a version of the text, in one of the languages, is worth this.
fn is_so(text: &seamless_identifiers::LocalizedText, worth: Worth) -> bool {
    Passage::told(text)
        .is_some_and(|passage| passage.english.worth == worth || passage.chinese.worth == worth)
}
