//! Campaigns and joint surveillance: what authorities reported.

use std::collections::{BTreeMap, HashSet};

use seamless_labels::{Label, Labelled};

use super::TrainingFacts;
use crate::domain::{
    content::{Row, Section, Table, Value},
    facts::{ActivityFact, ContributionFact, alert_of},
    figures::words::{area_text, count, share_of, text},
    model::{ActivityKind, ActivityState, ReachUnit},
};

/// The section.
pub(super) fn section(facts: &TrainingFacts, of_period: &[&ActivityFact]) -> Section {
    let of_kind = |kind| {
        let all =
            of_period.iter().filter(move |one| one.kind == kind && one.state != ActivityState::Cancelled);
        all.map(|one| one.name.as_str()).collect::<HashSet<&str>>()
    };
    let (campaigns, surveillance) =
        (of_kind(ActivityKind::Campaign), of_kind(ActivityKind::JointSurveillance));
    let reported = |of: &HashSet<&str>| {
        let all = facts.contributions.iter().filter(|one| of.contains(alert_of(&one.name)));
        all.collect::<Vec<&ContributionFact>>()
    };
    let (told, sampled) = (reported(&campaigns), reported(&surveillance));
    let figures = vec![
        count(
            "campaigns",
            text("Campaigns", "宣传活动"),
            text("That began within the period and were not cancelled.", "报告期内开始且未取消的。"),
            campaigns.len(),
        ),
        count(
            "campaign_reports",
            text("Reports on them", "相关报告"),
            text(
                "What each authority reported, one for each, as it stands now.",
                "各机构的报告，每机构一份，以现状为准。",
            ),
            told.len(),
        ),
        count(
            "surveillance",
            text("Joint surveillance", "联合市场监督"),
            text("That began within the period and was not cancelled.", "报告期内开始且未取消的。"),
            surveillance.len(),
        ),
        count(
            "surveillance_reports",
            text("Reports on it", "相关报告"),
            text(
                "What each authority reported, one for each, as it stands now.",
                "各机构的报告，每机构一份，以现状为准。",
            ),
            sampled.len(),
        ),
    ];
    Section {
        id: "campaigns",
        title: text("Campaigns and joint surveillance", "宣传与联合市场监督"),
        figures,
        tables: vec![reach(&told), samples(&sampled)],
    }
}

fn reach(told: &[&ContributionFact]) -> Table {
    let mut rows: BTreeMap<i32, (ReachUnit, [u64; 2])> = BTreeMap::new();
    for one in told.iter().flat_map(|contribution| &contribution.reach) {
        let row = rows.entry(one.unit as i32).or_insert((one.unit, [0, 0]));
        row.1[0] += 1;
        row.1[1] = row.1[1].saturating_add(one.value);
    }
    let rows = rows.into_values().map(|(unit, counts)| {
        let (Label { english, chinese }, id): (_, &str) = (unit.label(), unit.into());
        Row { id: id.to_owned(), title: text(english, chinese), values: counts.map(Value::Count).to_vec() }
    });
    Table {
        id: "reach",
        title: text("Whom campaigns reached", "宣传活动覆盖"),
        definition: text(
            "What authorities reported of the campaigns of the period, by unit: the same person may have been reached over several channels, \
             and units are not added to each other.",
            "各机构就报告期内宣传活动所报告的，按单位统计：同一人可能经多个渠道计入，不同单位不相加。",
        ),
        columns: vec![text("figures reported", "报告项数"), text("sum", "合计")],
        rows: rows.collect(),
        cases: told.len() as u64,
        overlapping: true,
    }
}

fn samples(sampled: &[&ContributionFact]) -> Table {
    let mut rows: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for one in sampled.iter().flat_map(|contribution| &contribution.samples) {
        let row = rows.entry(&one.area).or_default();
        for (sum, count) in row.iter_mut().zip([one.taken, one.tested, one.non_compliant]) {
            *sum = sum.saturating_add(count);
        }
    }
    let rows = rows.into_iter().map(|(area, counts)| {
        let [_, tested, non_compliant] = counts.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        let counts = counts.map(Value::Count).into_iter();
        Row {
            id: area.to_owned(),
            title: area_text(area),
            values: counts.chain([share_of(non_compliant, tested)]).collect(),
        }
    });
    Table {
        id: "samples",
        title: text("What samples showed", "抽样结果"),
        definition: text(
            "What authorities reported of the joint surveillance of the period, by product area, over all hazards: one sample may have been \
             tested for several. The share is of those tested, with Wilson's interval; samples are chosen by plan and do not stand for \
             the market.",
            "各机构就报告期内联合市场监督所报告的，按产品领域合计各类危害：同一样品可能检测多项。比例以已检测者为基数，\
             区间采用 Wilson 方法；样品按计划选取，不代表市场总体。",
        ),
        columns: vec![
            text("taken", "抽取"),
            text("tested", "检测"),
            text("not compliant", "不合规"),
            text("share not compliant", "不合规比例"),
        ],
        rows: rows.collect(),
        cases: sampled.len() as u64,
        overlapping: true,
    }
}
