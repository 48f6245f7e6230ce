//! Deadlines that run, with the days that are left.

use jiff::Timestamp;

use super::{NAMED, View, days_left};
use crate::domain::{
    content::{Figure, Row, Section, Table, Text},
    facts::{ClockFact, alert_of},
    figures::{
        case::{Case, Stands},
        rules_of_deadlines::rule_text,
        words::{count, text},
    },
};

/// The section; none where no deadline is open.
pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let now = view.question.cut;
    let own = open(&view.received, now);
    let partners = open(&view.sent, now);
    if own.is_empty() && partners.is_empty() {
        return None;
    }
    let mut figures = of_side(&own, now, &OWN);
    figures.extend(of_side(&partners, now, &PARTNERS));
    let tables = [
        ("own_deadlines", text("Own deadlines, the nearest first", "本方期限（最近者在前）"), own),
        (
            "deadlines_of_partners",
            text("Deadlines of partners, the nearest first", "伙伴方期限（最近者在前）"),
            partners,
        ),
    ];
    let tables = tables.into_iter().filter(|(_, _, clocks)| !clocks.is_empty());
    let tables = tables.map(|(id, title, clocks)| nearest(view, id, title, clocks)).collect();
    Some(Section { id: "deadlines", title: text("Deadlines", "期限"), figures, tables })
}

/// The clocks of cases that wait, which neither stopped nor were cancelled.
fn open<'a>(cases: &[Case<'a>], now: Timestamp) -> Vec<&'a ClockFact> {
    let waiting = cases.iter().filter(|case| case.stands(now) != Stands::TakenBack);
    let clocks = waiting.flat_map(Case::clocks);
    clocks.filter(|clock| clock.stopped.is_none() && clock.cancelled.is_none()).collect()
}

fn is_paused(clock: &ClockFact) -> bool {
    clock.pauses.last().is_some_and(|pause| pause.end.is_none())
}

/// Microseconds that are left; fewer than none where it is overdue.
fn left(clock: &ClockFact, now: Timestamp) -> i64 {
    clock.due.as_microsecond().saturating_sub(now.as_microsecond())
}

/// What the figures of a side are called.
struct Names {
    overdue: (&'static str, [&'static str; 2]),
    soon: (&'static str, [&'static str; 2]),
    running: (&'static str, [&'static str; 2]),
    paused: (&'static str, [&'static str; 2]),
}

static OWN: Names = Names {
    overdue: ("overdue", ["Overdue", "已逾期"]),
    soon: ("due_soon", ["Due within 7 days", "7 天内到期"]),
    running: ("running", ["Running", "计时中"]),
    paused: ("paused", ["Paused", "暂停"]),
};

static PARTNERS: Names = Names {
    overdue: ("overdue_partners", ["Overdue with partners", "伙伴方已逾期"]),
    soon: ("due_soon_partners", ["Due with partners within 7 days", "伙伴方7 天内到期"]),
    running: ("running_partners", ["Running with partners", "伙伴方计时中"]),
    paused: ("paused_partners", ["Paused with partners", "伙伴方暂停"]),
};

fn of_side(clocks: &[&ClockFact], now: Timestamp, names: &Names) -> Vec<Figure> {
    let week = super::super::reaction::of_days(7);
    let counted = |is_one: &dyn Fn(&ClockFact) -> bool| clocks.iter().filter(|clock| is_one(clock)).count();
    let named = |(id, [english, chinese]): (&'static str, [&str; 2]), definition: Text, cases| {
        count(id, text(english, chinese), definition, cases)
    };
    let is_overdue = |clock: &ClockFact| !is_paused(clock) && left(clock, now) <= 0;
    let is_running = |clock: &ClockFact| !is_paused(clock) && left(clock, now) > 0;
    vec![
        named(
            names.overdue,
            text(
                "Deadlines that passed, and what they are for was not done yet. Each deadline of an alert counts.",
                "已过期限而应办事项尚未完成。每份通报的每个期限分别计数。",
            ),
            counted(&is_overdue),
        ),
        named(
            names.soon,
            text("Running, with at most 7 times 24 hours left.", "计时中，剩余时间不超过7×24小时。"),
            counted(&|clock| is_running(clock) && left(clock, now) <= week),
        ),
        named(
            names.running,
            text("All that run and are not overdue.", "所有计时中且未逾期的期限。"),
            counted(&is_running),
        ),
        named(
            names.paused,
            text(
                "They stand still while a question to the other side is open.",
                "因向对方的询问未答复而暂停计时。",
            ),
            counted(&is_paused),
        ),
    ]
}

/// Those that run, the nearest first.
fn nearest(view: &View<'_>, id: &'static str, title: Text, clocks: Vec<&ClockFact>) -> Table {
    let now = view.question.cut;
    let mut running: Vec<&ClockFact> = clocks.into_iter().filter(|clock| !is_paused(clock)).collect();
    running.sort_by_key(|clock| (clock.due, clock.name.as_str()));
    let rows = running.iter().take(NAMED).map(|clock| {
        let (rule, alert) = (rule_text(view.question, &clock.rule), alert_of(&clock.name));
        Row {
            id: clock.name.clone(),
            title: Text::of(format!("{} – {alert}", rule.english), format!("{} – {alert}", rule.chinese)),
            values: vec![days_left(clock.due, now)],
        }
    });
    Table {
        id,
        title,
        definition: text(
            "Rule and alert of the 20 that are due first; days of 24 hours that are left, below zero where it is overdue. Paused ones are \
             left out.",
            "最先到期的20个期限的规则和通报；剩余天数以24小时为一天，负数表示已逾期。暂停的不列出。",
        ),
        columns: vec![text("days left", "剩余天数")],
        cases: running.len() as u64,
        rows: rows.collect(),
        overlapping: true,
    }
}
