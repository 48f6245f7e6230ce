//! Random histories: alerts of the EU that are sent to China and Canada, and alerts of Canada that are sent to the EU; how they are
//! handled, asked about, narrowed, withdrawn, revoked and sent again. What each side is shown of them tells `told`.

use jiff::{Timestamp, civil::Date};
use proptest::prelude::*;
use seamless_proto::seamless::notifications::v1::FollowUpState;

use crate::hour;

/// How many moments a day has: so few that weeks and the end of a month lie within a history.
pub const A_DAY: i64 = 3;

/// The instant of a moment. The period begins with the moment [`crate::START`], midnight in UTC.
pub fn instant(moment: i64) -> Timestamp {
    hour(8 * moment + 664)
}

/// The first and the last day of the period.
pub fn days() -> (Date, Date) {
    (jiff::civil::date(2027, 3, 14), jiff::civil::date(2027, 4, 12))
}

/// The alerts of the EU, and then those of Canada.
pub const ALERTS: std::ops::Range<u32> = 0..5;

/// Whose alert it is.
pub fn originator(alert: u32) -> &'static str {
    if alert < 3 { "eu-just" } else { "ca-hc" }
}

/// To whom it may be sent.
pub fn recipients(alert: u32) -> &'static [&'static str] {
    if alert < 3 { &["cn-gacc", "ca-hc"] } else { &["eu-just"] }
}

/// The name of an alert.
pub fn name(alert: u32) -> String {
    format!("notifications/{}", uuid::Uuid::from_u128(alert.into()))
}

/// What an alert is from the beginning.
#[derive(Clone, Debug)]
pub struct Made {
    pub is_exercise: bool,
    /// It follows up an alert of others.
    pub follows_up: bool,
    /// The day on which another system notified it, or only published it.
    pub imported: Option<(Date, bool)>,
    pub country: Option<&'static str>,
    pub sold_online: Option<bool>,
    pub risk: i32,
    /// How many moments there are for the first reaction, and for the acknowledgement, where there are deadlines.
    pub deadlines: [Option<i64>; 2],
}

/// What happens to an alert, at a moment.
#[derive(Clone, Debug)]
pub struct Act {
    pub alert: u32,
    pub to: &'static str,
    pub at: i64,
    pub kind: Kind,
}

/// What happens. Updates, narrowings and withdrawals are of the alert, whomever it was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Send,
    Acknowledge,
    /// A step of the follow-up without a measure.
    Step(FollowUpState),
    /// A measure is adopted; 0 where its action is not said.
    Measure(i32),
    /// One of two questions is asked, by which clocks stand still.
    Ask(usize),
    /// It is answered.
    Answer(usize),
    /// A new version, with another risk.
    Update(i32),
    /// From now on the risk, the sale online, both or neither are shown to the originator alone.
    Narrow(Narrowed),
    Withdraw,
    Revoke,
}

/// What is kept from all but the originator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    pub risk: bool,
    pub sold_online: bool,
}

/// Some alerts, and all that happened to them.
#[derive(Clone, Debug)]
pub struct History {
    pub made: Vec<Made>,
    /// In their order, no two at the same moment.
    pub acts: Vec<Act>,
}

/// A deadline of a sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub rule: &'static str,
    pub start: i64,
    pub due: i64,
    /// By question.
    pub pauses: Vec<(usize, i64, Option<i64>)>,
    pub stopped: Option<i64>,
    pub cancelled: Option<i64>,
}

impl Act {
    /// Whether it is of the alert, and not of one sending.
    pub fn is_of_alert(&self) -> bool {
        matches!(self.kind, Kind::Update(_) | Kind::Narrow(_) | Kind::Withdraw)
    }

    /// Whether the recipient reacts in substance.
    pub fn is_reaction(&self) -> bool {
        use FollowUpState::{NoMeasure, NotTraced, Traced};
        matches!(self.kind, Kind::Measure(_) | Kind::Step(Traced | NotTraced | NoMeasure))
    }
}

impl History {
    /// What an alert is from the beginning.
    pub fn made(&self, alert: u32) -> &Made {
        &self.made[alert as usize]
    }

    /// All that happened to an alert, but for what concerns another recipient than this one.
    pub fn of(&self, alert: u32, to: &str) -> Vec<&Act> {
        self.acts.iter().filter(|act| act.alert == alert && (act.to == to || act.is_of_alert())).collect()
    }

    /// The last moment at which something happens.
    pub fn end(&self) -> i64 {
        self.acts.last().map_or(0, |act| act.at)
    }

    /// The deadlines of the newest sending, as they are when all up to a moment has happened.
    pub fn deadlines(&self, alert: u32, to: &str, now: i64) -> Vec<Deadline> {
        let acts: Vec<&Act> = self.of(alert, to).into_iter().filter(|act| act.at <= now).collect();
        let Some(sent) = acts.iter().rposition(|act| act.kind == Kind::Send) else { return Vec::new() };
        let (start, later) = (acts[sent].at, &acts[sent + 1..]);
        let rules = ["reaction", "acknowledgement"].into_iter().zip(self.made(alert).deadlines);
        let known = rules.filter_map(|(rule, length)| {
            let is_met = |act: &&&Act| match rule {
                "reaction" => act.is_reaction(),
                _ => act.kind == Kind::Acknowledge,
            };
            let is_end = |act: &&&Act| matches!(act.kind, Kind::Withdraw | Kind::Revoke);
            let stopped = later.iter().find(is_met).map(|act| act.at);
            let ended = later.iter().find(is_end).map(|act| act.at);
            let cancelled = ended.filter(|ended| stopped.is_none_or(|stopped| *ended < stopped));
            let stopped = stopped.filter(|_| cancelled.is_none());
            Some(ticked(later, rule, (start, length?), (stopped, cancelled), now))
        });
        known.collect()
    }
}

/// A clock, moment by moment: none of those counts in which a question is open.
fn ticked(
    later: &[&Act],
    rule: &'static str,
    (start, length): (i64, i64),
    (stopped, cancelled): (Option<i64>, Option<i64>),
    now: i64,
) -> Deadline {
    let end = stopped.or(cancelled);
    let mut clock = Deadline { rule, start, due: start + length, pauses: Vec::new(), stopped, cancelled };
    for moment in start..=now {
        for act in later.iter().filter(|act| act.at == moment) {
            let is_open = |(asked, _, until): &&mut (usize, i64, Option<i64>), question| {
                *asked == question && until.is_none()
            };
            match act.kind {
                // One whose time is over does not stand still any more.
                Kind::Ask(question) if moment < clock.due && end.is_none_or(|end| moment < end) => {
                    clock.pauses.push((question, moment, None));
                }
                Kind::Answer(question) => {
                    let open = clock.pauses.iter_mut().find(|pause| is_open(pause, question));
                    open.into_iter().for_each(|pause| pause.2 = Some(moment));
                }
                _ => {}
            }
        }
        if end == Some(moment) {
            let open = clock.pauses.iter_mut().filter(|pause| pause.2.is_none());
            open.for_each(|pause| pause.2 = Some(moment));
        }
        let stands_still = clock.pauses.iter().any(|(_, _, until)| until.is_none());
        if stands_still && moment < now {
            clock.due += 1;
        }
    }
    clock
}

const STATES: [FollowUpState; 5] = [
    FollowUpState::Investigating,
    FollowUpState::Traced,
    FollowUpState::NotTraced,
    FollowUpState::NoMeasure,
    FollowUpState::Closed,
];

fn kind() -> impl Strategy<Value = Kind> {
    let narrowed = (any::<bool>(), any::<bool>());
    prop_oneof![
        6 => Just(Kind::Send),
        2 => Just(Kind::Acknowledge),
        5 => prop::sample::select(STATES.to_vec()).prop_map(Kind::Step),
        2 => (0..=2).prop_map(Kind::Measure),
        2 => (0..2_usize).prop_map(Kind::Ask),
        5 => (0..2_usize).prop_map(Kind::Answer),
        1 => (1..=3).prop_map(Kind::Update),
        1 => narrowed.prop_map(|(risk, sold_online)| Kind::Narrow(Narrowed { risk, sold_online })),
        1 => Just(Kind::Withdraw),
        2 => Just(Kind::Revoke),
    ]
}

fn made() -> impl Strategy<Value = Made> {
    let first = days().0;
    let imported = (-3..33_i64, any::<bool>());
    let imported = prop::option::weighted(
        0.25,
        imported.prop_map(move |(after, is_published)| {
            (first.saturating_add(jiff::Span::new().days(after)), is_published)
        }),
    );
    let marks = (prop::bool::weighted(0.15), prop::bool::weighted(0.1), prop::option::of(any::<bool>()));
    let deadlines = prop::array::uniform2(prop::option::of(5..60_i64));
    let country = prop::sample::select(vec![None, Some("NL"), Some("PL")]);
    (marks, imported, country, 1..=3, deadlines).prop_map(|(marks, imported, country, risk, deadlines)| {
        Made {
            is_exercise: marks.0,
            follows_up: marks.1,
            sold_online: marks.2,
            imported,
            country,
            risk,
            deadlines,
        }
    })
}

/// Histories, of which acts that cannot be are left out.
pub fn histories() -> impl Strategy<Value = History> {
    let made = prop::collection::vec(made(), ALERTS.len());
    let acts = prop::collection::vec((ALERTS, 0..2_usize, 0..4_i64, kind()), 0..200);
    (made, acts).prop_map(|(made, raw)| {
        let (mut acts, mut now) = (Vec::new(), 0);
        let mut stands: Vec<Stand> = ALERTS.map(|_| Stand::default()).collect();
        for (alert, to, wait, kind) in raw {
            now += wait;
            let to = to % recipients(alert).len();
            if stands[alert as usize].takes(to, kind) {
                // No two at the same moment, so that their order is that of their times.
                now += 1;
                acts.push(Act { alert, to: recipients(alert)[to], at: now, kind });
            }
        }
        History { made, acts }
    })
}

/// How an alert stands.
#[derive(Clone, Copy, Default)]
struct Stand {
    is_withdrawn: bool,
    sendings: [Sending; 2],
}

/// How it stands with one recipient.
#[derive(Clone, Copy, Default)]
struct Sending {
    is_sent: bool,
    is_acknowledged: bool,
    is_asked: [bool; 2],
}

impl Stand {
    fn takes(&mut self, to: usize, kind: Kind) -> bool {
        let is_sent_at_all = self.sendings.iter().any(|sending| sending.is_sent);
        let (sending, is_withdrawn) = (&mut self.sendings[to], self.is_withdrawn);
        let may = match kind {
            Kind::Step(FollowUpState::Closed) => sending.is_sent,
            _ if is_withdrawn => false,
            Kind::Send => !sending.is_sent,
            Kind::Acknowledge => sending.is_sent && !sending.is_acknowledged,
            Kind::Step(_) | Kind::Measure(_) | Kind::Revoke => sending.is_sent,
            Kind::Ask(question) => sending.is_sent && !sending.is_asked[question],
            Kind::Answer(question) => sending.is_sent && sending.is_asked[question],
            Kind::Update(_) | Kind::Narrow(_) | Kind::Withdraw => is_sent_at_all,
        };
        if may {
            match kind {
                Kind::Send => *sending = Sending { is_sent: true, ..Sending::default() },
                Kind::Acknowledge => sending.is_acknowledged = true,
                Kind::Ask(question) => sending.is_asked[question] = true,
                Kind::Answer(question) => sending.is_asked[question] = false,
                Kind::Withdraw => self.is_withdrawn = true,
                Kind::Revoke => *sending = Sending::default(),
                Kind::Step(_) | Kind::Measure(_) | Kind::Update(_) | Kind::Narrow(_) => {}
            }
        }
        may
    }
}
