//! Flags, offers on the web, versions, removals and assessments, counted in the plainest way.

use std::collections::BTreeMap;

use seamless_proto::seamless::notifications::v1::{ConversationState, ListingStatus};

use crate::{
    CUT, START,
    history::{ALERTS, Act, DISCUSSION, Kind, NAMED, REPORTED, originator},
    slow::{Asker, One, level, recipients_of, sendings, shown, tidy},
    slow_times::{Waited, Wanted, half},
};

type Counts = Vec<(String, u64)>;

fn is_of_period(at: i64) -> bool {
    (START..CUT).contains(&at)
}

/// A flag or a discussion.
pub struct Flag {
    number: usize,
    opened: i64,
    /// In their order.
    steps: Vec<(i64, ConversationState)>,
    /// Until when its sending is looked at.
    until: i64,
}

impl Flag {
    fn state(&self, at: i64) -> ConversationState {
        let before = self.steps.iter().rfind(|(time, _)| *time < at);
        before.map_or(ConversationState::Open, |(_, state)| *state)
    }

    fn came_to(&self, state: ConversationState, is_then: impl Fn(i64) -> bool) -> bool {
        self.steps.iter().any(|(at, one)| *one == state && is_then(*at))
    }

    fn waited(&self) -> Waited {
        use ConversationState::{Answered, Resolved, Withdrawn};
        let mut until = self.until.min(CUT);
        for (at, state) in &self.steps {
            match state {
                Answered if *at <= until && *at < CUT => return (at - self.opened, true),
                Resolved | Withdrawn if *at < CUT => until = until.min(*at),
                _ => {}
            }
        }
        (until - self.opened, false)
    }
}

/// An offer that is followed, with what was found there and may be counted.
pub struct Offer {
    looks: Vec<(i64, ListingStatus)>,
    live: Option<bool>,
    reported: Option<i64>,
    stands: bool,
}

impl Offer {
    fn told(&self) -> Vec<(i64, ListingStatus)> {
        self.looks.iter().filter(|(_, found)| *found != ListingStatus::Unknown).copied().collect()
    }

    fn state(&self) -> &'static str {
        let told = self.told();
        let was_down = told.iter().any(|(_, found)| *found == ListingStatus::TakenDown);
        match (told.last(), self.live) {
            (Some((_, ListingStatus::Live)), _) if was_down => "RELISTED",
            (Some((_, ListingStatus::Live)), _) | (None, Some(true)) => "LIVE",
            (Some(_), _) | (None, Some(false)) => "TAKEN_DOWN",
            (None, None) => "UNKNOWN",
        }
    }

    fn waited(&self) -> Option<Waited> {
        let told = self.told();
        let first = told.iter().position(|(_, found)| *found == ListingStatus::Live)?;
        let begun = told[first].0;
        let down = told[first..].iter().find(|(_, found)| *found == ListingStatus::TakenDown);
        let waited = down.map_or((told[told.len() - 1].0 - begun, false), |(at, _)| (at - begun, true));
        is_of_period(begun).then_some(waited)
    }
}

/// How long offers stayed, of those that were first found on sale within the period.
pub fn stayed(offers: &[Offer]) -> Vec<Waited> {
    offers.iter().filter_map(Offer::waited).collect()
}

/// What a section on offers counts.
pub fn offer_counts(offers: &[Offer]) -> Counts {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut add =
        |id: &str, counts_in: bool| *counts.entry(id.to_owned()).or_default() += u64::from(counts_in);
    for offer in offers {
        let told = offer.told();
        let turns = |to: ListingStatus| {
            let pairs = told.iter().enumerate().filter(|(at, (time, found))| {
                is_of_period(*time) && *found == to && (*at == 0 || told[at - 1].1 != to)
            });
            pairs.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let is_again = |at: &usize| told[..*at].iter().any(|(_, found)| *found == ListingStatus::TakenDown);
        add("looked_at", offer.looks.iter().any(|(at, _)| is_of_period(*at)));
        add("reported", offer.reported.is_some_and(is_of_period));
        add("taken_down", !turns(ListingStatus::TakenDown).is_empty());
        add("relisted", turns(ListingStatus::Live).iter().any(is_again));
        add(&format!("listings_by_state/{}", offer.state()), offer.stands);
    }
    tidy(counts)
}

impl<'a> Asker<'a> {
    /// The acts between an alert's side and a recipient that the reader knows of: of what was taken from it, those afterwards.
    fn known(&self, alert: u32, to: &str) -> Vec<&'a Act> {
        let of = self.history.of(alert, to);
        let lost =
            of.iter().rfind(|act| act.kind == Kind::Revoke && to == self.reader).map_or(-1, |act| act.at);
        of.into_iter().filter(|act| act.at > lost).collect()
    }

    /// The alerts of this status, with those that the reader may know of as their recipients.
    fn pairs(&self) -> Vec<(u32, &'static str)> {
        let alerts = ALERTS.filter(|alert| self.history.made(*alert).is_exercise == self.is_exercise);
        alerts
            .flat_map(|alert| recipients_of(alert, self.reader).into_iter().map(move |to| (alert, to)))
            .collect()
    }

    /// The flags that one of the two sides raised.
    pub fn flags(&self, partner: &str, by_partner: bool) -> Vec<Flag> {
        let mut flags = Vec::new();
        for (alert, to) in self.pairs() {
            let from = originator(alert);
            if ![from, to].contains(&partner) || ![from, to].contains(&self.reader) {
                continue;
            }
            let known = self.known(alert, to);
            for (at, act) in known.iter().enumerate() {
                let Kind::Flag(number) = act.kind else { continue };
                let raised_by = if number.is_multiple_of(2) { to } else { from };
                if act.at >= CUT || (raised_by == partner) != by_partner {
                    continue;
                }
                let is_next = |other: &&&Act| other.kind == Kind::Flag(number);
                let later = &known[at + 1..];
                let end = later.iter().find(is_next).map_or(i64::MAX, |next| next.at);
                let steps =
                    later.iter().filter(|other| other.at < end).filter_map(|other| match other.kind {
                        Kind::FlagStep(of, state) if of == number => Some((other.at, state)),
                        _ => None,
                    });
                let all = sendings(self.history, alert, to);
                let sending = all.iter().rfind(|one| one.sent <= act.at).unwrap();
                let until = sending.over().unwrap_or(CUT).min(CUT);
                flags.push(Flag { number, opened: act.at, steps: steps.collect(), until });
            }
        }
        flags
    }

    /// The offers of the sendings from one side to the other, as a report between the two counts them.
    pub fn offers(&self, ones: &[One<'_>]) -> Vec<Offer> {
        let mut offers = Vec::new();
        for (at, one) in ones.iter().enumerate() {
            let next = ones.get(at + 1).filter(|next| (next.alert, next.to) == (one.alert, one.to));
            let next = next.map_or(i64::MAX, |next| next.sent);
            let all = sendings(self.history, one.alert, one.to);
            let is_held = all.last().is_some_and(|last| last.revoked.is_none());
            let (narrowed, named) = self.history.shown_at(one.alert, self.history.end());
            let is_shown = !narrowed.listings && is_held;
            let is_then = |at: i64| at >= one.sent && at < next && one.over().is_none_or(|over| at <= over);
            for offer in 0..=REPORTED {
                let mut reports = self.known(one.alert, one.to).into_iter().rev();
                let report = reports.find(|act| act.kind == Kind::Report && act.to == one.to);
                let report =
                    report.map(|act| act.at).filter(|at| offer == REPORTED && *at < next && *at < CUT);
                let is_named = offer < NAMED && named & (1 << offer) > 0 && is_shown;
                if !is_named && report.is_none() {
                    continue;
                }
                let looks = self.looks(one.alert, offer, |act| {
                    let is_reported = is_named || report.is_some_and(|report| act.at >= report);
                    (act.to == one.to || act.is_of_alert()) && is_then(act.at) && is_reported
                });
                offers.push(Offer {
                    looks,
                    live: (offer == 1).then_some(true),
                    reported: report.filter(|at| *at >= one.sent),
                    stands: one.over().is_none_or(|over| over >= CUT),
                });
            }
        }
        offers
    }

    /// The offers of all alerts that the reader knows.
    pub fn all_offers(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        for alert in ALERTS.filter(|alert| self.history.made(*alert).is_exercise == self.is_exercise) {
            let recipients = recipients_of(alert, self.reader);
            let is_own = originator(alert) == self.reader;
            let known = |to: &&&'static str| {
                let all = sendings(self.history, alert, to);
                all.last().is_some_and(|last| is_own || last.revoked.is_none())
            };
            if recipients.iter().filter(known).count() == 0 {
                continue;
            }
            let withdrawn =
                self.history.acts.iter().find(|act| act.alert == alert && act.kind == Kind::Withdraw);
            let withdrawn = withdrawn.map(|act| act.at).filter(|at| *at < CUT);
            let (narrowed, named) = self.history.shown_at(alert, self.history.end());
            for offer in 0..=REPORTED {
                let is_report = |act: &&Act| act.alert == alert && act.kind == Kind::Report;
                let reports = self.history.acts.iter().filter(is_report);
                let reports = reports.filter(|act| recipients.contains(&act.to));
                let reports =
                    reports.filter(|act| self.known(alert, act.to).iter().any(|one| one.at == act.at));
                // Each recipient's newest.
                let newest: BTreeMap<&str, i64> = reports.map(|act| (act.to, act.at)).collect();
                let newest: Vec<i64> =
                    newest.into_values().filter(|at| offer == REPORTED && *at < CUT).collect();
                let is_named = offer < NAMED && named & (1 << offer) > 0 && (is_own || !narrowed.listings);
                if !is_named && newest.is_empty() {
                    continue;
                }
                let looks = self.looks(alert, offer, |act| {
                    let sent =
                        sendings(self.history, alert, recipients[0]).last().map_or(0, |last| last.sent);
                    is_own || (act.at >= sent && (act.to == self.reader || act.is_of_alert()))
                });
                let reported = newest.into_iter().find(|at| is_of_period(*at));
                offers.push(Offer {
                    looks,
                    live: (offer == 1).then_some(true),
                    reported,
                    stands: withdrawn.is_none(),
                });
            }
        }
        offers
    }

    /// The looks at an offer that the reader is told of and that count, since it is shown to it without a break.
    fn looks(&self, alert: u32, offer: usize, counts: impl Fn(&Act) -> bool) -> Vec<(i64, ListingStatus)> {
        let is_own = originator(alert) == self.reader;
        let is_named = |at: i64| {
            let (narrowed, named) = self.history.shown_at(alert, at);
            named & (1 << offer) > 0 && (is_own || !narrowed.listings)
        };
        let acts = self.history.acts.iter().filter(|act| act.alert == alert && act.at < CUT);
        let all_acts = || self.history.acts.iter().filter(|act| act.alert == alert);
        let looks = acts.filter_map(|act| match act.kind {
            Kind::Report if offer == REPORTED => Some((act, ListingStatus::Live)),
            Kind::Look(of, found) | Kind::OwnLook(of, found) if of == offer => Some((act, found)),
            _ => None,
        });
        let is_kept = |act: &Act| match offer {
            REPORTED => true,
            _ => all_acts().filter(|other| other.at >= act.at).all(|other| is_named(other.at)),
        };
        // The notifier's look at what was reported is told to who has reported it of this sending.
        let is_told = |act: &Act| {
            let is_notifiers = matches!(act.kind, Kind::OwnLook(..)) && offer == REPORTED && !is_own;
            let acts = self.history.of(alert, self.reader);
            let mut before = acts.iter().rev().filter(|other| other.at < act.at);
            let last = before.find(|other| matches!(other.kind, Kind::Report | Kind::Revoke));
            !is_notifiers || last.is_some_and(|last| last.kind == Kind::Report)
        };
        looks
            .filter(|(act, _)| is_kept(act) && is_told(act) && counts(act))
            .map(|(act, found)| (act.at, found))
            .collect()
    }

    /// Versions, withdrawals and removals between the two sides.
    pub fn versions(&self, ones: &[One<'_>], from: &str, to: &'static str) -> Counts {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut add = |id: &str, number: usize| *counts.entry(id.to_owned()).or_default() += number as u64;
        for (at, one) in ones.iter().enumerate() {
            let next = ones.get(at + 1).filter(|next| (next.alert, next.to) == (one.alert, one.to));
            let next = next.map_or(i64::MAX, |next| next.sent);
            let acts = self.history.acts.iter().filter(|act| act.alert == one.alert);
            let held = acts.filter(|act| {
                act.at > one.sent && act.at < next && one.over().is_none_or(|over| act.at <= over)
            });
            let held: Vec<&Act> = held.filter(|act| is_of_period(act.at)).collect();
            let is_version =
                |act: &&&Act| matches!(act.kind, Kind::Update(_) | Kind::Narrow(_) | Kind::Name(_));
            add("versions", held.iter().filter(is_version).count());
            add("withdrawn", held.iter().filter(|act| act.kind == Kind::Withdraw).count());
        }
        for alert in ALERTS.filter(|alert| self.history.made(*alert).is_exercise == self.is_exercise) {
            if originator(alert) != from || !recipients_of(alert, to).contains(&to) {
                continue;
            }
            for (ordered, reason, confirmed) in self.removals(alert, to) {
                if ordered >= CUT {
                    continue;
                }
                let is_open = confirmed.is_none_or(|at| at >= CUT);
                add("removals_confirmed", usize::from(confirmed.is_some_and(is_of_period)));
                add("removals_open", usize::from(is_open));
                if ordered >= START {
                    add("downgraded", usize::from(reason == "DOWNGRADED"));
                    add(&format!("removals_by_reason/{reason}"), 1);
                }
            }
        }
        tidy(counts)
    }

    /// What a recipient was ordered to remove, why, and when it confirmed: the oldest first.
    fn removals(&self, alert: u32, to: &str) -> Vec<(i64, &'static str, Option<i64>)> {
        let mut all: Vec<(i64, &'static str, Option<i64>)> = Vec::new();
        let (mut is_sent, mut before) = (false, crate::history::Narrowed::default());
        for act in self.history.of(alert, to) {
            match act.kind {
                Kind::Send => is_sent = true,
                Kind::Revoke => {
                    is_sent = false;
                    let reason = if self.history.is_left(act) { "ARRANGEMENT_LEFT" } else { "REVOKED" };
                    all.push((act.at, reason, None));
                }
                Kind::Withdraw if is_sent => all.push((act.at, "WITHDRAWN", None)),
                Kind::Narrow(now) => {
                    if is_sent && now.hides_more_than(before) {
                        all.push((act.at, "DOWNGRADED", None));
                    }
                    before = now;
                }
                Kind::Confirm => {
                    let open = all.iter_mut().find(|(_, _, confirmed)| confirmed.is_none());
                    open.unwrap().2 = Some(act.at);
                }
                _ => {}
            }
        }
        all
    }

    /// Own assessments of recipients, of alerts that were sent within the period.
    pub fn assessments(&self, ones: &[One<'_>]) -> (Counts, Wanted) {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let (mut both, mut divergent) = (0, 0);
        for one in ones.iter().filter(|one| one.sent >= START) {
            let is_assessment = |act: &&&Act| matches!(act.kind, Kind::Assess(_));
            let known = self.known(one.alert, one.to);
            let Some(newest) = known.iter().rfind(is_assessment) else { continue };
            let of = self.history.of(one.alert, one.to);
            let first = of.iter().find(is_assessment).unwrap().at;
            let Kind::Assess(own) = newest.kind else { unreachable!() };
            // One that was taken back after the cut stood at it, as it was last.
            let said = known.iter().rev().find_map(|act| match act.kind {
                Kind::Assess(level) => level,
                _ => None,
            });
            let stands = own.is_some() || newest.at >= CUT;
            if first >= CUT || !stands {
                continue;
            }
            *counts.entry("assessed".to_owned()).or_default() += 1;
            let all = sendings(self.history, one.alert, one.to);
            let is_held = all.last().is_some_and(|last| last.revoked.is_none());
            let notified = shown(self.history, one.alert, one.to).level.filter(|_| is_held);
            let Some((notified, own)) = notified.zip(said) else { continue };
            both += 1;
            divergent += u64::from(notified != own);
            let row = format!("assessed_levels/{} {}", level(Some(notified)), level(Some(own)));
            *counts.entry(row).or_default() += 1;
        }
        (tidy(counts), Wanted::share(divergent, both))
    }
}

/// What a section on flags counts, and after what time half are answered.
pub fn flag_counts(flags: &[Flag]) -> (Counts, Wanted) {
    use ConversationState::{Answered, Open, Resolved, Withdrawn};
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut add =
        |id: &str, counts_in: bool| *counts.entry(id.to_owned()).or_default() += u64::from(counts_in);
    for flag in flags {
        let is_new = flag.opened >= START;
        if flag.number == DISCUSSION {
            add("discussions", is_new);
            continue;
        }
        add("raised", is_new);
        for (id, state) in [("answered", Answered), ("resolved", Resolved), ("withdrawn", Withdrawn)] {
            add(id, flag.came_to(state, is_of_period));
        }
        add("waiting", flag.state(CUT) == Open);
        let kind = ["MORE_INFORMATION", "STILL_ON_SALE", "URGENT"][flag.number];
        add(&format!("flags_by_kind/{kind}"), is_new);
        add("requested_fields/product.gtins", is_new && flag.number == 0);
    }
    (tidy(counts), half(&new_flags(flags, None)))
}

/// The rows of flags by kind.
pub fn flags_by_kind(flags: &[Flag]) -> Vec<(String, Vec<Wanted>)> {
    use ConversationState::{Answered, Open, Resolved, Withdrawn};
    let mut rows = Vec::new();
    for (number, kind) in [(1, "STILL_ON_SALE"), (0, "MORE_INFORMATION"), (2, "URGENT")] {
        let of_kind = || flags.iter().filter(move |flag| flag.number == number && flag.opened >= START);
        if of_kind().count() == 0 {
            continue;
        }
        let count = |holds: &dyn Fn(&Flag) -> bool| {
            Wanted::Count(of_kind().filter(|flag| holds(flag)).count() as u64)
        };
        rows.push((
            kind.to_owned(),
            vec![
                count(&|_| true),
                count(&|flag| flag.came_to(Answered, |at| at < CUT)),
                count(&|flag| flag.state(CUT) == Resolved),
                count(&|flag| flag.state(CUT) == Withdrawn),
                count(&|flag| flag.state(CUT) == Open),
                half(&new_flags(flags, Some(number))),
            ],
        ));
    }
    rows
}

/// How long answers took to the flags of the period, of one number or of all.
fn new_flags(flags: &[Flag], number: Option<usize>) -> Vec<Waited> {
    let is_one = |flag: &&Flag| match number {
        Some(number) => flag.number == number,
        None => flag.number != DISCUSSION,
    };
    flags.iter().filter(|flag| flag.opened >= START).filter(is_one).map(Flag::waited).collect()
}
