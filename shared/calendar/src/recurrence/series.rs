//! Meetings in a row: a rule, without what it leaves out, and with what was moved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::rule::{Rule, RuleEnd, Until};
use crate::wall_time::{Reading, WallTime};
use crate::{CalendarError, Zones};

/// Meetings that come again. What is stored is what was agreed on; the meetings follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// The first meeting, which the rule gives.
    pub start: WallTime,
    /// How it comes again.
    pub rule: Rule,
    /// Local times of the rule at which no meeting is [EXDATE].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<DateTime>,
    /// Local times of the rule whose meeting is at another time [RECURRENCE-ID], in whatever zone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub moved: BTreeMap<DateTime, WallTime>,
}

/// How much a series may be; the service says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesLimits {
    /// Meetings that the rule gives.
    pub meetings: usize,
    /// Meetings that are left out, and meetings that are moved.
    pub exceptions: usize,
}

/// A meeting of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The local time that the rule gives: by it the meeting is known, also once it was moved [RECURRENCE-ID].
    pub id: DateTime,
    /// When it is.
    pub at: WallTime,
    /// The instant, by the zone data that was asked.
    pub instant: Timestamp,
}

/// What is wrong with a series.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeriesProblem {
    /// A zone is not known, or an instant cannot be represented.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The rule has no end.
    #[error("the rule never ends: it wants COUNT or UNTIL")]
    NeverEnds,
    /// The rule gives more than may be.
    #[error("the rule gives more than {most} meetings: it wants a smaller COUNT or an earlier UNTIL")]
    TooMany {
        /// The most.
        most: usize,
    },
    /// The rule gives nothing from the start on.
    #[error("the rule gives no meeting from {start} on")]
    GivesNothing {
        /// The start.
        start: DateTime,
    },
    /// The rule does not give the start.
    #[error("the rule does not give {start}, at which the series starts; the first that it gives is {first}")]
    StartsOutside {
        /// The start.
        start: DateTime,
        /// The first that the rule gives.
        first: DateTime,
    },
    /// More is left out, or moved, than may be.
    #[error("{given} meetings are {what}, at most {most} are wanted: a new series says it in fewer words")]
    TooManyExceptions {
        /// `left out` or `moved`.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// The most.
        most: usize,
    },
    /// What is left out, or moved, is no meeting of the rule.
    #[error("{at} is to be {what}, but the rule gives no meeting then")]
    NotOfTheRule {
        /// `left out` or `moved`.
        what: &'static str,
        /// The local time.
        at: DateTime,
    },
    /// A meeting is left out and moved.
    #[error("{at} is to be left out and to be moved")]
    LeftOutAndMoved {
        /// The local time.
        at: DateTime,
    },
    /// Nothing is left.
    #[error("every meeting is left out")]
    NothingLeft,
}

impl Series {
    /// Everything that is wrong with a series that somebody agrees on now. What was taken once is not asked again: it is read
    /// by [`occurrences`](Self::occurrences), whatever the zone data became. The times that meetings are moved to were judged
    /// when they were made ([`WallTime::new`]).
    ///
    /// # Errors
    ///
    /// All problems at once, at least one; once a bound is passed, what lies behind it is not looked at.
    pub fn check(&self, limits: SeriesLimits, zones: &Zones) -> Result<(), Vec<SeriesProblem>> {
        let mut problems = Vec::new();
        for (what, given) in [("left out", self.left_out.len()), ("moved", self.moved.len())] {
            let most = limits.exceptions;
            if given > most {
                problems.push(SeriesProblem::TooManyExceptions { what, given, most });
            }
        }
        if self.rule.end().is_none() {
            problems.push(SeriesProblem::NeverEnds);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let times = self.rule.times(&self.start, zones).map_err(|error| vec![error.into()])?;
        let given: BTreeSet<DateTime> =
            times.take(limits.meetings.saturating_add(1)).map(|(local, _)| local).collect();
        let start = self.start.local();
        match given.first() {
            None => return Err(vec![SeriesProblem::GivesNothing { start }]),
            Some(first) if *first != start => {
                problems.push(SeriesProblem::StartsOutside { start, first: *first })
            }
            Some(_) => {}
        }
        if given.len() > limits.meetings {
            problems.push(SeriesProblem::TooMany { most: limits.meetings });
            return Err(problems);
        }
        let outside = |what: &'static str, at: &DateTime| {
            (!given.contains(at)).then_some(SeriesProblem::NotOfTheRule { what, at: *at })
        };
        problems.extend(self.left_out.iter().filter_map(|at| outside("left out", at)));
        problems.extend(self.moved.keys().filter_map(|at| outside("moved", at)));
        let both = self.left_out.iter().filter(|at| self.moved.contains_key(at));
        problems.extend(both.map(|at| SeriesProblem::LeftOutAndMoved { at: *at }));
        if given.is_subset(&self.left_out) {
            problems.push(SeriesProblem::NothingLeft);
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The rule and the times that are left out, as calendar objects carry them: the last moment is an instant, and a time that the
    /// clocks skip is among those that are left out, since other programs give a meeting then. A COUNT becomes the last moment where
    /// there is such a time: those programs count it. At most `most` times of the rule are looked at.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`], [`CalendarError::OutOfRange`].
    pub fn as_written(
        &self,
        most: usize,
        zones: &Zones,
    ) -> Result<(Rule, BTreeSet<DateTime>), CalendarError> {
        let mut times = self.rule.times(&self.start, zones)?;
        let (mut skipped, mut last, mut given, mut in_vain) = (BTreeSet::new(), None, 0, 0);
        while given < most
            && let Some((local, instant, reading)) = times.next_read(&mut in_vain)
        {
            given += 1;
            if reading == Reading::Skipped {
                skipped.insert(local);
            } else {
                (last, in_vain) = (Some(instant), 0);
            }
        }
        let rule = match (self.rule.end(), last) {
            (Some(RuleEnd::Count(_)), Some(last)) if !skipped.is_empty() => {
                Rule { end: Some(RuleEnd::Until(Until::Instant(last))), ..self.rule.clone() }
            }
            _ => self.rule.until_as_instant(&self.start, zones)?,
        };
        skipped.retain(|local| !self.moved.contains_key(local));
        Ok((rule, skipped.into_iter().chain(self.left_out.iter().copied()).collect()))
    }

    /// The meetings, by their instants; at most `most` of those that the rule gives are looked at. A meeting that was moved
    /// stays, also where the rule gives its local time no more because the clocks skip it now.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`], [`CalendarError::OutOfRange`].
    pub fn occurrences(
        &self,
        most: usize,
        zones: &Zones,
    ) -> Result<impl Iterator<Item = Occurrence> + use<>, CalendarError> {
        let mut all = Vec::new();
        for (id, at) in self.moved.iter().filter(|(id, _)| !self.left_out.contains(id)) {
            all.push(Occurrence { id: *id, at: at.clone(), instant: at.instant(zones)? });
        }
        let given = self.rule.times(&self.start, zones)?.take(most);
        let stays = given.filter(|(id, _)| !self.left_out.contains(id) && !self.moved.contains_key(id));
        all.extend(stays.map(|(id, instant)| Occurrence { id, at: self.start.at(id), instant }));
        all.sort_by_key(|occurrence| (occurrence.instant, occurrence.id));
        Ok(all.into_iter())
    }
}
