//! Alerts before and after an activity: a comparison, and not causal.
//!
//! Invariant: what is counted after it lies in the time that is known, and rates are by that time; each alert counts once in what
//! is meant together or in the others, never in both.

use jiff::{SignedDuration, Timestamp};
use seamless_statistics::{EventCount, RateRatio, StatisticsError, rate_ratio};

use super::{KnownAlert, LEVEL, ProductAreas};
use crate::domain::model::{ProductAreaId, RiskType};

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Days by which rates are given.
pub const RATE_DAYS: f64 = 30.0;

/// From the first instant to the one that is not in it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

/// The times that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComparedTimes {
    pub before: Span,
    pub after: Span,
    /// Everything that happened by then is known.
    pub known_until: Timestamp,
}

/// Counts before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// None for all that are meant.
    pub of: Option<(ProductAreaId, RiskType)>,
    pub before: u64,
    pub after: u64,
    /// Of how many before, and after, no day is known: they count from the first of their month.
    pub day_unknown: [u64; 2],
}

/// All comparisons of an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Of any of its hazards in any of its areas.
    pub together: Comparison,
    /// By area and hazard, in the order in which the activity has them.
    pub each: Vec<Comparison>,
    /// All other alerts.
    pub others: Comparison,
}

impl Span {
    /// Its length in days of 24 hours.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.end.duration_since(self.start).as_secs_f64().max(0.0) / DAY
    }

    fn has(&self, time: Timestamp) -> bool {
        (self.start..self.end).contains(&time)
    }
}

impl ComparedTimes {
    /// The times of something that took place from `begins` to `ends`.
    #[must_use]
    pub fn around(begins: Timestamp, ends: Timestamp, days: u32, known_until: Timestamp) -> Self {
        let length = SignedDuration::from_hours(24 * i64::from(days));
        Self {
            before: Span { start: begins.checked_sub(length).unwrap_or(Timestamp::MIN), end: begins },
            after: Span { start: ends, end: ends.checked_add(length).unwrap_or(Timestamp::MAX) },
            known_until,
        }
    }

    /// The part of the time after it that is known; empty before its end is.
    #[must_use]
    pub fn known_after(&self) -> Span {
        Span { start: self.after.start, end: self.known_until.clamp(self.after.start, self.after.end) }
    }

    /// The part of the time before it that is known.
    #[must_use]
    pub fn known_before(&self) -> Span {
        Span { start: self.before.start, end: self.known_until.clamp(self.before.start, self.before.end) }
    }
}

impl Comparison {
    /// How many in 30 days before; none as long as no time is known.
    #[must_use]
    pub fn rate_before(&self, times: &ComparedTimes) -> Option<f64> {
        rate(self.before, times.known_before().days())
    }

    /// How many in 30 days after; none as long as no time is known.
    #[must_use]
    pub fn rate_after(&self, times: &ComparedTimes) -> Option<f64> {
        rate(self.after, times.known_after().days())
    }

    /// How many times as often after as before; none where there is nothing to compare.
    ///
    /// # Errors
    /// Beyond 1e9 alerts.
    pub fn ratio(&self, times: &ComparedTimes) -> Result<Option<RateRatio>, StatisticsError> {
        let (before, after) = (times.known_before().days(), times.known_after().days());
        if before <= 0.0 || after <= 0.0 {
            return Ok(None);
        }
        let first = EventCount { events: self.after, exposure: after };
        rate_ratio(first, EventCount { events: self.before, exposure: before }, LEVEL)
    }

    fn count(&mut self, alert: &KnownAlert, is_after: bool) {
        self.day_unknown[usize::from(is_after)] += u64::from(alert.facts.day_unknown);
        match is_after {
            true => self.after += 1,
            false => self.before += 1,
        }
    }
}

fn rate(count: u64, days: f64) -> Option<f64> {
    (days > 0.0).then(|| count as f64 * RATE_DAYS / days)
}

/// Counts alerts; those in neither time are passed over.
#[must_use]
pub fn compare(
    alerts: &[KnownAlert],
    areas: &ProductAreas,
    meant: (&[ProductAreaId], &[RiskType]),
    times: &ComparedTimes,
) -> Compared {
    let pairs = meant.0.iter().flat_map(|area| meant.1.iter().map(move |hazard| (area.clone(), *hazard)));
    let each = pairs.map(|of| Comparison { of: Some(of), ..Comparison::default() }).collect();
    let mut compared = Compared { together: Comparison::default(), each, others: Comparison::default() };
    let (before, after) = (times.known_before(), times.known_after());
    for alert in alerts {
        let is_after = after.has(alert.time);
        if !is_after && !before.has(alert.time) {
            continue;
        }
        let area = alert.facts.category.and_then(|category| areas.of(category));
        let is_about = |one: &Comparison| {
            one.of
                .as_ref()
                .is_some_and(|(of, hazard)| area == Some(of) && alert.facts.hazards.contains(hazard))
        };
        let mut is_meant = false;
        for one in compared.each.iter_mut().filter(|one| is_about(one)) {
            one.count(alert, is_after);
            is_meant = true;
        }
        match is_meant {
            true => compared.together.count(alert, is_after),
            false => compared.others.count(alert, is_after),
        }
    }
    compared
}
