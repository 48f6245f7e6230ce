//! How often unsafe goods were found, by lot and by target; lift; and what was not seen.

use std::collections::BTreeMap;

use seamless_labels::{Label, Labelled};
use seamless_statistics::{Examination, WeightedRate, hajek, unexamined};
use seamless_targeting::{Draw, Outcome, Part, estimate};

use super::{examinations::is_by_plan, seen::Seen};
use crate::domain::{
    content::{Figure, Measured, Row, Section, Table, Text, Value},
    facts::ArrivalsFact,
    figures::{
        Question, months,
        words::{LEVEL, share_of, text},
    },
    model::{Lane, Selection},
};

/// All lanes, in the order of the contract.
const LANES: [Lane; 4] = [Lane::Red, Lane::Yellow, Lane::Green, Lane::Blue];

/// The section.
pub(super) fn section(question: &Question<'_>, seen: &[Seen<'_>], arrivals: &[ArrivalsFact]) -> Section {
    let with_outcome: Vec<&Seen<'_>> = seen.iter().filter(|one| one.outcome.is_some()).collect();
    let figures = vec![
        hit_rate("random", Selection::Random, &with_outcome),
        hit_rate("targeted", Selection::Targeted, &with_outcome),
        hit_rate("mandatory", Selection::Mandatory, &with_outcome),
        lift(&with_outcome),
        arriving(&with_outcome),
    ];
    Section {
        id: "hit_rates",
        title: text("How often unsafe goods were found", "查获率"),
        figures,
        tables: vec![lanes(question, seen, arrivals), unsafe_by_month(question, &with_outcome)],
    }
}

fn hit_rate(id: &'static str, by: Selection, with_outcome: &[&Seen<'_>]) -> Figure {
    let chosen: Vec<_> = with_outcome.iter().filter(|one| one.is_chosen(by)).collect();
    let found = chosen.iter().filter(|one| one.is_unsafe()).count();
    let Label { english, chinese } = by.label();
    Figure {
        id,
        title: text(&format!("Share unsafe: {english}"), &format!("不安全比例：{chinese}")),
        definition: text(
            "Unsafe ones among the examinations of the period that were chosen so and had an outcome at the cut. Wilson's interval of 95 %.",
            "报告期内以此方式选中、统计截止时有结果的查验中不安全的比例。95% 区间采用 Wilson 方法。",
        ),
        value: share_of(found, chosen.len()),
        cases: chosen.len() as u64,
    }
}

fn lift(with_outcome: &[&Seen<'_>]) -> Figure {
    let draws: Vec<Draw> = with_outcome.iter().filter_map(|one| draw(one)).collect();
    let value = match estimate(&draws, LEVEL).ok().and_then(|effect| effect.lift) {
        Some(lift) => lift.value.map_or(Value::NoCases, |value| {
            let (lower, upper) = (Some(lift.interval.lower), Some(lift.interval.upper));
            Value::Number(Measured { value, lower, upper })
        }),
        None => Value::NoCases,
    };
    Figure {
        id: "lift",
        title: text("Lift of targeting over the lot", "布控相对随机抽查的提升倍数"),
        definition: text(
            "Share unsafe among the targeted by the share among what the lot decided on, which is weighted by the inverse of the logged \
             probability (Hájek). None where the lot found nothing unsafe. The interval of 95 % is of beta distributions with effective \
             sizes; officers' choices, demanded examinations and those without a logged probability are left out.",
            "布控查验的不安全比例除以随机抽查的不安全比例，后者按记录的选中概率之倒数加权（Hájek）。随机抽查未发现不安全货物的，\
             不给出。95% 区间由有效样本量的 Beta 分布得出；关员自行决定、通报或规则要求以及无概率记录的查验不计入。",
        ),
        value,
        cases: draws.len() as u64,
    }
}

/// A draw that tells of targeting or of the lot.
fn draw(one: &Seen<'_>) -> Option<Draw> {
    let part = match (one.is_chosen(Selection::Random), one.is_chosen(Selection::Targeted)) {
        (true, _) => Part::Random,
        (_, true) => Part::Targeted,
        _ => return None,
    };
    let outcome = if one.is_unsafe() { Outcome::Unsafe } else { Outcome::Safe };
    Some(Draw { part, draw_probability: one.fact.probability?, outcome })
}

/// What a plan chose, weighted by the probability that was logged.
fn weighted(one: &Seen<'_>) -> Option<Examination> {
    let probability = one.fact.probability.filter(|_| is_by_plan(one) && one.outcome.is_some())?;
    Some(Examination { probability, unsafe_found: one.is_unsafe() })
}

fn arriving(with_outcome: &[&Seen<'_>]) -> Figure {
    let examined: Vec<Examination> = with_outcome.iter().filter_map(|one| weighted(one)).collect();
    Figure {
        id: "unsafe_of_arrivals",
        title: text("Share unsafe among all arrivals", "全部到货的不安全比例"),
        definition: text(
            "Estimated for all goods that arrived and had a chance to be examined: each examination that a plan chose, with an outcome \
             at the cut, stands for the inverse of its logged probability (Hájek; interval of 95 % by Wilson at the effective size). \
             Officers' choices count in no rate.",
            "对全部到货且有机会被查验的货物的估计：计划选中且统计截止时有结果的每次查验，按其记录概率之倒数代表到货\
             （Hájek；95% 区间为有效样本量下的 Wilson 区间）。关员自行决定的不计入。",
        ),
        value: share(hajek(&examined, LEVEL).ok()),
        cases: examined.len() as u64,
    }
}

fn share(rate: Option<WeightedRate>) -> Value {
    rate.map_or(Value::NoCases, |rate| {
        let (lower, upper) = (Some(rate.interval.lower), Some(rate.interval.upper));
        Value::Share(Measured { value: rate.value, lower, upper })
    })
}

/// What the lot found in each month: by it alone one month can be held against another.
fn unsafe_by_month(question: &Question<'_>, with_outcome: &[&Seen<'_>]) -> Table {
    let mut months: BTreeMap<String, [usize; 2]> = months::of_period(question);
    let mut cases = 0;
    for one in with_outcome.iter().filter(|one| one.is_chosen(Selection::Random)) {
        let month = months::name(months::day_of(question, one.fact.examined));
        let [examined, found] = months.entry(month).or_default();
        *examined += 1;
        *found += usize::from(one.is_unsafe());
        cases += 1;
    }
    let rows = months.into_iter().map(|(month, [examined, found])| Row {
        id: month.clone(),
        title: Text::same(month),
        values: vec![Value::Count(examined as u64), Value::Count(found as u64), share_of(found, examined)],
    });
    Table {
        id: "unsafe_by_month",
        title: text("What the lot found, by month", "随机抽查各月查获情况"),
        definition: text(
            "Examinations of the period that were drawn by lot and had an outcome at the cut, by the month of the examination in the zone \
             of the period. Wilson's interval of 95 %.",
            "报告期内随机抽中、统计截止时有结果的查验，按查验所在月份（以报告期所用时区为准）。95% 区间采用 Wilson 方法。",
        ),
        columns: vec![
            text("with outcome", "有结果"),
            text("unsafe", "不安全"),
            text("share unsafe", "不安全比例"),
        ],
        rows: rows.collect(),
        cases,
        overlapping: false,
    }
}

/// What each lane let pass.
fn lanes(question: &Question<'_>, seen: &[Seen<'_>], arrivals: &[ArrivalsFact]) -> Table {
    let of_period = arrivals.iter().filter(|hour| hour.hour >= question.start && hour.hour < question.cut);
    let counts: Vec<_> = of_period.flat_map(|hour| &hour.counts).collect();
    let mut cases = 0;
    let rows = LANES.into_iter().filter_map(|lane| {
        let of_lane = counts.iter().filter(|one| one.lane_without_lot == Some(lane));
        let arrived: u64 = of_lane.map(|one| one.count).sum();
        let within: Vec<&Seen<'_>> = seen.iter().filter(|one| one.fact.lane == Some(lane)).collect();
        if arrived == 0 && within.is_empty() {
            return None;
        }
        cases += arrived;
        let by_chance: Vec<Examination> = within.iter().filter_map(|one| weighted(one)).collect();
        let (Label { english, chinese }, id): (_, &str) = (lane.label(), lane.into());
        let unseen = share(unexamined(&by_chance, LEVEL).ok().flatten());
        Some(Row {
            id: id.to_owned(),
            title: text(english, chinese),
            values: vec![Value::Count(arrived), Value::Count(within.len() as u64), unseen],
        })
    });
    let rows: Vec<Row> = rows.collect();
    let columns: Vec<Text> = vec![
        text("screened", "筛查"),
        text("examined", "查验"),
        text("share unsafe among the unexamined", "未查验货物的不安全比例"),
    ];
    Table {
        id: "lanes",
        title: text("What each lane let pass", "各通道漏放情况"),
        definition: text(
            "By the lane that goods would have had without the lot. Screened: by the start of the UTC hour in which it was; examined: by \
             the time of examination. The share is estimated from what the lot drew, each standing for those of the same lane that it did \
             not draw; none where nothing was drawn by lot with an outcome.",
            "按未经随机抽查时货物应走的通道。筛查数按所在 UTC 小时的起点计，查验数按查验时间计。比例由随机抽中者估计，\
             各代表同一通道中未被抽中的货物；无随机抽查结果的不给出。",
        ),
        columns,
        rows,
        cases,
        overlapping: false,
    }
}
