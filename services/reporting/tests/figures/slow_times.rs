//! How long it takes, and what came of deadlines, in the plainest way: Kaplan–Meier and Aalen–Johansen over whole moments and exact
//! fractions.

use std::collections::{BTreeMap, BTreeSet};

use seamless_proto::seamless::notifications::v1::FollowUpState;
use seamless_reporting::domain::content::Value;

use crate::{
    CUT, START,
    history::{A_DAY, Act, Kind, Proof},
    slow::One,
};

/// A value as it should be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    Count(u64),
    /// None where it is of nothing.
    Share(Option<Fraction>),
    /// A mean, or another number; none where it is of nothing.
    Number(Option<Fraction>),
    /// The id of a word.
    Word(String),
    /// There are cases, but nobody waited so long, and some still wait.
    NotYetKnown,
    /// In moments.
    Days(Half),
}

/// When half have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    At(i64),
    NotYet,
    NoCases,
}

/// A number that is not below 0, exactly, in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction(u128, u128);

/// How long, and whether by then it had come: otherwise nobody looked any further.
pub type Waited = (i64, bool);

impl Wanted {
    /// A share of so many.
    pub fn share(part: u64, whole: u64) -> Self {
        Self::Share(Fraction::of(part, whole))
    }

    /// Whether a value of a report says the same.
    pub fn is(&self, value: &Value) -> bool {
        let is_near = |said: f64, wanted: f64| (said - wanted).abs() < 1e-9;
        match (self, value) {
            (Self::Count(wanted), Value::Count(said)) => wanted == said,
            (Self::Word(wanted), Value::Word(said)) => wanted == said.id,
            (Self::Share(Some(wanted)), Value::Share(said)) => is_near(said.value, wanted.decimal()),
            (Self::Days(Half::At(wanted)), Value::Days(said)) => {
                is_near(said.value, *wanted as f64 / A_DAY as f64)
            }
            (Self::Days(Half::NotYet), Value::FewerThanHalf) => true,
            (Self::Number(Some(wanted)), Value::Number(said)) => is_near(said.value, wanted.decimal()),
            (Self::Share(None) | Self::Number(None) | Self::Days(Half::NoCases), Value::NoCases) => true,
            (Self::NotYetKnown, Value::NotYetKnown) => true,
            _ => false,
        }
    }
}

impl Fraction {
    const ZERO: Self = Self(0, 1);
    const ONE: Self = Self(1, 1);

    pub fn of(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then(|| Self(part.into(), whole.into()).reduced())
    }

    fn reduced(self) -> Self {
        let (mut one, mut other) = (self.0, self.1);
        while other > 0 {
            (one, other) = (other, one % other);
        }
        Self(self.0 / one, self.1 / one)
    }

    fn times(self, other: Self) -> Self {
        Self(self.0 * other.0, self.1 * other.1).reduced()
    }

    fn plus(self, other: Self) -> Self {
        Self(self.0 * other.1 + other.0 * self.1, self.1 * other.1).reduced()
    }

    /// What is left of 1.
    fn rest(self) -> Self {
        Self(self.1 - self.0, self.1).reduced()
    }

    fn is_at_most_half(self) -> bool {
        2 * self.0 <= self.1
    }

    fn decimal(self) -> f64 {
        self.0 as f64 / self.1 as f64
    }
}

/// From the sending to an event, or to where nobody looks any further: the cut, or the end of the case.
pub fn waited(one: &One<'_>, event: Option<i64>) -> Waited {
    let until = one.over().map_or(CUT, |over| over.min(CUT));
    match event.filter(|at| *at <= until && *at < CUT) {
        Some(at) => (at - one.sent, true),
        None => (until - one.sent, false),
    }
}

/// The same without the moments in which a clock stood still.
pub fn waited_net(one: &One<'_>, event: Option<i64>) -> Waited {
    let (waited, has_come) = waited(one, event);
    let deadlines = one.deadlines();
    let stands_still = |moment: &i64| {
        let mut pauses = deadlines.iter().flat_map(|deadline| &deadline.pauses);
        pauses.any(|(_, from, until)| from <= moment && until.is_none_or(|until| *moment < until))
    };
    let still = (one.sent..one.sent + waited).filter(stands_still).count() as i64;
    (waited - still, has_come)
}

/// How many moments of the period clocks stood still, over all, and of how many sendings.
pub fn paused(ones: &[&One<'_>]) -> (i64, u64) {
    let (mut sum, mut cases) = (0, 0);
    for one in ones {
        let until = one.over().map_or(CUT, |over| over.min(CUT));
        let deadlines = one.deadlines();
        let stands_still = |moment: &i64| {
            let mut pauses = deadlines.iter().flat_map(|deadline| &deadline.pauses);
            pauses.any(|(_, from, until)| from <= moment && until.is_none_or(|until| *moment < until))
        };
        let still = (START.max(one.sent)..until).filter(stands_still).count() as i64;
        sum += still;
        cases += u64::from(still > 0);
    }
    (sum, cases)
}

/// The times at which it came.
fn times(all: &[Waited]) -> BTreeSet<i64> {
    all.iter().filter(|(_, has_come)| *has_come).map(|(waited, _)| *waited).collect()
}

/// The share for which it has not come after so many moments: the product over each time of the share that went on waiting.
fn survival(all: &[Waited], until: i64) -> Fraction {
    let mut share = Fraction::ONE;
    for time in times(all).range(..=until) {
        let at_risk = all.iter().filter(|(waited, _)| waited >= time).count() as u64;
        let came = all.iter().filter(|one| **one == (*time, true)).count() as u64;
        share = share.times(Fraction::of(at_risk - came, at_risk).unwrap());
    }
    share
}

/// A share after so many moments, as far as anything is known then: somebody waited as long, or nobody waits any more.
fn known(all: &[Waited], at: i64, share: impl FnOnce() -> Fraction) -> Wanted {
    let is_known = all.iter().any(|(waited, _)| *waited >= at) || survival(all, i64::MAX) == Fraction::ZERO;
    match (all.is_empty(), is_known) {
        (true, _) => Wanted::Share(None),
        (false, true) => Wanted::Share(Some(share())),
        (false, false) => Wanted::NotYetKnown,
    }
}

/// When half have come.
pub fn half(all: &[Waited]) -> Wanted {
    let first = times(all).into_iter().find(|time| survival(all, *time).is_at_most_half());
    Wanted::Days(match (first, all.is_empty()) {
        (_, true) => Half::NoCases,
        (Some(time), false) => Half::At(time),
        (None, false) => Half::NotYet,
    })
}

/// The share for which it has come within so many days.
pub fn within(all: &[Waited], days: i64) -> Wanted {
    let at = days * A_DAY;
    known(all, at, || survival(all, at).rest())
}

/// The days within which shares are told.
pub const DAYS: [i64; 4] = [7, 21, 45, 90];

/// When a sending came to a stage.
type When<'a> = &'a dyn Fn(&One<'_>) -> Option<i64>;

/// How many there are, how many came to each stage, after what time half of them, and which shares within some days; with `waited` or
/// `waited_net`.
pub fn stages(ones: &[&One<'_>], waited: fn(&One<'_>, Option<i64>) -> Waited) -> Vec<(String, Vec<Wanted>)> {
    use FollowUpState::{Closed, Investigating, NotTraced, Traced};
    let is_traced = |act: &Act| matches!(act.kind, Kind::Step(Traced | NotTraced));
    let first: [(&str, When<'_>); 7] = [
        ("delivered", &|one| one.proved(Proof::Delivered)),
        ("opened", &|one| one.proved(Proof::Opened)),
        ("acknowledged", &|one| one.first(|act| act.kind == Kind::Acknowledge)),
        ("investigated", &|one| one.first(|act| act.kind == Kind::Step(Investigating))),
        ("tracing_done", &|one| one.first(is_traced)),
        ("reacted", &|one| one.reacted()),
        ("closed", &|one| one.first(|act| act.kind == Kind::Step(Closed))),
    ];
    let rows = first.map(|(id, first)| {
        let all: Vec<Waited> = ones.iter().map(|one| waited(one, first(one))).collect();
        let came = all.iter().filter(|(_, has_come)| *has_come).count() as u64;
        let counts = [Wanted::Count(all.len() as u64), Wanted::Count(came), half(&all)];
        let shares = DAYS.map(|days| within(&all, days));
        (id.to_owned(), counts.into_iter().chain(shares).collect())
    });
    rows.into()
}

/// Which end came first: how often, and with which share within some days while the others may come first.
pub fn outcomes(ones: &[&One<'_>]) -> Vec<(String, Vec<Wanted>)> {
    use FollowUpState::{Closed, NoMeasure};
    const NAMES: [&str; 4] = ["measure", "no_measure", "closed", "taken_back"];
    let ended: Vec<(Waited, &str)> = ones
        .iter()
        .map(|one| {
            let outcome = |act: &&&Act| match act.kind {
                Kind::Measure(_) => Some("measure"),
                Kind::Step(NoMeasure) => Some("no_measure"),
                Kind::Step(Closed) => Some("closed"),
                _ => None,
            };
            let step = one.acts.iter().find(|act| outcome(act).is_some() && act.at < CUT);
            let step = step.map(|act| (act.at, outcome(&act).unwrap()));
            let taken_back = one.over().filter(|at| *at < CUT).map(|at| (at, "taken_back"));
            match [step, taken_back].into_iter().flatten().min() {
                Some((at, name)) => ((at - one.sent, true), name),
                None => ((CUT - one.sent, false), ""),
            }
        })
        .collect();
    let all: Vec<Waited> = ended.iter().map(|(waited, _)| *waited).collect();
    let share = |name: &str, days: i64| {
        let mut share = Fraction::ZERO;
        for time in times(&all).range(..=days * A_DAY) {
            let at_risk = all.iter().filter(|(waited, _)| waited >= time).count() as u64;
            let came = ended.iter().filter(|one| **one == ((*time, true), name)).count() as u64;
            let before = survival(&all, time - 1);
            share = share.plus(before.times(Fraction::of(came, at_risk).unwrap()));
        }
        known(&all, days * A_DAY, || share)
    };
    let rows = NAMES.map(|name| {
        let count = ended.iter().filter(|(_, ended)| *ended == name).count() as u64;
        let values = std::iter::once(Wanted::Count(count)).chain(DAYS.map(|days| share(name, days)));
        (name.to_owned(), values.collect())
    });
    rows.into()
}

/// Deadlines that fell due within the period, by rule: all, in time, late, open, and the share in time.
pub fn by_deadline(ones: &[&One<'_>]) -> Vec<(String, Vec<Wanted>)> {
    let mut rules: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
    for deadline in ones.iter().flat_map(|one| one.deadlines()) {
        let is_done = deadline.stopped.is_some_and(|at| at < CUT);
        let is_still = |(_, from, until): &(usize, i64, Option<i64>)| {
            *from < CUT && until.is_none_or(|until| until >= CUT)
        };
        let stands_still = !is_done && deadline.pauses.iter().any(is_still);
        let is_cancelled = deadline.cancelled.is_some_and(|at| at < deadline.due);
        if !(START..CUT).contains(&deadline.due) || stands_still || is_cancelled {
            continue;
        }
        let counts = rules.entry(deadline.rule).or_default();
        counts[0] += 1;
        let at = match is_done {
            true if deadline.stopped.is_some_and(|at| at < deadline.due) => 1,
            true => 2,
            false => 3,
        };
        counts[at] += 1;
    }
    let row = |(rule, counts): (&str, [u64; 4])| {
        let share = Wanted::Share(Fraction::of(counts[1], counts[0]));
        (rule.to_owned(), counts.map(Wanted::Count).into_iter().chain([share]).collect())
    };
    rules.into_iter().map(row).collect()
}

/// How many sendings, alerts, acknowledged, open, reacted to and with a measure there are; the share of deadlines that were kept; and
/// after what time half were reacted to, with pauses and without.
pub fn measures(ones: &[&One<'_>]) -> Vec<Wanted> {
    let count =
        |holds: &dyn Fn(&One<'_>) -> bool| Wanted::Count(ones.iter().filter(|one| holds(one)).count() as u64);
    let is_before = |at: Option<i64>| at.is_some_and(|at| at < CUT);
    let alerts: BTreeSet<u32> = ones.iter().map(|one| one.alert).collect();
    let (mut kept, mut due) = (0, 0);
    for (_, values) in by_deadline(ones) {
        let [Wanted::Count(all), Wanted::Count(in_time), ..] = values[..] else { unreachable!() };
        (kept, due) = (kept + in_time, due + all);
    }
    let waited: Vec<Waited> = ones.iter().map(|one| waited(one, one.reacted())).collect();
    let net: Vec<Waited> = ones.iter().map(|one| waited_net(one, one.reacted())).collect();
    vec![
        count(&|_| true),
        Wanted::Count(alerts.len() as u64),
        count(&|one| is_before(one.first(|act| act.kind == Kind::Acknowledge))),
        count(&|one| one.is_open()),
        count(&|one| is_before(one.reacted())),
        count(&|one| one.is_measured()),
        Wanted::Share(Fraction::of(kept, due)),
        half(&waited),
        half(&net),
    ]
}
