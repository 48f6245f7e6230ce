//! Where the recipient of an alert assesses its risk otherwise than the notifier.

use std::collections::BTreeMap;

use seamless_labels::{Label, Labelled};

use crate::domain::{
    content::{Figure, Row, Section, Table, Value},
    figures::{
        Facts, Question,
        case::{Case, Way},
        words::{count, share_of, text},
    },
    model::RiskLevel,
};

/// The section.
pub(in crate::domain::figures) fn section(
    question: &Question<'_>,
    facts: &Facts,
    cases: &[Case<'_>],
    way: Way,
) -> Section {
    let (id, title) = match way {
        Way::Sent => ("assessments_sent", text("The partner's own assessments", "伙伴方的自行评估")),
        Way::Received => ("assessments_received", text("Own assessments", "本方的自行评估")),
    };
    let new = cases.iter().filter(|case| case.is_new(question));
    let assessed: Vec<(Option<RiskLevel>, Option<RiskLevel>)> = new
        .filter_map(|case| {
            let all = facts.exchange.assessments.get(&case.sending.alert)?;
            let own = all.iter().find(|one| {
                let stands = one.withdrawn.is_none_or(|time| time >= question.cut);
                one.authority == case.sending.recipient && one.assessed < question.cut && stands
            })?;
            Some((case.alert.and_then(|alert| alert.level), own.level))
        })
        .collect();
    let both: Vec<(RiskLevel, RiskLevel)> =
        assessed.iter().filter_map(|(notified, own)| notified.zip(*own)).collect();
    let divergent = both.iter().filter(|(notified, own)| notified != own).count();
    let newest = text(
        "Both levels as the newest version says that the owner of the report is shown.",
        "双方的等级均以报告所有者可见的最新版本为准。",
    );
    let figures = vec![
        count(
            "assessed",
            text("Alerts that the recipient assessed itself", "接收方自行评估的通报"),
            text(
                "Alerts sent within the period of which the recipient has an assessment of its own at the cut; one that was taken back is none.",
                "报告期内发送、统计截止时接收方有自行评估的通报；已撤回的评估不计。",
            ),
            assessed.len(),
        ),
        Figure {
            id: "divergent",
            title: text("Of these with another level of risk", "其中风险等级不同的比例"),
            definition: text(
                &format!(
                    "Where the level that the recipient found is another than that of the alert, among those of which both are known. {} Wilson's \
                     interval of 95 %.",
                    newest.english
                ),
                &format!(
                    "双方等级均已知的通报中，接收方认定的等级与通报不同的比例。{}95% 区间采用 Wilson 方法。",
                    newest.chinese
                ),
            ),
            value: share_of(divergent, both.len()),
            cases: both.len() as u64,
        },
    ];
    let mut pairs: BTreeMap<(i32, i32), (RiskLevel, RiskLevel, u64)> = BTreeMap::new();
    for (notified, own) in &both {
        pairs.entry((*notified as i32, *own as i32)).or_insert((*notified, *own, 0)).2 += 1;
    }
    let rows = pairs.into_values().map(|(notified, own, cases)| {
        let ids: [&'static str; 2] = [notified.into(), own.into()];
        let (Label { english, chinese }, other) = (notified.label(), own.label());
        Row {
            id: ids.join(" "),
            title: text(&format!("{english} → {}", other.english), &format!("{chinese} → {}", other.chinese)),
            values: vec![Value::Count(cases)],
        }
    });
    let table = Table {
        id: "assessed_levels",
        title: text("Level of the alert → level that the recipient found", "通报等级 → 接收方认定等级"),
        definition: text(
            &format!("Those of which both levels are known. {}", newest.english),
            &format!("双方等级均已知的通报。{}", newest.chinese),
        ),
        columns: vec![text("alerts", "通报数")],
        rows: rows.collect(),
        cases: both.len() as u64,
        overlapping: false,
    };
    Section { id, title, figures, tables: vec![table] }
}
