//! What was examined, and what was found.

use std::collections::BTreeMap;

use seamless_labels::{Label, Labelled};

use super::seen::{Chosen, Seen};
use crate::domain::{
    content::{Figure, Row, Section, Table, Text, Value},
    figures::words::{count, share_of, text},
    model::{ControlOutcome, Selection},
};

/// The section.
pub(super) fn section(seen: &[Seen<'_>]) -> Section {
    let number = |is: fn(&Seen<'_>) -> bool| seen.iter().filter(|one| is(one)).count();
    let basis = text(
        "Examinations by the time of examination, in the zone of the period, those that were recorded later too. What was found counts as it \
         was known at the cut: a correction from its time on, a suspension once it was decided.",
        "按查验时间计，在报告期（以报告期所用时区为准）内的查验，含事后补录的。结果以统计截止时间已知者为准：更正自更正时起计，\
         暂停放行的自作出决定时起计。",
    );
    let figure = |id, title: Text, definition: Text, cases| -> Figure { count(id, title, definition, cases) };
    let outcome = |id, outcome: ControlOutcome| {
        let Label { english, chinese } = outcome.label();
        let definition = text("Of these, with this outcome at the cut.", "其中统计截止时为此结果的。");
        let cases = seen.iter().filter(|one| one.outcome == Some(outcome)).count();
        figure(id, text(&format!("Of these {english}"), &format!("其中{chinese}")), definition, cases)
    };
    let figures = vec![
        figure("examined", text("Examinations", "查验数"), basis, seen.len()),
        outcome("unsafe", ControlOutcome::Unsafe),
        outcome("non_compliant", ControlOutcome::NonCompliant),
        outcome("safe", ControlOutcome::Safe),
        figure(
            "open",
            text("Suspended and not decided yet", "暂停放行尚未决定"),
            text("Of these, suspended at the cut.", "其中统计截止时仍暂停放行的。"),
            number(|one| one.is_open),
        ),
        figure(
            "released",
            text("Released without an outcome", "无结果放行"),
            text(
                "Of these, released before the cut without an outcome.",
                "其中在统计截止时间前无结果放行的。",
            ),
            number(|one| one.is_released),
        ),
        figure(
            "corrected",
            text("Outcome corrected", "结果经更正"),
            text(
                "Of these, those whose outcome was corrected before the cut, however often.",
                "其中在统计截止时间前更正过结果的，不论次数。",
            ),
            number(|one| one.is_corrected),
        ),
    ];
    let of_screening = vec![
        figure(
            "alert_matched",
            text("Goods that matched an alert", "与通报匹配的货物"),
            text(
                "Of these, those whose screening matched at least one alert. What no screening knew is left out, and what another side examined.",
                "其中筛查时与至少一份通报匹配的。筛查未知的及他方查验的不计入。",
            ),
            number(|one| one.fact.matched_alerts > 0),
        ),
        figure(
            "alert_matched_unsafe",
            text("… and were unsafe", "……且不安全"),
            text("Of those that matched an alert, unsafe at the cut.", "与通报匹配且统计截止时为不安全的。"),
            number(|one| one.fact.matched_alerts > 0 && one.is_unsafe()),
        ),
        figure(
            "alerts_made",
            text("Of which an alert was made", "据以发出通报的"),
            text(
                "Of these, those that are linked to an alert that was made of them, as the newest version says.",
                "其中已关联据此发出的通报的，以最新版本为准。",
            ),
            number(|one| one.fact.has_alert),
        ),
    ];
    let of_screening = of_screening.into_iter().filter(|_| is_shown(seen));
    let figures = figures.into_iter().chain(of_screening).collect();
    let tables = vec![by_selection(seen), by_named(seen, Named::Area), by_named(seen, Named::EntryPoint)];
    Section {
        id: "examinations",
        title: text("Examinations and what they found", "查验及结果"),
        figures,
        tables,
    }
}

/// Whether the reader is shown how goods came to be examined, and what was known of them: not where others examined all of them.
pub(super) fn is_shown(seen: &[Seen<'_>]) -> bool {
    seen.is_empty() || seen.iter().any(|one| one.chosen != Chosen::NotShown)
}

/// What examinations of one row found.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    examined: usize,
    by_outcome: [usize; 3],
}

impl Found {
    pub(super) fn add(&mut self, one: &Seen<'_>) {
        self.examined += 1;
        let at = match one.outcome {
            Some(ControlOutcome::Unsafe) => 0,
            Some(ControlOutcome::NonCompliant) => 1,
            Some(ControlOutcome::Safe) => 2,
            None => return,
        };
        self.by_outcome[at] += 1;
    }

    pub(super) fn values(self) -> Vec<Value> {
        let with_outcome: usize = self.by_outcome.iter().sum();
        let [is_unsafe, non_compliant, safe] = self.by_outcome;
        let counts = [self.examined, with_outcome, is_unsafe, non_compliant, safe];
        let counts = counts.into_iter().map(|count| Value::Count(count as u64));
        counts.chain([share_of(is_unsafe, with_outcome)]).collect()
    }
}

pub(super) fn columns() -> Vec<Text> {
    vec![
        text("examined", "查验"),
        text("with outcome", "有结果"),
        text("unsafe", "不安全"),
        text("not compliant", "不合规"),
        text("safe", "安全"),
        text("share unsafe", "不安全比例"),
    ]
}

/// A table of rows in the order of their keys.
fn table(
    id: &'static str,
    title: Text,
    definition: Text,
    rows: BTreeMap<(u8, String), (Text, Found)>,
    cases: usize,
) -> Table {
    let rows = rows.into_iter().map(|((_, id), (title, found))| Row { id, title, values: found.values() });
    Table {
        id,
        title,
        definition,
        columns: columns(),
        rows: rows.collect(),
        cases: cases as u64,
        overlapping: false,
    }
}

fn by_selection(seen: &[Seen<'_>]) -> Table {
    let mut rows: BTreeMap<(u8, String), (Text, Found)> = BTreeMap::new();
    for one in seen {
        let (order, id, title) = match one.chosen {
            Chosen::By(selection) => {
                let (Label { english, chinese }, id): (_, &str) = (selection.label(), selection.into());
                (selection as u8, id, text(english, chinese))
            }
            Chosen::NotShown => (u8::MAX, "", text("not shown", "不可见")),
        };
        rows.entry((order, id.to_owned())).or_insert_with(|| (title, Found::default())).1.add(one);
    }
    let definition = text(
        "By the way in which goods came to be examined. What nothing screened no plan chose: it counts as an officer's choice, also where \
         older records call it targeted. Of controls of another side it is not shown. The share is of those with an outcome, with \
         Wilson's interval.",
        "按货物选中查验的方式。未经筛查的不可能由计划选中，计为关员自行决定，旧记录称布控的亦同。他方查验的选中方式不可见。\
         比例以有结果者为基数，区间采用 Wilson 方法。",
    );
    table("by_selection", text("By choice", "按选中方式"), definition, rows, seen.len())
}

/// What a table is by.
#[derive(Clone, Copy)]
enum Named {
    Area,
    EntryPoint,
}

fn by_named(seen: &[Seen<'_>], by: Named) -> Table {
    let mut rows: BTreeMap<(u8, String), (Text, Found)> = BTreeMap::new();
    for one in seen {
        let name = match by {
            Named::Area => &one.fact.area,
            Named::EntryPoint => &one.fact.entry_point,
        };
        let (key, title) = match name {
            Some(name) => ((0, name.clone()), Text::same(name.clone())),
            None => ((1, String::new()), text("not said", "未说明")),
        };
        rows.entry(key).or_insert_with(|| (title, Found::default())).1.add(one);
    }
    let definition = text(
        "The share is of those with an outcome, with Wilson's interval. It mixes goods that were targeted with those that were drawn: it \
         says what was found, not how safe goods are.",
        "比例以有结果者为基数，区间采用 Wilson 方法。其中既有布控也有随机抽查，仅反映查获情况，不代表货物安全水平。",
    );
    let (id, title) = match by {
        Named::Area => ("by_area", text("By product area", "按产品领域")),
        Named::EntryPoint => ("by_entry_point", text("By entry point", "按入境口岸")),
    };
    table(id, title, definition, rows, seen.len())
}

/// Those that a plan chose: neither an officer's choice, nor what is not shown.
pub(super) fn is_by_plan(one: &Seen<'_>) -> bool {
    [Selection::Random, Selection::Targeted, Selection::Mandatory].into_iter().any(|by| one.is_chosen(by))
}
