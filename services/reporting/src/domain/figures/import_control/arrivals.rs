//! What arrived and was screened, and what became of the plans of the days.

use std::collections::BTreeMap;

use seamless_labels::{Label, Labelled};

use super::{ControlFacts, capacity, seen::Seen};
use crate::domain::{
    content::{Figure, Measured, Row, Section, Table, Text, Value},
    facts::{ArrivalCount, ArrivalsFact, PlanFact},
    figures::{
        Question,
        words::{Counts, country_text, sum, text},
    },
    model::Selection,
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &ControlFacts, seen: &[Seen<'_>]) -> Section {
    let hours = facts.arrivals.iter().filter(|hour| hour.hour >= question.start && hour.hour < question.cut);
    let hours: Vec<&ArrivalsFact> = hours.collect();
    let counts: Vec<&ArrivalCount> = hours.iter().flat_map(|hour| &hour.counts).collect();
    let number =
        |is: fn(&ArrivalCount) -> bool| counts.iter().filter(|one| is(one)).map(|one| one.count).sum();
    let screened: u64 = number(|_| true);
    let basis = text(
        "Screenings by the start of the UTC hour in which they were: where the zone of the period is not whole hours from UTC, its edges are \
         that far off. Hours are told once, when they are over, and not corrected.",
        "筛查数按所在 UTC 小时的起点计；报告期所用时区与 UTC 相差非整小时的，边界相应偏移。各小时数据在该小时结束后一次性告知，不作更正。",
    );
    let part = |id, title, definition, cases| sum(id, title, definition, cases);
    let expected: f64 = counts.iter().map(|one| one.expected_unsafe).sum();
    let figures = vec![
        part("screened", text("Screened", "筛查数"), basis, screened),
        part(
            "inspected",
            text("Covered by a passed pre-inspection", "有合格装运前检验的"),
            text(
                "Of these; what failed or was in doubt is not told apart.",
                "其中；不合格或存疑的未单独告知。",
            ),
            number(|one| one.is_inspected),
        ),
        part(
            "alert_matched",
            text("Matched an alert", "与通报匹配的"),
            text("Of these.", "其中。"),
            number(|one| one.is_alert_matched),
        ),
        part(
            "capacity_exhausted",
            text("To be examined, while the capacity was used up", "应查验但查验能力已用尽的"),
            text("Of these.", "其中。"),
            number(|one| one.is_capacity_exhausted),
        ),
        Figure {
            id: "expected_unsafe",
            title: text("Unsafe ones that were expected", "预期不安全数"),
            definition: text(
                "The sum over these of the probability to be unsafe, by all that was known when they were screened.",
                "按筛查时全部已知信息得出的不安全概率之和。",
            ),
            value: Value::Number(Measured { value: expected, lower: None, upper: None }),
            cases: screened,
        },
    ];
    let of_period = capacity::of_period(question, &facts.plans);
    let tables = vec![
        by_label(&counts, "by_lane", text("By lane", "按通道"), |one| {
            one.lane.map(|lane| (lane as i64, lane.into(), lane.label()))
        }),
        by_label(&counts, "by_choice", text("By choice", "按选中方式"), |one| {
            one.selection.map(|selection| (selection as i64, selection.into(), selection.label()))
        }),
        by_name(&counts, "by_area", text("By product area", "按产品领域"), |one| {
            one.area.clone().map(|area| (area.clone(), Text::same(area)))
        }),
        by_name(&counts, "by_origin", text("By country of origin", "按原产国"), |one| {
            let several =
                one.is_of_several_origins.then(|| ("ZZ".to_owned(), text("other countries", "其他国家")));
            one.origin.map(|origin| (origin.to_string(), country_text(origin))).or(several)
        }),
        by_entry_point(&hours),
        plans(&of_period),
        capacity::capacity(&of_period),
        capacity::by_day(&of_period, seen),
    ];
    Section { id: "arrivals", title: text("What was screened", "筛查情况"), figures, tables }
}

fn definition() -> Text {
    text(
        "Screenings of the period. Countries with the fewest screenings of an hour may be counted together, as other countries (ZZ).",
        "报告期内的筛查。每小时筛查数最少的国家可能合并为其他国家（ZZ）。",
    )
}

fn by_label(
    counts: &[&ArrivalCount],
    id: &'static str,
    title: Text,
    value: impl Fn(&ArrivalCount) -> Option<(i64, &'static str, Label)>,
) -> Table {
    let mut rows = Counts::new();
    for one in counts {
        let row =
            value(one).map(|(order, id, Label { english, chinese })| (order, id, text(english, chinese)));
        let (order, id, title) = row.unwrap_or((i64::MAX, "", text("not said", "未说明")));
        rows.add_many(order, id, title, one.count);
    }
    rows.table(id, title, definition(), false)
}

fn by_name(
    counts: &[&ArrivalCount],
    id: &'static str,
    title: Text,
    value: impl Fn(&ArrivalCount) -> Option<(String, Text)>,
) -> Table {
    let mut rows = Counts::new();
    for one in counts {
        match value(one) {
            Some((id, title)) => rows.add_many(0, &id, title, one.count),
            None => rows.add_many(1, "", text("not said", "未说明"), one.count),
        }
    }
    rows.table(id, title, definition(), true)
}

fn by_entry_point(hours: &[&ArrivalsFact]) -> Table {
    let mut rows = Counts::new();
    for hour in hours {
        let count = hour.counts.iter().map(|one| one.count).sum();
        rows.add_many(0, &hour.entry_point, Text::same(hour.entry_point.clone()), count);
    }
    rows.table("by_entry_point", text("By entry point", "按入境口岸"), definition(), true)
}

/// What became of those that plans chose.
fn plans(of_period: &[&PlanFact]) -> Table {
    let mut rows: BTreeMap<i64, (Selection, [u64; 2])> = BTreeMap::new();
    for planned in of_period.iter().flat_map(|plan| &plan.selections) {
        let row = rows.entry(planned.selection as i64).or_insert((planned.selection, [0, 0]));
        row.1[0] += planned.selected;
        row.1[1] += planned.examined;
    }
    let rows = rows.into_values().map(|(selection, [selected, examined])| {
        let (Label { english, chinese }, id): (_, &str) = (selection.label(), selection.into());
        let missing = selected.saturating_sub(examined);
        Row {
            id: id.to_owned(),
            title: text(english, chinese),
            values: [selected, examined, missing].map(Value::Count).to_vec(),
        }
    });
    Table {
        id: "plans",
        title: text("What the plans chose", "各日计划选中情况"),
        definition: text(
            "Plans of days of the period, in the zone of each entry point, that were over and told by the cut. Examined: by the end of the \
             day; controls may have followed later.",
            "报告期内各日（按各口岸时区）已结束并告知的计划。已查验数截至当日结束；其后仍可能补查。",
        ),
        columns: vec![text("chosen", "选中"), text("examined", "已查验"), text("not examined", "未查验")],
        rows: rows.collect(),
        cases: of_period.len() as u64,
        overlapping: true,
    }
}
