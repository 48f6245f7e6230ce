//! How fast recipients react: the open cases count too, up to when they were looked at.

use jiff::{SignedDuration, Timestamp};
use seamless_statistics::{End, Median, Spell, Survival, TimeInterval, kaplan_meier};

use super::{
    Question,
    case::{Case, Way},
    rules_of_deadlines::rule_text,
    words::{LEVEL, share_of, text},
};
use crate::domain::{
    content::{Figure, Measured, Row, Section, Table, Text, Value},
    facts::ClockFact,
};

/// The reaction that is agreed for products sold online, in calendar days [domain.md, 3].
pub(super) const AGREED_DAYS: i64 = 21;

/// The section.
pub(super) fn section(question: &Question<'_>, cases: &[Case<'_>], way: Way) -> Section {
    let (id, title) = match way {
        Way::Sent => ("reaction_sent", text("How fast the partner reacted", "伙伴方的反应时间")),
        Way::Received => ("reaction_received", text("How fast own reactions were", "本方的反应时间")),
    };
    let new: Vec<&Case<'_>> = cases.iter().filter(|case| case.is_new(question)).collect();
    let gross: Vec<Spell> = new.iter().map(|case| spell(question, case, false)).collect();
    let net: Vec<Spell> = new.iter().map(|case| spell(question, case, true)).collect();
    let basis = [
        "Alerts sent within the period; from the sending to the first reaction (tracing done, a measure, or a reason for none). Those \
         without a reaction count up to the cut, up to their withdrawal, or up to the end of the right to them. Kaplan–Meier; the \
         interval of 95 % is of the log-log kind",
        "报告期内发送的通报，自发送至首次反应（完成追溯、采取措施或说明不采取措施的理由）。尚无反应的，\
         计至统计截止时间、撤回时间或权利终止时间。采用 Kaplan–Meier 方法，95% 区间为双对数型",
    ];
    let all = [
        format!("{}; all of these, also those for which no time is agreed", basis[0]),
        format!("{}；全部计入，包括未约定时限者", basis[1]),
    ];
    let mut figures = vec![
        median(
            "median",
            text("Half have reacted after (days)", "半数作出反应所需天数"),
            basis,
            ["", ""],
            &gross,
        ),
        median(
            "median_net",
            text("… without pauses (days)", "……扣除暂停时间（天）"),
            basis,
            [
                "; times in which a clock stood still since a question was open are left out",
                "；扣除因询问未答复而暂停计时的时间",
            ],
            &net,
        ),
        within_agreed(text("Reacted within 21 days", "21 天内作出反应的比例"), [&all[0], &all[1]], &gross),
    ];
    figures.extend(promised(question, &new, basis));
    figures.push(paused_days(question, cases));
    Section { id, title, figures, tables: vec![by_rule(question, cases)] }
}

/// What was agreed is of products sold online alone: the share of these, with pauses and without.
fn promised(question: &Question<'_>, new: &[&Case<'_>], basis: [&str; 2]) -> [Figure; 2] {
    let online = |case: &&&Case<'_>| case.alert.is_some_and(|alert| alert.sold_online == Some(true));
    let spells = |is_net| -> Vec<Spell> {
        new.iter().filter(online).map(|case| spell(question, case, is_net)).collect()
    };
    let of_these = [
        "; of these the alerts whose product is sold online, as the newest version that the owner of the report is shown says, since the \
         agreed reaction within 21 calendar days is for them. Alerts of products that are not sold online are left out, and those \
         of which it is not said or not shown. The table of deadlines says what the clocks of the arrangement say",
        "；其中仅计产品在网上销售者（以报告所有者可见的最新版本为准），因约定的 21 个日历日内作出反应仅适用于此类通报。\
         产品非网上销售的，以及未说明或不可见是否网上销售的，不计入。安排规定的期限以期限表为准",
    ];
    let net = [
        "; times in which a clock stood still since a question was open are left out",
        "；扣除因询问未答复而暂停计时的时间",
    ];
    let figure = |id, title: Text, more: [&str; 2], is_net| Figure {
        id,
        ..within_agreed(
            title,
            [
                &format!("{}{}{}", basis[0], of_these[0], more[0]),
                &format!("{}{}{}", basis[1], of_these[1], more[1]),
            ],
            &spells(is_net),
        )
    };
    [
        figure(
            "within_21_days_online",
            text("Of products sold online: reacted within 21 days", "网上销售产品：21 天内作出反应的比例"),
            ["; pauses included", "；含暂停时间"],
            false,
        ),
        figure("within_21_days_online_net", text("… without pauses", "……扣除暂停时间"), net, true),
    ]
}

/// From the sending to the first reaction, or to where nobody looks any further.
pub(super) fn spell(question: &Question<'_>, case: &Case<'_>, is_net: bool) -> Spell {
    let spell = spell_to(question, case, case.spell.reacted);
    if is_net { without_pauses(question, case, spell) } else { spell }
}

/// The same without the times in which a clock of the case stood still.
pub(super) fn without_pauses(question: &Question<'_>, case: &Case<'_>, spell: Spell) -> Spell {
    let until = case.spell.sent.checked_add(SignedDuration::from_micros(spell.duration));
    let still = paused(case, case.spell.sent, until.unwrap_or(question.cut)).as_micros();
    let net = spell.duration.saturating_sub(i64::try_from(still).unwrap_or(i64::MAX));
    Spell { duration: net.max(0), ..spell }
}

/// From the sending to an event, or to where nobody looks any further.
pub(super) fn spell_to(question: &Question<'_>, case: &Case<'_>, event: Option<Timestamp>) -> Spell {
    let looked_until = looked_until(question, case);
    let event = event.filter(|time| *time <= looked_until && *time < question.cut);
    let duration = event.unwrap_or(looked_until).duration_since(case.spell.sent).max(SignedDuration::ZERO);
    let end = if event.is_some() { End::Event } else { End::Censored };
    Spell { duration: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX), end }
}

/// Until when a case is looked at: the cut, or when it was withdrawn or revoked.
pub(super) fn looked_until(question: &Question<'_>, case: &Case<'_>) -> Timestamp {
    case.taken_back().map_or(question.cut, |time| time.min(question.cut))
}

/// How long clocks stood still within the period.
fn paused_days(question: &Question<'_>, cases: &[Case<'_>]) -> Figure {
    let times = cases
        .iter()
        .map(|case| paused(case, question.start.max(case.spell.sent), looked_until(question, case)));
    let times: Vec<SignedDuration> = times.filter(|time| !time.is_zero()).collect();
    let sum = times.iter().fold(SignedDuration::ZERO, |sum, time| sum.saturating_add(*time));
    let value = days(i64::try_from(sum.as_micros()).unwrap_or(i64::MAX));
    Figure {
        id: "paused",
        title: text("Days for which deadlines stood still", "期限暂停天数"),
        definition: text(
            "The time of the period in which at least one deadline of an alert stood still since a question was open, summed over alerts, \
             whenever they were sent; up to their withdrawal or the end of the right to them. Of one that was sent again the deadlines of the \
             newest sending are known. Days of 24 hours; the cases are the alerts of which a deadline stood still.",
            "报告期内因询问未答复、通报至少有一个期限暂停计时的时间，按通报合计，不论何时发送；计至撤回或权利终止。\
             重新发送的通报仅知最近一次发送的期限。一天为 24 小时；案例数为曾暂停计时的通报数。",
        ),
        value: Value::Days(Measured { value, lower: None, upper: None }),
        cases: times.len() as u64,
    }
}

/// How long clocks of a case stood still from one instant until another; times that overlap count once.
fn paused(case: &Case<'_>, from: Timestamp, until: Timestamp) -> SignedDuration {
    let mut pauses: Vec<(Timestamp, Timestamp)> = case
        .clocks()
        .flat_map(|clock| &clock.pauses)
        .map(|pause| (pause.start.max(from), pause.end.unwrap_or(until).min(until)))
        .filter(|(start, end)| start < end)
        .collect();
    pauses.sort_unstable();
    let (mut sum, mut reached) = (SignedDuration::ZERO, Timestamp::MIN);
    for (start, end) in pauses {
        let start = start.max(reached);
        if start < end {
            sum += end.duration_since(start);
            reached = end;
        }
    }
    sum
}

const MICROSECONDS_A_DAY: i64 = 86_400_000_000;

/// Microseconds as days of 24 hours.
pub(super) fn days(microseconds: i64) -> f64 {
    microseconds as f64 / MICROSECONDS_A_DAY as f64
}

/// After how long half have come.
pub(super) fn median_of(survival: &Survival) -> Value {
    let interval = survival.median_interval(LEVEL).ok();
    let end = |of: fn(&TimeInterval) -> Option<i64>| interval.as_ref().and_then(of).map(days);
    match survival.median() {
        Median::At(time) => Value::Days(Measured {
            value: days(time),
            lower: end(|interval| interval.lower),
            upper: end(|interval| interval.upper),
        }),
        Median::FewerThanHalf => Value::FewerThanHalf,
        Median::NoCases => Value::NoCases,
    }
}

/// So many days of 24 hours, in microseconds.
pub(super) fn of_days(days: i64) -> i64 {
    days.saturating_mul(MICROSECONDS_A_DAY)
}

/// The share of which it has come within so many days.
pub(super) fn within(survival: &Survival, days: i64) -> Value {
    match survival.at(of_days(days), LEVEL) {
        Ok(Some(at)) => {
            let interval = at.within_interval();
            Value::Share(Measured {
                value: at.within(),
                lower: interval.map(|interval| interval.lower),
                upper: interval.map(|interval| interval.upper),
            })
        }
        _ => beyond(survival.spells()),
    }
}

/// What is said of a time to which no case was observed: that there is none, or that all were observed for less.
pub(super) fn beyond(cases: u64) -> Value {
    if cases == 0 { Value::NoCases } else { Value::NotYetKnown }
}

fn median(id: &'static str, title: Text, basis: [&str; 2], more: [&str; 2], spells: &[Spell]) -> Figure {
    let value = median_of(&kaplan_meier(spells));
    let definition = text(&format!("{}{}.", basis[0], more[0]), &format!("{}{}。", basis[1], more[1]));
    Figure { id, title, definition, value, cases: spells.len() as u64 }
}

fn within_agreed(title: Text, basis: [&str; 2], spells: &[Spell]) -> Figure {
    let value = within(&kaplan_meier(spells), AGREED_DAYS);
    let definition = text(
        &format!(
            "{}. One less the share without a reaction after 21 times 24 hours; not known \
             while no alert was observed for so long.",
            basis[0]
        ),
        &format!("{}。即 1 减去满 21×24 小时仍无反应的比例；尚无通报观察满此时间的，不得而知。", basis[1]),
    );
    Figure { id: "within_21_days", title, definition, value, cases: spells.len() as u64 }
}

/// How a deadline went that fell into the period.
#[derive(Default)]
struct Deadlines {
    in_time: usize,
    late: usize,
    open: usize,
}

fn by_rule(question: &Question<'_>, cases: &[Case<'_>]) -> Table {
    let mut rules: std::collections::BTreeMap<&str, Deadlines> = std::collections::BTreeMap::new();
    let mut all = 0;
    for clock in cases.iter().flat_map(Case::clocks).filter(|clock| fell_due(question, clock)) {
        let row = rules.entry(&clock.rule).or_default();
        all += 1;
        match clock.stopped.filter(|time| *time < question.cut) {
            Some(time) if time < clock.due => row.in_time += 1,
            Some(_) => row.late += 1,
            None => row.open += 1,
        }
    }
    let rows = rules.into_iter().map(|(rule, Deadlines { in_time, late, open })| {
        let counts = [in_time + late + open, in_time, late, open].map(|count| Value::Count(count as u64));
        let share = share_of(in_time, in_time + late + open);
        Row {
            id: rule.to_owned(),
            title: rule_text(question, rule),
            values: counts.into_iter().chain([share]).collect(),
        }
    });
    Table {
        id: "by_deadline",
        title: text("Deadlines that fell due", "报告期内到期的期限"),
        definition: text(
            "Deadlines of the arrangement that fell due within the period, pauses counted, by rule; cancelled ones are left out, and those whose \
             clock stands still at the cut. In time \
             is what was done before the deadline; the interval of the share is Wilson's.",
            "报告期内到期的安排规定期限（计入暂停时间），按规则统计；已取消的及统计截止时计时暂停的不计。在期限前完成的为按时；比例区间采用 Wilson 方法。",
        ),
        columns: vec![
            text("fell due", "到期"),
            text("in time", "按时"),
            text("late", "逾期完成"),
            text("overdue and open", "逾期未完成"),
            text("share in time", "按时比例"),
        ],
        rows: rows.collect(),
        cases: all,
        overlapping: false,
    }
}

/// Whether the deadline fell into the period, and counts. One whose clock stands still has none yet: what it is said to be is as if the
/// clock went on at that moment.
pub(super) fn fell_due(question: &Question<'_>, clock: &ClockFact) -> bool {
    let is_within = clock.due >= question.start && clock.due < question.cut;
    is_within && clock.cancelled.is_none_or(|time| time >= clock.due) && !clock.stands_still_at(question.cut)
}
