//! The same counts, in the plainest way: each sending's acts are walked through again for each question.

use std::collections::{BTreeMap, BTreeSet};

use seamless_proto::seamless::notifications::v1::{FollowUpState, MeasureAction, RiskType};

use crate::{
    CUT, START,
    history::{ALERTS, Act, Deadline, History, Kind, Proof, days, instant, originator, recipients},
    jurisdictions,
};

/// From a sending on, to the next one.
pub struct One<'a> {
    pub history: &'a History,
    pub alert: u32,
    pub to: &'static str,
    pub sent: i64,
    /// Acts of this sending.
    pub acts: Vec<&'a Act>,
    pub withdrawn: Option<i64>,
    pub revoked: Option<i64>,
    /// It was not sent again.
    pub is_last: bool,
}

/// What an alert says to somebody.
#[derive(Clone, Copy, Default)]
pub struct Shown {
    pub risk: Option<i32>,
    pub level: Option<i32>,
    pub sold_online: Option<bool>,
    pub country: Option<&'static str>,
    pub follows_up: bool,
}

/// Whose question it is, and about what.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    pub history: &'a History,
    pub reader: &'static str,
    pub is_exercise: bool,
}

type Section = (&'static str, Vec<(String, u64)>);

impl One<'_> {
    /// When it was withdrawn or revoked first.
    pub fn over(&self) -> Option<i64> {
        [self.withdrawn, self.revoked].into_iter().flatten().filter(|at| *at >= self.sent).min()
    }

    /// The first act that is one of these.
    pub fn first(&self, is_one: impl Fn(&Act) -> bool) -> Option<i64> {
        self.acts.iter().find(|act| is_one(act)).map(|act| act.at)
    }

    pub fn reacted(&self) -> Option<i64> {
        self.first(Act::is_reaction)
    }

    /// Its deadlines: those of a sending before are forgotten with the next one.
    pub fn deadlines(&self) -> Vec<Deadline> {
        match self.is_last {
            true => self.history.deadlines(self.alert, self.to, self.history.end()),
            false => Vec::new(),
        }
    }

    fn came_to(&self, state: FollowUpState, period: std::ops::Range<i64>) -> bool {
        let is_it = |act: &&&Act| match act.kind {
            Kind::Measure(_) => state == FollowUpState::MeasureAdopted,
            kind => kind == Kind::Step(state),
        };
        self.acts.iter().filter(is_it).any(|act| period.contains(&act.at))
    }

    /// Whether a measure was adopted before the cut.
    pub fn is_measured(&self) -> bool {
        self.came_to(FollowUpState::MeasureAdopted, self.sent..CUT)
    }

    /// The actions of the measures that were adopted before the cut, each once; one that is empty where there is none.
    pub fn actions(&self) -> BTreeSet<String> {
        let acts = self.acts.iter().filter(|act| act.at < CUT);
        let mut actions: BTreeSet<String> = acts.filter_map(|act| action(act)).collect();
        actions.remove("");
        if actions.is_empty() {
            actions.insert(String::new());
        }
        actions
    }

    /// Whether it came to no measure before the cut.
    pub fn is_without_measure(&self) -> bool {
        self.came_to(FollowUpState::NoMeasure, self.sent..CUT)
    }

    /// The reason for no measure that stands when all has happened: it falls with what is done afterwards, but for closing.
    pub fn reason(&self) -> &'static str {
        use FollowUpState::{Closed, NoMeasure};
        let of = self.history.of(self.alert, self.to);
        let counts = |act: &&&Act| {
            act.at >= self.sent
                && matches!(act.kind, Kind::Measure(_) | Kind::Step(_))
                && act.kind != Kind::Step(Closed)
        };
        let last = of.iter().rfind(counts).map(|act| act.kind);
        if last == Some(Kind::Step(NoMeasure)) { "ALREADY_CORRECTED" } else { "" }
    }

    /// Why it was said before the cut that it cannot be used.
    fn unreadable(&self) -> Vec<&'static str> {
        const REASONS: [&str; 5] = ["", "WRONG_SCHEMA", "MISSING_ATTACHMENT", "TRANSLATION", "OTHER"];
        let acts = self.acts.iter().filter(|act| act.at < CUT);
        let reasons = acts.filter_map(|act| match act.kind {
            Kind::Prove(Proof::Unreadable(reason)) => Some(REASONS[reason as usize]),
            _ => None,
        });
        reasons.collect()
    }

    /// When it was proved first.
    pub fn proved(&self, proof: Proof) -> Option<i64> {
        self.first(|act| act.kind == Kind::Prove(proof))
    }

    pub fn is_open(&self) -> bool {
        stands(self, CUT).is_some_and(|(is_open, _)| is_open)
    }
}

impl<'a> Asker<'a> {
    /// The sendings that this side knows before the cut.
    pub fn seen(&self) -> Vec<One<'a>> {
        let mut ones = Vec::new();
        for alert in ALERTS.filter(|alert| self.history.made(*alert).is_exercise == self.is_exercise) {
            for to in recipients(alert) {
                let mut of = sendings(self.history, alert, to);
                if *to == self.reader {
                    // Of what was taken from it nothing is left.
                    of.retain(|one| one.revoked.is_none());
                } else if originator(alert) != self.reader {
                    of.clear();
                }
                ones.extend(of.into_iter().filter(|one| one.sent < CUT));
            }
        }
        ones
    }

    /// Those of them that went from one side to the other.
    pub fn between(&self, from: &str, to: &str) -> Vec<One<'a>> {
        let mut ones = self.seen();
        ones.retain(|one| originator(one.alert) == from && one.to == to);
        ones
    }

    /// What each section about sendings from one side to the other should say.
    pub fn counts(&self, from: &str, to: &'static str) -> Vec<Section> {
        let ones = self.between(from, to);
        let lost = if to == self.reader { self.lost(from) } else { 0 };
        vec![("new", self.sent_new(&ones)), ("handling", handling(&ones)), ("stock", stock(&ones, lost))]
    }

    /// How many alerts of an originator were lost within the period, and not got back before the cut.
    pub fn lost(&self, from: &str) -> u64 {
        let alerts = ALERTS.filter(|alert| {
            originator(*alert) == from && self.history.made(*alert).is_exercise == self.is_exercise
        });
        let is_lost = |alert: &u32| {
            let of = self.history.of(*alert, self.reader);
            let revoked = of.iter().rfind(|act| act.kind == Kind::Revoke).map(|act| act.at);
            let is_again =
                |after: i64| of.iter().any(|act| act.kind == Kind::Send && act.at > after && act.at < CUT);
            revoked.is_some_and(|at| (START..CUT).contains(&at) && !is_again(at))
        };
        alerts.filter(is_lost).count() as u64
    }

    /// What an alert says to who reads a report between the two sides: as its recipient is shown it, if it still is.
    pub fn shown_between(&self, one: &One<'_>) -> Shown {
        let is_held =
            sendings(self.history, one.alert, one.to).last().is_some_and(|one| one.revoked.is_none());
        if is_held { shown(self.history, one.alert, one.to) } else { Shown::default() }
    }

    fn sent_new(&self, ones: &[One<'_>]) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for one in ones.iter().filter(|one| one.sent >= START) {
            let shown = self.shown_between(one);
            let online = match shown.sold_online {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            };
            for key in [
                "total",
                &format!("by_risk_type/{}", risk(shown.risk)),
                if shown.follows_up { "by_type/FOLLOW_UP" } else { "by_type/" },
                &format!("by_risk_level/{}", level(shown.level)),
                "by_category/",
                "by_origin/",
                &format!("by_sold_online/{online}"),
                &format!("by_month/{}", month(one.sent, "UTC")),
            ] {
                *counts.entry(key.to_owned()).or_default() += 1;
            }
            let reasons: BTreeSet<&str> = one.unreadable().into_iter().collect();
            for reason in reasons {
                *counts.entry(format!("unreadable_by_reason/{reason}")).or_default() += 1;
            }
        }
        tidy(counts)
    }

    /// Alerts that count in a year's statistics: in which month of a zone, whether sold online, withdrawn, and a follow-up.
    pub fn alerts(&self, zone: &str) -> Vec<(String, [bool; 3])> {
        let (first, last) = days();
        let mut counted = Vec::new();
        for alert in ALERTS.filter(|alert| self.history.made(*alert).is_exercise == self.is_exercise) {
            let is_own = originator(alert) == self.reader;
            let of = recipients(alert).iter().filter(|to| is_own || **to == self.reader);
            let known = of.flat_map(|to| sendings(self.history, alert, to));
            let confirmed = known.filter(|one| is_own || one.revoked.is_none()).map(|one| one.sent).min();
            let Some(confirmed) = confirmed else { continue };
            let in_month = match self.history.made(alert).imported {
                Some((day, _)) if (first..=last).contains(&day) => day.strftime("%Y-%m").to_string(),
                None if (START..CUT).contains(&confirmed) => month(confirmed, zone),
                _ => continue,
            };
            let shown = shown(self.history, alert, self.reader);
            let is_withdrawn = self.history.acts.iter().any(|act| is_withdrawal(act, alert) && act.at < CUT);
            counted.push((in_month, [shown.sold_online == Some(true), is_withdrawn, shown.follows_up]));
        }
        counted
    }

    /// The figures of a year's statistics.
    pub fn annual(&self) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (_, [_, is_withdrawn, follows_up]) in self.alerts("UTC") {
            let mut add =
                |id: &str, counts_in: bool| *counts.entry(id.to_owned()).or_default() += u64::from(counts_in);
            add("total", !follows_up);
            add("withdrawn", !follows_up && is_withdrawn);
            add("follow_ups", follows_up);
        }
        tidy(counts)
    }

    /// Which jurisdiction was sent how much of whose alerts, and how much of it was reacted to: follow-ups left out.
    pub fn reactions(&self) -> BTreeMap<(String, String), [u64; 2]> {
        let mut pairs: BTreeMap<(String, String), [u64; 2]> = BTreeMap::new();
        for one in self.seen().iter().filter(|one| one.sent >= START) {
            let shown = shown(self.history, one.alert, self.reader);
            if shown.follows_up {
                continue;
            }
            let notifier = shown.country.unwrap_or(originator(one.alert)).to_owned();
            let pair = pairs.entry((notifier, jurisdictions()[one.to].clone())).or_default();
            pair[0] += 1;
            pair[1] += u64::from(one.reacted().is_some_and(|at| at < CUT));
        }
        pairs
    }
}

/// What an alert says to an authority that may see it.
pub fn shown(history: &History, alert: u32, eyes: &str) -> Shown {
    let (made, is_own) = (history.made(alert), originator(alert) == eyes);
    let (mut risk, mut narrowed) = (made.risk, crate::history::Narrowed::default());
    for act in history.acts.iter().filter(|act| act.alert == alert) {
        match act.kind {
            Kind::Update(other) => risk = other,
            Kind::Narrow(other) => narrowed = other,
            _ => {}
        }
    }
    // Between the EU and Canada the risk is kept back.
    let is_risk_shown = is_own || (eyes == "cn-gacc" && !narrowed.risk);
    let is_online_shown = is_own || !narrowed.sold_online;
    Shown {
        risk: is_risk_shown.then_some(risk),
        level: (is_own || eyes == "cn-gacc").then_some(made.level),
        sold_online: made.sold_online.filter(|_| is_online_shown),
        country: made.country,
        follows_up: made.follows_up,
    }
}

/// What a risk is called; empty where it is not said.
pub fn risk(risk: Option<i32>) -> String {
    let name = risk.map(|risk| RiskType::try_from(risk).unwrap().as_str_name());
    name.unwrap_or_default().trim_start_matches("RISK_TYPE_").to_owned()
}

/// What a level of risk is called; empty where it is not said.
pub fn level(level: Option<i32>) -> &'static str {
    level.map_or("", |level| ["", "LOW", "MEDIUM", "HIGH"][level as usize])
}

/// The month of a moment in a zone.
pub fn month(moment: i64, zone: &str) -> String {
    let zone = seamless_calendar::Zones::bundled().get(zone).unwrap();
    instant(moment).to_zoned(zone).strftime("%Y-%m").to_string()
}

fn is_withdrawal(act: &Act, alert: u32) -> bool {
    act.alert == alert && act.kind == Kind::Withdraw
}

/// The recipients of an alert of which somebody may know.
pub fn recipients_of(alert: u32, reader: &str) -> Vec<&'static str> {
    let may = |to: &&&'static str| originator(alert) == reader || **to == reader;
    recipients(alert).iter().filter(may).copied().collect()
}

/// Each time that an alert was sent to a recipient.
pub fn sendings<'a>(history: &'a History, alert: u32, to: &'static str) -> Vec<One<'a>> {
    let mut ones: Vec<One<'a>> = Vec::new();
    let withdrawn = history.acts.iter().find(|act| is_withdrawal(act, alert)).map(|act| act.at);
    for act in history.of(alert, to) {
        match (act.kind, ones.last_mut()) {
            (Kind::Send, before) => {
                if let Some(before) = before {
                    before.is_last = false;
                }
                ones.push(One {
                    history,
                    alert,
                    to,
                    sent: act.at,
                    acts: Vec::new(),
                    withdrawn,
                    revoked: None,
                    is_last: true,
                });
            }
            (Kind::Revoke, Some(one)) => one.revoked = Some(act.at),
            (_, Some(one)) if !act.is_of_alert() => one.acts.push(act),
            _ => {}
        }
    }
    ones
}

pub fn tidy(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

fn handling(ones: &[One<'_>]) -> Vec<(String, u64)> {
    use FollowUpState::{Closed, Investigating, MeasureAdopted, NoMeasure, NotTraced, Traced};
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for one in ones {
        for (id, state) in [
            ("investigated", Investigating),
            ("traced", Traced),
            ("not_traced", NotTraced),
            ("measures", MeasureAdopted),
            ("no_measure", NoMeasure),
            ("closed", Closed),
            (&format!("no_measure_by_reason/{}", one.reason()), NoMeasure),
            ("not_traced_by_reason/", NotTraced),
        ] {
            *counts.entry(id.to_owned()).or_default() += u64::from(one.came_to(state, START..CUT));
        }
        for act in one.acts.iter().filter(|act| (START..CUT).contains(&act.at)) {
            let Some(action) = action(act) else { continue };
            let obligation =
                if action.is_empty() { "" } else { ["COMPULSORY", "VOLUNTARY"][number(act) - 1] };
            *counts.entry(format!("measures_by_action/{action}")).or_default() += 1;
            *counts.entry(format!("measures_by_obligation/{obligation}")).or_default() += 1;
        }
    }
    tidy(counts)
}

/// The action of a measure, empty where it is not said; none of another act.
fn action(act: &Act) -> Option<String> {
    let Kind::Measure(action) = act.kind else { return None };
    Some(match MeasureAction::try_from(action).unwrap() {
        MeasureAction::Unspecified => String::new(),
        said => said.as_str_name().trim_start_matches("MEASURE_ACTION_").to_owned(),
    })
}

/// The number of a measure's action.
fn number(act: &Act) -> usize {
    if let Kind::Measure(action) = act.kind { action as usize } else { 0 }
}

/// `None` before it was sent; whether it is open, and whether it was finished.
fn stands(one: &One<'_>, at: i64) -> Option<(bool, bool)> {
    if one.sent >= at {
        return None;
    }
    use FollowUpState::{Closed, NoMeasure};
    let (mut finished, mut ended): (bool, bool) = (false, false);
    for moment in one.sent..at {
        if one.withdrawn == Some(moment) || one.revoked == Some(moment) {
            // What was finished stays so.
            ended |= !finished;
        }
        for act in one.acts.iter().filter(|act| act.at == moment) {
            match act.kind {
                Kind::Measure(_) => finished = true,
                Kind::Step(state) => finished = matches!(state, NoMeasure | Closed),
                _ => {}
            }
        }
    }
    // Of one that was taken back only what was finished before counts as finished.
    let is_over = one.over().is_some_and(|over| over < at);
    Some(match (finished, ended) {
        (_, true) => (false, false),
        (true, false) => (false, true),
        (false, false) => (!is_over, false),
    })
}

fn stock(ones: &[One<'_>], lost: u64) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut add = |id: &str, count: bool| *counts.entry(id.to_owned()).or_default() += u64::from(count);
    for one in ones {
        let (before, after) = (stands(one, START), stands(one, CUT));
        let (is_open, is_finished) = after.unwrap();
        let was_open = before.is_some_and(|(is_open, _)| is_open);
        let is_reopened = before.is_some_and(|(is_open, _)| !is_open) && is_open;
        add("opening", was_open);
        add("new", before.is_none());
        add("reopened", is_reopened);
        let counts = was_open || before.is_none() || is_reopened;
        add("finished", counts && is_finished);
        add("taken_back", counts && !is_open && !is_finished);
        add("closing", is_open);
    }
    counts.insert("lost".to_owned(), lost);
    tidy(counts)
}
