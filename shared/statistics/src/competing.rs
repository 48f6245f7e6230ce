//! How cases end, of several ways of which each precludes the others.

use std::collections::BTreeMap;

use crate::normal::two_sided;
use crate::rate::checked_level;
use crate::survival::{Step, log_log, mirrored};
use crate::{End, Interval, Spell, StatisticsError, Survival, kaplan_meier};

/// One case from its begin until it ended in one of several ways or was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CompetingSpell {
    /// How long, in microseconds, not below 0.
    pub duration: i64,
    /// How it ended, by the caller's number; none where it had not ended when last looked.
    pub outcome: Option<usize>,
}

/// How much of the cases one outcome has taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incidence {
    /// The outcome, by the caller's number.
    pub outcome: usize,
    /// The share of the cases that ended so within the time.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its confidence interval; none where the value is 0 or 1.
    pub interval: Option<Interval>,
    /// How many did.
    pub events: u64,
}

/// What is known of a time.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidenceAt {
    /// The share that has not ended; with the incidences of all outcomes it sums to 1.
    pub survival: f64,
    /// How many spells are at least as long as the time.
    pub at_risk: u64,
    /// Each outcome that occurs among the spells, even if later, by ascending number. Of any other nothing was seen.
    pub incidences: Vec<Incidence>,
}

impl IncidenceAt {
    /// One outcome; none where no spell ended so.
    pub fn of(&self, outcome: usize) -> Option<&Incidence> {
        self.incidences.iter().find(|incidence| incidence.outcome == outcome)
    }
}

/// The incidence of one outcome at each of the times at which any happened.
#[derive(Clone, Debug)]
struct Curve {
    outcome: usize,
    /// How many ended so at that time.
    events: Vec<u64>,
    /// The share that did, up to and including that time.
    shares: Vec<f64>,
}

/// The incidence of each outcome over all times.
#[derive(Clone, Debug)]
pub struct CompetingIncidence {
    any: Survival,
    curves: Vec<Curve>,
}

/// The estimate F_k(t) = Σ S(before)·d_k/n over the times up to t, S being the product-limit estimate of all outcomes together
/// [O. O. Aalen and S. Johansen, Scand. J. Statist. 5 (1978) 141]. Unlike 1 − S with other outcomes taken for censored, it
/// is the share that will have ended so. At one time outcomes come before censorings.
pub fn cumulative_incidence(spells: &[CompetingSpell]) -> CompetingIncidence {
    let of_any = |spell: &CompetingSpell| Spell {
        duration: spell.duration,
        end: if spell.outcome.is_some() { End::Event } else { End::Censored },
    };
    let any = kaplan_meier(&spells.iter().map(of_any).collect::<Vec<_>>());
    let mut counts: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for spell in spells {
        let step = any.steps().binary_search_by_key(&spell.duration, |step| step.time);
        let (Some(outcome), Ok(step)) = (spell.outcome, step) else { continue };
        let counts = counts.entry(outcome).or_insert_with(|| vec![0; any.steps().len()]);
        if let Some(count) = counts.get_mut(step) {
            *count += 1;
        }
    }
    let curve = |(outcome, events): (usize, Vec<u64>)| {
        let mut share = 0.0;
        let shares = with_survival_before(any.steps())
            .zip(&events)
            .map(|((step, before), &events)| {
                share += before * (events as f64 / step.at_risk as f64);
                share
            })
            .collect();
        Curve { outcome, events, shares }
    };
    let curves = counts.into_iter().map(curve).collect();
    CompetingIncidence { any, curves }
}

impl CompetingIncidence {
    /// The time until any of the outcomes.
    pub fn any(&self) -> &Survival {
        &self.any
    }

    /// The incidences at a time. Variance by the delta method [E. Marubini and M. G. Valsecchi 1995, 10.2], which is F(1 − F)/n
    /// without censoring and Greenwood's with one outcome; interval on the scale of ln(−ln(1 − F)), as that of
    /// [`Survival::at`].
    ///
    /// None where nothing is known: without spells, and after the longest spell unless that ended.
    ///
    /// # Errors
    /// [`StatisticsError::Level`].
    pub fn at(&self, time: i64, level: f64) -> Result<Option<IncidenceAt>, StatisticsError> {
        let z = two_sided(checked_level(level)?);
        let Some(any) = self.any.at(time, level)? else { return Ok(None) };
        let steps = self.any.steps_until(time);
        let share = |curve: &Curve| {
            steps.len().checked_sub(1).and_then(|last| curve.shares.get(last)).copied().unwrap_or(0.0)
        };
        let incidence = |curve: &Curve| {
            let value = share(curve);
            let others = self.curves.iter().filter(|other| other.outcome != curve.outcome);
            // Not 1 − value, which rounding would keep from being 0.
            let rest = any.survival + others.map(share).sum::<f64>();
            let variance = variance(steps, curve, value);
            let interval = if value > 0.0 { log_log(rest, variance / (rest * rest), z, level) } else { None };
            Incidence {
                outcome: curve.outcome,
                value,
                standard_error: libm::sqrt(variance),
                interval: interval.map(mirrored),
                events: curve.events.iter().take(steps.len()).sum(),
            }
        };
        Ok(Some(IncidenceAt {
            survival: any.survival,
            at_risk: any.at_risk,
            incidences: self.curves.iter().map(incidence).collect(),
        }))
    }
}

/// Each time with the survival just before it.
fn with_survival_before(steps: &[Step]) -> impl Iterator<Item = (&Step, f64)> {
    let before = core::iter::once(1.0).chain(steps.iter().map(|step| step.survival));
    steps.iter().zip(before)
}

/// The variance of the `value` that a curve has after `steps`.
fn variance(steps: &[Step], curve: &Curve, value: f64) -> f64 {
    let at_each = with_survival_before(steps).zip(curve.events.iter().zip(&curve.shares));
    let sum: f64 = at_each
        .map(|((step, before), (&events, &share))| {
            let (at_risk, later) = (step.at_risk as f64, value - share);
            let part = events as f64 / at_risk;
            let own = before * before * part * (1.0 - part) / at_risk;
            if step.events == step.at_risk {
                return own; // Nothing comes later.
            }
            let any = step.events as f64 / (at_risk * (step.at_risk - step.events) as f64);
            later * later * any + own - 2.0 * later * before * part / at_risk
        })
        .sum();
    sum.max(0.0)
}
