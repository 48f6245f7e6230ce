//! How alerts of the own side come to be confirmed, and then to be sent.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use seamless_statistics::{End, Spell, kaplan_meier};

use super::{
    Facts, Question,
    reaction::median_of,
    words::{count, text},
};
use crate::domain::{
    content::{Figure, Section},
    facts::{AlertFact, RoundFact},
    model::NotificationState,
};

/// The section.
pub(super) fn section(question: &Question<'_>, facts: &Facts) -> Section {
    let of_period = |time: Timestamp| time >= question.start && time < question.cut;
    let rounds: Vec<&RoundFact> = facts
        .alerts
        .values()
        .flat_map(|alert| &alert.rounds)
        .filter(|round| of_period(round.submitted))
        .collect();
    let ended = |is_one: fn(NotificationState) -> bool| {
        let is_ended = |round: &&&RoundFact| {
            round.ended.is_some_and(|(time, state)| time < question.cut && is_one(state))
        };
        rounds.iter().filter(is_ended).count()
    };
    let looked_at: Vec<Spell> = rounds.iter().map(|round| round_spell(question, round)).collect();
    let sent = first_sendings(facts);
    let own = facts.alerts.values().filter(|alert| question.owner.members.contains(&alert.originator));
    let confirmed: Vec<Spell> = own
        .filter_map(|alert| sending_spell(question, alert, sent.get(alert.name.as_str()).copied()))
        .collect();
    let figures = vec![
        count(
            "submitted",
            text("Handed to the contact point", "提交联络点"),
            text(
                "Times that an alert of the own side was handed to the contact point within the period, as the feed told it; each round counts. \
                 What was imported as confirmed never was.",
                "本方通报在报告期内提交联络点的次数，按数据源告知的时间计；每轮分别计数。直接以已确认状态导入的不计。",
            ),
            rounds.len(),
        ),
        count(
            "confirmed",
            text("Of these confirmed", "其中已确认"),
            text("Confirmed before the cut.", "在统计截止时间前确认。"),
            ended(is_confirmed),
        ),
        count(
            "returned",
            text("Of these returned", "其中已退回"),
            text("Returned as a draft before the cut.", "在统计截止时间前退回修改。"),
            ended(|state| state == NotificationState::Draft),
        ),
        Figure {
            id: "median_confirmed",
            title: text("Half are confirmed after (days)", "半数确认所需天数"),
            definition: text(
                "Rounds that began within the period, from handing in to the confirmation. One that was returned or withdrawn counts up to then, \
                 one that is looked at up to the cut. Kaplan–Meier; days of 24 hours, not working days.",
                "报告期内开始的各轮，自提交至确认。退回或撤回的计至该时，审核中的计至统计截止时间。采用 Kaplan–Meier 方法；\
                 一天为 24 小时，不是工作日。",
            ),
            value: median_of(&kaplan_meier(&looked_at)),
            cases: looked_at.len() as u64,
        },
        Figure {
            id: "median_sent",
            title: text("Half are sent after (days)", "半数发送所需天数"),
            definition: text(
                "Alerts of the own side that were confirmed within the period, by the time at which this was told, to the first sending to anybody. \
                 Those not sent count up to the cut, or up to their withdrawal. Imported ones count by the day of import. Kaplan–Meier; days of \
                 24 hours.",
                "报告期内（按告知时间）确认的本方通报，自确认至首次向任何接收方发送。未发送的计至统计截止时间或撤回之时。导入的按导入时间计。\
                 采用 Kaplan–Meier 方法，一天为 24 小时。",
            ),
            value: median_of(&kaplan_meier(&confirmed)),
            cases: confirmed.len() as u64,
        },
    ];
    let title = text("From writing to sending", "从起草到发送");
    Section { id: "confirmation", title, figures, tables: Vec::new() }
}

fn is_confirmed(state: NotificationState) -> bool {
    matches!(state, NotificationState::Validated | NotificationState::Transmitted)
}

/// When each alert was sent first, by its name.
fn first_sendings(facts: &Facts) -> HashMap<&str, Timestamp> {
    let mut first: HashMap<&str, Timestamp> = HashMap::new();
    for sending in &facts.sendings {
        for spell in &sending.spells {
            let known = first.entry(&sending.alert).or_insert(spell.sent);
            *known = (*known).min(spell.sent);
        }
    }
    first
}

fn round_spell(question: &Question<'_>, round: &RoundFact) -> Spell {
    let ended = round.ended.filter(|(time, _)| *time < question.cut);
    let until = ended.map_or(question.cut, |(time, _)| time);
    let is_event = ended.is_some_and(|(_, state)| is_confirmed(state));
    spell(until.duration_since(round.submitted), is_event)
}

/// None for one that was not confirmed within the period.
fn sending_spell(question: &Question<'_>, alert: &AlertFact, sent: Option<Timestamp>) -> Option<Spell> {
    let confirmed = alert.confirmed.filter(|time| *time >= question.start && *time < question.cut)?;
    let withdrawn = alert.withdrawn.filter(|time| *time < question.cut);
    let sent = sent.filter(|time| *time < question.cut);
    let until = sent.or(withdrawn).unwrap_or(question.cut);
    Some(spell(until.duration_since(confirmed), sent.is_some()))
}

fn spell(duration: SignedDuration, is_event: bool) -> Spell {
    Spell {
        duration: i64::try_from(duration.max(SignedDuration::ZERO).as_micros()).unwrap_or(i64::MAX),
        end: if is_event { End::Event } else { End::Censored },
    }
}
