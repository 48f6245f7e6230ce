//! How long it takes until something ends, where not all have ended yet.

use crate::half::Product;
use crate::normal::two_sided;
use crate::rate::checked_level;
use crate::{Interval, StatisticsError};

/// How a spell was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// What is waited for happened.
    Event,
    /// It had not happened when last looked.
    Censored,
}

/// One case from its begin until it ended or was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spell {
    /// How long, in microseconds, not below 0. (Only order counts: any other unit would do.)
    pub duration: i64,
    /// How it was left.
    pub end: End,
}

/// The time after which half of the cases have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Median {
    /// The smallest time at which the estimate is at most one half. (R gives the middle of a step exactly at one half.)
    At(i64),
    /// The estimate stays above one half as far as was looked.
    FewerThanHalf,
    /// There is no spell.
    NoCases,
}

/// Between which times one lies. An end is missing where its limit is never reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeInterval {
    /// Lower end.
    pub lower: Option<i64>,
    /// Upper end.
    pub upper: Option<i64>,
    /// The level, between 0 and 1.
    pub level: f64,
}

/// What is known of a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurvivalAt {
    /// S: the share that lasts longer than the time.
    pub survival: f64,
    /// Greenwood's standard error of S; none where S is 0.
    pub standard_error: Option<f64>,
    /// The confidence interval of S; none where S is 0 or 1.
    pub interval: Option<Interval>,
    /// How many spells are at least as long as the time.
    pub at_risk: u64,
    /// How many events there were up to the time, that one included.
    pub events: u64,
}

impl SurvivalAt {
    /// 1 − S: the share that ends within the time.
    pub fn within(&self) -> f64 {
        1.0 - self.survival
    }

    /// The confidence interval of [`Self::within`]; none where S is 0 or 1.
    pub fn within_interval(&self) -> Option<Interval> {
        self.interval.map(mirrored)
    }
}

/// A time at which events happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) time: i64,
    pub(crate) at_risk: u64,
    pub(crate) events: u64,
    /// Events up to here, these included.
    pub(crate) events_so_far: u64,
    /// S from here on.
    pub(crate) survival: f64,
    /// Greenwood's variance of ln S, Σ d/(n(n−d)); infinite where none remains.
    pub(crate) log_variance: f64,
}

/// The product-limit estimate over all times.
#[derive(Clone, Debug)]
pub struct Survival {
    durations: Vec<i64>,
    steps: Vec<Step>,
    median: Median,
}

/// The product-limit estimate S(t) = Π (n − d)/n over the times up to t at which d of the n still at risk ended [E. L. Kaplan
/// and P. Meier, JASA 53 (1958) 457]. At one time events come before censorings; the order of the spells does not matter.
pub fn kaplan_meier(spells: &[Spell]) -> Survival {
    let mut sorted: Vec<_> = spells.iter().map(|spell| (spell.duration, spell.end == End::Event)).collect();
    sorted.sort_unstable();
    let mut at_risk = sorted.len() as u64;
    let mut product = Product::new();
    let (mut steps, mut log_variance, mut events_so_far) = (Vec::new(), 0.0, 0);
    let mut median = if sorted.is_empty() { Median::NoCases } else { Median::FewerThanHalf };
    for tied in sorted.chunk_by(|left, right| left.0 == right.0) {
        let events = tied.iter().filter(|(_, event)| *event).count() as u64;
        if let (Some(&(time, _)), true) = (tied.first(), events > 0) {
            let remaining = at_risk - events;
            product.times(at_risk, remaining);
            events_so_far += events;
            log_variance += events as f64 / (at_risk as f64 * remaining as f64);
            steps.push(Step {
                time,
                at_risk,
                events,
                events_so_far,
                survival: product.value(),
                log_variance,
            });
            if median == Median::FewerThanHalf && product.at_most_half() {
                median = Median::At(time);
            }
        }
        at_risk -= tied.len() as u64;
    }
    Survival { durations: sorted.into_iter().map(|(duration, _)| duration).collect(), steps, median }
}

impl Survival {
    /// How many spells there are.
    pub fn spells(&self) -> u64 {
        self.durations.len() as u64
    }

    /// How many of them ended with the event.
    pub fn events(&self) -> u64 {
        self.steps.last().map_or(0, |step| step.events_so_far)
    }

    /// The times at which the estimate falls, ascending.
    pub fn event_times(&self) -> impl ExactSizeIterator<Item = i64> {
        self.steps.iter().map(|step| step.time)
    }

    /// The median. The comparison with one half is exact.
    pub fn median(&self) -> Median {
        self.median
    }

    /// The confidence interval of the median [R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29]: the first time at which
    /// the lower, and the first at which the upper limit of S, as [`Self::at`] gives them, is at most one half.
    ///
    /// # Errors
    /// [`StatisticsError::Level`].
    pub fn median_interval(&self, level: f64) -> Result<TimeInterval, StatisticsError> {
        let z = two_sided(checked_level(level)?);
        let (mut lower, mut upper) = (None, None);
        for step in &self.steps {
            let Some(limits) = log_log(step.survival, step.log_variance, z, level) else { continue };
            if limits.lower <= 0.5 {
                lower = lower.or(Some(step.time));
            }
            if limits.upper <= 0.5 {
                upper = Some(step.time);
                break;
            }
        }
        Ok(TimeInterval { lower, upper, level })
    }

    /// S at a time, with the interval S^exp(±z·√v/ln S), v being Greenwood's variance of ln S: the limits of ln(−ln S)
    /// [J. D. Kalbfleisch and R. L. Prentice 1980], R's `conf.type = "log-log"`. Where S is 1 or 0 that transform is infinite
    /// and R's `survfit` gives NA for both limits; here the interval is none.
    ///
    /// None where nothing is known: without spells, and after the longest spell unless that ended with the event. Before
    /// the first event S is 1.
    ///
    /// # Errors
    /// [`StatisticsError::Level`].
    pub fn at(&self, time: i64, level: f64) -> Result<Option<SurvivalAt>, StatisticsError> {
        let z = two_sided(checked_level(level)?);
        if !self.known_at(time) {
            return Ok(None);
        }
        let at_risk = (self.durations.len() - self.durations.partition_point(|&other| other < time)) as u64;
        let Some(step) = self.steps_until(time).last() else {
            let nothing_yet =
                SurvivalAt { survival: 1.0, standard_error: Some(0.0), interval: None, at_risk, events: 0 };
            return Ok(Some(nothing_yet));
        };
        let &Step { survival, log_variance, events_so_far, .. } = step;
        Ok(Some(SurvivalAt {
            survival,
            standard_error: (survival > 0.0).then(|| survival * libm::sqrt(log_variance)),
            interval: log_log(survival, log_variance, z, level),
            at_risk,
            events: events_so_far,
        }))
    }

    /// Whether the estimate reaches to the time.
    fn known_at(&self, time: i64) -> bool {
        let all_ended = self.steps.last().is_some_and(|step| step.events == step.at_risk);
        all_ended || self.durations.last().is_some_and(|&longest| time <= longest)
    }

    /// The times of events up to a time.
    pub(crate) fn steps_until(&self, time: i64) -> &[Step] {
        self.steps.get(..self.steps.partition_point(|step| step.time <= time)).unwrap_or_default()
    }

    /// All times of events.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

/// The limits of a survival that lie z standard errors from it on the scale of ln(−ln S), given the variance of ln S.
pub(crate) fn log_log(survival: f64, log_variance: f64, z: f64, level: f64) -> Option<Interval> {
    if survival <= 0.0 || survival >= 1.0 {
        return None;
    }
    let log = libm::log(survival);
    let shift = z * libm::sqrt(log_variance) / -log;
    Some(Interval {
        lower: libm::exp(log * libm::exp(shift)).min(survival),
        upper: libm::exp(log * libm::exp(-shift)).max(survival),
        level,
    })
}

/// The interval of 1 − x, given that of x.
pub(crate) fn mirrored(interval: Interval) -> Interval {
    Interval { lower: 1.0 - interval.upper, upper: 1.0 - interval.lower, level: interval.level }
}
