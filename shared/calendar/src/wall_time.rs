//! Local times as people agree on them: what the clocks of a place will show.
//!
//! A workshop is at nine in Winnipeg, whatever the clocks of Winnipeg will be by then. So the local date and time and the name
//! of the zone are what is stored, and the instant follows from them and from the zone data in force.
//!
//! Invariant: a [`WallTime`] was, when it was made, one instant and one only. Where the clocks skip it, it is refused, and
//! where they show it twice, it is to be said which is meant. If the zone data changes later, it is still read, by one rule
//! [RFC 5545, 3.3.5]: a time that is skipped by the offset before the change, a time that comes twice as the first unless
//! the later one was meant; [`WallTime::moved`] says when the instant is another one now than the one that was told.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::{CalendarError, Zones};

/// A local date and time, in whole seconds, in a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallTime {
    local: DateTime,
    zone: String,
    /// Which of the two, where the clocks showed it twice when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    later: Option<bool>,
}

/// How the clocks of a zone come to a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// They show it once.
    Once,
    /// They skip it.
    Skipped,
    /// They show it twice.
    Twice,
}

/// Why a local time was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WallTimeError {
    /// The zone is not known, or the instant cannot be represented.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// It has a part of a second.
    #[error("{local} has a part of a second, whole seconds are wanted")]
    NotWholeSeconds {
        /// As it was given.
        local: DateTime,
    },
    /// The clocks of the zone skip it.
    #[error(
        "{local} does not exist in {zone}: on {date} the clocks go from {from} straight to {to}; \
         {earlier} or {later} can be meant"
    )]
    Skipped {
        /// As it was given.
        local: DateTime,
        /// The zone.
        zone: String,
        /// The day of the change.
        date: Date,
        /// What the clocks show where they are changed.
        from: DateTime,
        /// What they are changed to.
        to: DateTime,
        /// As far before the change as the clocks that are changed already would have it.
        earlier: LocalReading,
        /// As far behind the change as the clocks that are not yet changed would have it.
        later: LocalReading,
    },
    /// The clocks of the zone show it twice, and it was not said which is meant.
    #[error(
        "{local} comes twice in {zone} on {date}: {earlier} and, as the later one, {later}; say which is meant"
    )]
    Twice {
        /// As it was given.
        local: DateTime,
        /// The zone.
        zone: String,
        /// The day of the change.
        date: Date,
        /// The first time it comes: `later` = false.
        earlier: LocalReading,
        /// The second time it comes: `later` = true.
        later: LocalReading,
    },
    /// It was said which of two is meant, and there is one only.
    #[error(
        "{local} comes once only in {zone}: whether the later one is meant is said of a time that comes twice"
    )]
    ComesOnce {
        /// As it was given.
        local: DateTime,
        /// The zone.
        zone: String,
    },
}

/// A local time that leaves no doubt, with its offset from UTC: `2026-10-25T02:30:00+02:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalReading {
    /// The instant.
    pub instant: Timestamp,
    /// How far the clocks are ahead of UTC then.
    pub offset: Offset,
}

impl fmt::Display for LocalReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.instant.display_with_offset(self.offset).fmt(f)
    }
}

/// A local time whose instant is another one by the zone data in force than the one that was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The local time, which stays.
    pub at: WallTime,
    /// The instant that was told last.
    pub told: Timestamp,
    /// The instant by the zone data in force.
    pub now: Timestamp,
    /// How the clocks come to it now: a time that they skip is to be agreed on anew.
    pub reading: Reading,
    /// The version of the zone data in force.
    pub zone_data: String,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at: WallTime { local, zone, .. }, told, now, reading, zone_data } = self;
        write!(f, "{local} in {zone} is {now} by the time zone data {zone_data}, no more {told}")?;
        match reading {
            Reading::Skipped => write!(f, ", and the clocks skip it now"),
            Reading::Once | Reading::Twice => Ok(()),
        }
    }
}

impl WallTime {
    /// A local time that somebody agrees on now. `zone` is an IANA name, and kept in the database's own spelling: one that was
    /// given up for another one stays as it was given. `later` says which is meant of a time that comes twice.
    ///
    /// # Errors
    ///
    /// [`WallTimeError`]: what is wrong, with the date and both readings where the clocks are changed.
    pub fn new(
        local: DateTime,
        zone: &str,
        later: Option<bool>,
        zones: &Zones,
    ) -> Result<Self, WallTimeError> {
        if local.subsec_nanosecond() != 0 {
            return Err(WallTimeError::NotWholeSeconds { local });
        }
        let found = zones.get(zone)?;
        let at = Self { local, zone: found.iana_name().unwrap_or(zone).to_owned(), later };
        at.read(&found)?;
        at.check(&found)?;
        Ok(at)
    }

    /// The local date and time.
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// The IANA name of the zone.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// Which is meant of a time that came twice when it was made.
    pub fn later(&self) -> Option<bool> {
        self.later
    }

    /// The same clocks, and the same word on a time that comes twice, at another local time.
    pub(crate) fn at(&self, local: DateTime) -> Self {
        Self { local, ..self.clone() }
    }

    /// The instant, by the zone data given.
    ///
    /// # Errors
    ///
    /// [`CalendarError::UnknownTimeZone`], if the data has the zone no more; [`CalendarError::OutOfRange`] at the ends of the
    /// representable time.
    pub fn instant(&self, zones: &Zones) -> Result<Timestamp, CalendarError> {
        self.read(&zones.get(&self.zone)?).map(|(instant, _)| instant)
    }

    /// Whether the instant is another one, by the zone data given, than the one that was told last; none if it is the same.
    /// Whoever was told the old one is to be told anew.
    ///
    /// # Errors
    ///
    /// Those of [`instant`](Self::instant).
    pub fn moved(&self, told: Timestamp, zones: &Zones) -> Result<Option<Moved>, CalendarError> {
        let (now, reading) = self.read(&zones.get(&self.zone)?)?;
        let zone_data = zones.version().to_owned();
        Ok((now != told).then(|| Moved { at: self.clone(), told, now, reading, zone_data }))
    }

    /// The instant, and how the clocks come to it.
    pub(crate) fn read(&self, zone: &TimeZone) -> Result<(Timestamp, Reading), CalendarError> {
        let found = zone.to_ambiguous_timestamp(self.local);
        let (offset, reading) = match found.offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, Reading::Once),
            AmbiguousOffset::Gap { before, .. } => (before, Reading::Skipped),
            AmbiguousOffset::Fold { after, .. } if self.later == Some(true) => (after, Reading::Twice),
            AmbiguousOffset::Fold { before, .. } => (before, Reading::Twice),
        };
        Ok((self.behind(offset)?, reading))
    }

    fn behind(&self, offset: Offset) -> Result<Timestamp, CalendarError> {
        let instant = offset.to_timestamp(self.local);
        instant.map_err(|_| CalendarError::OutOfRange { date: self.local.date() })
    }

    /// Refuses what is not one instant and one only.
    fn check(&self, zone: &TimeZone) -> Result<(), WallTimeError> {
        let (local, name) = (self.local, self.zone.clone());
        match zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { .. } => match self.later {
                None => Ok(()),
                Some(_) => Err(WallTimeError::ComesOnce { local, zone: name }),
            },
            AmbiguousOffset::Gap { before, after } => {
                let earlier = LocalReading { instant: self.behind(after)?, offset: before };
                let later = LocalReading { instant: self.behind(before)?, offset: after };
                // The clocks change between the two readings; without a change there is no gap.
                let change =
                    zone.following(earlier.instant).next().map_or(later.instant, |it| it.timestamp());
                let (from, to) = (before.to_datetime(change), after.to_datetime(change));
                Err(WallTimeError::Skipped { local, zone: name, date: from.date(), from, to, earlier, later })
            }
            AmbiguousOffset::Fold { before, after } => match self.later {
                Some(_) => Ok(()),
                None => {
                    let earlier = LocalReading { instant: self.behind(before)?, offset: before };
                    let later = LocalReading { instant: self.behind(after)?, offset: after };
                    Err(WallTimeError::Twice { local, zone: name, date: local.date(), earlier, later })
                }
            },
        }
    }
}
