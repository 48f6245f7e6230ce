//! What the days' plans had room for, and what was used of it.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::seen::Seen;
use crate::domain::{
    content::{Measured, Row, Table, Text, Value},
    facts::PlanFact,
    figures::{
        Question,
        words::{share_of, text},
    },
    model::ControlOutcome,
};

/// Plans of days of the period that were over and told by the cut.
pub(super) fn of_period<'a>(question: &Question<'_>, plans: &'a [PlanFact]) -> Vec<&'a PlanFact> {
    let days = question.period.first..=question.period.last;
    plans.iter().filter(|plan| days.contains(&plan.day)).collect()
}

/// By entry point.
pub(super) fn capacity(plans: &[&PlanFact]) -> Table {
    let mut ports: BTreeMap<&str, Vec<&PlanFact>> = BTreeMap::new();
    for plan in plans {
        let port = plan.name.split('/').nth(1).unwrap_or_default();
        ports.entry(port).or_default().push(plan);
    }
    let rows = ports.into_iter().map(|(port, plans)| {
        let sum = |of: fn(&PlanFact) -> u64| plans.iter().map(|plan| of(plan)).sum::<u64>();
        let capacity = sum(|plan| plan.capacity);
        let used = [sum(|plan| plan.used[0]), sum(|plan| plan.used[1]), sum(|plan| plan.used[2])];
        let all: u64 = used.iter().sum();
        let share = Measured { value: all as f64 / capacity as f64, lower: None, upper: None };
        let mut thresholds: Vec<f64> = plans.iter().filter_map(|plan| plan.threshold).collect();
        thresholds.sort_by(f64::total_cmp);
        let middle = thresholds.get(thresholds.len().saturating_sub(1) / 2);
        let middle = middle.map(|value| Measured { value: *value, lower: None, upper: None });
        let counts = [plans.len() as u64, capacity].into_iter().chain(used).map(Value::Count);
        let others = [
            if capacity == 0 { Value::NoCases } else { Value::Share(share) },
            middle.map_or(Value::NoCases, Value::Number),
        ];
        Row { id: port.to_owned(), title: Text::same(port), values: counts.chain(others).collect() }
    });
    Table {
        id: "capacity",
        title: text("Capacity to examine", "查验能力及使用"),
        definition: text(
            "Plans of days of the period, in the zone of each entry point, that were over and told by the cut: how many examinations there \
             could be, and how many were given out by lot, for expected harm, and because alerts or criteria demanded them. Demanded ones \
             may go beyond the capacity. Threshold: the expected harm from which goods were targeted at the last screening of a day; the \
             middle one of these days (the lower of two), none where nothing was targeted.",
            "报告期内各日（按各口岸时区）已结束并告知的计划：可查验数，以及按随机抽查、按预期危害布控、按通报或规则要求分配的查验数。\
             规则要求的可能超出查验能力。阈值为当日最后一次筛查时开始布控的预期危害；取各日的中位数（偶数时取较小者），无布控的不给出。",
        ),
        columns: vec![
            text("days", "天数"),
            text("capacity", "查验能力"),
            text("by lot", "随机抽查"),
            text("targeted", "布控"),
            text("demanded", "规则要求"),
            text("share used", "使用比例"),
            text("threshold", "阈值"),
        ],
        rows: rows.collect(),
        cases: plans.len() as u64,
        overlapping: false,
    }
}

/// By the day whose plan chose the goods.
pub(super) fn by_day(plans: &[&PlanFact], seen: &[Seen<'_>]) -> Table {
    #[derive(Default)]
    struct Day {
        capacity: u64,
        chosen: u64,
        examined: usize,
        with_outcome: usize,
        found: usize,
    }
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    for plan in plans {
        let day = days.entry(plan.day).or_default();
        day.capacity += plan.capacity;
        day.chosen += plan.selections.iter().map(|one| one.selected).sum::<u64>();
    }
    let mut cases = 0;
    for one in seen {
        let Some(day) = one.fact.plan_day.and_then(|day| days.get_mut(&day)) else { continue };
        cases += 1;
        day.examined += 1;
        day.with_outcome += usize::from(one.outcome.is_some());
        day.found += usize::from(one.outcome == Some(ControlOutcome::Unsafe));
    }
    let rows = days.into_iter().map(|(date, day)| {
        let counts =
            [day.capacity, day.chosen, day.examined as u64, day.with_outcome as u64, day.found as u64];
        let values = counts.into_iter().map(Value::Count).chain([share_of(day.found, day.with_outcome)]);
        Row { id: date.to_string(), title: Text::same(date.to_string()), values: values.collect() }
    });
    Table {
        id: "plan_days",
        title: text("By the day of the plan", "按计划日"),
        definition: text(
            "Plans of days of the period that were over and told by the cut, all entry points together; and the examinations of the period \
             that carry such a day, whenever they were made. The share is of those with an outcome, with Wilson's interval of 95 %.",
            "报告期内已结束并告知的各日计划（全部口岸合计），以及报告期内属于该计划日的查验，不论何时进行。\
             比例以有结果者为基数，95% 区间采用 Wilson 方法。",
        ),
        columns: vec![
            text("capacity", "查验能力"),
            text("chosen", "选中"),
            text("examined", "查验"),
            text("with outcome", "有结果"),
            text("unsafe", "不安全"),
            text("share unsafe", "不安全比例"),
        ],
        rows: rows.collect(),
        cases,
        overlapping: false,
    }
}
