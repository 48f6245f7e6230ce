//! Materials: published, in which languages, and how often their files were given.

use std::collections::BTreeMap;

use super::TrainingFacts;
use crate::domain::{
    content::{Row, Section, Table, Value},
    facts::{LanguageStanding, MaterialFact},
    figures::{
        Question,
        languages::language_text,
        words::{count, sum, text},
    },
    model::MaterialState,
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &TrainingFacts) -> Section {
    let known: Vec<&MaterialFact> =
        facts.materials.iter().filter(|one| one.published < question.cut).collect();
    let new = known.iter().filter(|one| one.published >= question.start).count();
    let open: Vec<&MaterialFact> =
        known.iter().filter(|one| one.state == MaterialState::Published).copied().collect();
    let withdrawn = known.iter().filter(|one| one.state == MaterialState::Withdrawn).count();
    let days = question.period.first..=question.period.last;
    let given = facts.downloads.iter().filter(|one| days.contains(&one.day)).map(|one| one.count).sum();
    let figures = vec![
        count(
            "published",
            text("Published", "已发布"),
            text(
                "Materials that were told to be published first within the period, taken back since or not.",
                "报告期内首次告知发布的资料，不论其后是否撤回。",
            ),
            new,
        ),
        count(
            "open",
            text("There to be read", "可供查阅"),
            text(
                "Materials that were published before the cut and are not taken back, as the newest event says.",
                "统计截止时间前发布且未撤回的资料，以最新事件为准。",
            ),
            open.len(),
        ),
        count(
            "withdrawn",
            text("Taken back", "已撤回"),
            text(
                "Materials that were published before the cut and are taken back, as the newest event says.",
                "统计截止时间前发布、现已撤回的资料，以最新事件为准。",
            ),
            withdrawn,
        ),
        sum(
            "downloads",
            text("Downloads", "下载次数"),
            text(
                "Files of own materials that were given on days of the period, which are days in UTC here. Downloads of others' materials are \
                 told to them alone.",
                "报告期各日（此处为 UTC 日）内提供本方资料文件的次数。他方资料的下载仅告知他方。",
            ),
            given,
        ),
    ];
    Section { id: "materials", title: text("Materials", "资料"), figures, tables: vec![languages(&open)] }
}

fn languages(open: &[&MaterialFact]) -> Table {
    let mut rows: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
    for one in open.iter().flat_map(|material| &material.languages) {
        let at = match one.standing {
            LanguageStanding::Original => 0,
            LanguageStanding::Translated => 1,
            LanguageStanding::Stale => 2,
            LanguageStanding::Missing => 3,
        };
        rows.entry(&one.language).or_default()[at] += 1;
    }
    let rows = rows.into_iter().map(|(language, counts)| Row {
        id: language.to_owned(),
        title: language_text(language),
        values: counts.map(Value::Count).to_vec(),
    });
    Table {
        id: "languages",
        title: text("Languages of materials", "资料语言"),
        definition: text(
            "Materials that are there to be read, by how each language stands to the present original. Stale: a translation of an earlier \
             one. Missing: wanted and not there.",
            "可供查阅的资料，按各语言与现行原文的关系统计。过时：译自较早的原文。缺失：需要而尚无。",
        ),
        columns: vec![
            text("original", "原文"),
            text("translated", "译文"),
            text("stale", "过时"),
            text("missing", "缺失"),
        ],
        rows: rows.collect(),
        cases: open.len() as u64,
        overlapping: true,
    }
}
