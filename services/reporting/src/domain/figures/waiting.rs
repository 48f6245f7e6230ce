//! How many still wait for the first reaction after so many days: what a survival curve is drawn from.

use seamless_statistics::{End, Spell, kaplan_meier};

use super::{
    reaction::{beyond, of_days},
    words::{LEVEL, text},
};
use crate::domain::content::{Measured, Row, Table, Text, Value};

/// Up to this day each day has a row; from then on each week.
const DAYS: i64 = 28;
const WEEK: i64 = 7;

/// A row for each day, later each week, in which a case came to its reaction or was looked at no further.
pub(super) fn table(spells: &[Spell]) -> Table {
    let survival = kaplan_meier(spells);
    let mut sorted: Vec<&Spell> = spells.iter().collect();
    sorted.sort_by_key(|spell| spell.duration);
    let longest = sorted.last().map_or(0, |spell| spell.duration);
    let mut rows = Vec::new();
    let (mut day, mut begun) = (0, 0);
    while begun < sorted.len() && day <= longest / of_days(1) + WEEK {
        // What ends at the very moment of the sending stands in the row of day 0.
        let within = of_days(day);
        let ended = sorted.iter().skip(begun).take_while(|spell| spell.duration <= within).count();
        if ended > 0 {
            let came = sorted.iter().skip(begun).take(ended).filter(|spell| spell.end == End::Event).count();
            let counts = [sorted.len() - begun, came, ended - came].map(|count| Value::Count(count as u64));
            // As of the last of them: later nothing is known of who was looked at no further.
            let last = sorted.get(begun + ended - 1).map_or(within, |spell| spell.duration);
            let share = match survival.at(last, LEVEL) {
                Ok(Some(at)) => Value::Share(Measured {
                    value: at.survival,
                    lower: at.interval.map(|interval| interval.lower),
                    upper: at.interval.map(|interval| interval.upper),
                }),
                _ => beyond(survival.spells()),
            };
            let title = text(&format!("{day} days"), &format!("{day} 天"));
            rows.push(Row {
                id: day.to_string(),
                title,
                values: counts.into_iter().chain([share]).collect(),
            });
            begun += ended;
        }
        day += if day < DAYS { 1 } else { WEEK };
    }
    Table {
        id: "waiting",
        title: text("Still without a reaction after so many days", "经过若干天后仍无反应的比例"),
        definition: definition(),
        columns: vec![
            text("waited until then", "此前仍在等待"),
            text("reacted", "作出反应"),
            text("looked at no further", "不再观察"),
            text("still without a reaction", "仍无反应"),
        ],
        rows,
        cases: spells.len() as u64,
        overlapping: false,
    }
}

fn definition() -> Text {
    text(
        "Alerts sent within the period, by days of 24 hours since the sending, pauses included; of the days between the row before and \
         this one, and from day 28 on by weeks. Looked at no further are those that have no reaction at the cut, at their withdrawal, or \
         at the end of the right to them. Kaplan–Meier; the interval of 95 % is of the log-log kind.",
        "报告期内发送的通报，按自发送起每24小时为一天计，含暂停时间；为上一行至本行之间的天数，自第28天起按周计。\
         至统计截止时间、撤回时间或权利终止时间仍无反应的，不再观察。采用 Kaplan–Meier 方法，95% 区间为双对数型。",
    )
}
