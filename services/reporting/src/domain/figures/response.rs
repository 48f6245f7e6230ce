//! Response times: how long each stage takes, the open cases included, and which end comes first.

use jiff::Timestamp;
use seamless_statistics::{CompetingSpell, cumulative_incidence, kaplan_meier};

use super::{
    Facts, Question,
    case::{Case, Way, cases},
    exchange, head,
    reaction::{beyond, looked_until, median_of, of_days, spell_to, within, without_pauses},
    waiting,
    words::{LEVEL, text},
};
use crate::domain::{
    content::{Content, Measured, Row, Section, Table, Text, Value},
    model::FollowUpState,
};

/// The days within which shares are told.
const DAYS: [i64; 4] = [7, 21, 45, 90];

/// What it says.
pub(super) fn content(question: &Question<'_>, facts: &Facts) -> Content {
    let sections = [Way::Received, Way::Sent].map(|way| {
        let cases = cases(question, facts, way);
        let new: Vec<&Case<'_>> = cases.iter().filter(|case| case.is_new(question)).collect();
        let (id, title) = match way {
            Way::Sent => ("sent", text("Alerts sent to the partner", "发送给伙伴方的通报")),
            Way::Received => ("received", text("Alerts received from the partner", "收到伙伴方的通报")),
        };
        let offers = [
            text("offers", "链接数"),
            text("taken down", "已下架"),
            text("half after (days)", "半数所需天数"),
        ];
        let columns = offers.into_iter().chain(within_columns()).collect();
        let takedown = exchange::takedown(question, facts, &cases, &DAYS, columns);
        Section {
            id,
            title,
            figures: Vec::new(),
            tables: vec![
                stages(question, &new),
                stages_net(question, &new),
                outcomes(question, &new),
                waiting(question, &new),
                takedown,
            ],
        }
    });
    let title = head::title(question, "Response times", "反应时间统计");
    Content { title, facts: head::facts(question), sections: sections.into() }
}

/// How many still wait for the first reaction.
pub(super) fn waiting(question: &Question<'_>, cases: &[&Case<'_>]) -> Table {
    let spells: Vec<_> = cases.iter().map(|case| spell_to(question, case, case.spell.reacted)).collect();
    waiting::table(&spells)
}

/// When the follow-up came to one of these states first.
fn first_step(question: &Question<'_>, case: &Case<'_>, states: &[FollowUpState]) -> Option<Timestamp> {
    case.steps(question.cut).find(|step| states.contains(&step.state)).map(|step| step.time)
}

/// A row for each stage: how long it took, with pauses or without.
fn rows_of_stages(question: &Question<'_>, cases: &[&Case<'_>], is_net: bool) -> Vec<Row> {
    use FollowUpState::{Closed, Investigating, NotTraced, Traced};
    type Event = fn(&Question<'_>, &Case<'_>) -> Option<Timestamp>;
    let stages: [(&str, Text, Event); 7] = [
        ("delivered", text("delivered", "送达"), |_, case| case.spell.delivered),
        ("opened", text("opened", "打开"), |_, case| case.spell.opened),
        ("acknowledged", text("acknowledged", "确认接收"), |_, case| case.spell.acknowledged),
        ("investigated", text("investigation begun", "开始调查"), |question, case| {
            first_step(question, case, &[Investigating])
        }),
        ("tracing_done", text("tracing done", "完成追溯"), |question, case| {
            first_step(question, case, &[Traced, NotTraced])
        }),
        ("reacted", text("first reaction", "首次反应"), |_, case| case.spell.reacted),
        ("closed", text("closed", "结案"), |question, case| first_step(question, case, &[Closed])),
    ];
    let rows = stages.map(|(id, title, event)| {
        let spell = |case: &&Case<'_>| {
            let spell = spell_to(question, case, event(question, case));
            if is_net { without_pauses(question, case, spell) } else { spell }
        };
        let spells: Vec<_> = cases.iter().map(spell).collect();
        let survival = kaplan_meier(&spells);
        let shares = DAYS.map(|days| within(&survival, days));
        let first = [Value::Count(survival.spells()), Value::Count(survival.events()), median_of(&survival)];
        Row { id: id.to_owned(), title, values: first.into_iter().chain(shares).collect() }
    });
    rows.into()
}

fn columns_of_stages() -> Vec<Text> {
    let counts =
        [text("alerts", "通报数"), text("came to it", "已达到"), text("half after (days)", "半数所需天数")];
    counts.into_iter().chain(within_columns()).collect()
}

/// The same without the times in which clocks stood still.
fn stages_net(question: &Question<'_>, cases: &[&Case<'_>]) -> Table {
    Table {
        id: "stages_net",
        title: text("How long each stage takes, without pauses", "各阶段所需时间（扣除暂停时间）"),
        definition: text(
            "As in the table before; of each alert the times are left out in which at least one of its deadlines stood still since a question \
             was open. Of one that was sent again the deadlines of the newest sending are known.",
            "同上表；各通报因询问未答复而至少有一个期限暂停计时的时间予以扣除。重新发送的通报仅知最近一次发送的期限。",
        ),
        columns: columns_of_stages(),
        rows: rows_of_stages(question, cases, true),
        cases: cases.len() as u64,
        overlapping: true,
    }
}

fn stages(question: &Question<'_>, cases: &[&Case<'_>]) -> Table {
    Table {
        id: "stages",
        title: text("How long each stage takes", "各阶段所需时间"),
        definition: text(
            "Alerts sent within the period, from the sending to the first time that the stage was reached. Those that have not come to it count \
             up to the cut, up to their withdrawal, or up to the end of the right to them. Kaplan–Meier with intervals of 95 % of the log-log \
             kind; days of 24 hours, pauses included. A share within a time for which no alert was observed is not known yet. Delivered and \
             opened as the ledger proves of any version, as far as the owner of the report is told. Closed is the first step to it, whatever \
             came before; which end came first says the table of ends.",
            "报告期内发送的通报，自发送至首次达到该阶段。尚未达到的，计至统计截止时间、撤回时间或权利终止时间。\
             采用 Kaplan–Meier 方法，95% 区间为双对数型；一天为 24 小时，含暂停时间。尚无通报观察满的期限，其比例不得而知。\
             送达与打开以任一版本的存证为准，限于报告所有者获知的范围。结案指首次结案，不论此前结果如何；最先出现的结果见结果表。",
        ),
        columns: columns_of_stages(),
        rows: rows_of_stages(question, cases, false),
        cases: cases.len() as u64,
        overlapping: true,
    }
}

fn within_columns() -> impl Iterator<Item = Text> {
    DAYS.into_iter().map(|days| text(&format!("within {days} days"), &format!("{days} 天内")))
}

/// Which end came first, of measure, reason for none, closing without either, and withdrawal.
fn outcomes(question: &Question<'_>, cases: &[&Case<'_>]) -> Table {
    use FollowUpState::{Closed, MeasureAdopted, NoMeasure};
    let outcomes = [
        ("measure", text("measure adopted", "采取措施")),
        ("no_measure", text("reason for no measure", "说明不采取措施的理由")),
        ("closed", text("closed without either", "未作说明即结案")),
        ("taken_back", text("withdrawn or revoked before", "此前已撤回或收回")),
    ];
    let spells: Vec<CompetingSpell> = cases
        .iter()
        .map(|case| {
            let ended = case.steps(question.cut).find_map(|step| match step.state {
                MeasureAdopted => Some((step.time, 0)),
                NoMeasure => Some((step.time, 1)),
                Closed => Some((step.time, 2)),
                _ => None,
            });
            let taken_back = case.taken_back().filter(|time| *time < question.cut).map(|time| (time, 3));
            let first = [ended, taken_back].into_iter().flatten().min();
            let until = first.map_or_else(|| looked_until(question, case), |(time, _)| time);
            let duration = until.duration_since(case.spell.sent).as_micros().max(0);
            CompetingSpell {
                duration: i64::try_from(duration).unwrap_or(i64::MAX),
                outcome: first.map(|(_, outcome)| outcome),
            }
        })
        .collect();
    let incidence = cumulative_incidence(&spells);
    let share = |outcome: usize, days: i64| match incidence.at(of_days(days), LEVEL) {
        Ok(Some(at)) => {
            let known = at.of(outcome);
            let interval = known.and_then(|one| one.interval);
            Value::Share(Measured {
                value: known.map_or(0.0, |one| one.value),
                lower: interval.map(|interval| interval.lower),
                upper: interval.map(|interval| interval.upper),
            })
        }
        _ => beyond(spells.len() as u64),
    };
    let rows = outcomes.into_iter().enumerate().map(|(outcome, (id, title))| {
        let count = spells.iter().filter(|spell| spell.outcome == Some(outcome)).count();
        let shares = DAYS.map(|days| share(outcome, days));
        Row {
            id: id.to_owned(),
            title,
            values: std::iter::once(Value::Count(count as u64)).chain(shares).collect(),
        }
    });
    Table {
        id: "outcomes",
        title: text("How it ends, and when", "结果与时间"),
        definition: text(
            "Alerts sent within the period, by what came first. Each end keeps the others from coming first, so the shares are cumulative \
             incidences (Aalen–Johansen); those that have not ended count up to the cut. A share within a time for which no alert \
             was observed is not known yet.",
            "报告期内发送的通报，按最先出现的结果统计。各结果互相竞争，比例为累积发生率（Aalen–Johansen）；尚无结果的计至统计截止时间。\
             尚无通报观察满的期限，其比例不得而知。",
        ),
        columns: std::iter::once(text("alerts", "通报数")).chain(within_columns()).collect(),
        rows: rows.collect(),
        cases: cases.len() as u64,
        overlapping: false,
    }
}
