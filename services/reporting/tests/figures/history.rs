//! Random histories: alerts of the EU that are sent to China and Canada, and alerts of Canada that are sent to the EU; how they are
//! handled, asked about, assessed, narrowed, withdrawn, revoked and sent again, and what becomes of the offers that they name. What each
//! side is shown of them tells `told`; what may happen when, `stand`.

use jiff::{Timestamp, civil::Date};
use seamless_proto::seamless::notifications::v1::{ConversationState, FollowUpState, ListingStatus};

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
    /// Of risk.
    pub level: i32,
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

/// What happens. Updates, narrowings, withdrawals, the notifier's looks and what an alert names are of the alert, whomever it was sent to.
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
    /// The recipient raises a flag (of even number) or the notifier does, or begins a discussion (the last).
    Flag(usize),
    /// The flag raised last comes to another state.
    FlagStep(usize, ConversationState),
    /// Which offers the alert names, by bits.
    Name(u8),
    /// The recipient reports the offer that no alert names.
    Report,
    /// The recipient looks at an offer.
    Look(usize, ListingStatus),
    /// The notifier does.
    OwnLook(usize, ListingStatus),
    /// The recipient assesses the risk, or takes that back.
    Assess(Option<i32>),
    /// The recipient confirms the oldest removal that it did not.
    Confirm,
    /// The ledger proves something of the sending.
    Prove(Proof),
}

/// What a ledger proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Delivered,
    Opened,
    /// By its number; 0 where it is not said.
    Unreadable(i32),
}

/// The discussion among flags.
pub const DISCUSSION: usize = 3;
/// How many offers an alert may name.
pub const NAMED: usize = 2;
/// The offer that recipients report.
pub const REPORTED: usize = 2;

/// The address of an offer.
pub fn url(offer: usize) -> String {
    format!("https://shop.example/{offer}")
}

/// What is kept from all but the originator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    pub risk: bool,
    pub sold_online: bool,
    pub listings: bool,
}

/// Some alerts, and all that happened to them.
#[derive(Clone, Debug)]
pub struct History {
    pub made: Vec<Made>,
    /// In their order, no two at the same moment.
    pub acts: Vec<Act>,
    /// Every other right that ends, ends since the recipient left the arrangement.
    pub leaves: bool,
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
        use Kind::{Name, Narrow, OwnLook, Update, Withdraw};
        matches!(self.kind, Update(_) | Narrow(_) | Withdraw | Name(_) | OwnLook(..))
    }

    /// Whether the recipient reacts in substance.
    pub fn is_reaction(&self) -> bool {
        use FollowUpState::{NoMeasure, NotTraced, Traced};
        matches!(self.kind, Kind::Measure(_) | Kind::Step(Traced | NotTraced | NoMeasure))
    }
}

impl History {
    /// Whether a right ended since the recipient left the arrangement, and not since it was taken off.
    pub fn is_left(&self, revoked: &Act) -> bool {
        self.leaves && revoked.at % 2 == 0
    }

    /// What an alert is from the beginning.
    pub fn made(&self, alert: u32) -> &Made {
        &self.made[alert as usize]
    }

    /// All that happened to an alert, but for what concerns another recipient than this one.
    pub fn of(&self, alert: u32, to: &str) -> Vec<&Act> {
        self.acts.iter().filter(|act| act.alert == alert && (act.to == to || act.is_of_alert())).collect()
    }

    /// What is shown of an alert when all up to a moment has happened: whether less than all, and which offers it names.
    pub fn shown_at(&self, alert: u32, now: i64) -> (Narrowed, u8) {
        let (mut narrowed, mut named) = (Narrowed::default(), 1);
        for act in self.acts.iter().filter(|act| act.alert == alert && act.at <= now) {
            match act.kind {
                Kind::Narrow(other) => narrowed = other,
                Kind::Name(offers) => named = offers,
                _ => {}
            }
        }
        (narrowed, named)
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
